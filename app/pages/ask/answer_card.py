"""One answer: statements with their citations, or a refusal, and how it came about."""

import streamlit as st

from app.answer.quoted_table import as_read
from app.contract import (
    Answer,
    CheckOutcome,
    Purpose,
    Question,
    RefusalReason,
    ShortAnswer,
    Statement,
)
from app.conversations.conversation import Turn
from app.conversations.feedback import feedback_on, keep_feedback
from app.desk import ClauseDesk
from app.library import Library
from app.pages.ask import (
    explanation_panel,
    pack_files,
    refusal_card,
    table_card,
    understanding_card,
)
from app.pages.ask.copying import copies_html
from app.pages.frame import documents_choice, follow_button
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import (
    chip_label,
    citation_marks,
    draw_facts,
    draw_label,
    label_html,
    status_html,
)
from app.pages.frame.place_buttons import draw_place, draw_proof
from app.plain_text import html_text, label_text
from app.views.answer import AnswerView, PassageView, QuotePart, view_answer
from app.views.gap import find_gap
from app.views.quote_place import QuoteState
from app.wording import day_words
from ingest.settings import load_settings

#: a mark is told by its words; the sign only helps to find it
_CHECK_SIGNS = {CheckOutcome.VERIFIED: "✓", CheckOutcome.NOT_CHECKED: "○", CheckOutcome.FAILED: "✕"}
#: indentations of lines that stand below others
_DEEPEST = 3
_QUOTE_MARKS = {
    QuoteState.VERBATIM: ("verified", "✓"),
    QuoteState.MOVED: ("not_checked", "↷"),
    QuoteState.GONE: ("failed", "✕"),
}


def draw(turn: Turn, state: PageState, desk: ClauseDesk) -> None:
    """Draw the answer of a turn; a turn without one draws nothing."""
    if turn.answer is None:
        return
    if turn.answer.refusal_reason in (RefusalReason.NO_QUESTION, RefusalReason.OTHER_LANGUAGE):
        _draw_talk(turn, turn.answer, state)
        return
    library = desk.library()
    view = view_answer(turn.answer, library, language())
    documents_choice.draw_of(turn, turn.answer, library, state)
    understanding_card.draw(turn, turn.answer, state)
    if view.refusal is not None:
        with st.container(key=f"refusal-{turn.number}", gap="small"):
            refusal_card.draw_reason(view.refusal)
            _draw_passages(turn, turn.answer, view, state, library)
            is_searched = turn.answer.purpose is Purpose.CLAUSES
            if is_searched and turn.answer.refusal_reason is not RefusalReason.HOSTILE:
                trace = state.conversation.trace(turn, turn.answer, desk)
                gap = find_gap(trace, language())
                refusal_card.draw_what_to_do(turn, turn.answer, view.refusal, gap, state)
    elif turn.answer.purpose is not Purpose.CLAUSES:
        _draw_whole(turn, turn.answer, view, state, library)
    else:
        _draw_banner(turn, turn.answer, view, state)
        if view.short is not None:
            draw_short(turn.number, view.short)
            draw_label(say("answer.quoted"))
        table_card.draw(turn.number, turn.answer, {passage.n for passage in view.passages})
        _draw_passages(turn, turn.answer, view, state, library)
        table_card.draw_mentioned(turn, turn.answer, library, state)
        _draw_left_out(view)
    _draw_facts(turn.answer, view)
    _draw_feedback(turn, turn.answer, state, desk)
    explanation_panel.draw(turn, turn.answer, state, desk)


def _draw_talk(turn: Turn, answer: Answer, state: PageState) -> None:
    """One line, and questions that the corpus answers, each asked with a click."""
    st.html(f'<p class="reply">{html_text(answer.lead)}</p>')
    if not answer.suggestions:
        return
    draw_label(say("ask.try_one"))
    for at, question in enumerate(answer.suggestions):
        st.button(
            label_text(question),
            key=f"suggestion-{turn.number}-{at}",
            on_click=state.ask,
            args=(question,),
        )


