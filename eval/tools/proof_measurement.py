"""How well the citation check tells true sentences from false ones, by kind of mutation.

The pairs (``eval/data/checker_pairs.jsonl``) are sentences, each with the clauses that it cites:
true ones, close to the clause's wording or in free words, false ones made from them by one
change, and what a small model wrote, judged by hand. ``dev`` and ``test`` were split by clause;
``fresh`` was written last; ``hand1`` to ``hand3`` come each from a writer who had not seen the
check, ``blind`` from another one whose sentences nobody who works on it has seen.
docs/citation-check.md tells what each gave before its errors were looked at. The reference
answers of the topics are a further set of true sentences; many lean on their question
("Yes, …"), so they count by themselves.

caught: share of false sentences that are not shown as verified (recall of the check);
precision: share of failed sentences that are false; failed, not checked: of true sentences.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError

from app.contract import CheckOutcome, Frozen
from app.proof import CheckedStatement, CitationChecker
from app.teaching.topics import Topic
from eval.choices import SentenceSplit
from eval.errors import CannotRun
from ingest.corpus.catalog import load_catalog
from ingest.corpus.documents import CorpusDocument
from ingest.corpus.glossary import Glossary
from ingest.index.units import context_of, quoted_text
from ingest.pipeline import read_document
from ingest.settings import Settings
from ingest.text.tokenizer import Tokenizer

#: the bars: false sentences caught, true ones failed, paraphrases not checked
CAUGHT, TRUE_FAILED, PARAPHRASE_UNCHECKED = 0.95, 0.05, 0.33
#: sentences of each kind in the short form
SHORT = 2

#: their errors are never printed: what one has seen one tunes on
SEALED: tuple[SentenceSplit, ...] = ("test", "blind")
Style = Literal["near", "paraphrase", "model", "chinese", "reference"]


class LabelledSentence(Frozen):
    """A sentence and the clauses that it cites; ``kind``: the mutation of a false one."""

    statement: str
    clauses: tuple[str, ...]
    label: bool
    kind: str | None
    style: Style
    split: SentenceSplit


@dataclass(frozen=True, slots=True)
class Judged:
    pair: LabelledSentence
    result: CheckedStatement


@dataclass(frozen=True, slots=True)
class ProofRow:
    """Sentences of one kind, and how many got each outcome."""

    name: str
    label: bool
    verified: int
    failed: int
    not_checked: int

    @property
    def count(self) -> int:
        return self.verified + self.failed + self.not_checked


@dataclass(frozen=True, slots=True)
class ProofFigures:
    true_rows: tuple[ProofRow, ...]
    false_rows: tuple[ProofRow, ...]

    @property
    def caught(self) -> float:
        return 1 - _share(self.false_rows, "verified")

    @property
    def true_failed(self) -> float:
        return _share([r for r in self.true_rows if r.name != "true, reference"], "failed")

    @property
    def references_failed(self) -> float:
        return _share([r for r in self.true_rows if r.name == "true, reference"], "failed")

    @property
    def paraphrases_unchecked(self) -> float:
        return _share([r for r in self.true_rows if r.name == "true, paraphrase"], "not_checked")

    @property
    def precision(self) -> float:
        failed_false = sum(row.failed for row in self.false_rows)
        return failed_false / max(1, failed_false + sum(row.failed for row in self.true_rows))

    @property
    def holds(self) -> bool:
        return (
            self.caught >= CAUGHT
            and self.true_failed <= TRUE_FAILED
            and self.paraphrases_unchecked <= PARAPHRASE_UNCHECKED
        )


def load_pairs(path: Path) -> tuple[LabelledSentence, ...]:
    """Raises CannotRun, naming the line, for a file that is missing or wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return tuple(LabelledSentence.model_validate_json(line) for line in lines if line.strip())
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        raise CannotRun(
            f"{path}: {error.errors()[0]['msg']}: {error.errors()[0]['loc']}"
        ) from error


