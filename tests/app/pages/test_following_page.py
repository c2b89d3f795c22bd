"""Following from the page: at an answer, a clause and a pack; what changed; then and now."""

import re
from datetime import date
from pathlib import Path

import pytest
from amended_corpus import AmendedCorpus
from page_driver import Opener, ask, go_to, keys, markup, words
from small_corpus import LAW_2018, OLD_DEPOSITS, with_documents
from streamlit.testing.v1 import AppTest

from app.following.checking import Follower
from app.following.store import FollowingStore
from app.pages.following import following_page
from ingest.settings import Settings

DEPOSIT = "How much is the deposit for each exhibit?"
PAGE = "following"


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    return with_documents(tmp_path, OLD_DEPOSITS, LAW_2018)


def _amend(settings: Settings) -> None:
    """The deposit is another one now, and its words try to be more than words."""
    corpus = AmendedCorpus(settings)
    document = corpus.desk.library().documents["gacc-2019-5"]
    corpus.rewrite(document, corpus.raw(document).replace("3,000 yuan", "<b>4,500</b> yuan"))


def _press(tab: AppTest, beginning: str) -> AppTest:
    [key] = keys(tab, beginning)
    return tab.button(key=key).click().run()


def test_nothing_is_followed_yet(open_page: Opener, small: Settings) -> None:
    tab = open_page(small, PAGE)
    assert not tab.exception
    assert "Nothing is followed yet." in words(tab)


def test_an_answer_is_followed_warned_of_seen_and_unfollowed(
    open_page: Opener, small: Settings
) -> None:
    tab = ask(open_page(small), DEPOSIT)
    tab.button(key="follow-0").click().run()
    assert tab.button(key="follow-0").label == "Followed"
    go_to(tab, PAGE)
    assert "Nothing has changed." in words(tab)
    _amend(small)
    go_to(tab, PAGE)
    assert not tab.exception
    assert "1 new warning" in words(tab)
    assert "the words have changed" in words(tab)
    assert "<del>3</del>" in markup(tab) and "&lt;b&gt;" in markup(tab) and "<b>" not in markup(tab)
    _press(tab, "following-replay-")
    assert "3,000 yuan" in words(tab) and "<b>4,500</b> yuan" in words(tab)
    [then, now] = re.findall(r'<div class="replay">.*?</div>', markup(tab), re.DOTALL)
    assert (then.count("3,000 yuan"), now.count("4,500")) == (1, 1)  # each quote once
    _press(tab, "following-seen-")
    assert "1 new warning" not in words(tab) and "the words have changed" in words(tab)
    _press(tab, "following-end-")
    assert "Nothing is followed yet." in words(tab)


def test_what_is_followed_tells_its_clauses_and_is_opened_as_a_conversation(
    open_page: Opener, small: Settings
) -> None:
    tab = ask(open_page(small), DEPOSIT)
    tab.button(key="follow-0").click().run()
    go_to(tab, PAGE)
    named = [tab.button(key=key).label.replace("\\", "") for key in keys(tab, "following-rest-")]
    assert named[0] == "Item 2, GACC Announcement No. 5 of 2019"
    _press(tab, "following-converse-")
    assert not tab.exception
    assert DEPOSIT in words(tab) and "3,000 yuan" in words(tab)
    assert len(keys(tab, "follow-")) == 1  # the same conversation, not one more question in it
    go_to(tab, PAGE)
    rests = keys(tab, "following-rest-")
    tab.button(key=rests[0]).click().run()
    assert tab.query_params["clause"] in ("gacc-2019-5#2", ["gacc-2019-5#2"])


def test_what_is_followed_is_asked_again_where_its_conversation_is_gone(
    open_page: Opener, small: Settings
) -> None:
    tab = ask(open_page(small), DEPOSIT)
    tab.button(key="follow-0").click().run()
    go_to(tab, "conversations")
    _press(tab, "conversation-delete-")
    _press(tab, "conversation-deleted-")
    go_to(tab, PAGE)
    _press(tab, "following-converse-")
    assert not tab.exception
    assert DEPOSIT in words(tab) and "3,000 yuan" in words(tab)