def _draw_whole(
    turn: Turn, answer: Answer, view: AnswerView, state: PageState, library: Library
) -> None:
    """Lines on whole documents; the clauses that they come from are folded away."""
    st.html(f'<p class="lead">{html_text(view.lead)}</p>')
    for heading, lines in view.groups:
        title = label_html(heading) if heading else ""
        items = "".join(_line_html(turn.number, line) for line in lines)
        st.html(f'{title}<ul class="lines">{items}</ul>')
    with st.expander(say("answer.quoted"), key=f"clauses-{turn.number}"):
        _draw_passages(turn, answer, view, state, library)


def _line_html(number: int, line: Statement) -> str:
    """Dashes before a line, which tell in plain text how deep it stands, are its indentation."""
    words = line.text.lstrip("– ")
    level = min(line.text[: len(line.text) - len(words)].count("–"), _DEEPEST)
    marks = "".join(citation_marks(number, line.citations))
    return f'<li class="level-{level}">{html_text(words)} {marks}</li>'


def draw_short(number: int, short: ShortAnswer) -> None:
    """The line above the quotes, with its citations; a model's says what it is worth."""
    check, words = "", as_read(short.text)
    if short.by == "model":
        words = short.text
        check = (
            f'<span class="check check-{short.check.value}"><span aria-hidden="true">'
            f"{_CHECK_SIGNS[short.check]}</span> "
            f"{html_text(say(f'answer.check_{short.check.value}'))}</span>"
        )
    st.html(
        f'<p class="short"><span class="label">{html_text(say("answer.in_short"))}</span> '
        f"{html_text(words)} {''.join(citation_marks(number, short.citations))} {check}</p>"
    )


def _draw_banner(turn: Turn, answer: Answer, view: AnswerView, state: PageState) -> None:
    """Before the words: this is not the law of that day; once of a clause that answers twice."""
    told: set[str] = set()
    for passage in view.passages:
        if passage.in_force_that_day:
            continue
        line = say(
            "answer.not_in_force",
            day=day_words(answer.as_of, language()),
            locator=passage.source.locator,
            name=passage.source.name,
            status=passage.status_words,
        )
        if line in told:
            continue
        told.add(line)
        with st.container(
            key=f"banner-{turn.number}-{passage.n}",
            horizontal=True,
            vertical_alignment="center",
            gap="small",
        ):
            st.html(
                f'<div role="note" class="banner"><span aria-hidden="true">⚠</span> '
                f"{html_text(line)}</div>"
            )
            if passage.instead is not None and passage.instead.place is not None:
                st.button(
                    say("answer.instead", place=chip_label(passage.instead)),
                    key=f"instead-{turn.number}-{passage.n}",
                    on_click=state.open,
                    args=((passage.instead.place,), 0, answer.as_of),
                )


def _draw_passage(
    turn: Turn,
    answer: Answer,
    view: AnswerView,
    passage: PassageView,
    state: PageState,
    library: Library,
) -> None:
    place = passage.source.place
    with st.container(key=f"passage-{turn.number}-{passage.n}", gap="xsmall"):
        is_open = place is not None and state.source is not None and state.source.place == place
        draw_place(
            f"{label_text(f'[{passage.n}]')} {chip_label(passage.source)}",
            f"cite-{turn.number}-{passage.n}",
            view.places,
            place,
            answer.as_of,
            state,
            kind="primary" if is_open else "secondary",
        )
        quote = "".join(_part_html(kind, text) for kind, text in passage.parts)
        if passage.table is not None:
            quote = table_card.quoted_html(passage.table)
        st.html(f'<blockquote class="quote">{quote}</blockquote>')
        for translation in passage.translations:
            st.html(
                f'<p class="translation">{html_text(translation)} '
                f'<span class="check">{html_text(say("answer.translation"))}</span></p>'
            )
        if passage.items is not None:
            draw_facts(passage.items)
        if not view.marks_are_shared:
            _draw_marks(turn, answer, passage, state)
        if place is not None:
            st.html(copies_html(library, place, passage.quote, answer.as_of))


