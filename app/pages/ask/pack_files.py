"""The buttons that hand out an evidence pack, in each format."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import streamlit as st

from app.conversations.conversation import Turn
from app.desk import ClauseDesk
from app.following.checking import Follower
from app.packs.export.files import ExportFormat
from app.packs.file import write_pack
from app.packs.pack import AnswerToPack, make_pack
from app.pages.frame import follow_button
from app.pages.frame.page_language import language, say
from app.pages.frame.page_reader import reader
from app.pages.frame.page_style import draw_facts
from app.shared import shared

_LABELS = {
    ExportFormat.PDF: "pack.pdf",
    ExportFormat.DOCX: "pack.word",
    ExportFormat.MARKDOWN: "pack.markdown",
}


def draw(
    key: str,
    desk: ClauseDesk,
    turns: Callable[[], Iterable[Turn]],
    title: str | None = None,
) -> None:
    """A menu of downloads; ``turns`` are looked up, and the file made, when one is chosen."""
    with st.popover(
        say("pack.export"),
        icon=":material/verified_user:",
        type="tertiary",
        key=f"pack-{key}",
    ):
        draw_facts(say("pack.export_help"))
        draw_downloads(
            f"pack-{key}", "evidence-pack", lambda form: _file_maker(desk, turns, title, form)
        )
        subject = f"pack {key}"
        if title is not None:  # of a whole conversation, not of the answer that it stands at

            def follow(follower: Follower) -> None:
                asked = _asked(list(turns()))
                pack = make_pack(asked, desk.library(), language(), datetime.now(UTC), title)
                follower.pack(pack, language(), subject)

            follow_button.draw(f"pack-{key}", subject, follow, say("following.follow_pack"))


def draw_downloads(
    key: str, name: str, maker: Callable[[ExportFormat], Callable[[], bytes]]
) -> None:
    """A button a format; ``maker``: what makes a file of it, called when it is asked for."""
    for form, label in _LABELS.items():
        st.download_button(
            say(label),
            maker(form),
            file_name=f"{name}-{datetime.now(UTC):%Y%m%d-%H%M}.{form}",
            mime=form.media_type,
            key=f"{key}-{form}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )


def _file_maker(
    desk: ClauseDesk, turns: Callable[[], Iterable[Turn]], title: str | None, form: ExportFormat
) -> Callable[[], bytes]:
    # a download is asked for outside of the page's own run
    chosen, who = language(), reader()

    def made() -> bytes:
        pack = make_pack(_asked(list(turns())), desk.library(), chosen, datetime.now(UTC), title)
        data = write_pack(pack, form)
        if (state := shared()) is not None:
            state.exported(who, "page", pack)
        return data

    return made


def _asked(turns: Sequence[Turn]) -> list[AnswerToPack]:
    return [AnswerToPack(turn.answer, turn.asked_at) for turn in turns if turn.answer is not None]
