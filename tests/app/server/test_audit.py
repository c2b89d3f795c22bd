"""The audit log: every change of it is found, personal words can go, and the chain still holds."""

import csv
import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pytest
from commands import Invoke
from hypothesis import given, settings
from hypothesis import strategies as st

from app.readers import Permission, Principal
from app.server.audit.chain import Anchor, BadAuditFile, commitment_to
from app.server.audit.export import export_lines, read_lines
from app.server.audit.log import AuditLog
from app.server.tables import FILE, open_server_tables
from ingest.settings import PROJECT

RITA = Principal("user:1", "Rita", frozenset({Permission.ASK}))
RAVI = Principal("user:2", "Ravi", frozenset({Permission.ASK}))
ANNA = Principal("user:3", "Anna", frozenset(Permission))


def opened(var: Path) -> AuditLog:
    return AuditLog(open_server_tables(var), var)


@pytest.fixture
def var(kept_in: str, tmp_path: Path) -> Path:  # noqa: ARG001
    """Ten lines, five of each reader."""
    return filled(tmp_path)


def filled(var: Path) -> Path:
    audit = opened(var)
    for number in range(5):
        audit.write("answer", RITA, "rest", {"clauses": [number]}, question=f"rita asks {number}")
        audit.write("answer", RAVI, "page", {"clauses": []}, question=f"ravi asks {number}")
    return var


def sql(var: Path, *statements: str) -> None:
    with open_server_tables(var).change() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def test_a_log_as_it_was_written_has_no_faults(var: Path) -> None:
    audit = opened(var)
    assert audit.faults() == []
    assert audit.faults((audit.anchor(),)) == []
    assert [line.seq for line in audit.lines()] == list(range(1, 11))


#: what somebody with the file in hand may do, and what is told of it
CHANGES = [
    ("edited", "UPDATE audit_line SET details = '{\"clauses\":[9]}' WHERE seq = 3", "line 3 was edited"),
    ("dated back", "UPDATE audit_line SET at = '2001' WHERE seq = 4", "line 4 was edited"),
    ("other action", "UPDATE audit_line SET action = 'search' WHERE seq = 1", "line 1 was edited"),
    ("other words", "UPDATE audit_line SET personal = replace(personal, 'rita', 'ravi') WHERE seq = 1", "personal words of line 1 were edited"),
    ("words gone", "UPDATE audit_line SET personal = NULL, salt = NULL WHERE seq = 2", "line 2 are gone"),
    ("deleted", "DELETE FROM audit_line WHERE seq = 5", "line 5 missing"),
    ("several deleted", "DELETE FROM audit_line WHERE seq BETWEEN 3 AND 5", "lines 3 to 5 missing"),
    ("first deleted", "DELETE FROM audit_line WHERE seq = 1", "line 1 missing"),
    ("cut off", "DELETE FROM audit_line WHERE seq > 7", "cut off after line 7: it had 10"),
    ("emptied", "DELETE FROM audit_line", "cut off after line 0"),
    ("cut off, end moved", "DELETE FROM audit_line WHERE seq > 7; UPDATE audit_head SET seq = 7, hash = (SELECT hash FROM audit_line WHERE seq = 7)", "the seal of the log"),
    ("beginning moved", "DELETE FROM audit_line WHERE seq < 4; UPDATE audit_head SET base_seq = 3, base_hash = (SELECT previous FROM audit_line WHERE seq = 4)", "the seal of the log"),
    ("put in another order", "UPDATE audit_line SET seq = 99 WHERE seq = 2; UPDATE audit_line SET seq = 2 WHERE seq = 3; UPDATE audit_line SET seq = 3 WHERE seq = 99", "line 2 was edited"),
    ("one put in", "INSERT INTO audit_line SELECT 11, at, action, front, details, commitment, previous, hash, personal, salt FROM audit_line WHERE seq = 10", "line 11 stands after the end"),
    ("one copied over another", "DELETE FROM audit_line WHERE seq = 6; INSERT INTO audit_line SELECT 6, at, action, front, details, commitment, previous, hash, personal, salt FROM audit_line WHERE seq = 4", "line 6 was edited"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "told"), [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES]
)
def test_every_change_is_found(var: Path, statements: str, told: str) -> None:
    sql(var, *statements.split(";"))
    assert any(told in fault for fault in opened(var).faults()), opened(var).faults()


def test_a_whole_replacement_is_found_by_the_anchor(tmp_path: Path) -> None:
    anchor = opened(filled(tmp_path)).anchor()
    other = tmp_path / "other"
    audit = opened(other)
    for number in range(12):
        audit.write("answer", RITA, "rest", {"clauses": [number]}, question="all is well")
    assert audit.faults() == []  # genuine in itself
    [fault] = audit.faults((anchor,))
    assert "another one than the anchor" in fault


def test_a_log_set_back_to_an_older_copy_is_found_by_the_anchor(tmp_path: Path) -> None:
    var = filled(tmp_path)
    older = {file.name: file.read_bytes() for file in var.glob(f"{FILE}*")}
    audit = opened(var)
    audit.write("answer", RITA, "rest", {}, question="what I should not have been told")
    anchor = audit.anchor()
    for file in var.glob(f"{FILE}*"):
        file.unlink()
    for name, data in older.items():
        (var / name).write_bytes(data)
    [fault] = opened(var).faults((anchor,))
    assert "was cut off" in fault