def _draw_passages(
    turn: Turn, answer: Answer, view: AnswerView, state: PageState, library: Library
) -> None:
    if view.marks_are_shared:
        with st.container(key=f"marks-{turn.number}", gap=None):
            draw_facts(say("answer.all_quotes"))
            _draw_marks(turn, answer, view.passages[0], state)
    for passage in view.passages:
        _draw_passage(turn, answer, view, passage, state, library)


def _draw_marks(turn: Turn, answer: Answer, passage: PassageView, state: PageState) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(_marks_html(passage), width="content")
        proof = passage.proof
        if proof is not None:
            draw_proof(proof, f"proof-{turn.number}-{passage.n}", answer.as_of, state)


def _part_html(kind: QuotePart, text: str) -> str:
    shown = html_text(as_read(text))
    if kind is QuotePart.ANSWERS:
        return f"<strong>{shown}</strong>"
    if kind is QuotePart.FOLDED:
        label = html_text(say("answer.unfold"))
        return f'<details class="folded"><summary title="{label}">…</summary>{shown}</details>'
    return shown


def _marks_html(passage: PassageView) -> str:
    check, sign = _QUOTE_MARKS[passage.state]
    mark = (
        f'<span class="check check-{check}"><span aria-hidden="true">{sign}</span> '
        f"{html_text(say(f'answer.quote_{passage.state.value}'))}</span>"
    )
    if not passage.status_words:
        return mark
    return f"{status_html(passage.status, passage.status_words)} {mark}"


def _draw_left_out(view: AnswerView) -> None:
    if not view.left_out:
        return
    with st.expander(say("answer.left_out", count=len(view.left_out))):
        between = say("reasons.between")
        lines = "".join(
            f"<li>{html_text(rejected.text)} "
            f'<span class="facts">'
            f"{html_text(say('answer.because', reasons=between.join(rejected.reasons)))}</span></li>"
            for rejected in view.left_out
        )
        st.html(f'<ul class="left-out">{lines}</ul>')


def _draw_facts(answer: Answer, view: AnswerView) -> None:
    coverage = view.coverage
    covered = "answer.covered" if answer.certain else "answer.covered_uncertain"
    facts = [say(covered, words=say(f"answer.{coverage}"))] if coverage else []
    facts.append(say("answer.as_of", day=day_words(answer.as_of, language())))
    if answer.model is not None:
        facts.append(say("answer.written_by", model=answer.model))
    if view.outdated:
        facts.append(say("answer.outdated"))
    notes = "".join(f'<p class="note">{html_text(note)}</p>' for note in view.notes)
    st.html(f'{notes}<p class="facts">{html_text(" · ".join(facts))}</p>')


def _draw_feedback(turn: Turn, answer: Answer, state: PageState, desk: ClauseDesk) -> None:
    """A thumb up or down; down asks for the reason. Each becomes a proposed topic."""
    history = state.conversation.history(turn)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        draw_facts(say("answer.helpful"), beside=True)
        thumb = st.feedback("thumbs", key=f"thumb-{turn.number}")
        asked = Question(text=turn.question, history=history, as_of=turn.as_of)
        asked_on = turn.asked_at.astimezone().date()
        follow_button.draw(
            str(turn.number),
            turn.id,
            lambda f: f.answer(turn.id, asked, answer, asked_on, language()),
            noted=True,
        )
        pack_files.draw(str(turn.number), desk, lambda: [turn])
    if thumb is None:
        return
    reason = ""
    if thumb == 0:
        reason = st.text_input(say("answer.why_not"), key=f"reason-{turn.number}", max_chars=500)
    said = (thumb == 1, reason)
    if turn.feedback != said:
        state.conversation.judge(turn, *said)
        keep_feedback(feedback_on(answer, history, *said), load_settings().var)
        st.toast(say("answer.thanks"))
