"""What a model is asked to do: files in app/prompts/, one set a task.

``<task>.md`` is the system message under a line with its version, which stands in the
JSON of an answer, so that an old answer tells how it was made. ``<task>.schema.json``
says what the reply must look like; ``<task>.gbnf`` says the same to llama.cpp, without
spaces between the parts of the JSON: each one would cost a token.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parent.parent / "prompts"


@dataclass(frozen=True, slots=True)
class PromptTask:
    """``version``: "answer 2"; ``system``: the system message."""

    version: str
    system: str
    schema: dict[str, Any]
    grammar: str


@cache
def load_task(name: str) -> PromptTask:
    """The task of that name: "answer", "translate", "search" or "expect"."""
    head, _, system = _read(f"{name}.md").partition("\n")
    return PromptTask(
        version=f"{name} {head.removeprefix('version:').strip()}",
        system=system.strip(),
        schema=json.loads(_read(f"{name}.schema.json")),
        grammar=_read(f"{name}.gbnf"),
    )


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
