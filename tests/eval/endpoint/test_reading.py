"""Replies as assistants write them -> what they cite, quote and decline; made-up documents."""

from datetime import date

import pytest
from small_corpus import LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS, with_documents

from app.contract import Answer, CheckOutcome, Question
from app.desk import ClauseDesk
from eval.endpoint.reading import ReplyReader
from eval.endpoint.shapes import ChatText, ToldPassage, read_chat
from eval.measures.figures import Sources, figure_invention
from ingest.facts.modifications import Status

NEW, OLD = "gacc-2022-8", "gacc-2019-5"
ITEM_2 = "An exhibitor shall pay a deposit of 4,500 yuan for each exhibit that stays in the hall."
OLD_2 = ITEM_2.replace("4,500", "3,000")
IVORY = "Exhibits made of ivory may be shown behind glass only."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> ClauseDesk:
    folder = tmp_path_factory.mktemp("corpus")
    return ClauseDesk.open(with_documents(folder, OLD_DEPOSITS, NEW_DEPOSITS, LAW_2024))


@pytest.fixture(scope="module")
def reader(desk: ClauseDesk) -> ReplyReader:
    return ReplyReader(desk.searcher())


def read(reader: ReplyReader, text: str, **more: object) -> Answer:
    reply = ChatText(text=text, model="m", **more)  # type: ignore[arg-type]
    return reader.read(reply, Question(text="What deposit?", as_of=date(2026, 1, 1)))


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        # named
        ("Under item 2 of GACC Announcement No. 8 of 2022 a deposit is due.", [f"{NEW}#2"]),
        ("A deposit is due (Announcement No. 8 of 2022, item 2) and registration (item 1).", [f"{NEW}#2", f"{NEW}#1"]),
        ("根据《样品检验办法》第二条，样品应当送检。", ["-2024#2"]),
        # quoted to the letter, however it is set
        (f"Yes. {ITEM_2}", [f"{NEW}@"]),
        (f"> 2. {ITEM_2}\n\nThat is all.", [f"{NEW}@"]),
        ("It is said that “a deposit of 4,500 yuan”.", [f"{NEW}@"]),
        ("样品应当在五日内送检。逾期的要罚款。", ["-2024@"]),
        (f"**{ITEM_2.upper()}**", [f"{NEW}@"]),
        # two that stand one behind the other in their document are one, marks part them
        (f"{OLD_2}\n\n3. {IVORY}", [f"{OLD}@"]),
        (f"{OLD_2} [1]\n\n{IVORY} [2]", [f"{OLD}@", f"{OLD}@"]),
        # what is named within a quotation is the clause's own
        ("4. This Announcement shall enter into force as from 1 June 2019.", [f"{OLD}@"]),
        # a list of sources
        ("A deposit is due [1].\n\nSources:\n[1] GACC Announcement No. 8 of 2022, item 2", [f"{NEW}#2"]),
        # nothing that is held
        ("Under Article 12 of Regulation (EU) 2016/679 it is forbidden.", []),
        ("A deposit of 4,500 yuan is due.", []),
        ("In the hall.", []),
    ],
)  # fmt: skip
def test_what_a_reply_cites(reader: ReplyReader, text: str, cited: list[str]) -> None:
    answer = read(reader, text)
    found = [citation.clause_id for citation in answer.citations]
    assert len(found) == len(cited), found
    for clause_id, expected in zip(found, cited, strict=True):
        assert expected in clause_id
    assert [r.clause_id for r in answer.retrieved] == found


def test_quotes_are_the_documents_own_words(desk: ClauseDesk, reader: ReplyReader) -> None:
    text = f"> 2. {ITEM_2.replace(' deposit', '  deposit')}\n\nSee also item 1 of the same."
    for citation in read(reader, text).citations:
        source = desk.document_text(citation.document_id)
        assert source[citation.start : citation.end] == citation.quote
    other = f"Announcement No. 8 of 2022, item 2: “{ITEM_2.replace('4,500', '9,900')}”"
    (citation,) = read(reader, other).citations
    assert citation.clause_id == f"{NEW}#2"
    assert "9,900" in citation.quote  # which the measure of exact quotes counts as wrong


def test_words_that_two_documents_have_are_those_of_the_one_named(reader: ReplyReader) -> None:
    shared = (
        "An exhibitor shall register each exhibit with the local Customs before it is unpacked."
    )
    for number, document in (("8 of 2022", NEW), ("5 of 2019", OLD)):
        text = f"GACC Announcement No. {number} says:\n\n> {shared}"
        (citation,) = read(reader, text).citations
        assert citation.document_id == document


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("I'm sorry, but I cannot find anything on that.", False),
        ("I don't know.", False),
        ("I'm not sure. The visa fee isn't mentioned in the provided documents.", False),
        ("We do not have any rule on visas.", False),
        ("The provided documents do not say what a visa costs.", False),
        ("There is no information in the context that answers this. The nearest is item 2 of GACC Announcement No. 8 of 2022.", False),
        ("Not covered: no clause of the corpus answers this.", False),
        ("很抱歉，资料中没有提及签证费用。", False),
        ("现有材料未提及。", False),
        # clauses and answers that deny something
        ("Item 2 of GACC Announcement No. 8 of 2022 does not provide for an exemption.", True),
        ("No. Goods shall not be sold in the hall.", True),
        ("Exhibits are not exempt (Announcement No. 8 of 2022, item 2).", True),
        ("不可以。第二条不允许。", True),
        ("Exhibits are not covered by the exemption of item 2.", True),
        ("The documents that are handed in need not be originals, and they are not returned.", True),
        ("We do not have to pay a deposit for exhibits that leave the hall.", True),
    ],
)  # fmt: skip
def test_what_is_a_refusal(reader: ReplyReader, text: str, answered: bool) -> None:
    answer = read(reader, text)
    assert answer.answered is answered
    assert answer.confidence == float(answered)
    assert answered or not answer.statements


