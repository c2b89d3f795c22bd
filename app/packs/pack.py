"""An evidence pack: answers with all that is needed to prove them against the corpus later.

It is JSON over which a sha256 stands; :mod:`app.packs.file` writes it into the
files that people read, :mod:`app.packs.verification` holds it against a corpus.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any, Literal

from pydantic import ValidationError

from app.contract import Answer, Citation, Frozen, Purpose, Rejected, Row, ShortAnswer, Statement
from app.library import Library
from app.texts import texts
from app.views.quote_place import find_quote
from app.wording import Language, citation_name, status_line
from ingest.corpus.documents import CorpusDocument
from ingest.errors import ClauseDeskError
from ingest.facts.modifications import Status
from ingest.structure import Clause

FORMAT = "clause-desk-evidence-pack"
#: another layout, or other words around it, take another number: old packs are still proven
VERSION = 4
#: those that are still read: what a later one has more, they say nothing of
_READ = (3, VERSION)
#: hexadecimal digits by which a clause that is not quoted is told from another one
_DIGITS = 16
_MAKERS = ("clause-desk", "fpdf2", "fonttools", "justmytype-intl-cjk", "pypdf", "python-docx")


class NoPack(ClauseDeskError):
    """A file that holds no evidence pack, or one that this program cannot read."""


class TamperedPack(ClauseDeskError):
    """An evidence pack that does not agree with itself."""


class Proof(Frozen):
    """The clause that proves a status, to the letter."""

    clause_id: str
    locator: str
    text: str
    start: int
    end: int
    sha256: str


class PackedClause(Frozen):
    """A quote of an answer, with the unofficial translations of its sentences. ``status`` to ``proof``: on the answer's day, by the corpus of
    the pack, where that still holds the clause."""

    citation: Citation
    sha256: str  # of the quote
    translations: tuple[str, ...]
    status: Status
    since: date | None
    status_words: str
    proof: Proof | None


class PackedAnswer(Frozen):
    """One answer: its clauses, the line in short above them if there is one; the lines of one on
    whole documents; or a refusal."""

    question: str
    asked_at: datetime | None
    as_of: date
    documents: tuple[str, ...]  # names of those that were asked; (): all
    refusal: str | None  # what the reader was told instead of an answer
    purpose: Purpose
    lead: str  # above the lines of an answer on whole documents
    lines: tuple[Statement, ...]
    refusal_reason: str | None
    confidence: float
    short: ShortAnswer | None
    left_out: tuple[Rejected, ...]
    rows: tuple[Row, ...]  # of a question that several clauses answer
    certain: bool = True  # as in the answer
    missing: tuple[str, ...]  # what the quotes cite and the corpus does not hold
    clauses: tuple[PackedClause, ...]
    searched_for: tuple[str, ...]
    model: str | None
    prompt: str | None
    notes: tuple[str, ...]
    corpus_fingerprint: str  # of the corpus that was asked


class PackedDocument(Frozen):
    """``clauses``: by id, the beginning of the sha256 of each clause's words."""

    id: str
    title: str
    name: str
    source: str
    file: str
    sha256: str
    issued: date | None
    in_force_from: date | None
    text_since: date | None
    clauses: dict[str, str]


