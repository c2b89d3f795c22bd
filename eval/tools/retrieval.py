"""Retrieval on a public benchmark in BEIR files, through our own index and retriever.

BEIR (Thakur et al. 2021): ``corpus.jsonl`` (_id, title, text), ``queries.jsonl``
(_id, text), ``qrels.tsv`` (query-id, corpus-id, score). Each passage is indexed as a
clause; passages that share ``metadata.document_id`` are clauses of one document. The
glossary is left out: it belongs to the corpus of this project.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import AP, RR, Qrel, R, ScoredDoc, nDCG

from app.contract import Question
from app.search.question import LONGEST_QUESTION, read_question
from app.search.retriever import Retriever
from eval.errors import CannotRun
from ingest.corpus.documents import Works
from ingest.corpus.glossary import Glossary
from ingest.index.build import Progress, build_index
from ingest.index.cache import CachedEmbeddings
from ingest.index.content import IndexedDocument, SearchUnit
from ingest.index.snapshot import Snapshot
from ingest.pipeline import embedding_models
from ingest.settings import Settings
from ingest.text.tokenizer import Tokenizer

MEASURES = (R @ 10, AP @ 10, nDCG @ 10, RR @ 10)
DEPTH = 10


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Passages as units, queries by id, and which passages answer them."""

    units: tuple[SearchUnit, ...]
    queries: dict[str, str]
    qrels: tuple[Qrel, ...]


def load_benchmark(corpus: Path, queries: Path, qrels: Path, limit: int | None) -> Benchmark:
    """Read BEIR files; ``limit`` keeps the first queries only.

    Raises CannotRun, naming file and line, for what is not in BEIR's form. Passages
    without text cannot be found and are left out of the index.
    """
    units = tuple(
        SearchUnit(
            clause_id=row["_id"],
            document_id=str(row.get("metadata", {}).get("document_id", "corpus")),
            title=row.get("title", ""),
            headings="",
            body=row["text"],
            context="",
        )
        for row in _rows(corpus, ("_id", "text"))
        if row["text"].strip()
    )
    asked = {row["_id"]: row["text"] for row in _rows(queries, ("_id", "text"))}
    kept = dict(list(asked.items())[:limit])
    try:
        with qrels.open(encoding="utf-8", newline="") as lines:
            judged = tuple(
                Qrel(row["query-id"], row["corpus-id"], int(row["score"]))
                for row in csv.DictReader(lines, delimiter="\t")
                if row["query-id"] in kept
            )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise CannotRun(f"{qrels} is no BEIR qrels file: {error}") from error
    return Benchmark(units, kept, judged)


def run_benchmark(
    benchmark: Benchmark, settings: Settings, progress: Progress
) -> tuple[dict[str, float], list[ScoredDoc]]:
    """Index the passages (in ``var/benchmark``), search every query, score the run.

    Embeddings are kept by content, so a second run embeds only the queries.
    """
    tokenizer = Tokenizer(())
    models = embedding_models()
    root = settings.var / "benchmark"
    with ExitStack() as stack:
        cached = [
            stack.enter_context(
                closing(CachedEmbeddings(model, settings.var / "embeddings.sqlite"))
            )
            for model in models
        ]
        build_index(root, _documents(benchmark.units), cached, tokenizer, progress)
    retriever = Retriever(
        Snapshot.open(root, models, tokenizer), {}, Works({}), Glossary(()), tokenizer, models
    )
    run: list[ScoredDoc] = []
    for done, (query_id, text) in enumerate(benchmark.queries.items()):
        progress("search", done, len(benchmark.queries))
        read = read_question(Question(text=text[:LONGEST_QUESTION]))
        found = retriever.search(read, read.text, DEPTH).candidates
        run += [ScoredDoc(query_id, c.unit.clause_id, c.score) for c in found]
    scores = ir_measures.calc_aggregate(MEASURES, benchmark.qrels, run)
    return {str(measure): float(scores[measure]) for measure in MEASURES}, run


def write_run(run: Sequence[ScoredDoc], path: Path) -> None:
    """A TREC run file: query Q0 passage rank score tag."""
    lines = []
    rank, previous = 0, ""
    for found in run:
        rank = rank + 1 if found.query_id == previous else 1
        previous = found.query_id
        lines.append(f"{found.query_id} Q0 {found.doc_id} {rank} {found.score:.6f} clause-desk\n")
    path.write_text("".join(lines), encoding="utf-8")


def _documents(units: Sequence[SearchUnit]) -> list[tuple[IndexedDocument, list[SearchUnit]]]:
    by_document: dict[str, list[SearchUnit]] = {}
    for unit in units:
        by_document.setdefault(unit.document_id, []).append(unit)
    return [
        (IndexedDocument(document_id, sha256=document_id, payload=b""), members)
        for document_id, members in by_document.items()
    ]


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                row = json.loads(line)
                if not all(key in row for key in needed):
                    raise CannotRun(f"{path} line {number}: {' and '.join(needed)} are needed")
                yield row
    except (OSError, ValueError) as error:
        raise CannotRun(f"{path} cannot be read as JSON lines: {error}") from error
