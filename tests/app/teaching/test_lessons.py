"""Lessons: what a file may say, and that the shipped ones say nothing that their clauses do not."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from page_index import real_desk, real_index
from shipped_lessons import DAY, SHIPPED
from small_corpus import with_documents

from app.cli import commands
from app.desk import ClauseDesk
from app.teaching.lessons import (
    Lesson,
    LessonError,
    lessons_about,
    load_lesson,
    load_lessons,
    view_lesson,
)
from app.wording import Language
from ingest.facts.modifications import Status

GOOD = """\
title.en = "Drills"
summary.en = "Short."

[[step]]
question.en = "Are drills expendable?"
notice.en = "They are named."
clause = "gacc-2016-67#3"
"""


def written(folder: Path, text: str, name: str = "drills.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_there_are_lessons_over_all_documents() -> None:
    assert SHIPPED.faults == ()
    assert len(SHIPPED.lessons) >= 4
    for document_id in ("ccc-exemption", "gacc-2016-67", "gacc-2016-68", "gacc-2018-19"):
        assert lessons_about(SHIPPED.lessons, document_id), document_id
    assert [lesson.id for lesson in lessons_about(SHIPPED.lessons, "msr-expo-2018")] == [
        "ccc-at-a-trade-fair"
    ]


@pytest.mark.parametrize("lesson", SHIPPED.lessons, ids=lambda lesson: lesson.id)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shipped_lesson_quotes_to_the_letter(lesson: Lesson, language: Language) -> None:
    view = view_lesson(lesson, real_desk().library(), language, DAY)
    assert len(view.steps) >= 5
    for step in view.steps:
        assert step.place.start is not None and step.place.end is not None
        text = real_desk().document_text(step.place.document_id)
        assert text[step.place.start : step.place.end] == step.quote
        chinese = bool(re.search(r"[\u4e00-\u9fff]{4}", step.question + step.notice))
        assert chinese == (language == "zh")


@pytest.mark.parametrize("lesson", SHIPPED.lessons, ids=lambda lesson: lesson.id)
def test_a_shipped_lesson_has_no_figure_that_its_document_lacks(lesson: Lesson) -> None:
    library = real_desk().library()
    for language in ("en", "zh"):
        for step in view_lesson(lesson, library, language, DAY).steps:
            entry = library.documents[step.place.document_id].entry
            known = {
                *re.findall(r"\d+", real_desk().document_text(step.place.document_id)),
                *re.findall(r"\d+", f"{step.source} {step.status_words} {entry.title}"),
                *({"1", "2", "3", "11", "12"} if language == "zh" else ()),  # months
            }
            said = f"{step.notice} {step.answers[0] if step.answers else ''}"
            assert set(re.findall(r"\d+", said)) <= known, (step.number, said)


def test_a_step_has_a_day_of_its_own() -> None:
    lesson = SHIPPED.find("what-changed-and-when")
    assert lesson is not None
    first, second, *_ = view_lesson(lesson, real_desk().library(), "en", DAY).steps
    assert first.place == second.place
    assert (first.as_of, first.status) == (DAY, Status.IN_FORCE)
    assert (second.as_of, second.status) == (date(2016, 12, 20), Status.NOT_YET_IN_FORCE)


def test_a_clause_that_introduces_a_table_is_taught_with_its_rows(tmp_path: Path) -> None:
    rule = "# Stores\n\n1. Keep goods dry.\n\n2. The fee is as follows:\n\n"
    rows = "| Goods | Yuan |\n| --- | --- |\n| Food | 120 |\n| Machinery | 60 |\n"
    library = ClauseDesk(with_documents(tmp_path, f"{rule}{rows}")).library()
    *_, document_id = library.documents  # the one that was added
    text = GOOD.replace("gacc-2016-67#3", f"{document_id}#2")
    [step] = view_lesson(load_lesson(written(tmp_path, text), library), library, "en", DAY).steps
    assert step.quote.endswith("| Machinery | 60 |")
    assert step.table is not None
    assert step.table.rows == (("Food", "120"), ("Machinery", "60"))


def test_a_text_in_one_language_serves_both(tmp_path: Path) -> None:
    lesson = load_lesson(written(tmp_path, GOOD), real_desk().library())
    assert view_lesson(lesson, real_desk().library(), "zh", DAY).title == "Drills"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "#3",
            "#99",
            "drills.toml: step 1, clause: no clause gacc-2016-67#99 in the corpus; an id looks",
        ),
        ("notice.en", "hint.en", "drills.toml: step 1, notice: Field required"),
        (
            "clause =",
            "level = 3\nclause =",
            "drills.toml: step 1, level: unknown key; leave it out",
        ),
        ("summary.en", "summary.fr", "drills.toml: summary.fr: unknown key; leave it out"),
        ("title.en", "author = 1\ntitle.en", "drills.toml: author: unknown key; leave it out"),
        ('title.en = "Drills"', "title = {}", "drills.toml: title: write it in en, in zh, or in"),
        ('"Drills"', '" "', "drills.toml: title.en: String should have at least 1 character"),
        (
            "clause =",
            'right.en = "No"\nclause =',
            "drills.toml: step 1: right and wrong belong together: give both or neither",
        ),
        (
            "clause =",
            'right.en = "No"\nwrong = [{ en = "No" }]\nclause =',
            "drills.toml: step 1: two answers to choose from are the same",
        ),
        ("clause =", "as_of = 5.5\nclause =", "drills.toml: step 1, as_of: "),
        ("[[step]]", "[[stop]]", "drills.toml: step: Field required"),
        ("title.en =", "title.en", "drills.toml cannot be read: "),
    ],
)
def test_a_fault_is_one_line_that_names_file_and_key(
    tmp_path: Path, old: str, new: str, line: str
) -> None:
    with pytest.raises(LessonError) as caught:
        load_lesson(written(tmp_path, GOOD.replace(old, new, 1)), real_desk().library())
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_or_badly_named_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(LessonError, match=r"a\.toml cannot be read"):
        load_lesson(path, real_desk().library())
    with pytest.raises(LessonError, match="small letters"):
        load_lesson(written(tmp_path, GOOD, "My Drills.toml"), real_desk().library())


def test_a_wrong_lesson_keeps_no_other_from_being_given(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    written(tmp_path / "lessons", GOOD, "b.toml")
    written(tmp_path / "lessons", GOOD.replace("#3", "#99"), "a.toml")
    shelf = load_lessons(tmp_path, real_desk().library())
    assert [lesson.id for lesson in shelf.lessons] == ["b"]
    [fault] = shelf.faults
    assert fault.id == "a" and fault.line.startswith("a.toml: step 1, clause: ")
    assert fault.lesson is not None and fault.lesson.steps[0].clause.endswith("#99")
    assert load_lessons(tmp_path / "none", real_desk().library()).lessons == ()


def test_the_command_proves_the_lessons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = real_index()
    shutil.copytree(settings.corpus, tmp_path / "corpus")
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("CLAUSEDESK_VAR", str(settings.var))
    fine = CliRunner().invoke(commands, ["lessons"])
    assert fine.exit_code == 0
    assert "expendable-or-not                  6 steps  Is it an expendable" in fine.stdout
    written(tmp_path / "corpus" / "lessons", GOOD.replace("#3", "#99"))
    wrong = CliRunner().invoke(commands, ["lessons"])
    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("drills.toml: step 1, clause: no clause gacc-2016-67#99")
    assert fine.stdout == wrong.stdout
