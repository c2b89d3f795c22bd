"""Vectors alone: cosine similarity of MiniLM vectors, every passage compared."""

from collections.abc import Callable, Sequence

import numpy as np

from eval.peers.chunks import Chunk
from eval.peers.passage_finder import RANKED, PassageFinder, Scored
from eval.run.corpus_view import CorpusView
from ingest.models.embedding import MiniLMEmbeddings


def vectors_over(
    chunks_of: Callable[[CorpusView], Sequence[Chunk]],
) -> Callable[[CorpusView], PassageFinder]:
    """A builder of vector search over the passages that ``chunks_of`` cuts."""

    def build(corpus: CorpusView) -> PassageFinder:
        chunks = chunks_of(corpus)
        model = MiniLMEmbeddings()
        matrix = model.document_vectors([chunk.text for chunk in chunks])

        def search(query: str) -> list[Scored]:
            scores = matrix @ model.query_vector(query)
            best = np.argsort(-scores, kind="stable")[:RANKED]
            return [Scored(chunks[place], float(scores[place])) for place in best]

        return PassageFinder(search, cosine_to_confidence, corpus.fingerprint)

    return build


def cosine_to_confidence(cosine: float) -> float:
    return min(max(cosine, 0.0), 1.0)
