"""A lesson on the wall: one step a slide, in large type, by mouse, keyboard or clicker."""

from collections.abc import Callable

import streamlit as st

from app.pages.frame import page_top
from app.pages.frame.page_language import say
from app.pages.lessons.step_card import draw_clause, draw_notice
from app.plain_text import html_text
from app.teaching.lessons import LessonView, StepView

# no word of a lesson stands in this script. It listens at the document, since the buttons
# are drawn anew; a browser grants full screen to a click only
_LISTEN = """<script>
(() => {
  if (window.clauseDeskPresentation) return;
  window.clauseDeskPresentation = true;
  const press = (key) => document.querySelector(`.st-key-${key} button:not(:disabled)`)?.click();
  document.addEventListener("click", (event) => {
    const pressed = (key) => event.target.closest?.(`[class*="st-key-${key}"] button`);
    if (pressed("lesson-present") || pressed("slide-screen"))
      document.documentElement.requestFullscreen?.().catch(() => {});
    if (pressed("slide-end") && document.fullscreenElement) document.exitFullscreen();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (!document.querySelector(".st-key-presentation") || event.ctrlKey || event.metaKey) return;
    const onButton = event.target.closest?.("button, a, input, textarea");
    const keys = {
      ArrowRight: "slide-next", PageDown: "slide-next", ArrowLeft: "slide-previous",
      PageUp: "slide-previous", Escape: "slide-end", ...(onButton ? {} : { " ": "slide-next" }),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    press(keys[event.key]);
  });
})();
</script>"""


def listen() -> None:
    """Let a click on "present" fill the screen, and keys turn the slides."""
    st.html(_LISTEN, unsafe_allow_javascript=True)


def _answers_html(step: StepView, *, is_revealed: bool) -> str:
    """To choose from; with the clause the right one is marked."""
    rows = "".join(
        f'<li class="{"quiz-right" if is_revealed and place == 0 else ""}">'
        f"{html_text(step.choice(place))}</li>"
        for place in step.order
    )
    return f'<ul class="quiz-list slide-answers">{rows}</ul>'


def draw(
    view: LessonView,
    at: int,
    *,
    is_revealed: bool,
    go_on: Callable[[], None],
    go_back: Callable[[], None],
    end: Callable[[], None],
) -> None:
    step = view.steps[at]
    page_top.begin(f"slide {at}")
    with st.container(key="presentation", gap="small"):
        position = say("lessons.position", at=step.number, count=len(view.steps))
        st.html(
            f'<p class="slide-head">{html_text(view.title)} · {html_text(position)}</p>'
            f'<h1 class="slide-question">{html_text(step.question)}</h1>'
        )
        # a place of its own in each drawing: a slide must not show the one before it
        with st.container(key=f"slide-{at}", gap="small"):
            if step.answers:
                st.html(_answers_html(step, is_revealed=is_revealed))
            if is_revealed:
                draw_clause(step)
                draw_notice(step)
        with st.container(key="slide-controls", horizontal=True, gap="small"):
            st.button(
                say("lessons.previous"),
                key="slide-previous",
                icon=":material/chevron_left:",
                disabled=at == 0 and not is_revealed,
                on_click=go_back,
            )
            if not is_revealed or at < len(view.steps) - 1:
                st.button(
                    say("lessons.next" if is_revealed else "lessons.reveal"),
                    key="slide-next",
                    icon=":material/chevron_right:",
                    icon_position="right",
                    type="primary",
                    on_click=go_on,
                )
            st.button(say("lessons.full_screen"), key="slide-screen", icon=":material/fullscreen:")
            st.button(say("lessons.end"), key="slide-end", icon=":material/close:", on_click=end)
        st.html(f'<p class="facts slide-keys">{html_text(say("lessons.keys"))}</p>')
    listen()
