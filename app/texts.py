"""What the pages themselves say, in each language: one file of texts each.

An answer's own words stand in app.wording. The files are read once; a key that one
language lacks, or that names other values in one than in the other, is an error.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

from app.wording import Language
from ingest.errors import ConfigError

FOLDER = Path(__file__).with_name("pages") / "texts"
LANGUAGES: tuple[Language, ...] = get_args(Language)

_VALUE = re.compile(r"\{(\w+)[^}]*\}")

Entry = str | tuple[str, ...]


class Texts:
    """The texts of one language by ``section.key``."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def text(self, key: str, **values: object) -> str:
        """A text with its values put in; raises KeyError for a key that is not there."""
        entry = self._entries[key]
        if not isinstance(entry, str):
            raise KeyError(f"{key} is a list of texts")
        return entry.format(**values)

    def lines(self, key: str) -> tuple[str, ...]:
        """A list of texts, such as examples; raises KeyError for a key that is none."""
        entry = self._entries[key]
        if isinstance(entry, str):
            raise KeyError(f"{key} is a single text")
        return entry


def texts(language: Language) -> Texts:
    return _all_texts()[language]


@cache
def _all_texts() -> Mapping[Language, Texts]:
    return load_texts(FOLDER)


def load_texts(folder: Path) -> dict[Language, Texts]:
    """The files ``en.toml``, ``zh.toml`` of a folder.

    Raises ConfigError, naming file and key, for a text that is missing in one language,
    is no text, or names other values than in the first language.
    """
    entries = {language: _read(folder / f"{language}.toml") for language in LANGUAGES}
    first = LANGUAGES[0]
    for language in LANGUAGES[1:]:
        for key in entries[first] | entries[language]:
            for one in (first, language):
                if key not in entries[one]:
                    raise ConfigError(f"{one}.toml lacks the text {key}")
            if _shape(entries[first][key]) != _shape(entries[language][key]):
                raise ConfigError(
                    f"{language}.toml: {key} must name the same values, and as many lines, "
                    f"as in {first}.toml"
                )
    return {language: Texts(found) for language, found in entries.items()}


def _read(file: Path) -> dict[str, Entry]:
    try:
        sections = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"the texts in {file} cannot be read: {error}") from error
    entries: dict[str, Entry] = {}
    for section, found in sections.items():
        if not isinstance(found, dict):
            raise ConfigError(f"{file.name}: {section} must be a section of texts")
        for key, value in found.items():
            is_lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
            if not is_lines and not isinstance(value, str):
                raise ConfigError(f"{file.name}: {section}.{key} must be a text or a list of texts")
            entries[f"{section}.{key}"] = tuple(value) if is_lines else value
    return entries


def _shape(entry: Entry) -> tuple[int, frozenset[str]]:
    lines = (entry,) if isinstance(entry, str) else entry
    count = -1 if isinstance(entry, str) else len(lines)
    return count, frozenset(name for line in lines for name in _VALUE.findall(line))
