"""An answer as one message in Markdown: quotes, where they stand, status, links to the page."""

import re

from app.answer.stream import Answered, AnswerEvent, Searched, StatementChecked
from app.contract import Answer, Citation
from app.library import Library
from app.plain_text import capitalized
from app.server.service import Service
from app.wording import Language, locator_in, status_line
from ingest.errors import UnknownClause

#: signs to which Markdown gives a meaning
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_WORDS: dict[str, dict[Language, str]] = {
    "read": {"en": "read it in its place", "zh": "查看原文"},
    "proof": {"en": "says so", "zh": "依据"},
    "as_of": {"en": "As of {day}.", "zh": "截至{day}。"},
}


def statement_text(event: StatementChecked) -> str:
    return f"{_plain(event.line)}\n\n"


def quotes_text(answer: Answer, service: Service, language: Language) -> str:
    """The quotes with locator, status and link; the fixed words of a refusal stand before them."""
    library = service.desk.library()
    parts = []
    if not answer.answered:
        # goes on with the nearest clauses, or with the quote, which follow as such
        parts.append(_plain(answer.answer.partition("\n\n")[0]))
    parts += [_quote(citation, answer, library, service, language) for citation in answer.citations]
    if answer.answered:
        parts.append(_WORDS["as_of"][language].format(day=answer.as_of))
    parts += [f"*{_plain(note)}*" for note in answer.notes]
    return "\n\n".join(parts)


def message_text(events: list[AnswerEvent], service: Service, language: Language) -> str:
    """The whole message of an answer that has ended."""
    said = "".join(statement_text(one) for one in events if isinstance(one, StatementChecked))
    last = events[-1]
    assert isinstance(last, Answered | Searched)
    return said + quotes_text(last.answer, service, language)


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
        proof = service.page_of(clause=citation.status_proof)
        line += f" ([{_plain(citation.status_proof)}]({proof}) {_WORDS['proof'][language]})"
    return f"{quoted}\n\n{line}"


def _plain(text: str) -> str:
    """Words that Markdown shows as they are."""
    return _SIGNS.sub(r"\\\1", text)
