"""What a reader keeps, found by its words, and a folder of it as one document."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.following.checking import then
from app.following.followed import Followed, Warned
from app.following.lines import finding_view
from app.packs.export.model import Block, Export, ExportParagraph, Heading, Items, Quote
from app.texts import texts
from app.wording import Language, day_words


def found_by(words: str, kept: Iterable[Followed]) -> list[Followed]:
    """In which all the words stand: in title, folder, note, or in what is kept."""
    sought = words.casefold().split()
    if not sought:
        return list(kept)
    return [one for one in kept if _has(one, sought)]


def folder_document(
    folder: str,
    kept: Sequence[tuple[Followed, Sequence[Warned]]],
    language: Language,
    made_at: datetime,
) -> Export:
    """All that lies in a folder, each with its note, its words as they were kept, and what has
    been found to have changed since, the latest first."""
    say = texts(language).text
    blocks: list[Block] = []
    for followed, warnings in kept:
        blocks += _kept(followed, warnings, language)
    return Export(
        title=folder,
        blocks=tuple(blocks),
        language=language,
        made_at=made_at,
        footer=say("following.folder_footer", day=day_words(made_at.date(), language)),
    )


def _has(one: Followed, sought: Sequence[str]) -> bool:
    pieces = [one.title, one.folder, one.note]
    for telling in then(one):
        pieces += [telling.question, telling.text, *(" ".join(quote) for quote in telling.quotes)]
    words = "\n".join(pieces).casefold()
    return all(word in words for word in sought)


def _kept(followed: Followed, warnings: Sequence[Warned], language: Language) -> list[Block]:
    say = texts(language).text
    day = day_words(followed.since.astimezone().date(), language)
    since = say("following.since", kind=say(f"following.{followed.kind}"), day=day)
    blocks: list[Block] = [Heading(followed.title), ExportParagraph(since, "small")]
    if followed.note:
        blocks.append(ExportParagraph(say("following.note_line", note=followed.note)))
    for telling in then(followed):
        if telling.question and telling.question != followed.title:
            blocks.append(Heading(telling.question, 2))
        if telling.as_of is not None:
            as_of = say("answer.as_of", day=day_words(telling.as_of, language))
            blocks.append(ExportParagraph(as_of, "small"))
        blocks.append(ExportParagraph(telling.text))
        for place, quote in telling.quotes:
            blocks += [ExportParagraph(place, "strong"), Quote(quote)]
    changes = tuple(
        finding_view(finding, warned.at.astimezone().date(), language).text
        for warned in warnings
        for finding in warned.findings
    )
    if changes:
        blocks += [Heading(say("following.changed"), 2), Items(changes)]
    else:
        blocks.append(ExportParagraph(say("following.no_change"), "small"))
    return blocks
