"""An evidence pack held against the corpus as it is now: what still stands, what has changed.

The documents of the pack are looked at as they lie in the corpus folder; a file that was
changed without the index having been told is read anew.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.contract import Citation
from app.library import Library
from app.packs.pack import (
    EvidencePack,
    PackedClause,
    PackedDocument,
    Proof,
    TamperedPack,
    clause_hashes,
    document_of,
)
from app.views.quote_place import QuoteState, find_quote
from app.wording import status_line
from ingest.corpus.alignment import OTHER_NUMBER, likeness
from ingest.corpus.catalog import document_path
from ingest.corpus.documents import CorpusDocument, timeline_of
from ingest.corpus.versions import compare, marked
from ingest.errors import UnreadableDocument
from ingest.facts.modifications import Timeline
from ingest.index.units import quoted_text
from ingest.pipeline import read_document
from ingest.settings import Settings
from ingest.structure import Clause

#: ids of changed clauses told in one line
_TOLD = 20


class Standing(StrEnum):
    UNCHANGED = "unchanged"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"
    STATUS = "status"  # the words stand, their status is another


@dataclass(frozen=True, slots=True)
class PackFinding:
    """What has become of a clause or a document, in one line."""

    subject: str
    standing: Standing
    line: str


@dataclass(frozen=True, slots=True)
class PackProof:
    findings: tuple[PackFinding, ...]

    @property
    def is_proven(self) -> bool:
        return all(finding.standing is Standing.UNCHANGED for finding in self.findings)


def prove(pack: EvidencePack, library: Library, settings: Settings) -> PackProof:
    """Raises TamperedPack for words that this very corpus never had, UnreadableDocument for
    a document of the pack that can no longer be read."""
    now = _Corpus(pack, library, settings)
    found: list[PackFinding] = []
    for document in pack.documents:
        found += _not_false(now.document(document), now.is_one(pack.corpus_fingerprint))
    for answer in pack.answers:
        # an old answer may have been packed when its corpus had moved on already
        is_its_corpus = now.is_one(answer.corpus_fingerprint)
        for clause in answer.clauses:
            found += _not_false(now.clause(clause, answer.as_of), is_its_corpus)
    # a clause may be cited by several answers of a conversation
    return PackProof(tuple(dict.fromkeys(found)))


def _not_false(findings: Iterator[PackFinding], is_its_corpus: bool) -> Iterator[PackFinding]:
    for finding in findings:
        if is_its_corpus and finding.standing is not Standing.UNCHANGED:
            raise TamperedPack(
                f"the evidence pack is false: the corpus is the one from which it was made, but "
                f"{finding.subject} {finding.line}"
            )
        yield finding


class _Corpus:
    """The corpus now, the documents of a pack as their files are at this moment."""

    def __init__(self, pack: EvidencePack, library: Library, settings: Settings) -> None:
        self._library = library
        self._language = pack.language
        self._documents: Mapping[str, CorpusDocument] = library.documents
        self._timeline: Timeline = library.timeline
        self._not_indexed: set[str] = set()
        anew: dict[str, CorpusDocument] = {}
        for id_ in {document.id for document in pack.documents} & library.documents.keys():
            entry = library.documents[id_].entry
            try:
                data = document_path(settings.corpus, entry).read_bytes()
            except OSError as error:
                raise UnreadableDocument(
                    f"document {id_}: its file {entry.file} cannot be read ({error.strerror}): "
                    "put it back"
                ) from error
            digest = hashlib.sha256(data).hexdigest()
            if digest != entry.sha256:
                anew[id_] = read_document(entry.model_copy(update={"sha256": digest}), settings)
        if anew:
            self._documents = {**library.documents, **anew}
            self._timeline = timeline_of(self._documents)
        self._not_indexed = set(anew)

    def is_one(self, fingerprint: str) -> bool:
        """Whether this is that corpus, with no file changed under it."""
        return not self._not_indexed and self._library.snapshot.fingerprint == fingerprint

    def document(self, packed: PackedDocument) -> Iterator[PackFinding]:
        document = self._documents.get(packed.id)
        if document is None:
            others = self._other_texts(packed)
            instead = f"; another text of it is there: {', '.join(others)}" if others else ""
            yield PackFinding(
                packed.id, Standing.GONE, f"the document is not in the corpus{instead}"
            )
            return
        if document.entry.sha256 == packed.sha256:
            lines = list(self._facts(packed, document))
            if lines:
                yield PackFinding(packed.id, Standing.CHANGED, "; ".join(lines))
            else:
                yield PackFinding(packed.id, Standing.UNCHANGED, "the document is the same file")
            return
        now = clause_hashes(document)
        other = [
            id_ for id_, digest in packed.clauses.items() if now.get(id_) not in (None, digest)
        ]
        lines = [
            f"the document is another file now (sha256 {document.entry.sha256})",
            *_listed("clauses with other words", other),
            *_listed("clauses gone", [id_ for id_ in packed.clauses if id_ not in now]),
            *_listed("new clauses", [id_ for id_ in now if id_ not in packed.clauses]),
            *self._facts(packed, document),
        ]
        if len(lines) == 1:
            lines.append("its clauses read the same")
        if packed.id in self._not_indexed:
            lines.append("the index does not know that file yet: run `python -m ingest verify`")
        yield PackFinding(packed.id, Standing.CHANGED, "; ".join(lines))

    def clause(self, packed: PackedClause, as_of: date) -> Iterator[PackFinding]:
        citation = packed.citation
        clause, finding = self._words(citation)
        if clause is not None:
            finding = self._status(packed, clause, as_of, finding)
        yield finding
        if packed.proof is not None:
            _, proof = self._words(_as_citation(packed.proof, citation))
            if proof.standing is not Standing.UNCHANGED:
                line = f"proves the status of {citation.clause_id}: {proof.line}"
                yield PackFinding(proof.subject, proof.standing, line)

    def _words(self, citation: Citation) -> tuple[Clause | None, PackFinding]:
        """What has become of a quote, and the clause in which it stands now."""

        def told(standing: Standing, line: str) -> PackFinding:
            return PackFinding(citation.clause_id, standing, line)

        document = self._documents.get(citation.document_id)
        if document is None:
            others = self._documents_with(citation.quote)
            instead = f"; the same words stand in {', '.join(others)}" if others else ""
            return None, told(Standing.GONE, f"its document is not in the corpus{instead}")
        state, place = find_quote(self._documents, citation)
        if place is not None:
            clause = document.parsed.by_id[place.link]
            if state is QuoteState.VERBATIM:
                return clause, told(Standing.UNCHANGED, f"{clause.locator}, word for word")
            line = f"word for word, but at {clause.id} ({clause.locator}), character {place.start}"
            return clause, told(Standing.MOVED, line)
        now = self._changed_into(citation, document)
        if now is None:
            return None, told(Standing.GONE, "no clause of its document has words like it any more")
        words = marked(compare(citation.quote, quoted_text(document.parsed, now)))
        where = "" if now.id == citation.clause_id else f" (now {now.id}, {now.locator})"
        return now, told(Standing.CHANGED, f"other words{where}: {' '.join(words.split())}")

    def _changed_into(self, citation: Citation, document: CorpusDocument) -> Clause | None:
        """The clause of the same number, unless another one is closer to the words."""
        parsed = document.parsed
        same = parsed.by_id.get(citation.clause_id)
        old = _bare_clause(citation)
        best, share = same, likeness(old, _whole(document, same)) if same else 0.0
        if share < OTHER_NUMBER:
            for clause in parsed.clauses:
                other = likeness(old, _whole(document, clause), OTHER_NUMBER)
                if other >= OTHER_NUMBER and other > share:
                    best, share = clause, other
        return best if share > 0 else None

    def _status(
        self, packed: PackedClause, clause: Clause, as_of: date, finding: PackFinding
    ) -> PackFinding:
        status = self._timeline.status(clause.document_id, clause.path, as_of)
        then = (packed.status, packed.since, packed.proof.clause_id if packed.proof else None)
        if then == (status.status, status.since, status.proof):
            return finding
        proof = f", proven by {status.proof}" if status.proof else ""
        line = (
            f"{finding.line}; status on {as_of}: “{packed.status_words}” then, "
            f"“{status_line(status, self._language)}” now{proof}"
        )
        standing = finding.standing
        return PackFinding(
            finding.subject, Standing.STATUS if standing is Standing.UNCHANGED else standing, line
        )

    def _facts(self, packed: PackedDocument, document: CorpusDocument) -> Iterator[str]:
        facts, entry = document.facts, document.entry
        for what, then, now in (
            ("title", packed.title, entry.title),
            ("issued", packed.issued, facts.issued),
            ("enters into force", packed.in_force_from, facts.in_force_from),
            ("text of", packed.text_since, document.expression.since),
        ):
            if then != now:
                yield f"{what}: “{then}” then, “{now}” now"

    def _other_texts(self, packed: PackedDocument) -> list[str]:
        """Documents of the same name: the text was added anew, or a newer one took its place."""
        return [
            id_
            for id_, document in self._documents.items()
            if packed.name in (document.entry.citation_name, document.entry.title)
            or packed.title == document.entry.title
        ]

    def _documents_with(self, quote: str) -> list[str]:
        return [id_ for id_, held in self._documents.items() if quote in held.parsed.text]


def _as_citation(proof: Proof, citation: Citation) -> Citation:
    return citation.model_copy(
        update={
            "clause_id": proof.clause_id,
            "document_id": document_of(proof.clause_id),
            "locator": proof.locator,
            "quote": proof.text,
            "start": proof.start,
            "end": proof.end,
        }
    )


def _bare_clause(citation: Citation) -> Clause:
    return Clause(
        id=citation.clause_id,
        document_id=citation.document_id,
        path=citation.clause_id.partition("#")[2],
        num=None,
        locator=citation.locator,
        headings=(),
        is_heading=False,
        start=citation.start,
        end=citation.end,
        text=citation.quote,
        parent=None,
        children=(),
    )


def _whole(document: CorpusDocument, clause: Clause) -> Clause:
    """A clause with the words that are quoted for it."""
    return replace(clause, text=quoted_text(document.parsed, clause))


def _listed(what: str, ids: list[str]) -> list[str]:
    if not ids:
        return []
    more = f" and {len(ids) - _TOLD} more" if len(ids) > _TOLD else ""
    return [f"{what}: {', '.join(ids[:_TOLD])}{more}"]
