"""REST, OpenAI's protocol and MCP with their own clients; each answer is the desk's own."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import openai
import pytest
from company import Served
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from app.contract import Answer, Question
from app.desk import ClauseDesk
from app.readers import Permission
from app.server.interfaces import REST
from ingest.settings import PROJECT

DEPOSIT = "What deposit does an exhibitor pay for each exhibit?"
NOT_COVERED = "What is the corporate income tax rate in Brazil?"


@pytest.fixture(scope="module")
def machine(server: Served) -> Iterator[httpx.Client]:
    with server.with_key() as client:
        yield client


@pytest.fixture(scope="module")
def chat(server: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.key(), max_retries=0)


def expected(desk: ClauseDesk, question: str, **more: Any) -> dict[str, Any]:
    return without_times(desk.ask(Question(text=question, **more)).to_json())


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "timings_ms"}


@pytest.mark.parametrize("question", [DEPOSIT, NOT_COVERED, "样品应当在几日内送检？"])
def test_rest_answers_as_the_desk_does(
    machine: httpx.Client, small_desk: ClauseDesk, question: str
) -> None:
    told = machine.post(f"{REST}/ask", json={"question": question})
    assert without_times(told.json()) == expected(small_desk, question)
    day = {"question": question, "as_of": "2020-03-01"}
    told = machine.post(f"{REST}/ask", json=day)
    assert without_times(told.json()) == expected(small_desk, question, as_of=date(2020, 3, 1))


def test_a_streamed_answer_ends_as_the_answer(
    machine: httpx.Client, small_desk: ClauseDesk
) -> None:
    names, data = [], []
    with machine.stream("POST", f"{REST}/ask/stream", json={"question": DEPOSIT}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            kind, _, value = line.partition(": ")
            if kind == "event":
                names.append(value)
            elif kind == "data":
                data.append(json.loads(value))
    assert (names[0], names[-1]) == ("searched", "answered")
    assert without_times(data[-1]["answer"]) == expected(small_desk, DEPOSIT)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("POST", "/ask", {"question": "  "}, 422, "bad-question"),
        ("POST", "/ask", {"question": "a b " * 3000}, 422, "bad-request"),
        ("POST", "/ask", {}, 422, "bad-request"),
        ("POST", "/ask", {"question": 1}, 422, "bad-request"),
        ("POST", "/ask", {"question": "what is due?", "documents": ["nowhere"]}, 422, "bad-question"),
        ("POST", "/ask", {"question": "x", "as_of": "soon"}, 422, "bad-request"),
        ("POST", "/ask", {"question": "x", "typo": 1}, 422, "bad-request"),
        ("POST", "/ask/stream", {"question": "?!"}, 422, "bad-question"),
        ("POST", "/search", {"question": "x", "limit": 0}, 422, "bad-request"),
        ("GET", "/clauses/none%231", None, 404, "unknown-clause"),
        ("GET", "/clauses/hours%239/status?on=2020-01-01", None, 404, "unknown-clause"),
        ("GET", "/clauses/hours%231/status", None, 422, "bad-request"),
        ("GET", "/documents/none", None, 404, "unknown-work"),
        ("GET", "/documents/..%2f..%2fetc%2fpasswd", None, 404, "not-found"),
        ("GET", "/works/hours/diff", None, 404, "unknown-work"),
        ("GET", "/nothing", None, 404, "not-found"),
        ("DELETE", "/ask", None, 405, "method-not-allowed"),
    ],
)  # fmt: skip
def test_errors_are_problems_of_rfc_9457(
    machine: httpx.Client, method: str, path: str, body: object, status: int, kind: str
) -> None:
    told = machine.request(method, f"{REST}{path}", json=body)
    assert told.status_code == status, told.text
    assert told.headers["content-type"] == "application/problem+json"
    problem = told.json()
    assert problem["type"] == f"urn:clause-desk:problem:{kind}"
    assert problem["status"] == status
    assert problem["title"] and "\n" not in problem["detail"]
    assert "Traceback" not in told.text


def test_documents_clauses_status_differences_and_graph(machine: httpx.Client) -> None:
    listed = machine.get(f"{REST}/documents").json()["documents"]
    ids = [document["document_id"] for document in listed]
    assert "hours" in ids and len(ids) == 5
    old = next(one for one in ids if "2019" in one)
    whole = machine.get(f"{REST}/documents/{old}").json()
    assert whole["status"] == "repealed" and whole["status_proof"]
    assert whole["status_proof"].partition("#")[0] != old
    for id_ in whole["clause_ids"]:
        clause = machine.get(f"{REST}/clauses/{id_.replace('#', '%23')}").json()
        assert whole["text"][clause["start"] : clause["end"]] == clause["text"]
    second = f"{REST}/clauses/{old}%232/status"
    assert machine.get(second, params={"on": "2020-01-01"}).json()["status"] == "in_force"
    assert machine.get(second, params={"on": "2023-01-01"}).json()["status"] == "repealed"
    edges = machine.get(f"{REST}/graph", params={"document": old}).json()["edges"]
    assert any(edge["relation"] == "repeals" and edge["target"] == old for edge in edges)
    law = next(one for one in ids if machine.get(f"{REST}/works/{one}/diff").status_code == 200)
    changed = machine.get(f"{REST}/works/{law}/diff").json()["changes"]
    assert any("[-十-]" in one["words"] and "{+五+}" in one["words"] for one in changed)


def test_conversations_packs_and_feedback(server: Served, machine: httpx.Client) -> None:
    begun = machine.post(f"{REST}/conversations", json={"question": DEPOSIT}).json()
    on = f"{REST}/conversations/{begun['id']}"
    gone_on = machine.post(f"{on}/questions", json={"question": "And where are they registered?"})
    assert gone_on.json()["turns"][0]["question"] == DEPOSIT
    assert machine.patch(on, json={"title": "Deposits"}).json()["title"] == "Deposits"
    [listed] = machine.get(f"{REST}/conversations", params={"words": "deposit"}).json()[
        "conversations"
    ]
    assert listed["questions"] == 2 and listed["link"].startswith(f"{server.url}/?answer=")
    turn = begun["turns"][0]["id"]
    judged = machine.put(f"{on}/questions/{turn}/feedback", json={"helpful": True})
    assert judged.status_code == 204
    assert machine.get(on).json()["turns"][0]["helpful"] is True
    for form in ("md", "docx", "pdf"):
        pack = machine.post(
            f"{REST}/packs", json={"conversation": begun["id"], "turns": [turn], "format": form}
        )
        assert pack.status_code == 200, pack.text
        assert machine.headers["Authorization"].split()[1].encode() not in pack.content
        bytes_ = {"Content-Type": "application/octet-stream"}
        proof = machine.post(f"{REST}/packs/verify", content=pack.content, headers=bytes_)
        assert proof.json()["proven"] is True
        spoilt = pack.content.replace(b"4,500", b"4,501") if form == "md" else pack.content[:-400]
        told = machine.post(f"{REST}/packs/verify", content=spoilt, headers=bytes_)
        assert told.status_code == 422
    assert machine.delete(on).status_code == 204
    assert machine.get(on).status_code == 404


def test_conversations_of_others_are_never_seen(server: Served) -> None:
    with server.signed_in("rita") as rita, server.signed_in("ravi") as ravi, server.signed_in("anna") as anna:  # fmt: skip
        begun = rita.post(f"{REST}/conversations", json={"question": DEPOSIT}).json()
        on = f"{REST}/conversations/{begun['id']}"
        turn = begun["turns"][0]["id"]
        for other in (ravi, anna):  # an administrator's role is not for reading along
            assert other.get(on).status_code == 404
            assert other.patch(on, json={"title": "mine"}).status_code == 404
            assert other.post(f"{on}/questions", json={"question": "and?"}).status_code == 404
            assert other.delete(on).status_code == 404
            assert other.put(f"{on}/questions/{turn}/feedback", json={"helpful": False}).status_code == 404  # fmt: skip
            assert (
                other.post(f"{REST}/packs", json={"conversation": begun["id"]}).status_code == 404
            )
            found = other.get(f"{REST}/conversations").json()["conversations"]
            assert begun["id"] not in [one["id"] for one in found]
        after = rita.get(on).json()
        assert after == begun


def told_to(server: Served) -> list[dict[str, Any]]:
    return [line.model_dump() for line in server.service.audit.lines()]


def test_the_audit_log_says_who_was_told_what(
    server: Served, small_desk: ClauseDesk, chat: openai.OpenAI
) -> None:
    with server.signed_in("rita") as rita:
        answer = rita.post(f"{REST}/ask", json={"question": DEPOSIT}).json()
    line = told_to(server)[-1]
    assert (line["action"], line["front"]) == ("answer", "rest")
    assert line["personal"]["name"] == "Rita Reader"
    assert line["personal"]["question"] == DEPOSIT
    assert line["details"]["snapshot"] == small_desk.fingerprint
    assert [one["id"] for one in line["details"]["clauses"]] == [
        one["clause_id"] for one in answer["citations"]
    ]
    assert all(one["status"] for one in line["details"]["clauses"])
    chat.chat.completions.create(
        model="clause-desk", messages=[{"role": "user", "content": DEPOSIT}], user="maria@example"
    )
    line = told_to(server)[-1]
    assert (line["front"], line["personal"]["on_behalf_of"]) == ("openai", "maria@example")
    assert server.service.audit.faults() == []


def test_the_openai_client_gets_quotes_status_and_links(
    server: Served, chat: openai.OpenAI, small_desk: ClauseDesk
) -> None:
    assert [model.id for model in chat.models.list()] == ["clause-desk"]
    messages: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": DEPOSIT},
    ]
    reply = chat.chat.completions.create(model="clause-desk", messages=messages)
    said = reply.choices[0].message.content or ""
    answer = small_desk.ask(Question(text=DEPOSIT))
    assert answer.citations
    for citation in answer.citations:
        for line in citation.quote.splitlines():
            assert f"> {line}" in said
        assert f"{server.url}/?clause={citation.clause_id.replace('#', '%23')}" in said
        assert f"[{citation.n}] **" in said
        assert f"{citation.status_proof}]" not in said  # told by its number, not by its id
    assert "in force since" in said
    pieces = chat.chat.completions.create(
        model="clause-desk", messages=messages, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(pieces)
    streamed = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert streamed == said
    assert chunks[-1].usage is not None and chunks[-1].usage.completion_tokens > 0
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("Be brief. Answer as of 2020-03-01.", "2020-03-01"),
        ("请以2020年3月1日为准回答。", "2020-03-01"),
        ("Today's date is Sunday, 1 March 2020.", "2020-03-01"),
        ("This desk was opened on 1 March 2020.", date.today().isoformat()),
    ],
)
def test_the_openai_client_asks_as_of_the_day_that_the_system_tells(
    chat: openai.OpenAI, told: str, day: str
) -> None:
    messages: Any = [{"role": "system", "content": told}, {"role": "user", "content": DEPOSIT}]
    reply = chat.chat.completions.create(model="clause-desk", messages=messages)
    said = reply.choices[0].message.content or ""
    assert f"As of {day}." in said
    assert ("in force since 1 June 2019" in said) is (day == "2020-03-01")


def test_the_openai_client_gets_refusals_and_errors(server: Served, chat: openai.OpenAI) -> None:
    def say(content: Any, model: str = "clause-desk") -> str:
        messages: Any = [{"role": "user", "content": content}]
        reply = chat.chat.completions.create(model=model, messages=messages)
        return reply.choices[0].message.content or ""

    assert say(NOT_COVERED).startswith("Not covered")
    assert "4,500" in say([{"type": "text", "text": DEPOSIT}])
    with pytest.raises(openai.UnprocessableEntityError, match="empty"):
        say("   ")
    with pytest.raises(openai.UnprocessableEntityError, match="no model gpt-4"):
        say(DEPOSIT, "gpt-4")
    wrong = openai.OpenAI(base_url=f"{server.url}/v1", api_key="wrong", max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        wrong.models.list()
    scoped = server.key(Permission.CORPUS)
    other = openai.OpenAI(base_url=f"{server.url}/v1", api_key=scoped, max_retries=0)
    with pytest.raises(openai.PermissionDeniedError, match="permission"):
        other.models.list()


def in_mcp(server: Served, do: Callable[[Client], Any], key: str | None = None) -> Any:
    """What is done with the SDK's client over HTTP, signed in by a key."""

    async def session() -> Any:
        headers = {"Authorization": f"Bearer {key or server.key()}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(f"{server.url}/mcp", http_client=http)) as client,
        ):
            return await do(client)

    return anyio.run(session)


