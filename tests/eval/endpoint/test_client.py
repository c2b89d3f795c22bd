"""An assistant on loopback that goes wrong in every way: one clear line, and no key in it."""

import json
import time
from collections.abc import Callable
from datetime import date

import pytest
from assistant_server import Asked, AssistantServer, Served, assistant_server, completion
from fake_system import FakeSystem, fake_topics

from app.contract import Answer, Question
from eval.endpoint.client import Endpoint
from eval.endpoint.shapes import ChatText
from eval.errors import CannotRun, NoReply
from eval.run.runner import locate, run_topics
from eval.run.system import CorpusView
from ingest.errors import BadQuestion, ClauseDeskError
from ingest.settings import EndpointSettings

KEY = "sk-do-not-show-7f3a"
QUESTION = Question(text="Which code?")
SYSTEM = FakeSystem()


def read(reply: ChatText, question: Question) -> Answer:
    answer = SYSTEM.ask(question)
    return answer.model_copy(
        update={"answer": reply.text, "answered": not reply.is_refusal, "model": reply.model}
    )


def endpoint(server: AssistantServer, path: str = "", **settings: object) -> Endpoint:
    quick = {"api_key": KEY, "timeout": 0.5, "retries": 1} | settings
    return Endpoint(server.url + path, EndpointSettings.model_validate(quick), read)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.endpoint.client._PAUSE", 0.01)


def chat_only(serve: Callable[[Asked], Served]) -> Callable[[Asked], Served]:
    """A server that has nothing but /v1/chat/completions."""
    return lambda asked: (
        serve(asked) if asked.path.endswith("/chat/completions") else Served(404, {"error": {}})
    )


def slow(_: Asked) -> Served:
    time.sleep(1.5)
    return completion("late")


@pytest.mark.parametrize(
    ("serve", "told"),
    [
        (lambda _: Served(401, {"error": {"message": f"wrong key {KEY}"}}), "refuses the key (401): set CLAUSEDESK_ENDPOINT__API_KEY"),
        (lambda _: Served(403, b""), "refuses the key (403)"),
        (lambda _: Served(404, b"<h1>no</h1>"), "has no assistant (404)"),
        (chat_only(lambda _: Served(404, {"error": {"message": f"no model x for {KEY}"}})), "has no assistant (404: no model x for …)"),
        (lambda _: Served(302, b"", {"Location": "https://login.example/in?to=x"}), "sends elsewhere (https://login.example/in): give that address"),
        (lambda _: Served(200, b"<html>captive portal</html>"), "what came is no JSON"),
        (lambda _: Served(200, {"hello": "there"}), "answers, but neither as our REST"),
        (lambda _: Served(200, [1]), "answers, but neither as our REST"),
        (lambda _: Served(500, {"error": {"message": "out of memory"}}), "the assistant answers 500: out of memory"),
        (slow, "does not answer (no answer within 0.5 seconds): is it running?"),
    ],
)  # fmt: skip
def test_the_first_question_tells_what_is_wrong(
    serve: Callable[[Asked], Served], told: str
) -> None:
    with assistant_server(serve) as server, pytest.raises(CannotRun) as raised:
        endpoint(server).ask(QUESTION)
    assert told in str(raised.value)
    assert KEY not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_nobody_there() -> None:
    with assistant_server(lambda _: completion("x")) as server:
        gone = endpoint(server)
    with pytest.raises(CannotRun, match=r"does not answer \(the connection failed, ConnectError\)"):
        gone.ask(QUESTION)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://x/v1", "is no address"),
        ("localhost:8000", "is no address"),
        (f"http://me:{KEY}@127.0.0.1/v1", "takes no user, password or query"),
        (f"http://127.0.0.1/v1?key={KEY}", "takes no user, password or query"),
    ],
)
def test_addresses_that_are_none(url: str, told: str) -> None:
    with pytest.raises(CannotRun) as raised:
        Endpoint(url, EndpointSettings(), read)
    assert told in str(raised.value)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (Served(200, b"{"), "what came is no JSON"),
        (Served(200, {"choices": []}), "no choices with a message"),
        (completion("  "), "the reply is empty"),
        (Served(400, {"error": {"message": f"too long, {KEY}"}}), "answers 400: too long, …"),
        (Served(503, b"", {"Retry-After": "0"}), "answers 503"),
    ],
)
def test_one_reply_that_is_none_is_told_and_the_run_goes_on(later: Served, told: str) -> None:
    def serve(asked: Asked) -> Served:
        return later if "half width" in asked.body["messages"][-1]["content"] else completion("x")

    corpus = CorpusView.of(SYSTEM)
    topics = locate(fake_topics(), corpus).located
    with assistant_server(chat_only(serve)) as server:
        run = run_topics(endpoint(server), topics, corpus, as_of=date(2020, 1, 1))
    (line,) = run.unanswered
    assert line.startswith("topic mark/en1: no answer, ")
    assert told in line
    assert KEY not in line
    assert len(run.answers) == len(topics) - 1


