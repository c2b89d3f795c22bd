from datetime import date

import pytest
from page_index import real_desk
from real_corpus import parsed

from app.views.source import (
    LONGEST_CONTENTS_LINE,
    BlockKind,
    OpenSource,
    Place,
    SourceView,
    view_source,
)
from ingest.errors import UnknownClause

DOCUMENTS = ("ccc-exemption", "gacc-2016-67", "gacc-2016-68", "gacc-2018-19", "msr-expo-2018")


def view(place: Place) -> SourceView:
    return view_source(real_desk().library().documents[place.document_id], place)


def cited(found: SourceView) -> str:
    return "".join(run.text for block in found.blocks for run in block.runs if run.cited)


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_the_blocks_are_the_whole_document(document_id: str) -> None:
    text = parsed(document_id).text
    for place in (Place(document_id), Place(document_id, None, 7, len(text) - 7)):
        blocks = view(place).blocks
        assert "".join(run.text for block in blocks for run in block.runs) == text


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_each_clause_is_marked_to_the_letter(document_id: str) -> None:
    document = parsed(document_id)
    for clause in document.clauses:
        place = Place(document_id, clause.id, clause.start, clause.end)
        assert cited(view(place)) == clause.text


def test_a_quote_inside_a_clause_marks_its_own_characters_only() -> None:
    clause = parsed("gacc-2016-68").by_path["7"]
    start = clause.start + clause.text.index("If finished product")
    found = view(Place("gacc-2016-68", clause.id, start, clause.end))
    assert cited(found) == clause.text[start - clause.start :]
    block = next(block for block in found.blocks if block.path == "7")
    assert [run.cited for run in block.runs] == [False, True]


def test_a_link_to_the_head_of_a_list_marks_its_items_too() -> None:
    found = view(Place("gacc-2016-67", "gacc-2016-67#4"))
    assert [b.path for b in found.blocks if b.cited and b.path] == ["4", "4.1", "4.2"]


def test_a_link_to_a_heading_marks_what_stands_under_it() -> None:
    found = view(Place("gacc-2018-19", "gacc-2018-19#3"))
    assert [b.path for b in found.blocks if b.cited and b.path] == ["3", "3.1", "3.2"]


def test_a_document_opens_with_nothing_marked() -> None:
    found = view(Place("gacc-2016-68"))
    assert cited(found) == ""
    assert found.first_cited is None
    assert found.locator is None
    assert found.blocks[0].kind is BlockKind.TITLE


def test_the_contents_name_headings_and_numbered_clauses() -> None:
    lines = view(Place("gacc-2018-19", "gacc-2018-19#2.1.4")).contents
    assert [line.path for line in lines if line.depth == 0] == ["1", "2", "3"]
    assert [line.path for line in lines if line.current] == ["2.1"]
    assert all(len(line.label) <= LONGEST_CONTENTS_LINE for line in lines)
    assert lines[0].label == "Ⅰ Customs Districts Applicable and Business Scope"


def test_the_contents_of_a_document_without_numbers_are_its_headings() -> None:
    lines = view(Place("ccc-exemption")).contents
    assert [line.path for line in lines] == ["s1", "s2", "s3"]


def test_a_clause_that_is_gone_says_what_to_do() -> None:
    with pytest.raises(UnknownClause, match=r"has no clause gacc-2016-68#99.*ask again"):
        view(Place("gacc-2016-68", "gacc-2016-68#99"))


def test_steps_stop_at_both_ends() -> None:
    source = OpenSource((Place("a"), Place("b")), as_of=date(2016, 12, 1))
    assert source.step(-1) == source
    assert source.step(1).place == Place("b")
    assert source.step(1).step(1).at == 1
    assert source.step(1).as_of == date(2016, 12, 1)


def test_a_place_links_to_its_clause_or_document() -> None:
    assert Place("gacc-2016-68", "gacc-2016-68#7").link == "gacc-2016-68#7"
    assert Place("gacc-2016-68").link == "gacc-2016-68"