def reference_pairs(topics: Iterable[Topic]) -> Iterator[LabelledSentence]:
    """The reference answers of English topics, as true sentences about their gold clauses."""
    for topic in topics:
        if topic.answerable and topic.language == "en" and topic.reference:
            yield LabelledSentence(
                statement=topic.reference,
                clauses=tuple(dict.fromkeys(topic.gold)),
                label=True,
                kind=None,
                style="reference",
                split=topic.split,
            )


def short(pairs: Sequence[LabelledSentence]) -> tuple[LabelledSentence, ...]:
    """A few of each kind."""
    counts: dict[str, int] = {}
    chosen = []
    for pair in pairs:
        name = _name(pair)
        counts[name] = counts.get(name, 0) + 1
        if counts[name] <= SHORT:
            chosen.append(pair)
    return tuple(chosen)


def judge(pairs: Iterable[LabelledSentence], settings: Settings) -> tuple[Judged, ...]:
    """Check every sentence against its clauses as the corpus has them; no index is needed.

    Raises CannotRun for a clause that the corpus does not hold.
    """
    documents = {
        entry.id: read_document(entry, settings) for entry in load_catalog(settings.corpus).document
    }
    glossary = Glossary.load(settings.corpus)
    checker = CitationChecker(Tokenizer(glossary.terms), glossary)
    return tuple(Judged(pair, _checked(checker, documents, pair)) for pair in pairs)


def figures(judged: Iterable[Judged]) -> ProofFigures:
    outcomes: dict[tuple[str, bool], list[CheckOutcome]] = {}
    for one in judged:
        outcomes.setdefault((_name(one.pair), one.pair.label), []).append(one.result.check)
    rows = [
        ProofRow(
            name,
            label,
            checks.count(CheckOutcome.VERIFIED),
            checks.count(CheckOutcome.FAILED),
            checks.count(CheckOutcome.NOT_CHECKED),
        )
        for (name, label), checks in sorted(outcomes.items())
    ]
    return ProofFigures(
        tuple(row for row in rows if row.label), tuple(row for row in rows if not row.label)
    )


def by_split(judged: Iterable[Judged]) -> dict[str, ProofFigures]:
    """The figures of each split that has sentences."""
    judged = list(judged)
    splits = [s for s in get_args(SentenceSplit) if any(one.pair.split == s for one in judged)]
    return {s: figures(one for one in judged if one.pair.split == s) for s in splits}


def errors(judged: Iterable[Judged]) -> Iterator[str]:
    """One line a wrong outcome outside the sealed splits: true and not verified, or false and
    verified."""
    for one in judged:
        pair, check = one.pair, one.result.check
        if pair.split not in SEALED and pair.label != (check is CheckOutcome.VERIFIED):
            said = json.dumps(pair.statement, ensure_ascii=False)
            why = "; ".join(one.result.reasons)
            yield f"{check} {pair.kind or 'true'} [{pair.clauses[0]}] {said} {why}"


def _checked(
    checker: CitationChecker, documents: dict[str, CorpusDocument], pair: LabelledSentence
) -> CheckedStatement:
    quotes, sources = [], []
    for clause_id in pair.clauses:
        document = documents.get(clause_id.partition("#")[0])
        clause = document.parsed.by_id.get(clause_id) if document else None
        if document is None or clause is None:
            raise CannotRun(f"the pairs cite {clause_id}, which the corpus does not hold")
        quotes += [context_of(clause, document.parsed), quoted_text(document.parsed, clause)]
        sources += [document.entry.title, clause.locator, *clause.headings]
    return checker.check(pair.statement, quotes, sources=sources)


def _name(pair: LabelledSentence) -> str:
    return pair.kind or f"true, {pair.style}"


def _share(rows: Iterable[ProofRow], outcome: str) -> float:
    rows = list(rows)
    count = sum(row.count for row in rows)
    return sum(getattr(row, outcome) for row in rows) / count if count else 0.0
