"""Answer length in words: a system that quotes everything finds everything.

The project's own guard: length stands beside recall so that neither is bought with the
other. A Chinese character counts as a word.
"""

from eval.measures.figures import without_marks
from eval.measures.tokens import words


def answer_length(answer: str) -> int:
    """Words of the answer's text, without citation marks and English articles."""
    return len(words(without_marks(answer)))
