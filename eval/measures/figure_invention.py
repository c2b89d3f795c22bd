"""Figure invention: figures that an answer states and nothing it cites contains.

A statement may use a number, code or date only when it stands in a quote that the
statement cites, or in the title, locator or status line of that document (DESIGN.md,
Answer). The measure is the project's own; compare "hallucinated numbers" in Zhao,
Cohen & Webber, Reducing Quantity Hallucinations in Abstractive Summarization, Findings
of EMNLP 2020.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from eval.measures.figures import figures_in, numbers_in, without_marks


@dataclass(frozen=True, slots=True)
class Sources:
    """What a text may take figures from.

    ``texts``: any figure in them (quotes, titles, locators); ``dated``: only their dates
    (a document's date lines, for "in force since …").
    """

    texts: tuple[str, ...]
    dated: tuple[str, ...] = ()


def invented_figures(text: str, sources: Sources) -> tuple[str, ...]:
    """The figures of ``text`` that its sources do not contain, sorted; marks are no figures."""
    stated = figures_in(without_marks(text))
    numbers: set[str] = set()
    dates: set[str] = set()
    for source in sources.texts:
        numbers |= numbers_in(source)
        dates |= figures_in(source).dates
    for source in sources.dated:
        dates |= figures_in(source).dates
    return tuple(sorted((stated.dates - dates) | (stated.numbers - numbers)))


def figure_invention(parts: Iterable[tuple[str, Sources]]) -> tuple[str, ...]:
    """The figures invented in any part of an answer (its statements, and the whole text)."""
    return tuple(sorted({f for text, sources in parts for f in invented_figures(text, sources)}))