def test_a_clause_is_followed_in_its_source_and_its_proof_opened(
    open_page: Opener, small: Settings
) -> None:
    tab = open_page(small, clause="gacc-2019-5#2")
    tab.button(key="follow-source").click().run()
    assert tab.button(key="follow-source").label == "Followed"
    _amend(small)
    go_to(tab, PAGE)
    _press(tab, "following-open-")
    assert not tab.exception
    assert tab.query_params["clause"] in ("gacc-2019-5#2", ["gacc-2019-5#2"])


def test_a_pack_of_a_conversation_is_followed(open_page: Opener, small: Settings) -> None:
    tab = ask(open_page(small), DEPOSIT)
    go_to(tab, "conversations")
    _press(tab, "follow-pack-")
    go_to(tab, PAGE)
    assert "Evidence pack, followed since" in words(tab)


def test_it_is_told_in_chinese(open_page: Opener, small: Settings) -> None:
    tab = open_page(small, clause="gacc-2019-5#2", lang="zh")
    tab.button(key="follow-source").click().run()
    _amend(small)
    go_to(tab, PAGE)
    assert "文字已变更" in words(tab) and "海关总署公告2019年第5号" in words(tab)


def _annotate(tab: AppTest, id_: str, folder: str, note: str) -> AppTest:
    [new] = [one for one in tab.text_input if (one.key or "").startswith(f"note-new-folder-{id_}")]
    [text] = [one for one in tab.text_area if (one.key or "").startswith(f"note-text-{id_}")]
    new.set_value(folder)
    text.set_value(note)
    [submit] = [one for one in tab.button if f"note-form-{id_}" in (one.key or "")]
    return submit.click().run()


def test_what_is_kept_has_a_note_and_a_folder_of_its_own(
    open_page: Opener, small: Settings
) -> None:
    tab = open_page(small, clause="gacc-2019-5#2")
    tab.button(key="follow-source").click().run()
    [first] = FollowingStore(small.var).all()
    _annotate(tab, first.id, "玩具 <b>", "*ask* <b>Li</b>")
    assert not tab.exception
    library = AmendedCorpus(small).desk.library()
    Follower(FollowingStore(small.var), library, date.today()).clause("gacc-2019-5#1", "en")
    go_to(tab, PAGE)
    assert not tab.exception
    assert "*ask* <b>Li</b>" in words(tab) and "<b>" not in markup(tab)
    assert len(keys(tab, "following-end-")) == 2
    tab.selectbox(key="following-folder").select("玩具 <b>").run()
    assert keys(tab, "following-end-") == [f"following-end-{first.id}"]
    tab.text_input(key="folder-name-玩具 <b>").set_value(" Shipment  May ")
    [submit] = [one for one in tab.button if "folder-form" in (one.key or "")]
    submit.click().run()
    assert not tab.exception
    assert [box.value for box in tab.selectbox] == ["Shipment May", "Shipment May"]
    assert keys(tab, "following-end-") == [f"following-end-{first.id}"]
    tab.text_input(key="following-search").set_value("nowhere").run()
    assert "Nothing kept has these words: nowhere" in words(tab)
    tab.text_input(key="following-search").set_value("ask li").run()
    assert keys(tab, "following-end-") == [f"following-end-{first.id}"]
    tab.button(key="folder-end").click().run()
    assert not tab.exception
    assert {one.folder for one in FollowingStore(small.var).all()} == {""}


def test_a_folder_whose_last_thing_goes_is_no_choice_any_more(
    open_page: Opener, small: Settings
) -> None:
    tab = open_page(small, clause="gacc-2019-5#2", lang="zh")
    tab.button(key="follow-source").click().run()
    [followed] = FollowingStore(small.var).all()
    _annotate(tab, followed.id, "Toys", "")
    go_to(tab, PAGE)
    tab.selectbox(key="following-folder").select("Toys").run()
    _annotate(tab, followed.id, "五月", "")
    assert not tab.exception
    assert keys(tab, "following-end-") == [f"following-end-{followed.id}"]
    _press(tab, "following-end-")
    assert not tab.exception
    assert "尚未关注任何内容" in words(tab)


def test_what_an_answer_rests_on_is_folded_where_it_is_much(
    open_page: Opener, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following_page, "_RESTS_OPEN", 0)
    tab = ask(open_page(small), DEPOSIT)
    tab.button(key="follow-0").click().run()
    go_to(tab, PAGE)
    assert not tab.exception
    rests = len(keys(tab, "following-rest-"))
    assert [one.label.split()[:2] for one in tab.expander] == [[str(rests), "more"]]
