"""A quiz over a lesson: one question a step, the clause as the judge.

A chosen answer is scored exactly. A written one is not compared by the program: the
clause is shown, and the learner judges. Both counts are told apart.
"""

from dataclasses import dataclass, field

from app.teaching.lessons import LessonView, StepView


@dataclass(frozen=True, slots=True)
class Given:
    """What the learner gave: the place of an answer in ``StepView.answers``, or words.

    ``right`` is None until a written answer has been judged.
    """

    choice: int | None = None
    words: str = ""
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class Score:
    chosen: int
    chosen_right: int
    judged: int
    judged_right: int
    unjudged: int
    questions: int

    @property
    def right(self) -> int:
        return self.chosen_right + self.judged_right

    @property
    def counted(self) -> int:
        """Questions that count; a written answer that nobody judged does not."""
        return self.questions - self.unjudged


@dataclass
class Quiz:
    """One attempt, the first, second, …"""

    lesson: LessonView
    attempt: int = 1
    at: int = 0  # the step now asked; one beyond the last when all were asked
    given: dict[int, Given] = field(default_factory=dict)  # by the step's place

    @property
    def step(self) -> StepView | None:
        """The step now asked; None at the end."""
        return self.lesson.steps[self.at] if self.at < len(self.lesson.steps) else None

    def choose(self, place: int) -> None:
        """Answer by choosing; the first answer of a step is the right one and counts once."""
        self.given.setdefault(self.at, Given(choice=place, right=place == 0))

    def write(self, words: str) -> None:
        """Answer in words; blank ones are no answer."""
        if words.strip():
            self.given.setdefault(self.at, Given(words=words.strip()))

    def judge(self, right: bool) -> None:
        """The learner's word on a written answer; may be changed."""
        given = self.given.get(self.at)
        if given is not None and given.choice is None:
            self.given[self.at] = Given(words=given.words, right=right)

    def go_on(self) -> None:
        self.at = min(self.at + 1, len(self.lesson.steps))

    def again(self) -> "Quiz":
        return Quiz(self.lesson, self.attempt + 1)

    @property
    def score(self) -> Score:
        chosen = [given.right for given in self.given.values() if given.choice is not None]
        written = [given.right for given in self.given.values() if given.choice is None]
        return Score(
            chosen=len(chosen),
            chosen_right=sum(right is True for right in chosen),
            judged=sum(right is not None for right in written),
            judged_right=sum(right is True for right in written),
            unjudged=sum(right is None for right in written),
            questions=len(self.lesson.steps),
        )
