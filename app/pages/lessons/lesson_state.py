"""Which lesson a tab has open and how far it is, and what is being written in it."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.teaching.draft import LessonDraft
from app.teaching.quiz import Given, Quiz


class Mode(StrEnum):
    STEPS = "steps"
    PRESENTATION = "presentation"
    QUIZ = "quiz"


@dataclass
class LessonState:
    """Which lesson this tab has open, and how far it is."""

    lesson_id: str | None = None
    mode: Mode = Mode.STEPS
    at: int = 0
    is_revealed: bool = False  # in a presentation: the clause is shown, not the question alone
    quiz: Quiz | None = None
    #: of the class that this learner has joined, by a word for the learner; what was kept of it
    class_code: str | None = None
    learner: str = ""
    #: the class that the address leads into, until it is joined
    linked_class: str | None = None
    kept: dict[int, Given] = field(default_factory=dict)
    draft: LessonDraft | None = None  # what is being written
    #: of the lesson kept or deleted last: what its file held before, None: it was not there
    undo: tuple[str, bytes | None] | None = None

    def open(self, lesson_id: str, mode: Mode) -> None:
        self.lesson_id, self.mode = lesson_id, mode
        self.at, self.is_revealed, self.quiz = 0, False, None

    @property
    def step(self) -> int:
        """The place of the step that the address names; of a quiz the question that it asks."""
        return self.quiz.at if self.quiz is not None else self.at

    def change(self, mode: Mode) -> None:
        self.mode, self.is_revealed, self.quiz = mode, False, None

    def close(self) -> None:
        self.lesson_id = self.class_code = None

    def write(self, draft: LessonDraft) -> None:
        self.draft, self.undo, self.mode = draft, None, Mode.STEPS

    def leave(self) -> None:
        self.draft = None

    def go_to(self, at: int) -> None:
        self.at, self.is_revealed = at, False
