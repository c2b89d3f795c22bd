"""Sign-on with a real provider: its end, its way out, other sites' pages, and machines' keys."""

import base64
import json
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from company import CLIENT_ID, Served, company, free_port, provider, served, sign_in, signed_in

from app.desk import ClauseDesk
from app.errors import NotAllowed
from app.readers import LOCAL, Permission, Role
from app.server.access.sign_on import local_path, role_of
from app.server.running.company import require_safe
from ingest.errors import ConfigError
from ingest.settings import ServerSettings, Settings

ME = "/api/v1/me"


@pytest.mark.parametrize(
    ("claims", "claim", "role"),
    [
        ({"roles": ["reader"]}, "roles", Role.READER),
        ({"roles": "editor"}, "roles", Role.EDITOR),
        ({"roles": ["reader", "admin"]}, "roles", Role.ADMIN),
        ({"roles": ["Admin"]}, "roles", None),
        ({"roles": []}, "roles", None),
        ({}, "roles", None),
        ({"realm_access": {"roles": ["editor"]}}, "realm_access.roles", Role.EDITOR),
        ({"realm_access": "editor"}, "realm_access.roles", None),
    ],
)
def test_a_claim_gives_the_highest_role(
    claims: dict[str, object], claim: str, role: Role | None
) -> None:
    assert role_of(claims, ServerSettings(role_claim=claim)) == role


def test_everyone_who_signs_in_may_be_made_a_reader() -> None:
    assert role_of({}, ServerSettings(readers=("*",))) == Role.READER


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/", "/"),
        ("/?answer=1&x=2", "/?answer=1&x=2"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
    ],
)
def test_sign_on_leads_back_to_this_server_only(wanted: str, path: str) -> None:
    assert local_path(wanted) == path


