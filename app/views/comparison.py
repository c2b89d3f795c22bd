"""Two texts of one Work side by side: what was taken out, what was put in."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.library import Library
from app.plain_text import capitalized
from app.wording import Language, locator_in
from ingest.corpus.versions import Change, DiffPart


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A clause in both texts; a piece of ``old`` is same or removed, of ``new`` same or added."""

    locator: str
    change: Change
    old: tuple[DiffPart, ...]
    new: tuple[DiffPart, ...]
    is_current: bool  # the clause that the reader has open


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Two texts that follow each other; ``changes`` has the open clause first."""

    older: str  # document id
    newer: str
    older_since: date | None
    newer_since: date | None
    changes: tuple[ChangeView, ...]

    @property
    def current_changed(self) -> bool:
        return any(change.is_current for change in self.changes)


def has_several_texts(library: Library, document_id: str) -> bool:
    """Whether there is another text of the Work, in the same language, to compare with."""
    return len(_texts(library, document_id)) > 1


def compare_texts(
    library: Library, document_id: str, clause_id: str | None, language: Language
) -> tuple[ComparisonView, ...]:
    """The texts of a document's Work, each with the one before it, newest first."""
    changes = library.versions.changes(document_id)
    views = []
    for older, newer in pairwise(_texts(library, document_id)):
        found = [
            ChangeView(
                capitalized(locator_in(change.clause.locator, language)),
                change.change,
                tuple(piece for piece in change.pieces if piece.kind != "added"),
                tuple(piece for piece in change.pieces if piece.kind != "removed"),
                clause_id is not None
                and clause_id in (change.old and change.old.id, change.new and change.new.id),
            )
            for change in changes
            if {clause.document_id for clause in (change.old, change.new) if clause}
            <= {older, newer}
            and change.since == library.documents[newer].expression.since
        ]
        views.append(
            ComparisonView(
                older,
                newer,
                library.documents[older].expression.since,
                library.documents[newer].expression.since,
                tuple(sorted(found, key=lambda change: not change.is_current)),
            )
        )
    return tuple(reversed(views))


def _texts(library: Library, document_id: str) -> list[str]:
    language = library.documents[document_id].entry.language
    return [
        text
        for text in library.timeline.texts_of_the_work(document_id)
        if library.documents[text].expression.since is not None
        and library.documents[text].entry.language == language
    ]
