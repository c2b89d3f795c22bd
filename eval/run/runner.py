"""Ask every topic and score the answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter

from app.contract import Answer, Question
from app.teaching.topics import StaleGold, Topic
from app.views.evaluation_report import TopicOutcome
from eval.run.hits import GoldClause, locate_gold
from eval.run.scoring import score
from eval.run.system import Answerer, CorpusView
from eval.run.topics import question_of
from ingest.errors import BadQuestion


@dataclass(frozen=True, slots=True)
class TopicAnswer:
    """A topic, what was answered, and how it scored; ``milliseconds`` of wall-clock time."""

    topic: Topic
    gold: tuple[GoldClause, ...]
    answer: Answer
    outcome: TopicOutcome
    milliseconds: float


@dataclass(frozen=True, slots=True)
class TopicsInCorpus:
    """Topics with their gold located; ``stale``: a line for each whose gold the corpus lacks."""

    located: tuple[tuple[Topic, tuple[GoldClause, ...]], ...]
    stale: tuple[str, ...]


def locate(topics: Iterable[Topic], corpus: CorpusView) -> TopicsInCorpus:
    """Sort topics into those that the corpus can be asked and those gone stale."""
    located: list[tuple[Topic, tuple[GoldClause, ...]]] = []
    stale: list[str] = []
    for topic in topics:
        try:
            located.append((topic, locate_gold(topic, corpus)))
        except StaleGold as error:
            stale.append(str(error))
    return TopicsInCorpus(tuple(located), tuple(stale))


def run_topics(
    answerer: Answerer,
    topics: Sequence[tuple[Topic, tuple[GoldClause, ...]]],
    corpus: CorpusView,
    *,
    as_of: date,
    progress: str | None = None,
) -> tuple[TopicAnswer, ...]:
    """Ask in the topics' order, one at a time.

    ``as_of``: the day for topics without their own; ``progress``: label of a bar on
    stderr, shown on a terminal only. A ClauseDeskError other than a rejected question
    ends the run.
    """
    from tqdm import tqdm

    asked: list[TopicAnswer] = []
    # disable=None: no bar when stderr is a file. Nothing is shown without a label.
    bar = tqdm(topics, desc=progress, unit="topic", disable=None if progress else True)
    for topic, gold in bar:
        question = question_of(topic, as_of)
        started = perf_counter()
        answer = ask(answerer, question, corpus.fingerprint, as_of)
        milliseconds = 1000 * (perf_counter() - started)
        asked.append(
            TopicAnswer(topic, gold, answer, score(topic, gold, answer, corpus), milliseconds)
        )
    return tuple(asked)


def ask(answerer: Answerer, question: Question, fingerprint: str, as_of: date) -> Answer:
    """The answer; a question that the system rejects as no question counts as refused."""
    try:
        return answerer.ask(question)
    except BadQuestion as error:
        return Answer(
            question=question.text,
            answered=False,
            answer=str(error),
            refusal_reason=None,
            confidence=0.0,
            statements=(),
            citations=(),
            retrieved=(),
            searched_for=(),
            mode="extractive",
            model=None,
            as_of=question.as_of or as_of,
            corpus_fingerprint=fingerprint,
            timings_ms={},
        )
