"""Prompts are files in app/prompts/, one a task; the first line is the version.

The version stands in the JSON of an answer, so that an old answer tells how it was made.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "prompts"


@dataclass(frozen=True, slots=True)
class Prompt:
    """``version``: "answer 1"; ``text``: the system message."""

    version: str
    text: str


@cache
def load_prompt(task: str) -> Prompt:
    """The prompt of a task: "answer" or "search"."""
    head, _, text = (_FOLDER / f"{task}.md").read_text(encoding="utf-8").partition("\n")
    return Prompt(f"{task} {head.removeprefix('version:').strip()}", text.strip())
