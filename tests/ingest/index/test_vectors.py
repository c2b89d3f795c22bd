"""Chroma behind its one module, for real."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import IndexUnusable
from ingest.index.vectors import VectorRow, VectorStore, copy_files
from ingest.models.clause_model import Vectors


def unit_vectors(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def rows(count: int) -> list[VectorRow]:
    return [VectorRow(f"d{n // 10}#{n}", 1, f"d{n // 10}") for n in range(count)]


@pytest.fixture
def store_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "chroma"
    with closing(VectorStore.create(folder)) as store:
        store.upsert(rows(50), unit_vectors(50))
    return folder


def test_the_nearest_come_first_with_their_cosine(store_folder: Path) -> None:
    vectors = unit_vectors(50)
    question = unit_vectors(1, seed=1)[0]
    cosines = vectors @ question
    with closing(VectorStore.open(store_folder)) as store:
        near = store.search(question, 5)
        best = np.argsort(-cosines)[:5]
        assert [n.unit_id for n in near] == [rows(50)[i].unit_id for i in best]
        assert [n.similarity for n in near] == pytest.approx(cosines[best], abs=1e-5)
        assert len(store.search(question, 500)) == 50


def test_vectors_of_another_length_are_compared_by_cosine(tmp_path: Path) -> None:
    with closing(VectorStore.create(tmp_path / "chroma")) as store:
        store.upsert(rows(1), unit_vectors(1) * 7)
        assert store.search(unit_vectors(1)[0], 1)[0].similarity == pytest.approx(1)


def test_a_unit_in_parts_is_found_once_by_its_best_part(tmp_path: Path) -> None:
    vectors = unit_vectors(12)
    parts = [VectorRow("d#long", part, "d") for part in range(1, 11)]
    others = [VectorRow("d#a", 1, "d"), VectorRow("d#b", 1, "d")]
    with closing(VectorStore.create(tmp_path / "chroma")) as store:
        store.upsert(parts + others, vectors)
        near = store.search(vectors[3], 3)
        assert sorted(n.unit_id for n in near) == ["d#a", "d#b", "d#long"]
        assert (near[0].unit_id, near[0].part) == ("d#long", 4)
        assert near[0].similarity == pytest.approx(1, abs=1e-5)


def test_upsert_replaces_and_delete_takes_out_whole_documents(store_folder: Path) -> None:
    new = unit_vectors(1, seed=9)
    with closing(VectorStore.create(store_folder)) as store:
        store.upsert(rows(50)[7:8], new)
        assert store.count() == 50
        assert store.search(new[0], 1)[0].unit_id == "d0#7"
        store.delete_documents(["d0", "d3", "unknown"])
        assert store.count() == 30
        assert {n.unit_id[:2] for n in store.search(new[0], 50)} == {"d1", "d2", "d4"}
        store.delete_documents([])
        store.check(30)
    with closing(VectorStore.open(store_folder)) as store:
        assert store.count() == 30


def test_more_rows_than_chroma_takes_at_once(tmp_path: Path) -> None:
    vectors = unit_vectors(6_000)
    with closing(VectorStore.create(tmp_path / "chroma")) as store:
        store.upsert(rows(6_000), vectors)
        assert store.count() == 6_000
        assert store.search(vectors[5_999], 1)[0].unit_id == "d599#5999"


def test_a_copy_made_while_others_read_is_a_store_of_its_own(
    store_folder: Path, tmp_path: Path
) -> None:
    with closing(VectorStore.open(store_folder)) as reader:
        question = unit_vectors(50)[5]
        reader.search(question, 3)
        copy_files(store_folder, tmp_path / "copy")
        with closing(VectorStore.create(tmp_path / "copy")) as copy:
            copy.delete_documents(["d0"])
            copy.check(40)
        assert reader.search(question, 1)[0].unit_id == "d0#5"
        assert reader.count() == 50


def test_threads_search_alike(store_folder: Path) -> None:
    vectors = unit_vectors(50)
    with closing(VectorStore.open(store_folder)) as store, ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda v: store.search(v, 1)[0].unit_id, vectors)
        assert list(found) == [row.unit_id for row in rows(50)]


@pytest.mark.parametrize("damage", ["nothing there", "no database", "cut short", "no collection"])
def test_damage_is_one_clear_line(store_folder: Path, damage: str) -> None:
    database = store_folder / "chroma.sqlite3"
    if damage == "nothing there":
        shutil.rmtree(store_folder)
    elif damage == "no database":
        database.write_bytes(b"x" * 9_000)
    elif damage == "cut short":
        database.write_bytes(database.read_bytes()[:5_000])
    else:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("DELETE FROM collections")
    with pytest.raises(IndexUnusable, match=r"run `python -m ingest build`") as error:
        VectorStore.open(store_folder)
    assert "\n" not in str(error.value)


def test_missing_rows_and_a_broken_graph_are_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "chroma"
    with closing(VectorStore.create(folder)) as store:
        store.upsert(rows(1_500), unit_vectors(1_500))  # enough for a graph on disk
        with pytest.raises(IndexUnusable, match="1500 vectors, not 1501"):
            store.check(1_501)
    for path in folder.glob("*/*"):
        path.write_bytes(b"garbage" * 100)
    with (
        closing(VectorStore.open(folder)) as store,
        pytest.raises(IndexUnusable, match=r"cannot be read.*run `python -m ingest build`"),
    ):
        store.check(1_500)
