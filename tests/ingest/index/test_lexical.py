"""BM25F on corpora small enough to work out by hand."""

import tracemalloc
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path
from random import Random

import numpy as np
import pytest

from ingest.errors import IndexUnusable
from ingest.index import lexical
from ingest.index.lexical import Bm25f, Field, LexicalBuilder, LexicalIndex

ONE_FIELD = Bm25f(saturation=1.2, fields=(Field(1.0, 0.75),))


def test_one_field_is_plain_bm25() -> None:
    index = LexicalIndex.build([[["a", "a", "b"]], [["b", "c", "c"]], [["c", "d", "e"]]], ONE_FIELD)
    idf_a = log(1 + 2.5 / 1.5)
    idf_b = log(1 + 1.5 / 2.5)
    # equal lengths, so the length norm is 1: tf / (k1 + tf)
    expected = [idf_a * 2 / 3.2 + idf_b * 1 / 2.2, idf_b * 1 / 2.2, 0]
    assert index.scores(["a", "b"]) == pytest.approx(expected)
    assert index.scores(["a", "b"]).dtype == np.float32


def test_a_longer_text_scores_less_for_the_same_count() -> None:
    index = LexicalIndex.build([[["a", "x"]], [["a", "x", "x", "x", "x"]]], ONE_FIELD)
    short, long = index.scores(["a"])
    assert short > long > 0


def test_a_word_in_two_fields_is_added_up_before_saturation() -> None:
    fields = Bm25f(saturation=1.2, fields=(Field(0.5, 0.0), Field(1.0, 0.0)))
    index = LexicalIndex.build([[["a"], ["a"]], [[], ["a"]], [[], ["b"]]], fields)
    idf = log(1 + 1.5 / 2.5)
    assert index.scores(["a"]) == pytest.approx([idf * 1.5 / 2.7, idf * 1 / 2.2, 0])


def test_weights_and_repeats_count() -> None:
    index = LexicalIndex.build([[["a"]], [["b"]]], ONE_FIELD)
    assert index.scores({"a": 0.5}) == pytest.approx(index.scores(["a"]) / 2)
    assert index.scores(["a", "a"]) == pytest.approx(index.scores(["a"]) * 2)
    assert index.scores(["nowhere"]).tolist() == [0, 0]
    assert index.scores([]).tolist() == [0, 0]


def test_units_without_words_change_no_score_of_the_others() -> None:
    units = [[["a", "b"]], [["b", "c", "c"]]]
    few = LexicalIndex.build(units, ONE_FIELD)
    many = LexicalIndex.build([*units, *[[[]]] * 50], ONE_FIELD)
    asked = ["a", "b", "c"]
    assert many.scores(asked)[:2].tolist() == few.scores(asked).tolist()
    assert [many.idf(word) for word in asked] == [few.idf(word) for word in asked]


def test_facts_about_words() -> None:
    index = LexicalIndex.build([[["a", "a"]], [["a", "b"]]], ONE_FIELD)
    assert len(index) == 2
    assert "a" in index
    assert "c" not in index
    assert (index.document_frequency("a"), index.document_frequency("c")) == (2, 0)
    assert index.idf("c") > index.idf("b") > index.idf("a") > 0


def _write(
    units: Iterable[Sequence[Sequence[str]]], folder: Path, parameters: Bm25f | None = None
) -> None:
    builder = LexicalBuilder(folder, parameters)
    for fields in units:
        builder.add(fields)
    builder.finish()


@pytest.mark.parametrize(
    "units", [[], [([], [], [])], [(["海关"], ["a\nb"], ["\ud800", "0.5"])] * 3]
)
def test_what_is_saved_opens_the_same(
    tmp_path: Path, units: list[tuple[list[str], list[str], list[str]]]
) -> None:
    index = LexicalIndex.build(units)
    _write(units, tmp_path / "lexical")
    opened = LexicalIndex.open(tmp_path / "lexical")
    for words in (["海关"], ["a\nb", "\ud800"], ["none"]):
        assert opened.scores(words).tolist() == index.scores(words).tolist()
    assert len(opened) == len(units)


def test_counts_put_aside_in_blocks_give_the_same_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random("units")
    words = ["海关", "a\nb", "\ud800", *map(str, range(40))]
    units = [
        [chance.choices(words, k=chance.choice((0, 3, 30))) for _ in range(3)] for _ in range(90)
    ]
    _write(units, tmp_path / "whole")
    monkeypatch.setattr(lexical, "_COUNTED_AT_ONCE", 50)
    _write(units, tmp_path / "in-blocks")
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "in-blocks").iterdir())
    for name in names:
        whole, in_blocks = (tmp_path / kind / name for kind in ("whole", "in-blocks"))
        assert whole.read_bytes() == in_blocks.read_bytes()


def test_a_full_disk_is_told_before_anything_is_put_into_mapped_memory(tmp_path: Path) -> None:
    lexical._new_array(tmp_path / "units.npy", np.int32, 1_000_000)
    held = (tmp_path / "units.npy").stat()
    assert held.st_blocks * 512 >= held.st_size


def test_an_index_is_read_where_it_lies(tmp_path: Path) -> None:
    """Nothing of its size is read at opening: a process that asks for one word maps the rest."""
    chance = Random("many")
    units = [[[f"w{chance.randrange(10**9)}" for _ in range(50)]] for _ in range(4_000)]
    _write(units, tmp_path / "large", ONE_FIELD)
    tracemalloc.start()
    index = LexicalIndex.open(tmp_path / "large")
    assert units[7][0][3] in index
    allocated = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert allocated < sum(path.stat().st_size for path in (tmp_path / "large").iterdir()) / 20


@pytest.mark.parametrize(
    "name",
    ["index.json", "letters.npy", "spelled.npy", "starts.npy", "units.npy", "impacts.npy"],
)
@pytest.mark.parametrize("damage", ["missing", "empty", "garbage", "of another index"])
def test_damage_is_one_clear_line(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "lexical"
    _write([[["a", "b"]], [["b", "c"]]], folder, ONE_FIELD)
    path = folder / name
    if damage == "missing":
        path.unlink()
    elif damage == "of another index":
        _write([[["x"]]], tmp_path / "other", ONE_FIELD)
        path.write_bytes((tmp_path / "other" / name).read_bytes())
    else:
        path.write_bytes(b"" if damage == "empty" else b"\x93garbage")
    with pytest.raises(IndexUnusable, match=r"damaged.*run `python -m ingest build`") as error:
        LexicalIndex.open(folder)
    assert "\n" not in str(error.value)
