"""corpus/sources.toml: the pages, feeds and folders that are watched, and how often."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, model_validator

from ingest.errors import ClauseDeskError
from ingest.records import Frozen

FILE = "sources.toml"
_EVERY = re.compile(r"([1-9]\d{0,3})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


class SourcesError(ClauseDeskError):
    """sources.toml is missing or wrong; the message names the source."""


class WatchedSource(Frozen):
    """One of ``page``, ``feed`` (RSS or Atom, each entry a document) and ``folder`` (each file one).

    ``every``: "12h", "1d", "2w"; ``document``: the id of the text that is held of a page.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")
    page: str | None = None
    feed: str | None = None
    folder: Path | None = None
    every: str = Field(default="1d", pattern=f"^{_EVERY.pattern}$")
    document: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(place is not None for place in (self.page, self.feed, self.folder)) != 1:
            raise ValueError("give one of page, feed and folder")
        if self.url is not None and host_of(self.url) is None:
            raise ValueError(
                f"{self.url} is no address: write https://…, without user and password"
            )
        if self.document is not None and self.page is None:
            raise ValueError("document belongs to a page: a feed and a folder have many")
        return self

    @property
    def url(self) -> str | None:
        return self.page or self.feed

    @property
    def interval(self) -> timedelta:
        number, unit = self.every[:-1], self.every[-1]
        return timedelta(hours=int(number) * _HOURS[unit])


class WatchedSources(Frozen):
    """``contact``: an address that those who are visited can write to, part of the User-Agent;
    ``delay``: seconds between two requests to one host, or more where its robots.txt asks for it."""

    contact: str | None = Field(default=None, pattern=r"^[\x21-\x7e]{1,200}$")
    delay: float = Field(default=2.0, ge=0)
    source: tuple[WatchedSource, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [source.name for source in self.source]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two sources are called {twice}")
        return self

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are named, with their ports: no other is ever spoken to."""
        found = (host_of(source.url) for source in self.source if source.url)
        return frozenset(host for host in found if host)


def host_of(url: str) -> str | None:
    """Host and port of an address that may be fetched, "example.org:443"; None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return None
    return f"{parts.hostname}:{port}"


def load_sources(corpus: Path) -> WatchedSources:
    """Raises SourcesError, with what to do, when there is no such file or it is wrong."""
    path = corpus / FILE
    try:
        return WatchedSources.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise SourcesError(
            f"nothing is watched: there is no {path} (docs/watching.md tells what it holds)"
        ) from None
    except OSError as error:
        raise SourcesError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path} is no TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise SourcesError(
            f"{path}: {field}: {first['msg'].removeprefix('Value error, ')}"
        ) from error