def test_mcp_tools_give_what_the_desk_gives(server: Served, small_desk: ClauseDesk) -> None:
    async def do(client: Client) -> dict[str, CallToolResult]:
        listed = await client.list_tools()
        assert {tool.name for tool in listed.tools} == {
            "ask", "search", "read_clause", "status_on_day", "compare", "verify_citation",
            "check_text",
        }  # fmt: skip
        assert all(tool.output_schema and tool.description for tool in listed.tools)
        call = client.call_tool
        return {
            "answer": await call("ask", {"question": DEPOSIT, "as_of": "2026-01-01"}),
            "refusal": await call("ask", {"question": NOT_COVERED}),
            "found": await call("search", {"question": DEPOSIT, "limit": 3}),
            "clause": await call("read_clause", {"clause_id": "hours#1"}),
            "status": await call("status_on_day", {"clause_id": "hours#1", "day": "2020-01-01"}),
            "unknown": await call("read_clause", {"clause_id": "none#1"}),
            "empty": await call("ask", {"question": " "}),
            "verbatim": await call("verify_citation", {"clause_id": "hours#1", "quote": "opens at nine"}),
            "elsewhere": await call("verify_citation", {"clause_id": "hours#1", "quote": "closes at six"}),
            "different": await call("verify_citation", {"clause_id": "hours#1", "quote": "1. The hall opens at ten."}),
            "checked": await call("check_text", {"text": "Item 2 of the Notice on Opening Hours says: “The hall opens at nine.”", "language": "zh"}),
        }  # fmt: skip

    told = in_mcp(server, do)
    answer = told["answer"].structured_content
    Answer.model_validate(answer)
    assert without_times(answer) == expected(small_desk, DEPOSIT, as_of=date(2026, 1, 1))
    assert not told["refusal"].is_error
    refusal = told["refusal"].structured_content
    assert refusal["answered"] is False and refusal["refusal_reason"] == "not_covered"
    assert len(told["found"].structured_content["retrieved"]) == 3
    assert told["clause"].structured_content["text"] == "1. The hall opens at nine."
    assert told["status"].structured_content["as_of"] == "2020-01-01"
    for key, words in (("unknown", "no clause none#1"), ("empty", "the question is empty")):
        assert told[key].is_error and words in told[key].content[0].text
        assert "\n" not in told[key].content[0].text
    for key, where in (("verbatim", "hours#1"), ("elsewhere", "hours#2"), ("different", "hours#1")):
        proof = told[key].structured_content
        assert (proof["standing"], proof["clause_id"]) == (key, where)
    (citation,) = told["checked"].structured_content["citations"]
    assert "条" in citation["reason"]
    assert (citation["verdict"], citation["right_clause_id"]) == ("number_wrong", "hours#1")
    text = small_desk.document_text("hours")
    proof = told["verbatim"].structured_content
    assert text[proof["start"] : proof["end"]] == "opens at nine"
    assert "[-nine-]" in told["different"].structured_content["difference"]


