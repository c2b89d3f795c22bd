"""Peers find what they should, with offsets that stand."""

from fake_system import FakeSystem

from app.contract import Question
from eval.peers.passages import CHUNK_CHARACTERS, QUOTED, RANKED, clause_chunks, recursive_chunks
from eval.peers.recipes import bm25_over, peers
from eval.run.system import CorpusView

CORPUS = CorpusView.of(FakeSystem())
QUESTION = Question(text="Which code for finished products into and out of areas?")


def test_chunks_stand_where_they_say() -> None:
    chunks = recursive_chunks(CORPUS)
    assert len(chunks) > 10
    for chunk in chunks:
        assert CORPUS.texts[chunk.document_id][chunk.start : chunk.end] == chunk.text
        assert len(chunk.text) <= CHUNK_CHARACTERS
    covered = {p for c in chunks if c.document_id == "gacc-2016-68" for p in range(c.start, c.end)}
    text = CORPUS.texts["gacc-2016-68"]
    assert all(text[place].isspace() for place in set(range(len(text))) - covered)


def test_clause_chunks_are_the_clauses() -> None:
    assert [chunk.text for chunk in clause_chunks(CORPUS)] == [
        clause.text for clause in CORPUS.clauses.values()
    ]


def test_every_peer_finds_the_code_and_never_refuses() -> None:
    for peer in peers():
        answerer = peer.build(CORPUS)
        answer = answerer.ask(QUESTION)
        assert answer.answered, peer.name
        assert len(answer.citations) == QUOTED
        assert len(answer.retrieved) == RANKED
        assert any("code 5100" in found.text for found in answer.retrieved[:5]), peer.name
        for citation in answer.citations:
            text = CORPUS.texts[citation.document_id]
            assert text[citation.start : citation.end] == citation.quote
        again = answerer.ask(QUESTION)
        assert [r.clause_id for r in again.retrieved] == [r.clause_id for r in answer.retrieved]
        assert answerer.ask(Question(text="今天天气怎么样")).answered


def test_bm25_finds_nothing_without_a_shared_word() -> None:
    answer = bm25_over(clause_chunks)(CORPUS).ask(Question(text="zebra xylophone"))
    assert answer.retrieved == ()
    assert answer.confidence == 0.0
