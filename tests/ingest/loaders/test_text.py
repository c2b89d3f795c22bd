"""Text and Markdown: every character comes back; the type is told from the content."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableDocument
from ingest.loaders import LoadingLimits, load
from ingest.loaders.markdown import comment_ranges
from ingest.loaders.text import decode
from ingest.settings import PROJECT

CORPUS = PROJECT / "corpus" / "documents"
LIMITS = LoadingLimits()
CHINESE = "第一条 为了规范认证认可活动，提高产品质量，制定本条例。\r\n（一）取得法人资格；\n"
ENGLISH = "Ⅰ Business Scope\n\n1. The “new mode” applies — see § 2.\r\n"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.txt")), ids=lambda path: path.name)
def test_corpus_documents_come_back_byte_for_byte(path: Path) -> None:
    source = load(path, LIMITS)
    assert source.text.encode("utf-8") == path.read_bytes()
    assert (source.media_type, source.warnings) == ("text/plain", ())


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "gb18030"),
        (CHINESE, "gbk"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (CHINESE, "utf-32"),
        (ENGLISH.replace("§", "Art."), "gbk"),
        (ENGLISH, "utf-8"),
        (ENGLISH, "utf-16-le"),
        ("plain ASCII", "ascii"),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "any.bin"
    path.write_bytes(text.encode(encoding))
    source = load(path, LIMITS)
    assert (source.text, source.warnings) == (text, ())


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("The naïve “officer’s” café – 5 €", "cp1252"), ("第一條 為了規範認證認可活動", "big5")],
)
def test_a_guessed_encoding_is_said(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "guess.txt"
    path.write_bytes(text.encode(encoding))
    source = load(path, LIMITS)
    assert source.text == text
    assert encoding in source.warnings[0]


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))))
def test_utf8_text_loses_no_character(text: str) -> None:
    assert decode(text.encode("utf-8"), "x").text == text.removeprefix("\ufeff")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_unreadable(data: bytes) -> None:
    try:
        decoded = decode(data, "x")
    except UnreadableDocument:
        return
    back = decoded.text.encode(decoded.encoding, "surrogatepass")
    assert data.endswith(back)


def test_markdown_comments_are_furniture(tmp_path: Path) -> None:
    path = tmp_path / "law.txt"
    text = "条例\n\n2003年公布\n\n<!-- INFO END -->\n\n第一条 为了规范活动。\n"
    path.write_text(f"# {text}", encoding="utf-8")
    source = load(path, LIMITS)
    assert (source.text, source.media_type) == (text, "text/markdown")
    assert [text[start:end] for start, end in source.page_furniture] == ["<!-- INFO END -->"]


@pytest.mark.parametrize(
    ("text", "words", "levels"),
    [
        ("# Rules\n\n## 1. Scope ##\nAll.\n", "Rules\n\n1. Scope\nAll.\n", {"Rules": 1, "1. Scope": 2}),
        ("<meta x>\n\n####Article  4\r\n", "<meta x>\n\nArticle  4\r\n", {"Article  4": 4}),
        (" ### **Duty**\n\n##\n", " Duty\n\n\n", {"Duty": 3}),
        ("**1. Scope**\n\nIt is **not** free.\n", "1. Scope\n\nIt is not free.\n", {}),
        ("---\ntitle: A\n# b\n---\n# C\n", "---\ntitle: A\n# b\n---\nC\n", {"C": 1}),
        ("# Form\n\nName: ____ Day: ____, 2 ** 3 ** 4\n", "Form\n\nName: ____ Day: ____, 2 ** 3 ** 4\n", {"Form": 1}),
        ("# A\n\n\u200b## B\n", "A\n\nB\n", {"A": 1, "B": 2}),
        ("Pay at\n#1 desk.\n", "Pay at\n#1 desk.\n", {}),
    ],
)  # fmt: skip
def test_words_of_markdown_are_quoted_without_its_marks(
    tmp_path: Path, text: str, words: str, levels: dict[str, int]
) -> None:
    path = tmp_path / "rules.md"
    path.write_bytes(text.encode())
    source = load(path, LIMITS)
    assert source.text == words
    found = {source.text[at:].splitlines()[0]: level for at, level in source.heading_levels}
    assert found == levels


def test_an_open_comment_is_text() -> None:
    assert comment_ranges("<!-- a --> b <!-- c") == ((0, 10),)


def test_many_open_comments_take_no_time() -> None:
    assert comment_ranges("<!--" * 200_000) == ()


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\0\0\0", b"\xef\xbb\xbf \n"])
def test_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match=r"^empty.txt: the file is empty; add a file"):
        load(path, LIMITS)


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * 101)
    with pytest.raises(UnreadableDocument, match="larger than the limit of 100 bytes"):
        load(path, LoadingLimits(max_bytes=100))


def test_no_such_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="no such file"):
        load(tmp_path / "none.txt", LIMITS)
    with pytest.raises(UnreadableDocument, match="not a file"):
        load(tmp_path, LIMITS)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "a PNG image; make a PDF of it"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a JPEG image"),
        (b"MZ\x90\0\x03\0\0\0\x04", "a Windows program"),
        (b"\x7fELF\x02\x01\x01\0", "a program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40, r"old Office file .* save it as DOCX"),
        (b"{\\rtf1\\ansi text}", "an RTF file"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "a gzip archive; unpack it"),
        (b"From: <Saved by Blink>\r\nContent-Type: multipart/related;\r\n", "MHTML"),
        (b"From: a@b.cn\nTo: c@d.cn\nSubject: x\n\ntext\n", "an e-mail message; save what it"),
        (b"Received: by x\n\tfor y\r\nMIME-Version: 1.0\r\n\r\nbase64", "an e-mail message"),
        (b"From a Sat Jan 1\nSubject: x\nContent-Type: text/plain\n\nx", "an e-mail message"),
        (bytes(range(256)) * 4, "not a text, Markdown, CSV, PDF, DOCX, XLSX or HTML file"),
    ],
)
def test_something_else_is_named(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableDocument, match=what) as caught:
        load(path, LIMITS)
    assert str(caught.value).startswith("notice.txt: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "To: all traders\nFrom: the Customs\nDate: 1 March\n\n1. Declare samples.\n",
        "Content-Type: what a box holds.\n1. Declare samples.\n",
    ],
)
def test_a_memo_is_no_mail(tmp_path: Path, text: str) -> None:
    path = tmp_path / "memo.txt"
    path.write_text(text, encoding="utf-8")
    assert load(path, LIMITS).text == text


def test_a_text_may_begin_like_a_program(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"MZ stands for the initials of a name.\n")
    assert load(path, LIMITS).text.startswith("MZ stands")
