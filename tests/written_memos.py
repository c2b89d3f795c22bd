"""Memos that people wrote in free words, and what the check of texts makes of them.

    PYTHONPATH=.:tests python tests/written_memos.py [--show] [FILE]

A line of FILE (``eval/data/written_memos.jsonl``) is a memo: its sentences, the citations of each and
whether they are right, and whether the sentence states a rule of the corpus ("true"), the contrary
("false"), a rule that the corpus does not speak of ("elsewhere") or none ("none").
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from memos import told_of
from page_index import real_desk
from pydantic import BaseModel, ConfigDict, Field

from app.contract import CheckOutcome
from app.text_check.check import TextChecker
from app.text_check.report import CheckedCitation, CheckedSentence

FILE = Path(__file__).parents[1] / "eval" / "data" / "written_memos.jsonl"
DAY = date(2026, 1, 1)


class WrittenCitation(BaseModel):
    """``as``: its words in the sentence; ``why`` it is wrong, "" of a right one; "not held …"
    of one that is right and that the corpus does not hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: str = Field(alias="as")
    right: bool
    why: str = ""


class WrittenSentence(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    citations: tuple[WrittenCitation, ...]
    rule: Literal["true", "false", "none", "elsewhere"]
    why: str = ""


class WrittenMemo(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    language: Literal["en", "zh"]
    sentences: tuple[WrittenSentence, ...]


def measured(checker: TextChecker, memo: WrittenMemo) -> Iterator[tuple[str, str, str]]:
    """What each citation and rule is, what was told of it, and a line that shows it."""
    told = checker.check(" ".join(one.text for one in memo.sentences), DAY)
    at = 0
    for one in memo.sentences:
        for cited in one.citations:
            begin = at + one.text.index(cited.words)
            end = begin + len(cited.words)
            found = _told_at(begin, end, told.citations)
            kind = f"{'right' if cited.right else 'wrong'} citation"
            if cited.right and cited.why.startswith("not held"):
                kind = "not held citation"
            reason = found.line("en") if found else ""
            yield (
                kind,
                told_of(found.verdict if found else None),
                f"{cited.words} ({cited.why}): {reason}",
            )
        end = at + len(one.text)
        checks = [s for s in told.sentences if s.start < end and at < s.end]
        yield (
            f"{one.rule} rule" if one.rule != "none" else "no rule",
            _worst(checks),
            f"{one.text} ({one.why}): " + "; ".join(check.line("en") for check in checks),
        )
        at = end + 1


def _told_at(begin: int, end: int, citations: Iterable[CheckedCitation]) -> CheckedCitation | None:
    """What is told of these words: as a citation, else as what is quoted from one."""
    among = list(citations)
    spans = [(c, (c.start, c.end)) for c in among] + [
        (c, c.quotation) for c in among if c.quotation is not None
    ]
    return next((c for c, (start, stop) in spans if start < end and begin < stop), None)


def _worst(checks: list[CheckedSentence]) -> str:
    """Of the parts of a sentence; a sentence in which no rule was seen is silent."""
    order = (CheckOutcome.FAILED, CheckOutcome.NOT_CHECKED, CheckOutcome.VERIFIED)
    return next((o.value for o in order if any(c.check is o for c in checks)), "silent")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--show", action="store_true", help="each of them too")
    asked.add_argument("file", nargs="?", type=Path, default=FILE)
    given = asked.parse_args()
    lines = given.file.read_text(encoding="utf-8").splitlines()
    checker = TextChecker(real_desk().searcher())
    counts: Counter[tuple[str, str]] = Counter()
    for memo in map(WrittenMemo.model_validate_json, lines):
        for kind, told, line in measured(checker, memo):
            counts[kind, told] += 1
            if given.show:
                print(f"{memo.id} {kind}, {told}: {line}")
    for kind in sorted({kind for kind, _ in counts}):
        of_kind = {told: count for (one, told), count in counts.items() if one == kind}
        told = ", ".join(f"{count} {told}" for told, count in sorted(of_kind.items()))
        print(f"{kind:<16} {sum(of_kind.values()):>4}: {told}")


if __name__ == "__main__":
    main()
