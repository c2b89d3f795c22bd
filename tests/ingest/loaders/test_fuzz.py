"""Damaged files: only a SourceText or an UnreadableDocument comes out, in time."""

import io
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache

import openpyxl
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_packages import package_of, parts_of
from pdf_files import LONG, pdf_of, shown
from web_pages import MINISTRY_PAGE
from word_files import CHINESE_LAW, numbered, saved

from ingest.errors import UnreadableDocument
from ingest.loaders import LoadingLimits
from ingest.loaders.child import extract
from ingest.loaders.sniffing import FileFormat, sniff
from ingest.structure import SourceText

LIMITS = LoadingLimits(max_pages=50, max_unpacked_bytes=10_000_000)
SECONDS = 20  # for one file of some kilobytes
BOUNDED = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@contextmanager
def in_time() -> Iterator[None]:
    def too_late(*_: object) -> None:
        raise TimeoutError(f"not done in {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def comes_out_clean(read: Callable[[], SourceText]) -> None:
    with in_time():
        try:
            source = read()
        except UnreadableDocument as error:
            line = str(error)
        else:
            line = ""
    if line:
        assert "\n" not in line
        return
    size = len(source.text)
    assert all(0 <= start <= end <= size for start, end in source.page_furniture)
    assert all(0 <= box.start <= box.end <= size for box in source.boxes)


@lru_cache
def valid_pdf(compressed: bool) -> bytes:
    data = pdf_of(
        shown([(50, 770, "Header"), (50, 700, "1. First"), (50, 688, LONG), (50, 676, LONG)]),
        shown([(50, 770, "Header"), (60, 700, "second page"), (300, 700, "cell")]),
    )
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for page in writer.pages if compressed else ():
        page.compress_content_streams()
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@lru_cache
def valid_docx() -> bytes:
    document = numbered({1: CHINESE_LAW}, {1: (1, "")}, [(1, 0, "a"), (1, 1, "b"), (1, 3, "c")])
    document.add_table(2, 2)
    return saved(document)


@lru_cache
def valid_xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row in (("Code", "Rate", "From"), ("8471300000", 0.13, date(2024, 1, 1)), ("01012100", 1)):
        sheet.append(row)
    sheet["B2"].number_format = "0%"
    sheet.merge_cells("A5:B6")
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """``data`` with a few stretches overwritten, dropped, doubled or cut off."""
    result = bytearray(data)
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(result)))
        end = min(len(result), start + draw(st.integers(0, 40)))
        match draw(st.sampled_from(("overwrite", "drop", "double", "cut", "number"))):
            case "overwrite":
                result[start:end] = draw(st.binary(min_size=end - start, max_size=end - start))
            case "drop":
                del result[start:end]
            case "double":
                result[end:end] = result[start:end] * draw(st.integers(1, 50))
            case "cut" if draw(st.booleans()):
                del result[max(start, 20) :]
            case "number":
                result[start:end] = draw(st.sampled_from((b"99999999999", b"-1", b"0", b"1e300")))
    return bytes(result)


@BOUNDED
@given(st.data())
def test_mutated_pdf(data: st.DataObject) -> None:
    damaged = data.draw(mutated(valid_pdf(data.draw(st.booleans()))))
    comes_out_clean(lambda: extract(FileFormat.PDF, damaged, "x.pdf", LIMITS))


@BOUNDED
@given(st.text(alphabet="0123456789.-+ \n/[]()<>TjTdmfJBEqQcDo'\"F1*", max_size=400))
def test_mutated_content_stream(content: str) -> None:
    page = f"BT /F1 10 Tf 50 700 Td (text) Tj {content}"
    comes_out_clean(lambda: extract(FileFormat.PDF, pdf_of(page), "x.pdf", LIMITS))


@BOUNDED
@given(mutated(valid_docx()))
def test_mutated_docx(damaged: bytes) -> None:
    comes_out_clean(lambda: extract(FileFormat.ZIP, damaged, "x.docx", LIMITS))


@BOUNDED
@given(st.data())
@pytest.mark.parametrize("valid", [valid_docx, valid_xlsx])
def test_mutated_part_of_a_package(valid: Callable[[], bytes], data: st.DataObject) -> None:
    """The package is whole and one part of it damaged, so that the damage gets further."""
    parts = parts_of(valid())
    name = data.draw(st.sampled_from(sorted(parts)))
    parts[name] = data.draw(mutated(parts[name]))
    comes_out_clean(lambda: extract(FileFormat.ZIP, package_of(parts), "x.package", LIMITS))


def test_a_damage_that_is_met_only_when_the_title_is_looked_for() -> None:
    """The styles are no styles any more: python-docx says so when a paragraph's is asked for."""
    parts = parts_of(valid_docx())
    parts["word/styles.xml"] = b'<w:styles xmlns:w="urn:other"/>'
    with pytest.raises(UnreadableDocument, match="save it as DOCX"):
        extract(FileFormat.ZIP, package_of(parts), "x.docx", LIMITS)


@BOUNDED
@given(mutated(MINISTRY_PAGE.encode("gb18030")))
def test_mutated_html(damaged: bytes) -> None:
    comes_out_clean(lambda: extract(FileFormat.HTML, damaged, "x.html", LIMITS))


@BOUNDED
@given(st.binary(max_size=300), st.sampled_from((b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>")))
def test_random_bytes(tail: bytes, head: bytes) -> None:
    def read() -> SourceText:
        form = sniff(head + tail, "x")
        if form is FileFormat.TEXT:
            return SourceText("", "text/plain")  # test_text.py fuzzes the decoder
        return extract(form, head + tail, "x", LIMITS)

    comes_out_clean(read)


def test_the_valid_files_are_read() -> None:
    """Else the mutations above would start from rubbish."""
    assert extract(FileFormat.PDF, valid_pdf(True), "x", LIMITS).text.count("Header") == 2
    assert extract(FileFormat.ZIP, valid_docx(), "x", LIMITS).text.startswith("第一章 a\n（一）b\n")


@pytest.mark.parametrize("length", range(1, 9))
def test_a_valid_file_cut_in_eighths(length: int) -> None:
    for form, data in ((FileFormat.PDF, valid_pdf(True)), (FileFormat.ZIP, valid_docx())):
        cut = data[: len(data) * length // 9]
        with pytest.raises(UnreadableDocument):
            extract(form, cut, "x", LIMITS)
