"""Chinese characters, and the language of a question or a statement."""

import re
from typing import Literal

#: Chinese characters, as the inside of a regular expression's class: [{IDEOGRAPHS}]
IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")


def is_chinese(text: str) -> bool:
    """Whether a text holds a Chinese character.

    >>> is_chinese("内销怎么办?"), is_chinese("Item 7 of No. 68?")
    (True, False)
    """
    return IDEOGRAPH.search(text) is not None


def language_of(text: str) -> Literal["en", "zh"]:
    """A question's language."""
    return "zh" if is_chinese(text) else "en"
