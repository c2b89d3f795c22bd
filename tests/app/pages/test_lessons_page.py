"""The Lessons page, state by state, in Streamlit's own test harness."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx
import pytest
from page_driver import Opener, keys, marked, markup, words
from page_index import real_desk, real_index
from pypdf import PdfReader
from shipped_lessons import DAY, SHIPPED
from streamlit.testing.v1 import AppTest

from app.packs.export.files import ExportFormat, write
from app.pages.frame import page_links
from app.plain_text import html_text
from app.teaching.handout import hand_out
from app.teaching.lessons import view_lesson
from app.wording import Language
from ingest.settings import Settings

LESSON = "expendable-or-not"


@pytest.fixture
def tab(open_page: Opener) -> AppTest:
    return open_page(real_index(), "lessons")


def click(tab: AppTest, key: str) -> AppTest:
    return tab.button(key=key).click().run()


def test_the_shelf_offers_each_lesson_in_three_ways(tab: AppTest) -> None:
    assert not tab.exception
    assert len(keys(tab, "lesson-steps-")) == len(SHIPPED.lessons)
    assert f"lesson-presentation-{LESSON}" in keys(tab, "lesson-presentation-")
    assert f"lesson-quiz-{LESSON}" in keys(tab, "lesson-quiz-")
    assert "Is it an expendable material?" in words(tab)
    assert "6 steps" in words(tab)


def test_a_lesson_is_stepped_through_and_its_address_is_a_link(tab: AppTest) -> None:
    click(tab, f"lesson-steps-{LESSON}")
    assert "Step 1 of 6" in words(tab)
    assert tab.button(key="lesson-previous").disabled
    click(tab, "lesson-next")
    clause = real_desk().clause("gacc-2016-67#3")
    assert clause.text in words(tab)
    assert "✓ in force since 1 January 2017" in words(tab)
    assert "What to notice" in words(tab)
    assert (tab.query_params["lesson"], tab.query_params["step"]) == (LESSON, "2")
    click(tab, "lesson-close")
    assert keys(tab, "lesson-steps-") and "lesson" not in tab.query_params


def test_a_link_opens_the_step(open_page: Opener) -> None:
    tab = open_page(real_index(), "lessons", lesson=LESSON, step="6")
    assert "Step 6 of 6" in words(tab)
    assert tab.button(key="lesson-next").disabled
    for wrong in ("99", "x", "-1"):
        tab = open_page(real_index(), "lessons", lesson=LESSON, step=wrong)
        assert not tab.exception and "of 6" in words(tab)


def test_a_link_to_no_lesson_is_told(open_page: Opener) -> None:
    tab = open_page(real_index(), "lessons", lesson="<b>none</b>")
    assert "There is no lesson <b>none</b> here" in words(tab)
    assert "<b>none" not in markup(tab)
    assert keys(tab, "lesson-steps-")


def test_the_clause_opens_in_its_document_on_the_ask_page(tab: AppTest) -> None:
    click(tab, f"lesson-steps-{LESSON}")
    click(tab, "lesson-next")
    click(tab, "lesson-source")
    assert not tab.exception
    assert marked(tab) == real_desk().clause("gacc-2016-67#3").text
    assert "Citation 2 of 6" in words(tab)


def test_a_presentation_asks_first_and_shows_the_clause_then(tab: AppTest) -> None:
    click(tab, f"lesson-presentation-{LESSON}")
    quote = real_desk().clause("gacc-2016-67#1").text
    assert 'class="slide-question"' in markup(tab) and quote not in words(tab)
    assert tab.button(key="slide-previous").disabled
    click(tab, "slide-next")
    assert quote in words(tab)
    click(tab, "slide-next")
    assert "Step 2 of 6" in words(tab) and quote not in words(tab)
    click(tab, "slide-previous")
    assert "Step 1 of 6" in words(tab) and quote in words(tab)
    while keys(tab, "slide-next"):  # behind the last clause there is none
        click(tab, "slide-next")
    assert "Step 6 of 6" in words(tab)
    click(tab, "slide-end")
    assert "Step 6 of 6" in words(tab) and keys(tab, "lesson-present")


def test_a_quiz_is_written_chosen_and_scored(tab: AppTest) -> None:
    click(tab, f"lesson-quiz-{LESSON}")
    click(tab, "quiz-reveal")
    assert "Write your answer first" in words(tab)
    tab.text_area[0].set_value("what <i>goes</i> away")
    click(tab, "quiz-reveal")
    assert "what <i>goes</i> away" in words(tab) and "<i>" not in markup(tab)
    assert real_desk().clause("gacc-2016-67#1").text in words(tab)
    click(tab, "quiz-judge-True")
    click(tab, "quiz-next")
    assert len(keys(tab, "quiz-1-1-")) == 3
    click(tab, "quiz-1-1-1")
    assert "Not right" in words(tab) and "the right one" in words(tab)
    click(tab, "quiz-next")
    for at in range(2, 6):
        click(tab, f"quiz-1-{at}-0")
        assert "Right" in words(tab)
        click(tab, "quiz-next")
    assert "5 of 6 right" in words(tab)
    assert "chosen: 4 of 5 · written, by your own judgement: 1 of 1" in words(tab)
    click(tab, "quiz-again")
    assert "Step 1 of 6" in words(tab) and tab.text_area[0].value == ""


def test_a_quiz_survives_a_change_of_language(tab: AppTest) -> None:
    click(tab, f"lesson-quiz-{LESSON}")
    tab.text_area[0].set_value("x")
    click(tab, "quiz-reveal")
    tab.session_state["language"] = "zh"
    tab.run()
    assert "您的回答" in words(tab) and "注意之处" in words(tab)


def test_a_wrong_lesson_is_told_and_the_others_are_given(open_page: Opener, tmp_path: Path) -> None:
    shutil.copytree(real_index().corpus, tmp_path / "corpus")
    broken = tmp_path / "corpus" / "lessons" / "expendable-or-not.toml"
    broken.write_text(broken.read_text().replace("gacc-2016-67#3", "gacc-2016-67#99"))
    settings = Settings(corpus=tmp_path / "corpus", var=real_index().var)
    tab = open_page(settings, "lessons", lesson=LESSON)
    assert "cannot be given until it is mended.Step 2 has no clause any more" in words(tab)
    assert len(keys(tab, "lesson-steps-")) == len(SHIPPED.lessons) - 1
    shutil.rmtree(tmp_path / "corpus" / "lessons")
    tab = open_page(settings, "lessons")
    assert "There are no lessons yet" in words(tab)


def test_a_lesson_whose_clause_has_gone_is_mended_in_the_page(
    open_page: Opener, own_index: Settings
) -> None:
    file = own_index.corpus / "lessons" / f"{LESSON}.toml"
    file.write_text(file.read_text().replace("gacc-2016-67#3", "gacc-2016-67#99"))
    tab = open_page(own_index, "lessons")
    assert "Is it an expendable material?" in words(tab)  # by its name, not its file's alone
    click(tab, f"lesson-edit-{LESSON}")
    assert "no longer in the corpus: gacc-2016-67#99" in words(tab)
    question = next(one.value for one in tab.text_input if one.key.startswith("q-"))
    click(tab, "editor-keep")
    assert "Step 2 has no clause any more" in words(tab)
    tab.text_input(key="editor-search").set_value("drills and grinding wheels").run()
    click(tab, "editor-put-2-0")
    assert not keys(tab, "editor-put-")
    click(tab, "editor-keep")
    assert "#99" not in file.read_text() and question in file.read_text()
    assert "Step 1 of 6" in words(tab)


@pytest.mark.parametrize("is_toml", [True, False])
def test_a_lesson_that_cannot_be_given_is_deleted_and_brought_back_as_it_was(
    open_page: Opener, own_index: Settings, is_toml: bool
) -> None:
    file = own_index.corpus / "lessons" / f"{LESSON}.toml"
    file.write_text(file.read_text().replace("gacc-2016-67#3", "x#9") if is_toml else "no = = toml")
    before = file.read_bytes()
    tab = open_page(own_index, "lessons")
    # what cannot be read cannot be edited either
    assert bool(keys(tab, "lesson-edit-")) == is_toml
    click(tab, f"lesson-delete-{LESSON}")
    assert not file.exists() and "cannot be given" not in words(tab)
    click(tab, "lesson-undo")
    assert file.read_bytes() == before and "cannot be given" in words(tab)


def pdf_text(data: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    # the line at the foot of each page, which may stand inside a quote
    return re.sub(r"^Clause Desk · .*\n?.*\d+ ?/ ?\d+$", "", text, flags=re.MULTILINE)


def word_text(data: bytes) -> str:
    document = docx.Document(BytesIO(data))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("form", "read"), [(ExportFormat.PDF, pdf_text), (ExportFormat.DOCX, word_text)]
)
def test_the_hand_out_says_what_the_lesson_says(
    language: Language, form: ExportFormat, read: Callable[[bytes], str]
) -> None:
    lesson = SHIPPED.find(LESSON)
    assert lesson is not None
    view = view_lesson(lesson, real_desk().library(), language, DAY)
    data = write(hand_out(view, language, real_desk().fingerprint, datetime.now(UTC)), form)
    said = "".join(read(data).split())
    for step in view.steps:
        for part in (step.question, step.notice, step.quote, step.status_words, step.place.link):
            assert "".join(part.split()) in said, part
        # each with a box and the letter by which a class speaks of it; that of the right one is ticked
        for place in range(len(step.answers)):
            assert f"{'□' if place else '■'}{''.join(step.choice(place).split())}" in said


@pytest.fixture
def own_index(tmp_path: Path) -> Settings:
    """The real index over a corpus folder of the test's own."""
    corpus = tmp_path / "corpus"
    shutil.copytree(real_index().corpus, corpus)
    var = tmp_path / "var"
    var.mkdir()
    (var / "index").symlink_to(real_index().index)
    return Settings(corpus=corpus, var=var)


