"""The stock LangChain recipe: its tutorial's splitter, embeddings and Chroma in memory.

Only the language model at its end is left out: what it is given to read is compared.
"""

from eval.corpus_view import CorpusView
from eval.peers.chunks import Chunk, recursive_chunks
from eval.peers.passage_finder import RANKED, PassageFinder, Scored
from eval.peers.vectors import cosine_to_confidence
from ingest.embeddings import MiniLMEmbeddings


def langchain_stock(corpus: CorpusView) -> PassageFinder:
    """Index the corpus as ``Chroma.from_documents`` does and search it by similarity."""
    import chromadb
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from langchain_core.documents import Document

    chunks = recursive_chunks(corpus)
    # Clients in memory share their collections within a process, so the name carries the
    # corpus: a second corpus must not be added to the first.
    store = Chroma(
        collection_name=f"peer-{corpus.fingerprint[:16]}",
        embedding_function=MiniLMEmbeddings(),
        client=chromadb.EphemeralClient(Settings(anonymized_telemetry=False)),
    )
    store.reset_collection()
    store.add_documents(
        [
            Document(chunk.text, metadata={"document_id": chunk.document_id, "start": chunk.start})
            for chunk in chunks
        ]
    )

    def search(query: str) -> list[Scored]:
        found = store.similarity_search_with_score(query, k=min(RANKED, len(chunks)))
        # The recipe's default space is squared L2; on unit vectors that is 2 - 2 cosine.
        return [Scored(_chunk(document), 1 - distance / 2) for document, distance in found]

    def _chunk(document: Document) -> Chunk:
        text, start = document.page_content, int(document.metadata["start"])
        return Chunk(document.metadata["document_id"], start, start + len(text), text)

    return PassageFinder(search, cosine_to_confidence, corpus.fingerprint)
