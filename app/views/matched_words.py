"""Which words of a text are the ones that were searched for."""

import re
from collections.abc import Collection, Iterator

from ingest.text.language import IDEOGRAPHS
from ingest.text.tokenizer import Tokenizer

#: what a reader sees as one word; the search may take it apart
_WORD = re.compile(rf"[^\W_{IDEOGRAPHS}]+(?:[-/'’][^\W_{IDEOGRAPHS}]+)*")
_CHINESE = re.compile(rf"[{IDEOGRAPHS}]{{2,}}")


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Words and numbers that are not Chinese, in reading order."""
    return (match.span() for match in _WORD.finditer(text))


def matched_spans(
    text: str, searched: Collection[str], tokenizer: Tokenizer
) -> tuple[tuple[int, int], ...]:
    """Where words of ``searched`` (as the tokenizer gives them) stand in a text.

    Chinese is compared by pairs of characters, as it is searched.
    """
    found = [
        (start, end)
        for start, end in word_spans(text)
        if any(token in searched for token in tokenizer.tokens(text[start:end]))
    ]
    for run in _CHINESE.finditer(text):
        for at in range(run.start(), run.end() - 1):
            if text[at : at + 2] in searched:
                found.append((at, at + 2))
    return _joined(sorted(found))


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