def test_a_lesson_is_written_shown_kept_and_taken_back(
    open_page: Opener, own_index: Settings
) -> None:
    tab = open_page(own_index, "lessons")
    click(tab, "lesson-write")
    click(tab, "editor-keep")
    assert "The lesson has no title yet." in words(tab)
    assert "The lesson has no step yet: find a clause." in words(tab)
    for label, text in (("Title", "Drills"), ("What one learns, in a sentence", "One thing.")):
        next(one for one in tab.text_input if one.label == label).set_value(text)
    tab.text_input(key="editor-search").set_value("drills and grinding wheels").run()
    click(tab, "editor-add-0")
    click(tab, "editor-keep")
    # said by the number that the card bears, above the button
    assert "Step 1 does not say yet what to notice." in words(tab)
    assert '<h2 class="label">Step 1</h2>' in markup(tab)
    next(one for one in tab.text_input if one.label == "Question").set_value("Are drills?")
    next(one for one in tab.text_area if one.label == "What to notice").set_value("A door.")
    click(tab, "editor-preview")
    assert "Are drills?" in words(tab) and "Drills · Step 1 of 1" in words(tab)
    click(tab, "slide-end")
    click(tab, "editor-keep")
    file = own_index.corpus / "lessons" / "drills.toml"
    assert 'clause = "gacc-2016-67#' in file.read_text(encoding="utf-8")
    assert "Kept as corpus/lessons/drills.toml" in words(tab)
    click(tab, "lesson-close")
    click(tab, f"lesson-steps-{LESSON}")
    assert not keys(tab, "lesson-undo")  # it is not about this one
    click(tab, "lesson-close")
    click(tab, "lesson-steps-drills")
    click(tab, "lesson-undo")
    assert not file.exists()
    assert "lesson-steps-drills" not in keys(tab, "lesson-steps-")


