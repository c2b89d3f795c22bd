"""Topics as a run takes them: as questions, filtered, or a fixed sample."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256

from app.contract import Question
from app.teaching.topics import Topic
from app.views.evaluation_report import Language, Split, TopicKind
from eval.errors import CannotRun
from eval.measures.figures import figures_in


def question_of(topic: Topic, default_as_of: date | None) -> Question:
    """Asked as of ``default_as_of`` (None: today), unless topic or question name a day."""
    names_a_day = bool(figures_in(topic.question).dates)
    as_of = topic.as_of or (None if names_a_day else default_as_of)
    return Question(text=topic.question, history=topic.history, as_of=as_of)


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
