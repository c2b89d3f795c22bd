"""The benchmark command on a small set in BEIR files, with the real index and models."""

import json
from pathlib import Path

import pytest

from eval.errors import CannotRun
from eval.tools.retrieval import MEASURES, load_benchmark, run_benchmark, write_run
from ingest.settings import Settings

PASSAGES = {
    "a": "Expendable materials are controlled as bonded goods.",
    "b": "A dog or a cat may be brought into the country.",
    "c": "The exemption request must be filed by the importer.",
    "empty": "",
}
QUERIES = {"q1": "Who files the exemption request?", "q2": "May I bring my dog?"}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    corpus, queries, qrels = (tmp_path / name for name in ("c.jsonl", "q.jsonl", "qrels.tsv"))
    corpus.write_text(
        "\n".join(json.dumps({"_id": i, "title": "", "text": t}) for i, t in PASSAGES.items()),
        encoding="utf-8",
    )
    queries.write_text(
        "\n".join(json.dumps({"_id": i, "text": t}) for i, t in QUERIES.items()), encoding="utf-8"
    )
    qrels.write_text("query-id\tcorpus-id\tscore\nq1\tc\t1\nq2\tb\t1\n", encoding="utf-8")
    return corpus, queries, qrels


def test_a_small_benchmark_is_searched_and_scored(
    files: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    benchmark = load_benchmark(*files, limit=None)
    assert [unit.clause_id for unit in benchmark.units] == ["a", "b", "c"]
    scores, run = run_benchmark(benchmark, Settings(var=tmp_path / "var"), lambda *_: None)
    assert scores == {str(measure): 1.0 for measure in MEASURES}
    write_run(run, tmp_path / "run.trec")
    first = (tmp_path / "run.trec").read_text(encoding="utf-8").splitlines()[0].split()
    assert first[:4] == ["q1", "Q0", "c", "1"]


def test_the_first_queries_only(files: tuple[Path, Path, Path]) -> None:
    benchmark = load_benchmark(*files, limit=1)
    assert list(benchmark.queries) == ["q1"]
    assert {qrel.query_id for qrel in benchmark.qrels} == {"q1"}


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        (0, '{"_id": "a"}', "line 1: _id and text are needed"),
        (0, "no json", "cannot be read as JSON lines"),
        (2, "a\tb\n1\t2\n", "is no BEIR qrels file"),
    ],
)
def test_files_of_another_form_are_named(
    files: tuple[Path, Path, Path], file: int, content: str, complaint: str
) -> None:
    files[file].write_text(content, encoding="utf-8")
    with pytest.raises(CannotRun, match=complaint):
        load_benchmark(*files, limit=None)
