"""Retrieval measured on what others have judged, through our own index and search.

Either passages in BEIR files (Thakur et al. 2021): ``corpus.jsonl`` (_id, title, text),
``queries.jsonl`` (_id, text), ``qrels.tsv`` (query-id, corpus-id, score); passages that share
``metadata.document_id`` are clauses of one document. Or a folder of documents, through our own
loaders and parser, and ``queries.jsonl`` (id, question, gold: file below the folder, article as
printed); an article is found with the first of its clauses.

The glossary is left out: it belongs to the corpus of this project.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ir_measures
from ir_measures import AP, RR, Measure, Qrel, R, ScoredDoc, Success, nDCG

from app.contract import Question
from app.search.current_law import Found
from app.search.question import LONGEST_QUESTION, read_question
from app.search.reading import read_best
from app.search.refusal import RefusalModel
from app.search.retriever import Retriever
from app.search.searcher import Searcher
from eval.errors import CannotRun
from eval.tools.folder import open_folder
from eval.training.examples import gold_articles
from ingest.corpus.documents import Works
from ingest.corpus.glossary import Glossary
from ingest.index.build import Progress, build_index
from ingest.index.cache import CachedEmbedder
from ingest.index.content import IndexedDocument, SearchUnit
from ingest.index.snapshot import Snapshot
from ingest.parsing import files_below
from ingest.pipeline import CACHE, clause_model
from ingest.settings import Settings
from ingest.text.tokenizer import Tokenizer

PASSAGE_MEASURES: tuple[Measure, ...] = (R @ 10, AP @ 10, nDCG @ 10, RR @ 10)
ARTICLE_MEASURES: tuple[Measure, ...] = (Success @ 1, Success @ 5, R @ 10, R @ 100, RR @ 10)
PASSAGE_DEPTH, ARTICLE_DEPTH = 10, 100
#: clauses looked for, since several may be of one article
_CLAUSES = 250


@dataclass(frozen=True, slots=True)
class BenchmarkScores:
    """``searched``: passages or clauses, ``asked``: queries; scores by measure; the run."""

    searched: int
    asked: int
    scores: dict[str, float]
    run: list[ScoredDoc]


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
    if not judged:
        raise CannotRun(f"{qrels} judges none of the queries in {queries}")
    return Benchmark(units, kept, judged)


def run_benchmark(benchmark: Benchmark, settings: Settings, progress: Progress) -> BenchmarkScores:
    """Index the passages (in ``var/benchmark``), search every query, score the run.

    Vectors are kept by content, so a second run embeds only the queries.
    """
    tokenizer, model = Tokenizer(()), clause_model()
    root = settings.var / "benchmark"
    with closing(CachedEmbedder(model, settings.var / CACHE)) as cached:
        build_index(root, _documents(benchmark.units), cached, tokenizer, progress)
    retriever = Retriever(
        Snapshot.open(root, model, tokenizer), {}, Works({}), Glossary(()), tokenizer, model
    )
    run: list[ScoredDoc] = []
    for done, (query_id, text) in enumerate(benchmark.queries.items()):
        progress("search", done, len(benchmark.queries))
        read = read_question(Question(text=text[:LONGEST_QUESTION]))
        found = Found(retriever.search(read, read.text, PASSAGE_DEPTH), {}, date.today())
        candidates = read_best(found, model, (read.text,)).answers.candidates
        run += [ScoredDoc(query_id, c.unit.clause_id, c.score) for c in candidates]
    return _scored(len(benchmark.units), PASSAGE_MEASURES, benchmark.qrels, run)


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """A question with the articles that answer it, as (file, path of the article)."""

    id: str
    question: str
    gold: tuple[tuple[str, str], ...]


def load_article_queries(path: Path, limit: int | None) -> list[ArticleQuery]:
    """Questions on a folder of documents; raises CannotRun for a line that is none."""
    queries = []
    for row in _rows(path, ("id", "question", "gold")):
        try:
            gold = tuple(gold_articles(row["gold"]))
        except (KeyError, TypeError) as error:
            raise CannotRun(f"{path}: gold is a list of objects with file and article") from error
        except ValueError as error:
            raise CannotRun(f"{path}: {error}") from error
        queries.append(ArticleQuery(str(row["id"]), str(row["question"]), gold))
    if not any(query.gold for query in queries[:limit]):
        raise CannotRun(f"{path} has no question with an article that answers it")
    return queries[:limit]


def run_on_folder(
    documents: Path, queries: Sequence[ArticleQuery], settings: Settings, progress: Progress
) -> BenchmarkScores:
    """Index a folder (in ``var/benchmark``), ask every question, score the run.

    Raises CannotRun for a document that cannot be read or that a question misses.
    """
    folder = open_folder(files_below(documents), settings, settings.var / "benchmark", progress)
    missing = {file for query in queries for file, _ in query.gold} - folder.ids.keys()
    if missing:
        raise CannotRun(f"{documents} holds no {min(missing)}, which a question asks about")
    names = {document_id: name for name, document_id in folder.ids.items()}
    searcher = Searcher(folder.library, clause_model(), RefusalModel.load())
    run: list[ScoredDoc] = []
    for done, query in enumerate(queries):
        progress("search", done, len(queries))
        found = searcher.find(Question(text=query.question[:LONGEST_QUESTION]), _CLAUSES)
        articles: dict[str, None] = {}
        for candidate in found.all.candidates:
            document_id, _, path = candidate.unit.clause_id.partition("#")
            for article in _articles_of(names[document_id], path, query):
                articles.setdefault(article)
        best = list(articles)[:ARTICLE_DEPTH]
        run += [ScoredDoc(query.id, article, -rank) for rank, article in enumerate(best)]
    qrels = [Qrel(q.id, f"{file}#{path}", 1) for q in queries for file, path in q.gold]
    return _scored(len(folder.library.snapshot.units), ARTICLE_MEASURES, qrels, run)


def _articles_of(file: str, path: str, query: ArticleQuery) -> Iterator[str]:
    """What a found clause stands for: the gold articles that it is, is part of or holds; else
    its own article."""
    hits = [
        f"{file}#{gold}"
        for gold_file, gold in query.gold
        if gold_file == file and (path == gold or _within(path, gold) or _within(gold, path))
    ]
    steps = path.split(".")
    yield from hits or [f"{file}#{'.'.join(steps[: 3 if steps[0] == 'annex' else 1])}"]


def _within(inner: str, outer: str) -> bool:
    return inner.startswith(f"{outer}.")


def _scored(
    searched: int, measures: Sequence[Measure], qrels: Sequence[Qrel], run: list[ScoredDoc]
) -> BenchmarkScores:
    scores = ir_measures.calc_aggregate(measures, qrels, run)
    asked = len({qrel.query_id for qrel in qrels})
    return BenchmarkScores(searched, asked, {str(m): float(scores[m]) for m in measures}, run)


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
                if not (isinstance(row, dict) and all(key in row for key in needed)):
                    raise CannotRun(f"{path} line {number}: {' and '.join(needed)} are needed")
                yield row
    except (OSError, ValueError) as error:
        raise CannotRun(f"{path} cannot be read as JSON lines: {error}") from error
