"""What is indexed: one unit a clause, with the context in which it must be read.

A heading is no answer and gets no unit of its own, unless it heads a list; it is
the context of the clauses below it. The head of a list is found, and quoted, together with its items.
"""

from ingest.corpus.catalog import CatalogEntry
from ingest.index.content import SearchUnit
from ingest.models.clause_model import ClauseEmbedder, ClauseText
from ingest.structure import Clause, ParsedDocument

#: code points; a list longer than this is the body of the document itself, and no table longer
#: than this is quoted whole
LONGEST_LIST = 4000


def units_of(entry: CatalogEntry, document: ParsedDocument) -> list[SearchUnit]:
    """The units of one document, in reading order."""
    return [
        SearchUnit(
            clause_id=clause.id,
            document_id=entry.id,
            title=entry.title,
            headings=" › ".join(clause.headings),
            body=quoted_text(document, clause),
            context=context_of(clause, document),
            head=clause.text if document.list_items(clause) else "",
            columns="\n".join(document.by_id[above].text for above in clause.read_under or ()),
        )
        for clause in document.clauses
        if not clause.is_heading or document.list_items(clause)
    ]


def parts_of(unit: SearchUnit, model: ClauseEmbedder) -> list[ClauseText]:
    """The texts by which the model finds and reads a unit; a row of vectors each, in order."""
    parts = model.parts(unit.text)
    return [unit.head_text, *parts] if unit.head_text else parts


def quoted_span(document: ParsedDocument, clause: Clause) -> tuple[int, int]:
    """Where a clause's quote stands: its own words, and for a list's head its items too."""
    items = document.list_items(clause)
    end = document.end_of(items[-1]) if items else clause.end
    return clause.start, end if end - clause.start <= LONGEST_LIST else clause.end


def table_span(document: ParsedDocument, clause: Clause) -> tuple[int, int]:
    """The same, and for what introduces a table its rows too: it says nothing without them."""
    start, end = quoted_span(document, clause)
    rows = document.rows_under(clause)
    return start, rows[-1].end if rows and rows[-1].end - start <= LONGEST_LIST else end


def quoted_text(document: ParsedDocument, clause: Clause) -> str:
    start, end = quoted_span(document, clause)
    return document.text[start:end]


def context_of(clause: Clause, document: ParsedDocument) -> str:
    """The words without which a clause cannot be understood: a list item's lead-in,
    or the item that an unnumbered paragraph goes on with."""
    above = document.by_id.get(clause.lead_in or clause.parent or "")
    # the preamble introduces the whole document; it tells nothing about one item
    if above is None or above.id in (clause.read_under or ()):
        return ""
    if above.is_heading or (above.parent is None and above.num is None):
        return ""
    return above.text
