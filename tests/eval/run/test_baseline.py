"""The baseline, the thresholds, and the verdict that they lead to."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from fake_system import FakeSystem, topic

from app.teaching.topics import Topic
from app.views.evaluation_report import ExitCode, SinceBaseline, TopicOutcome
from eval.choices import THRESHOLDS_FILE
from eval.errors import BaselineError, ThresholdError
from eval.run.baseline import (
    Baseline,
    compare,
    corpus_change,
    load_baseline,
    make_baseline,
    save_baseline,
)
from eval.run.system import CorpusView
from eval.run.thresholds import (
    Thresholds,
    hold_bounds,
    load_thresholds,
)
from eval.run.verdict import judge

CORPUS = CorpusView.of(FakeSystem())
DOCUMENTS = CORPUS.document_hashes()
TOPICS = {
    t.id: t
    for t in (
        *(
            topic(f"plain{n}/en1", f"Code {n}?", {"gacc-2016-68#5": "code 5000"}, must=False)
            for n in range(20)
        ),
        topic("must/en1", "Which code?", {"gacc-2016-68#7.p2": "code 5100"}),
        topic("refuse/en1", "Pizza?"),
    )
}


def outcome(asked: Topic, *, right: bool = True) -> TopicOutcome:
    return TopicOutcome(
        topic=asked.id,
        digest=asked.digest(),
        kind=asked.kind,
        language=asked.language,
        split=asked.split,
        must=asked.must,
        answerable=asked.answerable,
        answered=asked.answerable,
        refusal_reason=None,
        confidence=0.9 if asked.answerable else 0.1,
        right=right,
        why_wrong=() if right else ("it is wrong",),
        values={"right": float(right), "Success@1": float(right) if asked.answerable else None},
        found=(),
        cited=(),
    )


def outcomes(wrong: Sequence[str] = ()) -> list[TopicOutcome]:
    return [outcome(t, right=t.id not in wrong) for t in TOPICS.values()]


def baseline(wrong: Sequence[str] = ()) -> Baseline:
    return make_baseline(outcomes(wrong), "extractive", CORPUS.fingerprint, DOCUMENTS)


def compared(
    wrong: Sequence[str], documents: dict[str, str] | None = None, before: Sequence[str] = ()
) -> SinceBaseline:
    now = documents or DOCUMENTS
    return compare(outcomes(wrong), baseline(before), now, TOPICS, CORPUS.clauses, alpha=0.05)


def plain(count: int) -> list[str]:
    return [f"plain{n}/en1" for n in range(count)]


def test_the_same_again_holds() -> None:
    comparison = compared([])
    assert comparison.lost == comparison.won == ()
    verdict = judge((), comparison, ())
    assert verdict.exit_code is ExitCode.HOLDS
    assert verdict.failures == verdict.remarks == ()


def test_a_must_topic_lost_is_worse() -> None:
    verdict = judge((), compared(["must/en1"]), ())
    assert verdict.exit_code is ExitCode.WORSE
    assert verdict.failures == ("must topic must/en1 was right and is wrong: it is wrong",)
    assert verdict.failed_topics == ("must/en1",)


def test_a_must_topic_that_never_was_right_is_not_worse() -> None:
    assert judge((), compared(["must/en1"], before=["must/en1"]), ()).exit_code is ExitCode.HOLDS


def test_a_few_lost_topics_are_within_chance() -> None:
    verdict = judge((), compared(plain(3)), ())
    assert verdict.exit_code is ExitCode.HOLDS
    assert verdict.remarks == ("newly wrong, within chance: plain0/en1, plain1/en1, plain2/en1",)


def test_many_lost_topics_are_worse_and_named() -> None:
    comparison = compared(plain(8))
    assert [change.measure for change in comparison.worse_measures] == ["right", "Success@1"]
    verdict = judge((), comparison, ())
    assert verdict.exit_code is ExitCode.WORSE
    # one flip in 2^8, for the worst of two tested measures
    assert verdict.failures[0] == "right fell from 1.000 to 0.636 on 22 topics (p = 0.0078)"
    assert verdict.failed_topics == tuple(plain(8))


def test_as_many_won_as_lost_is_not_worse() -> None:
    before = [f"plain{n}/en1" for n in range(8, 16)]
    assert compared(plain(8), before=before).worse_measures == ()


def test_a_changed_document_is_told_from_a_regression() -> None:
    changed = DOCUMENTS | {"gacc-2016-68": "other"}
    verdict = judge((), compared([*plain(8), "must/en1"], changed), ())
    assert verdict.exit_code is ExitCode.HOLDS
    assert verdict.remarks[0] == "the corpus changed since the baseline: edited: gacc-2016-68"
    assert verdict.remarks[1].startswith("wrong since the corpus changed, not a regression")


def test_an_untouched_document_excuses_nothing() -> None:
    changed = DOCUMENTS | {"gacc-2016-67": "other"}
    assert judge((), compared(["must/en1"], changed), ()).exit_code is ExitCode.WORSE


def test_a_refusal_is_excused_when_a_document_came() -> None:
    added = DOCUMENTS | {"new": "x"}
    assert judge((), compared(["refuse/en1"], added), ()).exit_code is ExitCode.HOLDS
    removed = {"gacc-2016-68": DOCUMENTS["gacc-2016-68"]}
    assert judge((), compared(["refuse/en1"], removed), ()).exit_code is ExitCode.WORSE


def test_corpus_change() -> None:
    change = corpus_change({"a": "1", "b": "1"}, {"b": "2", "c": "1"})
    assert str(change) == "added: c; removed: a; edited: b"
    assert not corpus_change({"a": "1"}, {"a": "1"})


def test_another_index_of_the_same_texts_is_no_changed_corpus() -> None:
    # a new parser or model gives a new fingerprint; its regressions must show
    moved = baseline().model_copy(update={"corpus_fingerprint": "0" * 64})
    comparison = compare(
        outcomes(["must/en1"]), moved, DOCUMENTS, TOPICS, CORPUS.clauses, alpha=0.05
    )
    assert not comparison.corpus
    assert judge((), comparison, ()).exit_code is ExitCode.WORSE


def test_topics_that_cannot_be_compared_are_listed() -> None:
    stored = baseline()
    edited = topic("plain0/en1", "Another question?", {"gacc-2016-68#5": "code 5000"})
    new = topic("new/en1", "New?")
    topics = {t.id: t for t in TOPICS.values() if t.id != "plain1/en1"} | {
        "plain0/en1": edited,
        "new/en1": new,
    }
    now = [outcome(t, right=False) for t in (edited, new)]
    comparison = compare(now, stored, DOCUMENTS, topics, CORPUS.clauses, alpha=0.05)
    assert comparison.new == ("new/en1",)
    assert comparison.edited == ("plain0/en1",)
    assert comparison.gone == ("plain1/en1",)
    assert comparison.lost == ()
    assert comparison.measures == ()
    assert judge((), comparison, ()).remarks == (
        "not in the baseline: 1 topics (new/en1)",
        "edited since the baseline: 1 topics (plain0/en1)",
        "in the baseline only: 1 topics (plain1/en1)",
    )


def test_stale_topics_cannot_be_run() -> None:
    assert judge((), None, ("topic x is stale",)).exit_code is ExitCode.COULD_NOT_RUN
    assert judge((), compared(["must/en1"]), ("stale",)).exit_code is ExitCode.WORSE


def test_a_baseline_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert load_baseline(path) is None
    save_baseline(baseline(), path)
    assert load_baseline(path) == baseline()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum('"digest"' in line for line in lines) == len(TOPICS)  # a line a topic
    assert json.loads(path.read_text(encoding="utf-8"))["mode"] == "extractive"


def test_a_damaged_baseline_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text('{"mode": "extractive"', encoding="utf-8")
    with pytest.raises(BaselineError, match=r"is damaged .*--update-baseline"):
        load_baseline(path)
    with pytest.raises(BaselineError, match="can't write"):
        save_baseline(baseline(), tmp_path / "no folder" / "baseline.json")


def thresholds(text: str, folder: Path) -> Thresholds:
    path = folder / "thresholds.toml"
    path.write_text("[run]\nas_of = 2026-01-01\nalpha = 0.05\n" + text, encoding="utf-8")
    return load_thresholds(path)


def test_thresholds(tmp_path: Path) -> None:
    bounds = thresholds(
        '[always.at_least]\nright = 0.9\n[dev.at_least]\n"Success@1" = 1.0\n'
        "[test.at_most]\nright = 0.1\n",
        tmp_path,
    )
    one_of_dev = [id_ for id_, t in TOPICS.items() if t.split == "dev" and t.answerable][:1]
    checks = hold_bounds(outcomes(one_of_dev), bounds, whole_splits=True)
    assert [(c.scope, c.holds) for c in checks] == [
        ("all chosen topics", True),
        ("dev", False),
        ("test", False),
    ]
    verdict = judge(checks, None, ())
    assert verdict.exit_code is ExitCode.WORSE
    dev = [t for t in TOPICS.values() if t.split == "dev" and t.answerable]
    share = f"{1 - 1 / len(dev):.3f}"
    assert verdict.failures[0] == f"Success@1 on dev is {share}, has to be at least 1.000"
    part = hold_bounds(outcomes(one_of_dev), bounds, whole_splits=False)
    assert [c.scope for c in part] == ["all chosen topics"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[always.at_least]\nrihgt = 1.0\n", "no measure is called 'rihgt'; there are right,"),
        ("[sometimes]\n", "sometimes: Extra inputs are not permitted"),
        ("[always\n", "is no TOML"),
        ('[always.at_least]\nright = "high"\n', "always.at_least.right: Input should be a valid"),
    ],
)
def test_wrong_thresholds(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ThresholdError) as caught:
        thresholds(text, tmp_path)
    assert message in str(caught.value)
    with pytest.raises(ThresholdError, match="No such file"):
        load_thresholds(tmp_path / "missing.toml")


def test_the_shipped_thresholds_load() -> None:
    assert load_thresholds(THRESHOLDS_FILE).always.at_least["quote_exactness"] == 1.0
