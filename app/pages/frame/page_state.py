"""What one browser tab has on its desk: the conversation, the open source, the chosen day."""

from dataclasses import dataclass, field
from datetime import date

import streamlit as st

from app.conversations.conversation import Conversation
from app.conversations.store import ConversationsUnavailable
from app.pages.frame.conversation_keeping import conversation_store
from app.pages.frame.page_language import say
from app.pages.frame.page_reader import reader, watch
from app.views.source import OpenSource, Place

_KEY = "page_state"
_LINK = "clause"
_ANSWER = "answer"


@dataclass
class PageState:
    """Kept in the session; callbacks change it before the page is drawn again."""

    conversation: Conversation = field(default_factory=lambda: _new_conversation())
    source: OpenSource | None = None
    #: name of the page on which the source was opened, until it is closed; None: this one
    came_from: str | None = None
    as_of: date | None = None  # None: today
    documents: tuple[str, ...] = ()  # ids of those to ask; (): all of them
    #: counts what was opened, so that the same place opened twice is scrolled to twice
    opened: int = 0
    #: how the open source is read: "text", "page", "time", "compare"
    reading: str = "text"
    #: the source takes the whole window
    large: bool = False
    #: the page of a PDF that was leafed to; None: the one with the cited words
    leaf: int | None = None
    #: id of the turn that the address links to, until the page has scrolled to it
    linked_turn: str | None = None
    #: how often the tab had gone to a page when the conversation was drawn last
    turns: int = 0
    #: whose it is: a tab in which somebody else signs in begins anew
    reader_id: str = ""
    #: one line about a link that leads nowhere
    notice: str | None = None

    @property
    def day(self) -> date:
        return self.as_of or date.today()

    def open(self, places: tuple[Place, ...], at: int = 0, as_of: date | None = None) -> None:
        """Open a source beside the conversation; the address becomes its permanent link."""
        self._show(OpenSource(places, at, as_of))

    def step(self, by: int) -> None:
        if self.source is not None:
            self._show(self.source.step(by))

    def leaf_to(self, page: int) -> None:
        self.leaf = page

    def enlarge(self) -> None:
        """Give the source the whole window, or the conversation its place again."""
        self.large = not self.large
        # the words are scrolled to again
        self.opened += 1

    def close(self) -> None:
        self.source = self.came_from = None
        self.large = False
        st.query_params.pop(_LINK, None)

    def ask(self, question: str, *, anew: bool = False) -> None:
        """Store a question; the address becomes the permanent link of its answer."""
        self.notice = None
        self.large = False
        turn = self.conversation.ask(question, self.as_of, anew=anew, documents=self.documents)
        st.query_params[_ANSWER] = turn.id

    def ask_anew(self, question: str) -> None:
        """Ask a question that has nothing to do with the earlier ones."""
        self.ask(question, anew=True)

    def ask_all(self, question: str) -> None:
        """Ask all documents, from now on too."""
        self.documents = ()
        self.ask_anew(question)

    def start_again(self) -> None:
        self.go_on(_new_conversation())
        self.close()
        st.query_params.pop(_ANSWER, None)

    def go_on(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.documents = conversation[-1].documents if len(conversation) else ()
        self.source = self.came_from = self.notice = None

    def reopen(self, conversation_id: str, turn: str) -> None:
        """Go on with a kept conversation; the page scrolls to its turn."""
        self.close()
        try:
            self.go_on(Conversation.kept(conversation_store(), conversation_id, watch()))
        except ConversationsUnavailable as error:
            self.notice = str(error)
            return
        self.linked_turn = turn
        st.query_params[_ANSWER] = turn

    def forget(self, conversation_id: str) -> None:
        """A conversation was deleted: it must not be asked on in."""
        if self.conversation.id == conversation_id:
            self.start_again()

    def open_answer(self, turn: str) -> None:
        """Open the kept conversation of an answer that the address links to."""
        try:
            store = conversation_store()
            conversation = store.conversation_of(turn)
            if conversation is None:
                self.notice = say("ask.not_kept")
                return
            self.go_on(Conversation.kept(store, conversation, watch()))
            self.linked_turn = turn
        except ConversationsUnavailable as error:
            self.notice = str(error)

    def _show(self, source: OpenSource) -> None:
        if self.source is None or source.place.document_id != self.source.place.document_id:
            self.reading = "text"
        self.source = source
        self.leaf = None
        self.opened += 1
        st.query_params[_LINK] = source.place.link


def page_state() -> PageState:
    """The state of this tab; a new one opens what the address links to."""
    if _KEY not in st.session_state or st.session_state[_KEY].reader_id != reader().id:
        state = PageState(reader_id=reader().id)
        answer = st.query_params.get(_ANSWER)
        if answer:
            state.open_answer(answer)
        link = st.query_params.get(_LINK)
        if link:
            document_id, mark, _ = link.partition("#")
            state.open((Place(document_id, link if mark else None),))
        st.session_state[_KEY] = state
    found: PageState = st.session_state[_KEY]
    return found


def _new_conversation() -> Conversation:
    """A conversation that is kept from its first question on, where it can be."""
    try:
        return Conversation(conversation_store(), watch())
    except ConversationsUnavailable as error:
        return Conversation(watched=watch(), problem=str(error))