def test_a_lesson_is_kept_unfinished_and_gone_on_with(
    open_page: Opener, own_index: Settings
) -> None:
    tab = open_page(own_index, "lessons")
    click(tab, "lesson-write")
    next(one for one in tab.text_input if one.label == "Title").set_value("Half a lesson")
    tab.text_input(key="editor-search").set_value("drills and grinding wheels").run()
    click(tab, "editor-add-0")
    assert keys(tab, "editor-add-") == []  # what was found has served
    click(tab, "editor-keep-unfinished")
    assert not tab.exception
    # it waits on the shelf, also in another tab, and is no lesson
    tab = open_page(own_index, "lessons")
    assert "Half a lesson" in words(tab) and "it cannot be given yet" in words(tab)
    assert not list((own_index.corpus / "lessons").glob("half*"))
    click(tab, keys(tab, "draft-write-")[0])
    next(one for one in tab.text_input if one.label == "Question").set_value("Are drills?")
    next(one for one in tab.text_area if one.label == "What to notice").set_value("A door.")
    label = "What one learns, in a sentence"
    next(one for one in tab.text_input if one.label == label).set_value("One thing.")
    click(tab, "editor-keep")
    assert (own_index.corpus / "lessons" / "half-a-lesson.toml").exists()
    click(tab, "lesson-close")
    assert keys(tab, "draft-write-") == []


