"""A lesson under a trainer's hands: words in one language at a time, clauses by their ids.

What stands in the other language is kept. What to notice is written by nobody but the trainer.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import uuid4

from app.answer.small_talk import answered_by, questions_of
from app.search.searcher import Searcher
from app.teaching.lessons import Lesson, LessonFile, LessonStep, Words
from app.wording import Language
from ingest.corpus.documents import CorpusDocument
from ingest.structure import Clause

#: steps of a lesson that is drafted from a document
MOST_STEPS = 8
_LONGEST_ID = 60


@dataclass
class StepDraft:
    """``wrong``: an answer a line; ``kept``: the step as it was, for its other language."""

    clause: str
    question: str = ""
    notice: str = ""
    right: str = ""
    wrong: str = ""
    kept: LessonStep | None = None
    #: stays the same wherever the step is moved
    key: str = field(default_factory=lambda: uuid4().hex)

    def made(self, language: Language) -> LessonStep:
        """Raises ValidationError unless :meth:`LessonDraft.missing` is empty."""
        kept = self.kept
        lines = [line.strip() for line in self.wrong.splitlines() if line.strip()]
        before = kept.wrong if kept else ()
        wrong = tuple(
            _words(line, language, before[at] if at < len(before) else None)
            for at, line in enumerate(lines)
        )
        right = _words(self.right, language, kept.right if kept else None) if lines else None
        if kept is not None and not lines and not any(getattr(one, language) for one in before):
            right, wrong = kept.right, before  # of the other language alone
        return LessonStep(
            question=_words(self.question, language, kept.question if kept else None),
            notice=_words(self.notice, language, kept.notice if kept else None),
            clause=self.clause,
            as_of=kept.as_of if kept else None,
            right=right,
            wrong=wrong,
        )


@dataclass
class LessonDraft:
    """``id``: of the lesson that it is written over; None for a new one."""

    language: Language
    id: str | None = None
    title: str = ""
    summary: str = ""
    steps: list[StepDraft] = field(default_factory=list)
    kept: LessonFile | None = None
    #: by which it is kept unfinished
    key: str = field(default_factory=lambda: uuid4().hex)

    @classmethod
    def of(cls, lesson: Lesson, language: Language) -> "LessonDraft":
        """A lesson to be written over."""

        def said(words: Words | None) -> str:
            return (getattr(words, language) if words else None) or ""

        return cls(
            language,
            lesson.id,
            said(lesson.title),
            said(lesson.summary),
            [
                StepDraft(
                    step.clause,
                    said(step.question),
                    said(step.notice),
                    said(step.right),
                    "\n".join(filter(None, map(said, step.wrong))),
                    step,
                )
                for step in lesson.steps
            ],
            LessonFile(title=lesson.title, summary=lesson.summary, step=lesson.steps),
            lesson.id,
        )

    @classmethod
    def from_document(
        cls, searcher: Searcher, document_id: str, language: Language
    ) -> "LessonDraft":
        """A step for each of some clauses of a document, with a question that it answers."""
        document = searcher.library.documents[document_id]
        clauses = [
            clause
            for clause in document.parsed.clauses
            if clause.num is not None and clause.id in searcher.library.snapshot.position
        ]
        apart = -(-len(clauses) // MOST_STEPS) or 1
        return cls(
            language,
            title=document.entry.title,
            steps=[
                StepDraft(clause.id, _question_of(searcher, document, clause, language))
                for clause in clauses[::apart]
            ],
        )

    def move(self, at: int, by: int) -> None:
        """Move a step before or after its neighbours; one at the end stays there."""
        step = self.steps.pop(at)
        self.steps.insert(max(at + by, 0), step)

    def drop(self, at: int) -> None:
        del self.steps[at]

    def missing(self) -> list[tuple[str, int]]:
        """What has no words in any language, with the number of its step, 0 for the lesson; and
        of answers to choose from, the side without which there is no choice."""
        kept = self.kept
        lacking = [
            (what, 0)
            for what, text, before in (
                ("title", self.title, kept and kept.title),
                ("summary", self.summary, kept and kept.summary),
                ("step", " ".join(step.clause for step in self.steps), None),
            )
            if not (text.strip() or before)
        ]
        for number, step in enumerate(self.steps, start=1):
            lacking += [
                (what, number)
                for what, text in (("question", step.question), ("notice", step.notice))
                if not (text.strip() or step.kept)
            ]
            if bool(step.right.strip()) != bool(step.wrong.strip()):
                lacking.append(("choice", number))
        return lacking

    def made(self) -> LessonFile:
        """Raises ValidationError unless :meth:`missing` is empty."""
        kept = self.kept
        return LessonFile(
            title=_words(self.title, self.language, kept.title if kept else None),
            summary=_words(self.summary, self.language, kept.summary if kept else None),
            step=tuple(step.made(self.language) for step in self.steps),
        )

    def free_id(self, taken: Collection[str]) -> str:
        """The lesson's own id, or for a new one an id made of its title that is not taken.

        >>> LessonDraft("en", title="Who pays, and when?").free_id(["who-pays-and-when"])
        'who-pays-and-when-2'
        """
        if self.id is not None:
            return self.id
        words = re.sub(r"[^a-z0-9]+", "-", self.title.lower())[:_LONGEST_ID].strip("-") or "lesson"
        ids = (words if n == 1 else f"{words}-{n}" for n in range(1, len(taken) + 2))
        return next(one for one in ids if one not in taken)


def _question_of(
    searcher: Searcher, document: CorpusDocument, clause: Clause, language: Language
) -> str:
    """The first question that a clause answers; the last one, by its place, where it answers none."""
    questions = list(questions_of(searcher, document, clause, language))
    return next(answered_by(clause, questions, searcher), questions[-1])


def _words(text: str, language: Language, kept: Words | None) -> Words:
    """A text in one language, with what was kept of it in the other."""
    told = kept.model_dump() if kept else {}
    return Words.model_validate({**told, language: text.strip() or None})
