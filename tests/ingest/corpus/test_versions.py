"""Texts of one Work: which clause stands for which, what changed, and which one answers."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpus import (
    LAW_2018,
    LAW_2024,
    NEW_DEPOSITS,
    OLD_DEPOSITS,
    documents_of,
    with_documents,
)

from app.contract import Answer, Question
from app.desk import ClauseDesk
from ingest.corpus import alignment
from ingest.corpus.alignment import Alignment
from ingest.corpus.documents import CorpusDocument, timeline_of
from ingest.corpus.versions import UnknownWork, Versions, compare, marked
from ingest.facts.modifications import Status
from ingest.keeping.proposal import Corrections, propose
from ingest.loaders import load
from ingest.pipeline import document_from
from ingest.settings import Settings
from ingest.structure import Clause

LAW = "law-11928237"
OLD, NEW = f"{LAW}-2018", f"{LAW}-2024"


def versions_of(documents: dict[str, CorpusDocument]) -> Versions:
    return Versions(documents, timeline_of(documents))


@pytest.fixture(scope="module")
def law() -> dict[str, CorpusDocument]:
    return documents_of(LAW_2018, LAW_2024)


words = st.text(alphabet="ab 12.，条款一二第[]{}+-\n", max_size=40)
unmarked = words.filter(lambda text: not re.search(r"\[-|-\]|\{\+|\+\}", text))


@given(words, words)
def test_the_pieces_give_both_texts_back(old: str, new: str) -> None:
    pieces = compare(old, new)
    assert "".join(p.text for p in pieces if p.kind != "added") == old
    assert "".join(p.text for p in pieces if p.kind != "removed") == new


@given(unmarked, unmarked)
def test_the_marks_give_both_texts_back(old: str, new: str) -> None:
    shown = marked(compare(old, new))
    removed, added = r"\[-(.*?)-\]", r"\{\+(.*?)\+\}"
    strip = {"flags": re.DOTALL}
    assert re.sub(added, r"\1", re.sub(removed, "", shown, **strip), **strip) == new
    assert re.sub(removed, r"\1", re.sub(added, "", shown, **strip), **strip) == old


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("within 30 days", "within 20 days", "within [-30-]{+20+} days"),
        ("within days", "within ten days", "within {+ten +}days"),
        ("应当在十日内送检", "应当在五日内送检", "应当在[-十-]{+五+}日内送检"),
        ("同上。", "同上。", "同上。"),
    ],
)
def test_words_that_changed(old: str, new: str, shown: str) -> None:
    assert marked(compare(old, new)) == shown


def test_renumbered_articles_are_no_changes(law: dict[str, CorpusDocument]) -> None:
    changes = [
        (change.change, change.clause.path, change.since)
        for change in versions_of(law).changes(LAW)
    ]
    day = date(2024, 2, 1)
    assert changes == [("added", "p3", day), ("changed", "2", day), ("added", "3", day)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("1", None), ("2", date(2024, 2, 1)), ("3", date(2024, 2, 1)), ("4", None)],
)
def test_when_a_clause_last_changed(
    law: dict[str, CorpusDocument], path: str, expected: date | None
) -> None:
    assert versions_of(law).changed_on(law[NEW].parsed.by_path[path]) == expected


def test_a_change_made_before_the_last_one_is_remembered() -> None:
    latest = LAW_2024.replace("第一条", "2025年3月3日 《丙决定》第三次修订\n\n第一条", 1).replace(
        "一千元", "两千元"
    )
    documents = documents_of(LAW_2018, LAW_2024, latest)
    versions, newest = versions_of(documents), documents[f"{LAW}-2025"]
    days = {path: versions.changed_on(newest.parsed.by_path[path]) for path in "1234"}
    assert days == {"1": None, "2": date(2024, 2, 1), "3": date(2024, 2, 1), "4": date(2025, 3, 3)}


@pytest.mark.parametrize(
    ("clause_id", "as_of", "standing"),
    [
        (f"{OLD}#2", date(2023, 1, 1), f"{OLD}#2"),
        (f"{OLD}#2", date(2024, 2, 1), f"{NEW}#2"),
        (f"{OLD}#3", date(2024, 2, 1), f"{NEW}#4"),
        (f"{NEW}#4", date(2023, 1, 1), f"{OLD}#3"),
        (f"{NEW}#3", date(2023, 1, 1), None),
    ],
)
def test_the_clause_that_stands_in_anothers_place(
    law: dict[str, CorpusDocument], clause_id: str, as_of: date, standing: str | None
) -> None:
    clause = law[clause_id.partition("#")[0]].parsed.by_id[clause_id]
    found = versions_of(law).in_force(clause, as_of)
    assert (found.id if found else None) == standing


def test_another_rule_under_the_same_number_does_not_stand_in_its_place() -> None:
    documents = documents_of(OLD_DEPOSITS, NEW_DEPOSITS)
    versions, old = versions_of(documents), documents["gacc-2019-5"].parsed.by_path
    standing = {path: versions.in_force(old[path], date(2023, 1, 1)) for path in ("1", "2", "3")}
    ids = {path: clause.id if clause else None for path, clause in standing.items()}
    assert ids == {"1": "gacc-2022-8#1", "2": "gacc-2022-8#2", "3": None}


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("hours", "no Work or document hours"), ("gacc-2019-5", "has one text only")],
)
def test_nothing_to_compare(law: dict[str, CorpusDocument], name: str, complaint: str) -> None:
    versions = versions_of({**law, **documents_of(OLD_DEPOSITS)})
    with pytest.raises(UnknownWork, match=f"{complaint}.*with several: {LAW}"):
        versions.changes(name)


def test_the_sample_law_changed_in_one_article(samples: Path) -> None:
    documents: dict[str, CorpusDocument] = {}
    for path in sorted((samples / "zh-laws").glob("认证认可*.md")):
        source = load(path, Settings().loading)
        held = {id_: document.entry for id_, document in documents.items()}
        entry = propose(source, path.read_bytes(), path.name, held, Corrections()).entry
        documents[entry.id] = document_from(entry, source)
    changes = versions_of(documents).changes("law-bb3c6722")
    articles = [change for change in changes if change.clause.num]
    [change] = articles
    assert (change.clause.path, change.since) == ("66", date(2023, 7, 20))
    assert "责令{+限期+}改正" in marked(change.pieces)
    assert "处货值金额2倍以下的罚款" in marked(change.pieces)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> ClauseDesk:
    folder = tmp_path_factory.mktemp("versions")
    texts = (OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018, LAW_2024)
    return ClauseDesk.open(with_documents(folder, *texts))


def ask(desk: ClauseDesk, text: str, as_of: date) -> Answer:
    return desk.ask(Question(text=text, as_of=as_of))


@pytest.mark.parametrize(
    ("as_of", "clause_id", "words"),
    [
        (date(2020, 1, 1), f"{OLD}#2", "十日"),
        (date(2024, 2, 1), f"{NEW}#2", "五日"),
    ],
)
def test_the_text_in_force_that_day_answers(
    desk: ClauseDesk, as_of: date, clause_id: str, words: str
) -> None:
    answer = ask(desk, "样品应当在几日内送检？", as_of)
    [citation, *_] = answer.citations
    assert (citation.clause_id, citation.status) == (clause_id, Status.IN_FORCE)
    assert words in citation.quote
    assert all(citation.status is Status.IN_FORCE for citation in answer.citations)


def test_both_texts_are_found_and_the_other_one_is_marked(desk: ClauseDesk) -> None:
    answer = ask(desk, "样品应当在几日内送检？", date(2024, 2, 1))
    found = {row.clause_id: row.status for row in answer.retrieved}
    assert found[f"{NEW}#2"] is Status.IN_FORCE
    assert found[f"{OLD}#2"] is Status.REPEALED
    order = list(found)
    assert order.index(f"{NEW}#2") < order.index(f"{OLD}#2")
    assert sum(status is not Status.REPEALED for status in found.values()) >= 8


def test_an_answer_says_when_its_clause_changed(desk: ClauseDesk) -> None:
    changed = ask(desk, "样品应当在几日内送检？", date(2024, 2, 1)).answer
    assert "2024年2月1日文本，2024年2月1日修改" in changed
    unchanged = ask(desk, "逾期送检处多少罚款？", date(2024, 2, 1)).answer
    assert "2024年2月1日文本：" in unchanged


def test_what_has_been_repealed_gives_way_to_what_repealed_it(desk: ClauseDesk) -> None:
    question = "What deposit does an exhibitor pay for each exhibit?"
    before = ask(desk, question, date(2022, 4, 30)).citations[0]
    after = ask(desk, question, date(2022, 5, 1)).citations[0]
    assert (before.clause_id, before.status) == ("gacc-2019-5#2", Status.IN_FORCE)
    assert (after.clause_id, after.status) == ("gacc-2022-8#2", Status.IN_FORCE)


def test_a_repealed_clause_without_successor_is_found_and_marked(desk: ClauseDesk) -> None:
    answer = ask(desk, "How may exhibits made of ivory be shown?", date(2023, 1, 1))
    [citation, *_] = answer.citations
    assert citation.clause_id == "gacc-2019-5#3"
    assert (citation.status, citation.status_proof) == (Status.REPEALED, "gacc-2022-8#3")
    assert "repealed as from 1 May 2022" in answer.answer
    assert "in force since" not in answer.answer.partition("[1]")[0]


def test_a_repealed_document_that_is_named_is_quoted_as_repealed(desk: ClauseDesk) -> None:
    question = "What does item 2 of GACC Announcement No. 5 of 2019 say?"
    [citation, *_] = ask(desk, question, date(2023, 1, 1)).citations
    assert (citation.clause_id, citation.status) == ("gacc-2019-5#2", Status.REPEALED)


DEPOSITS_IN_CHINESE = """海关总署公告2019年第5号（关于展品保证金的公告）

