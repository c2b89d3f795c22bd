"""The printed page of a PDF as a picture, the clause on it in a box.

The boxes come from the loader, in points from the page's lower left corner.
"""

import io
import threading
from dataclasses import dataclass
from pathlib import Path

from ingest.corpus.catalog import document_path, prove_file
from ingest.corpus.documents import CorpusDocument
from ingest.errors import ClauseDeskError
from ingest.structure import Box

#: dots an inch; legible at the width of the pane, also on screens of double density
RESOLUTION = 144
_POINTS_PER_INCH = 72
#: space between the words and the line around them, in points
_MARGIN = 3.0

# pdfium keeps its state in the process: one page at a time
_PDFIUM = threading.Lock()


class PageUnavailable(ClauseDeskError):
    """A page that the file does not have."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """``png``: the page with the marked range in a box."""

    png: bytes
    pages: int
    box_at: float  # where the box begins, 0 (top) to 1; 0 without one


def pages_of(document: CorpusDocument, start: int, end: int) -> tuple[int, ...]:
    """The pages (1-based) on which ``text[start:end]`` is printed; () where none are known."""
    return tuple(sorted({box.page for box in _boxes(document, start, end)}))


def draw_page(corpus: Path, document: CorpusDocument, page: int, start: int, end: int) -> PageImage:
    """A page of a document's PDF with ``text[start:end]`` in a box.

    Raises CatalogError for a file that is gone or another one now, PageUnavailable for a
    page that it does not have.
    """
    import pypdfium2
    from PIL import ImageDraw

    file = document_path(corpus, document.entry)
    # raises CatalogError for a file that is gone, or no longer the one that was read
    prove_file(corpus, document.entry)
    scale = RESOLUTION / _POINTS_PER_INCH
    with _PDFIUM, pypdfium2.PdfDocument(file) as pdf:
        pages = len(pdf)
        if not 1 <= page <= pages:
            raise PageUnavailable(f"{file.name} has no page {page}, it has {pages}")
        printed = pdf[page - 1]
        left, _, _, top = printed.get_cropbox()
        picture = printed.render(scale=scale).to_pil().convert("RGB")
    lines = [box for box in _boxes(document, start, end) if box.page == page]
    box_at = 0.0
    if lines:
        frame = (
            (min(b.x0 for b in lines) - left - _MARGIN) * scale,
            (top - max(b.y1 for b in lines) - _MARGIN) * scale,
            (max(b.x1 for b in lines) - left + _MARGIN) * scale,
            (top - min(b.y0 for b in lines) + _MARGIN) * scale,
        )
        ImageDraw.Draw(picture, "RGBA").rectangle(
            frame, fill=(255, 214, 64, 60), outline=(181, 137, 0, 255), width=3
        )
        box_at = max(frame[1] / picture.height, 0.0)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False)
    return PageImage(buffer.getvalue(), pages, box_at)


def _boxes(document: CorpusDocument, start: int, end: int) -> list[Box]:
    return [box for box in document.boxes if box.start < end and start < box.end]
