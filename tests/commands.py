"""Commands as a user meets them: exit code, stdout, stderr."""

from collections.abc import Callable
from typing import NamedTuple

import click
import pytest

from ingest.command_line import run


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Invoke = Callable[..., Ended]


def runner(
    command: click.Command,
    program: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Invoke:
    def invoke(*arguments: object) -> Ended:
        monkeypatch.setattr("sys.argv", [program, *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run(command, program)
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    return invoke


def one_line(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("error: ")
    return lines[0]
