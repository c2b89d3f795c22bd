"""An answer of several clauses: the quotes in rows, a side, a part or a clause each.

inside: …quote… [1]
outside: …quote… [2]
Not covered: “at sea”
"""

from collections.abc import Sequence

from app.answer.extractive import Composed
from app.contract import Citation, Row
from app.search.searcher import Trace
from app.wording import Language, part_not_covered, row_words


def told_rows(trace: Trace, citations: Sequence[Citation]) -> tuple[Row, ...]:
    """Each row with the numbers of the quotes in it; a quote may stand in several rows."""
    return tuple(
        Row(
            words=row.words,
            citations=tuple(
                citation.n
                for citation in citations
                if any(
                    passage.clause.document_id == citation.document_id
                    and citation.start <= passage.start
                    and passage.end <= citation.end
                    for passage in row.passages
                )
            ),
            phrases=row.phrases,
            certain=row.is_certain,
        )
        for row in trace.rows
    )


def in_rows(composed: Composed, rows: Sequence[Row], language: Language) -> str:
    """The text of the answer in its rows, each quote once, so that their numbers count up; what
    heads their tables stands behind them."""
    blocks: list[str] = []
    told = 0
    for row in rows:
        if not row.citations:
            blocks.append(part_not_covered(row.words, language))
            continue
        first = told
        for n in row.citations:
            told += n == told + 1
        marks = "".join(f"[{n}]" for n in row.citations if n <= first)
        words = row_words(row, language)
        label = [f"{words} {marks}".strip()] if words else []
        blocks.append("\n".join([*label, *composed.blocks[first:told]]))
    return "\n\n".join([*blocks, *composed.blocks[told:]])
