r"""Words of documents, questions and models as a page may show them: always to the letter.

Streamlit's labels are Markdown and its HTML is HTML, so nothing that was written
elsewhere reaches either of them but through this module.

>>> html_text("1 < 2 & **3**")
'1 &lt; 2 &amp; **3**'
>>> label_text("*a* [b](c)")
'\\*a\\* \\[b\\]\\(c\\)'
"""

import html
import re
import string

#: shown as nothing; it parts what Streamlit would otherwise turn into a sign, an icon or a link
WORD_JOINER = "\u2060"

_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
# ":smile:", "->", "--", ">=", "~=", "http://", "a@b.c" and "www." are looked for in the
# text after Markdown was read, where no backslash helps any more
_LOOKED_FOR_LATER = re.compile(r"[:@](?=\S)|[<>~](?=[-=])|-(?=[->])|\bwww(?=\.)", re.IGNORECASE)


def html_text(text: str) -> str:
    """``text`` for st.html, inside a tag or a quoted attribute."""
    return html.escape(text, quote=True)


def label_text(text: str) -> str:
    """``text`` for a button or another label, on one line."""
    one_line = " ".join(text.split())
    parted = _LOOKED_FOR_LATER.sub(lambda match: match.group() + WORD_JOINER, one_line)
    return _PUNCTUATION.sub(lambda match: "\\" + match.group(), parted)


def shortened(text: str, longest: int) -> str:
    """``text`` on one line, cut at a word and marked "…" where it is longer.

    >>> shortened("one two  three", 9)
    'one two…'
    """
    one_line = " ".join(text.split())
    if len(one_line) <= longest:
        return one_line
    cut = one_line[: longest - 1]
    # Chinese has no blanks: then the cut is between two characters
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:，；：、") + "…"


def capitalized(text: str) -> str:
    """``text`` with a capital first letter and nothing else changed.

    >>> capitalized("item Ⅱ 1(4)")
    'Item Ⅱ 1(4)'
    """
    return text[:1].upper() + text[1:]
