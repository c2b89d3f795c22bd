"""The stored baseline, and the paired comparison of a run with it.

A drop counts in two ways: a tested measure fell further than chance explains, or a
``must`` topic that was right is wrong. Both are told apart from a changed corpus: a
topic whose own documents changed, or a refusal after documents came or changed, is the
corpus's doing and does not count.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from app.contract import Frozen
from app.teaching.topics import Topic, first_problem
from app.views.evaluation_report import (
    CorpusChange,
    MeasureChange,
    Mode,
    SinceBaseline,
    TopicChange,
    TopicOutcome,
)
from eval.errors import BaselineError
from eval.measures.catalogue import TOPIC_MEASURES
from eval.run.bootstrap import drop_p_value, holm
from eval.run.scoring import DIGITS
from ingest.structure import Clause


class StoredOutcome(Frozen):
    """What a later run is compared with; ``digest`` is the topic's when it was stored."""

    digest: str
    right: bool
    values: dict[str, float | None]


class Baseline(Frozen):
    """``documents``: sha256 of each document's text by document id."""

    mode: Mode
    corpus_fingerprint: str
    documents: dict[str, str]
    outcomes: dict[str, StoredOutcome]


def make_baseline(
    outcomes: Sequence[TopicOutcome], mode: Mode, fingerprint: str, documents: Mapping[str, str]
) -> Baseline:
    """The baseline that a later run of the same topics is compared with."""
    return Baseline(
        mode=mode,
        corpus_fingerprint=fingerprint,
        documents=dict(sorted(documents.items())),
        outcomes={
            o.topic: StoredOutcome(digest=o.digest, right=o.right, values=dict(o.values))
            for o in sorted(outcomes, key=lambda o: o.topic)
        },
    )


def load_baseline(path: Path) -> Baseline | None:
    """None when there is no such file; raises BaselineError when it can't be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"can't read the baseline {path}: {error}") from error
    try:
        return Baseline.model_validate_json(text)
    except ValidationError as error:
        raise BaselineError(
            f"the baseline {path} is damaged ({first_problem(error)}); "
            "restore it or write a new one with --update-baseline"
        ) from error


def save_baseline(baseline: Baseline, path: Path) -> None:
    """One line per topic, so that a pull request shows which outcomes changed.

    Raises BaselineError when the file can't be written.
    """
    head = json.dumps(baseline.model_dump(mode="json", exclude={"outcomes"}), indent=1)
    lines = ",\n".join(
        f"  {json.dumps(topic)}: {json.dumps(stored.model_dump(mode='json'), sort_keys=True)}"
        for topic, stored in baseline.outcomes.items()
    )
    text = head.removesuffix("\n}") + ',\n "outcomes": {\n' + lines + "\n }\n}\n"
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BaselineError(f"can't write the baseline {path}: {error.strerror}") from error


def compare(
    outcomes: Sequence[TopicOutcome],
    baseline: Baseline,
    documents: Mapping[str, str],
    topics: Mapping[str, Topic],
    clauses: Mapping[str, Clause],
    *,
    alpha: float,
) -> SinceBaseline:
    """Hold ``outcomes`` against the baseline, topic by topic.

    ``topics`` by id: every topic of the file (one that a filter left out is not gone);
    ``clauses`` by id, to know the gold documents. Topics that are new, or were edited
    since, can't be compared and are listed.
    """
    corpus = corpus_change(baseline.documents, documents)
    stored = baseline.outcomes
    same = [o for o in outcomes if o.topic in stored and stored[o.topic].digest == o.digest]
    excused = {o.topic for o in same if _is_corpus_doing(topics[o.topic], corpus, clauses)}
    changes = {
        o.topic: TopicChange(o.topic, o.must, o.topic in excused, o.why_wrong)
        for o in same
        if o.right != stored[o.topic].right
    }
    now = {o.topic: o for o in outcomes}
    return SinceBaseline(
        corpus=corpus,
        measures=measure_changes([o for o in same if o.topic not in excused], stored, alpha),
        lost=tuple(change for id_, change in changes.items() if not now[id_].right),
        won=tuple(change for id_, change in changes.items() if now[id_].right),
        new=tuple(o.topic for o in outcomes if o.topic not in stored),
        edited=tuple(
            o.topic for o in outcomes if o.topic in stored and stored[o.topic].digest != o.digest
        ),
        gone=tuple(id_ for id_ in stored if id_ not in topics),
    )


def corpus_change(before: Mapping[str, str], now: Mapping[str, str]) -> CorpusChange:
    """What happened to the documents between two tables of hashes."""
    return CorpusChange(
        added=tuple(sorted(now.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - now.keys())),
        edited=tuple(sorted(id_ for id_ in before.keys() & now.keys() if before[id_] != now[id_])),
    )


def _is_corpus_doing(topic: Topic, change: CorpusChange, clauses: Mapping[str, Clause]) -> bool:
    """Whether a change of this topic's outcome is to be put down to the corpus."""
    if topic.answerable:
        return any(clauses[id_].document_id in change.edited for id_ in topic.gold)
    return bool(change.added or change.edited)  # it may be covered now


def measure_changes(
    outcomes: Sequence[TopicOutcome],
    stored: Mapping[str, StoredOutcome | TopicOutcome],
    alpha: float,
) -> tuple[MeasureChange, ...]:
    """Each measure on the same topics before (``stored``, by topic) and now."""
    rows: dict[str, tuple[float, float, int]] = {}
    p_values: dict[str, float] = {}
    for info in TOPIC_MEASURES:
        pairs = [
            (before, now, o.family)
            for o in outcomes
            if (before := stored[o.topic].values.get(info.name)) is not None
            and (now := o.values.get(info.name)) is not None
        ]
        if not pairs:
            continue
        n = len(pairs)
        rows[info.name] = (sum(p[0] for p in pairs) / n, sum(p[1] for p in pairs) / n, n)
        if info.tested:
            sign = 1 if info.higher_is_better else -1
            differences = [sign * (now - before) for before, now, _ in pairs]
            p_values[info.name] = drop_p_value(differences, [family for _, _, family in pairs])
    corrected = holm(p_values)
    return tuple(
        MeasureChange(
            name,
            round(before, DIGITS),
            round(now, DIGITS),
            n,
            corrected.get(name),
            worse=corrected.get(name, 1.0) < alpha,
        )
        for name, (before, now, n) in rows.items()
    )
