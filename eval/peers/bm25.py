"""BM25 alone, by bm25s with its defaults, English stop words and the Snowball stemmer."""

from collections.abc import Callable, Sequence

from eval.peers.chunks import Chunk
from eval.peers.passage_finder import RANKED, PassageFinder, Scored
from eval.run.corpus_view import CorpusView


def bm25_over(
    chunks_of: Callable[[CorpusView], Sequence[Chunk]],
) -> Callable[[CorpusView], PassageFinder]:
    """A builder of BM25 over the passages that ``chunks_of`` cuts."""

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

        return PassageFinder(search, _to_confidence, corpus.fingerprint)

    return build


def _to_confidence(score: float) -> float:
    """BM25 has no upper bound; any rising map to 0..1 keeps the order."""
    return score / (1 + score)
