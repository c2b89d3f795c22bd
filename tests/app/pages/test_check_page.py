"""The page that checks a text, in Streamlit's own test harness."""

from datetime import date

import pytest
from page_driver import Opener, go_to, keys, markup, words
from page_index import real_index
from streamlit.testing.v1 import AppTest

TRUE = "The expendable materials shall be declared separately from other bonded materials."
MEMO = f"Item 5 of GACC Announcement No. 67 of 2016 says: “{TRUE}” <b>And that is all.</b>"


@pytest.fixture
def tab(open_page: Opener) -> AppTest:
    return open_page(real_index(), "checks")


def check(tab: AppTest, text: str) -> AppTest:
    tab.text_area(key="check-text").set_value(text)
    return tab.button(key="check-start").click().run()


def test_a_memo_is_shown_with_its_marks_and_opens_the_right_clause(tab: AppTest) -> None:
    check(tab, MEMO)
    assert not tab.exception
    assert "Number wrong" in words(tab)
    assert "Rule not checked" in words(tab)  # of the item that the memo cites
    assert '<a class="mark check-failed"' in markup(tab)
    assert "&lt;b&gt;" in markup(tab) and "<b>" not in markup(tab)
    labels = [
        button.label for button in tab.button if button.key and button.key.startswith("check-open-")
    ]
    assert all(label.startswith("item 6") for label in labels)
    tab.button(key=keys(tab, "check-open-")[0]).click().run()
    assert (
        tab.query_params["clause"] == ["gacc-2016-67#6.p2"]
        or tab.query_params["clause"] == "gacc-2016-67#6.p2"
    )


def test_a_citation_that_its_clause_contradicts_is_not_called_right(tab: AppTest) -> None:
    check(tab, "Item 9 of GACC Announcement No. 67 of 2016 enters into force on 1 March 2018.")
    assert "Clause says otherwise" in words(tab) and "1 Clause says otherwise" in markup(tab)
    assert "Right" not in words(tab) and "check-verified" not in markup(tab)


def test_a_clause_is_left_again_to_the_result_and_the_text_stays_in_its_box(tab: AppTest) -> None:
    check(tab, MEMO)
    tab.button(key=keys(tab, "check-open-")[0]).click().run()
    [back] = [link for link in tab.get("page_link") if "Back to" in link.proto.label]
    assert (back.proto.label, back.proto.page) == ("Back to: Check", "checks")
    go_to(tab, "checks")
    assert tab.text_area(key="check-text").value == MEMO
    assert "Number wrong" in words(tab)
    go_to(tab, "")
    tab.button(key="source-close").click().run()
    assert not tab.get("page_link")


def test_a_text_is_checked_as_of_a_day_and_anew_when_another_is_chosen(tab: AppTest) -> None:
    tab.date_input(key="as-of").set_value(date(2016, 12, 1)).run()
    check(tab, MEMO.replace("Item 5", "Item 6"))
    assert "not yet in force: it enters into force on 1 January 2017" in words(tab)
    assert "as of 1 December 2016" in words(tab)
    tab.date_input(key="as-of").set_value(date(2017, 6, 1)).run()
    assert "not yet in force" not in words(tab)
    assert "as of 1 June 2017" in words(tab)


def test_an_english_memo_is_explained_in_chinese_in_the_chinese_interface(
    open_page: Opener,
) -> None:
    tab = check(open_page(real_index(), "checks", lang="zh"), MEMO)
    assert not tab.exception
    assert "条款号有误" in words(tab)
    assert "此文字见海关总署公告2016年第67号第6条" in words(tab)
    assert "these words stand" not in words(tab)
    tab.session_state["language"] = "en"  # as the switch in the sidebar does
    assert "these words stand in item 6" in words(tab.run())


def test_an_empty_text_is_told_in_a_line(tab: AppTest) -> None:
    check(tab, " ")
    assert "the text is empty" in words(tab)


def test_a_text_without_citations_says_so(tab: AppTest) -> None:
    check(tab, "Thank you for your letter")
    assert "No citation and no rule was found in this text." in words(tab)
