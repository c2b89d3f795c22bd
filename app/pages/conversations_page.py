"""Conversations."""

from app.pages.page_language import say
from app.pages.page_style import page_title


def draw() -> None:
    page_title(say("conversations.title"))
