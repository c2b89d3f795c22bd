"""What a user would otherwise pick, run on the same topics and counted by the same rules.

A peer finds passages and cannot refuse: whatever it finds is its answer. A passage hits
when it holds the evidence, so a peer needs no clause ids. Of a conversation it gets the
last earlier question and the new one, joined, which is more than the stock recipes do.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from eval.run.corpus_view import CorpusView
from eval.run.system import Answerer


class Peer(NamedTuple):
    """``build`` makes the index and gives the answerer; ``what``: one line for the table."""

    name: str
    what: str
    build: Callable[[CorpusView], Answerer]


def peers() -> Iterator[Peer]:
    """Every peer, the most usual first; importing their libraries takes seconds."""
    from eval.peers.bm25 import bm25_over
    from eval.peers.chunks import clause_chunks, recursive_chunks
    from eval.peers.langchain_stock import langchain_stock
    from eval.peers.vectors import vectors_over

    yield Peer("LangChain recipe", "chunks of 1000/200 characters, MiniLM, Chroma", langchain_stock)
    yield Peer("BM25 on chunks", "the same chunks, bm25s", bm25_over(recursive_chunks))
    yield Peer("BM25 on clauses", "our clauses, bm25s", bm25_over(clause_chunks))
    yield Peer("vectors on clauses", "our clauses, MiniLM", vectors_over(clause_chunks))
