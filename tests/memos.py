"""Memos made from true ones by one change each, and what the check of texts makes of them.

    PYTHONPATH=.:tests python tests/memos.py --memos 200 [FILE…]

prints, by kind of change, how many wrong citations and false rules were found over the shipped
corpus, made-up documents and the FILEs; it ends with 1 when one was shown as right.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from page_index import real_index
from small_corpus import LAW_2018, LAW_2024, NEW_DEPOSITS, OLD_DEPOSITS

from app.contract import CheckOutcome
from app.desk import ClauseDesk
from app.library import Library
from app.text_check.check import TextChecker
from app.text_check.report import WRONG, CitationVerdict
from ingest.facts.references import find_references
from ingest.keeping.changes import add_documents
from ingest.keeping.proposal import Corrections
from ingest.settings import Settings
from ingest.structure import Clause
from ingest.text.language import is_chinese
from ingest.text.sentences import sentences

DAY = date(2026, 1, 1)
_PLACE = re.compile(r"(?:item|article|paragraph|rule|section) [\dⅠ-Ⅻ]|第.{1,6}条$")
_CONDITION = re.compile(r"(?:^|, )(?:if|where|when|unless|provided that)\b[^,;.]{8,}(?:, |(?=\.))|，?除[^，。]{2,}外，|，?[^，。]{4,}的，", re.I)  # fmt: skip
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]  # fmt: skip
_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")
_FIGURE = re.compile(
    r"(?<![\w.,/-])\d{1,3}(?:,\d{3})*(?![\w/.-])|[一二三四五六七八九]+(?=[个日天年月倍万千百])"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence of a clause, and how the clause is cited."""

    clause: Clause
    document: str
    place: str
    words: str

    @property
    def chinese(self) -> bool:
        return is_chinese(self.words)


@dataclass(frozen=True, slots=True)
class Stated:
    """A paragraph of a memo: one citation, one sentence. ``change``: "" for a true one;
    ``is_citation``: the change makes the citation wrong, else the rule."""

    text: str
    change: str
    is_citation: bool = False


def rules_of(library: Library, only: Sequence[str] = ()) -> list[Rule]:
    """The rules of clauses that can be cited by number, in force on the day or repealed."""
    found: list[Rule] = []
    for clause in library.clauses():
        document = library.documents[clause.document_id]
        place = clause.num or "" if document.entry.language == "zh" else clause.locator
        if (only and clause.document_id not in only) or clause.is_heading or clause.children:
            continue
        if not _PLACE.match(place) or clause.read_under or library.status(clause, DAY).replaced_by:
            continue
        name = document.entry.citation_name
        name = f"《{name}》" if document.entry.language == "zh" else name
        text = clause.text.removeprefix(clause.num or "").strip()
        words = [" ".join(text[s:e].split()) for s, e in sentences(text)]
        long = 14 if document.entry.language == "zh" else 60
        found += [
            Rule(clause, name, place, sentence)
            for sentence in words
            if long <= len(sentence) <= 400
            and sentence.endswith((".", "。"))
            and re.search(r"\b(?:shall|may|must)\b|应当|不得|可以|必须", sentence)
            and not find_references(sentence)
            and not re.search(r"[“”\"]|\b(?:this|these|such|the above)\b", sentence)
        ]
    return found


def memo(rules: Sequence[Rule], library: Library, chance: random.Random) -> list[Stated]:
    """Three to five paragraphs, one of them changed (none in every fifth memo)."""
    told: list[Stated] = []
    chosen = chance.sample(rules, chance.randint(3, 5))
    wrong = chance.randrange(len(chosen)) if chance.random() < 0.8 else -1
    for at, rule in enumerate(chosen):
        changed = _changed(rule, rules, library, chance) if at == wrong else None
        told.append(
            changed or Stated(_paragraph(rule, chance), _repealed(rule, library), is_citation=True)
        )
    return told


def _repealed(rule: Rule, library: Library) -> str:
    return "repealed" if library.status(rule.clause, DAY).status == "repealed" else ""


def _paragraph(rule: Rule, chance: random.Random, *, quoted: bool | None = None) -> str:
    quoted = chance.random() < 0.5 if quoted is None else quoted
    words = rule.words.rstrip(".。")
    if rule.chinese:
        return (
            f"{rule.document}{rule.place}规定：“{words}。”"
            if quoted
            else f"根据{rule.document}{rule.place}，{words}。"
        )
    if quoted:
        return chance.choice((
            f"{rule.document}, {rule.place}, reads: “{words}.”",
            f"“{words}” ({rule.place} of {rule.document}).",
        ))  # fmt: skip
    lower = (
        words[0].lower() + words[1:]
        if words.split()[0] in ("The", "A", "An", "In", "Where", "If")
        else words
    )
    return chance.choice((
        f"Under {rule.place} of {rule.document}, {lower}.",
        f"{words} ({rule.document}, {rule.place}).",
    ))  # fmt: skip