def test_a_quote_of_any_length_is_proved_at_once(server: Served, small_desk: ClauseDesk) -> None:
    clauses = small_desk.library().clauses()
    clause = next(clause for clause in clauses if "4,500" in clause.text)

    async def do(client: Client) -> CallToolResult:
        said = {"clause_id": clause.id, "quote": "x the " * 16_000}
        return await client.call_tool("verify_citation", said)

    began = time.monotonic()
    told = in_mcp(server, do).structured_content
    assert (told["standing"], told["difference"]) == ("different", None)
    assert time.monotonic() - began < 5


def test_mcp_resources_are_documents_and_clauses(server: Served, small_desk: ClauseDesk) -> None:
    async def do(client: Client) -> tuple[Any, ...]:
        return (
            await client.list_resources(),
            await client.list_resource_templates(),
            await client.read_resource("clause-desk://documents/hours"),
            await client.read_resource("clause-desk://clauses/hours/1"),
        )

    listed, templates, document, clause = in_mcp(server, do)
    assert {str(one.uri).rpartition("/")[2] for one in listed.resources} == set(
        small_desk.library().documents
    )
    assert len(templates.resource_templates) == 2
    assert document.contents[0].text == small_desk.document_text("hours")
    assert json.loads(clause.contents[0].text)["clause_id"] == "hours#1"


