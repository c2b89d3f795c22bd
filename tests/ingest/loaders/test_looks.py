"""What the eye sees: struck-out words, raised marks."""

from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.shared import Pt
from programs import needs_chromium, page_printed_by_chromium
from word_files import W, saved

from ingest.loaders import LoadingLimits, load
from ingest.loaders.docx.document import load_docx
from ingest.loaders.html.page import load_html
from ingest.loaders.superscripts import superscript

LIMITS = LoadingLimits()


@pytest.mark.parametrize(
    ("raised", "written"),
    [
        ("1", "¹"),
        ("12", "¹²"),
        ("-3", "⁻³"),
        ("[1]", "[1]"),
        ("th", "th"),
        ("*", "*"),
        ("(2)", "⁽²⁾"),
    ],
)
def test_raised_text(raised: str, written: str) -> None:
    assert superscript(raised) == written


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("500<sup>1</sup> yuan", "500¹ yuan"),
        ("10<sup>-<i>3</i></sup> g", "10⁻³ g"),
        ('9<span style="vertical-align: super">2</span>', "9²"),
        ('9<span class="note up">2</span>', "9²"),
        ("<s>6</s>9 months", "9 months"),
        ("<del>6</del>9", "9"),
        ("<strike>6</strike>9", "9"),
        ('<span style="color:red;text-decoration: underline line-through">6</span>9', "9"),
        ('<span style="text-decoration-line:line-through">6</span>9', "9"),
        ('<b class="old">6</b>9', "9"),
        ('<span style="text-decoration:underline">6</span>9', "69"),
    ],
)
def test_a_web_page(fragment: str, text: str) -> None:
    style = "<style>/* x */ .old, #gone { text-decoration: line-through } .up{vertical-align:super}</style>"
    source = load_html(f"{style}<p>{fragment}</p>".encode(), "x.html")
    assert source.text == f"{text}\n"
    is_struck = any("struck-out" in warning for warning in source.warnings)
    assert is_struck == (text.startswith("9") and "²" not in text)


def test_a_word_file() -> None:
    document = docx.Document()
    style = document.styles.add_style("Gone", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    style.font.strike = True
    paragraph = document.add_paragraph("due in ")
    paragraph.add_run("10").font.strike = True
    paragraph.add_run("15").font.double_strike = True
    paragraph.add_run("18", "Gone")
    paragraph.add_run("20").font.strike = False
    paragraph.add_run("1").font.superscript = True
    raised = paragraph.add_run("2")
    raised.font.size = Pt(7)
    raised._r.get_or_add_rPr().append(parse_xml(f'<w:position {W} w:val="6"/>'))
    paragraph.add_run(" days, H")
    paragraph.add_run("2").font.subscript = True
    source = load_docx(saved(document), "x.docx", LIMITS)
    assert source.text == "due in 20¹² days, H2\n"
    assert source.warnings == ("3 struck-out stretches of text are left out",)


@needs_chromium
def test_a_printed_page(tmp_path: Path) -> None:
    body = (
        "<p>Value above 500<sup>1</sup>, volume 10<sup>3</sup>, within <s>30</s>50 days. "
        "<u>Underlined words stay.</u></p><p>二、样品价值超过500<sup>2</sup>元的，在<s>三十</s>六十日内申报。</p>"
    )
    source = load(page_printed_by_chromium(body, "", tmp_path), LIMITS)
    assert "above 500¹, volume 10³, within 50 days. Underlined words stay.\n" in source.text
    assert "超过500²元的，在六十日内申报。\n" in source.text
    assert "struck-out words on page 1 are left out" in source.warnings
