"""Every affected answer is warned once, and no other: scripted amendments, scaled down."""

from pathlib import Path

import pytest
from amendments import EDITS, AmendedCorpus, Tally, amend
from small_corpus import with_documents

from app.following.store import FollowingStore
from ingest.settings import PROJECT

STATUTES = PROJECT.parent / "shared" / "corpora" / "zh-statutes"


def _all_of(corpus: AmendedCorpus, edits: int, folder: Path) -> list[Tally]:
    corpus.follow(1)
    tallies = list(amend(corpus, edits, folder / "steps.jsonl", 1))
    assert [fault for tally in tallies for fault in tally.faults] == []
    return tallies


def test_made_up_documents_are_amended(corpus: AmendedCorpus, tmp_path: Path) -> None:
    tallies = _all_of(corpus, len(EDITS), tmp_path)
    affected = {tally.kind for tally in tallies if tally.affected}
    assert affected >= {"other words", "longer", "renumbered", "repealed", "new text", "answers first", "removed"}  # fmt: skip
    assert sum(tally.warned for tally in tallies) >= 8
    kept = {one.id: one.kept for one in FollowingStore(corpus.settings.var).all()}
    assert kept == corpus.kept


def test_statutes_are_amended(tmp_path: Path) -> None:
    if not STATUTES.is_dir():
        pytest.skip("the statutes are not on this machine")
    small = sorted(STATUTES.rglob("*.md"), key=lambda file: file.stat().st_size)
    texts = [file.read_text(encoding="utf-8") for file in small if file.stat().st_size > 5000][:2]
    corpus = AmendedCorpus(with_documents(tmp_path, *texts))
    tallies = _all_of(corpus, 6, tmp_path)
    assert sum(tally.warned for tally in tallies) >= 3
