"""Every route times everybody who may come: one table. A route that is not in it fails."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from company import Served, sign_in
from fastapi.routing import APIRoute

from app.readers import Permission
from app.server.interfaces import BESIDE_REST, REST, REST_ROUTERS

#: who comes: nobody, three people who signed in, machines with keys of one scope each
WHO = ("nobody", "rita", "edda", "anna", "key:ask", "key:corpus", "key:admin")
#: letters: allowed (a), refused by role (r), sign-on needed (s)
ASK, CORPUS, ADMIN = "s aaa arr", "s raa rar", "s rra rra"
_NONE = "0" * 32
#: method, path, body -> who may
TABLE: dict[tuple[str, str], tuple[str, str, object]] = {
    ("POST", "/api/v1/ask"): (ASK, "/api/v1/ask", {"question": "What is the deposit for an exhibit?"}),
    ("POST", "/api/v1/ask/stream"): (ASK, "/api/v1/ask/stream", {"question": "What is the deposit?"}),
    ("POST", "/api/v1/search"): (ASK, "/api/v1/search", {"question": "deposit"}),
    ("POST", "/api/v1/check"): (ASK, "/api/v1/check", {"text": "Item 1 of the Notice on Opening Hours: the hall opens at nine."}),
    ("GET", "/api/v1/documents"): (ASK, "/api/v1/documents", None),
    ("GET", "/api/v1/documents/{document_id}"): (ASK, "/api/v1/documents/hours", None),
    ("GET", "/api/v1/clauses/{clause_id}"): (ASK, "/api/v1/clauses/hours%231", None),
    ("GET", "/api/v1/clauses/{clause_id}/status"): (ASK, "/api/v1/clauses/hours%231/status?on=2020-01-01", None),
    ("GET", "/api/v1/works/{work}/diff"): (ASK, "/api/v1/works/none/diff", None),
    ("GET", "/api/v1/graph"): (ASK, "/api/v1/graph", None),
    ("GET", "/api/v1/conversations"): (ASK, "/api/v1/conversations", None),
    ("POST", "/api/v1/conversations"): (ASK, "/api/v1/conversations", {"question": "When does the hall open?"}),
    ("GET", "/api/v1/conversations/{conversation_id}"): (ASK, f"/api/v1/conversations/{_NONE}", None),
    ("PATCH", "/api/v1/conversations/{conversation_id}"): (ASK, f"/api/v1/conversations/{_NONE}", {"title": "x"}),
    ("DELETE", "/api/v1/conversations/{conversation_id}"): (ASK, f"/api/v1/conversations/{_NONE}", None),
    ("POST", "/api/v1/conversations/{conversation_id}/questions"): (
        ASK, f"/api/v1/conversations/{_NONE}/questions", {"question": "And when does it close?"},
    ),
    ("PUT", "/api/v1/conversations/{conversation_id}/questions/{turn_id}/feedback"): (
        ASK, f"/api/v1/conversations/{_NONE}/questions/{_NONE}/feedback", {"helpful": True},
    ),
    ("POST", "/api/v1/packs"): (ASK, "/api/v1/packs", {"conversation": _NONE}),
    ("POST", "/api/v1/packs/verify"): (ASK, "/api/v1/packs/verify", b"no pack"),
    ("GET", "/api/v1/following"): (ASK, "/api/v1/following", None),
    ("POST", "/api/v1/following"): (ASK, "/api/v1/following", {"clause_id": "hours#1"}),
    ("GET", "/api/v1/following/{followed_id}"): (ASK, f"/api/v1/following/{_NONE}", None),
    ("POST", "/api/v1/following/{followed_id}/seen"): (ASK, f"/api/v1/following/{_NONE}/seen", None),
    ("DELETE", "/api/v1/following/{followed_id}"): (ASK, f"/api/v1/following/{_NONE}", None),
    ("POST", "/api/v1/corpus/files"): (CORPUS, "/api/v1/corpus/files?name=a.exe", b"MZ"),
    ("POST", "/api/v1/corpus/documents"): (CORPUS, "/api/v1/corpus/documents", {"documents": []}),
    ("PATCH", "/api/v1/corpus/documents/{document_id}"): (CORPUS, "/api/v1/corpus/documents/none", {"title": "x"}),
    ("DELETE", "/api/v1/corpus/documents/{document_id}"): (CORPUS, "/api/v1/corpus/documents/none", None),
    ("POST", "/api/v1/corpus/build"): (CORPUS, "/api/v1/corpus/build", None),
    ("GET", "/api/v1/corpus/proposals"): (CORPUS, "/api/v1/corpus/proposals", None),
    ("POST", "/api/v1/corpus/proposals/{proposal_id}"): (CORPUS, "/api/v1/corpus/proposals/00", {}),
    ("DELETE", "/api/v1/corpus/proposals/{proposal_id}"): (CORPUS, "/api/v1/corpus/proposals/00", None),
    ("GET", "/api/v1/corpus/jobs/{job_id}"): (CORPUS, f"/api/v1/corpus/jobs/{_NONE}", None),
    ("DELETE", "/api/v1/corpus/jobs/{job_id}"): (CORPUS, f"/api/v1/corpus/jobs/{_NONE}", None),
    ("GET", "/api/v1/lessons"): (ASK, "/api/v1/lessons", None),
    ("GET", "/api/v1/lessons/{lesson_id}"): (ASK, "/api/v1/lessons/none", None),
    ("PUT", "/api/v1/lessons/{lesson_id}"): (CORPUS, "/api/v1/lessons/none", {"title": {"en": "x"}}),
    ("DELETE", "/api/v1/lessons/{lesson_id}"): (CORPUS, "/api/v1/lessons/none", None),
    ("GET", "/api/v1/topics"): (ASK, "/api/v1/topics", None),
    ("GET", "/api/v1/topics/{family}/{variant}"): (ASK, "/api/v1/topics/none/en1", None),
    ("PUT", "/api/v1/topics/{family}/{variant}"): (CORPUS, "/api/v1/topics/none/en1", {"kind": "single"}),
    ("DELETE", "/api/v1/topics/{family}/{variant}"): (CORPUS, "/api/v1/topics/none/en1", None),
    ("GET", "/api/v1/evaluation"): (CORPUS, "/api/v1/evaluation", None),
    ("GET", "/api/v1/me"): ("s aaa aaa", "/api/v1/me", None),
    ("GET", "/api/v1/readers"): (ADMIN, "/api/v1/readers", None),
    ("DELETE", "/api/v1/readers/{reader_id}/sessions"): (ADMIN, "/api/v1/readers/none/sessions", None),
    ("GET", "/api/v1/keys"): (ADMIN, "/api/v1/keys", None),
    ("POST", "/api/v1/keys"): (ADMIN, "/api/v1/keys", {"name": "x"}),
    ("DELETE", "/api/v1/keys/{key_id}"): (ADMIN, "/api/v1/keys/000000000000", None),
    ("GET", "/api/v1/audit"): (ADMIN, "/api/v1/audit", None),
    ("GET", "/api/v1/audit/verify"): (ADMIN, "/api/v1/audit/verify", None),
    ("GET", "/api/v1/audit/anchor"): (ADMIN, "/api/v1/audit/anchor", None),
    ("DELETE", "/api/v1/audit/readers/{reader_id}"): (ADMIN, "/api/v1/audit/readers/none", None),
    ("GET", "/v1/models"): (ASK, "/v1/models", None),
    ("GET", "/v1/models/{model}"): (ASK, "/v1/models/clause-desk", None),
    ("POST", "/v1/chat/completions"): (
        ASK, "/v1/chat/completions",
        {"model": "clause-desk", "messages": [{"role": "user", "content": "When does the hall open?"}]},
    ),
    ("GET", "/health"): ("a aaa aaa", "/health", None),
    ("GET", "/ready"): ("a aaa aaa", "/ready", None),
    ("GET", "/auth/login"): ("a aaa aaa", "/auth/login", None),
    ("GET", "/auth/callback"): ("a aaa aaa", "/auth/callback", None),
    ("GET", "/auth/logout"): ("a aaa aaa", "/auth/logout", None),
    ("GET", "/auth/signed-out"): ("a aaa aaa", "/auth/signed-out", None),
    ("GET", "/.well-known/oauth-protected-resource"): ("a aaa aaa", "/.well-known/oauth-protected-resource", None),
    ("GET", "/.well-known/oauth-protected-resource/mcp"): ("a aaa aaa", "/.well-known/oauth-protected-resource/mcp", None),
}  # fmt: skip
#: routes of the framework and of MCP, which are no routes of FastAPI's own kind
BESIDE = {
    ("GET", "/api/v1/openapi.json"): ASK.replace("r", "a"),
    ("POST", "/mcp"): "s aaa aaa",  # the guard lets all readers in; each tool asks for the scope
}
#: tried apart: it ends the session of whoever comes
APART = {("POST", "/auth/logout")}


@pytest.fixture(scope="module")
def comers(server: Served) -> Iterator[dict[str, httpx.Client]]:
    with ExitStack() as stack:
        people = ("rita", "edda", "anna")
        found = {"nobody": stack.enter_context(server.as_nobody())}
        found |= {person: stack.enter_context(server.signed_in(person)) for person in people}
        found |= {
            f"key:{scope}": stack.enter_context(server.with_key(scope)) for scope in Permission
        }
        yield found


def test_every_route_is_in_the_table() -> None:
    there = {
        (method, f"{prefix}{route.path}")
        for prefix, routers in ((REST, REST_ROUTERS), ("", BESIDE_REST))
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    assert there - APART == set(TABLE)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("method", "route"), [*TABLE, *BESIDE])
def test_who_may(comers: dict[str, httpx.Client], method: str, route: str, who: str) -> None:
    letters, path, body = TABLE.get((method, route)) or (BESIDE[method, route], route, None)
    expected = letters.replace(" ", "")[WHO.index(who)]
    request: dict[str, object] = {"content": body} if isinstance(body, bytes) else {"json": body}
    if isinstance(body, bytes):
        request["headers"] = {"Content-Type": "application/octet-stream"}
    if body is None:
        request = {}
    response = comers[who].request(method, path, **request)  # type: ignore[arg-type]
    assert response.status_code < 500, response.text
    refused = {401: "s", 403: "r"}.get(response.status_code, "a")
    assert refused == expected, response.text[:300]
    if refused != "a" and not path.startswith("/v1/"):
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"]


def test_a_person_without_a_role_is_told_so(server: Served) -> None:
    with server.as_nobody() as client:
        told = sign_in(client, "guest")
        assert told.status_code == 403
        assert "no role here" in told.text
        assert client.get("/api/v1/me").status_code == 401
