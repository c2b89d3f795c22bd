"""The words that the checks know: words/*.txt, which this module alone reads.

One format for all: a line is a row of words that count as one, parted by "|", in whatever
inflection where they are compared by stem. What a row is called stands before a colon, a table of
rows begins with its name in brackets, "#" begins a comment.

    [trade]
    import: import* | 进口
    export: export*

Where words are looked for as written (:func:`expression`), "*" stands for any ending, " #" for a
number that follows, and a plural is meant too.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from ingest.text.language import is_chinese

_FOLDER = Path(__file__).with_name("words")
_TABLE = re.compile(r"\[(?P<name>[^\]]+)\]")
_ROW = re.compile(r"(?:(?P<name>[^:|]+):\s+)?(?P<words>.+)")


@dataclass(frozen=True, slots=True)
class WordRow:
    """``table`` and ``name`` are "" in a file that has none."""

    table: str
    name: str
    words: tuple[str, ...]


def rows(file: str) -> tuple[WordRow, ...]:
    """The rows of words/FILE.txt, in their order."""
    found: list[WordRow] = []
    table = ""
    for line in (_FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        if head := _TABLE.fullmatch(line):
            table = head["name"]
        elif (row := _ROW.fullmatch(line)) and not line.startswith("#"):
            parts = tuple(word.strip() for word in row["words"].split("|"))
            found.append(WordRow(table, row["name"] or "", parts))
    return tuple(found)


def words(file: str, table: str = "") -> frozenset[str]:
    """All words of a file's table."""
    return frozenset(word for row in rows(file) if row.table == table for word in row.words)


def expression(word: str) -> str:
    r"""A word as a regular expression.

    >>> expression("import*"), expression("client company"), expression("within #")
    ('import\\w*', 'client\\ compan(?:y|ies)', 'within(?=\\ \\d)')
    """
    word, number, _ = word.partition(" #")
    stem, ending, _ = word.partition("*")
    found = re.escape(stem)
    if ending:
        found += r"\w*"
    elif not number and word[-1].isalpha() and not is_chinese(word):
        found = f"{found[:-1]}(?:y|ies)" if re.search("[^aeiou]y$", word) else f"{found}(?:e?s)?"
    return f"{found}(?=\\ \\d)" if number else found
