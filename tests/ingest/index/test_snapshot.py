"""Snapshots: built, switched, reopened, damaged, killed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from weakref import WeakSet

import numpy as np
import pytest
from filelock import FileLock
from index_corpus import (
    ANIMALS,
    CORPUS_A,
    CORPUS_B,
    GOODS,
    MODEL,
    NEW_PERMITS,
    PERMITS,
    TOKENIZER,
    build,
    build_with,
    document,
)

from ingest.errors import ClauseDeskError, IndexMissing, IndexUnusable
from ingest.index.content import IndexedDocument, SearchUnit
from ingest.index.snapshot import Snapshot, SnapshotReader
from ingest.models.clause_model import ClauseModel, ClauseText, Vectors
from ingest.settings import PROJECT
from ingest.text.tokenizer import Tokenizer


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of corpus A, and the vectors of both corpora in the cache."""
    folder = tmp_path_factory.mktemp("var")
    build(folder / "other", CORPUS_B)
    build(folder / "index", CORPUS_A)
    return folder


@pytest.fixture
def root(cache: Path, tmp_path: Path) -> Path:
    """An index of corpus A, to be changed by the test."""
    shutil.copytree(cache / "index", tmp_path / "index")
    shutil.copy(cache / "embeddings.sqlite", tmp_path)
    return tmp_path / "index"


def open_snapshot(root: Path) -> Snapshot:
    return Snapshot.open(root, MODEL, TOKENIZER)


def best_by_meaning(snapshot: Snapshot, question: str) -> str:
    return snapshot.vectors.search(MODEL.embed_questions([question])[0], 1)[0].unit_id


def best_by_words(snapshot: Snapshot, question: str) -> str:
    scores = snapshot.lexical.scores(TOKENIZER.tokens(question))
    return snapshot.units[int(np.argmax(scores))].clause_id


def assert_serves_a(root: Path) -> None:
    snapshot = open_snapshot(root)
    assert list(snapshot.documents) == ["goods", "animals", "permits"]
    assert best_by_meaning(snapshot, "May I take my pet along?") == "animals#1"
    assert best_by_words(snapshot, "a dog") == "animals#1"


def assert_serves_b(root: Path) -> None:
    snapshot = open_snapshot(root)
    assert list(snapshot.documents) == ["goods", "permits"]
    assert best_by_meaning(snapshot, "What does a permit cost?") == "permits#1"
    assert best_by_words(snapshot, "5461") == "permits#1"
    found = snapshot.vectors.search(MODEL.embed_questions(["my pet"])[0], 50)
    assert sorted(near.unit_id for near in found) == [
        "goods#1",
        "goods#2",
        "permits#1",
        "permits#2",
    ]


def snapshots(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir())


def test_a_snapshot_gives_back_what_was_put_in(root: Path) -> None:
    assert_serves_a(root)
    snapshot = open_snapshot(root)
    units = [unit for _, units in CORPUS_A for unit in units]
    assert list(snapshot.units) == units
    assert snapshot.units[1:3] == units[1:3]
    assert snapshot.units[-1] == units[-1]
    assert [snapshot.position[unit.clause_id] for unit in units] == [0, 1, 2, 3, 4]
    assert snapshot.documents["permits"] == PERMITS[0]
    assert [snapshot.units[i] for i in snapshot.documents.units_of("permits")] == PERMITS[1]
    with pytest.raises(KeyError):
        snapshot.documents["none"]
    with pytest.raises(IndexError):
        snapshot.units[5]


def test_a_clause_is_looked_up_by_its_id_or_by_a_place_that_only_it_has(root: Path) -> None:
    position = open_snapshot(root).position
    assert (position["animals#1"], position.get("animals#2")) == (2, None)
    assert "permits#2" in position and "#1" not in position
    assert list(position) == [unit.clause_id for _, units in CORPUS_A for unit in units]
    # goods and permits have an item 2, nobody has an item 3
    assert [position.only_at(place) for place in ("2", "3")] == [None, None]
    build(root, [GOODS, ANIMALS])
    assert open_snapshot(root).position.only_at("2") == 1


