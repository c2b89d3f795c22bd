"""A checked text as a file: Word with its words marked and a comment at each mark, or JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.contract import CheckOutcome
from app.packs.export.model import visible
from app.text_check.report import TextCheck
from app.texts import texts
from app.wording import day_words
from ingest.errors import ClauseDeskError

_AUTHOR = "Clause Desk"


@dataclass(frozen=True, slots=True)
class _Remark:
    start: int
    end: int
    words: str
    colour: str  # a name of docx.enum.text.WD_COLOR_INDEX


def require_format(path: Path) -> None:
    """Raises ClauseDeskError for a file that is not written."""
    if path.suffix.lower() not in (".docx", ".json"):
        raise ClauseDeskError(f"{path.name}: a checked text is written as .docx or .json")


def write_checked(checked: TextCheck, path: Path) -> None:
    """Write a checked text by the file's ending; raises ClauseDeskError when it cannot be."""
    require_format(path)
    is_word = path.suffix.lower() == ".docx"
    data = commented(checked) if is_word else checked.model_dump_json(indent=1).encode()
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ClauseDeskError(f"{path} cannot be written: {error.strerror}") from error


def commented(checked: TextCheck) -> bytes:
    """The bytes of a .docx file: a paragraph a line of the text."""
    import docx
    from docx.enum.text import WD_COLOR_INDEX

    document = docx.Document()
    document.core_properties.author = _AUTHOR
    remarks = list(_remarks(checked))
    borders = sorted({edge for one in remarks for edge in (one.start, one.end)})
    runs: list[tuple[int, Any]] = []  # offset, run
    at = 0
    for line in checked.text.split("\n"):
        paragraph = document.add_paragraph()
        edges = [at, *(edge for edge in borders if at < edge < at + len(line)), at + len(line)]
        for start, end in pairwise(edges):
            if start == end:
                continue
            run = paragraph.add_run(visible(checked.text[start:end]))
            colours = [one.colour for one in remarks if one.start <= start < one.end]
            if colours:  # the shortest mark, which is that of a citation in a sentence
                run.font.highlight_color = WD_COLOR_INDEX[colours[-1]]
            runs.append((start, run))
        at += len(line) + 1
    for one in remarks:
        within = [run for start, run in runs if one.start <= start < one.end]
        if within:
            document.add_comment([within[0], within[-1]], one.words, _AUTHOR, "CD")
    document.add_paragraph(
        texts(checked.language).text(
            "checks.made",
            corpus=checked.corpus_fingerprint,
            day=day_words(checked.as_of, checked.language),
        )
    )
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _remarks(checked: TextCheck) -> Iterator[_Remark]:
    """Sentences first: the mark of a citation is drawn over that of its sentence."""
    colours = {
        CheckOutcome.VERIFIED: "BRIGHT_GREEN",
        CheckOutcome.FAILED: "RED",
        CheckOutcome.NOT_CHECKED: "GRAY_25",
    }
    for sentence in checked.sentences:
        yield _Remark(
            sentence.start, sentence.end, sentence.line(checked.language), colours[sentence.check]
        )
    for citation in checked.citations:
        yield _Remark(
            citation.start, citation.end, citation.line(checked.language), colours[citation.check]
        )
