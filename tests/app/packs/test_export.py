"""The three writers: what goes in comes out, and nothing in it becomes more than words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from page_index import HOSTILE_WORDS

from app.packs.export.files import ExportFormat, detect, format_of, read, write
from app.packs.export.markdown import escaped
from app.packs.export.model import (
    Attachment,
    Block,
    Export,
    ExportParagraph,
    Facts,
    Heading,
    Items,
    Quote,
    visible,
)
from app.packs.export.pdf import _shown
from app.plain_text import WORD_JOINER
from ingest.errors import ClauseDeskError

MADE_AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)
#: GitHub's dialect; what it makes links of is tested by itself
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
CHINESE = "第十条（四） 进口的消耗性材料转内销的，应当缴纳进口关税和进口环节代征税。"
ENGLISH = "Finished products carry “Finished Products Into & Out of Areas” (code 5100)."


def export_of(*blocks: Block, title: str = "A title", attachment: str = "") -> Export:
    attached = Attachment("data.json", "For programs.", attachment) if attachment else None
    return Export(title, blocks, "en", MADE_AT, "the footer", attached)


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)


def without_blanks(text: str) -> str:
    return "".join(text.split())


def test_english_and_chinese_can_be_read_from_a_pdf() -> None:
    data = write(
        export_of(Heading("海关总署公告"), Quote(f"{CHINESE}\n{ENGLISH}")), ExportFormat.PDF
    )
    text = pdf_text(data)
    assert ENGLISH in text  # with its blanks
    for words in ("海关总署公告", CHINESE, "the footer", "A title"):
        assert without_blanks(words) in without_blanks(text)


def test_the_font_of_a_pdf_is_inside_it() -> None:
    page = pypdf.PdfReader(BytesIO(write(export_of(Quote(CHINESE)), ExportFormat.PDF))).pages[0]
    for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in described


def test_a_long_pdf_has_numbered_pages_and_loses_no_line() -> None:
    lines = tuple(f"Line number {number} of a long list" for number in range(120))
    export = export_of(Items(lines, numbered=True), Quote("\n".join(lines)), Facts((("a", "b"),)))
    data = write(export, ExportFormat.PDF)
    count = len(pypdf.PdfReader(BytesIO(data)).pages)
    assert count > 4
    text = pdf_text(data)
    assert all(text.count(line) == 2 for line in lines)
    assert all(f"{number} / {count}" in text for number in range(1, count + 1))


@pytest.mark.parametrize("to", ExportFormat)
def test_the_same_export_gives_a_file_that_says_the_same(to: ExportFormat) -> None:
    export = export_of(Quote(CHINESE), Facts((("As of", "2017-06-30"),)), attachment='{"a": 1}')
    first, second = (read(write(export, to), to) for _ in range(2))
    assert first == second
    assert first.attachment == '{"a": 1}'


def test_a_pdf_is_the_same_bytes_each_time() -> None:
    export = export_of(Quote(ENGLISH), attachment='{"a": 1}')
    assert write(export, ExportFormat.PDF) == write(export, ExportFormat.PDF)


@pytest.mark.parametrize("to", ExportFormat)
def test_every_block_is_seen(to: ExportFormat) -> None:
    export = export_of(
        Heading("one heading"),
        ExportParagraph("plain words"),
        ExportParagraph("small words", "small"),
        ExportParagraph("strong words", "strong"),
        Quote("quoted words"),
        Facts((("what", "which"), ("long", "word " * 100))),
        Items(("first item", "second item"), numbered=True),
    )
    seen = without_blanks(read(write(export, to), to).text)
    for words in [
        "onehead",
        "plainwords",
        "smallwords",
        "strongwords",
        "quotedwords",
        "which",
        "firstitem",
        "seconditem",
    ]:
        assert words in seen


@pytest.mark.parametrize("to", ExportFormat)
def test_one_other_word_is_told(to: ExportFormat) -> None:
    before, after = (
        read(write(export_of(ExportParagraph(words)), to), to).text
        for words in ("within 30 days", "within 20 days")
    )
    assert before != after


def test_hostile_words_stay_words_in_markdown() -> None:
    export = export_of(
        Heading(HOSTILE_WORDS),
        Quote(f"    {HOSTILE_WORDS}\n# x\n- y\n1. z\n===\n```\n| a | b |\n<script>"),
        Facts(((HOSTILE_WORDS, HOSTILE_WORDS),)),
        Items((HOSTILE_WORDS,)),
        title=HOSTILE_WORDS,
    )
    page = MARKDOWN.render(write(export, ExportFormat.MARKDOWN).decode())
    for live in ("<a ", "<img", "<script", "<b>", "<code", "<pre", "<h4", "<em", "<s>"):
        assert live not in page
    assert page.count("<h1") == page.count("<h2") == page.count("<ul") == page.count("<table") == 1
    assert "<ol" not in page and page.count("<strong") == 0


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("evidence.pdf", ExportFormat.PDF),
        ("a.b.DOCX", ExportFormat.DOCX),
        ("x.md", ExportFormat.MARKDOWN),
    ],
)
def test_the_ending_names_the_format(name: str, to: ExportFormat) -> None:
    assert format_of(Path(name)) is to


@pytest.mark.parametrize("name", ["x.txt", "none", ".pdf"])
def test_another_ending_is_refused(name: str) -> None:
    with pytest.raises(ClauseDeskError, match=r"written as \.pdf, \.docx or \.md"):
        format_of(Path(name))


@pytest.mark.parametrize("data", [b"%PDF-1.7 nothing", b"PK\x03\x04 nothing", b"\xff\xfe\x00"])
def test_a_damaged_file_is_one_line(data: bytes) -> None:
    with pytest.raises(ClauseDeskError) as caught:
        read(data, detect(data))
    assert "\n" not in str(caught.value)


def test_a_cut_fence_hides_nothing() -> None:
    data = write(export_of(attachment='{"a": 1}'), ExportFormat.MARKDOWN)
    assert read(data[:-5], ExportFormat.MARKDOWN).attachment is None


any_text = st.text(max_size=200) | st.text(
    "`*_[]()<>&|#-+=!\\:@.\n\t 1a（四）\u202e\x00", max_size=60
)


@given(any_text)
@example(HOSTILE_WORDS)
@example("1)\n\n   - a\n\t# b\n~~~\n:::")
@example("\\")
@example("&amp; &#35; <!-- --> \u00a0\u3000x")
@settings(max_examples=200, deadline=None)
def test_any_words_are_the_same_words_in_markdown(text: str) -> None:
    export = export_of(Quote(text))
    tokens = MARKDOWN.parse(write(export, ExportFormat.MARKDOWN).decode())
    pieces = list(inside_quote(tokens))
    assert {piece.type for piece in pieces} <= {"text", "text_special", "softbreak", "hardbreak"}
    shown = "".join(piece.content for piece in pieces if piece.type == "text")
    assert letters(shown) == letters(visible(text))


def inside_quote(tokens: list[Any]) -> Iterator[Any]:
    kinds = [token.type for token in tokens]
    if "blockquote_open" in kinds:
        for token in tokens[kinds.index("blockquote_open") : kinds.index("blockquote_close")]:
            yield from token.children or ()


def letters(text: str) -> str:
    return without_blanks(text.replace(WORD_JOINER, ""))


@given(any_text)
@settings(max_examples=60, deadline=None)
def test_any_words_are_the_same_words_in_word(text: str) -> None:
    data = write(export_of(Quote(text)), ExportFormat.DOCX)
    [quote] = [p for p in docx.Document(BytesIO(data)).paragraphs if p.style.name == "Quote"]
    assert quote.text == visible(text)


@given(any_text)
@example(HOSTILE_WORDS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_words_are_the_same_words_in_a_pdf(text: str) -> None:
    found = without_blanks(pdf_text(write(export_of(Quote(text)), ExportFormat.PDF)))
    assert without_blanks(_shown(text)) in found


@pytest.mark.parametrize(
    "text",
    ["see http://a.example/b", "HTTPS://a.example", "www.a.example", "a.b@c.example", ":smile:"],
)
def test_what_a_reader_would_make_a_link_is_parted(text: str) -> None:
    written = escaped(text)
    assert WORD_JOINER in written
    assert written.replace(WORD_JOINER, "") == text


def test_inline_words_stay_on_one_line() -> None:
    assert escaped("a\n# b") == "a \\# b"
