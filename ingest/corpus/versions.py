"""The texts of one Work side by side: which clause stands for which on a day, and what changed.

A clause of a text that is not in force is still found; what answers is the clause that
stands in its place on the day asked for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal

from ingest.corpus.alignment import OTHER_NUMBER, Alignment, likeness
from ingest.corpus.documents import CorpusDocument
from ingest.errors import ClauseDeskError
from ingest.facts.modifications import Status, Timeline
from ingest.structure import Clause
from ingest.text.language import IDEOGRAPHS

#: Chinese is compared character by character: a word cut differently is no change
_TOKENS = re.compile(rf"[{IDEOGRAPHS}]|\w+?(?=[{IDEOGRAPHS}])|\w+|\s+|[^\w\s]")

Change = Literal["added", "removed", "changed"]


class UnknownWork(ClauseDeskError):
    """No Work of that id, or one with a single text: there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A stretch that both texts have ("same"), or only one of them."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that is not the same in two texts that follow each other.

    ``since``: when the newer one began to apply.
    """

    work: str
    change: Change
    since: date | None
    old: Clause | None
    new: Clause | None

    @property
    def clause(self) -> Clause:
        """The clause by which the change is named: the newer one, if it is there."""
        clause = self.new or self.old
        assert clause is not None
        return clause

    @property
    def pieces(self) -> tuple[DiffPart, ...]:
        return compare(self.old.text if self.old else "", self.new.text if self.new else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "work": self.work,
            "path": self.clause.path,
            "locator": self.clause.locator,
            "change": self.change,
            "since": self.since.isoformat() if self.since else None,
            "old_clause_id": self.old.id if self.old else None,
            "new_clause_id": self.new.id if self.new else None,
            "old": self.old.text if self.old else None,
            "new": self.new.text if self.new else None,
            "words": marked(self.pieces),
        }


class Versions:
    """The texts of the corpus by Work; safe in several threads."""

    def __init__(self, documents: Mapping[str, CorpusDocument], timeline: Timeline) -> None:
        self._documents = documents
        self._timeline = timeline
        self._alignments: dict[tuple[str, str], Alignment] = {}

    def in_force(self, clause: Clause, as_of: date) -> Clause | None:
        """The clause that stands in this one's place on a day: itself, if its text is in force
        then, else one of a document that replaces, repeals or precedes its own; None if the
        corpus holds none."""
        status = self._timeline.status(clause.document_id, clause.path, as_of)
        if status.status is Status.IN_FORCE or status.status is Status.UNKNOWN:
            return clause
        language = self._documents[clause.document_id].entry.language
        for successor in self._timeline.successors(clause.document_id, as_of):
            # clauses are paired by their words, which two languages do not share
            if self._documents[successor].entry.language != language:
                continue
            found = self._alignment(clause.document_id, successor).newer.get(clause.id)
            # in another Work the same number may stand before quite another rule
            if found and (
                self.of_one_work(clause.document_id, successor)
                or likeness(clause, found) >= OTHER_NUMBER
            ):
                return found
        return None

    def of_one_work(self, one: str, other: str) -> bool:
        return other in self._timeline.texts_of_the_work(one)

    def changed_on(self, clause: Clause) -> date | None:
        """The day on which a text began to apply that has this clause in other words than
        the text before it, or for the first time; None if the corpus knows of none."""
        texts = self._dated_texts(clause.document_id)
        current = clause
        while current.document_id in texts[1:]:
            before = texts[texts.index(current.document_id) - 1]
            alignment = self._alignment(before, current.document_id)
            if current.id in alignment.changed:
                return self._since(current.document_id)
            current = alignment.older[current.id]
        return None

    def changes(self, name: str) -> list[ClauseChange]:
        """What changed between the texts of a Work, named by its id or by a document's.

        Raises UnknownWork for a name that is none, and for a Work with one text.
        """
        texts = self._texts_named(name)
        return [
            change for older, newer in pairwise(texts) for change in self._changes(older, newer)
        ]

    def texts(self, name: str) -> list[CorpusDocument]:
        """The texts of a Work, oldest first; raises UnknownWork."""
        return [self._documents[text] for text in self._texts_named(name)]

    def _texts_named(self, name: str) -> list[str]:
        keys = {id_: document.entry.work_key for id_, document in self._documents.items()}
        member = name if name in keys else next((i for i, k in keys.items() if k == name), None)
        texts = self._dated_texts(member) if member else []
        if len(texts) > 1:
            return texts
        several = dict.fromkeys(key for id_, key in keys.items() if len(self._dated_texts(id_)) > 1)
        held = f"with several: {', '.join(several)}" if several else "no Work has several"
        what = f"{name} has one text only" if member else f"no Work or document {name}"
        raise UnknownWork(f"{what} in the corpus; {held}")

    def _dated_texts(self, document_id: str) -> list[str]:
        """Texts of the same Work in the same language that something dates, oldest first."""
        language = self._documents[document_id].entry.language
        return [
            text
            for text in self._timeline.texts_of_the_work(document_id)
            if self._since(text) is not None and self._documents[text].entry.language == language
        ]

    def _changes(self, older: str, newer: str) -> Iterator[ClauseChange]:
        for pair in self._alignment(older, newer).pairs:
            if not pair.changed:
                continue
            change: Change = "changed"
            if pair.old is None or pair.new is None:
                change = "removed" if pair.new is None else "added"
            work = self._documents[newer].entry.work_key
            yield ClauseChange(work, change, self._since(newer), pair.old, pair.new)

    def _since(self, document_id: str) -> date | None:
        return self._documents[document_id].expression.since

    def _alignment(self, older: str, newer: str) -> Alignment:
        if (older, newer) not in self._alignments:
            self._alignments[older, newer] = Alignment(
                self._documents[older].parsed, self._documents[newer].parsed
            )
        return self._alignments[older, newer]


def compare(old: str, new: str) -> tuple[DiffPart, ...]:
    """Two texts word by word; the pieces joined without the added ones are ``old``,
    without the removed ones ``new``, to the letter."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    pieces: list[DiffPart] = []
    matcher = SequenceMatcher(None, before, after, False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(DiffPart("same", "".join(before[i:i_end])))
            continue
        if i < i_end:
            pieces.append(DiffPart("removed", "".join(before[i:i_end])))
        if j < j_end:
            pieces.append(DiffPart("added", "".join(after[j:j_end])))
    return tuple(pieces)


def marked(pieces: tuple[DiffPart, ...]) -> str:
    """ "within [-30-]{+20+} days" """
    marks = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    return "".join(f"{marks[p.kind][0]}{p.text}{marks[p.kind][1]}" for p in pieces)
