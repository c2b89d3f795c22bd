"""Lessons that a program writes are read back as they were, whatever words stand in them."""

import tomllib
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.teaching.lesson_files import lesson_toml
from app.teaching.lessons import LessonFile, LessonStep, Words

LINES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
WORDS = st.one_of(
    st.builds(Words, en=LINES),
    st.builds(Words, zh=LINES),
    st.builds(Words, en=LINES, zh=LINES),
)


@st.composite
def steps(draw: st.DrawFn) -> LessonStep:
    answers = draw(st.lists(WORDS, max_size=4, unique=True))
    chosen = answers if len(answers) > 1 else []
    return LessonStep(
        question=draw(WORDS),
        notice=draw(WORDS),
        clause=draw(LINES),
        as_of=draw(st.none() | st.dates(min_value=date(1000, 1, 1))),
        right=chosen[0] if chosen else None,
        wrong=tuple(chosen[1:]),
    )


@given(
    st.builds(
        LessonFile,
        title=WORDS,
        summary=WORDS,
        step=st.lists(steps(), min_size=1, max_size=3).map(tuple),
    )
)
def test_a_lesson_is_read_back_as_it_was_written(file: LessonFile) -> None:
    assert LessonFile.model_validate(tomllib.loads(lesson_toml(file))) == file
