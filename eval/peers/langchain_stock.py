"""The stock LangChain recipe: its tutorial's splitter, embeddings and Chroma in memory.

Only the language model at its end is left out: what it is given to read is compared.
"""

from langchain_core.embeddings import Embeddings

from eval.peers.chunks import Chunk, recursive_chunks
from eval.peers.passage_finder import RANKED, PassageFinder, Scored
from eval.peers.vectors import cosine_to_confidence
from eval.run.corpus_view import CorpusView
from ingest.models.embedding import MiniLMEmbeddings

#: rows a call; Chroma takes at most 5,461
_ADDED_AT_ONCE = 5_000


def langchain_stock(corpus: CorpusView, embeddings: Embeddings | None = None) -> PassageFinder:
    """Index the corpus as ``Chroma.from_documents`` does and search it by similarity.

    ``embeddings``: MiniLM if None. The recipe's one call ends at Chroma's 5,461 rows, so a
    larger corpus is added in several.
    """
    import chromadb
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from langchain_core.documents import Document

    chunks = recursive_chunks(corpus)
    # Clients in memory share their collections within a process, so the name carries the
    # corpus: a second corpus must not be added to the first.
    store = Chroma(
        collection_name=f"peer-{corpus.fingerprint[:16]}",
        embedding_function=embeddings or MiniLMEmbeddings(),
        client=chromadb.EphemeralClient(Settings(anonymized_telemetry=False)),
    )
    store.reset_collection()
    documents = [
        Document(chunk.text, metadata={"document_id": chunk.document_id, "start": chunk.start})
        for chunk in chunks
    ]
    for start in range(0, len(documents), _ADDED_AT_ONCE):
        store.add_documents(documents[start : start + _ADDED_AT_ONCE])

    def search(query: str) -> list[Scored]:
        found = store.similarity_search_with_score(query, k=min(RANKED, len(chunks)))
        # The recipe's default space is squared L2; on unit vectors that is 2 - 2 cosine.
        return [Scored(_chunk(document), 1 - distance / 2) for document, distance in found]

    def _chunk(document: Document) -> Chunk:
        text, start = document.page_content, int(document.metadata["start"])
        return Chunk(document.metadata["document_id"], start, start + len(text), text)

    return PassageFinder(search, cosine_to_confidence, corpus.fingerprint)
