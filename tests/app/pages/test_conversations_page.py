"""Every state of the Conversations page, and of the Ask page with a kept conversation on it."""

import pytest
from page_driver import Opener, ask, go_to, keys, words
from page_index import HOSTILE_WORDS, hostile_index, real_index
from streamlit.testing.v1 import AppTest

from app.conversations import store as conversation_store
from app.conversations.store import ConversationStore, KeptTurn
from ingest.settings import load_settings

EXPENDABLE = "Are drills and grinding wheels expendable materials?"
CHINESE = "进口的消耗性材料转内销需要缴税吗？"
PAGE = "conversations"


@pytest.fixture
def tab(open_page: Opener) -> AppTest:
    return open_page(real_index())


def titles(tab: AppTest) -> list[str]:
    return [
        piece.value.partition(">")[2].removesuffix("</h2>")
        for piece in tab.html
        if piece.value.startswith('<h2 class="conversation-title"')
    ]


def opened(tab: AppTest) -> str:
    [key] = keys(tab, "conversation-open-")
    return key.removeprefix("conversation-open-")


def test_nothing_was_asked_yet(open_page: Opener) -> None:
    tab = open_page(real_index(), PAGE)
    assert not tab.exception
    assert "Nothing has been asked yet." in words(tab)


def test_a_conversation_is_listed_found_and_opened(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    ask(tab, "and blades?")
    go_to(tab, PAGE)
    assert titles(tab) == [EXPENDABLE]
    assert "questions: 2" in words(tab)
    search = tab.text_input(key="conversation-search")
    search.set_value("内销").run()
    assert titles(tab) == []
    assert "No conversation has these words: 内销" in words(tab)
    search.set_value("abrasive blades").run()
    assert titles(tab) == [EXPENDABLE]


def test_a_conversation_is_renamed(tab: AppTest) -> None:
    ask(tab, CHINESE)
    go_to(tab, PAGE)
    id_ = opened(tab)
    tab.button(key=f"conversation-rename-{id_}").click().run()
    tab.text_input(key=f"conversation-name-{id_}").set_value("Domestic <b>sale</b>")
    tab.button(key=f"conversation-named-{id_}").click().run()
    assert titles(tab) == ["Domestic &lt;b&gt;sale&lt;/b&gt;"]


def test_a_conversation_is_deleted_after_a_second_word(tab: AppTest) -> None:
    ask(tab, EXPENDABLE)
    go_to(tab, PAGE)
    id_ = opened(tab)
    tab.button(key=f"conversation-delete-{id_}").click().run()
    assert "cannot be brought back" in words(tab)
    tab.button(key="conversation-cancel").click().run()
    assert titles(tab) == [EXPENDABLE]
    tab.button(key=f"conversation-delete-{id_}").click().run()
    tab.button(key=f"conversation-deleted-{id_}").click().run()
    assert titles(tab) == []
    go_to(tab, "")
    assert keys(tab, "example-")  # what was deleted is not asked on in


def test_an_answers_address_opens_its_conversation_in_a_new_browser(open_page: Opener) -> None:
    ask(tab := open_page(real_index()), EXPENDABLE)
    link = tab.query_params["answer"]
    again = open_page(real_index(), answer=str(link))
    assert not again.exception
    assert EXPENDABLE in words(again)
    assert keys(again, "cite-0-")
    ask(again, "and blades?")
    assert [turn.question for turn in kept()] == [EXPENDABLE, "and blades?"]


def kept() -> list[KeptTurn]:
    store = ConversationStore(load_settings().var)
    [conversation] = store.find()
    return store.turns(conversation.id)


def test_a_link_to_an_answer_that_is_not_kept(open_page: Opener) -> None:
    tab = open_page(real_index(), answer="0" * 32)
    assert not tab.exception
    assert "is not kept on this machine" in words(tab)
    ask(tab, EXPENDABLE)
    assert "is not kept on this machine" not in words(tab)


def test_feedback_is_kept_with_its_answer(tab: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pages.ask.answer_card.keep_feedback", lambda *_: None)
    ask(tab, EXPENDABLE)
    tab.feedback[0].set_value(1).run()
    assert kept()[0].feedback == (True, "")


def test_a_damaged_file_is_told_once_and_asking_goes_on(
    open_page: Opener,
) -> None:
    tab = open_page(real_index())
    ask(tab, EXPENDABLE)
    assert len(kept()) == 1
    file = load_settings().var / conversation_store.FILE
    for path in file.parent.glob(f"{file.name}-*"):
        path.unlink()
    file.write_bytes(b"no database at all " * 99)
    tab = open_page(real_index(), PAGE)
    assert not tab.exception
    assert "was damaged" in words(tab)


def test_hostile_words_stay_words(open_page: Opener) -> None:
    tab = open_page(hostile_index())
    ask(tab, HOSTILE_WORDS)
    go_to(tab, PAGE)
    assert not tab.exception
    [title] = titles(tab)
    assert "<b>" not in title and "**bold**" in title


def test_the_page_speaks_chinese(open_page: Opener) -> None:
    ask(open_page(real_index()), EXPENDABLE)
    tab = open_page(real_index(), PAGE, lang="zh")
    assert "问题数：1" in words(tab)
    assert {button.label for button in tab.button} >= {"打开", "重命名", "删除"}
