"""Readers at one server with an ingest in between: no error, nothing mixed.

The long run, fifty readers for ten minutes, is made by hand: see tests/crowd.py.
"""

import json
import os
import subprocess
import sys

import pytest

from ingest.settings import PROJECT


@pytest.mark.alone
def test_readers_get_their_own_answers_while_a_document_is_added() -> None:
    command = [sys.executable, "tests/crowd.py", "--readers", "10", "--seconds", "45"]
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": f"{PROJECT}:{PROJECT / 'tests'}"},
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert told["answers"] >= 20
