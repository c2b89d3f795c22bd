"""What is kept apart is asked of its documents, and hits are told in both languages."""

from pathlib import Path

import pytest

from eval.errors import CannotRun
from eval.tools.folder import DocumentPlaces
from eval.tools.kept_apart import measure
from eval.training.examples import Asked
from ingest.settings import Settings

BOATS = "# The Boat Act\n\n1. The hire of a boat costs 7 crowns.\n\n2. (1) A boat is given back by six.\n"
HORSES = "养马条例\n\n第一条 养马的人应当每年给马检疫一次。\n\n第二条 马厩应当每日清扫。\n"


def asked(document: str, clause: str, language: str, question: str, answered: bool = True) -> Asked:
    return Asked(f"made-up/{document}", (clause,), language, answered, question)


@pytest.fixture
def places(tmp_path: Path) -> DocumentPlaces:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "boats.md").write_text(BOATS, encoding="utf-8")
    (tmp_path / "rules" / "horses.txt").write_text(HORSES, encoding="utf-8")
    return DocumentPlaces(tmp_path, tmp_path / "none", tmp_path / "none")


def test_hits_are_told_by_language_and_refusals_apart(
    places: DocumentPlaces, tmp_path: Path
) -> None:
    questions = [
        asked("boats.md", "1", "en", "What does it cost to hire a boat?"),
        asked("boats.md", "2", "en", "When must a boat be given back?"),  # found as 2.1
        asked("horses.txt", "1", "zh", "马多久检疫一次？"),
        asked("horses.txt", "2", "en", "How often must a stable be cleaned?"),
        asked("boats.md", "1", "en", "Who won the regatta of the mayor's aunt?", answered=False),
    ]
    twins = [
        asked("horses.txt", "1", "zh", "马多久检疫一次？"),
        asked("horses.txt", "1", "zh", "市长的姑妈多久赛艇一次？", answered=False),
    ]
    sets = {"questions": questions, "twins": twins}
    measured = measure(sets, places, Settings(var=tmp_path / "var"), lambda *_: None)
    figures = measured["questions"]
    assert [(of.name, of.questions, of.success_5) for of in figures.slices] == [
        ("own language", 3, 1.0),
        ("across", 1, 1.0),
    ]
    assert figures.slices[0].success_1 == 1.0
    assert (figures.others, figures.auroc) == (1, 1.0)
    assert [(of.questions, of.success_1) for of in measured["twins"].slices] == [(1, 1.0)]
    assert (measured["twins"].others, measured["twins"].auroc) == (1, 1.0)


def test_a_document_that_is_missing_is_named(places: DocumentPlaces, tmp_path: Path) -> None:
    gone = {"questions": [asked("gone.md", "1", "en", "?")]}
    with pytest.raises(CannotRun, match=r"gone\.md cannot be read"):
        measure(gone, places, Settings(var=tmp_path), lambda *_: None)
