"""How an answer was found: in plain words first, the figures for whoever wants them."""

import streamlit as st

from app.contract import Answer, Purpose, RefusalReason
from app.conversations.conversation import Turn
from app.desk import ClauseDesk
from app.pages.frame.page_language import language, say
from app.pages.frame.page_state import PageState
from app.pages.frame.page_style import chip_label, draw_facts, duration_words, error_box, label_html
from app.pages.frame.place_buttons import draw_place
from app.plain_text import html_text
from app.views.explanation import CandidateView, Explanation, MatchPart, SentenceChoice, explain
from ingest.errors import ClauseDeskError


def draw(turn: Turn, answer: Answer, state: PageState, desk: ClauseDesk) -> None:
    """An expander; what is in it is worked out when it is opened."""
    panel = st.expander(say("found.title"), key=f"found-{turn.number}", on_change="rerun")
    with panel:
        if not panel.open:
            return
        draw_facts(say("found.took", duration=duration_words(answer.timings_ms["total"])))
        if answer.purpose is not Purpose.CLAUSES:
            line = say("found.decision_facts")
            st.html(f'{label_html(say("found.decision"))}<p class="advice">{html_text(line)}</p>')
            return
        try:
            found = explain(answer, state.conversation.trace(turn, answer, desk), language())
        except ClauseDeskError as error:
            error_box(str(error))
            return
        if found.outdated:
            st.html(f'<p class="advice">{html_text(say("found.outdated"))}</p>')
        _draw_search(answer)
        _draw_decision(answer, found)
        if not found.candidates:
            return
        _draw_candidates(turn, answer, found, state)
        for choice in found.choices:
            _draw_choice(choice)
        _draw_figures(turn, found)


def _draw_search(answer: Answer) -> None:
    queries = "".join(f"<li>{html_text(query)}</li>" for query in answer.searched_for)
    st.html(label_html(say("answer.searched_words")) + f'<ul class="queries">{queries}</ul>')


def _draw_decision(answer: Answer, found: Explanation) -> None:
    if answer.refusal_reason in (RefusalReason.HOSTILE, RefusalReason.NOT_HELD):
        line = say(f"found.decision_{answer.refusal_reason.value}")
    else:
        kind = "answered" if answer.answered else "refused"
        line = say(f"found.decision_{kind}", confidence=found.confidence, threshold=found.threshold)
    st.html(f'{label_html(say("found.decision"))}<p class="advice">{html_text(line)}</p>')


def _draw_candidates(turn: Turn, answer: Answer, found: Explanation, state: PageState) -> None:
    leading = say("found.and").join(say(f"found.by_{name}") for name in found.leading_channels)
    why = say(f"found.why_{found.reason}", channels=leading)
    st.html(f'{label_html(say("found.candidates"))}<p class="advice">{html_text(why)}</p>')
    places = tuple(c.source.place for c in found.candidates if c.source.place is not None)
    best = max((candidate.score for candidate in found.candidates), default=1.0) or 1.0
    for at, candidate in enumerate(found.candidates):
        with st.container(key=f"candidate-row-{turn.number}-{at}", gap=None):
            label = f"{at + 1}\\. {chip_label(candidate.source)}"
            key = f"candidate-{turn.number}-{at}"
            draw_place(label, key, places, candidate.source.place, answer.as_of, state)
            st.html(_candidate_html(candidate, best))


def _candidate_html(candidate: CandidateView, best: float) -> str:
    share = max(candidate.score / best, 0.0)
    words = candidate.matched_words
    line = say("found.matched", words=", ".join(words)) if words else say("found.nothing_matched")
    return (
        f'<div class="bar" aria-hidden="true"><span style="width: {share:.0%}"></span></div>'
        f'<p class="excerpt">{html_text(line)}</p>'
    )


def _draw_choice(choice: SentenceChoice) -> None:
    line = say("found.quoted", n=choice.n, quoted=choice.quoted, count=len(choice.sentences))
    sentences = " ".join(
        f'<span class="{"sentence quoted" if sentence.quoted else "sentence"}">'
        f"{_pieces_html(sentence.pieces)}</span>"
        for sentence in choice.sentences
    )
    st.html(
        f'{label_html(say("found.sentences"))}<p class="advice">{html_text(line)}</p>'
        f'<div class="sentences">{sentences}</div>'
    )


def _draw_figures(turn: Turn, found: Explanation) -> None:
    """Plain tables of our own: what stands in them was written elsewhere."""
    with st.popover(say("found.figures"), key=f"figures-{turn.number}", type="tertiary"):
        names = [score.channel for score in found.candidates[0].channels]
        head = "".join(
            f'<th scope="col">{html_text(say(f"found.by_{name}"))}</th>' for name in names
        )
        rows = "".join(
            f'<tr><th scope="row">{html_text(candidate.source.locator)}, '
            f"{html_text(candidate.source.name)}</th>"
            + "".join(f"<td>{score.score:.3f} ({score.rank}.)</td>" for score in candidate.channels)
            + f"<td>{candidate.score:.3f}</td></tr>"
            for candidate in found.candidates
        )
        features = "".join(
            f'<tr><th scope="row">{html_text(say(f"feature.{name}"))}</th><td>{value:.3f}</td></tr>'
            for name, value in found.features.items()
        )
        st.html(
            f'<div class="figures"><table><thead><tr><th scope="col">'
            f"{html_text(say('found.clause'))}</th>{head}"
            f'<th scope="col">{html_text(say("found.together"))}</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>{label_html(say('found.features'))}"
            f"<table><tbody>{features}</tbody></table></div>"
        )


def _pieces_html(pieces: tuple[MatchPart, ...]) -> str:
    return "".join(
        f"<strong>{html_text(piece.text)}</strong>" if piece.matched else html_text(piece.text)
        for piece in pieces
    )