@pytest.mark.parametrize(
    ("server", "host", "line"),
    [
        ({}, "0.0.0.0", "without sign-on"),
        ({}, "192.168.1.2", "without sign-on"),
        ({"issuer": "https://id.example"}, "127.0.0.1", "public_url"),
        ({"issuer": "http://id.example", "public_url": "https://a.example"}, "::", "https"),
        ({"issuer": "https://id.example", "public_url": "http://a.example"}, "::", "https"),
        ({"issuer": "https://id.example", "public_url": "https://a.example/x"}, "::", "path"),
        ({"public_url": "https://a.example"}, "127.0.0.1", "nobody could sign in"),
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(
    server: dict[str, str], host: str, line: str
) -> None:
    with pytest.raises(ConfigError, match=line):
        require_safe(ServerSettings.model_validate(server), host)


def test_without_sign_on_loopback_is_fine() -> None:
    require_safe(ServerSettings(), "127.0.0.1")


def test_who_signs_in_is_known_by_name_and_role(server: Served) -> None:
    with server.signed_in("edda") as client:
        told = client.get(ME).json()
    assert told["name"] == "Edda Editor"
    assert told["permissions"] == ["ask", "corpus"]
    assert told["id"].startswith("user:")


def test_sign_on_leads_to_the_page_that_was_wanted(server: Served) -> None:
    with server.as_nobody() as client:
        turned_away = client.get("/?answer=abc", headers={"Accept": "text/html"})
        assert turned_away.status_code == 303
        assert turned_away.headers["location"] == "/auth/login?next=%2F%3Fanswer%3Dabc"
        assert sign_in(client, "rita", "/api/v1/graph").url.path == "/api/v1/graph"


def test_the_cookie_is_out_of_scripts_and_other_sites_reach(server: Served) -> None:
    with server.as_nobody() as client:
        begun = client.get("/auth/login")
        form = httpx.post(begun.headers["location"], data={"sub": "rita"})
        cookie = client.get(form.headers["location"]).headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    value = cookie.partition("=")[2].partition(";")[0]
    assert len(value) > 40
    # what is kept is no cookie that could be used
    for file in server.service.settings.var.glob("server.sqlite*"):
        assert value.encode() not in file.read_bytes()


def test_over_https_the_cookie_is_for_this_host_and_https_alone(
    small: Settings, small_desk: ClauseDesk, issuer: str, tmp_path: Path
) -> None:
    port = free_port()
    settings = company(small, tmp_path, port, issuer, public_url=f"https://127.0.0.1:{port}")
    with served(settings, small_desk, port) as server, server.as_nobody() as client:
        begun = client.get("/auth/login")
        assert "secure" in begun.headers["set-cookie"].lower()
        assert begun.headers["strict-transport-security"]
        assert server.service.cookie == "__Host-clause-desk"


def test_signing_out_ends_the_session_for_whoever_holds_the_cookie(server: Served) -> None:
    with server.signed_in("rita") as client:
        stolen = dict(client.cookies)
        assert "form" in client.get("/auth/logout").text
        assert client.get(ME).status_code == 200  # a link alone signs nobody out
        ended = client.post("/auth/logout")
        assert ended.status_code == 303
        assert "end_session" in ended.headers["location"]
    with httpx.Client(base_url=server.url, cookies=stolen) as thief:
        assert thief.get(ME).status_code == 401


def test_a_session_ends_with_the_token(
    small: Settings, small_desk: ClauseDesk, tmp_path: Path
) -> None:
    with provider(timedelta(seconds=3)) as issuer:
        port = free_port()
        with (
            served(company(small, tmp_path, port, issuer), small_desk, port) as server,
            server.signed_in("rita") as client,
        ):
            assert client.get(ME).status_code == 200
            time.sleep(3.2)
            assert client.get(ME).status_code == 401


def test_an_administrator_ends_the_sessions_of_a_reader(server: Served) -> None:
    with server.signed_in("ravi") as ravi, server.signed_in("anna") as anna:
        who = ravi.get(ME).json()["id"]
        assert who in [card["id"] for card in anna.get("/api/v1/readers").json()["readers"]]
        assert anna.delete(f"/api/v1/readers/{who}/sessions").json()["count"] >= 1
        assert ravi.get(ME).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
def test_other_sites_pages_change_nothing(server: Served, headers: dict[str, str]) -> None:
    with server.signed_in("anna") as client:
        del client.headers["origin"]
        refused = client.post("/api/v1/keys", json={"name": "evil"}, headers=headers)
        assert refused.status_code == 403
        assert client.post("/auth/logout", headers=headers).status_code == 403
        assert client.get(ME).status_code == 200
        same = {"Sec-Fetch-Site": "same-origin"}
        assert client.post("/api/v1/search", json={"question": "deposit"}, headers=same).is_success


def test_a_state_of_another_browser_signs_nobody_in(server: Served) -> None:
    with server.as_nobody() as attacker, server.as_nobody() as victim:
        begun = attacker.get("/auth/login")
        form = httpx.post(begun.headers["location"], data={"sub": "rita"})
        told = victim.get(form.headers["location"])
        assert told.status_code == 400
        assert victim.get(ME).status_code == 401


def test_a_provider_that_is_down_is_told_in_one_line(
    small: Settings, small_desk: ClauseDesk, tmp_path: Path
) -> None:
    port = free_port()
    nowhere = f"http://127.0.0.1:{free_port()}"
    with (
        served(company(small, tmp_path, port, nowhere), small_desk, port) as server,
        server.as_nobody() as client,
    ):
        told = client.get("/auth/login")
        assert told.status_code == 503 and "cannot be reached" in told.text
        # keys of our own need no provider
        with server.with_key() as machine:
            assert machine.get(ME).status_code == 200


def id_token(issuer: str, person: str) -> str:
    """A token as a machine gets it from the provider."""
    back = "http://127.0.0.1:1/auth/callback"
    asked = {
        "client_id": CLIENT_ID, "redirect_uri": back, "response_type": "code",
        "scope": "openid profile", "state": "x", "nonce": "n",
    }  # fmt: skip
    form = httpx.post(f"{issuer}/oauth2/authorize", params=asked, data={"sub": person})
    code = httpx.URL(form.headers["location"]).params["code"]
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
    told = httpx.post(f"{issuer}/oauth2/token", data=given, auth=(CLIENT_ID, "x"))
    return str(told.json()["id_token"])


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_token_of_the_provider_opens_the_interfaces_until_it_ends(
    server: Served, issuer: str
) -> None:
    token = id_token(issuer, "edda")
    head, body, signature = token.split(".")
    with server.as_nobody() as client:
        told = client.get(ME, headers={"Authorization": f"Bearer {token}"})
        assert told.json()["name"] == "Edda Editor"
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        other = {**claims, "roles": ["admin"]}
        for forged in (
            f"{head}.{_part(other)}.{signature}",
            f"{_part({'alg': 'none'})}.{_part(other)}.",
            f"{_part({'alg': 'HS256'})}.{_part(other)}.{signature}",
            f"{head}.{body}.",
            "a.b.c",
        ):
            told = client.get(ME, headers={"Authorization": f"Bearer {forged}"})
            assert told.status_code == 401, forged


def test_a_token_for_another_client_or_past_its_end_opens_nothing(
    small: Settings, small_desk: ClauseDesk, tmp_path: Path
) -> None:
    with provider(timedelta(seconds=2)) as issuer:
        port = free_port()
        settings = company(small, tmp_path / "a", port, issuer)
        with served(settings, small_desk, port) as server, server.as_nobody() as client:
            token = id_token(issuer, "rita")
            shown = {"Authorization": f"Bearer {token}"}
            assert client.get(ME, headers=shown).status_code == 200
            time.sleep(2.2)
            assert client.get(ME, headers=shown).status_code == 401
        port = free_port()
        other = company(small, tmp_path / "b", port, issuer, audience="another-client")
        with served(other, small_desk, port) as server, server.as_nobody() as client:
            shown = {"Authorization": f"Bearer {id_token(issuer, 'rita')}"}
            assert client.get(ME, headers=shown).status_code == 401


def test_a_provider_may_change_its_keys(
    small: Settings, small_desk: ClauseDesk, tmp_path: Path
) -> None:
    port, at = free_port(), free_port()
    with ExitStack() as stack:
        with provider(port=at) as issuer:
            settings = company(small, tmp_path, port, issuer)
            server = stack.enter_context(served(settings, small_desk, port))
            client = stack.enter_context(server.as_nobody())
            before = id_token(issuer, "rita")
            assert client.get(ME, headers={"Authorization": f"Bearer {before}"}).is_success
        with provider(port=at) as issuer:
            after = id_token(issuer, "edda")
            told = client.get(ME, headers={"Authorization": f"Bearer {after}"})
            assert told.json()["name"] == "Edda Editor"
            assert client.get(ME, headers={"Authorization": f"Bearer {before}"}).status_code == 401
        # the provider is down now: strangers' tokens do not make the server look again and again
        head, body, signature = before.split(".")
        header = json.loads(base64.urlsafe_b64decode(head + "=="))
        shown = [
            {"Authorization": f"Bearer {_part({**header, 'kid': f'k{n}'})}.{body}.{signature}"}
            for n in range(10)
        ]
        statuses = [client.get(ME, headers=one).status_code for one in shown]
        assert statuses[-1] == 401 and statuses.count(503) <= 4


def test_whoever_comes_to_the_callback_by_hand_leaves_nothing(server: Served) -> None:
    before = len(list(server.service.audit.lines()))
    with server.as_nobody() as client:
        for _ in range(3):
            assert client.get("/auth/callback?error=access_denied&state=x").status_code == 400
    assert len(list(server.service.audit.lines())) == before


def test_a_key_is_shown_once_scoped_and_revocable(server: Served) -> None:
    with server.signed_in("anna") as anna:
        made = anna.post("/api/v1/keys", json={"name": "importer", "scopes": ["ask"], "days": 3})
        assert made.status_code == 201
        key, card = made.json()["key"], made.json()["card"]
        assert card["made_by"] == "Anna Admin"
        listed = anna.get("/api/v1/keys").text
        assert card["id"] in listed and key not in listed
        with httpx.Client(base_url=server.url) as machine:
            machine.headers["Authorization"] = f"Bearer {key}"
            assert machine.get(ME).json()["id"] == f"key:{card['id']}"
            assert machine.get("/api/v1/keys").status_code == 403
            anna.delete(f"/api/v1/keys/{card['id']}")
            assert machine.get(ME).status_code == 401
    for file in server.service.settings.var.glob("server.sqlite*"):
        assert key.encode() not in file.read_bytes()


@pytest.mark.parametrize("shown", ["", "Bearer", "Basic YTpi", "Bearer cdk_x", "cdk_"])
def test_a_wrong_credential_is_not_made_up_for_by_a_cookie(server: Served, shown: str) -> None:
    with server.signed_in("rita") as client:
        assert client.get(ME, headers={"Authorization": shown}).status_code == 401


def test_a_key_past_its_day_opens_nothing(server: Served) -> None:
    ended = datetime.now(UTC) - timedelta(seconds=1)
    _, key = server.service.keys.make("old", [Permission.ASK], ended, LOCAL)
    assert server.service.keys.reader_of(key) is None


def test_a_wrong_secret_takes_as_long_as_an_unknown_key(server: Served) -> None:
    """Medians of many tries: what a guess takes does not tell whether its id is one."""
    key = server.key()
    wrong = key[:-43] + "A" * 43
    unknown = "cdk_" + "0" * 12 + "_" + "A" * 43
    took: dict[str, list[float]] = {wrong: [], unknown: []}
    for _ in range(400):
        for guess, times in took.items():
            began = time.perf_counter()
            assert server.service.keys.reader_of(guess) is None
            times.append(time.perf_counter() - began)
    one, other = (sorted(times)[len(times) // 2] for times in took.values())
    assert max(one, other) / min(one, other) < 1.5


def test_a_page_without_sign_on_may_do_everything_and_says_so() -> None:
    LOCAL.require(Permission.ADMIN)
    with pytest.raises(NotAllowed, match="administrator"):
        type(LOCAL)("x", "X", frozenset()).require(Permission.ASK)


def test_two_readers_in_one_browser_one_after_the_other_are_two(server: Served) -> None:
    with server.signed_in("rita") as client:
        first = client.get(ME).json()["id"]
        sign_in(client, "ravi")
        assert client.get(ME).json()["id"] != first
    with signed_in(server.url, "rita") as again:
        assert again.get(ME).json()["id"] == first
