"""`python -m ingest add | remove | verify | graph | status` and `python -m app diff`, on
small corpora of their own: exit code, what is printed, what is left on the disk."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from small_corpus import (
    LAW_2018,
    LAW_2024,
    NEW_DEPOSITS,
    OLD_DEPOSITS,
    corpus_of,
    with_documents,
)

from app import cli as app_cli
from ingest import cli as ingest_cli
from ingest import pipeline
from ingest.command_line import run
from ingest.corpus.documents import CorpusDocument
from ingest.errors import ClauseDeskError
from ingest.keeping import changes as corpus_changes
from ingest.settings import Settings

LAW = "law-11928237"


class Ended(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]


class Corpus(NamedTuple):
    """A corpus in a folder of its own, and the commands on it."""

    settings: Settings
    invoke: Callable[[click.Command, tuple[object, ...]], Ended]
    folder: Path

    def ingest(self, *arguments: object) -> Ended:
        return self.invoke(ingest_cli.commands, arguments)

    def app(self, *arguments: object) -> Ended:
        return self.invoke(app_cli.commands, arguments)

    def file(self, name: str, text: str | bytes) -> Path:
        path = self.folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def bytes(self) -> dict[str, bytes]:
        paths = sorted(self.settings.corpus.rglob("*"))
        return {str(path): path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of five documents, indexed once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    with_documents(folder, OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018, LAW_2024)
    return folder


@pytest.fixture
def corpus(
    prepared: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Corpus:
    for part in ("corpus", "var"):
        shutil.copytree(prepared / part, tmp_path / part)
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path / "var"))

    def invoke(command: click.Command, arguments: tuple[object, ...]) -> Ended:
        monkeypatch.setattr("sys.argv", ["program", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run(command, "program")
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    settings = Settings(corpus=tmp_path / "corpus", var=tmp_path / "var")
    return Corpus(settings, invoke, tmp_path)


DOGS = "GACC Announcement No. 9 of 2023 on Dogs\n\n1. A dog needs a chip.\n\n2. This Announcement shall enter into force as from 1 July 2023.\n"


def test_add_takes_a_file_and_it_answers(corpus: Corpus) -> None:
    ended = corpus.ingest("add", corpus.file("dogs with spaces.TXT", DOGS))
    assert ended.code == 0
    assert "taken      dogs with spaces.TXT: gacc-2023-9, 2 clauses" in ended.out
    assert "announcement, GACC Announcement No. 9 of 2023; issuer GACC" in ended.out
    assert "could not tell the date of issue" in ended.out
    assert "1 taken, 0 not taken" in ended.out
    assert "(2 embedded now)" in ended.last
    copy = corpus.settings.corpus / "documents" / "gacc-2023-9.txt"
    assert copy.read_bytes() == DOGS.encode()
    assert corpus.app("show", "gacc-2023-9#1").out.endswith("1. A dog needs a chip.\n")


def test_only_the_new_document_is_read(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> CorpusDocument:
        raise AssertionError("a document that has not changed was read again")

    for module in (pipeline, corpus_changes):
        monkeypatch.setattr(module, "read_document", read)
    ended = corpus.ingest("add", corpus.file("dogs.txt", DOGS))
    assert ended.code == 0
    assert corpus.ingest("build").last.endswith("(0 embedded now), 25 clauses to be found")


def test_a_change_of_the_program_has_documents_read_again(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.corpus.documents.parser_version", lambda: "another")
    assert "built" in corpus.ingest("build").last
    assert "all is well" in corpus.ingest("verify").last


def test_one_bad_file_does_not_stop_the_others(corpus: Corpus) -> None:
    corpus.file("a-dogs.txt", DOGS)
    corpus.file("b-program.exe", b"MZ\x90\0" + bytes(200))
    corpus.file("c-empty.txt", "")
    corpus.file("sub/d-cats.txt", DOGS.replace("Dogs", "Cats").replace("No. 9", "No. 10"))
    corpus.file(".hidden", "1. Not to be seen.")
    ended = corpus.ingest("add", corpus.folder / "in")
    assert ended.code == 1
    assert "taken      a-dogs.txt: gacc-2023-9" in ended.out
    assert "not taken  b-program.exe: " in ended.out
    assert "not taken  c-empty.txt: the file is empty" in ended.out
    assert "taken      sub/d-cats.txt: gacc-2023-10" in ended.out
    assert "2 taken, 2 not taken" in ended.out
    assert corpus.ingest("verify").code == 0


def test_a_duplicate_is_refused_with_the_id_it_has(corpus: Corpus) -> None:
    before = corpus.bytes()
    corpus.file("same.txt", OLD_DEPOSITS)
    corpus.file("spaced.txt", OLD_DEPOSITS.replace("\n\n", "\r\n\r\n\r\n  "))
    ended = corpus.ingest("add", corpus.folder / "in")
    assert ended.code == 1
    assert ended.out.count("the corpus holds this text already: gacc-2019-5; nothing to add") == 2
    assert corpus.bytes() == before


def test_two_files_with_one_text_are_taken_once(corpus: Corpus) -> None:
    corpus.file("1.txt", DOGS)
    corpus.file("2.txt", DOGS + "\n")
    ended = corpus.ingest("add", corpus.folder / "in")
    assert "1 taken, 1 not taken" in ended.out
    assert "not taken  2.txt: the corpus holds this text already: gacc-2023-9" in ended.out


def test_another_text_of_one_number_needs_an_id(corpus: Corpus) -> None:
    path = corpus.file("other.txt", OLD_DEPOSITS.replace("ivory", "bone"))
    refused = corpus.ingest("add", path)
    assert (refused.code, "the id gacc-2019-5 is taken" in refused.out) == (1, True)
    taken = corpus.ingest("add", path, "--id", "bones", "--title", "Bones", "--issuer", "Hall")
    assert "taken      other.txt: bones" in taken.out
    assert "guidance, Bones; issuer Hall" in taken.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["add"], "Missing argument"),
        (["add", "a", "b", "--id", "c"], "are for one file"),
        (["remove", "cats"], "the catalog has no document cats; it has hours, gacc-2019-5"),
        (["graph", "--dot", "--json"], "either --dot or --json"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(
    corpus: Corpus, arguments: list[str], complaint: str
) -> None:
    before = corpus.bytes()
    ended = corpus.ingest(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert complaint in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert corpus.bytes() == before


def test_edit_corrects_catalog_and_index(corpus: Corpus) -> None:
    ended = corpus.ingest("edit", "hours", "--title", "Hours of the Hall", "--issuer", "Hall",
                          "--kind", "internal", "--date", "2020-01-02")  # fmt: skip
    assert ended.code == 0
    assert "corrected hours: internal, Hours of the Hall; issuer Hall" in ended.out
    row = json.loads(corpus.ingest("status", "--json").out)["documents"][0]
    assert (row["title"], row["status"]) == ("Hours of the Hall", "unknown")
    assert "internal document, not law" in corpus.app("show", "hours#1").out
    assert corpus.ingest("verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["hours"], "say what is to be corrected"),
        (["hours", "--kind", "poem"], "kind: "),
        (["hours", "--date", "soon"], "expression_date: "),
        (["hours", "--title", ""], "title: "),
        (["cats", "--title", "Cats"], "no document cats; it has hours"),
    ],
)
def test_what_cannot_be_corrected(corpus: Corpus, arguments: list[str], complaint: str) -> None:
    before = corpus.bytes()
    ended = corpus.ingest("edit", *arguments)
    assert (ended.code, len(ended.err.strip().splitlines())) == (2, 1)
    assert complaint in ended.err
    assert corpus.bytes() == before


def test_a_failed_build_takes_a_correction_back(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    before = corpus.bytes()
    monkeypatch.setattr(corpus_changes, "build", fail)
    assert corpus.ingest("edit", "hours", "--title", "Hours").code == 130
    assert corpus.bytes() == before


def test_an_add_that_is_killed_keeps_its_batches_and_goes_on(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        corpus.file(
            f"{number}.txt",
            DOGS.replace("No. 9", f"No. {number}").replace("A dog", f"Dog {number}"),
        )
    monkeypatch.setattr(corpus_changes, "_BATCH", 1)
    build, built = corpus_changes.build, []

    def killed_at_the_second(*arguments: object) -> object:
        built.append(arguments)
        if len(built) == 2:
            raise KeyboardInterrupt
        return build(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(corpus_changes, "build", killed_at_the_second)
    killed = corpus.ingest("add", corpus.folder / "in")
    assert killed.code == 130
    assert "taken      1.txt: gacc-2023-1" in killed.out
    assert corpus.app("show", "gacc-2023-1#1").code == 0
    again = corpus.ingest("add", corpus.folder / "in")
    assert "not taken  1.txt: the corpus holds this text already: gacc-2023-1" in again.out
    assert "2 taken, 1 not taken in " in again.out and " files a second" in again.out
    assert corpus.ingest("verify").code == 0


def test_an_add_goes_on_where_the_index_was_not_reached(corpus: Corpus) -> None:
    before = corpus.settings.index / "CURRENT"
    pointer = before.read_bytes()
    dogs = corpus.file("dogs.txt", DOGS)
    corpus.ingest("add", dogs)
    before.write_bytes(pointer)  # as a kill between catalog and index leaves it
    again = corpus.ingest("add", dogs)
    assert "the corpus holds this text already: gacc-2023-9" in again.out
    assert corpus.app("show", "gacc-2023-9#1").code == 0


def test_a_corpus_of_ones_own_from_nothing(
    tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    made = corpus.ingest("init", own)
    assert (made.code, f"CLAUSEDESK_CORPUS='{own}'" in made.out) == (0, True)
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(own))
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path / "own-var"))
    assert corpus.ingest("build").code == 0
    assert "no documents yet: `python -m ingest add" in corpus.ingest("status").out
    assert corpus.ingest("verify").out == "0 documents, 0 clauses: all is well\n"
    assert "0 documents" in corpus.ingest("graph").out
    assert "no lessons yet" in corpus.app("lessons").err
    assert "holds no document yet" in corpus.app("search", "dogs").err
    asked = json.loads(corpus.app("ask", "Does a dog need a chip?", "--json").out)
    assert (asked["answered"], asked["retrieved"]) == (False, [])
    assert "holds no document yet" in asked["answer"]
    assert corpus.ingest("add", corpus.file("dogs.txt", DOGS)).code == 0
    assert "A dog needs a chip" in corpus.app("ask", "Does a dog need a chip?").out
    assert "is not empty" in corpus.ingest("init", own).err


def test_a_file_that_is_not_there(corpus: Corpus) -> None:
    ended = corpus.ingest("add", corpus.folder / "no-such.txt")
    assert ended.code == 1
    assert "not taken  no-such.txt: there is no such file" in ended.out


@pytest.mark.parametrize("error", [ClauseDeskError("the disk is full"), KeyboardInterrupt()])
@pytest.mark.parametrize("command", ["add", "remove"])
def test_a_failed_build_leaves_corpus_and_index_as_they_were(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, command: str, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    before = corpus.bytes()
    pointer = (corpus.settings.index / "CURRENT").read_bytes()
    monkeypatch.setattr(corpus_changes, "build", fail)
    wanted = corpus.file("dogs.txt", DOGS) if command == "add" else "gacc-2019-5"
    assert corpus.ingest(command, wanted).code in (2, 130)
    assert corpus.bytes() == before
    assert (corpus.settings.index / "CURRENT").read_bytes() == pointer


def test_remove_takes_entry_file_and_clauses(corpus: Corpus) -> None:
    ended = corpus.ingest("remove", "gacc-2019-5")
    assert ended.code == 0
    assert ended.out.startswith("removed gacc-2019-5, file gacc-2019-5.txt\n")
    assert not (corpus.settings.corpus / "documents" / "gacc-2019-5.txt").exists()
    assert "no clause gacc-2019-5#1" in corpus.app("show", "gacc-2019-5#1").err
    assert corpus.ingest("verify").code == 0


def test_verify_finds_nothing_wrong(corpus: Corpus) -> None:
    ended = corpus.ingest("verify")
    assert (ended.code, ended.out) == (0, "5 documents, 23 clauses: all is well\n")


def _change_file(corpus: Corpus) -> None:
    path = corpus.settings.corpus / "documents" / "gacc-2019-5.txt"
    path.write_bytes(path.read_bytes() + b" ")


def _lose_file(corpus: Corpus) -> None:
    (corpus.settings.corpus / "documents" / "hours.txt").unlink()


def _leave_file(corpus: Corpus) -> None:
    (corpus.settings.corpus / "documents" / "stray.txt").write_text("1. Stray.")


def _edit_catalog(corpus: Corpus) -> None:
    path = corpus.settings.corpus / "catalog.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"the hall"', '"The Hall"'), encoding="utf-8")


def _lose_index(corpus: Corpus) -> None:
    shutil.rmtree(corpus.settings.index)


def _damage_vectors(corpus: Corpus) -> None:
    index = corpus.settings.index
    name = (index / "CURRENT").read_text(encoding="utf-8").strip()
    (index / name / "chroma" / "chroma.sqlite3").write_bytes(b"garbage")


def _contradict_the_text(corpus: Corpus) -> None:
    path = corpus.settings.corpus / "catalog.toml"
    text = path.read_text(encoding="utf-8")
    old = f'id = "{LAW}-2024"\n'
    path.write_text(text.replace(old, f"{old}expression_date = 2019-01-01\n"), encoding="utf-8")
    corpus.ingest("build")


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (_change_file, "gacc-2019-5: gacc-2019-5.txt has sha256"),
        (_lose_file, "hours: "),
        (_leave_file, "stray.txt: no catalog entry names this file"),
        (_edit_catalog, "hours: the index holds another catalog entry"),
        (_lose_index, "hours: it is not in the index: run `python -m ingest build`"),
        (_damage_vectors, "index: the vectors in"),
        (_contradict_the_text, f"{LAW}-2024: expression_date 2019-01-01 is before 2024-02-01"),
    ],
)
def test_verify_names_each_fault(
    corpus: Corpus, damage: Callable[[Corpus], None], line: str
) -> None:
    damage(corpus)
    ended = corpus.ingest("verify")
    assert ended.code == 1
    assert any(row.startswith(line) for row in ended.out.splitlines()), ended.out
    assert "fault" in ended.last


def test_verify_compares_clauses_with_the_index(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.keeping import verification

    read = pipeline.read_document

    def read_otherwise(entry: object, settings: Settings) -> CorpusDocument:
        from dataclasses import replace

        document = read(entry, settings)  # type: ignore[arg-type]
        parsed = replace(document.parsed, clauses=document.parsed.clauses[:-1])
        return replace(document, parsed=parsed)

    monkeypatch.setattr(verification, "read_document", read_otherwise)
    ended = corpus.ingest("verify")
    assert "the index holds other clauses, dates or units" in ended.out
    assert "the text is not covered" in ended.out


def test_status_tells_language_dates_and_the_text_in_force(corpus: Corpus) -> None:
    out = corpus.ingest("status").out
    assert "zh  repealed since 2024-02-01" in out
    assert "issued 2024-02-01, in force from 2015-05-01, this text from 2024-02-01" in out
    assert "en  repealed since 2022-05-01" in out
    told = json.loads(corpus.ingest("status", "--json").out)
    law = next(row for row in told["documents"] if row["id"] == f"{LAW}-2018")
    assert (law["work"], law["text_since"], law["status_proof"]) == (
        LAW, "2018-06-01", f"{LAW}-2024#p3",
    )  # fmt: skip


def test_graph_as_table_dot_and_json(corpus: Corpus) -> None:
    table = corpus.ingest("graph").out
    assert "gacc-2022-8 repeals gacc-2019-5 from 2022-05-01  [gacc-2022-8#3]" in table
    assert f"{LAW}-2024 replaces {LAW}-2018 from 2024-02-01  [{LAW}-2024#p3]" in table
    assert "not held: 样品管理规定" in table
    assert corpus.ingest("graph", "--dot").out.startswith("digraph corpus {")
    told = json.loads(corpus.ingest("graph", "--json").out)
    assert {"source": "gacc-2022-8", "relation": "repeals"}.items() <= told["edges"][0].items()


def test_diff_shows_each_changed_clause(corpus: Corpus) -> None:
    out = corpus.app("diff", LAW).out
    assert f"{LAW}-2024#2, 第二条, changed on 2024-02-01\n" in out
    assert "第二条 样品应当在[-十-]{+五+}日内送检。" in out
    rows = [
        json.loads(line) for line in corpus.app("diff", f"{LAW}-2018", "--json").out.splitlines()
    ]
    assert [(row["change"], row["path"]) for row in rows] == [
        ("added", "p3"), ("changed", "2"), ("added", "3"),
    ]  # fmt: skip
    assert rows[1]["old_clause_id"] == f"{LAW}-2018#2"


def test_diff_of_what_has_one_text(corpus: Corpus) -> None:
    ended = corpus.app("diff", "hours")
    assert ended.code == 2
    assert f"hours has one text only in the corpus; with several: {LAW}" in ended.err


def test_the_first_add_builds_the_index(
    tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = corpus_of(tmp_path / "fresh")
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(settings.corpus))
    monkeypatch.setenv("CLAUSEDESK_VAR", str(settings.var))
    ended = corpus.ingest("add", corpus.file("dogs.txt", DOGS))
    assert "2 documents (4 embedded now), 4 clauses" in ended.last
