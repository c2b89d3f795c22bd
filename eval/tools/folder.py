"""A folder of documents as a library of its own, made as `python -m ingest add` would make it.

file -> loader -> proposed entry -> clauses -> index
"""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.library import Library
from eval.errors import CannotRun
from eval.training.documents import MADE_UP
from ingest.corpus.catalog import CatalogEntry
from ingest.corpus.documents import dump_document
from ingest.corpus.glossary import Glossary
from ingest.errors import ClauseDeskError
from ingest.index.build import Progress, build_index
from ingest.index.cache import CachedEmbedder
from ingest.index.content import IndexedDocument, SearchUnit
from ingest.index.snapshot import Snapshot
from ingest.index.units import units_of
from ingest.keeping.proposal import Corrections, propose
from ingest.loaders import load
from ingest.pipeline import CACHE, clause_model, document_from
from ingest.settings import Settings
from ingest.text.tokenizer import Tokenizer

#: how the names of the corpus's documents begin among those that questions name
OF_CORPUS = "documents/"


@dataclass(frozen=True, slots=True)
class DocumentPlaces:
    """Where the documents lie that questions name: ``questions`` holds the made-up ones."""

    questions: Path
    corpora: Path
    corpus: Path

    def file_of(self, name: str) -> Path:
        if name.startswith(MADE_UP):
            return self.questions / "rules" / name[len(MADE_UP) :]
        return (self.corpus if name.startswith(OF_CORPUS) else self.corpora) / name


@dataclass(frozen=True, slots=True)
class Folder:
    """``ids``: a document's id by the name of its file."""

    library: Library
    ids: dict[str, str]


def open_folder(
    files: Iterable[tuple[str, Path]], settings: Settings, root: Path, progress: Progress
) -> Folder:
    """The files, each with its name, indexed in ``root`` without a glossary, opened.

    Raises CannotRun, naming the file, for one that cannot be read.
    """
    held: dict[str, CatalogEntry] = {}
    ids: dict[str, str] = {}
    indexed: list[tuple[IndexedDocument, list[SearchUnit]]] = []
    named = list(files)
    for done, (name, path) in enumerate(named):
        progress("read", done, len(named))
        try:
            source = load(path, settings.loading)
            data = path.read_bytes()
            proposed = propose(source, data, path.name, held, Corrections(), corrected_later=True)
            entry = proposed.entry
            document = document_from(entry, source)
        except (OSError, ClauseDeskError) as error:
            raise CannotRun(f"{path} cannot be read: {error}") from error
        held[entry.id] = entry
        ids[name] = entry.id
        kept = IndexedDocument(entry.id, entry.sha256, *dump_document(document))
        indexed.append((kept, units_of(entry, document.parsed)))
    tokenizer, glossary = Tokenizer(()), Glossary(())
    with closing(CachedEmbedder(clause_model(), settings.var / CACHE)) as model:
        build_index(root, indexed, model, tokenizer, progress)
    snapshot = Snapshot.open(root, clause_model(), tokenizer)
    return Folder(Library(snapshot, glossary, tokenizer), ids)
