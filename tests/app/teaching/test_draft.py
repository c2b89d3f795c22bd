"""A lesson under a trainer's hands: what is missing is told, the other language stays."""

import doctest
from pathlib import Path

import pytest
from page_index import real_desk
from shipped_lessons import SHIPPED
from small_corpus import with_documents

from app.answer.small_talk import suggest
from app.desk import ClauseDesk
from app.teaching import draft as module
from app.teaching.draft import LessonDraft, StepDraft
from app.teaching.lesson_files import lesson_toml
from app.teaching.lessons import Lesson, LessonFile, load_lesson
from app.wording import Language


def test_the_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0


def test_a_new_lesson_tells_what_it_lacks_until_it_is_whole(tmp_path: Path) -> None:
    draft = LessonDraft("en")
    assert draft.missing() == [("title", 0), ("summary", 0), ("step", 0)]
    draft.title, draft.summary = "Drills", "What a drill is."
    draft.steps.append(StepDraft("gacc-2016-67#3", question="Is it?", right="No"))
    assert draft.missing() == [("notice", 1), ("choice", 1)]
    draft.steps[0].notice = "A closed door."
    draft.steps[0].wrong = "Yes\n\nPerhaps"
    assert draft.missing() == []
    path = tmp_path / f"{draft.free_id([])}.toml"
    path.write_text(lesson_toml(draft.made()), encoding="utf-8")
    lesson = load_lesson(path, real_desk().library())
    assert [words.en for words in lesson.steps[0].answers] == ["No", "Yes", "Perhaps"]


@pytest.mark.parametrize("lesson", SHIPPED.lessons, ids=lambda lesson: lesson.id)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_lesson_that_is_opened_and_kept_is_the_same(lesson: Lesson, language: Language) -> None:
    draft = LessonDraft.of(lesson, language)
    assert draft.missing() == []
    assert draft.made() == LessonFile(title=lesson.title, summary=lesson.summary, step=lesson.steps)
    assert draft.free_id([lesson.id]) == lesson.id


def test_what_is_written_in_one_language_leaves_the_other() -> None:
    lesson = SHIPPED.lessons[0]
    draft = LessonDraft.of(lesson, "en")
    draft.steps[0].notice = "Look twice."
    step = draft.made().step[0]
    assert (step.notice.en, step.notice.zh) == ("Look twice.", lesson.steps[0].notice.zh)


def test_steps_are_moved_within_the_lesson() -> None:
    draft = LessonDraft("en", steps=[StepDraft(f"gacc-2016-67#{n}") for n in (1, 2, 3)])
    draft.move(2, -1)
    draft.move(0, -1)
    assert [step.clause[-1] for step in draft.steps] == ["1", "3", "2"]


@pytest.mark.parametrize("document", ["gacc-2016-68", "msr-expo-2018"])
def test_a_draft_takes_clauses_of_its_document_and_leaves_what_to_notice_to_the_trainer(
    document: str,
) -> None:
    draft = LessonDraft.from_document(real_desk().searcher(), document, "en")
    assert 1 < len(draft.steps) <= module.MOST_STEPS
    assert {step.clause.partition("#")[0] for step in draft.steps} == {document}
    assert all(step.question for step in draft.steps)
    assert {what for what, _ in draft.missing()} == {"summary", "notice"}


def test_a_drafted_question_is_from_the_clause_where_its_words_say_what_it_is_about(
    tmp_path: Path,
) -> None:
    settings = with_documents(
        tmp_path,
        "Rules on Kilns\n\nArticle 1. Kilns with open doors shall be fenced on all sides.\n\n"
        "Article 2. These Rules shall enter into force on 1 May 2024.\n",
        "窑炉管理办法\n\n第一条 露天窑炉的操作人员应当每日检查围栏，并记录检查结果。\n\n第二条 本办法自2024年5月1日起施行。\n",
    )
    searcher = ClauseDesk.open(settings).searcher()
    drafted = {
        id_: LessonDraft.from_document(searcher, id_, document.entry.language).steps
        for id_, document in searcher.library.documents.items()
    }
    questions = [step.question for steps in drafted.values() for step in steps]
    assert "What are the rules on kilns with open doors?" in questions
    assert "关于露天窑炉的操作人员有什么规定？" in questions
    # what speaks of the document itself is asked by its place
    assert any(q.startswith("What does Article 2 of") for q in questions)
    assert "What are the rules on kilns with open doors?" in suggest(searcher, "en")
    assert "关于露天窑炉的操作人员有什么规定？" in suggest(searcher, "zh")