def test_a_run_ends_when_an_assistant_falls_silent() -> None:
    served = iter([completion("x")] * 3)

    def serve(_: Asked) -> Served:
        return next(served, Served(500, b""))

    corpus = CorpusView.of(SYSTEM)
    topics = locate(fake_topics(), corpus).located
    with assistant_server(chat_only(serve)) as server:
        with pytest.raises(CannotRun, match=r"3 topics in a row got no answer: .* 500"):
            run_topics(endpoint(server), topics, corpus, as_of=date(2020, 1, 1))
        # the probe, two topics, then two tries of each of three
        assert len([a for a in server.asked if a.path == "/v1/chat/completions"]) == 3 + 2 * 3


def test_it_tries_again_and_keeps_the_key_to_the_header() -> None:
    served = iter([Served(429, b"", {"Retry-After": "0"}), completion("now"), completion("now")])
    with assistant_server(chat_only(lambda _: next(served))) as server:
        answer = endpoint(server).ask(QUESTION)
    assert answer.answer == "now"
    assert all(asked.headers["Authorization"] == f"Bearer {KEY}" for asked in server.asked)
    assert KEY not in json.dumps([asked.body for asked in server.asked])


def test_our_own_rest_is_told_apart() -> None:
    said = SYSTEM.ask(Question(text="Solid wastes", as_of=date(2020, 1, 1)))

    def serve(asked: Asked) -> Served:
        if asked.path != "/api/v1/ask":
            return Served(404, b"")
        if asked.body["question"] == "???":
            return Served(422, {"detail": "no words"})
        return Served(200, said.to_json())

    with assistant_server(serve) as server:
        asked_of = endpoint(server)
        assert asked_of.ask(Question(text="Solid wastes", as_of=date(2020, 1, 1))) == said
        assert server.asked[-1].body == {"question": "Solid wastes", "as_of": "2020-01-01"}
        with pytest.raises(BadQuestion, match="no words"):
            asked_of.ask(Question(text="???"))
    older = said.to_json() | {"more": 1}
    with (
        assistant_server(lambda _: Served(200, older)) as server,
        pytest.raises(NoReply, match=r"another version than this program \(more\)"),
    ):
        endpoint(server, "/api/v1").ask(QUESTION)


def test_a_conversation_is_played_from_its_first_question() -> None:
    replies = {"First?": "One.", "Second?": "Two.", "Third?": "Three."}

    def serve(asked: Asked) -> Served:
        return completion(replies[asked.body["messages"][-1]["content"]])

    with assistant_server(chat_only(serve)) as server:
        asked_of = endpoint(server, model="m")
        follow_up = Question(text="Third?", history=("First?", "Second?"), as_of=date(2020, 1, 1))
        assert asked_of.ask(follow_up).answer == "Three."
        sent = server.asked[-1].body
        asked_of.ask(follow_up)
        chats = [a for a in server.asked if a.path == "/v1/chat/completions"]
    assert sent["model"] == "m"
    assert [(m["role"], m["content"]) for m in sent["messages"]] == [
        ("system", "Answer as of 2020-01-01."),
        ("user", "First?"), ("assistant", "One."),
        ("user", "Second?"), ("assistant", "Two."),
        ("user", "Third?"),
    ]  # fmt: skip
    assert len(chats) == 1 + 3 + 1  # the probe; what was said before is not asked again


@pytest.mark.parametrize(
    "served",
    [
        Served(400, {"error": {"code": "content_filter", "message": "held back"}}),
        completion("", refusal="I cannot help with that."),
    ],
)
def test_what_is_held_back_is_a_refusal(served: Served) -> None:
    served_in_turn = iter([completion("x"), served])
    with assistant_server(chat_only(lambda _: next(served_in_turn))) as server:
        assert not endpoint(server).ask(QUESTION).answered


def test_the_model_is_the_first_that_is_listed() -> None:
    def serve(asked: Asked) -> Served:
        if asked.path == "/v1/models":
            return Served(200, {"data": [{"id": "first"}, {"id": "second"}]})
        return completion("x") if asked.path == "/v1/chat/completions" else Served(404, b"")

    with assistant_server(serve) as server:
        endpoint(server, "/v1/chat/completions").ask(QUESTION)
    assert [a.body["model"] for a in server.asked if a.body] == ["first", "first"]


def test_a_reply_that_trickles_in_is_given_up() -> None:
    """No read times out, and the whole reply is out of time."""
    import socket
    import threading

    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def trickle() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                try:
                    while not ended.wait(0.1):
                        connection.sendall(b" ")
                except OSError:
                    continue

    thread = threading.Thread(target=trickle, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    settings = EndpointSettings(timeout=0.5, retries=0, model="m")
    began = time.monotonic()
    try:
        with pytest.raises(ClauseDeskError, match=r"no answer within 0\.5 seconds"):
            Endpoint(url, settings, read).ask(QUESTION)
    finally:
        ended.set()
        listener.close()
    assert time.monotonic() - began < 5
