"""A chat server on loopback that speaks OpenAI's protocol and fails in one chosen way."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: one word that is in no real key
KEY = "sk-test-5d1f-do-not-show"


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        try:
            getattr(self, f"_{self.server.fault}")(body)
        except (BrokenPipeError, ConnectionResetError):
            self.server.hung_up.set()

    def log_message(self, *_: Any) -> None:
        """Nothing: stderr belongs to the test."""

    # --- faults ---

    def _hangs(self, _: Any) -> None:
        self.server.ended.wait(30)

    def _hangs_midway(self, _: Any) -> None:
        self._begin()
        self._send('{"sentences":[1')
        self.server.ended.wait(30)

    def _trickles(self, _: Any) -> None:
        """A byte now and then: no read ever times out."""
        self._begin()
        while not self.server.ended.wait(0.2):
            self._send(" ")

    def _refuses_key(self, _: Any) -> None:
        self._error(401, f"Incorrect API key provided: {KEY}")

    def _rate_limit(self, _: Any) -> None:
        self._error(429, "Too many requests")

    def _own_fault(self, _: Any) -> None:
        self._error(500, "oops")

    def _no_such_model(self, _: Any) -> None:
        self._error(404, "no such model")

    def _truncated(self, _: Any) -> None:
        self._begin()
        self._send('{"sentences":[1],"short":"Meanwhile, corres')
        self._end("length")

    def _ends_early(self, _: Any) -> None:
        self._begin()
        self._send('{"sentences":[1],"short":"Meanwhile, corres')
        self._end("stop")

    def _dies_midway(self, _: Any) -> None:
        self._begin()
        self._send('{"sentences":[1],"short":"Mean')
        self.close_connection = True
        self.connection.close()

    def _invalid_json(self, _: Any) -> None:
        self._answer('{"sentences": one; "short" = none}')

    def _chatter(self, _: Any) -> None:
        self._answer("Certainly! I would be glad to help you with that.")

    def _empty(self, _: Any) -> None:
        self._answer("")

    def _no_protocol(self, _: Any) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>captive portal</html>")

    def _loops(self, _: Any) -> None:
        self._begin()
        self._send('{"sentences":[')
        while not self.server.ended.is_set():
            self._send("1,1,1,1,1,1,1,1,")

    def _loops_in_a_word(self, _: Any) -> None:
        self._begin()
        self._send('{"sentences":[1],"short":"')
        while not self.server.ended.is_set():
            self._send("goods " * 50)

    def _fine(self, _: Any) -> None:
        self._answer(self.server.reply)

    def _fine_without_schema(self, body: dict[str, Any]) -> None:
        if "response_format" in body or "temperature" in body:
            self._error(400, "unknown parameter")
        else:
            self._answer(self.server.reply)

    def _fine_the_second_time(self, _: Any) -> None:
        if len(self.server.requests) == 1:
            self._error(503, "starting")
        else:
            self._answer(self.server.reply)

    # --- protocol ---

    def _error(self, status: int, message: str) -> None:
        body = json.dumps({"error": {"message": message, "type": "error"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, text: str) -> None:
        self._begin()
        for start in range(0, len(text), 9):
            self._send(text[start : start + 9])
        self._end("stop")

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()

    def _send(self, text: str) -> None:
        self._chunk({"content": text}, None)

    def _end(self, reason: str) -> None:
        self._chunk({}, reason)
        self.wfile.write(b"data: [DONE]\n\n")

    def _chunk(self, delta: dict[str, str], reason: str | None) -> None:
        chunk = {
            "id": "x", "object": "chat.completion.chunk", "created": int(time.time()),
            "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }  # fmt: skip
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fault: str, reply: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fault = fault
        self.reply = reply
        self.requests: list[dict[str, Any]] = []
        self.ended = threading.Event()
        #: the client closed the connection while it was being answered
        self.hung_up = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what some of these tests are about."""


@contextmanager
def misbehaving_server(fault: str, reply: str = "") -> Iterator[_Server]:
    """A server with one fault (a method of the handler), answering until the block ends."""
    server = _Server(fault, reply)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
