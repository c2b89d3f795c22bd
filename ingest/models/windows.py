"""A long text in parts that overlap, each short enough for a model."""

from collections.abc import Sequence

#: start and end of a stretch of text that is never cut: one piece of the model's vocabulary
Piece = tuple[int, int]

#: share of a part that stands in the next one too
_OVERLAP = 1 / 4


def windows(text: str, pieces: Sequence[Piece], limit: int) -> list[str]:
    """Parts of at most ``limit`` pieces: from a sentence's end to a sentence's end if that can
    be, else between pieces; each shares about a quarter with the next one."""
    if len(pieces) <= limit:
        return [text]
    parts: list[str] = []
    first = 0
    while True:
        last = first + limit
        if last >= len(pieces):
            parts.append(text[pieces[first][0] :])
            return parts
        half = first + max(1, limit // 2)
        ends = (i for i in range(last, half, -1) if _ends_sentence(text, pieces[i - 1][1]))
        last = next(ends, last)
        parts.append(text[pieces[first][0] : pieces[last - 1][1]])
        first = max(first + 1, last - int((last - first) * _OVERLAP))


def _ends_sentence(text: str, end: int) -> bool:
    mark = text[end - 1]
    # a full stop with no space after it stands in a number or a name
    return mark in "。；！？" or (mark in ".;!?" and text[end].isspace())
