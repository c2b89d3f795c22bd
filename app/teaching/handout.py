"""A lesson on paper: every step with its clause, its status and what to notice."""

from datetime import datetime

from app.packs.export.model import Block, Export, ExportParagraph, Heading, Quote
from app.teaching.lessons import LessonView, StepView
from app.texts import texts
from app.wording import Language, day_words

#: lines to write on, and characters of each
_LINES, _RULE = 3, 60
_BOX, _TICKED = "□", "■"


def hand_out(
    lesson: LessonView,
    language: Language,
    fingerprint: str,
    made_at: datetime,
    *,
    answers: bool = True,
) -> Export:
    """The lesson as an export; ``fingerprint`` of the corpus from which it quotes; without
    ``answers``: questions, where to look, and room to write."""
    say = texts(language).text
    blocks: list[Block] = [ExportParagraph(lesson.summary)]
    for step in lesson.steps:
        blocks += _step(step, language) if answers else _asked(step)
    made = day_words(made_at.date(), language)
    return Export(
        title=lesson.title,
        blocks=tuple(blocks),
        language=language,
        made_at=made_at,
        footer=say("lessons.footer", day=made, fingerprint=fingerprint),
    )


def _asked(step: StepView) -> list[Block]:
    heading = Heading(f"{step.number}. {step.question}", 2)
    where = ExportParagraph(f"{step.source} ({step.place.link})", "small")
    if step.answers:
        return [heading, *_choices(step, is_ticked=False), where]
    return [heading, *[ExportParagraph("_" * _RULE)] * _LINES, where]


def _choices(step: StepView, *, is_ticked: bool) -> list[Block]:
    """Boxes to tick; ``is_ticked``: that of the right one is."""
    return [
        ExportParagraph(
            f"{_TICKED if is_ticked and place == 0 else _BOX} {step.choice(place)}",
            "strong" if is_ticked and place == 0 else "plain",
        )
        for place in step.order
    ]


def _step(step: StepView, language: Language) -> list[Block]:
    say = texts(language).text
    blocks: list[Block] = [Heading(f"{step.number}. {step.question}", 2)]
    if step.answers:
        blocks += _choices(step, is_ticked=True)
    blocks.append(Quote(step.quote))
    day = say("answer.as_of", day=day_words(step.as_of, language))
    blocks.append(
        ExportParagraph(
            f"{step.source} ({step.place.link}): {step.status_words} ({day})",
            "small",
        )
    )
    blocks.append(ExportParagraph(say("lessons.notice_line", notice=step.notice)))
    return blocks
