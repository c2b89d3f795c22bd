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


class _Count(int):
    def __format__(self, form: str) -> str:
        one, bar, many = form.partition("|")
        if not bar:
            return super().__format__(form)
        return one if self == 1 else many


class Texts:
    """The texts of one language by ``section.key``."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = entries

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def text(self, key: str, **values: object) -> str:
        """A text with its values put in; raises KeyError for a key that is not there.

        A number also chooses between words for one and for many: ``{count:step|steps}``.
        """
        counted = {
            name: _Count(value) if type(value) is int else value for name, value in values.items()
        }
        return self._entries[key].format(**counted)


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
            if _values(entries[first][key]) != _values(entries[language][key]):
                raise ConfigError(
                    f"{language}.toml: {key} must name the same values as in {first}.toml"
                )
    return {language: Texts(found) for language, found in entries.items()}


def _read(file: Path) -> dict[str, str]:
    try:
        sections = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"the texts in {file} cannot be read: {error}") from error
    entries: dict[str, str] = {}
    for section, found in sections.items():
        if not isinstance(found, dict):
            raise ConfigError(f"{file.name}: {section} must be a section of texts")
        for key, value in found.items():
            if not isinstance(value, str):
                raise ConfigError(f"{file.name}: {section}.{key} must be a text")
            entries[f"{section}.{key}"] = value
    return entries


def _values(entry: str) -> frozenset[str]:
    return frozenset(_VALUE.findall(entry))
