"""A site on loopback that plays edits, moves, outages and a login page in a document's place."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from commands import Invoke
from small_corpus import NEW_DEPOSITS, with_documents

from ingest.corpus.catalog import load_catalog
from ingest.settings import Settings
from ingest.watching.proposals import accept, dismiss, proposals
from ingest.watching.sources import SourcesError, WatchedSources, load_sources
from ingest.watching.watch import Sighting, seconds_until_due
from ingest.watching.watch import watch as look

HALLS = """GACC Announcement No. 4 of 2024 on Halls

1. An exhibitor shall keep the doors of a hall closed at night.

2. A hall shall have 4 exits at least.

3. Goods may leave a hall only if they are sealed by the local Customs.

4. This Announcement shall enter into force as from 1 May 2024.
"""
LOGIN = """<html><head><title>Sign in</title></head><body><h1>Sign in</h1><p>Please sign in with your
account to go on to the page that you asked for. Accounts are given by the administration.</p>
<form><input name=user><input type="password" name=p></form></body></html>"""


def page(text: str, *, around: str = "", title: str = "Halls") -> str:
    """A text as a web page; ``around``: what a site puts beside it."""
    paragraphs = "\n".join(f"<p>{line}</p>" for line in text.split("\n\n"))
    return f"<html><head><title>{title}</title></head><body>{around}<article>{paragraphs}</article></body></html>"


class Site(ThreadingHTTPServer):
    """``pages``: path -> (status, headers, body); what is not there is 404."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, path: str, body: str, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, named, body.encode())

    def paths(self) -> list[str]:
        """What was asked for since the last time, without robots.txt."""
        asked, self.asked = [path for path, _ in self.asked if path != "/robots.txt"], []
        return asked

    def handle_error(self, *_: Any) -> None:
        """A client that gives up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.path, headers))
        status, told, body = self.server.pages.get(self.path, (404, {}, b"no such page"))
        if told.get("ETag") and headers.get("if-none-match") == told["ETag"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in told.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: stderr belongs to the test."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_documents(tmp_path_factory.mktemp("corpus"), NEW_DEPOSITS)


@pytest.fixture
def settings(corpus: Settings, tmp_path: Path) -> Settings:
    """The corpus, with what is watched in a folder of its own; nothing is added to it here."""
    var = tmp_path / "var"
    var.mkdir()
    (var / "index").symlink_to(corpus.index)
    return Settings(corpus=corpus.corpus, var=var)


Watch = Callable[..., list[Sighting]]


@pytest.fixture
def watch(settings: Settings) -> Watch:
    def once(*sources: dict[str, Any], all_now: bool = True) -> list[Sighting]:
        named = WatchedSources.model_validate({"delay": 0, "source": sources})
        return list(look(settings, named, all_now=all_now))

    return once


def halls(site: Site) -> dict[str, Any]:
    return {"name": "halls", "page": f"{site.url}/halls.html"}


def only(sightings: list[Sighting]) -> Sighting:
    (one,) = sightings
    return one


def test_a_new_page_is_proposed_once(site: Site, settings: Settings, watch: Watch) -> None:
    site.put("/halls.html", page(HALLS))
    assert only(watch(halls(site))).finding == "proposed"
    (found,) = proposals(settings)
    assert found.entry.id == "gacc-2024-4"
    assert found.entry.source == f"{site.url}/halls.html"
    assert found.version_of is None
    assert [
        entry.id for entry in load_catalog(settings.corpus).document if "2024" in entry.id
    ] == []
    assert only(watch(halls(site))).finding == "nothing new"
    dismiss(settings, found.id)
    assert only(watch(halls(site))).finding == "nothing new"
    assert proposals(settings) == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HALLS.replace("4 exits", "6 exits"), ("other words: item 2",)),
        (HALLS.replace("\n\n4. This", "\n\n4. A hall shall be cleaned each day.\n\n5. This"),
         ("new: item 4", "other number: item 4 → item 5")),
        (HALLS.replace("3. Goods may leave a hall only if they are sealed by the local Customs.\n\n4.", "3."),
         ("gone: item 3", "other number: item 4 → item 3")),
    ],
)  # fmt: skip
def test_an_edit_is_proposed_with_what_changed(
    site: Site, settings: Settings, watch: Watch, text: str, told: tuple[str, ...]
) -> None:
    site.put("/halls.html", page(HALLS))
    watch(halls(site))
    site.put("/halls.html", page(text))
    assert only(watch(halls(site))).finding == "proposed"
    (found,) = proposals(settings)  # in the place of the one before
    assert {one.line for one in found.changes} == set(told)
    assert found.version_of == f"{site.url}/halls.html"
    assert only(watch(halls(site))).finding == "nothing new"


@pytest.mark.parametrize(
    "cosmetic",
    [
        page(HALLS, around="<nav><a href=/>Home</a> <a href=/n>News</a></nav>"),
        page(HALLS, title="Halls | now in a new design"),
        page(HALLS).replace("<p>", "<p class='new'>\n   ").replace("</p>", "  </p>\n\n"),
        page(HALLS).replace("4 exits", "4  <b>exits</b>"),
        page(HALLS)
        .replace("<article>", "<div><article>")
        .replace("</article>", "</article></div>"),
        page(HALLS).replace("sealed by", "sealed&nbsp;by"),
    ],
)
def test_a_cosmetic_edit_says_nothing(
    site: Site, settings: Settings, watch: Watch, cosmetic: str
) -> None:
    site.put("/halls.html", page(HALLS))
    watch(halls(site))
    site.put("/halls.html", cosmetic)
    assert only(watch(halls(site))).finding == "nothing new"
    assert len(proposals(settings)) == 1


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, LOGIN, "no numbered clause any more, and asks for a password"),
        (200, page("We are sorry. The page is being worked on. Come back later, please."), "no numbered clause any more"),
        (200, page(NEW_DEPOSITS.replace("exhibit", "parcel").replace("Exhibit", "Parcel").replace("Customs", "office").replace("hall", "yard")), "hardly anything of the earlier text"),
        (200, page(HALLS[:138]), "far shorter"),
        (200, "", "cannot be read"),
        (500, "oops", "the server answers 500"),
        (503, "", "the server answers 503"),
        (404, "no", "it is gone (404)"),
        (401, LOGIN, "it is not open to everyone (401)"),
    ],
)  # fmt: skip
def test_what_is_no_version_is_told_and_the_text_comes_back_in_silence(
    site: Site, settings: Settings, watch: Watch, status: int, body: str, told: str
) -> None:
    site.put("/halls.html", page(HALLS))
    watch(halls(site))
    site.put("/halls.html", body, status)
    seen = only(watch(halls(site)))
    assert seen.finding == "wrong"
    assert told in seen.line
    assert "\n" not in seen.line
    assert len(proposals(settings)) == 1
    site.put("/halls.html", page(HALLS))
    assert only(watch(halls(site))).finding == "nothing new"


def test_a_login_page_is_no_first_document(site: Site, settings: Settings, watch: Watch) -> None:
    site.put("/halls.html", LOGIN)
    seen = only(watch(halls(site)))
    assert (seen.finding, proposals(settings)) == ("wrong", ())
    assert "it has no numbered clause, and asks for a password" in seen.line


def test_moves_are_told_and_followed_on_their_host_only(site: Site, watch: Watch) -> None:
    site.put("/new.html", page(HALLS))
    site.put("/halls.html", "", 301, Location="/new.html")
    seen = only(watch(halls(site)))
    assert seen.finding == "proposed"
    assert f"moved for good to {site.url}/new.html: change sources.toml" in seen.line
    site.put("/halls.html", "", 302, Location="/new.html")
    assert only(watch(halls(site))).line == "its words are the same"
    site.paths()
    for target, shown in (
        ("http://169.254.169.254/latest/meta-data?x=1", "http://169.254.169.254/latest/meta-data"),
        (f"http://localhost:{site.server_address[1]}/new.html", "http://localhost"),
        (f"http://127.0.0.1:{site.server_address[1] + 1}/", "http://127.0.0.1"),
        ("file:///etc/passwd", "file:///etc/passwd"),
    ):
        site.put("/halls.html", "", 302, Location=target)
        seen = only(watch(halls(site)))
        assert seen.finding == "wrong"
        assert f"it sends to {shown}" in seen.line
        assert "another host: not followed" in seen.line
        assert site.paths() == ["/halls.html"]
    site.put("/halls.html", "", 302, Location="/halls.html")
    assert "sends on more than 5 times" in only(watch(halls(site))).line


def test_requests_are_conditional(site: Site, watch: Watch) -> None:
    day = "Mon, 03 Nov 2025 10:00:00 GMT"
    site.put("/halls.html", page(HALLS), ETag='"v1"', Last_Modified=day)
    watch(halls(site))
    assert only(watch(halls(site))).line == "nothing has changed"
    headers = [headers for path, headers in site.asked if path == "/halls.html"]
    assert "if-none-match" not in headers[0]
    assert headers[1]["if-none-match"] == '"v1"'
    assert headers[1]["if-modified-since"] == day
    assert headers[0]["user-agent"].startswith("ClauseDesk-watch/1.0")


@pytest.mark.parametrize(
    ("status", "rules", "allowed"),
    [
        (200, "User-agent: *\nDisallow: /halls", False),
        (200, "User-agent: *\nDisallow: /\n\nUser-agent: ClauseDesk-watch\nAllow: /", True),
        (200, "User-agent: *\nDisallow: /other", True),
        (404, "", True),
        (500, "", False),
    ],
)
def test_robots(site: Site, watch: Watch, *, status: int, rules: str, allowed: bool) -> None:
    site.put("/halls.html", page(HALLS))
    site.put("/robots.txt", rules, status)
    seen = only(watch(halls(site)))
    assert (seen.finding == "proposed") is allowed
    assert (site.paths() == ["/halls.html"]) is allowed
    assert allowed or "robots.txt" in seen.line


def feed(*links: str) -> str:
    items = "".join(f"<item><title>An entry</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def test_a_feed_brings_new_documents_from_hosts_that_are_named(
    site: Site, settings: Settings, watch: Watch
) -> None:
    news = {"name": "news", "feed": f"{site.url}/feed.xml"}
    site.put("/halls.html", page(HALLS))
    links = ("/halls.html", "/later.html", "http://other.example/x.html", "file:///etc/passwd")
    site.put("/feed.xml", feed(*links), ETag='"f1"')
    seen = watch(news)
    assert [one.finding for one in seen] == ["proposed", "wrong", "wrong"]
    assert "it is gone (404)" in seen[1].line
    assert seen[2].line == "2 entries are on hosts that sources.toml does not name"
    site.paths()
    site.put("/later.html", page(HALLS.replace("No. 4", "No. 5").replace("Halls", "Yards")))
    assert [one.finding for one in watch(news)] == ["proposed", "wrong"]
    assert site.paths() == ["/feed.xml", "/later.html"]  # what was seen is not fetched again
    assert {found.entry.id for found in proposals(settings)} == {"gacc-2024-4", "gacc-2024-5"}
    assert only(watch(news)).line == "nothing has changed"
    site.put("/feed.xml", page("No feed."))
    assert "is no feed" in only(watch(news)).line


def test_a_folder_needs_no_network(settings: Settings, watch: Watch, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    scans = {"name": "scans", "folder": str(folder)}
    assert only(watch(scans)).line == "there is no such folder"
    folder.mkdir()
    (folder / "halls.txt").write_text(HALLS, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    findings = {Path(seen.address).name: seen.finding for seen in watch(scans)}
    assert findings == {"halls.txt": "proposed", "broken.pdf": "wrong"}
    assert [seen.finding for seen in watch(scans)] == ["wrong"]
    (folder / "halls.txt").write_text(HALLS.replace("4 exits", "9 exits"), encoding="utf-8")
    seen = {Path(one.address).name: one.line for one in watch(scans)}
    assert "other words: item 2" in seen["halls.txt"]
    assert len(proposals(settings)) == 1


def test_what_the_corpus_holds_is_not_proposed(site: Site, watch: Watch) -> None:
    site.put("/deposits.txt", NEW_DEPOSITS)
    held = {"name": "deposits", "page": f"{site.url}/deposits.txt", "document": "gacc-2022-8"}
    assert only(watch(held)).finding == "nothing new"
    site.put("/deposits.txt", NEW_DEPOSITS.replace("4,500", "5,500"))
    seen = only(watch(held))
    assert seen.finding == "proposed"
    assert "new text of gacc-2022-8" in seen.line
    assert "other words: item 2" in seen.line


def test_sources_are_looked_at_when_they_are_due(
    site: Site, settings: Settings, watch: Watch
) -> None:
    site.put("/halls.html", page(HALLS))
    named = WatchedSources.model_validate({"source": [halls(site) | {"every": "12h"}]})
    assert seconds_until_due(settings, named) == 0
    assert len(watch(halls(site), all_now=False)) == 1
    assert watch(halls(site), all_now=False) == []
    assert 11 * 3600 < seconds_until_due(settings, named) <= 12 * 3600


def test_a_run_that_was_stopped_goes_on(site: Site, settings: Settings) -> None:
    links = [f"/{n}.html" for n in range(4)]
    for n, link in enumerate(links):
        site.put(link, page(HALLS.replace("No. 4", f"No. {n + 10}").replace("Halls", f"Hall {n}")))
    site.put("/feed.xml", feed(*links))
    news = {"name": "news", "feed": f"{site.url}/feed.xml"}
    sources = WatchedSources.model_validate({"delay": 0, "source": [news]})
    stopped = look(settings, sources, all_now=False)
    next(stopped)
    next(stopped)
    stopped.close()
    site.paths()
    list(look(settings, sources, all_now=False))
    assert site.paths() == ["/feed.xml", *links[2:]]
    assert len(proposals(settings)) == 4


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[source]]\nname = 'a'", "give one of page, feed and folder"),
        ("[[source]]\nname = 'a'\npage = 'ftp://x/y'", "ftp://x/y is no address"),
        ("[[source]]\nname = 'a'\npage = 'https://me:pw@x/y'", "is no address"),
        ("[[source]]\nname = 'a'\npage = 'https://x/y'\nevery = 'often'", "every"),
        ("[[source]]\nname = 'a'\nfolder = '/a'\ndocument = 'x'", "document belongs to a page"),
        ("[[source]]\nname = 'a'\nfolder = '/a'\n[[source]]\nname = 'a'\nfolder = '/b'", "two sources are called a"),
        ("[[source]]\nname = 'a'\nfolder = '/a'\ncolour = 1", "colour"),
        ("[[source", "is no TOML"),
        (None, "nothing is watched: there is no"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SourcesError) as raised:
        load_sources(tmp_path)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_person_accepts_and_the_next_text_is_a_version_of_it(
    site: Site, tmp_path: Path, ingest: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_documents(tmp_path)
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(settings.corpus))
    monkeypatch.setenv("CLAUSEDESK_VAR", str(settings.var))
    site.put("/halls.html", page(HALLS))
    (settings.corpus / "sources.toml").write_text(
        f"delay = 0\n[[source]]\nname = 'halls'\npage = '{site.url}/halls.html'\n", encoding="utf-8"
    )
    done = ingest("watch")
    assert done.code == 0
    assert "1 proposed, 0 could not be looked at" in done.out
    (found,) = proposals(settings)
    listed = ingest("proposals").out
    assert f"{found.id}  new document: " in listed
    assert "1 wait: python -m ingest accept ID, or dismiss ID" in listed
    taken = ingest("accept", found.id, "--title", "Halls of the Fair")
    assert taken.code == 0, taken.err
    (entry,) = (e for e in load_catalog(settings.corpus).document if e.id == "gacc-2024-4")
    assert entry.title == "Halls of the Fair"
    assert ingest("proposals").out == "0 wait\n"
    assert "0 proposed, 0 could" in ingest("watch").out  # it is not due yet
    site.put("/halls.html", page(HALLS.replace("4 exits", "6 exits")))
    assert "new text of gacc-2024-4" in ingest("watch", "--all").out
    (newer,) = proposals(settings)
    assert "dismissed" in ingest("dismiss", newer.id).out
    gone = ingest("accept", newer.id)
    assert gone.code == 2
    assert f"no proposal {newer.id} waits; there are: none" in gone.err
    site.put("/halls.html", "", 500)
    assert ingest("watch", "--all").code == 1
    visits = json.loads((settings.var / "watched" / "visits.json").read_text(encoding="utf-8"))
    assert visits["at"][f"{site.url}/halls.html"]["document"] == "gacc-2024-4"


def test_a_document_that_is_accepted_twice_is_told(
    site: Site, settings: Settings, watch: Watch
) -> None:
    site.put("/halls.html", page(HALLS))
    watch(halls(site))
    (found,) = proposals(settings)
    with pytest.raises(Exception, match=r"the id gacc-2022-8 is taken"):
        accept(settings, found.id, {"id": "gacc-2022-8"}, lambda *_: None)
    assert proposals(settings) == (found,)