def _changed(
    rule: Rule, rules: Sequence[Rule], library: Library, chance: random.Random
) -> Stated | None:
    """The rule with one change, of a kind that it can have."""
    repealed = [r for r in rules if _repealed(r, library)]
    kinds = ["number", "item", "item", "no item", "invented", "other words", "other words", "date", "figure", "negation", "negation", "condition", "repealed"]  # fmt: skip
    chance.shuffle(kinds)
    for kind in kinds:
        if kind == "repealed" and repealed:
            return Stated(_paragraph(chance.choice(repealed), chance), kind, is_citation=True)
        if _repealed(rule, library):
            continue
        changed: Rule | None = None
        if kind in ("number", "item", "no item", "invented"):
            changed = _cited_wrongly(rule, rules, kind, chance)
        elif kind != "repealed" and (words := _false(rule.words, kind, chance)) not in (
            None,
            rule.words,
        ):
            changed = Rule(rule.clause, rule.document, rule.place, words or "")
        if changed is not None:
            quoted = {"other words": True}.get(kind, None if kind in ("number", "item", "no item", "invented") else False)  # fmt: skip
            is_citation = kind in ("number", "item", "no item", "invented", "other words")
            return Stated(_paragraph(changed, chance, quoted=quoted), kind, is_citation=is_citation)
    return None


def _cited_wrongly(
    rule: Rule, rules: Sequence[Rule], kind: str, chance: random.Random
) -> Rule | None:
    if kind == "number":
        others = sorted(
            {r.document for r in rules if r.document != rule.document and r.chinese == rule.chinese}
        )
        return Rule(rule.clause, chance.choice(others), rule.place, rule.words) if others else None
    if kind == "invented":
        name = (
            f"《第{chance.randint(2, 9)}号检查细则办法》"
            if rule.chinese
            else f"GACC Announcement No. {chance.randint(300, 990)} of {chance.randint(2012, 2024)}"
        )
        return Rule(rule.clause, name, rule.place, rule.words)
    if kind == "no item":
        place = (
            "第九百零一条"
            if rule.chinese
            else f"{rule.place.split()[0]} {chance.randint(300, 900)}"
        )
        return Rule(rule.clause, rule.document, place, rule.words)
    same = sorted(
        {
            r.place
            for r in rules
            if r.document == rule.document
            and r.clause.path.split(".")[0] != rule.clause.path.split(".")[0]
        }
    )
    holding = {r.place for r in rules if r.words == rule.words}
    same = [place for place in same if place not in holding]
    return Rule(rule.clause, rule.document, chance.choice(same), rule.words) if same else None


def _false(words: str, kind: str, chance: random.Random) -> str | None:
    if kind == "date" and (found := _DATE.search(words)):
        month = chance.choice([m for m in _MONTHS if m != found[2]])
        return f"{words[: found.start()]}{found[1]} {month} {found[3]}{words[found.end() :]}"
    if kind == "figure" and (found := _FIGURE.search(words)) and not _DATE.search(words):
        other = (
            "八"
            if is_chinese(found[0]) and found[0] != "八"
            else str(int(found[0].replace(",", "")) + 7)
            if found[0][0].isdigit()
            else "九"
        )
        return words[: found.start()] + other + words[found.end() :]
    if kind == "negation":
        for old, new in (
            ("shall not", "shall"),
            ("shall", "shall not"),
            ("must", "need not"),
            ("may", "may not"),
            ("不得", "可以"),
            ("应当", "无需"),
            ("可以", "不得"),
        ):
            if re.search(rf"\b{old}\b" if old.isascii() else old, words):
                return words.replace(old, new, 1)
    if kind == "condition" and (found := _CONDITION.search(words)):
        left = (
            words[: found.start()]
            + (" " if found.start() and found[0].endswith(", ") else "")
            + words[found.end() :]
        ).strip(" ,，")
        return left[:1].upper() + left[1:] if len(left) > 20 else None
    if kind == "other words":
        tokens = words.split(" ")
        long = [n for n, t in enumerate(tokens) if t.isalpha() and len(t) > 5]
        if not is_chinese(words) and len(long) > 1:
            tokens[chance.choice(long)] = chance.choice(
                ("promptly", "ordinary", "foreign", "documents")
            )
            return " ".join(tokens)
        if is_chinese(words):
            at = chance.randrange(2, len(words) - 3)
            return f"{words[:at]}其他{words[at + 2 :]}"
    return None


