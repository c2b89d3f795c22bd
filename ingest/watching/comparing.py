"""Two texts of one address: what changed in words or numbers, and whether it is a text at all."""

import re
from dataclasses import dataclass
from typing import Literal

from ingest.corpus.alignment import Alignment
from ingest.structure import ParsedDocument

#: share of the earlier clauses that a new version must still have, and of the earlier length
_KEPT, _LENGTH = 0.3, 0.5
#: characters of the shortest document that has no numbered clause
_SHORTEST = 300
_NAMED = 8
_PASSWORD = re.compile(rb"<input\b[^>]{0,200}\btype\s*=\s*[\"']?password", re.IGNORECASE)


def no_version(before: ParsedDocument | None, after: ParsedDocument, data: bytes) -> str:
    """Why what stands at an address is not the document or a new version of it: a login page, an
    error, another page; "" where it may be one. ``data``: its bytes."""
    asks = ", and asks for a password" if _PASSWORD.search(data) else ""
    numbered = any(clause.num for clause in after.clauses)
    if before is None:
        if numbered or (len(after.text) >= _SHORTEST and not asks):
            return ""
        return f"what stands there is no document: it has no numbered clause{asks}"
    if any(clause.num for clause in before.clauses) and not numbered:
        return f"what stands there has no numbered clause any more{asks}"
    kept = sum(bool(pair.old and pair.new) for pair in Alignment(before, after).pairs)
    if kept < _KEPT * len(before.clauses):
        return f"what stands there has hardly anything of the earlier text{asks}"
    if len(after.text) < _LENGTH * len(before.text):
        return f"what stands there is far shorter than the earlier text{asks}"
    return ""


@dataclass(frozen=True, slots=True)
class ChangedClauses:
    """``places``: locators of the clauses to which one thing happened."""

    kind: Literal["new", "gone", "words", "number"]
    places: tuple[str, ...]

    @property
    def named(self) -> str:
        """The first few of the places."""
        more = f" +{len(self.places) - _NAMED}" if len(self.places) > _NAMED else ""
        return ", ".join(self.places[:_NAMED]) + more

    @property
    def line(self) -> str:
        """For people: "other words: item 2"."""
        words = {"words": "other words", "number": "other number"}
        return f"{words.get(self.kind, self.kind)}: {self.named}"


def changes(before: ParsedDocument, after: ParsedDocument) -> tuple[ChangedClauses, ...]:
    """Which clauses changed, in words or in number; () for layout, spaces and punctuation alone."""
    told: dict[Literal["new", "gone", "words", "number"], list[str]] = {}
    for pair in Alignment(before, after).pairs:
        if pair.old is None and pair.new is not None:
            told.setdefault("new", []).append(pair.new.locator)
        elif pair.new is None and pair.old is not None:
            told.setdefault("gone", []).append(pair.old.locator)
        elif pair.old and pair.new and pair.changed:
            told.setdefault("words", []).append(pair.new.locator)
        elif pair.old and pair.new and pair.new.num and pair.old.path != pair.new.path:
            told.setdefault("number", []).append(f"{pair.old.locator} → {pair.new.locator}")
    return tuple(ChangedClauses(kind, tuple(places)) for kind, places in told.items())