def test_a_build_holds_one_document_at_a_time(tmp_path: Path) -> None:
    """As many large documents as they would fill the memory; each is gone before the next."""
    held: WeakSet[Held] = WeakSet()

    def documents() -> Iterator[tuple[IndexedDocument, Sequence[SearchUnit]]]:
        for number in range(20):
            indexed, units = document(f"d{number}", "Goods shall be declared.")
            kept = Held(units)
            held.add(kept)
            yield indexed, kept
            del kept
            assert len(held) <= 1

    build_with(tmp_path / "index", documents(), MODEL)
    assert len(open_snapshot(tmp_path / "index").documents) == 20


class Held(list[SearchUnit]):
    """A list of which one can be told whether anybody still has it."""

    __hash__ = object.__hash__  # type: ignore[assignment]


def test_the_manifest_tells_what_it_was_built_from(root: Path) -> None:
    manifest = open_snapshot(root).manifest
    assert manifest.unit_count == 5
    assert manifest.rows == 5
    assert list(manifest.documents) == ["goods", "animals", "permits"]
    assert manifest.model == MODEL.fingerprint
    assert manifest.built_at.endswith("+00:00")


def test_the_same_corpus_has_the_same_fingerprint_and_is_not_built_twice(
    root: Path, tmp_path: Path
) -> None:
    before = (root / "CURRENT").read_text()
    outcome = build(root, CORPUS_A)
    assert (outcome.built, outcome.embedded, outcome.clauses) == (False, 0, 5)
    assert build(tmp_path / "elsewhere", list(reversed(CORPUS_A))).fingerprint == before.strip()
    assert (root / "CURRENT").read_text() == before
    assert snapshots(root) == [before.strip()]


@pytest.mark.parametrize(
    "changed",
    [
        (document("goods", "Bonded goods shall be declared together."), ANIMALS, PERMITS),
        (GOODS, ANIMALS),
        (GOODS, ANIMALS, PERMITS, document("more", "More rules.")),
    ],
    ids=["text", "one less", "one more"],
)
def test_another_corpus_has_another_fingerprint(root: Path, changed: tuple) -> None:  # type: ignore[type-arg]
    before = open_snapshot(root).fingerprint
    assert build(root, list(changed)).fingerprint != before


