"""Classes: joined by a code, answered without a name, the questions most missed first."""

from pathlib import Path

import pytest

from app.teaching.classes import Classes, UnknownClass
from app.teaching.quiz import Given

RIGHT, WRONG = Given(choice=0, right=True), Given(choice=2, right=False)


@pytest.mark.usefixtures("kept_in")
def test_what_learners_answer_is_told_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    classes = Classes(tmp_path)
    code = classes.open("drills")
    classes.keep(code, "b", 0, RIGHT)
    classes.keep(code, "a", 0, Given(words="A closed door"))
    classes.keep(code, "b", 1, WRONG)
    classes.keep(code, "a", 0, Given(words="A closed door", right=True))  # judged since
    found = Classes(tmp_path).results(code)
    assert found.learners == (
        {0: RIGHT, 1: WRONG},
        {0: Given(words="A closed door", right=True)},
    )


@pytest.mark.usefixtures("kept_in")
def test_the_most_missed_question_stands_first(tmp_path: Path) -> None:
    classes = Classes(tmp_path)
    code = classes.open("drills")
    for learner, answers in {
        "a": {0: WRONG, 1: WRONG, 2: RIGHT},
        "b": {0: RIGHT, 1: WRONG, 2: Given(words="?")},
        "c": {0: WRONG, 2: RIGHT},
    }.items():
        for step, given in answers.items():
            classes.keep(code, learner, step, given)
    assert classes.results(code).most_missed == ((1, 2, 2), (0, 2, 3))


@pytest.mark.usefixtures("kept_in")
def test_a_class_that_is_closed_takes_its_answers_with_it(tmp_path: Path) -> None:
    classes = Classes(tmp_path)
    first, last = classes.open("drills"), classes.open("drills")
    assert classes.of("drills") == [last, first]
    classes.keep(last, "a", 0, RIGHT)
    classes.close(last)
    assert classes.of("drills") == [first]
    assert classes.results(last).learners == ()
    with pytest.raises(UnknownClass, match="ask for its code again"):
        classes.keep(last, "a", 1, RIGHT)