def test_a_key_without_the_scope_is_told_so_by_each_tool(server: Served) -> None:
    async def do(client: Client) -> CallToolResult:
        return await client.call_tool("ask", {"question": DEPOSIT})

    told = in_mcp(server, do, server.key(Permission.CORPUS))
    assert told.is_error and "permission" in told.content[0].text


def test_mcp_without_a_key_says_where_to_sign_in(server: Served, issuer: str) -> None:
    with server.as_nobody() as client:
        refused = client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
        assert refused.status_code == 401
        where = refused.headers["www-authenticate"].partition('resource_metadata="')[2].rstrip('"')
        told = httpx.get(where).json()
        assert told["authorization_servers"] == [issuer]
        assert told["resource"] == f"{server.url}/mcp"


def test_mcp_on_stdin_and_stdout(small_desk: ClauseDesk, server: Served, tmp_path: Path) -> None:
    settings = server.service.settings
    (tmp_path / "index").symlink_to(settings.index)
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "app", "mcp"],
        cwd=PROJECT,
        env={"CLAUSEDESK_CORPUS": str(settings.corpus), "CLAUSEDESK_VAR": str(tmp_path)},
    )

    async def session() -> CallToolResult:
        async with Client(stdio_client(command)) as client:
            return await client.call_tool("ask", {"question": DEPOSIT})

    told = anyio.run(session)
    assert told.structured_content is not None
    assert without_times(told.structured_content) == expected(small_desk, DEPOSIT)


