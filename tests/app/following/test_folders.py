"""What a reader keeps: notes and folders, found again, moved, and taken out as one document."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from amended_corpus import AmendedCorpus

from app.contract import Question
from app.following.checking import Follower, check
from app.following.folders import folder_document, found_by
from app.following.followed import Checkpoint, ToFollow, UnknownFollowed
from app.following.store import LONGEST_FOLDER, LONGEST_NOTE, LONGEST_TITLE, FollowingStore
from app.packs.export.files import ExportFormat, read, write

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def store(kept_in: str, tmp_path: Path) -> FollowingStore:  # noqa: ARG001
    return FollowingStore(tmp_path, "rita")


def _add(store: FollowingStore, subject: str, quote: str = "a gate") -> str:
    kept = f'{{"clause_id": "{subject}", "lead": "Item", "quote": "{quote}"}}'
    thing = ToFollow("clause", subject, f"Item {subject}", "en", kept)
    return store.add(thing, Checkpoint((), "f", TODAY, lambda: b"", {}))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (("My gate", "Toys", "ask Li"), ("My gate", "Toys", "ask Li")),
        (("  ", " Shipment\n May ", " 问李\n二行 "), ("Item a#1", "Shipment May", "问李\n二行")),
        (("", "", ""), ("Item a#1", "", "")),
        (
            ("字" * 999, "玩" * 999, "注" * 9_999),
            (
                "字" * (LONGEST_TITLE - 1) + "…",
                "玩" * (LONGEST_FOLDER - 1) + "…",
                "注" * LONGEST_NOTE,
            ),
        ),
    ],
    ids=["words", "blanks", "none", "too long"],
)
def test_a_note_a_name_and_a_folder_are_kept(
    store: FollowingStore, given: tuple[str, str, str], kept: tuple[str, str, str]
) -> None:
    id_ = _add(store, "a#1")
    store.annotate(id_, *given)
    found = store.get(id_)
    assert (found.title, found.folder, found.note) == kept
    store.annotate(id_, "", "", "")
    found = store.get(id_)
    assert (found.folder, found.note) == ("", "")


@pytest.mark.parametrize(
    ("name", "kept_as", "folders"),
    [
        ("Spielzeug", "Spielzeug", ["May", "Spielzeug"]),
        ("  玩具  五月 ", "玩具 五月", ["May", "玩具 五月"]),
        ("May", "May", ["May"]),  # the two become one
        ("", "", ["May"]),  # what was in it is in none
    ],
)
def test_a_folder_is_renamed_joined_and_dissolved(
    store: FollowingStore, name: str, kept_as: str, folders: list[str]
) -> None:
    for subject, folder in (("a#1", "Toys"), ("a#2", "Toys"), ("a#3", "May"), ("a#4", "")):
        store.annotate(_add(store, subject), "", folder, "")
    assert store.folders() == ["May", "Toys"]
    assert store.rename_folder("Toys", name) == kept_as
    assert store.folders() == folders
    assert sum(one.folder == kept_as for one in store.all()) == {"May": 3, "": 3}.get(kept_as, 2)


def test_other_readers_never_see_or_change_it(store: FollowingStore) -> None:
    ravi = store.of("ravi")
    id_, his = _add(store, "a#1"), _add(ravi, "a#1")
    store.annotate(id_, "Hers", "Toys", "hers alone")
    ravi.annotate(his, "", "Toys", "his")
    assert [one.note for one in ravi.all()] == ["his"]
    with pytest.raises(UnknownFollowed):
        ravi.annotate(id_, "Stolen", "Stolen", "stolen")
    with pytest.raises(UnknownFollowed):
        ravi.get(id_)
    ravi.rename_folder("Toys", "Stolen")
    assert (store.get(id_).title, store.get(id_).folder) == ("Hers", "Toys")
    assert found_by("hers", ravi.all()) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["a", "b"]),
        ("GATE", ["a"]),  # in what is kept, whatever the case
        ("seal", ["b"]),
        ("问李", ["a"]),
        ("toys item", ["a"]),  # in the folder and the title
        ("toys seal", []),
        ("clause_id", []),  # how it is kept is no word of it
    ],
)
def test_it_is_found_again_by_its_words(
    store: FollowingStore, words: str, found: list[str]
) -> None:
    store.annotate(_add(store, "a#1", "the Gate is locked"), "Item a", "Toys", "问李：几点？")
    store.annotate(_add(store, "b#1", "a seal is broken"), "Item b", "", "")
    assert sorted(one.title[-1] for one in found_by(words, store.all())) == found


@pytest.mark.parametrize("form", ExportFormat)
def test_a_folder_is_one_document(corpus: AmendedCorpus, form: ExportFormat) -> None:
    today, store = date.today(), corpus.store
    follower = Follower(store, corpus.desk.library(), today)
    asked = Question(text="Which colour shall a gate have?")
    answer = follower.answer("t", asked, corpus.desk.ask(asked), today, "en")
    clause = follower.clause("gacc-2020-44#2", "en")
    store.annotate(answer, "", "Toys", "paint it\nyellow | white")
    store.annotate(clause, "Waiting", "Toys", "问李")
    document = corpus.desk.library().documents["gacc-2020-44"]
    corpus.rewrite(document, corpus.raw(document).replace("thirty", "forty"))
    check(store, corpus.desk, today, 30)
    kept = [(one, store.warnings(one.id)) for one in store.all()]
    text = read(write(folder_document("Toys", kept, "en", NOW), form), form).text
    seen = re.sub(r"[\\\s]", "", text)  # a PDF keeps no blanks, Markdown escapes
    for words in (
        "Toys",
        "Waiting",
        "问李",
        "Which colour shall a gate have?",
        "paint it",
        "yellow | white",
        "can be seen at night",
        "thirty minutes",  # as it was kept
        "What has changed since",
        "forty",
        "Nothing has changed.",
    ):
        assert words.replace(" ", "") in seen, words


def test_what_another_version_kept_is_told_as_it_was(store: FollowingStore) -> None:
    followed = store.get(_add(store, "a#1"))
    for kind in ("answer", "pack"):
        older = replace(followed, kind=kind, kept='{"old words": 1}')
        assert found_by("old", [older]) == [older]
        assert folder_document("f", [(older, [])], "zh", NOW).title == "f"