class EvidencePack(Frozen):
    """``corpus_fingerprint``: of the corpus when the pack was made."""

    title: str
    language: Language
    made_at: datetime
    made_with: dict[str, str]  # program -> version
    corpus_fingerprint: str
    answers: tuple[PackedAnswer, ...]
    documents: tuple[PackedDocument, ...]

    def to_json(self) -> dict[str, Any]:
        """What was written: a pack of an older version has no fields of a later one."""
        return self.model_dump(mode="json", exclude_unset=True)

    @property
    def sha256(self) -> str:
        return sha256(json.dumps(self.to_json(), sort_keys=True, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class AnswerToPack:
    """An answer to be packed, and when it was asked for."""

    answer: Answer
    at: datetime | None = None


def make_pack(
    asked: Sequence[AnswerToPack],
    library: Library,
    language: Language,
    made_at: datetime,
    title: str | None = None,
) -> EvidencePack:
    """Pack answers with what the corpus says of their clauses now.

    ``title``: of a conversation; None for the title of a single answer's pack.
    """
    answers = tuple(_answer(one, library, language) for one in asked)
    cited = dict.fromkeys(
        id_
        for answer in answers
        for clause in answer.clauses
        for id_ in (
            clause.citation.document_id,
            *([document_of(clause.proof.clause_id)] if clause.proof else []),
        )
    )
    return EvidencePack(
        title=title or texts(language).text("pack.title"),
        language=language,
        made_at=made_at.astimezone(UTC).replace(microsecond=0),
        made_with=makers(),
        corpus_fingerprint=library.snapshot.fingerprint,
        answers=answers,
        documents=tuple(
            _document(library.documents[id_]) for id_ in cited if id_ in library.documents
        ),
    )


def makers() -> dict[str, str]:
    """The programs that write a pack, with their versions."""
    return {name: version(name) for name in _MAKERS}


def to_json(pack: EvidencePack, version: int = VERSION) -> str:
    """ASCII, one value a line; the same pack gives the same text. ``version``: of its format."""
    whole = {
        "format": FORMAT,
        "version": version,
        "sha256": pack.sha256,
        "pack": pack.to_json(),
    }
    return json.dumps(whole, indent=1)


def from_json(text: str) -> EvidencePack:
    """Raises NoPack for what is none, TamperedPack for one that was changed."""
    try:
        whole = json.loads(text)
        is_pack = whole["format"] == FORMAT
    except (ValueError, KeyError, TypeError, RecursionError):
        is_pack = False
    if not is_pack:
        raise NoPack("the file holds no evidence pack")
    if whole.get("version") not in _READ:
        raise NoPack(
            f"the evidence pack has format {whole.get('version')}, this program reads format "
            f"{VERSION}: use the program's version that wrote it"
        )
    try:
        pack = EvidencePack.model_validate_json(json.dumps(whole["pack"]))
    except (KeyError, ValidationError, ValueError) as error:
        raise TamperedPack(
            "the evidence pack was changed after it was made: its data have another shape"
        ) from error
    if whole.get("sha256") != pack.sha256 or to_json(pack, whole["version"]) != text:
        raise TamperedPack(
            "the evidence pack was changed after it was made: its data do not have the sha256 "
            "that stands with them"
        )
    _agree_with_themselves(pack)
    return pack


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def clause_hashes(document: CorpusDocument) -> dict[str, str]:
    return {clause.id: sha256(clause.text)[:_DIGITS] for clause in document.parsed.clauses}


def document_of(clause_id: str) -> str:
    return clause_id.partition("#")[0]


def _answer(asked: AnswerToPack, library: Library, language: Language) -> PackedAnswer:
    answer = asked.answer
    return PackedAnswer(
        question=answer.question,
        asked_at=asked.at.astimezone(UTC).replace(microsecond=0) if asked.at else None,
        as_of=answer.as_of,
        documents=tuple(
            citation_name(held.entry, language) if (held := library.documents.get(one)) else one
            for one in answer.documents
        ),
        refusal=None if answer.answered else answer.answer,
        purpose=answer.purpose,
        lead=answer.lead if answer.answered and answer.purpose is not Purpose.CLAUSES else "",
        refusal_reason=answer.refusal_reason,
        confidence=answer.confidence,
        lines=answer.lines,
        short=answer.short,
        left_out=answer.rejected,
        rows=answer.rows,
        certain=answer.certain,
        missing=tuple(one.words for one in answer.mentioned if one.document_id is None),
        clauses=tuple(_clause(answer, c, library, language) for c in answer.citations),
        searched_for=answer.searched_for,
        model=answer.model,
        prompt=answer.prompt,
        notes=answer.notes,
        corpus_fingerprint=answer.corpus_fingerprint,
    )


def _clause(
    answer: Answer, citation: Citation, library: Library, language: Language
) -> PackedClause:
    translations = answer.translations_of(citation.n)
    _, place = find_quote(library.documents, citation)
    if place is None:
        gone = texts(language).text("pack.gone_already")
        return PackedClause(
            citation=citation,
            sha256=sha256(citation.quote),
            translations=translations,
            status=citation.status,
            since=None,
            status_words=gone,
            proof=None,
        )
    clause = library.clause(place.link)
    status = library.status(clause, answer.as_of)
    return PackedClause(
        citation=citation,
        sha256=sha256(citation.quote),
        translations=translations,
        status=status.status,
        since=status.since,
        status_words=status_line(status, language),
        proof=_proof(library.clause(status.proof)) if status.proof else None,
    )


def _proof(clause: Clause) -> Proof:
    return Proof(
        clause_id=clause.id,
        locator=clause.locator,
        text=clause.text,
        start=clause.start,
        end=clause.end,
        sha256=sha256(clause.text),
    )


def _document(document: CorpusDocument) -> PackedDocument:
    entry, facts = document.entry, document.facts
    return PackedDocument(
        id=entry.id,
        title=entry.title,
        name=entry.citation_name,
        source=entry.source,
        file=entry.file,
        sha256=entry.sha256,
        issued=facts.issued,
        in_force_from=facts.in_force_from,
        text_since=document.expression.since,
        clauses=clause_hashes(document),
    )


def _agree_with_themselves(pack: EvidencePack) -> None:
    """Whoever writes a new sha256 over changed data must have changed all of them."""
    for answer in pack.answers:
        numbers = {clause.citation.n for clause in answer.clauses}
        for clause in answer.clauses:
            quote, citation = clause.citation.quote, clause.citation
            stretches: list[tuple[Literal["quote", "proof"], str, int, int, str]] = [
                ("quote", quote, citation.start, citation.end, clause.sha256)
            ]
            if clause.proof is not None:
                proof = clause.proof
                stretches.append(("proof", proof.text, proof.start, proof.end, proof.sha256))
            for what, text, start, end, digest in stretches:
                if len(text) != end - start or sha256(text) != digest:
                    raise TamperedPack(
                        f"the evidence pack was changed after it was made: the {what} of "
                        f"{citation.clause_id} does not have its length or its sha256"
                    )
        citing: tuple[Statement | Row | ShortAnswer, ...] = (*answer.lines, *answer.rows)
        for cited in (*citing, answer.short):
            if cited is not None and not numbers.issuperset(cited.citations):
                raise TamperedPack(
                    "the evidence pack was changed after it was made: a line of it cites a "
                    "clause that is not in it"
                )