def told_of(verdict: CitationVerdict | None) -> str:
    """A verdict in a word; None: the citation was not seen."""
    if verdict is None:
        return "missed"
    if verdict in WRONG:
        return "wrong"
    return "right" if verdict is CitationVerdict.RIGHT else "not checked"


@dataclass
class Tally:
    """By kind of change: what was told of citations and of rules."""

    citations: Counter[tuple[str, str]]
    sentences: Counter[tuple[str, str]]
    shown_as_right: list[str]
    called_wrong: list[str]

    def add(
        self, stated: Stated, verdicts: Iterator[CitationVerdict], checks: Iterator[CheckOutcome]
    ) -> None:
        verdict, check = next(verdicts, None), next(checks, None)
        told = told_of(verdict)
        if stated.is_citation:
            self.citations[stated.change, told] += 1
        rule = "silent" if check is None else check.value
        if not stated.is_citation or not stated.change:
            self.sentences[stated.change, rule] += 1
        if stated.change and (
            told == "right" if stated.is_citation else check is CheckOutcome.VERIFIED
        ):
            self.shown_as_right.append(f"{stated.change}: {stated.text}")
        if not stated.change and (told == "wrong" or check is CheckOutcome.FAILED):
            self.called_wrong.append(f"{verdict}, {check}: {stated.text}")


def measured(checker: TextChecker, memos: Sequence[Sequence[Stated]]) -> Tally:
    tally = Tally(Counter(), Counter(), [], [])
    for paragraphs in memos:
        text = "\n\n".join(one.text for one in paragraphs)
        told = checker.check(text, DAY)
        at = 0
        for one in paragraphs:
            end = at + len(one.text)
            verdicts = [c.verdict for c in told.citations if at <= c.start < end]
            checks = [s.check for s in told.sentences if at <= s.start < end]
            tally.add(one, iter(verdicts), iter(checks))
            at = end + 2
    return tally


def corpus_with(folder: Path, files: Sequence[Path]) -> Settings:
    """The shipped corpus, made-up documents and some files."""
    real = real_index()
    shutil.copytree(real.corpus, folder / "corpus")
    shutil.copytree(real.index, folder / "var" / "index")
    (folder / "var" / "embeddings.sqlite").symlink_to(real.var / "embeddings.sqlite")
    settings = Settings(corpus=folder / "corpus", var=folder / "var")
    new = folder / "new"
    new.mkdir()
    for number, text in enumerate((OLD_DEPOSITS, NEW_DEPOSITS, LAW_2018, LAW_2024)):
        (new / f"{number}.txt").write_text(text, encoding="utf-8")
    add_documents(settings, [new, *files], Corrections(), lambda *_: None)
    return settings


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--memos", type=int, default=200)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--show", action="store_true", help="the errors too")
    asked.add_argument("files", nargs="*", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        desk = ClauseDesk.open(corpus_with(Path(folder), given.files))
        library, chance = desk.library(), random.Random(given.seed)
        rules = rules_of(library)
        memos = [memo(rules, library, chance) for _ in range(given.memos)]
        begin = time.perf_counter()
        tally = measured(TextChecker(desk.searcher()), memos)
        seconds = time.perf_counter() - begin
    for what, counts in (("citations", tally.citations), ("rules", tally.sentences)):
        for change in sorted({change for change, _ in counts}):
            row = {told: n for (kind, told), n in counts.items() if kind == change}
            print(f"{what:<10} {change or 'true':<12} {row}")
        total = sum(n for (kind, _), n in counts.items() if kind)
        found = sum(n for (kind, told), n in counts.items() if kind and told in ("wrong", "failed"))
        true = sum(n for (kind, _), n in counts.items() if not kind)
        wrong = sum(
            n for (kind, told), n in counts.items() if not kind and told in ("wrong", "failed")
        )
        unsure = sum(
            n for (_, told), n in counts.items() if told in ("not checked", "not_checked", "silent")
        )
        print(
            f"{what}: found {found}/{total} = {found / max(total, 1):.3f}; true called wrong {wrong}/{true} = {wrong / max(true, 1):.3f}; not checked {unsure / max(total + true, 1):.3f}"
        )
    print(
        f"{len(rules)} rules; {seconds / given.memos:.2f} s a memo; shown as right: {len(tally.shown_as_right)}"
    )
    if given.show:
        print(
            "\n".join(
                ["SHOWN AS RIGHT", *tally.shown_as_right, "CALLED WRONG", *tally.called_wrong]
            )
        )
    sys.exit(bool(tally.shown_as_right))


if __name__ == "__main__":
    main()
