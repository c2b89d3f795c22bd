"""Every affected answer is warned once, and no other: scripted amendments, scaled down."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from amended_corpus import AmendedCorpus, Tally
from amendments import EDITS, amend
from law_edits import LAW_EDITS, MADE_UP
from small_corpus import LAW_2018, OLD_DEPOSITS, with_documents

from app.following.store import FollowingStore
from ingest.settings import PROJECT

STATUTES = PROJECT.parent / "shared" / "corpora" / "zh-statutes"


PLAIN = [kind for kind in EDITS if kind not in LAW_EDITS]


def _all_of(corpus: AmendedCorpus, kinds: Sequence[str], each: int, folder: Path) -> list[Tally]:
    corpus.follow(each)
    tallies = list(amend(corpus, len(kinds), folder / "steps.jsonl", 1, kinds))
    assert [fault for tally in tallies for fault in tally.faults] == []
    kept = {one.id: one.kept for one in FollowingStore(corpus.settings.var).all()}
    assert kept == corpus.kept
    return tallies


def test_made_up_documents_are_amended(corpus: AmendedCorpus, tmp_path: Path) -> None:
    tallies = _all_of(corpus, PLAIN, 1, tmp_path)
    affected = {tally.kind for tally in tallies if tally.affected}
    assert affected >= {"other words", "longer", "renumbered", "repealed", "new text", "answers first", "removed"}  # fmt: skip
    assert sum(tally.warned for tally in tallies) >= 8


def test_law_changes_in_many_ways(tmp_path: Path) -> None:
    corpus = AmendedCorpus(with_documents(tmp_path, OLD_DEPOSITS, LAW_2018, *MADE_UP))
    tallies = _all_of(corpus, list(LAW_EDITS), 12, tmp_path)
    untried = {*LAW_EDITS} - {tally.kind for tally in tallies if tally.edits}
    unseen = {t.kind for t in tallies if not t.affected and not t.kind.startswith("looks")}
    assert untried == set()
    assert unseen == {"put between", "put under chapters", "title only"}


def test_statutes_are_amended(tmp_path: Path) -> None:
    if not STATUTES.is_dir():
        pytest.skip("the statutes are not on this machine")
    small = sorted(STATUTES.rglob("*.md"), key=lambda file: file.stat().st_size)
    texts = [file.read_text(encoding="utf-8") for file in small if file.stat().st_size > 5000][:2]
    corpus = AmendedCorpus(with_documents(tmp_path, *texts))
    tallies = _all_of(
        corpus, [*PLAIN[:4], "split in two", "merged", "moved", "put between"], 9, tmp_path
    )
    assert sum(tally.warned for tally in tallies) >= 3
