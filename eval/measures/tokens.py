"""Words of a text as SQuAD counts them, with each Chinese character as a word."""

import re
import unicodedata

_ARTICLES = frozenset({"a", "an", "the"})
#: one Han character, or a run of letters and digits of any other script
_WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+")


def words(text: str) -> list[str]:
    """Lower-case words without punctuation and English articles (SQuAD's normalisation)."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return [word for word in _WORD.findall(plain) if word not in _ARTICLES]
