"""Topics: questions with the clauses that answer them, one JSON object a line."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from app.contract import Frozen, Question
from app.views.evaluation_report import Language, Split, TopicKind
from eval.errors import CannotRun, TopicError
from eval.measures.figures import figures_in
from ingest.facts.modifications import Status


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
    answerable: bool
    gold: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    reference: str | None = None
    figures: tuple[str, ...] = ()
    status: Status | None = None
    must: bool = False

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

    def to_question(self, default_as_of: date | None) -> Question:
        """Asked as of ``default_as_of`` (None: today), unless topic or question name a day."""
        names_a_day = bool(figures_in(self.question).dates)
        as_of = self.as_of or (None if names_a_day else default_as_of)
        return Question(text=self.question, history=self.history, as_of=as_of)

    def digest(self) -> str:
        """Tells whether a topic was edited since a baseline was stored."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]


def split_of(topic_id: str) -> Split:
    """One family in three is kept for testing, fixed by a hash so that nobody chooses."""
    family = topic_id.partition("/")[0]
    return "test" if int(sha256(family.encode()).hexdigest(), 16) % 3 == 0 else "dev"


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


def select(
    topics: Iterable[Topic],
    *,
    split: Split | None = None,
    kinds: Sequence[TopicKind] = (),
    language: Language | None = None,
) -> tuple[Topic, ...]:
    """The topics that fit every given filter; raises CannotRun when none does.

    The kind "zh" takes in every Chinese question, whatever else it is.
    """
    chosen = tuple(
        topic
        for topic in topics
        if (split is None or topic.split == split)
        and (not kinds or topic.kind in kinds or (TopicKind.ZH in kinds and topic.language == "zh"))
        and (language is None or topic.language == language)
    )
    if not chosen:
        raise CannotRun("no topic fits --split, --kind and --language together")
    return chosen


def sample(topics: Sequence[Topic], size: int) -> tuple[Topic, ...]:
    """The ``size`` topics whose ids have the lowest hashes, in the given order.

    Fixed, so that nobody chooses, and spread over all families and kinds; a larger sample
    holds every smaller one.
    """
    chosen = sorted(topics, key=lambda topic: sha256(topic.id.encode()).hexdigest())[:size]
    return tuple(topic for topic in topics if topic in chosen)
