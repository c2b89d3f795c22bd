"""What a document is called and who issued it, as its first lines say."""

import pytest

from ingest.facts.naming import read_issuer, read_signature, read_title, stated_fields
from ingest.loaders.markdown import load_markdown, looks_like_markdown
from ingest.structure import SourceText


def source(text: str) -> SourceText:
    plain = SourceText(text, "text/plain")
    return load_markdown(plain) if looks_like_markdown(text) else plain


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("海关总署关于样品\n管理有关事项的\n公告\n\n一、甲。", "海关总署关于样品管理有关事项的公告"),
        (
            "海关总署\n公告\n2021年第45号\n关于样品的公告\n\n一、甲。",
            "海关总署公告 2021年第45号 关于样品的公告",
        ),
        ("关于样品的公告\n\n海关总署公告2021年第45号\n\n一、甲。", "关于样品的公告"),
        ("样品手册\n\n前言\n\n一、甲。", "样品手册"),
        ("Measures of the Customs\non Postal Samples\n\n1. A.", "Measures of the Customs on Postal Samples"),
        ("Notice on Samples\nPrepared by the Trade Desk\n\n1. A.", "Notice on Samples"),
        ("ISBN 978-7-01-000000-1\nRules on Fish\n\n1. A.", "Rules on Fish"),
        ("---\ntitle: \"On Samples\"\ndate: 2024-05-01\n---\n\n# Other\n\n1. A.", "On Samples"),
        ("<meta charset='utf-8' />\n# Rules on Fish\n\n1. A.", "Rules on Fish"),
        ("# 样品法典\n# 侵权编\n\n第一条 甲。", "样品法典 侵权编"),
        (
            "##Verdrag over het vissen in de zee\n####Agreement on fishing in the sea\n\n"
            "### Article 1\n\nThis agreement is on fishing in the sea.",
            "Agreement on fishing in the sea",
        ),
        ("# Fishing Act\n\n## Where one may fish at sea\n\nOne may fish where the act says.", "Fishing Act"),
        ("1. Dogs bark.\n\n2. Cats do not.", None),
        ("2024年5月1日\n\n一、甲。", None),
    ],
)  # fmt: skip
def test_titles(text: str, title: str | None) -> None:
    assert read_title(source(text)) == title


def test_what_the_file_marks_as_its_title_goes_first() -> None:
    assert read_title(SourceText("Header\n\n1. A.", "x", title="Rules on Fish")) == "Rules on Fish"


def test_front_matter_and_page_lines_are_no_clauses() -> None:
    read = source(
        "---\ntitle: A\nissuer: The Hall\n---\n<meta name='author' content='B'>\n\n1. A.\n"
    )
    assert stated_fields(read) == {"title": "A", "issuer": "The Hall", "author": "B"}
    assert "".join(read.text[start:end] for start, end in read.page_furniture).count("\n") == 4


@pytest.mark.parametrize(
    ("title", "head", "issuer"),
    [
        ("甲", ["1998年4月7日 国家工商行政管理局令第85号发布"], "国家工商行政管理局"),
        ("甲", ["1998年2月2日 国务院批准", "1998年4月7日 交通部发布"], "交通部"),
        ("甲", ["2003年9月3日 中华人民共和国国务院令第390号公布"], "State Council"),
        ("甲", ["2003年1月8日 第十届全国人民代表大会常务委员会第五次会议通过"], "全国人民代表大会常务委员会"),
        ("最高人民法院、最高人民检察院关于甲的解释", [], "最高人民法院、最高人民检察院"),
        ("海关总署关于甲的公告", [], "GACC"),
        ("A", ["(Promulgated by the Ministry of Commerce on 1 May 2020)"], "Ministry of Commerce"),
        ("A", ["Published by Order No. 7 of the General Administration of Customs on 5 June 2004"], "GACC"),
        # a preamble speaks of another rule
        ("A", ["Under the Measures issued by the Ministry of Fish on 1 May 2020, this is announced:"], None),
    ],
)  # fmt: skip
def test_issuers(title: str, head: list[str], issuer: str | None) -> None:
    assert read_issuer(title, head) == issuer


def test_an_issuer_that_signs() -> None:
    assert read_signature(["上海市商务委员会", "2024年5月1日"]) == "上海市商务委员会"
    assert read_signature(["Page 3 of 7", "Source: Ministry of Fish"]) is None
