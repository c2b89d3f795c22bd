"""A recipe of passages scores behind an endpoint what it scores as a peer."""

from datetime import date

import pytest
from assistant_server import as_chat, assistant_server
from fake_system import fake_topics
from page_index import real_desk

from eval.endpoint.client import Endpoint
from eval.endpoint.reading import ReplyReader
from eval.peers.passages import QUOTED, recursive_chunks
from eval.peers.recipes import bm25_over
from eval.run.runner import TopicAnswer, locate, run_topics
from eval.run.system import Answerer, CorpusView
from ingest.settings import EndpointSettings

#: measures that look at more than the passages that the text shows, or at their scores
_OF_ALL_FOUND = {"Success@5", "R@5", "R@10", "AP@10", "RR@10", "nDCG@10"}


@pytest.mark.parametrize("with_context", [True, False])
def test_it_scores_the_same(*, with_context: bool) -> None:
    desk = real_desk()
    corpus = CorpusView.of(desk)
    topics = locate(fake_topics(), corpus).located
    peer = bm25_over(recursive_chunks)(corpus)

    def run(answerer: Answerer) -> tuple[TopicAnswer, ...]:
        return run_topics(answerer, topics, corpus, as_of=date(2026, 11, 1)).answers

    as_a_peer = run(peer)
    with assistant_server(as_chat(peer, with_context=with_context)) as server:
        reader = ReplyReader(desk.searcher())
        behind = {a.topic: a for a in run(Endpoint(server.url, EndpointSettings(), reader.read))}
    # where no word is in common it finds nothing, says nothing, and that is no answer
    found = [one for one in as_a_peer if one.answer.citations]
    assert len(found) == len(behind) == 8
    left_out = set() if with_context else _OF_ALL_FOUND
    for before in found:
        now = behind[before.topic].outcome.values
        assert len(before.answer.citations) == QUOTED
        for measure, value in before.outcome.values.items():
            if measure not in left_out:
                assert now[measure] == value, (before.topic.id, measure)