def test_a_clause_and_an_answer_are_followed_by_their_reader_only(server: Served) -> None:
    with server.signed_in("rita") as rita, server.signed_in("ravi") as ravi:
        begun = rita.post(f"{REST}/conversations", json={"question": DEPOSIT}).json()
        turn = begun["turns"][0]
        body = {"conversation": begun["id"], "turn": turn["id"]}
        answer = rita.post(f"{REST}/following", json=body)
        assert answer.status_code == 201, answer.text
        clause = rita.post(f"{REST}/following", json={"clause_id": "hours#1"}).json()
        assert clause["rests_on"] == ["hours#1"] and clause["warnings"] == []
        kinds = [one["kind"] for one in rita.get(f"{REST}/following").json()["following"]]
        assert kinds == ["clause", "answer"]
        on = f"{REST}/following/{answer.json()['id']}"
        replayed = rita.get(on).json()
        assert Answer.model_validate_json(replayed["kept"]).answer == turn["answer"]["answer"]
        assert replayed["then"][0]["text"] == replayed["now"][0]["text"]
        assert rita.post(f"{on}/seen").status_code == 204
        assert ravi.get(f"{REST}/following").json() == {"following": []}
        assert [ravi.get(on).status_code, ravi.delete(on).status_code] == [404, 404]
        assert ravi.post(f"{REST}/following", json=body).status_code == 404
        assert rita.post(f"{REST}/following", json={"clause_id": "hours#9"}).status_code == 404
        assert rita.delete(on).status_code == 204
        assert rita.get(on).status_code == 404
