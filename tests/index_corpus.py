"""Two small corpora for the tests of the index, embedded for real, once, into a cache."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from ingest.index.build import BuildResult, build_index
from ingest.index.cache import CachedEmbedder
from ingest.index.content import IndexedDocument, SearchUnit
from ingest.models.clause_model import ClauseEmbedder, ClauseModel
from ingest.text.tokenizer import Tokenizer

TOKENIZER = Tokenizer(["海关"])
#: opened when a text is embedded that no cache holds
MODEL = ClauseModel(threads=1)

Corpus = list[tuple[IndexedDocument, list[SearchUnit]]]


def document(document_id: str, *bodies: str) -> tuple[IndexedDocument, list[SearchUnit]]:
    units = [
        SearchUnit(f"{document_id}#{number}", document_id, f"Rules {document_id}", "", body, "")
        for number, body in enumerate(bodies, 1)
    ]
    return IndexedDocument(
        document_id, f"sha of {document_id}", b'{"of": "%s"}' % document_id.encode()
    ), units


GOODS = document(
    "goods",
    "Bonded goods shall be declared separately.",
    "Solid wastes may not be transited out of the control areas.",
)
ANIMALS = document("animals", "Each participant can bring one companion animal, a dog or a cat.")
PERMITS = document(
    "permits", "A quarantine permit is needed for plants.", "Permits are valid for one year."
)
NEW_PERMITS = document(
    "permits", "A quarantine permit costs 5,461 yuan.", "Permits are valid for one year."
)

CORPUS_A: Corpus = [GOODS, ANIMALS, PERMITS]
CORPUS_B: Corpus = [GOODS, NEW_PERMITS]


def build(
    root: Path, corpus: Corpus, *, on_server: bool = False, in_database: bool = False
) -> BuildResult:
    """Build the index folder ``root`` with the cache beside it."""
    with closing(CachedEmbedder(MODEL, root.parent / "embeddings.sqlite")) as model:
        return build_with(root, corpus, model, on_server=on_server, in_database=in_database)


def build_with(
    root: Path,
    corpus: Iterable[tuple[IndexedDocument, Sequence[SearchUnit]]],
    model: ClauseEmbedder,
    *,
    on_server: bool = False,
    in_database: bool = False,
) -> BuildResult:
    return build_index(
        root,
        corpus,
        model,
        TOKENIZER,
        lambda _stage, _done, _total: None,
        on_server=on_server,
        in_database=in_database,
    )
