"""The passages that peers search: blind windows of characters, or our clauses."""

from dataclasses import dataclass

from eval.run.corpus_view import CorpusView

CHUNK_CHARACTERS = 1000
OVERLAP_CHARACTERS = 200


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
