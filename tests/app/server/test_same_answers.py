"""The same questions by page, REST, OpenAI's protocol, MCP and command line: the same answer."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from company import Served, company, free_port, served
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from page_driver import Opener, ask, words
from page_index import real_desk, real_index

from app.answer.quoted_table import as_read
from app.contract import Answer
from app.teaching.topics import load_topics
from app.wording import Language, hostile, not_covered, unknown_work
from ingest.settings import PROJECT

#: (clause, words, status) of each citation, or the refusal
Told = tuple[Any, ...]
COUNT = 100
#: the sentences that a page says in its reader's language, not in the question's
REFUSALS: tuple[Callable[[Language], str], ...] = (
    partial(not_covered, nearest=[]),
    partial(unknown_work, nearest=[]),
    hostile,
)


def questions() -> list[str]:
    """Of the development topics, at even distances; each stands alone."""
    topics = load_topics(PROJECT / "eval" / "data" / "topics.jsonl")
    alone = [t.question for t in topics if t.split == "dev" and not t.history and t.as_of is None]
    distinct = list(dict.fromkeys(alone))
    return [distinct[at * len(distinct) // COUNT] for at in range(COUNT)]


def told_by(answer: dict[str, Any]) -> Told:
    cited = [(c["clause_id"], c["quote"], c["status"]) for c in answer["citations"]]
    return (answer["answered"], answer["refusal_reason"], tuple(cited))


def unfolded(citation: dict[str, Any]) -> list[str]:
    """What of a quote the page shows at once; the rest opens in place."""
    at, pieces = citation["start"], []
    for start, end in citation["folded"]:
        pieces.append((at, start))
        at = end
    pieces.append((at, citation["end"]))
    offset = citation["start"]
    return [citation["quote"][start - offset : end - offset] for start, end in pieces]


def by_rest(server: Served, asked: list[str]) -> list[dict[str, Any]]:
    with server.with_key() as client:
        return [client.post("/api/v1/ask", json={"question": q}).json() for q in asked]


def by_command_line(asked: list[str], folder: Path) -> list[dict[str, Any]]:
    (folder / "questions").write_text("\n".join(json.dumps({"question": q}) for q in asked))
    done = subprocess.run(
        [sys.executable, "-m", "app", "ask", "--input", str(folder / "questions"), "--json"],
        cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def by_mcp(server: Served, asked: list[str]) -> list[dict[str, Any]]:
    async def session() -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {server.key()}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=120) as http,
            Client(streamable_http_client(f"{server.url}/mcp", http_client=http)) as client,
        ):
            told = [await client.call_tool("ask", {"question": q}) for q in asked]
            return [one.structured_content or {} for one in told]

    return anyio.run(session)


def by_openai(server: Served, asked: list[str]) -> list[str]:
    with server.with_key() as client:
        return [_message(client, question) for question in asked]


def _message(client: httpx.Client, question: str) -> str:
    body = {"model": "clause-desk", "messages": [{"role": "user", "content": question}]}
    told = client.post("/v1/chat/completions", json=body).json()
    return str(told["choices"][0]["message"]["content"])


def _plain(markdown: str) -> str:
    return re.sub(r"\\(.)", r"\1", re.sub(r"^> ?", "", markdown, flags=re.MULTILINE))


@pytest.mark.alone
def test_every_front_says_the_same(open_page: Opener, tmp_path: Path) -> None:
    asked = questions()
    port = free_port()
    settings = company(real_index(), tmp_path, port, None, requests_per_minute=100_000)
    with served(settings, real_desk(), port) as server:
        rest = by_rest(server, asked)
        mcp = by_mcp(server, asked)
        messages = by_openai(server, asked)
    lines = by_command_line(asked, tmp_path)
    assert [told_by(a) for a in mcp] == [told_by(a) for a in rest]
    assert [told_by(a) for a in lines] == [told_by(a) for a in rest]
    for answer, message in zip(rest, messages, strict=True):
        Answer.model_validate(answer)
        said = _plain(message)
        for citation in answer["citations"]:
            assert citation["quote"] in said
            assert f"?clause={citation['clause_id'].replace('#', '%23')}" in message
    for question, answer in zip(asked, rest, strict=True):
        tab = open_page(real_index())
        ask(tab, question)
        shown = " ".join(words(tab).split())
        for piece in (piece for c in answer["citations"] for piece in unfolded(c)):
            assert " ".join(as_read(piece).split()) in shown, question
        if not answer["answered"]:
            # the page speaks its reader's language, and draws the nearest clauses in its own way
            told = next(
                (fixed("en") for fixed in REFUSALS if answer["answer"].startswith(fixed("zh"))),
                answer["answer"],
            )
            assert re.split(r"[.。\n]", told)[0] in shown, question
