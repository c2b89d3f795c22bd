"""What a user would otherwise pick, run on the same topics and counted by the same rules.

A peer finds passages and cannot refuse: whatever it finds is its answer. A passage hits
when it holds the evidence, so a peer needs no clause ids. Of a conversation it gets the
last earlier question and the new one, joined, which is more than the stock recipes do.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from eval.peers.minilm import MiniLM
from eval.peers.passages import (
    RANKED,
    Chunk,
    PassageFinder,
    Scored,
    clause_chunks,
    recursive_chunks,
)
from eval.run.system import Answerer, CorpusView

#: cuts a corpus into passages
Chunker = Callable[[CorpusView], Sequence[Chunk]]

#: rows a call; Chroma takes at most 5,461
_ADDED_AT_ONCE = 5_000


class Peer(NamedTuple):
    """``build`` makes the index and gives the answerer; ``what``: one line for the table."""

    name: str
    what: str
    build: Callable[[CorpusView], Answerer]


def peers() -> tuple[Peer, ...]:
    """Every peer, the most usual first."""
    return (
        Peer("LangChain recipe", "chunks of 1000/200 characters, MiniLM, Chroma", langchain_stock),
        Peer("BM25 on chunks", "the same chunks, bm25s", bm25_over(recursive_chunks)),
        Peer("BM25 on clauses", "our clauses, bm25s", bm25_over(clause_chunks)),
        Peer("vectors on clauses", "our clauses, MiniLM", vectors_over(clause_chunks)),
    )


def langchain_stock(corpus: CorpusView, embeddings: Embeddings | None = None) -> PassageFinder:
    """The stock LangChain recipe: its tutorial's splitter, embeddings and Chroma in memory.

    Only the language model at its end is left out: what it is given to read is compared. Its
    one call, ``Chroma.from_documents``, ends at Chroma's 5,461 rows, so a larger corpus is added
    in several. ``embeddings``: MiniLM if None.
    """
    import chromadb
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    chunks = recursive_chunks(corpus)
    # Clients in memory share their collections within a process, so the name carries the
    # corpus: a second corpus must not be added to the first.
    store = Chroma(
        collection_name=f"peer-{corpus.fingerprint[:16]}",
        embedding_function=embeddings or MiniLM(),
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

    return PassageFinder(search, _cosine_to_confidence, corpus.fingerprint)


def bm25_over(chunks_of: Chunker) -> Callable[[CorpusView], PassageFinder]:
    """A builder of BM25 alone: bm25s's defaults, English stop words, the Snowball stemmer."""

    def build(corpus: CorpusView) -> PassageFinder:
        import bm25s
        from Stemmer import Stemmer

        chunks = chunks_of(corpus)
        stemmer = Stemmer("english")
        index = bm25s.BM25()
        texts = [chunk.text for chunk in chunks]
        index.index(
            bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False),
            show_progress=False,
        )
        k = min(RANKED, len(chunks))

        def search(query: str) -> list[Scored]:
            tokens = bm25s.tokenize(query, stopwords="en", stemmer=stemmer, show_progress=False)
            places, scores = index.retrieve(tokens, k=k, show_progress=False)
            ranked = zip(places[0].tolist(), scores[0].tolist(), strict=True)
            return [Scored(chunks[place], score) for place, score in ranked if score > 0]

        return PassageFinder(search, _bm25_to_confidence, corpus.fingerprint)

    return build


def vectors_over(chunks_of: Chunker) -> Callable[[CorpusView], PassageFinder]:
    """A builder of vectors alone: cosine similarity by MiniLM, every passage compared."""

    def build(corpus: CorpusView) -> PassageFinder:
        chunks = chunks_of(corpus)
        model = MiniLM()
        matrix = np.array(model.embed_documents([chunk.text for chunk in chunks]))

        def search(query: str) -> list[Scored]:
            scores = matrix @ np.array(model.embed_query(query))
            best = np.argsort(-scores, kind="stable")[:RANKED]
            return [Scored(chunks[place], float(scores[place])) for place in best]

        return PassageFinder(search, _cosine_to_confidence, corpus.fingerprint)

    return build


def _chunk(document: Document) -> Chunk:
    text, start = document.page_content, int(document.metadata["start"])
    return Chunk(document.metadata["document_id"], start, start + len(text), text)


def _bm25_to_confidence(score: float) -> float:
    """BM25 has no upper bound; any rising map to 0..1 keeps the order."""
    return score / (1 + score)


def _cosine_to_confidence(cosine: float) -> float:
    return min(max(cosine, 0.0), 1.0)
