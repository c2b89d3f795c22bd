"""One address fetched politely: robots.txt (RFC 9309), conditional requests, pauses, limits.

Only http and https, only hosts that sources.toml names; a redirect stays on its host.
"""

import re
import time
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

import httpx2
from protego import Protego

from ingest.errors import ClauseDeskError
from ingest.watching.sources import WatchedSources, host_of

_AGENT = "ClauseDesk-watch"
#: seconds for one file, and between two bytes of it
_TIMEOUT, _BETWEEN_BYTES = 60.0, 20.0
_MOST_REDIRECTS = 5
_LONGEST_ROBOTS = 500_000
#: seconds of the longest pause that a robots.txt is granted
_LONGEST_PAUSE = 60.0
_MOVED = frozenset({301, 308})
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})


class NotFetched(ClauseDeskError):
    """An address gave no document this time; the message says why, on one line."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """``data`` is None where the server says that nothing has changed; ``moved_to``: the address
    that has taken the place of this one for good."""

    data: bytes | None
    name: str
    etag: str = ""
    last_modified: str = ""
    moved_to: str | None = None


class PoliteFetcher:
    """Fetches for one run."""

    def __init__(self, sources: WatchedSources, longest: int) -> None:
        """``longest``: bytes of the largest file that is taken."""
        self._hosts = sources.hosts
        self._delay = sources.delay
        self._longest = longest
        self._robots: dict[str, Protego | None] = {}
        self._last: dict[str, float] = {}
        contact = f" (+{sources.contact})" if sources.contact else ""
        self._http = httpx2.Client(
            headers={"User-Agent": f"{_AGENT}/1.0{contact}", "Accept-Encoding": "gzip, identity"},
            timeout=_BETWEEN_BYTES,
            follow_redirects=False,
        )

    def fetch(self, url: str, etag: str = "", last_modified: str = "") -> Fetched:
        """What an address holds, unless it is what the two headers of the last time tell.

        Raises NotFetched.
        """
        wanted = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in wanted.items() if value}
        here, moved_to, for_good = url, None, True
        for _ in range(_MOST_REDIRECTS + 1):
            self._require_allowed(here, url)
            response, data = self._get(here, headers, self._longest)
            if response.status_code not in _ELSEWHERE:
                break
            target = urljoin(here, response.headers.get("location", ""))
            if not _same_place(here, target):
                raise NotFetched(f"it sends to {_shown(target)}, another host: not followed")
            for_good &= response.status_code in _MOVED
            here = target
            moved_to = here if for_good else moved_to
        else:
            raise NotFetched(f"it sends on more than {_MOST_REDIRECTS} times")
        status = response.status_code
        if status == 304 and headers:
            return Fetched(None, "", etag, last_modified, moved_to)
        if status in (404, 410):
            raise NotFetched(f"it is gone ({status})")
        if status in (401, 403):
            raise NotFetched(f"it is not open to everyone ({status})")
        if status != 200:
            raise NotFetched(f"the server answers {status}")
        return Fetched(
            data,
            _file_name(here),
            response.headers.get("etag", ""),
            response.headers.get("last-modified", ""),
            moved_to,
        )

    def _require_allowed(self, url: str, named: str) -> None:
        host = host_of(url)
        is_twin = url != named and _same_place(named, url)
        if host is None or (host not in self._hosts and not is_twin):
            raise NotFetched(f"sources.toml does not name the host of {_shown(url)}")
        robots = self._robots_of(url, host)
        if robots is None:
            raise NotFetched(
                "its robots.txt cannot be read now, which forbids everything (RFC 9309)"
            )
        if not robots.can_fetch(url, _AGENT):
            raise NotFetched("its robots.txt does not allow it")

    def _robots_of(self, url: str, host: str) -> Protego | None:
        """The rules of a host; none are told by 4xx, and a server that fails allows nothing."""
        if host not in self._robots:
            self._robots[host] = None
            try:
                response, data = self._get(urljoin(url, "/robots.txt"), {}, _LONGEST_ROBOTS)
            except NotFetched:
                return None
            if response.status_code < 500:
                rules = data.decode("utf-8", "replace") if response.status_code == 200 else ""
                self._robots[host] = Protego.parse(rules)
        return self._robots[host]

    def _get(
        self, url: str, headers: dict[str, str], longest: int
    ) -> tuple[httpx2.Response, bytes]:
        self._pause(host_of(url) or "")
        deadline = time.monotonic() + _TIMEOUT
        received = bytearray()
        try:
            with self._http.stream("GET", url, headers=headers) as response:
                for piece in response.iter_bytes():
                    received += piece
                    if len(received) > longest:
                        raise NotFetched(f"it is larger than {longest:,} bytes")
                    if time.monotonic() > deadline:
                        raise NotFetched(f"it does not come within {_TIMEOUT:g} seconds")
        except httpx2.TimeoutException as error:
            raise NotFetched(f"nothing comes within {_BETWEEN_BYTES:g} seconds") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise NotFetched(f"the connection failed, {type(error).__name__}") from error
        return response, bytes(received)

    def _pause(self, host: str) -> None:
        robots = self._robots.get(host)
        asked = robots.crawl_delay(_AGENT) if robots else None
        pause = max(self._delay, min(float(asked or 0), _LONGEST_PAUSE))
        wait = self._last.get(host, -pause) + pause - time.monotonic()
        if host in self._last and wait > 0:
            time.sleep(wait)
        self._last[host] = time.monotonic()


def _same_place(url: str, target: str) -> bool:
    """Whether an address is on the same host and port, or on its encrypted twin."""
    here, there = host_of(url), host_of(target)
    if here is None or there is None:
        return False
    if here == there:
        return not (url.startswith("https:") and target.startswith("http:"))
    return (here.removesuffix(":80"), target.startswith("https:")) == (
        there.removesuffix(":443"),
        True,
    )


def _shown(url: str) -> str:
    """An address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def _file_name(url: str) -> str:
    """The name under which a file is read: types are told by content, days may stand in it."""
    last = unquote(urlsplit(url).path).rpartition("/")[2]
    safe = re.sub(r"[^\w.()-]", "-", last).strip(".-")[-100:]
    return safe or "page"
