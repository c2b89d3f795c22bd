"""Documents that a question names by title and the corpus does not hold."""

import pytest
from page_index import real_desk, rich_desk
from small_corpus import LAW_2018, documents_of

from app.contract import Question
from app.search.named_documents import MissingTitles, not_held
from app.search.question import read_question
from app.wording import name_of
from ingest.corpus.documents import CorpusDocument, Works

SOLID_WASTES = "Administrative Measures on Import of Solid Wastes"
LEFTOVERS = (
    "Customs Administrative Measures on Processing-Trade Leftovers, Defective Goods, By-Products "
    "and Damaged Bonded Goods"
)


def named(question: str, documents: dict[str, CorpusDocument]) -> list[tuple[str, bool]]:
    found = not_held(
        read_question(Question(text=question)), Works(documents), MissingTitles(documents)
    )
    return [(name_of(document.named, "en"), document.content_asked) for document in found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (f"What does the {SOLID_WASTES} say?", [(SOLID_WASTES, True)]),
        (f"What may enter under the “{SOLID_WASTES}”?", [(SOLID_WASTES, True)]),
        (f"which duty follows from the {SOLID_WASTES.lower()}, please", [(SOLID_WASTES, True)]),
        (f"Which item cites {SOLID_WASTES}?", [(SOLID_WASTES, False)]),
        (
            f"Article 3 of the {LEFTOVERS} and the {SOLID_WASTES}?",
            [(LEFTOVERS, True), (SOLID_WASTES, False)],
        ),
        ("What do the Administrative Measures on Import of Cars say?", []),
        ("What does the Customs Law say about smuggling?", [("Customs Law", True)]),
        ("Which clause repeats the Advertising Law?", [("Advertising Law", False)]),
        ("Under the Chinese Law, who sets up the H account?", []),
        ("Which law says who sets up the H account?", []),
        ("《固体废物进口管理办法》禁止进口哪些废物？", [("固体废物进口管理办法", True)]),
        ("《关于委托加工业务的公告》怎么规定？", []),
        ("What does GACC Announcement No. 67 of 2016 say of solid wastes?", []),
    ],
)
def test_titles_that_the_real_corpus_cites(question: str, expected: list[tuple[str, bool]]) -> None:
    assert named(question, real_desk().library().documents) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("《样品管理规定》规定了什么？", [("样品管理规定", True)]),
        ("《样品管理规定》禁止什么？", [("样品管理规定", True)]),
        ("哪个文件废止了《样品管理规定》？", [("样品管理规定", False)]),
        ("《样品检验办法》规定了什么？", []),
        ("《样检办法》规定了什么？", []),
        ("《样品运输办法》规定了什么？", [("样品运输办法", True)]),
        ("根据《海关法》，样品何时送检？", [("海关法", True)]),
        (
            "What does the Customs Law say of samples?",
            [],
        ),  # a statute is held; which, none can tell
    ],
)
def test_chinese_titles(question: str, expected: list[tuple[str, bool]]) -> None:
    assert named(question, documents_of(LAW_2018)) == expected


def test_the_answer_says_what_is_missing_and_where_it_is_cited() -> None:
    answer = real_desk().ask(Question(text=f"What does the {SOLID_WASTES} require of a carrier?"))
    assert not answer.answered
    assert f"cites {SOLID_WASTES} but does not hold it" in answer.answer
    assert [citation.clause_id for citation in answer.citations] == ["gacc-2016-68#11"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("样品检验办法第二条怎么规定？", True),
        ("《中华人民共和国样品检验办法》还有效吗", True),
        ("样品检验要多久？", False),
        ("What does article 2 of the 样品检验办法 say?", True),
        ("样品检验", False),
    ],
)
def test_a_document_held_is_named_by_its_title(text: str, found: bool) -> None:
    documents = documents_of(LAW_2018)
    assert Works(documents).titled_in(text) == (list(documents) if found else [])


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("样品检验办法第二条规定了什么？", "#2"),
        ("第一条规定了什么？", "#1"),  # the others number items, but only the law has articles ...
    ],
)
def test_a_named_article_is_quoted(question: str, cited: str) -> None:
    answer = rich_desk().ask(Question(text=question))
    assert answer.answered and answer.citations[0].clause_id.endswith(cited)
