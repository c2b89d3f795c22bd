"""The cache of clauses' vectors: each embedded once, whatever happens to the file."""

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import ClauseDeskError
from ingest.index import cache as cache_module
from ingest.index.cache import CachedEmbedder
from ingest.index.kept import KeptByContent
from ingest.models.clause_model import ClauseModel, ClauseText, Vectors

MODEL = ClauseModel(threads=1)

RULE = ClauseText(("Goods Act",), "The goods shall be taken out within 6 months.")
OTHER_TITLE = ClauseText(("Samples Act",), RULE.body)
PERMIT = ClauseText(("Goods Act",), "Declarations of animal products need a permit.")
LONE = ClauseText((), "a lone surrogate \ud800 and a NUL \0")
MANY = [ClauseText(("Goods Act",), f"{number}. {RULE.body}") for number in range(20)]


class Counting:
    """The model, remembering which clauses it was asked to embed."""

    fingerprint, dimension = MODEL.fingerprint, MODEL.dimension

    def __init__(self) -> None:
        self.embedded: list[ClauseText] = []

    def parts(self, clause: ClauseText) -> list[ClauseText]:
        return MODEL.parts(clause)

    def embed_questions(self, questions: Sequence[str]) -> Vectors:
        return MODEL.embed_questions(questions)

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        self.embedded += clauses
        return MODEL.embed_clauses(clauses)


class Another(Counting):
    """The same with other vectors."""

    fingerprint = "another"

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        return -super().embed_clauses(clauses)


def test_each_clause_is_embedded_once(tmp_path: Path) -> None:
    model, path = Counting(), tmp_path / "var" / "embeddings.sqlite"
    cache = CachedEmbedder(model, path)
    first = cache.embed_clauses([RULE, PERMIT, RULE])
    cache.close()
    again = CachedEmbedder(model, path).embed_clauses([RULE, LONE, OTHER_TITLE])
    # what stands above a clause is a part of what is embedded
    assert model.embedded == [RULE, PERMIT, LONE, OTHER_TITLE]
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(again[0], again[2])
    assert again.shape == (3, MODEL.dimension) and again.dtype == np.float32


def test_nothing_to_embed_is_no_error(tmp_path: Path) -> None:
    assert CachedEmbedder(Counting(), tmp_path / "c.sqlite").embed_clauses([]).shape == (0, 384)


def test_what_was_embedded_before_a_build_was_killed_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Counting):
        def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
            if self.embedded:
                raise KeyboardInterrupt
            return super().embed_clauses(clauses)

    monkeypatch.setattr(cache_module, "BATCH", 4)
    cache = CachedEmbedder(Killed(), tmp_path / "c.sqlite")
    with pytest.raises(KeyboardInterrupt):
        cache.embed_clauses(MANY)
    cache.close()
    model = Counting()
    CachedEmbedder(model, tmp_path / "c.sqlite").embed_clauses(MANY)
    assert model.embedded == MANY[4:]


def test_a_kept_vector_takes_little_more_room_than_its_numbers(tmp_path: Path) -> None:
    path, vector = tmp_path / "kept.sqlite", bytes(4 * MODEL.dimension)
    kept = KeptByContent(path, "vector")
    kept.keep({number.to_bytes(32, "big"): vector for number in range(2_000)})
    kept.close()
    assert path.stat().st_size < 1.5 * 2_000 * len(vector)


def test_another_model_does_not_get_the_vectors(tmp_path: Path) -> None:
    path = tmp_path / "embeddings.sqlite"
    ours = CachedEmbedder(Counting(), path).embed_clauses([RULE])
    others = CachedEmbedder(Another(), path).embed_clauses([RULE])
    assert np.allclose(others, -ours)
    assert np.array_equal(CachedEmbedder(Counting(), path).embed_clauses([RULE]), ours)


def test_questions_go_to_the_model_itself(tmp_path: Path) -> None:
    cache = CachedEmbedder(Counting(), tmp_path / "c.sqlite")
    assert np.array_equal(cache.embed_questions(["when?"]), MODEL.embed_questions(["when?"]))


@pytest.mark.parametrize("damage", ["garbage", "cut", "other bits"])
def test_a_damaged_cache_is_filled_anew(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "embeddings.sqlite"
    cache = CachedEmbedder(MODEL, path)
    expected = cache.embed_clauses(MANY)
    cache.close()
    if damage == "garbage":
        path.write_bytes(b"no database" * 1_000)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:9_000])
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE vector SET vector = zeroblob(1536)")
        connection.close()
    model = Counting()
    with caplog.at_level(logging.WARNING):
        again = CachedEmbedder(model, path).embed_clauses(MANY)
    assert np.allclose(again, expected, atol=1e-5)
    assert model.embedded == MANY
    assert ("is damaged" in caplog.text) == (damage != "other bits")


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ClauseDeskError, match=r"cannot use .*embeddings\.sqlite") as error:
        CachedEmbedder(MODEL, tmp_path / "file" / "embeddings.sqlite")
    assert "\n" not in str(error.value)
