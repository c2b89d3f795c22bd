"""The passages that peers search (blind windows of characters, or our clauses), and a ranking of
them, dressed as an answerer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.contract import Answer, CheckOutcome, Citation, Question, Retrieved, Statement
from eval.run.system import CorpusView
from ingest.facts.modifications import Status

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200
#: passages that the stock recipe puts before the language model
QUOTED = 4
#: passages ranked, so that R@10 and nDCG@10 have something to count
RANKED = 10


@dataclass(frozen=True, slots=True)
class Chunk:
    """``text`` stands at ``start`` to ``end`` of the document (code points)."""

    document_id: str
    start: int
    end: int
    text: str


def recursive_chunks(corpus: CorpusView) -> tuple[Chunk, ...]:
    """LangChain's RecursiveCharacterTextSplitter with the sizes of its tutorial."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
    )
    chunks: list[Chunk] = []
    for document_id, text in corpus.texts.items():
        for piece in splitter.create_documents([text]):
            start = piece.metadata["start_index"]
            end = start + len(piece.page_content)
            chunks.append(Chunk(document_id, start, end, piece.page_content))
    return tuple(chunks)


def clause_chunks(corpus: CorpusView) -> tuple[Chunk, ...]:
    """Each clause's own text, without heading or document title."""
    return tuple(
        Chunk(clause.document_id, clause.start, clause.end, clause.text)
        for clause in corpus.clauses.values()
        if clause.text.strip()
    )


class Scored(NamedTuple):
    chunk: Chunk
    score: float


class PassageFinder:
    """Answers with its first :data:`QUOTED` passages, word for word; never refuses.

    ``search`` gives the best passages, best first; ``to_confidence`` maps the first
    one's score to 0..1 and keeps the order, which is all that AUROC looks at.
    """

    def __init__(
        self,
        search: Callable[[str], Sequence[Scored]],
        to_confidence: Callable[[float], float],
        fingerprint: str,
    ) -> None:
        self._search = search
        self._to_confidence = to_confidence
        self._fingerprint = fingerprint

    def ask(self, question: Question) -> Answer:
        query = " ".join((*question.history[-1:], question.text))
        found = self._search(query)
        quoted = found[:QUOTED]
        return Answer(
            question=question.text,
            answered=True,
            answer="\n\n".join(f"{s.chunk.text} [{n}]" for n, s in enumerate(quoted, start=1)),
            refusal_reason=None,
            confidence=self._to_confidence(found[0].score) if found else 0.0,
            statements=tuple(
                Statement(text=s.chunk.text, citations=(n,), check=CheckOutcome.NOT_CHECKED)
                for n, s in enumerate(quoted, start=1)
            ),
            citations=tuple(_citation(n, s.chunk) for n, s in enumerate(quoted, start=1)),
            retrieved=tuple(
                Retrieved(
                    clause_id=_place(s.chunk),
                    document_id=s.chunk.document_id,
                    start=s.chunk.start,
                    end=s.chunk.end,
                    text=s.chunk.text,
                    score=s.score,
                )
                for s in found
            ),
            searched_for=(query,),
            mode="extractive",
            model=None,
            as_of=question.as_of or date.today(),
            corpus_fingerprint=self._fingerprint,
            timings_ms={},
        )


def _citation(n: int, chunk: Chunk) -> Citation:
    return Citation(
        n=n,
        clause_id=_place(chunk),
        document_id=chunk.document_id,
        title=chunk.document_id,
        locator=f"characters {chunk.start}–{chunk.end}",
        quote=chunk.text,
        start=chunk.start,
        end=chunk.end,
        status=Status.UNKNOWN,
        status_proof=None,
    )


def _place(chunk: Chunk) -> str:
    return f"{chunk.document_id}@{chunk.start}-{chunk.end}"
