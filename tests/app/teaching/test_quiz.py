"""The quiz: chosen answers scored exactly, written ones judged by the learner."""

from datetime import date

from page_index import real_desk
from shipped_lessons import SHIPPED

from app.teaching.lessons import LessonView, view_lesson
from app.teaching.quiz import Quiz, Score
from app.wording import Language


def lesson(lesson_id: str = "expendable-or-not", language: Language = "en") -> LessonView:
    found = SHIPPED.find(lesson_id)
    assert found is not None
    return view_lesson(found, real_desk().library(), language, date(2020, 1, 1))


def test_a_quiz_from_the_first_question_to_the_score() -> None:
    quiz = Quiz(lesson())
    assert quiz.step is not None and quiz.step.answers == ()
    quiz.write("  ")
    assert not quiz.given
    quiz.write("Used up, but not part of the product")
    assert quiz.score.unjudged == 1
    assert quiz.score.counted == 5
    quiz.judge(False)
    quiz.judge(True)
    assert quiz.score == Score(0, 0, 1, 1, 0, 6)
    quiz.go_on()
    quiz.choose(0)
    quiz.choose(1)  # the second thought does not count
    assert quiz.score.chosen_right == 1
    quiz.judge(False)  # a chosen answer is not the learner's to judge
    assert quiz.score.chosen_right == 1
    quiz.go_on()
    quiz.choose(2)
    while quiz.step is not None:
        quiz.go_on()
    assert quiz.score == Score(2, 1, 1, 1, 0, 6)
    assert quiz.score.right == 2


def test_the_right_answer_stands_in_no_fixed_place_but_in_the_same_for_everybody() -> None:
    steps = [step for step in lesson("commissioned-processing-codes").steps if step.answers]
    assert len({step.letter(0) for step in steps}) > 1
    step = steps[2]
    assert [step.choice(place)[:3] for place in step.order] == ["A. ", "B. ", "C. ", "D. "]
    chinese = lesson("commissioned-processing-codes", "zh").steps[step.number - 1]
    assert chinese.answers != step.answers and chinese.order == step.order


def test_again_begins_without_answers() -> None:
    quiz = Quiz(lesson())
    quiz.write("something")
    anew = quiz.again()
    assert (anew.at, anew.given, anew.attempt) == (0, {}, 2)
