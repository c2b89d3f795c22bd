"""What the page shows beside the quotes: gaps, timelines, comparisons, citations, pages."""

from dataclasses import fields, replace
from datetime import date

import pytest
from page_index import real_desk, rich_desk, rich_index
from programs import needs_chromium

from app.contract import Answer, Question
from app.search.refusal import AnswerFeatures
from app.search.searcher import Trace
from app.views.comparison import compare_texts, has_several_texts
from app.views.explanation import explain
from app.views.gap import find_gap
from app.views.legal_citation import legal_citation
from app.views.matched_words import matched_spans
from app.views.page_image import PageUnavailable, draw_page, pages_of
from app.views.quote_place import QuoteState, find_quote
from app.views.timeline import Moment, work_timeline
from ingest.clauses.parse import parse
from ingest.corpus.cross_references import own_places
from ingest.facts.modifications import Status
from ingest.structure import SourceText

TODAY = date(2026, 1, 1)


def answered(question: str) -> Answer:
    return real_desk().ask(Question(text=question))


def traced(question: str) -> Trace:
    return real_desk().trace(Question(text=question))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # (clause text, what it points to)
        ("1. One.\n\n2. See Item 1.\n", [("Item 1", "1")]),
        ("1. One.\n\n2. See item 1 of GACC Announcement No. 5 of 2019.\n", []),
        ("1. One.\n\n2. See item 1 of this Announcement.\n", [("item 1", "1")]),
        ("1. One.\n\n2. See item 7.\n", []),
        ("第一条 甲。\n\n第二条 按照第一条办理。\n", [("第一条", "1")]),
        ("第一条 甲。\n\n第二条 按照《海关法》第一条办理。\n", []),
    ],
)
def test_a_document_points_to_its_own_clauses(text: str, found: list[tuple[str, str]]) -> None:
    document = parse(SourceText(text, "text/plain"), "x")
    assert [(text[c.start : c.end], c.path) for c in own_places(document)] == found


def test_a_number_is_looked_for_on_the_nearest_level_first() -> None:
    library = real_desk().library()
    parsed = library.documents["msr-expo-2018"].parsed
    found = {
        parsed.text[c.start : c.end]: c.path
        for c in own_places(parsed)
        if c.clause_id == "msr-expo-2018#3.2.p3"
    }
    assert found == {"Clause 1": "3.2.1", "Clauses 2": "3.2.2"}


@pytest.mark.parametrize(
    ("text", "question", "words"),
    [
        ("Drills and grinding wheels", "grinding wheel", ["grinding", "wheels"]),
        ("消耗性材料转内销", "消耗性材料", ["消耗性材料"]),
        ("nothing of it", "customs", []),
    ],
)
def test_matched_words_are_those_of_the_search(text: str, question: str, words: list[str]) -> None:
    tokenizer = real_desk().library().tokenizer
    spans = matched_spans(text, set(tokenizer.tokens(question)), tokenizer)
    assert [text[start:end] for start, end in spans] == words


def test_a_gap_tells_what_is_cited_near_and_not_held() -> None:
    gap = find_gap(traced("Is a visa needed for testing business?"), "en")
    assert all(not missing.asked_for and missing.cited_at for missing in gap.missing)
    named = find_gap(traced("What does GACC Announcement No. 59 of 2015 say?"), "zh")
    assert [missing.name for missing in named.missing] == ["海关总署公告2015年第59号"]
    assert named.missing[0].cited_at[0].clause_id == "gacc-2016-68#2.p2"


def test_a_quote_is_found_where_it_stands_now() -> None:
    library = real_desk().library()
    citation = answered("Are drills and grinding wheels expendable materials?").citations[0]
    state, place = find_quote(library.documents, citation)
    assert state is QuoteState.VERBATIM and place is not None
    moved, found = find_quote(library.documents, citation.model_copy(update={"start": 0, "end": 9}))
    assert moved is QuoteState.MOVED and found == place
    gone = citation.model_copy(update={"quote": "Words that no document has."})
    assert find_quote(library.documents, gone) == (QuoteState.GONE, None)
    elsewhere = citation.model_copy(update={"document_id": "no-such-document"})
    assert find_quote(library.documents, elsewhere) == (QuoteState.GONE, None)


def test_an_explanation_agrees_with_the_answer() -> None:
    question = "Which codes apply when finished products leave the control area?"
    answer = answered(question)
    found = explain(answer, traced(question), "en")
    assert [c.source.place.clause_id for c in found.candidates if c.source.place] == [
        retrieved.clause_id for retrieved in answer.retrieved[:5]
    ]
    assert found.confidence >= found.threshold
    for candidate in found.candidates:
        channels = [score.channel for score in candidate.channels]
        assert channels == ["meaning", "words", "expected", "read"]
        assert all(1 <= score.rank <= len(answer.retrieved) for score in candidate.channels)
    assert list(found.features) == [field.name for field in fields(AnswerFeatures)]
    quoted = "".join(
        piece.text
        for sentence in found.choices[0].sentences
        if sentence.quoted
        for piece in sentence.pieces
    )
    assert "".join(quoted.split()) == "".join(answer.citations[0].quote.split())


