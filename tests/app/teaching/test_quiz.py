"""The quiz: chosen answers scored exactly, written ones judged by the learner."""

from datetime import date

from page_index import real_desk
from shipped_lessons import SHIPPED

from app.teaching.lessons import LessonView, view_lesson
from app.teaching.quiz import Quiz, Score


def lesson(lesson_id: str = "expendable-or-not") -> LessonView:
    found = SHIPPED.find(lesson_id)
    assert found is not None
    return view_lesson(found, real_desk().library(), "en", date(2020, 1, 1))


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
    assert quiz.order() == ()


def test_the_right_answer_stands_in_no_fixed_place() -> None:
    first = set()
    for attempt in range(1, 12):
        quiz = Quiz(lesson("commissioned-processing-codes"), attempt, at=2)
        assert sorted(quiz.order()) == [0, 1, 2, 3]
        assert quiz.order() == quiz.order()  # drawing the page again moves nothing
        first.add(quiz.order()[0])
    assert len(first) > 1


def test_again_begins_without_answers() -> None:
    quiz = Quiz(lesson())
    quiz.write("something")
    anew = quiz.again()
    assert (anew.at, anew.given, anew.attempt) == (0, {}, 2)
