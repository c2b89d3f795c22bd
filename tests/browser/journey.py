"""Steps that several journeys take."""

from playwright.sync_api import FloatRect, Locator, Page, expect


def ask(tab: Page, question: str) -> None:
    tab.get_by_test_id("stChatInputTextArea").fill(question)
    tab.keyboard.press("Enter")


def box_of(part: Locator) -> FloatRect:
    """Where a part stands; the page may be drawing it anew just now, so wait until it is there."""
    for _ in range(50):
        expect(part).to_be_visible()
        if (box := part.bounding_box()) is not None:
            return box
        part.page.wait_for_timeout(100)
    raise AssertionError("the part has no place on the page")


def first_mark_is_seen(tab: Page) -> None:
    """The first marked words are inside the window and inside the pane that scrolls."""
    tab.wait_for_function(
        """() => {
          const mark = document.querySelector("#source-text mark");
          const pane = document.querySelector("#source-text");
          if (!mark || !pane) return false;
          const box = mark.getClientRects()[0], frame = pane.getBoundingClientRect();
          const input = document.querySelector('[data-testid="stBottom"]').getBoundingClientRect();
          return box.top >= Math.max(frame.top, 0)
            && box.bottom <= Math.min(frame.bottom, input.top, innerHeight)
            && box.left >= 0 && box.right <= innerWidth;
        }"""
    )
