"""The rows of an answer of several clauses, and what its quotes point to."""

from collections.abc import Collection

import streamlit as st

from app.answer.quoted_table import Cells, QuotedTable, as_read
from app.contract import Answer, Row
from app.conversations.conversation import Turn
from app.library import Library
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import citation_marks, draw_facts, notice_box
from app.plain_text import html_text, label_text
from app.views.answer import clause_view
from app.views.source import Place
from app.wording import row_words, uncertain


def draw(number: int, answer: Answer, shown: Collection[int]) -> None:
    """A row a side, part or clause: which of the quotes ``shown`` stand for it, and what in them
    is asked for."""
    if answer.reserved:
        notice_box(uncertain(language(), len(answer.citations)), "wait")
    if answer.rows:
        lines = "".join(_row_html(number, row, shown) for row in answer.rows)
        st.html(f'<table class="rows">{lines}</table>')


def quoted_html(table: QuotedTable) -> str:
    """A table of a document as one, the words before and behind it as they stand."""
    head = "".join(_cells_html(row, "th") for row in table.columns)
    body = "".join(_cells_html(row, "td") for row in table.rows)
    grid = f'<table class="rows"><thead>{head}</thead><tbody>{body}</tbody></table>'
    return f"{html_text(as_read(table.before))}{grid}{html_text(as_read(table.behind))}"


def _cells_html(row: Cells, tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{html_text(as_read(cell))}</{tag}>' for cell in row)}</tr>"


def _row_html(number: int, row: Row, shown: Collection[int]) -> str:
    marks = " ".join(citation_marks(number, tuple(n for n in row.citations if n in shown)))
    told = marks or html_text(say("answer.row_not_covered"))
    phrases = html_text("; ".join(row.phrases))
    return f"<tr><th scope='row'>{html_text(row_words(row, language()))}</th><td>{phrases}</td><td>{told}</td></tr>"


def draw_mentioned(turn: Turn, answer: Answer, library: Library, state: PageState) -> None:
    """What the corpus holds is opened; what it does not hold is named in the answer's text."""
    missing = [one.words for one in answer.mentioned if one.document_id is None]
    if missing:
        draw_facts(say("answer.mentioned_missing", names="; ".join(missing)))
    held = [one for one in answer.mentioned if one.document_id in library.documents]
    if not held:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        draw_facts(say("answer.mentioned"), beside=True)
        for at, one in enumerate(held):
            assert one.document_id is not None
            place = Place(one.document_id, one.clause_id)
            label = one.words
            if one.clause_id is not None:
                label = clause_view(library, one.clause_id, language()).locator
            st.button(
                label_text(label),
                key=f"mentioned-{turn.number}-{at}",
                type="tertiary",
                on_click=state.open,
                args=((place,), 0, answer.as_of),
            )
