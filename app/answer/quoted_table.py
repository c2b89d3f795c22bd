"""Rows of a table in a quote: what they are read under, their cells, and how they are cited."""

import re
from dataclasses import dataclass

from app.plain_text import shortened
from ingest.structure import Clause, ParsedDocument

#: parts cells, but not where a cell itself has it
_CELL_END = re.compile(r"(?<!\\)\|")

#: between the names of columns and the rows
_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
#: a link to a place in the page that it was taken from, bold words, the end of a line
_MARKUP = re.compile(
    r"\[([^\][]*)\]\(#[^()\s]*\)|(?<![\w)])\*\*(?=\S)(.+?)(?<=\S)\*\*|<br\s*/?>", re.IGNORECASE
)

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuotedTable:
    """Rows of a quote with the names of their columns; ``before`` and ``behind``: the words that
    stand about them, as the caption does."""

    before: str
    columns: tuple[Cells, ...]
    rows: tuple[Cells, ...]
    behind: str


def quoted_table(document: ParsedDocument, start: int, end: int) -> QuotedTable | None:
    """The table in ``text[start:end]``, a row that stands alone with what it is read under; None
    where no row stands there."""
    inside = [
        clause
        for clause in document.clauses
        if clause.read_under is not None and start <= clause.start and clause.end <= end
    ]
    if all(row.is_heading for row in inside):
        return None  # the names of columns alone are no table
    text = document.text
    before = text[start : inside[0].start].strip()
    if inside[0].read_under and not before and not inside[0].is_heading:
        above = [document.by_id[id_] for id_ in inside[0].read_under]
        before = "\n".join(clause.text for clause in above if clause.read_under is None)
        inside = [*(clause for clause in above if clause.read_under is not None), *inside]
    return QuotedTable(
        before,
        tuple(cells(row.text) for row in inside if row.is_heading),
        tuple(cells(row.text) for row in inside if not row.is_heading),
        text[inside[-1].end : end].strip(),
    )


def cells(row: str) -> Cells:
    """
    >>> cells("| a | b\\\\|c |"), cells("a | b")
    (('a', 'b|c'), ('a', 'b'))
    """
    inner = row.strip().removeprefix("|")
    inner = inner if inner.endswith("\\|") else inner.removesuffix("|")
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL_END.split(inner))


def as_read(text: str) -> str:
    r"""A clause's words for a person, where no table is drawn: without what Markdown writes about
    them, rows by their cells. A document's own words, never what is kept or proven.

    >>> as_read("**Fee**, see [here](#):<br>yearly\n| Food | 120 |\n| --- | --: |\n")
    'Fee, see here:\nyearly\nFood · 120\n'
    >>> as_read("5,000**, 6,000**")
    '5,000**, 6,000**'
    """
    lines = (line for line in text.splitlines(keepends=True) if not _RULE.fullmatch(line.strip()))
    return _MARKUP.sub(_words_of, "".join(map(_row_as_read, lines)))


def _row_as_read(line: str) -> str:
    row = line.strip()
    if not row.startswith("|"):
        return line
    return line.replace(row, " · ".join(filter(None, cells(row))))


def _words_of(markup: re.Match[str]) -> str:
    return markup[1] or markup[2] or ("" if markup[0].startswith("[") else "\n")


def excerpt(text: str, longest: int) -> str:
    """How a clause begins, on one line; a row of a Markdown table by its cells.

    >>> excerpt("| Food | 120 | daily |", 80), excerpt("Food is inspected daily.", 12)
    ('Food · 120 · daily', 'Food is…')
    """
    return shortened(as_read(text), longest)


def locator_of(clause: Clause, document: ParsedDocument) -> str:
    """Where a clause stands, for people: a row of a table is no paragraph, and stands in what
    introduces the table; where its file numbers the rows, in its own."""
    if clause.read_under is None or not _PARAGRAPH.search(clause.locator):
        return clause.locator
    introduction = next((document.by_id[id_] for id_ in clause.read_under[:1]), None)
    if introduction is not None and introduction.read_under is None:
        return introduction.locator
    return document.by_id[clause.parent].locator if clause.parent else clause.locator


_PARAGRAPH = re.compile(r"paragraph \d+$|款$")
