"""Check topics against the corpus: what they say must be there, and nothing be left out."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.teaching.topics import Topic, TopicError, split_of
from app.views.evaluation_report import TopicKind
from eval.measures.figures import numbers_in
from eval.run.runner import locate
from eval.run.system import CorpusView
from ingest.structure import Clause

#: two questions are near-duplicates from here on (0..100, RapidFuzz's ratio of sorted words)
NEAR_DUPLICATE = 90


class Coverage(NamedTuple):
    """Clause ids that state a rule, and those of them that no topic asks about."""

    rules: tuple[str, ...]
    uncovered: tuple[str, ...]


class TopicCheck(NamedTuple):
    """``problems``: one line each, without those of coverage; ``counts`` by
    "kind/split", where the kind "zh" counts every Chinese question once more."""

    topics: int
    problems: tuple[str, ...]
    coverage: Coverage
    counts: Counter[str]

    @property
    def ok(self) -> bool:
        return not self.problems and not self.coverage.uncovered


def check_topics(topics: Sequence[Topic], corpus: CorpusView, no_rule: Sequence[str]) -> TopicCheck:
    """``no_rule``: ids of clauses that need no topic."""
    problems = [
        *locate(topics, corpus).stale,
        *_wrong_splits(topics),
        *_near_duplicates(topics),
        *(
            f"no-rule list: the corpus holds no {id_}"
            for id_ in no_rule
            if id_ not in corpus.clauses
        ),
    ]
    counts = Counter(f"{topic.kind}/{topic.split}" for topic in topics)
    chinese = [topic for topic in topics if topic.language == "zh" and topic.kind != TopicKind.ZH]
    counts.update(f"{TopicKind.ZH}/{topic.split}" for topic in chinese)
    coverage = _coverage(topics, corpus, frozenset(no_rule))
    return TopicCheck(len(topics), tuple(problems), coverage, counts)


def load_no_rule(path: Path) -> tuple[str, ...]:
    """The ids of a TOML file "clause id" = "why it states no rule"; raises TopicError."""
    try:
        return tuple(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TopicError(f"can't read the clauses without a rule from {path}: {error}") from error


def _wrong_splits(topics: Sequence[Topic]) -> list[str]:
    return [
        f"topic {topic.id}: split is {topic.split}, its hash says {split_of(topic.id)}"
        for topic in topics
        if topic.split != split_of(topic.id)
    ]


def _near_duplicates(topics: Sequence[Topic]) -> list[str]:
    """Questions so alike across the splits that tuning on one would show the other.

    "What is code 5000?" and "What is code 5100?" are alike in letters only, so questions
    with other numbers are let be; so are those asked as of another day.
    """
    from rapidfuzz import fuzz, process

    dev = [topic for topic in topics if topic.split == "dev"]
    test = [topic for topic in topics if topic.split == "test"]
    scores = process.cdist(
        [_asked(topic) for topic in dev],
        [_asked(topic) for topic in test],
        scorer=fuzz.token_sort_ratio,
        score_cutoff=NEAR_DUPLICATE,
    )
    return [
        f"topics {dev[row].id} (dev) and {test[column].id} (test) are near-duplicates "
        f"({scores[row, column]:.0f} of 100)"
        for row, column in zip(*scores.nonzero(), strict=True)
        if numbers_in(_asked(dev[row])) == numbers_in(_asked(test[column]))
        and dev[row].as_of == test[column].as_of
    ]


def _asked(topic: Topic) -> str:
    return " ".join((*topic.history, topic.question)).casefold()


def _coverage(topics: Sequence[Topic], corpus: CorpusView, no_rule: frozenset[str]) -> Coverage:
    gold = {clause_id for topic in topics for clause_id in topic.gold}
    rules = [c for c in corpus.clauses.values() if not c.is_heading and c.id not in no_rule]
    # A preamble introduces the whole document: a topic on it asks for none of its items.
    asked = gold - no_rule
    uncovered = [clause.id for clause in rules if not _is_covered(clause, asked)]
    return Coverage(tuple(clause.id for clause in rules), tuple(uncovered))


def _is_covered(clause: Clause, gold: set[str]) -> bool:
    # A list is quoted whole from its head, so a topic on the head asks for every item.
    return clause.id in gold or clause.lead_in in gold
