"""What is told to who follows a clause when texts and days change: a table of both."""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from small_corpus import LAW_2018, LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS, documents_of

from app.desk import ClauseDesk
from app.following.changes import Finding
from app.following.checking import Follower, check
from app.following.lines import finding_view
from app.following.store import FollowingStore
from app.library import Library
from ingest.corpus.documents import dump_document
from ingest.index.snapshot import Snapshot

TODAY = date(2026, 11, 30)
PARKING = """Notice on Parking

1. A lorry may stand in the yard for two hours.

2. The following may be left in the yard overnight:

(1) a trailer without goods;

(2) a container of not more than ≥ 5 tonnes.

3. The keeper counts the lorries each evening.

4. This Notice shall enter into force as from 1 June 2019.
"""
ENDING = """Notice on Ramps

1. A ramp is lowered by the keeper only.

2. This Notice shall enter into force as from 1 June 2019 and shall remain valid until 31 January 2027.
"""
SPLIT = """Notice on Yards

1. A lorry may stand in the yard for two hours. The keeper of the yard writes down the plate of each lorry that stands there longer.

2. The gates of the yard are locked by the keeper at nine in the evening.

3. The following may be left in the yard overnight:

(1) a trailer without goods;

(2) an empty container;

(3) a crane.

4. A driver shall not leave the engine running while the lorry is being loaded.

5. The keeper counts the lorries that stand in the yard each evening.
"""
COMING = """Notice on Lifts

1. A lift is oiled by the keeper only.

2. This Notice shall enter into force as from 1 February 2027.
"""
DEPOSITS_IN_CHINESE = """海关总署公告2019年第5号（关于展品保证金的公告）

一、参展人应当在开箱前向当地海关逐件登记展品。

二、参展人应当为留在展馆的每件展品缴纳保证金3000元。

三、象牙展品只能在玻璃柜内展出。

四、本公告自2019年6月1日起施行。
"""


class Shelf:
    """Texts as a snapshot holds them, without an index: enough for clauses that are followed."""

    def __init__(self, *texts: str) -> None:
        self.put(*texts)

    def put(self, *texts: str) -> None:
        kept = {id_: dump_document(document) for id_, document in documents_of(*texts).items()}
        held = SimpleNamespace(
            heads=lambda: [(id_, head) for id_, (_, head) in kept.items()],
            payload_of=lambda id_: kept[id_][0],
        )
        fingerprint = hashlib.sha256("".join(texts).encode()).hexdigest()[:16]
        snapshot = SimpleNamespace(documents=held, fingerprint=fingerprint)
        self._library = Library(cast(Snapshot, snapshot), None, None)  # type: ignore[arg-type]

    def library(self) -> Library:
        return self._library


class Followed:
    """One clause that is followed, and what is told of it."""

    def __init__(self, shelf: Shelf, folder: Path, clause: str, day: date = TODAY) -> None:
        self.shelf, self.store = shelf, FollowingStore(folder)
        [id_] = [id_ for id_ in (c.id for c in shelf.library().clauses()) if id_.endswith(clause)]
        self.id = Follower(self.store, shelf.library(), day).clause(id_, "en")

    def told(self, day: date = TODAY, days_ahead: int = 30) -> list[Finding]:
        """What a check finds that none before has found."""
        before = len(self.store.warnings(self.id))
        check(self.store, cast(ClauseDesk, self.shelf), day, days_ahead)
        warnings = self.store.warnings(self.id)
        return [
            finding for warned in warnings[: len(warnings) - before] for finding in warned.findings
        ]


def _renumbered(text: str) -> str:
    """Items numbered anew in their order."""
    number = count(1)
    return re.sub(r"^\d+\.", lambda _: f"{next(number)}.", text, flags=re.MULTILINE)


def _said(finding: Finding) -> str:
    return finding_view(finding, TODAY, "en").text


