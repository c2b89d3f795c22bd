"""Page headers, footers and page numbers of a PDF, told from the text.

Three signs: the producer says so (an /Artifact of type /Pagination, ISO 32000-1
14.8.2.2), the same words stand at the same height on several pages, or a line at
the page's edge has the form of a page number or of what browsers print there.
"""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.loaders.pdf.lines import PdfLine

#: rows looked at from each edge, and how far in they may stand (share of the height)
_EDGE_ROWS = 3
_EDGE_SHARE = 0.15
_PRINT_EDGE_SHARE = 0.07
_SET_OFF = 1.25  # usual steps between a header and the text
_WIDEST_LEADING = 2.0  # ems
_OTHER_SIZE = 0.08
_HEIGHT_STEP = 4.0  # points; headers of two pages may be a hair apart

_NUMBER = r"(?:\d{1,4}|[ivxlc]{1,6})"
_PAGE_NUMBER = re.compile(
    rf"[-–—~·•\s]*(?:{_NUMBER}(?:\s*/\s*\d{{1,4}})?"
    rf"|page\s*{_NUMBER}(?:\s*(?:of|/)\s*\d{{1,4}})?"
    rf"|第\s*{_NUMBER}\s*页(?:[\s,，/]*共\s*\d{{1,4}}\s*页)?)[-–—~·•\s]*",
    re.IGNORECASE,
)
#: "11/22/26, 4:52 AM  Title", "2026/11/22 16:52  Title", "2026年11月22日 16:52"
_BROWSER_HEADER = re.compile(
    r"\d{1,4}[/.\-年]\s?\d{1,2}[/.\-月]\s?\d{1,4}日?[,，]?\s+(?:上午|下午)?\d{1,2}:\d{2}.*"
)
#: "https://host/page  1/3", "file:///page.html 1/1"
_BROWSER_FOOTER = re.compile(r"(?:https?|file)://\S+(?:\s+\d{1,4}(?:/|\s+of\s+)\d{1,4})?")


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of one page from the top down, and the page's height in points."""

    rows: tuple[PdfLine, ...]
    height: float


def furniture_rows(pages: Sequence[PageRows]) -> list[set[int]]:
    """For each page the indices of the rows that are furniture."""
    repetitions = _repetitions(pages)
    # Headers of left and right pages may differ, and the first of a chapter has often none.
    sure = {key for key, count in repetitions.items() if count >= max(3, 0.4 * len(pages))}
    likely = {key for key, count in repetitions.items() if count >= max(2, 0.3 * len(pages))}
    set_off = _SET_OFF * _usual_step(pages)
    found: list[set[int]] = []
    for page in pages:
        marked = {index for index, row in enumerate(page.rows) if row.pagination}
        for edge in _edges(page):
            marked.update(_from_edge(page, edge, sure, likely, set_off))
        found.append(marked)
    return found


def _from_edge(
    page: PageRows,
    edge: Sequence[int],
    sure: set[tuple[str, int]],
    likely: set[tuple[str, int]],
    set_off: float,
) -> list[int]:
    """Indices of the furniture that stands together at one edge of a page."""
    group: list[int] = []
    least = 0  # how many of the group are furniture whatever stands beside them
    for index in edge:
        row = page.rows[index]
        key = _key(row, page)
        if row.pagination or key in sure or _has_the_form(row, page):
            group.append(index)
            least = len(group)
        elif key in likely:
            group.append(index)
        else:
            break
    # Two pages may begin with the same words by chance, but then nothing parts these from the text.
    while len(group) > least and not _is_set_off(page, group[-1], edge, set_off):
        group.pop()
    return group


def _is_set_off(page: PageRows, index: int, edge: Sequence[int], set_off: float) -> bool:
    """Whether a row parts from the next inner one by its distance (in ems) or its size."""
    inner_index = index + (1 if edge[0] == 0 else -1)
    if not 0 <= inner_index < len(page.rows):
        return True
    row, inner = page.rows[index], page.rows[inner_index]
    step = abs(row.baseline - inner.baseline) / inner.size
    return step > set_off or abs(row.size - inner.size) > _OTHER_SIZE * inner.size


def _usual_step(pages: Sequence[PageRows]) -> float:
    """The step from row to row in ems; that of pages with few rows says nothing."""
    steps = [
        (above.baseline - below.baseline) / below.size
        for page in pages
        for above, below in pairwise(page.rows)
    ]
    return min(statistics.median(steps), _WIDEST_LEADING) if steps else _WIDEST_LEADING


def _edges(page: PageRows) -> tuple[list[int], list[int]]:
    """Indices of the outermost rows, from the edge inwards: top, bottom."""
    order = list(range(len(page.rows)))
    return order[:_EDGE_ROWS], order[::-1][:_EDGE_ROWS]


def _in_margin(row: PdfLine, page: PageRows, share: float) -> bool:
    return row.baseline < share * page.height or row.baseline > (1 - share) * page.height


def _key(row: PdfLine, page: PageRows) -> tuple[str, int]:
    """What must agree on two pages: the words (any number) and the height."""
    words = re.sub(r"\d+", "0", re.sub(r"\s+", "", row.text))
    height = row.baseline if row.baseline < page.height / 2 else row.baseline - page.height
    return words, round(height / _HEIGHT_STEP)


def _repetitions(pages: Sequence[PageRows]) -> Counter[tuple[str, int]]:
    """How many pages have an edge row of each key."""
    counts: Counter[tuple[str, int]] = Counter()
    for page in pages:
        edge = {index for side in _edges(page) for index in side}
        keys = {
            _key(page.rows[index], page)
            for index in edge
            if _in_margin(page.rows[index], page, _EDGE_SHARE)
        }
        counts.update(keys)
    return counts


def _has_the_form(row: PdfLine, page: PageRows) -> bool:
    text = row.text.strip()
    if _PAGE_NUMBER.fullmatch(text):
        return _in_margin(row, page, _EDGE_SHARE)
    printed = _BROWSER_HEADER.fullmatch(text) or _BROWSER_FOOTER.fullmatch(text)
    return bool(printed) and _in_margin(row, page, _PRINT_EDGE_SHARE)