def test_a_named_clause_is_first_because_it_is_named() -> None:
    question = "What does item 7 of GACC Announcement No. 68 of 2016 say?"
    assert explain(answered(question), traced(question), "en").reason == "named"


def test_an_explanation_knows_the_questions_before_it() -> None:
    """A follow-up is explained as it was read, with the question that it leans on."""
    history = ("Are drills expendable materials?",)
    asked = Question(text="And grinding wheels?", history=history)
    trace, answer = real_desk().trace(asked), real_desk().ask(asked)
    assert trace.queries == answer.searched_for and history[0] in trace.asked
    candidates = explain(answer, trace, "en").candidates
    assert [c.source.place.clause_id for c in candidates if c.source.place] == [
        retrieved.clause_id for retrieved in answer.retrieved[:5]
    ]


def test_a_document_that_nothing_dates_has_no_timeline() -> None:
    assert work_timeline(real_desk().library(), "ccc-exemption", TODAY, TODAY, "en").events == ()


def test_a_citation_in_the_style_of_a_lawyer() -> None:
    library = real_desk().library()
    entry = library.documents["gacc-2016-68"].entry
    clause = library.clause("gacc-2016-68#7.p2")
    status = library.timeline.status("gacc-2016-68", "7.p2", TODAY)
    assert legal_citation(entry, clause, status, TODAY, "en") == (
        "GACC Announcement No. 68 of 2016 (“Commissioned Processing in Customs Special Control "
        "Areas”), item 7, paragraph 2 (in force since 25 November 2016, as far as the corpus "
        "shows; as of 1 January 2026)"
    )
    assert legal_citation(entry, clause, status, TODAY, "zh").startswith(
        "海关总署公告2016年第68号（Commissioned"
    )
    assert legal_citation(entry, None, None, TODAY, "en").endswith("(as of 1 January 2026)")


@needs_chromium
class TestOnOtherDocuments:
    def test_a_timeline_shows_when_a_rule_was_law(self) -> None:
        day = date(2020, 1, 1)
        timeline = work_timeline(rich_desk().library(), "gacc-2019-5", day, TODAY, "en")
        assert [(event.day, event.moment) for event in timeline.events] == [
            (date(2019, 6, 1), Moment.IN_FORCE),
            (date(2022, 5, 1), Moment.REPEALED),
        ]
        assert timeline.events[1].proof == "gacc-2022-8#3"
        assert [part.status for part in timeline.stretches] == [
            Status.NOT_YET_IN_FORCE,
            Status.IN_FORCE,
            Status.REPEALED,
        ]
        assert 0 < timeline.events[0].at < timeline.as_of_at < timeline.events[1].at < 1

    def test_the_texts_of_one_work_share_a_timeline(self) -> None:
        library = rich_desk().library()
        both = [
            work_timeline(library, id_, TODAY, TODAY, "zh").events
            for id_ in ("law-11928237-2018", "law-11928237-2024")
        ]
        assert both[0] == both[1]
        assert [event.day.year for event in both[0]] == [2015, 2018, 2024]

    def test_the_open_clause_comes_first_in_a_comparison(self) -> None:
        library = rich_desk().library()
        assert has_several_texts(library, "law-11928237-2018")
        assert not has_several_texts(library, "gacc-2022-8")
        (pair,) = compare_texts(library, "law-11928237-2018", "law-11928237-2018#2", "zh")
        assert (pair.older, pair.newer) == ("law-11928237-2018", "law-11928237-2024")
        assert pair.changes[0].is_current and pair.current_changed
        assert "".join(piece.text for piece in pair.changes[0].old).startswith("第二条")
        assert [p.text for p in pair.changes[0].new if p.kind == "added"] == ["五"]

    def test_a_clause_is_boxed_on_its_page(self) -> None:
        settings, library = rich_index(), rich_desk().library()
        document = library.documents["gacc-2016-68"]
        pages = {c.path: pages_of(document, c.start, c.end) for c in document.parsed.clauses}
        # where the page ends hangs on the fonts that are installed
        path = [path for path, of_clause in pages.items() if of_clause == (1,)][-1]
        clause = document.parsed.by_path[path]
        image = draw_page(settings.corpus, document, 1, clause.start, clause.end)
        assert image.png.startswith(b"\x89PNG") and image.pages == 2
        assert 0.3 < image.box_at < 0.9
        plain = draw_page(settings.corpus, document, 2, 0, 0)
        assert plain.box_at == 0.0
        with pytest.raises(PageUnavailable, match="no page 3, it has 2"):
            draw_page(settings.corpus, document, 3, 0, 0)

    def test_a_document_without_boxes_has_no_pages(self) -> None:
        document = replace(rich_desk().library().documents["gacc-2016-68"], boxes=())
        assert pages_of(document, 0, 10_000) == ()
