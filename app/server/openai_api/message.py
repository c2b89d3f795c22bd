"""An answer as one message in Markdown: quotes, where they stand, status, links to the page."""

import re

from app.contract import Answer, Citation, Purpose, Row
from app.library import Library
from app.plain_text import capitalized
from app.server.service import Service
from app.wording import (
    Language,
    locator_in,
    part_not_covered,
    row_words,
    status_line,
    uncertain,
    with_short,
)
from ingest.errors import UnknownClause

#: signs to which Markdown gives a meaning
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_WORDS: dict[str, dict[Language, str]] = {
    "read": {"en": "read it in its place", "zh": "查看原文"},
    "proof": {"en": "by {locator}", "zh": "依据{locator}"},
    "as_of": {"en": "As of {day}.", "zh": "截至{day}。"},
}


def message_text(answer: Answer, service: Service, language: Language) -> str:
    """The whole message: the line in short, the rows of several clauses, and the quotes with
    locator, status and link. The fixed words of a refusal stand before its nearest clauses, the
    lines of an answer on whole documents before their clauses."""
    library = service.desk.library()
    parts = []
    if answer.purpose is not Purpose.CLAUSES:
        parts.append(_plain(answer.answer))
        parts += [f"- {_plain(question)}" for question in answer.suggestions]
    elif not answer.answered:
        # goes on with the nearest clauses, or with the quote, which follow as such
        parts.append(_plain(answer.lead))
    elif answer.short is not None:
        parts.append(_plain(with_short("", answer.short, language).strip()))
    if answer.reserved:
        parts.append(uncertain(language, len(answer.citations)))
    parts += [_row(row, language) for row in answer.rows]
    parts += [_quote(citation, answer, library, service, language) for citation in answer.citations]
    if answer.citations and answer.answered:
        parts.append(_WORDS["as_of"][language].format(day=answer.as_of))
    parts += [f"*{_plain(note)}*" for note in answer.notes]
    return "\n\n".join(parts)


def _row(row: Row, language: Language) -> str:
    """A side, a part, or what of a clause is asked for, with the numbers of its quotes."""
    if not row.citations:
        return f"- {_plain(part_not_covered(row.words, language))}"
    marks = " ".join(f"[{n}]" for n in row.citations)
    said = " ".join(filter(None, (row_words(row, language), "; ".join(row.phrases))))
    return f"- {_plain(said)} {marks}"


def _quote(
    citation: Citation, answer: Answer, library: Library, service: Service, language: Language
) -> str:
    quoted = "\n".join(f"> {_plain(line)}" for line in citation.quote.splitlines())
    words = str(citation.status)
    try:
        status = library.status(library.clause(citation.clause_id), answer.as_of)
        words = status_line(status, language)
    except UnknownClause:
        pass  # the corpus has moved on since: the status of the answer itself stands
    where = f"{capitalized(locator_in(citation.locator, language))}, {citation.title}"
    link = service.page_of(clause=citation.clause_id)
    line = f"[{citation.n}] **{_plain(where)}** — {_plain(words)} ([{_WORDS['read'][language]}]({link}))"
    if citation.status_proof:
        line += f" ({_proof(citation, citation.status_proof, library, service, language)})"
    return f"{quoted}\n\n{line}"


def _proof(
    citation: Citation, proof: str, library: Library, service: Service, language: Language
) -> str:
    """What says so, as a link: its locator, with the document where it is another one."""
    try:
        clause = library.clause(proof)
    except UnknownClause:  # the corpus has moved on since
        where = proof
    else:
        where = locator_in(clause.locator, language)
        title = library.documents[clause.document_id].entry.title
        where = where if title == citation.title else f"{where}, {title}"
    words = _WORDS["proof"][language].format(locator=where)
    return f"[{_plain(words)}]({service.page_of(clause=proof)})"


def _plain(text: str) -> str:
    """Words that Markdown shows as they are."""
    return _SIGNS.sub(r"\\\1", text)
