"""The benchmark command on a small set in BEIR files and on a folder of documents, with the real
index and model."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eval.cli import commands
from eval.errors import CannotRun
from eval.tools.retrieval import PASSAGE_MEASURES, load_benchmark, run_benchmark, write_run
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
    result = run_benchmark(benchmark, Settings(var=tmp_path / "var"), lambda *_: None)
    assert (result.searched, result.asked) == (3, 2)
    assert result.scores == {str(measure): 1.0 for measure in PASSAGE_MEASURES}
    write_run(result.run, tmp_path / "run.trec")
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
        (0, "5", "line 1: _id and text are needed"),
        (2, "a\tb\n1\t2\n", "is no BEIR qrels file"),
        (2, "query-id\tcorpus-id\tscore\n", "judges none of the queries"),
    ],
)
def test_files_of_another_form_are_named(
    files: tuple[Path, Path, Path], file: int, content: str, complaint: str
) -> None:
    files[file].write_text(content, encoding="utf-8")
    with pytest.raises(CannotRun, match=complaint):
        load_benchmark(*files, limit=None)


BOATS = """# Boats for Hire Act

Article 1 A boat for hire carries a life jacket for each passenger.

Article 2 (1) A boat for hire is inspected once every two years.

(2) The inspector may be paid in fish.

Article 3 Whoever lets a boat without a licence pays a fine of 800 crowns.
"""
BEES = """# 养蜂管理办法

第一条 养蜂人应当每年登记蜂箱数量。

第二条 蜂蜜的含水量不得超过百分之二十。

第三条 发现蜂病的，应当在三日内报告。
"""
ASKED = (
    # found first: 1 in every measure
    ("boats", "How often is a boat for hire inspected?", ("boats.md", "Article 2")),
    # of two articles one is found first, the other is not in the document
    ("bees", "蜂蜜里最多可以有多少水？", ("zh/bees.md", "第二条"), ("zh/bees.md", "第九条")),
    # none of the document's articles is the one that is asked for
    ("none", "What does a boat licence cost?", ("boats.md", "Article 9")),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    (documents / "zh").mkdir(parents=True)
    (documents / "boats.md").write_text(BOATS, encoding="utf-8")
    (documents / "zh" / "bees.md").write_text(BEES, encoding="utf-8")
    return documents


def asked_of(folder: Path, *lines: str) -> Path:
    path = folder.parent / "queries.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def query(query_id: str, question: str, *gold: tuple[str, str]) -> str:
    articles = [{"file": file, "article": article} for file, article in gold]
    return json.dumps({"id": query_id, "question": question, "gold": articles})


def retrieval(folder: Path, queries: Path, *more: str) -> Result:
    command = ["retrieval", "--documents", str(folder), "--queries", str(queries), *more]
    environment = {"CLAUSEDESK_VAR": str(folder.parent / "var")}
    return CliRunner().invoke(commands, command, env=environment)


def test_a_folder_of_documents_is_searched_and_scored_by_article(folder: Path) -> None:
    run_file = folder.parent / "run.trec"
    queries = asked_of(folder, *(query(*row) for row in ASKED))  # type: ignore[arg-type]
    ended = retrieval(folder, queries, "--run-out", str(run_file))
    assert ended.exit_code == 0, ended.output
    lines = [line.split() for line in ended.stdout.splitlines()]
    assert "3 queries" in ended.stdout
    assert dict(lines[1:]) == {
        "Success@1": "0.6667",  # 1, 1, 0
        "Success@5": "0.6667",
        "R@10": "0.5000",  # 1, 1/2, 0
        "R@100": "0.5000",
        "RR@10": "0.6667",
    }
    run = [line.split() for line in run_file.read_text(encoding="utf-8").splitlines()]
    found = {query_id: [row[2] for row in run if row[0] == query_id] for query_id, *_ in ASKED}
    assert found["boats"][0] == "boats.md#2" and found["bees"][0] == "zh/bees.md#2"
    # an article counts once, however many of its paragraphs are found
    assert all(len(set(articles)) == len(articles) for articles in found.values())
    assert [row[3] for row in run if row[0] == "none"][:3] == ["1", "2", "3"]


def test_the_first_questions_on_a_folder_only(folder: Path) -> None:
    queries = asked_of(folder, *(query(*row) for row in ASKED))  # type: ignore[arg-type]
    ended = retrieval(folder, queries, "--limit", "1")
    assert "1 queries" in ended.stdout
    assert [line.split()[1] for line in ended.stdout.splitlines()[1:]] == ["1.0000"] * 5


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("no json", "cannot be read as JSON lines"),
        ("", "has no question with an article"),
        (query("1", "?"), "has no question with an article"),
        ("[]", "line 1: id and question and gold are needed"),
        ('{"id": "1", "question": "?"}', "line 1: id and question and gold are needed"),
        ('{"id": "1", "question": "?", "gold": "boats.md"}', "objects with file and article"),
        ('{"id": "1", "question": "?", "gold": [{"file": "x"}]}', "objects with file and article"),
        (query("1", "?", ("boats.md", "the last one")), "the last one is no article"),
        (query("1", "How?", ("ships.md", "Article 1")), "holds no ships.md"),
    ],
)
def test_what_cannot_be_asked_of_a_folder_is_one_line(
    folder: Path, line: str, complaint: str
) -> None:
    ended = retrieval(folder, asked_of(folder, line))
    assert isinstance(ended.exception, CannotRun)
    assert complaint in str(ended.exception) and "\n" not in str(ended.exception)


def test_a_document_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 cut off")
    ended = retrieval(folder, asked_of(folder, query("1", "How?", ("boats.md", "Article 1"))))
    assert isinstance(ended.exception, CannotRun)
    assert "broken.pdf cannot be read" in str(ended.exception)


def test_neither_a_folder_nor_a_benchmark_is_bad_usage(tmp_path: Path) -> None:
    queries = tmp_path / "q.jsonl"
    queries.write_text("", encoding="utf-8")
    ended = CliRunner().invoke(commands, ["retrieval", "--queries", str(queries)])
    assert ended.exit_code == 2
    assert "give --documents, or --corpus and --qrels" in ended.output