@pytest.mark.parametrize(
    ("text", "checks"),
    [
        (f"{ITEM_2} [1]", [CheckOutcome.VERIFIED]),
        ("An exhibitor shall pay a deposit of 4,500 yuan for each exhibit (Announcement No. 8 of 2022, item 2).", [CheckOutcome.VERIFIED]),
        ("An exhibitor shall pay a deposit of 4,900 yuan for each exhibit (Announcement No. 8 of 2022, item 2).", [CheckOutcome.FAILED]),
        ("An exhibitor must pay a deposit of 4,900 yuan. [1]\n\n[1] Announcement No. 8 of 2022, item 2", [CheckOutcome.FAILED]),
        ("An exhibitor must pay a deposit of 4,500 yuan.", [CheckOutcome.NOT_CHECKED]),
        ("Hello! Thank you for asking.", []),
    ],
)  # fmt: skip
def test_sentences_are_held_against_what_they_cite(
    reader: ReplyReader, text: str, checks: list[CheckOutcome]
) -> None:
    found = [statement.check for statement in read(reader, text).statements]
    assert found == checks


def test_marks_point_to_the_passages_that_come_beside_the_text(reader: ReplyReader) -> None:
    cited = (ToldPassage(IVORY, "", None), ToldPassage(ITEM_2, "", None))
    answer = read(reader, "Each exhibit needs a deposit of 4,500 yuan [2].", cited=cited)
    (citation,) = answer.citations  # the other one is not pointed at
    assert citation.quote == ITEM_2
    assert answer.statements[0].citations == (1,)
    unmarked = read(reader, "Each exhibit needs a deposit of 4,500 yuan.", cited=cited)
    assert [c.quote for c in unmarked.citations] == [IVORY, ITEM_2]


def test_what_was_retrieved_is_ranked_and_gives_the_confidence(reader: ReplyReader) -> None:
    retrieved = (
        ToldPassage(ITEM_2, "", 0.9), ToldPassage("Words of no document at all.", "", 0.8),
        ToldPassage(IVORY, OLD, 0.7),
    )  # fmt: skip
    answer = read(reader, "A deposit.", retrieved=retrieved)
    assert [r.text for r in answer.retrieved] == [ITEM_2, IVORY]
    less = read(reader, "A deposit.", retrieved=retrieved[2:])
    assert 0 < less.confidence < answer.confidence < 1


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("GACC Announcement No. 5 of 2019, item 2 (repealed since 1 May 2022): a deposit.", Status.REPEALED),
        ("GACC Announcement No. 5 of 2019, item 2, is in force: a deposit.", Status.IN_FORCE),
        ("GACC Announcement No. 5 of 2019, item 2: a deposit.", Status.UNKNOWN),
        ("《样品检验办法》第二条现行有效。", Status.IN_FORCE),
        # the clause's own words say nothing of its status
        (f"GACC Announcement No. 5 of 2019:\n> 4. This Announcement shall enter into force as from 1 June 2019.\n> {IVORY}", Status.UNKNOWN),
    ],
)  # fmt: skip
def test_a_status_is_what_the_reply_says(reader: ReplyReader, text: str, status: Status) -> None:
    assert {citation.status for citation in read(reader, text).citations} == {status}


@pytest.mark.parametrize(
    ("line", "invented"),
    [
        ("[1] 第二条，GACC Announcement No. 8 of 2022（依据第2款）", ()),
        ("[1] **Item 2, GACC Announcement No. 8 of 2022** (by item 3)", ()),
        ("[1] Item 2, GACC Announcement No. 8 of 2022: 4,900 yuan", ("4900",)),
        ("Exhibits stay for 7 days.", ("7",)),
    ],
)
def test_where_a_clause_stands_is_no_figure_of_its_rule(
    reader: ReplyReader, line: str, invented: tuple[str, ...]
) -> None:
    answer = read(reader, f"> {ITEM_2}\n\n{line}")
    sources = Sources(tuple(f"{c.quote} {c.title} {c.locator}" for c in answer.citations))
    assert figure_invention([(answer.answer, sources)]) == invented


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("As of 2025-11-30.", date(2025, 11, 30)),
        ("截至2025年11月30日。", date(2025, 11, 30)),
        ("As of 30 November 2025 a deposit is due.", date(2026, 1, 1)),
    ],
)
def test_the_day_that_a_reply_tells_is_the_answers(
    reader: ReplyReader, line: str, day: date
) -> None:
    assert read(reader, f"{ITEM_2}\n\n{line}").as_of == day


@pytest.mark.parametrize(
    ("message", "beside", "words"),
    [
        ({"context": {"citations": [{"content": "A", "title": "t"}]}}, {}, ["A"]),
        ({}, {"citations": ["https://example.com"], "search_results": [{"snippet": "B"}]}, ["B"]),
        ({}, {"sources": [{"document": "C"}, {"text": "D"}]}, ["C", "D"]),
        ({"citations": "none"}, {"documents": [1, None]}, []),
    ],
)
def test_passages_come_in_several_shapes(
    message: dict[str, object], beside: dict[str, object], words: list[str]
) -> None:
    choice = {"message": {"content": [{"type": "text", "text": "Hello"}]} | message}
    reply = read_chat({"choices": [choice]} | beside)
    assert reply.text == "Hello"
    assert [passage.words for passage in reply.cited] == words
