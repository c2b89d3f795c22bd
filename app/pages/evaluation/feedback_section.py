"""What readers said of answers; a word on a wrong one is turned into a topic, without a terminal."""

from hashlib import sha256

import streamlit as st

from app.contract import Question
from app.conversations.feedback import Feedback, keep_feedback, read_feedback
from app.desk import ClauseDesk
from app.pages.ask.opening import open_questions
from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import note
from app.pages.frame.page_style import draw_facts, section_title
from app.plain_text import html_text, label_text
from app.teaching.topics import delete_topic, keep_topic, own_topics, topic_of
from app.views.answer import clause_view
from app.wording import day_words
from ingest.settings import load_settings

#: words of readers that are shown, and clauses that are offered for each
_SHOWN, _OFFERED = 20, 8


def draw(desk: ClauseDesk) -> None:
    settings = load_settings()
    given = read_feedback(settings.var)
    section_title(say("evaluation.readers"), count=len(given))
    if not given:
        draw_facts(say("evaluation.readers_none"))
        return
    draw_facts(say("evaluation.readers_help"))
    kept = {topic.id for topic in own_topics(settings.corpus)}
    # what was wrong and nobody has seen is there to be mended, the latest first
    order = sorted(given, key=lambda one: (one.seen, one.helpful, -one.given_at.timestamp()))
    for feedback in order[:_SHOWN]:
        _draw_word(feedback, kept, desk)


def _draw_word(feedback: Feedback, kept: set[str], desk: ClauseDesk) -> None:
    said = say("evaluation.said_right" if feedback.helpful else "evaluation.said_wrong")
    key = sha256(feedback.model_dump_json().encode()).hexdigest()[:12]
    day = day_words(feedback.given_at.astimezone().date(), language())
    label = f"{day} · {said}: {feedback.question}"
    icon = ":material/done:" if feedback.seen else None
    with st.expander(label_text(label), key=f"said-{key}", icon=icon):
        answered = _places(feedback.clause_ids, desk) or say("evaluation.said_refused")
        st.html(
            f'<p class="given">{html_text(feedback.reason)}</p>'
            f'<p class="facts">{html_text(say("evaluation.said_of", places=answered))}</p>'
        )
        with st.container(horizontal=True, gap="small"):
            if st.button(say("evaluation.said_open"), key=f"ask-{key}", icon=":material/forum:"):
                open_questions([_asked(feedback)])
            if not feedback.seen and st.button(
                say("evaluation.said_seen"), key=f"seen-{key}", icon=":material/done:"
            ):
                seen = feedback.model_copy(update={"seen": True})
                keep_feedback(seen, load_settings().var)
                st.rerun()
        topic_id = topic_of(feedback, ()).id
        if topic_id in kept:
            draw_facts(say("evaluation.topic_kept", topic=topic_id))
            if st.button(say("evaluation.topic_drop"), key=f"drop-{key}", type="tertiary"):
                delete_topic(load_settings(), topic_id)
                note("topic.remove", topic_id)
                st.rerun()
            return
        _draw_making(feedback, key, desk)


def _draw_making(feedback: Feedback, key: str, desk: ClauseDesk) -> None:
    """The clauses that answer, chosen among those quoted and those found; or, where the maker
    says so, none: a refusal."""
    library = desk.library()
    held = (one for one in feedback.clause_ids if one.partition("#")[0] in library.documents)
    offered = dict.fromkeys(
        [*held, *(one.clause_id for one in desk.search(_asked(feedback), _OFFERED))]
    )
    chosen = st.multiselect(
        say("evaluation.topic_clauses"),
        list(offered),
        default=[one for one in feedback.clause_ids if feedback.helpful and one in offered],
        format_func=lambda one: _places((one,), desk),
        placeholder=say("evaluation.topic_choose"),
        key=f"gold-{key}",
        select_all=False,
    )
    refused = st.checkbox(
        say("evaluation.topic_none"),
        value=feedback.helpful and not feedback.answered,
        key=f"none-{key}",
        disabled=bool(chosen),
    )
    # nothing chosen is not yet a word that nothing answers
    undecided = not chosen and not refused
    if st.button(say("evaluation.topic_keep"), key=f"keep-{key}", disabled=undecided):
        gold = [(one, library.clause(one).text.strip()) for one in chosen]
        topic = topic_of(feedback, gold)
        keep_topic(load_settings(), topic, library)
        note("topic.keep", topic.id)
        st.rerun()


def _asked(feedback: Feedback) -> Question:
    return Question(text=feedback.question, history=feedback.history, as_of=feedback.as_of)


def _places(clause_ids: tuple[str, ...], desk: ClauseDesk) -> str:
    views = (clause_view(desk.library(), one, language()) for one in clause_ids)
    return "; ".join(f"{one.locator}, {one.name}".rstrip(", ") for one in views)
