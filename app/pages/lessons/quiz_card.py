"""A quiz as it is taken: the question, the answer given, the clause that judges it, the score."""

import streamlit as st

from app.pages.frame.page_language import say
from app.pages.frame.page_style import draw_label, label_html
from app.pages.lessons.step_card import draw_clause, draw_notice
from app.plain_text import html_text, label_text
from app.teaching.lessons import StepView
from app.teaching.quiz import Given, Quiz


def draw(quiz: Quiz) -> bool:
    """Draw where the quiz stands; True when the learner wants to begin anew."""
    step = quiz.step
    if step is None:
        return _draw_score(quiz)
    count = say("lessons.position", at=step.number, count=len(quiz.lesson.steps))
    st.html(
        f'<p class="facts">{html_text(count)}</p>'
        f'<h2 class="lesson-question">{html_text(step.question)}</h2>'
    )
    given = quiz.given.get(quiz.at)
    if given is None:
        _ask(quiz, step)
    else:
        _reveal(quiz, step, given)
    return False


def _ask(quiz: Quiz, step: StepView) -> None:
    if step.answers:
        with st.container(key="quiz-answers", gap="small"):
            for place in step.order:
                st.button(
                    label_text(step.choice(place)),
                    key=f"quiz-{quiz.attempt}-{quiz.at}-{place}",
                    on_click=quiz.choose,
                    args=(place,),
                    width="stretch",
                )
        return
    key = f"quiz-words-{quiz.attempt}-{quiz.at}"
    words = st.text_area(say("lessons.write"), key=key, max_chars=2000)
    if st.button(say("lessons.reveal"), key="quiz-reveal", type="primary"):
        if words.strip():
            quiz.write(words)
            st.rerun()
        st.html(f'<p class="facts" role="alert">{html_text(say("lessons.write_first"))}</p>')


def _reveal(quiz: Quiz, step: StepView, given: Given) -> None:
    if given.choice is None:
        st.html(
            f"{label_html(say('lessons.your_words'))}"
            f'<p class="quiz-words">{html_text(given.words)}</p>'
        )
    else:
        st.html(_marked_answers(step, given.choice))
    with st.container(key="lesson-step", gap="small"):
        draw_clause(step)
        draw_notice(step)
    if given.choice is None:
        _draw_judging(quiz, given)
    last = step.number == len(quiz.lesson.steps)
    st.button(
        say("lessons.to_score" if last else "lessons.next_question"),
        key="quiz-next",
        icon=":material/chevron_right:",
        icon_position="right",
        type="primary",
        on_click=quiz.go_on,
    )


def _marked_answers(step: StepView, choice: int) -> str:
    verdict = say("lessons.right" if choice == 0 else "lessons.wrong")
    kind = "right" if choice == 0 else "wrong"
    rows = []
    for place in step.order:
        mark, words = "", ""
        if place == 0:
            mark, words = "quiz-right", say("lessons.the_right_one")
        elif place == choice:
            mark, words = "quiz-wrong", say("lessons.your_choice")
        told = f' <span class="quiz-mark">{html_text(words)}</span>' if words else ""
        rows.append(f'<li class="{mark}">{html_text(step.choice(place))}{told}</li>')
    return (
        f'<p class="quiz-verdict quiz-{kind}" role="status">{html_text(verdict)}</p>'
        f'<ul class="quiz-list">{"".join(rows)}</ul>'
    )


def _draw_judging(quiz: Quiz, given: Given) -> None:
    draw_label(say("lessons.judge"))
    with st.container(horizontal=True, gap="small"):
        for right, key in ((True, "lessons.yes"), (False, "lessons.no")):
            st.button(
                say(key),
                key=f"quiz-judge-{right}",
                icon=":material/check:" if right else ":material/close:",
                type="primary" if given.right is right else "secondary",
                on_click=quiz.judge,
                args=(right,),
            )


def _draw_score(quiz: Quiz) -> bool:
    score = quiz.score
    parts = [say("lessons.score_chosen", right=score.chosen_right, count=score.chosen)]
    if score.judged:
        parts.append(say("lessons.score_judged", right=score.judged_right, count=score.judged))
    if score.unjudged:
        parts.append(say("lessons.score_unjudged", count=score.unjudged))
    total = say("lessons.score", right=score.right, count=score.counted)
    rows = "".join(
        f"<li>{_sign(quiz.given.get(place))} {html_text(step.question)}</li>"
        for place, step in enumerate(quiz.lesson.steps)
    )
    st.html(
        f'<h2 class="quiz-score">{html_text(total)}</h2>'
        f'<p class="facts">{html_text(" · ".join(parts))}</p><ul class="quiz-list">{rows}</ul>'
    )
    return st.button(say("lessons.again"), key="quiz-again", icon=":material/replay:")


def _sign(given: Given | None) -> str:
    right = given.right if given else None
    sign = {True: "✓", False: "✕", None: "–"}[right]
    words = {True: "lessons.right", False: "lessons.wrong", None: "lessons.not_judged"}[right]
    return (
        f'<span class="quiz-sign" aria-hidden="true">{sign}</span>'
        f'<span class="unseen">{html_text(say(words))}</span>'
    )
