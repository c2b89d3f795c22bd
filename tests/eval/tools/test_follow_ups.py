from pathlib import Path

import pytest

from eval.errors import CannotRun
from eval.tools.follow_ups import TURNS_FILE, load_turns


def test_turns_are_many_and_half_are_kept_apart() -> None:
    dev, apart = load_turns(TURNS_FILE, "dev"), load_turns(TURNS_FILE, "apart")
    assert len(dev) + len(apart) >= 120
    assert len({turn.document for turn in (*dev, *apart)}) >= 10
    assert {turn.topic for turn in apart} == {"same", "new"}


def test_a_line_that_is_no_turn_is_named(tmp_path: Path) -> None:
    file = tmp_path / "turns.jsonl"
    file.write_text('{"question": "And?"}\n', encoding="utf-8")
    with pytest.raises(CannotRun, match="line 1: "):
        load_turns(file, "dev")