def test_an_anchor_is_a_line_that_reads_back() -> None:
    anchor = Anchor(7, "ab" * 32, "2026-05-04T10:00:00.000000+00:00")
    assert Anchor.read(f"{anchor}\n\n{anchor}\n") == (anchor, anchor)
    for wrong in ("", "x", "clause-desk-audit-anchor seven ab at"):
        with pytest.raises(BadAuditFile):
            Anchor.read(wrong)


def test_personal_words_go_and_the_chain_holds(var: Path) -> None:
    audit = opened(var)
    anchor = audit.anchor()
    assert audit.blank(RITA.id, ANNA, "rest") == 5
    assert audit.blank(RITA.id, ANNA, "rest") == 0
    assert audit.faults((anchor,)) == []
    text = "".join(export_lines(audit.lines(), "jsonl"))
    assert "rita" not in text.lower() and RITA.id not in text
    assert "ravi asks 3" in text and "Anna" in text
    # nor do they lie about in what the file no longer uses
    assert not any(b"rita asks" in file.read_bytes() for file in var.glob(f"{FILE}*"))


def test_words_cannot_be_guessed_from_what_stays() -> None:
    """The commitment is salted: the same words give another one each time."""
    words = {"reader": "user:1", "question": "When?"}
    assert commitment_to(words, "00" * 16) != commitment_to(words, "01" * 16)


class _LongAgo(datetime):
    """A clock that stands forty days back."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(time.time() - 40 * 86_400, tz)


@pytest.mark.usefixtures("kept_in")
def test_old_lines_are_dropped_and_the_rest_is_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = opened(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("app.server.audit.log.datetime", _LongAgo)
        for number in range(5):
            audit.write("answer", RITA, "rest", {"n": number})
        early = audit.anchor()
    audit.write("answer", RITA, "rest", {"n": "today"})
    later = audit.anchor()
    assert audit.drop_older(30) == 5
    assert audit.drop_older(30) == 0
    assert audit.faults((later,)) == []
    kept = list(audit.lines())
    assert [line.seq for line in kept] == [6, 7]
    assert kept[-1].action == "audit.drop" and kept[-1].details["up_to"] == 5
    audit.write("answer", RITA, "rest", {"n": "goes on"})
    assert audit.faults((early, later)) == []  # the last that was dropped is known by its hash
    [fault] = audit.faults((Anchor(2, early.hash, early.at),))
    assert "no longer kept" in fault


def test_an_export_is_verified_without_the_server(var: Path) -> None:
    audit = opened(var)
    text = "".join(export_lines(audit.lines(), "jsonl"))
    lines = read_lines(text)
    assert lines == list(audit.lines())
    with pytest.raises(BadAuditFile, match="line 2"):
        read_lines(text.splitlines()[0] + "\n{}\n")


@pytest.mark.usefixtures("kept_in")
def test_a_spreadsheet_runs_nothing_of_a_question(tmp_path: Path) -> None:
    audit = opened(tmp_path)
    audit.write("answer", RITA, "rest", {}, question='=HYPERLINK("http://evil.example")')
    [head, row] = csv.reader(io.StringIO("".join(export_lines(audit.lines(), "csv"))))
    assert row[head.index("question")].startswith("'=HYPERLINK")
    assert row[head.index("name")] == "Rita"


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (lambda _: None, 0, "10 lines, as they were written"),
        (lambda var: sql(var, CHANGES[0][1]), 1, "line 3 was edited"),
    ],
)
def test_the_command_line_verifies(
    app: Invoke,
    var: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    code: int,
    told: str,
) -> None:
    monkeypatch.setenv("CLAUSEDESK_VAR", str(var))
    (var / "anchors").write_text(app("audit", "anchor").out)
    change(var)
    ended = app("audit", "verify", "--anchor", var / "anchors")
    assert (ended.code, ended.err) == (code, "")
    assert told in ended.out
    ended = app("audit", "export", var / "log.jsonl")
    assert ended.code == 0 and "11 lines" in ended.err  # and the line that tells of the export
    ended = app("audit", "verify", "--export", var / "log.jsonl", "--anchor", var / "anchors")
    assert ended.code == code
    assert json.loads((var / "log.jsonl").read_text().splitlines()[-1])["action"] == "audit.export"


def test_an_empty_log_says_what_writes_it(
    app: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path))
    ended = app("audit", "verify")
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "0 lines, as they were written",
        "nothing was written yet: `python -m app serve` writes the log, `chat` does not",
    ]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(["write", "blank", "other"]), max_size=12))
def test_whatever_is_done_by_the_log_itself_has_no_faults(steps: list[str]) -> None:
    with TemporaryDirectory() as folder:
        audit = opened(Path(folder))
        anchors = []
        for step in steps:
            if step == "blank":
                audit.blank(RITA.id, ANNA, "rest")
            else:
                audit.write("answer", RITA if step == "write" else RAVI, "mcp", {"é": "中"})
            anchors.append(audit.anchor())
        assert audit.faults(tuple(anchors)) == []


@pytest.mark.usefixtures("kept_in")
def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "sys.path[:0] = ['tests/app/server', 'tests']\n"
        "from test_audit import RITA, opened\n"
        "audit = opened(Path(sys.argv[1]))\n"
        "for n in range(25): audit.write('answer', RITA, 'rest', {'n': n})\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    processes = [subprocess.Popen(command, cwd=PROJECT) for _ in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    audit = opened(tmp_path)
    assert audit.faults() == []
    assert [line.seq for line in audit.lines()] == list(range(1, 76))
