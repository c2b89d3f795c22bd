"""An assistant on loopback that speaks OpenAI's chat protocol: any answerer, or a scripted one.

Run by itself it serves the stock recipe on the project's corpus and compares what it scores behind
an endpoint with what it scores as a peer: PYTHONPATH=.:tests python tests/assistant_server.py
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple

from app.contract import Answer, Question
from eval.run.system import Answerer


class Served(NamedTuple):
    """``body``: JSON, or bytes that are none."""

    status: int
    body: Any
    headers: Mapping[str, str] = MappingProxyType({})


class Asked(NamedTuple):
    path: str
    headers: dict[str, str]
    body: Any


class AssistantServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, serve: Callable[[Asked], Served]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.serve = serve
        self.asked: list[Asked] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what some of these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: AssistantServer

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _serve(self, body: Any) -> None:
        asked = Asked(self.path, dict(self.headers), body)
        self.server.asked.append(asked)
        status, told, headers = self.server.serve(asked)
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing: stderr belongs to the test."""


@contextmanager
def assistant_server(serve: Callable[[Asked], Served]) -> Iterator[AssistantServer]:
    """Answering until the block ends."""
    server = AssistantServer(serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def completion(text: str, **message: Any) -> Served:
    """A chat completion with one message."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text} | message}
    return Served(200, {"model": "scripted", "choices": [choice]})


def as_chat(answerer: Answerer, *, with_context: bool = True) -> Callable[[Asked], Served]:
    """An answerer that speaks the protocol; ``with_context``: it tells what it found, with scores,
    as Azure's does."""

    def serve(asked: Asked) -> Served:
        if asked.path == "/v1/models":
            return Served(200, {"data": [{"id": "stock"}]})
        if asked.path != "/v1/chat/completions":
            return Served(404, {"error": {"message": "no such address"}})
        words = [m["content"] for m in asked.body["messages"] if m["role"] == "user"]
        answer = answerer.ask(Question(text=words[-1], history=tuple(words[:-1])))
        return completion(answer.answer, **({"context": _context(answer)} if with_context else {}))

    return serve


def _context(answer: Answer) -> dict[str, Any]:
    return {
        "citations": [{"content": c.quote, "title": c.document_id} for c in answer.citations],
        "all_retrieved_documents": [
            {"content": r.text, "title": r.document_id, "original_search_score": r.score}
            for r in answer.retrieved
        ],
    }


def main() -> None:
    """The figures of the peers' table, side by side; of a sample of so many topics, if told."""
    from app.teaching.topics import load_topics
    from eval.choices import THRESHOLDS_FILE, TOPICS_FILE
    from eval.endpoint.client import open_assistant
    from eval.peers.recipes import langchain_stock
    from eval.run.runner import locate, run_topics
    from eval.run.summary import plain_values
    from eval.run.system import CorpusView, open_clause_desk
    from eval.run.thresholds import load_thresholds
    from eval.run.topics import sample

    desk = open_clause_desk()
    corpus = CorpusView.of(desk)
    topics = load_topics(TOPICS_FILE)
    topics = sample(topics, int(sys.argv[1])) if len(sys.argv) > 1 else topics
    located = locate(topics, corpus).located
    as_of = load_thresholds(THRESHOLDS_FILE).run.as_of
    stock = langchain_stock(corpus)
    peer = run_topics(stock, located, corpus, as_of=as_of, progress="as a peer").answers
    with assistant_server(as_chat(stock)) as server:
        other = open_assistant(server.url, desk.searcher())
        asked = run_topics(
            other, located, corpus, as_of=as_of, progress="behind an endpoint"
        ).answers
    before, now = (plain_values([one.outcome for one in run]) for run in (peer, asked))
    for measure, value in before.items():
        print(f"{measure:<20} as a peer {value:10.6f}   behind an endpoint {now[measure]:10.6f}")
    pairs = zip(peer, asked, strict=True)
    differ = sum(a.outcome.values != b.outcome.values for a, b in pairs)
    print(f"{len(asked)} topics, {differ} with another value of any measure")


if __name__ == "__main__":
    main()
