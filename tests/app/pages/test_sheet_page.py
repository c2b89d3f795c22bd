"""The page of questionnaires, in Streamlit's own test harness."""

import pytest
from page_driver import Opener, words
from page_index import real_index
from streamlit.testing.v1 import AppTest

MODE = "What is control mode code 5100?"
FISH = "How do I cook a fish soup for ten people?"
SHEET = f"Question\n{MODE}\n{FISH}\n".encode()


def upload(tab: AppTest, name: str = "audit.csv", data: bytes = SHEET) -> AppTest:
    tab.file_uploader(key="sheet-file").set_value((name, data, "text/csv"))
    return tab.button(key="sheet-start").click().run()


@pytest.fixture
def tab(open_page: Opener) -> AppTest:
    return open_page(real_index(), "sheets")


def test_a_sheet_is_answered_and_offered(tab: AppTest) -> None:
    upload(tab)
    assert not tab.exception
    assert "2 of 2 questions asked, 1 answered" in words(tab)


def test_without_a_file_it_says_so(tab: AppTest) -> None:
    tab.button(key="sheet-start").click().run()
    assert "Choose a sheet first." in words(tab)


def test_a_sheet_that_asks_nothing_is_told_in_a_line(tab: AppTest) -> None:
    upload(tab, data=b"a,b\n1,2\n")
    assert "no column of questions" in words(tab)