def test_an_unfinished_lesson_is_thrown_away(open_page: Opener, own_index: Settings) -> None:
    tab = open_page(own_index, "lessons")
    click(tab, "lesson-write")
    click(tab, "editor-keep-unfinished")
    assert "A lesson without a title" in words(tab)
    click(tab, keys(tab, "draft-drop-")[0])
    assert "A lesson without a title" not in words(tab)


def test_the_wall_shows_the_answers_to_choose_from(tab: AppTest) -> None:
    lesson, step = next((one, s) for one in SHIPPED.lessons for s in one.steps if s.right)
    click(tab, f"lesson-presentation-{lesson.id}")
    for _ in range(2 * lesson.steps.index(step)):
        click(tab, "slide-next")
    assert all(answer.en in words(tab) for answer in step.answers)
    assert 'class="quiz-right"' not in markup(tab)
    click(tab, "slide-next")
    assert re.search(f'class="quiz-right">[A-Z]\\. {html_text(step.right.en)}', markup(tab))


def test_a_lesson_is_edited_in_one_language_deleted_and_brought_back(
    open_page: Opener, own_index: Settings
) -> None:
    file = own_index.corpus / "lessons" / f"{LESSON}.toml"
    tab = open_page(own_index, "lessons", lesson=LESSON)
    click(tab, f"lesson-edit-{LESSON}")
    next(one for one in tab.text_input if one.label == "Title").set_value("Expendable or not")
    click(tab, "editor-keep")
    written = file.read_text(encoding="utf-8")
    assert 'title.en = "Expendable or not"' in written and "title.zh = " in written
    click(tab, "lesson-undo")
    assert "Is it an expendable material?" in words(tab)
    click(tab, f"lesson-delete-{LESSON}")
    assert not file.exists()
    click(tab, "lesson-undo")
    assert file.exists()


def test_a_draft_from_a_document_has_a_step_for_its_clauses(
    open_page: Opener, own_index: Settings
) -> None:
    tab = open_page(own_index, "lessons")
    tab.selectbox(key="lesson-draft-of").set_value("gacc-2016-68").run()
    click(tab, "lesson-write")
    assert len(keys(tab, "editor-drop-")) > 3
    click(tab, "editor-down-0")
    click(tab, "editor-drop-0")
    click(tab, "editor-leave")
    assert keys(tab, "lesson-steps-")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_hand_out_without_answers_asks_and_tells_nothing(language: Language) -> None:
    desk = real_desk()
    view = view_lesson(SHIPPED.lessons[0], desk.library(), language, DAY)
    made = datetime(2026, 1, 1, tzinfo=UTC)
    told, asked = (
        write(hand_out(view, language, "x", made, answers=answers), ExportFormat.MARKDOWN).decode()
        for answers in (True, False)
    )
    for step in view.steps:
        assert step.source in asked.replace("\\", "")
        assert step.quote.strip()[:20] not in asked.replace("\\", "")
    assert len(asked) < len(told)


def test_a_class_is_joined_by_its_code_and_its_answers_are_seen(
    open_page: Opener, own_index: Settings
) -> None:
    trainer = open_page(own_index, "lessons", lesson="commissioned-processing-codes")
    click(trainer, "class-open")
    assert "Nobody has answered yet." in words(trainer)
    [code] = re.findall(r'class="class-code">(\w+)<', markup(trainer))
    learner = open_page(own_index, "lessons")
    learner.text_input(key="class-code").set_value("nothing")
    click(learner, "class-join-now")
    assert "there is no class NOTHING" in words(learner)
    learner.text_input(key="class-code").set_value(code.lower())
    click(learner, "class-join-now")
    assert f"Class {code}: your answers are shown" in words(learner)
    wrong = next(key for key in keys(learner, "quiz-1-0-") if not key.endswith("-0"))
    letter = learner.button(key=wrong).label[0]
    click(learner, wrong)
    trainer = open_page(own_index, "lessons", lesson="commissioned-processing-codes")
    assert "Learner 1" in words(trainer)
    assert f"Not right</span> {letter}</td>" in markup(trainer)  # what was chosen, as on the wall
    assert "1 of 1 not right" in words(trainer)
    click(trainer, f"class-close-{code}")
    assert "The answers of 1 learner are deleted and cannot be brought back" in words(trainer)
    click(trainer, f"class-keep-{code}")
    assert "Learner 1" in words(trainer)
    click(trainer, f"class-close-{code}")
    click(trainer, f"class-close-now-{code}")
    assert "Learner 1" not in words(trainer) and code not in words(trainer)


