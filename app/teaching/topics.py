"""Topics: questions with the clauses that answer them, one JSON object a line.

`python -m eval run` asks and scores them; a company keeps its own beside its corpus, in
``corpus/topics.jsonl``. A topic is proved against the corpus before it is written.
"""

from collections.abc import Callable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from filelock import FileLock
from pydantic import Field, StrictBool, ValidationError, model_validator

from app.contract import Frozen
from app.conversations.feedback import Feedback
from app.errors import NotThere
from app.library import Library
from app.views.evaluation_report import Language, Split, TopicKind
from ingest.errors import ClauseDeskError, UnknownClause
from ingest.facts.modifications import Status
from ingest.settings import Settings
from ingest.structure import Clause
from ingest.text.language import language_of
from ingest.whole_file import replace_file

FILE = "topics.jsonl"
_LOCK = "topics.lock"


class TopicError(ClauseDeskError):
    """A topics file is missing, or a topic is wrong; the message names the line or the topic."""


class StaleGold(TopicError):
    """A topic's gold clause or evidence does not stand in the corpus (any more)."""


class Topic(Frozen):
    """One question and what a right answer to it is.

    ``gold`` and ``evidence`` run parallel: the evidence is a verbatim part of its clause.
    ``needed``: verbatim spans of the gold clauses, all that a reader must have seen to act: the
    evidence with the conditions, exceptions, prohibitions and time limits that belong to it;
    the evidence itself where it is left out.
    ``figures``: strings that the answer must show. ``status``: the status that the gold
    documents have on the as-of day. ``must``: once right, it may never be wrong again.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*/[a-z0-9][a-z0-9_.-]*$")
    kind: TopicKind
    language: Language
    split: Split
    question: str = Field(min_length=1)
    history: tuple[str, ...] = ()
    as_of: date | None = None
    answerable: StrictBool
    gold: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    reference: str | None = None
    figures: tuple[str, ...] = ()
    status: Status | None = None
    must: StrictBool = False

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if len(self.gold) != len(self.evidence):
            raise ValueError(
                f"{len(self.gold)} gold clauses but {len(self.evidence)} evidence strings; "
                "give each clause its own"
            )
        if self.answerable != bool(self.gold):
            raise ValueError("an answerable topic has gold clauses, any other has none")
        if "" in self.evidence or "" in self.figures or "" in self.needed:
            raise ValueError("an evidence, needed span or figure is empty")
        for evidence in self.evidence:
            if self.needed and not any(evidence in span for span in self.needed):
                raise ValueError(f"no needed span holds the evidence {evidence[:60]!r}")
        return self

    @property
    def family(self) -> str:
        """The part of the id before "/": variants of one question share it, and the split."""
        return self.id.partition("/")[0]

    def digest(self) -> str:
        """Tells whether a topic was edited since a baseline was stored."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]


def split_of(topic_id: str) -> Split:
    """One family in three is kept for testing, fixed by a hash so that nobody chooses."""
    family = topic_id.partition("/")[0]
    return "test" if int(sha256(family.encode()).hexdigest(), 16) % 3 == 0 else "dev"


def new_topic(
    topic_id: str, as_of: date | None, gold: Sequence[tuple[str, str]], **fields: Any
) -> Topic:
    """``gold``: clause ids, each with the words that answer; without any a refusal is right.

    Raises TopicError for what makes no topic.
    """
    try:
        return Topic(
            id=topic_id,
            split=split_of(topic_id),
            as_of=as_of,
            answerable=bool(gold),
            gold=tuple(clause_id for clause_id, _ in gold),
            evidence=tuple(evidence for _, evidence in gold),
            **fields,
        )
    except ValidationError as error:
        raise TopicError(f"no topic: {first_problem(error)}") from error


def topic_of(feedback: Feedback, gold: Sequence[tuple[str, str]]) -> Topic:
    """The topic that a reader's word on an answer makes, with the clauses that answer it and
    their words; without any a refusal is right."""
    kind = TopicKind.NOT_COVERED
    if gold:
        kind = TopicKind.FOLLOW_UP if feedback.history else TopicKind.SINGLE
    return new_topic(
        f"reader-{sha256(feedback.question.encode()).hexdigest()[:10]}/1",
        feedback.as_of,
        gold,
        kind=kind,
        language=language_of(feedback.question),
        question=feedback.question,
        history=feedback.history,
    )


def load_topics(path: Path) -> tuple[Topic, ...]:
    """The topics of a file, in its order.

    Raises TopicError, which names the line: not UTF-8, no JSON object, a wrong or unknown
    field, an id that occurs twice, no topic at all.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise TopicError(f"can't read topics from {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TopicError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    topics: dict[str, Topic] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            topic = Topic.model_validate_json(line)
        except ValidationError as error:
            raise TopicError(f"{path} line {number}: {first_problem(error)}") from error
        if topic.id in topics:
            raise TopicError(f"{path} line {number}: id {topic.id} occurs twice")
        topics[topic.id] = topic
    if not topics:
        raise TopicError(f"{path} holds no topic")
    return tuple(topics.values())


def first_problem(error: ValidationError) -> str:
    """The first complaint of a validation, as "field: what is wrong"."""
    problem = error.errors()[0]
    field = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    return f"{field}: {message}" if field else message


def require_gold(topic: Topic, clause_of: Callable[[str], Clause]) -> None:
    """Raises StaleGold when the corpus lacks a gold clause or its evidence, or a needed span
    stands in none of the gold clauses."""
    texts = []
    for clause_id, evidence in zip(topic.gold, topic.evidence, strict=True):
        try:
            texts.append(clause_of(clause_id).text)
        except UnknownClause as error:
            raise StaleGold(f"topic {topic.id}: {error}") from error
        if evidence not in texts[-1]:
            raise StaleGold(f"topic {topic.id}: the evidence does not stand in {clause_id}")
    for span in topic.needed:
        if not any(span in text for text in texts):
            raise StaleGold(
                f"topic {topic.id}: a needed span stands in no gold clause: {span[:60]}"
            )


def own_topics(corpus: Path) -> tuple[Topic, ...]:
    """A company's own topics, in the order of their file; none where there is no file.

    Raises TopicError, which names the line, for a file that a person made wrong.
    """
    path = corpus / FILE
    return load_topics(path) if path.exists() and path.stat().st_size else ()


def keep_topic(settings: Settings, topic: Topic, library: Library) -> None:
    """Add one of the company's own topics, or put it in the place of the one with its id.

    Raises StaleGold and TopicError.
    """
    require_gold(topic, library.clause)
    with FileLock(settings.var / _LOCK):
        kept = {other.id: other for other in own_topics(settings.corpus)} | {topic.id: topic}
        write_topics(settings.corpus / FILE, tuple(kept.values()))


def delete_topic(settings: Settings, topic_id: str) -> None:
    """Raises NotThere and TopicError."""
    with FileLock(settings.var / _LOCK):
        topics = own_topics(settings.corpus)
        kept = tuple(topic for topic in topics if topic.id != topic_id)
        if len(kept) == len(topics):
            raise NotThere(f"there is no topic {topic_id}")
        write_topics(settings.corpus / FILE, kept)


def write_topics(path: Path, topics: Sequence[Topic]) -> None:
    """All of a file or nothing of it; raises TopicError when it cannot be written."""
    text = "".join(f"{topic.model_dump_json()}\n" for topic in topics)
    try:
        replace_file(path, text)
    except OSError as error:
        raise TopicError(f"can't write topics to {path}: {error.strerror}") from error
