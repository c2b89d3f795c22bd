"""Ask every topic and score the answers."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import NamedTuple

import click

from app.contract import Answer, Question
from app.teaching.topics import StaleGold, Topic
from app.views.evaluation_report import TopicOutcome
from eval.errors import CannotRun, NoReply
from eval.run.hits import GoldClause, locate_gold
from eval.run.scoring import score
from eval.run.system import Answerer, CorpusView
from eval.run.topics import question_of
from ingest.errors import BadQuestion

#: lines that tell how far a run is, where there is no terminal
_LINES = 50
#: replies that stay away in a row, after which no other question is tried
_GIVEN_UP = 3


@dataclass(frozen=True, slots=True)
class TopicAnswer:
    """A topic, what was answered, and how it scored; ``milliseconds`` of wall-clock time."""

    topic: Topic
    gold: tuple[GoldClause, ...]
    answer: Answer
    outcome: TopicOutcome
    milliseconds: float


class TopicsAsked(NamedTuple):
    """``unanswered``: a line for each topic to which no usable answer came; none of ``answers``."""

    answers: tuple[TopicAnswer, ...]
    unanswered: tuple[str, ...]


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
) -> TopicsAsked:
    """Ask in the topics' order, one at a time.

    ``as_of``: the day for topics without their own; ``progress``: what stderr calls them, told
    nothing without it. A ClauseDeskError other than a rejected question or a reply that stays away
    ends the run, and so do several of these in a row (CannotRun).
    """
    asked: list[TopicAnswer] = []
    unanswered: list[str] = []
    in_a_row = 0
    for topic, gold in _told(topics, progress) if progress else topics:
        question = question_of(topic, as_of)
        started = perf_counter()
        try:
            answer = ask(answerer, question, corpus.fingerprint, as_of)
        except NoReply as error:
            unanswered.append(f"topic {topic.id}: no answer, {error}")
            in_a_row += 1
            if in_a_row == _GIVEN_UP:
                raise CannotRun(f"{in_a_row} topics in a row got no answer: {error}") from error
            continue
        in_a_row = 0
        milliseconds = 1000 * (perf_counter() - started)
        asked.append(
            TopicAnswer(topic, gold, answer, score(topic, gold, answer, corpus), milliseconds)
        )
    return TopicsAsked(tuple(asked), tuple(unanswered))


def _told(
    topics: Sequence[tuple[Topic, tuple[GoldClause, ...]]], label: str
) -> Iterator[tuple[Topic, tuple[GoldClause, ...]]]:
    """On stderr how far it is: a bar on a terminal, elsewhere "topics: 40 of 900" now and then."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        yield from tqdm(topics, desc=label, unit="topic")
        return
    often = max(len(topics) // _LINES, 1)
    for done, topic in enumerate(topics):
        if done % often == 0:
            click.echo(f"{label}: {done} of {len(topics)}", err=True)
        yield topic


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
