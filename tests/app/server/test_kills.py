"""Kill -9 at any moment of a write: nothing that was told of is lost, nothing is half there."""

import subprocess
import sys
from pathlib import Path

from ingest.settings import PROJECT

KILLS = 60


def test_no_kill_loses_a_conversation_a_key_or_an_audit_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "tests/kill_server_state.py", str(tmp_path), str(KILLS)],
        cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    count = int(done.stdout.split()[2])
    assert count > 5 * KILLS, done.stdout  # most were killed in the midst of writing