def test_a_class_whose_lesson_is_gone_is_told(open_page: Opener, own_index: Settings) -> None:
    trainer = open_page(own_index, "lessons", lesson=LESSON)
    click(trainer, "class-open")
    [code] = re.findall(r'class="class-code">(\w+)<', markup(trainer))
    (own_index.corpus / "lessons" / f"{LESSON}.toml").unlink()
    learner = open_page(own_index, "lessons", **{"class": code})
    assert not learner.exception
    assert "cannot be given at present" in words(learner)
    assert not keys(learner, "lesson-")  # a learner has nothing to edit


def test_written_answers_of_a_class_stand_with_their_question(
    open_page: Opener, own_index: Settings
) -> None:
    trainer = open_page(own_index, "lessons", lesson=LESSON)
    click(trainer, "class-open")
    [code] = re.findall(r'class="class-code">(\w+)<', markup(trainer))
    learner = open_page(own_index, "lessons")
    learner.text_input(key="class-code").set_value(code)
    click(learner, "class-join-now")
    learner.text_area(key="quiz-words-1-0").set_value("What wears away.")
    click(learner, "quiz-reveal")
    question = SHIPPED.find(LESSON).steps[0].question.en
    seen = words(open_page(own_index, "lessons", lesson=LESSON))
    told = seen[seen.index("Written answers") :]
    assert told.index(f"1. {question}") < told.index("What wears away.")


@pytest.mark.parametrize(
    ("address", "only_here"),
    [
        ("http://127.0.0.1:8501", True),
        ("http://[::1]:8501", True),
        ("http://localhost:8501", True),
        ("https://desk.example.com", False),
        ("http://10.0.0.7:8501", False),
    ],
)
def test_an_address_of_this_machine_alone_is_told(
    address: str, only_here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_links, "base_address", lambda: address)
    assert page_links.is_this_machine_only() is only_here


def test_all_classes_of_a_lesson_are_listed_until_each_is_closed(
    open_page: Opener, own_index: Settings
) -> None:
    trainer = open_page(own_index, "lessons", lesson=LESSON)
    for _ in range(2):
        click(trainer, "class-open")
    second, first = codes = re.findall(r'class="class-code">(\w+)<', markup(trainer))
    assert len({*codes}) == 2
    click(trainer, f"class-close-{second}")
    click(trainer, f"class-close-now-{second}")
    assert re.findall(r'class="class-code">(\w+)<', markup(trainer)) == [first]


def test_a_learner_who_loads_the_page_anew_goes_on_in_the_class(
    open_page: Opener, own_index: Settings
) -> None:
    lesson = "commissioned-processing-codes"
    trainer = open_page(own_index, "lessons", lesson=lesson)
    click(trainer, "class-open")
    [code] = re.findall(r'class="class-code">(\w+)<', markup(trainer))
    learner = open_page(own_index, "lessons", **{"class": code})
    for at in range(2):
        click(learner, f"quiz-1-{at}-0")
        click(learner, "quiz-next")
    click(learner, "quiz-1-2-0")

    def address(tab: AppTest) -> dict[str, str]:
        values = tab.query_params.items()
        return {key: value if isinstance(value, str) else value[0] for key, value in values}

    assert address(learner)["class"] == code and address(learner)["step"] == "3"
    again = open_page(own_index, "lessons", **address(learner))
    assert f"Class {code}: your answers are shown" in words(again)
    # the question that was open, with the answer that was given
    assert "Step 3 of 8" in words(again) and "the right one" in words(again)
    assert not keys(again, "lesson-edit-") and not keys(again, "lesson-delete-")
    click(again, "quiz-next")
    assert "Step 4 of 8" in words(again)
    # who comes back by the code goes on too
    click(again, "lesson-close")
    assert keys(again, "lesson-steps-") and "class" not in again.query_params
    again.text_input(key="class-code").set_value(code)
    click(again, "class-join-now")
    assert "Step 4 of 8" in words(again)
    trainer = open_page(own_index, "lessons", lesson=lesson)
    assert "Learner 1" in words(trainer) and "Learner 2" not in words(trainer)


def test_a_class_that_is_closed_is_told_and_the_lessons_are_shown(
    open_page: Opener, own_index: Settings
) -> None:
    tab = open_page(own_index, "lessons", **{"class": "GONE7", "lesson": LESSON})
    assert "there is no class GONE7" in words(tab)
    assert keys(tab, "lesson-steps-") and not keys(tab, "lesson-edit-")