class Remembering(ClauseModel):
    """The model, remembering what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        self.embedded: list[ClauseText] = []

    def embed_clauses(self, clauses: Sequence[ClauseText]) -> Vectors:
        self.embedded += clauses
        return super().embed_clauses(clauses)


def test_unchanged_documents_are_not_embedded_again(root: Path) -> None:
    model = Remembering()
    more = document("more", "Journalists may bring cameras.")
    outcome = build_with(root, [GOODS, NEW_PERMITS, more, ANIMALS], model)
    assert (outcome.built, outcome.embedded) == (True, 3)
    assert model.embedded == [
        ClauseText(("Rules permits",), "A quarantine permit costs 5,461 yuan."),
        ClauseText(("Rules permits",), "Permits are valid for one year."),
        ClauseText(("Rules more",), "Journalists may bring cameras."),
    ]
    snapshot = open_snapshot(root)
    for _, units in (GOODS, NEW_PERMITS, more, ANIMALS):
        for unit in units:
            assert best_by_meaning(snapshot, unit.body) == unit.clause_id


def test_a_long_clause_is_found_by_its_last_words(tmp_path: Path) -> None:
    filler = "The form shall be stamped, signed and dated by the firm. " * 60
    long = document("long", filler + "A dog or cat needs a certificate of rabies vaccination. " * 8)
    outcome = build_with(tmp_path / "index", [GOODS, long, PERMITS], MODEL)
    snapshot = open_snapshot(tmp_path / "index")
    assert best_by_meaning(snapshot, "Does my pet need a vaccine against rabies?") == "long#1"
    assert snapshot.manifest.rows > outcome.clauses


def test_an_empty_corpus_is_an_index_too(tmp_path: Path) -> None:
    build_with(tmp_path / "index", [], MODEL)
    snapshot = open_snapshot(tmp_path / "index")
    assert list(snapshot.units) == []
    assert snapshot.vectors.search(np.ones(384, dtype=np.float32), 5) == []
    assert snapshot.lexical.scores(["goods"]).shape == (0,)


def test_the_same_clause_id_twice_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="same clause id"):
        build_with(tmp_path / "index", [GOODS, GOODS], MODEL)


def test_a_reader_follows_the_pointer_and_open_snapshots_go_on(root: Path) -> None:
    reader = SnapshotReader(root, MODEL, TOKENIZER)
    old = reader.current()
    assert reader.current() is old
    build(root, CORPUS_B)
    new = reader.current()
    assert new is not old
    assert new.fingerprint == open_snapshot(root).fingerprint
    assert best_by_meaning(old, "May I take my pet along?") == "animals#1"
    assert old.units[2].clause_id == "animals#1"
    assert_serves_b(root)


def test_the_snapshot_before_is_kept_and_older_ones_go(root: Path) -> None:
    first = open_snapshot(root).fingerprint
    second = build(root, CORPUS_B).fingerprint
    assert snapshots(root) == sorted([first, second])
    third = build(root, [GOODS]).fingerprint
    assert snapshots(root) == sorted([second, third])


def test_several_threads_get_one_snapshot(root: Path) -> None:
    reader = SnapshotReader(root, MODEL, TOKENIZER)
    found: list[Snapshot] = []
    threads = [threading.Thread(target=lambda: found.append(reader.current())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_several_processes_read_at_once(root: Path) -> None:
    code = (
        "import sys, pathlib; from tests.ingest.index.test_snapshot import open_snapshot; import numpy as np; "
        "s = open_snapshot(pathlib.Path(sys.argv[1])); "
        "print(len(s.vectors.search(np.ones(384, dtype=np.float32), 9)))"
    )
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(root)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(3)
    ]
    assert [reader.communicate()[0].strip() for reader in readers] == ["5", "5", "5"]


def test_a_second_build_waits_for_the_first(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    lock = FileLock(root / ".lock")
    lock.acquire()
    second = threading.Thread(target=build, args=(root, CORPUS_B))
    second.start()
    while "waiting" not in caplog.text:
        assert second.is_alive()
    assert_serves_a(root)
    lock.release()
    second.join()
    assert_serves_b(root)


# --- what can be wrong ------------------------------------------------------------------


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"no index in .*: run `python -m ingest build`"):
        open_snapshot(tmp_path / "index")


def damage_pointer(root: Path, _: Path) -> None:
    (root / "CURRENT").write_bytes(b"\x00\xff../../etc")


def damage_pointer_to_nothing(root: Path, _: Path) -> None:
    (root / "CURRENT").write_text("0123456789abcdef\n")


def damage_manifest(_: Path, snapshot: Path) -> None:
    (snapshot / "manifest.json").write_text('{"schema": 1}')


def damage_schema(_: Path, snapshot: Path) -> None:
    facts = json.loads((snapshot / "manifest.json").read_text())
    (snapshot / "manifest.json").write_text(json.dumps({**facts, "schema": 999}))


def damage_content(_: Path, snapshot: Path) -> None:
    content = (snapshot / "content.sqlite").read_bytes()
    (snapshot / "content.sqlite").write_bytes(b"x" * len(content))


def damage_lexical(_: Path, snapshot: Path) -> None:
    shutil.rmtree(snapshot / "lexical")


def damage_chroma(_: Path, snapshot: Path) -> None:
    (snapshot / "chroma" / "chroma.sqlite3").write_bytes(b"x" * 9_000)


def damage_graph(_: Path, snapshot: Path) -> None:
    next((snapshot / "chroma").glob("*/header.bin")).unlink()


DAMAGES = [
    damage_pointer,
    damage_pointer_to_nothing,
    damage_manifest,
    damage_schema,
    damage_content,
    damage_lexical,
    damage_chroma,
    damage_graph,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_one_clear_line_and_the_next_build_mends_it(root: Path, damage) -> None:  # type: ignore[no-untyped-def]
    damage(root, root / (root / "CURRENT").read_text().strip())
    with pytest.raises(IndexUnusable, match=r"run `python -m ingest build`") as error:
        open_snapshot(root)
    assert "\n" not in str(error.value)
    assert build(root, CORPUS_A).built
    assert_serves_a(root)


def test_a_reader_that_has_the_damaged_index_open_gets_the_mended_one(root: Path) -> None:
    reader = SnapshotReader(root, MODEL, TOKENIZER)
    damaged = reader.current()
    shutil.rmtree(root / damaged.fingerprint / "lexical")
    assert build(root, CORPUS_A).fingerprint == damaged.fingerprint
    assert reader.current() is not damaged
    assert_serves_a(root)


def test_another_model_is_refused(root: Path) -> None:
    class Other(ClauseModel):
        fingerprint = "another"

    with pytest.raises(IndexUnusable, match=r"another model: run `python -m ingest build`"):
        Snapshot.open(root, Other(), TOKENIZER)


def test_another_glossary_is_refused(root: Path) -> None:
    with pytest.raises(IndexUnusable, match=r"another glossary.*run `python -m ingest build`"):
        Snapshot.open(root, MODEL, Tokenizer(["税"]))


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ClauseDeskError, match=r"cannot write the index in .*make the folder") as e:
        build_with(tmp_path / "file" / "index", CORPUS_A, MODEL)
    assert "\n" not in str(e.value)


def test_a_full_disk_is_told_as_it_was_told_to_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("96 requested and 0 written")  # as np.save says it

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(ClauseDeskError, match=r"\(96 requested and 0 written\)"):
        build_with(tmp_path / "index", CORPUS_A, MODEL)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user without rights")
def test_a_read_only_index_is_one_clear_line(root: Path) -> None:
    code = (
        # what Chroma and NumPy import late must be there
        "import encodings.cp437, os, sys, pathlib, resource\n"
        "from tests.ingest.index.test_snapshot import CORPUS_B, MODEL, build_with, open_snapshot\n"
        "from ingest.errors import ClauseDeskError\n"
        "os.setuid(65534)\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "for act in (open_snapshot, lambda r: build_with(r, CORPUS_B, MODEL)):\n"
        "    try: act(root)\n"
        "    except ClauseDeskError as error: print(error)\n"
    )
    with tempfile.TemporaryDirectory() as public:  # pytest's own folders are closed to others
        shutil.copytree(root, Path(public) / "index")
        for path in [Path(public), *Path(public).rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        run = subprocess.run(
            [sys.executable, "-c", code, f"{public}/index"],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    opening, building = run.stdout.splitlines()
    assert "is read-only" in opening
    assert "cannot write the index" in building


# --- killed -------------------------------------------------------------------------------


def test_a_build_killed_at_any_moment_leaves_the_old_index_serving(
    root: Path, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    (scratch / "start").mkdir(parents=True)
    shutil.copytree(root, scratch / "start" / "index")
    shutil.copy(root.parent / "embeddings.sqlite", scratch / "start")

    def run(*steps: int) -> str:
        return subprocess.run(
            [sys.executable, str(PROJECT / "tests" / "kill_build.py"), str(scratch)]
            + [str(step) for step in steps],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout

    looks = int(run(0))
    shutil.rmtree(scratch / "killed-0")
    steps = sorted({1, looks, *np.linspace(1, looks, 16).astype(int).tolist()})
    run(*steps)
    served_old = 0
    for number in range(len(steps)):
        killed = scratch / f"killed-{number}" / "index"
        switched = (killed / "CURRENT").read_text() != (root / "CURRENT").read_text()
        if switched:
            assert_serves_b(killed)
        else:
            served_old += 1
            assert_serves_a(killed)
        build(killed, CORPUS_B)
        assert_serves_b(killed)
        assert not [path for path in killed.iterdir() if path.name.startswith(".building")]
    assert served_old >= len(steps) // 2