一、参展人应当在开箱前向当地海关逐件登记展品。

二、参展人应当为留在展馆的每件展品缴纳保证金3000元。

三、本公告自2019年6月1日起施行。
"""


def test_a_text_in_another_language_replaces_none_before_it_is_amended() -> None:
    later = documents_of(
        OLD_DEPOSITS, DEPOSITS_IN_CHINESE.replace("2019年6月1日起", "2028年6月1日起")
    )
    english = next(id_ for id_, document in later.items() if document.entry.language == "en")
    chinese = next(id_ for id_, document in later.items() if document.entry.language == "zh")
    timeline = timeline_of(later)
    assert timeline.status(english, "2", date(2030, 1, 1)).status is Status.IN_FORCE
    clause = later[chinese].parsed.by_path["2"]
    # a clause of another language says other words: it stands in no place
    assert versions_of(later).in_force(clause, date(2026, 1, 1)) is None


def test_a_clause_that_was_moved_past_others_is_one_clause() -> None:
    old = documents_of(LAW_2024)
    lines = LAW_2024.split("\n\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("第四条"))
    # 第四条 comes to stand in front of 第二条
    order = [*lines[: at - 2], lines[at], *lines[at - 2 : at], *lines[at + 1 :]]
    numbers = iter("一二三四五")
    new = "\n\n".join(re.sub("^第.条", lambda _: f"第{next(numbers)}条", line) for line in order)
    [before], [after] = old.values(), documents_of(new).values()
    pairs = Alignment(before.parsed, after.parsed).pairs
    moved = [(p.old.num, p.new.num) for p in pairs if p.old and p.new and p.old.num != p.new.num]
    assert moved == [("第四条", "第二条"), ("第二条", "第三条"), ("第三条", "第四条")]
    assert not any(pair.changed for pair in pairs)


def test_each_clause_of_long_texts_is_read_a_few_times_however_many_have_moved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"{a} {b}" for a in ("lamb", "goat", "duck", "swan") for b in ("wool", "meat", "fat")]
    rules = [f"A keeper of {name} shall tell the hall of it by night and by day." for name in names]
    written = [rules, [*rules[6:], *rules[:6]]]
    old, new = (
        "# Hall Rules\n\n" + "\n\n".join(f"Article {n} {rule}" for n, rule in enumerate(text, 1))
        for text in written
    )
    [before], [after] = documents_of(old).values(), documents_of(new).values()
    read: list[str] = []
    words = alignment.words_of

    def counted(clause: Clause) -> tuple[str, ...]:
        read.append(clause.id)
        return words(clause)

    monkeypatch.setattr(alignment, "words_of", counted)
    pairs = Alignment(before.parsed, after.parsed).pairs
    assert len(pairs) == len(names) and not any(p.old is None or p.new is None for p in pairs)
    assert len(read) <= 4 * (len(before.parsed.clauses) + len(after.parsed.clauses))
