"""How many words an answer has, and how many it shares with the reference answer."""

import re
import unicodedata
from collections import Counter

from eval.measures.figures import without_marks

_ARTICLES = frozenset({"a", "an", "the"})
#: one Han character, or a run of letters and digits of any other script
_WORD = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+")


def words(text: str) -> list[str]:
    """Lower-case words without punctuation and English articles (SQuAD's normalisation).

    A Chinese character counts as a word.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    return [word for word in _WORD.findall(plain) if word not in _ARTICLES]


def answer_length(answer: str) -> int:
    """Words of the answer's text, without citation marks and English articles.

    The project's own guard: a system that quotes everything finds everything, so length
    stands beside recall and neither is bought with the other.
    """
    return len(words(without_marks(answer)))


def token_f1(answer: str, reference: str) -> float:
    """F1 in 0..1 of the words of two texts; 1 when both are empty, 0 when one is.

    The harmonic mean of precision and recall over bags of words. Source: Rajpurkar, Zhang,
    Lopyrev & Liang, SQuAD: 100,000+ Questions for Machine Comprehension of Text, EMNLP 2016.
    A quoted clause is longer than a reference sentence, so the figure is for watching, not
    for judging: it has no threshold.
    """
    said, meant = Counter(words(answer)), Counter(words(reference))
    if not said or not meant:
        return float(said == meant)
    common = (said & meant).total()
    return 2 * common / (said.total() + meant.total())
