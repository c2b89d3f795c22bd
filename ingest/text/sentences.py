"""A text's sentences, as offsets into it as it stands."""

import re

from ingest.text.clean_view import ADDRESS

# a full stop after these does not end a sentence when a number (or a bracket) follows
_BEFORE_NUMBER = frozenset((
    "no", "nos", "art", "arts", "sec", "sect", "para", "paras", "ch", "fig", "figs", "sch",
    "schs", "vol", "p", "pp", "tel", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec",
))  # fmt: skip
# a full stop after these never ends one
_NEVER_LAST = frozenset((
    "e.g", "i.e", "eg", "ie", "cf", "vs", "viz", "al", "approx", "co", "mr", "mrs", "ms", "dr",
    "prof", "st", "dept",
))  # fmt: skip
_CLOSING = "\"'”’)]}」』》】）"

_MARKER = re.compile(
    r"""
    [（(] \s* (?: \d{1,3} | [A-Za-z] | [ivxlIVXL]{1,5} | [一二三四五六七八九十百]{1,4} ) \s* [)）]
  | \d{1,3} (?:\.\d{1,3})* [.．、:：)]                   # 1.  4:  2、  3)
  | (?: [A-Za-z] | [IVXL]{1,5} ) [.)] (?=\s)
  | [\u2160-\u217f] [.．、]?                            # Ⅱ
  | [一二三四五六七八九十百]{1,4} [、.．]
  | 第 [一二三四五六七八九十百零]{1,6} [章节条]
  | [-*•·●○▪–—] (?=\s)
    """,
    re.VERBOSE,
)
_STOP = re.compile(r"[.!?。！？]+|\n")
_LAST_WORD = re.compile(r"[\w.]*\Z")
_INLINE_NUMBER = re.compile(r"[:;,：；，]\s*\d{1,2}\Z")
#: the first letter behind what ends a sentence in most cases
_BEGUN = re.compile(r"[a-z]{3}\)?[.!?]\s+([A-Za-z])")
_RUN_ON = re.compile(r"[A-Z][a-z]|[A-Z]\s")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans ``(start, end)`` of the sentences of ``text``, in reading order.

    They begin and end with a visible character, do not overlap, and leave out
    nothing but white space. A printed number ("1.", "(2)", "Ⅱ") belongs to its
    sentence. The end of a line is the end of a sentence when a blank line, the
    next line's number, a mark (``. ; : ! ?``) or the line's shortness shows it;
    otherwise the line was only broken to fit a page.

    >>> text = "1. See No. 68, i.e. this one. It weighs 0.5 kg; no more."
    >>> [text[start:end] for start, end in sentences(text)]
    ['1. See No. 68, i.e. this one.', 'It weighs 0.5 kg; no more.']
    """
    spans: list[tuple[int, int]] = []
    start, own_words = _sentence_start(text, 0)
    width = max(map(len, text.split("\n")))
    lower = _begins_in_lower_case(text)
    for stop in _STOP.finditer(text):
        if stop.start() < own_words:
            continue
        end = stop.end()
        while end < len(text) and text[end] in _CLOSING:
            end += 1
        if stop[0] == "\n":
            ends = _ends_line(text, stop.start(), width)
        else:
            ends = _ends_sentence(text, start, stop, end, lower)
        if ends:
            spans.append((start, start + len(text[start:end].rstrip())))
            start, own_words = _sentence_start(text, end)
    if start < len(text):
        spans.append((start, len(text.rstrip())))
    return spans


def _sentence_start(text: str, position: int) -> tuple[int, int]:
    """Where the next sentence begins, and where its words begin, behind its number."""
    while position < len(text) and text[position].isspace():
        position += 1
    marker = _MARKER.match(text, position)
    return position, marker.end() if marker else position


#: a line shorter than this share of the longest was not broken to fit a page
_BROKEN_LINE = 0.6


def _ends_line(text: str, line_end: int, width: int) -> bool:
    """Whether the line feed at ``line_end`` ends a sentence; ``width``: the longest line."""
    line = text[text.rfind("\n", 0, line_end) + 1 : line_end].rstrip()
    following, _ = _sentence_start(text, line_end + 1)
    return (
        line.rstrip(_CLOSING).endswith(tuple(".;:!?。；：！？…"))
        or "\n" in text[line_end + 1 : following]
        or _MARKER.match(text, following) is not None
        or (len(line) < width * _BROKEN_LINE and not text[following : following + 1].islower())
    )


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int, lower: bool) -> bool:
    """Whether the marks ``stop``, with the closing brackets up to ``end``, end a sentence;
    ``lower``: sentences begin in lower case."""
    if stop[0].strip(".!?"):
        return True  # a Chinese mark
    following, _ = _sentence_start(text, end)
    if following == len(text):
        return True
    spaced = following > end
    if stop[0].strip("."):  # "!", "?"; not in an address: "?id=1"
        return spaced or not text[end].isascii()
    before = text[max(start, stop.start() - 20) : stop.start()]
    word = _LAST_WORD.search(before)
    last = word[0].lower() if word else ""
    if last in _NEVER_LAST or (len(last.rpartition(".")[2]) == 1 and last[-1].isalpha()):
        return False  # "e.g.", "U.S.", "J. Smith"
    if last in _BEFORE_NUMBER and (text[following].isdigit() or text[following] in "[(（〔"):
        return False
    if not spaced:
        return not text[end].isascii() or (
            # "registration.The": a space was lost
            before[-1:].islower()
            and _RUN_ON.match(text, end) is not None
            and not _in_address(text, stop.start())
        )
    if text[following] in "(（" and _MARKER.match(text, following) is None:
        return False  # "… as exhibits. (See Schedule 1)"
    if text[following].islower() and not lower:
        return False
    return _INLINE_NUMBER.search(before) is None


def _begins_in_lower_case(text: str) -> bool:
    """Whether most of a text's sentences do: a chat."""
    begun = [match[1].islower() for match in _BEGUN.finditer(text)]
    return begun.count(True) > begun.count(False)


def _in_address(text: str, position: int) -> bool:
    before = text[max(0, position - 100) : position].rsplit(None, 1)
    after = text[position : position + 100].split(None, 1)
    return ADDRESS.search("".join([*before[-1:], *after[:1]])) is not None
