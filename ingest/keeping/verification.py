"""Whether files, catalog and index still say the same, to the letter.

Every file is hashed and read again, and what comes out is compared with what
the index holds: clauses, offsets, dates, units. Each fault says what to do.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from ingest.corpus.catalog import CatalogEntry, prove_file, read_catalog
from ingest.corpus.documents import CorpusDocument, load_document, origin_of, recipe
from ingest.corpus.glossary import Glossary
from ingest.errors import CatalogError, IndexMissing, IndexUnusable, UnreadableDocument
from ingest.index.content import StoredDocument
from ingest.index.expected_questions import ExpectedQuestions
from ingest.index.snapshot import Snapshot, stored_documents
from ingest.index.units import units_of
from ingest.pipeline import clause_model, read_document
from ingest.settings import Settings
from ingest.structure import ParsedDocument
from ingest.text.tokenizer import Tokenizer

_BUILD = "run `python -m ingest build`"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a document, a file or the index, and what to do."""

    subject: str
    line: str


@dataclass(frozen=True, slots=True)
class Verification:
    documents: int
    clauses: int
    faults: tuple[Fault, ...]


def verify(settings: Settings) -> Verification:
    """Check everything; raises CatalogError only when the catalog itself cannot be read."""
    catalog = {entry.id: entry for entry in read_catalog(settings.corpus).document}
    faults: list[Fault] = []
    clauses = 0
    documents: list[CorpusDocument] = []
    stored = stored_documents(settings.index)
    questions = ExpectedQuestions.load(settings.corpus)
    for entry in catalog.values():
        try:
            prove_file(settings.corpus, entry)
            document = read_document(entry, settings)
        except (CatalogError, UnreadableDocument) as error:
            line = str(error).removeprefix(f"catalog entry {entry.id}: ")
            faults.append(Fault(entry.id, line))
            continue
        documents.append(document)
        clauses += len(document.parsed.clauses)
        lines = [
            *_offsets(document.parsed),
            *_against_index(document, questions, stored.get(entry.id)),
        ]
        faults += [Fault(entry.id, line) for line in lines]
    faults += _texts_of_works(documents)
    faults += _orphans(documents, questions)
    faults += _strangers(settings, catalog)
    faults += _index(settings)
    faults += [
        Fault(id_, f"the index holds it, the catalog does not: {_BUILD}")
        for id_ in stored
        if id_ not in catalog
    ]
    return Verification(len(catalog), clauses, tuple(faults))


def _offsets(parsed: ParsedDocument) -> Iterator[str]:
    """Each clause is its stretch of the text, and each character stands in one place."""
    wrong = [c.path for c in parsed.clauses if parsed.text[c.start : c.end] != c.text]
    if wrong:
        yield f"clauses {', '.join(wrong[:5])} are not the text at their offsets: report it"
    spans = [(clause.start, clause.end) for clause in parsed.clauses]
    spans += [(segment.start, segment.end) for segment in parsed.segments]
    position = 0
    for start, end in sorted(spans):
        if start != position:
            yield f"the text is not covered once at offset {min(start, position)}: report it"
            return
        position = end
    if position != len(parsed.text):
        yield f"the text is not covered from offset {position} on: report it"


def _against_index(
    document: CorpusDocument,
    questions: ExpectedQuestions,
    stored: StoredDocument | None,
) -> Iterator[str]:
    if stored is None:
        yield f"it is not in the index: {_BUILD}"
        return
    try:
        kept, units = stored.read()
        indexed = load_document(kept.payload, kept.head)
    except IndexUnusable as error:
        yield str(error)
        return
    if indexed.entry != document.entry:
        yield f"the index holds another catalog entry for it: {_BUILD}"
    elif indexed != document or units != questions.attached(
        units_of(document.entry, document.parsed)
    ):
        yield f"the index holds other clauses, dates or units than the file gives: {_BUILD}"
    else:
        origin = origin_of(stored.head)
        if origin is None or origin.recipe != recipe(document.entry):
            yield f"the index was built by another version of this program: {_BUILD}"


def _orphans(documents: list[CorpusDocument], questions: ExpectedQuestions) -> Iterator[Fault]:
    """Questions whose clause is gone from a document that is there (an edited text, say)."""
    by_id = {document.entry.id: document.parsed.by_id for document in documents}
    for clause_id in questions.clause_ids:
        document_id = clause_id.partition("#")[0]
        if document_id in by_id and clause_id not in by_id[document_id]:
            yield Fault(
                document_id,
                f"corpus/questions expects questions of {clause_id}, which the document does not "
                "hold: correct the id or delete the lines",
            )


def _texts_of_works(documents: list[CorpusDocument]) -> Iterator[Fault]:
    """Two texts of one Work need their days; else nobody can say which is in force."""
    by_work: dict[str, list[CorpusDocument]] = {}
    for document in documents:
        by_work.setdefault(document.entry.work_key, []).append(document)
        told, text = document.entry.expression_date, document.facts.amended
        if told is not None and text is not None and told < text:
            yield Fault(
                document.entry.id,
                f"expression_date {told} is before {text}, of which the text tells: "
                "the text counts; take expression_date out of the catalog",
            )
    for texts in by_work.values():
        for document in texts:
            if len(texts) > 1 and document.expression.since is None:
                yield Fault(
                    document.entry.id,
                    f"nothing tells since when this text of {document.entry.work_key} applies: "
                    "give expression_date in the catalog",
                )


def _strangers(settings: Settings, catalog: dict[str, CatalogEntry]) -> Iterator[Fault]:
    named = {entry.file for entry in catalog.values()}
    for path in sorted((settings.corpus / "documents").glob("*")):
        if path.name not in named:
            yield Fault(
                path.name,
                "no catalog entry names this file: add it (`python -m ingest add`) from another "
                "folder, or delete it",
            )


def _index(settings: Settings) -> Iterator[Fault]:
    """Whether the index can be searched: its parts are there, whole, and fit each other."""
    try:
        tokenizer = Tokenizer(Glossary.load(settings.corpus).terms)
        snapshot = Snapshot.open(settings.index, clause_model(), tokenizer)
        with closing(snapshot.vectors) as vectors:
            vectors.check(snapshot.manifest.rows)
    except (IndexMissing, IndexUnusable) as error:
        yield Fault("index", str(error))
