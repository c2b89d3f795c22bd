"""What the reader follows, what has changed of it, and how it was and is."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import streamlit as st

from app.answer.quoted_table import as_read
from app.conversations.conversation import Conversation
from app.desk import ClauseDesk
from app.following.checking import Telling, asked_again, look, now, then
from app.following.folders import found_by
from app.following.followed import Followed, Warned
from app.following.lines import FindingView, finding_view
from app.following.store import FollowingStore
from app.pages.ask.opening import open_conversation, open_on_ask_page, open_questions
from app.pages.ask.text_comparison import pieces_html
from app.pages.following import folder_card
from app.pages.frame import note_form
from app.pages.frame.conversation_keeping import conversation_store
from app.pages.frame.desk_resource import ready_desk
from app.pages.frame.follow_button import following_store
from app.pages.frame.page_language import language, say
from app.pages.frame.page_links import base_address
from app.pages.frame.page_reader import watch
from app.pages.frame.page_style import (
    chip_label,
    draw_facts,
    draw_label,
    error_box,
    page_title,
    toasted_errors,
)
from app.pages.frame.turn_taking import give_way
from app.plain_text import capitalized, html_text, label_text
from app.views.answer import PlaceView, clause_view
from app.views.source import place_of
from app.wording import day_words
from ingest.errors import ClauseDeskError
from ingest.settings import load_settings

_STYLE = Path(__file__).with_name("following_page.css")
#: clauses that something rests on, of which more are folded away
_RESTS_OPEN = 4
_REPLAYED = "following-replayed"


def draw() -> None:
    st.html(_STYLE)
    page_title(say("following.title"), say("following.explanation"))
    store, desk = following_store(), ready_desk()
    try:
        give_way()
        with st.spinner(say("following.checking")):
            look(store, desk, load_settings(), f"{base_address()}/following")
    except ClauseDeskError as error:  # what was found is shown
        error_box(str(error))
    kept = store.all()
    if not kept:
        draw_facts(say("following.none"))
        return
    folder, words = _draw_search(store.folders())
    if folder is not None:
        kept = [one for one in kept if one.folder == folder]
    if folder:
        folder_card.draw(folder, kept, store)
    found = found_by(words, kept)
    if not found:
        draw_facts(say("following.not_found", words=words))
    for followed in found:
        with st.container(key=f"following-{followed.id}", border=True, gap="small"):
            _draw(followed, store, desk)


def _draw_search(folders: list[str]) -> tuple[str | None, str]:
    """The folder that is looked into, None for all and "" for what is in none, and the words."""
    folder = None
    if folders:
        folder = st.selectbox(
            say("following.folder"),
            [*folders, ""],
            index=None,
            format_func=lambda name: name or say("following.no_folder"),
            placeholder=say("following.all_folders"),
            key="following-folder",
        )
    words = st.text_input(
        say("following.search"), key="following-search", icon=":material/search:", max_chars=200
    )
    return folder, words


def _draw(followed: Followed, store: FollowingStore, desk: ClauseDesk) -> None:
    day = day_words(followed.since.astimezone().date(), language())
    facts = say("following.since", kind=say(f"following.{followed.kind}"), day=day)
    st.html(f'<h2 class="followed-title">{html_text(followed.title)}</h2>')
    if followed.folder:
        facts += f" · {followed.folder}"
    draw_facts(facts)
    if followed.note:
        st.html(f'<div class="own-note">{html_text(followed.note)}</div>')
    if followed.kind != "clause":
        _draw_rests(followed, desk)
    warnings = store.warnings(followed.id)
    unseen = sum(not warned.seen for warned in warnings)
    line = say("following.unseen", count=unseen) if unseen else None
    if not warnings:
        line = say("following.no_change")
    if line is not None:
        st.html(f'<p class="facts" role="status">{html_text(line)}</p>')
    for warned in warnings:
        _draw_warning(warned, desk)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if unseen:
            st.button(
                say("following.seen"),
                key=f"following-seen-{followed.id}",
                icon=":material/done:",
                on_click=_do,
                args=(store.see, followed.id),
            )
        st.button(
            say("following.unfollow"),
            key=f"following-end-{followed.id}",
            icon=":material/notifications_off:",
            type="tertiary",
            on_click=_do,
            args=(store.remove, followed.id),
        )
        if st.button(
            say("following.replay"),
            key=f"following-replay-{followed.id}",
            icon=":material/history:",
            type="tertiary",
        ):
            st.session_state[_REPLAYED] = followed.id
        if followed.asked and st.button(
            say("following.converse"),
            key=f"following-converse-{followed.id}",
            icon=":material/forum:",
            type="tertiary",
        ):
            _open(followed)
        note_form.draw(store, followed.id)
    if st.session_state.get(_REPLAYED) == followed.id:
        _draw_replay(followed, desk)


def _draw_rests(followed: Followed, desk: ClauseDesk) -> None:
    """The clauses that are quoted, each to be opened; what only introduces them is not named."""
    views = [
        clause_view(desk.library(), rest.clause_id, language())
        for rest in followed.rests
        if not rest.introduces
    ]
    if not views:
        return
    with st.container(
        key=f"following-rests-{followed.id}",
        horizontal=True,
        gap="small",
        vertical_alignment="center",
    ):
        draw_facts(say("following.rests_on"), beside=True)
        _draw_rest(followed, views[:_RESTS_OPEN], 0)
    if folded := views[_RESTS_OPEN:]:
        with (
            st.expander(
                say("following.rests_more", count=len(folded)), key=f"following-more-{followed.id}"
            ),
            st.container(horizontal=True, gap="small"),
        ):
            _draw_rest(followed, folded, _RESTS_OPEN)


def _draw_rest(followed: Followed, views: Sequence[PlaceView], first: int) -> None:
    for number, view in enumerate(views, start=first):
        key = f"following-rest-{followed.id}-{number}"
        gone = view.place is None
        pressed = st.button(chip_label(view), key=key, type="tertiary", disabled=gone)
        if pressed and view.place is not None:
            open_on_ask_page((view.place,))


def _open(followed: Followed) -> NoReturn:
    """The conversation of an answer where it is kept still; else its questions are asked again."""
    kept = conversation_store()
    conversation = kept.conversation_of(followed.subject) if followed.kind == "answer" else None
    if conversation is not None:
        open_conversation(Conversation.kept(kept, conversation, watch()), followed.subject)
    open_questions(followed.asked)


def _draw_warning(warned: Warned, desk: ClauseDesk) -> None:
    day = warned.at.astimezone().date()
    told = say("following.told", day=day_words(day, language()))
    new = "" if warned.seen else " new"
    st.html(f'<h3 class="warning-head{new}">{html_text(told)}</h3>')
    for number, finding in enumerate(warned.findings):
        view = finding_view(finding, day, language())
        st.html(_finding_html(view))
        if view.proof is None:
            continue
        key = f"following-open-{warned.id}-{number}"
        if st.button(label_text(view.proof_line), key=key, type="tertiary"):
            # raises for one that is gone since
            open_on_ask_page((place_of(desk.clause(view.proof.clause_id)),))
        if (proof := as_read(view.proof.text)) != view.new_words:
            st.html(f'<blockquote class="quote">{html_text(proof)}</blockquote>')


def _finding_html(view: FindingView) -> str:
    words = ""
    if view.pieces:
        words = f'<blockquote class="quote changed">{pieces_html(view.pieces)}</blockquote>'
    return (
        f'<p class="warning">{html_text(view.head)} '
        f'<span class="facts">{html_text(view.since)}</span></p>{words}'
    )


def _draw_replay(followed: Followed, desk: ClauseDesk) -> None:
    """Two columns, one beneath the other on a narrow window."""
    day = day_words(followed.since.astimezone().date(), language())
    left, right = st.columns(2)
    with left:
        draw_label(say("following.then", day=day))
        _draw_tellings(then(followed))
    with right:
        draw_label(say("following.now"))
        tellings = now(followed, desk.library(), asked_again(followed, desk, watch()))
        _draw_tellings(tellings)
        if not tellings:
            draw_facts(say("following.no_now"))


def _draw_tellings(tellings: tuple[Telling, ...]) -> None:
    for telling in tellings:
        head = f'<p class="facts">{html_text(telling.question)}</p>' if telling.question else ""
        quotes = "".join(
            f'<p class="facts">{html_text(capitalized(place))}</p><blockquote class="quote">{html_text(as_read(quote))}</blockquote>'
            for place, quote in telling.quotes
            if quote not in telling.text  # else it is read once
        )
        st.html(
            f'<div class="replay">{head}<p class="telling">{html_text(as_read(telling.text))}</p>{quotes}</div>'
        )


def _do(change: Callable[[str], None], id_: str) -> None:
    with toasted_errors():
        change(id_)