CHANGES: list[tuple[str, str, Sequence[str], Sequence[str], list[str]]] = [
    (
        "other words", "parking#1", [PARKING], [PARKING.replace("two hours", "three hours")],
        ["Item 1, Notice on Parking: the words have changed (since when, the corpus does not tell; it was found on 30 November 2026) 1. A lorry may stand in the yard for [-two-]{+three+} hours. Proof: Item 1, Notice on Parking: 1. A lorry may stand in the yard for three hours."],
    ),
    (
        "another sign", "parking#2.2", [PARKING], [PARKING.replace("≥", "≤")],
        ["Item 2(2), Notice on Parking: the words have changed", "[-≥-]{+≤+} 5 tonnes"],
    ),
    (
        "words of what introduces it", "parking#2.1", [PARKING], [PARKING.replace("following may be", "following may not be")],
        ["It introduces what is quoted", "may{+ not+} be left"],
    ),
    (
        "another number", "parking#3", [PARKING], [PARKING.replace("3. The", "3. The yard is swept on Mondays.\n\n4. The").replace("4. This", "5. This")],
        ["Item 3, Notice on Parking: it is item 4 now, in the same words"],
    ),
    (
        "gone", "parking#3", [PARKING], [re.sub(r"3\. The.*\n", "", PARKING)],
        ["Item 3, Notice on Parking: it is gone"],
    ),
    (
        "a new item of a list", "parking#2", [PARKING], [PARKING.replace("3. The", "(3) a horse box.\n\n3. The")],
        ["the list has a new item, item 2(3)", "{+(3) a horse box.+}"],
    ),
    ("an item elsewhere", "parking#1", [PARKING], [PARKING.replace("3. The", "(3) a horse box.\n\n3. The")], []),
    ("other words elsewhere", "parking#1", [PARKING], [PARKING.replace("each evening", "each morning")], []),
    (
        "repealed, with other words in its place", "gacc-2019-5#2", [OLD_DEPOSITS], [OLD_DEPOSITS, NEW_DEPOSITS],
        ["it was “in force since 1 June 2019, as far as the corpus shows”; it is “repealed as from 1 May 2022”. In its place stands Item 2, GACC Announcement No. 8 of 2022, in other words (since 1 May 2022)", "[-3-]{+4+},[-000-]{+500+} yuan", "Proof: Item 3, GACC Announcement No. 8 of 2022: 3. This Announcement shall enter into force"],
    ),
    (
        "replaced by a text with other words", "law#2", [LAW_2018], [LAW_2018, LAW_2024],
        ["replaced by a newer text on 1 February 2024", "[-十-]{+五+}"],
    ),
    (
        "replaced by a text with another number", "law#3", [LAW_2018], [LAW_2018, LAW_2024],
        ["In its place stands 第四条, in the same words"],
    ),
    (
        "amended by another document", "gacc-2019-5#2", [OLD_DEPOSITS],
        [OLD_DEPOSITS, "GACC Announcement No. 9 of 2023 on Halls\n\n1. Item 2 of GACC Announcement No. 5 of 2019 is amended.\n\n2. This Announcement shall enter into force as from 1 May 2023.\n"],
        ["but amended on 1 May 2023", "(since 1 May 2023)", "Proof: Item 1, GACC Announcement No. 9 of 2023"],
    ),
    (
        "repealed in another item", "gacc-2019-5#2", [OLD_DEPOSITS],
        [OLD_DEPOSITS, "GACC Announcement No. 9 of 2023 on Halls\n\n1. Item 3 of GACC Announcement No. 5 of 2019 is repealed.\n\n2. This Announcement shall enter into force as from 1 May 2023.\n"],
        [],
    ),
    (
        "split in two", "yards#1", [SPLIT], [_renumbered(SPLIT.replace("The keeper of", "\n\n9. The keeper of"))],
        ["Item 1, Notice on Yards: the words have changed. Words that stood in it stand in item 2 now", "hours.[- The keeper of"],
    ),
    (
        "split in two, and most of it goes on under another number", "yards#1", [SPLIT],
        [_renumbered(SPLIT.replace("A lorry may stand in the yard for two hours. ", "Lorries wait.\n\n9. "))],
        ["the words have changed, and it is item 2 now"],
    ),
    (
        "merged into the one before", "yards#5", [SPLIT],
        [re.sub(r"\n\n5\.", "", SPLIT)],
        ["Item 5, Notice on Yards: the words have changed, and it is item 4 now"],
    ),
    (
        "merged with the one behind", "yards#4", [SPLIT],
        [re.sub(r"\n\n5\.", "", SPLIT)],
        ["Item 4, Notice on Yards: the words have changed"],
    ),
    (
        "moved past others", "yards#2", [SPLIT],
        [_renumbered(re.sub(r"\n(2\. .*\n)\n((?s:.*))", r"\n\2\n\1", SPLIT))],
        ["Item 2, Notice on Yards: it is item 5 now, in the same words"],
    ),
    (
        "a short item in another order", "yards#3.3", [SPLIT],
        [SPLIT.replace("(1) a trailer without goods;", "(1) a crane;").replace("(2) an empty", "(2) a trailer without goods;\n\n(3) an empty").replace("(3) a crane.\n\n", "")],
        ["Item 3(3), Notice on Yards: it is item 3(1) now, in the same words"],
    ),
    (
        "said elsewhere too, and gone", "yards#2",
        [SPLIT.replace("5. The keeper counts", "5. The gates of the yard are locked by the keeper at nine in the evening. He counts")],
        [re.sub(r"2\. .*\n\n", "", SPLIT.replace("5. The keeper counts", "5. The gates of the yard are locked by the keeper at nine in the evening. He counts"))],
        ["Item 2, Notice on Yards: it is gone"],
    ),
    (
        "put off in the other language", "gacc-2019-5#2", [OLD_DEPOSITS, DEPOSITS_IN_CHINESE],
        [OLD_DEPOSITS, DEPOSITS_IN_CHINESE.replace("2019年6月", "2028年6月")], [],
    ),
    ("not held any more", "parking#1", [PARKING, ENDING], [ENDING], ["the document is not in the corpus any more"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("_", "clause", "before", "after", "said"), CHANGES, ids=[c[0] for c in CHANGES]
)
def test_a_change_is_told_once(
    tmp_path: Path,
    _: str,
    clause: str,
    before: Sequence[str],
    after: Sequence[str],
    said: list[str],
) -> None:
    shelf = Shelf(*before)
    id_ = next(iter(shelf.library().documents)) if clause.startswith("law") else ""
    followed = Followed(shelf, tmp_path, clause.replace("law", id_))
    assert followed.told() == []
    shelf.put(*after)
    found = followed.told()
    told = " ".join(" ".join(map(_said, found)).split())
    assert len(found) == bool(said)
    for words in said:
        assert words in told
    assert followed.told() == []
    assert followed.told(TODAY + timedelta(days=1)) == []


LOOKS: dict[str, Callable[[str], str]] = {
    "line ends": lambda t: t.replace("\n", "\r\n"),
    "blank lines": lambda t: t.replace("\n\n", "\n\n\n\n"),
    "spaces": lambda t: t.replace(" a ", "  a ").replace("\n", "  \n"),
    "widths": lambda t: t.replace("(", "（").replace(")", "）"),
    "numbers": lambda t: re.sub(r"^(\d)\.", r"\1)", t, flags=re.MULTILINE),
    "signs that nobody sees": lambda t: t.replace("keeper", "kee\u00adper").replace(
        " a ", "\u00a0a \u200b"
    ),
    "case": lambda t: t.replace("The keeper", "The Keeper"),
    "a mark at its head": lambda t: "\ufeff" + t,
}


@pytest.mark.parametrize("change", LOOKS.values(), ids=list(LOOKS))
@pytest.mark.parametrize("clause", ["parking#1", "parking#2", "parking#2.2", "parking#3"])
def test_looks_are_no_change(tmp_path: Path, clause: str, change: Callable[[str], str]) -> None:
    shelf = Shelf(PARKING)
    followed = Followed(shelf, tmp_path, clause)
    shelf.put(change(PARKING))
    assert followed.told() == []


WRAPPED = """海关总署公告2021年第72号（关于货车停放的公告）

一、载运保税货物的货车，应当停放在划定的区域内，
并由经营人留存停放记录三年。

二、停放区域应当每日清扫一次，清扫记录由经营人
保存，海关可以随时查阅。

三、本公告自2021年6月1日起施行。
"""


@pytest.mark.parametrize("clause", ["2021-72#1", "2021-72#2", "2021-72#3"])
def test_where_lines_are_broken_is_no_change(tmp_path: Path, clause: str) -> None:
    whole = re.sub(r"(?<=[^\n。）])\n(?=[^\n])", "", WRAPPED)
    shelf = Shelf(whole)
    followed = Followed(shelf, tmp_path, clause)
    shelf.put(WRAPPED)
    assert followed.told() == []
    shelf.put(whole)
    assert followed.told() == []
    shelf.put(whole)
    shelf.put(WRAPPED.replace("三年", "五年").replace("随时", "按时").replace("6月", "7月"))
    assert followed.told() != []


def test_what_was_split_is_followed_in_both_parts(tmp_path: Path) -> None:
    shelf = Shelf(SPLIT)
    followed = Followed(shelf, tmp_path, "yards#1")
    split = _renumbered(SPLIT.replace("The keeper of", "\n\n9. The keeper of"))
    shelf.put(split)
    assert len(followed.told()) == 1
    shelf.put(split.replace("each lorry that stands there longer", "each lorry"))
    [found] = followed.told()
    assert found.kind == "words" and found.clause_id.endswith("#2")


def test_a_document_that_comes_back_is_laid_beside_what_was_kept(tmp_path: Path) -> None:
    shelf = Shelf(PARKING, ENDING)
    followed = Followed(shelf, tmp_path, "parking#1")
    shelf.put(ENDING)
    assert [found.kind for found in followed.told()] == ["not_held"]
    shelf.put(ENDING, PARKING)
    assert [found.kind for found in followed.told()] == ["held_again"]
    shelf.put(ENDING)
    followed.told()
    shelf.put(ENDING, PARKING.replace("two hours", "an hour"))
    assert [found.kind for found in followed.told()] == ["words"]


def test_the_text_that_took_its_place_is_followed_on(tmp_path: Path) -> None:
    shelf = Shelf(LAW_2018)
    followed = Followed(shelf, tmp_path, "#2")
    shelf.put(LAW_2018, LAW_2024)
    assert len(followed.told()) == 1
    shelf.put(LAW_2018, LAW_2024.replace("五日内", "三日内"))
    [found] = followed.told()
    assert found.kind == "words" and found.old and "五日内" in found.old


@pytest.mark.parametrize(
    ("text", "clause", "last_quiet", "after"),
    [
        (ENDING, "ramps#1", date(2027, 1, 1), "expired: no longer in force since 1 February 2027"),
        (COMING, "lifts#1", date(2027, 1, 1), "in force since 1 February 2027"),
    ],
)
def test_a_day_is_told_ahead_and_once(
    tmp_path: Path, text: str, clause: str, last_quiet: date, after: str
) -> None:
    followed = Followed(Shelf(text), tmp_path, clause)
    assert followed.told(last_quiet) == []
    [found] = followed.told(last_quiet + timedelta(days=1))
    assert found.kind == "ahead" and found.since == date(2027, 2, 1)
    assert f"from 1 February 2027 on it is “{after}" in _said(found)
    for day in (date(2027, 1, 15), date(2027, 2, 1), date(2027, 6, 1)):
        assert followed.told(day) == []


def test_how_many_days_ahead_is_configured(tmp_path: Path) -> None:
    followed = Followed(Shelf(ENDING), tmp_path, "ramps#1")
    assert followed.told(date(2027, 1, 26), 5) == []
    assert [found.kind for found in followed.told(date(2027, 1, 27), 5)] == ["ahead"]


def test_a_day_that_came_while_nobody_looked_is_told_afterwards(tmp_path: Path) -> None:
    followed = Followed(Shelf(ENDING), tmp_path, "ramps#1")
    [found] = followed.told(date(2027, 3, 1))
    assert found.kind == "status" and found.since == date(2027, 2, 1)
    assert found.proof is not None and found.proof.clause_id.endswith("ramps#2")
    assert followed.told(date(2027, 3, 2)) == []


def test_a_repeal_to_come_is_told_when_it_comes_in_and_never_again(tmp_path: Path) -> None:
    shelf = Shelf(OLD_DEPOSITS)
    followed = Followed(shelf, tmp_path, "gacc-2019-5#2")
    shelf.put(OLD_DEPOSITS, NEW_DEPOSITS.replace("1 May 2022", "1 May 2027"))
    [found] = followed.told()
    assert found.kind == "ahead" and found.since == date(2027, 5, 1)
    for day in (date(2027, 4, 20), date(2027, 5, 1), date(2027, 5, 2)):
        assert followed.told(day) == []


def test_a_repeal_that_is_taken_back_before_its_day_is_told(tmp_path: Path) -> None:
    shelf = Shelf(OLD_DEPOSITS)
    followed = Followed(shelf, tmp_path, "gacc-2019-5#2")
    shelf.put(OLD_DEPOSITS, NEW_DEPOSITS.replace("1 May 2022", "1 May 2027"))
    followed.told()
    shelf.put(OLD_DEPOSITS)
    [found] = followed.told()
    assert "it was “repealed as from 1 May 2027”; it is “in force" in _said(found)


def test_findings_are_told_in_chinese(tmp_path: Path) -> None:
    shelf = Shelf(OLD_DEPOSITS)
    followed = Followed(shelf, tmp_path, "gacc-2019-5#2")
    shelf.put(OLD_DEPOSITS, NEW_DEPOSITS)
    [found] = followed.told()
    said = finding_view(found, TODAY, "zh").text
    assert "海关总署公告2019年第5号，第2条：原为" in said
    assert "现为“已于2022年5月1日废止”" in said and "(自2022年5月1日起)" in said
