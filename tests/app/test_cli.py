"""The commands as a user meets them: exit code, stdout, and one line on stderr."""

import json
import shutil
from pathlib import Path

import pytest
from commands import Invoke, one_line
from misbehaving_server import misbehaving_server
from page_index import real_index
from real_corpus import CORPUS


@pytest.fixture
def index_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real index that a test may damage."""
    folder = tmp_path / "var"
    shutil.copytree(real_index().index, folder / "index")
    monkeypatch.setenv("CLAUSEDESK_VAR", str(folder))
    return folder / "index"


def current(index: Path) -> Path:
    return index / (index / "CURRENT").read_text(encoding="utf-8").strip()


def test_ask_prints_the_answer_and_nothing_else(app: Invoke) -> None:
    real_index()
    ended = app("ask", "What is control mode code 5100?")
    assert ended.code == 0
    assert ended.out.startswith("Item 7, paragraph 2, GACC Announcement No. 68 of 2016, in force")


def test_ask_json_keeps_the_contract(app: Invoke) -> None:
    real_index()
    ended = app("ask", "What is control mode code 5100?", "--json", "--as-of", "2016-11-24")
    answer = json.loads(ended.out)
    assert {
        "question", "answered", "answer", "refusal_reason", "confidence", "statements",
        "citations", "retrieved", "mode", "model", "as_of", "corpus_fingerprint", "timings_ms",
    } <= set(answer)  # fmt: skip
    [citation, *_] = answer["citations"]
    assert set(citation) >= {
        "n", "clause_id", "document_id", "title", "locator", "quote", "start", "end", "status",
        "status_proof",
    }  # fmt: skip
    assert citation["status"] == "not_yet_in_force"
    assert answer["as_of"] == "2016-11-24"
    assert len(answer["retrieved"]) >= 10


def test_a_greeting_is_answered_in_a_line_with_questions(app: Invoke) -> None:
    real_index()
    ended = app("ask", "Hello")
    assert ended.code == 0 and ended.err == ""
    line, blank, head, *questions = ended.out.splitlines()
    assert line.startswith("Hello. ") and blank == "" and head == "You can ask, for example:"
    assert len(questions) == 3 and all(question.startswith("- ") for question in questions)


def test_an_answer_on_a_whole_document_has_a_clause_for_each_line(app: Invoke) -> None:
    real_index()
    question = "What does GACC Announcement No. 19 of 2018 repeal?"
    shown = app("ask", question)
    assert shown.code == 0
    lead, line, sources = shown.out.rstrip().split("\n\n")
    assert lead == "What GACC Announcement No. 19 of 2018 does to other documents:"
    assert line.startswith("Repeals GACC Announcement No. 29 of 2017: “") and line.endswith(" [1]")
    assert sources == "The clauses: [1] paragraph 2."
    answer = json.loads(app("ask", question, "--json").out)
    assert answer["purpose"] == "repeals" and answer["answered"]
    assert [citation["clause_id"] for citation in answer["citations"]] == ["gacc-2018-19#p2"]
    assert [statement["citations"] for statement in answer["statements"]] == [[1]]


def test_a_language_model_that_cannot_be_reached_is_told_on_stderr(
    app: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="extra openai is not installed")
    real_index()
    plain = app("ask", "What is control mode code 5100?")
    monkeypatch.setenv("CLAUSEDESK_LLM", "openai:m")
    monkeypatch.setenv("CLAUSEDESK_LLM_API_KEY", "sk-none")
    with misbehaving_server("own_fault") as server:
        monkeypatch.setenv("CLAUSEDESK_LLM_BASE_URL", server.url)
        ended = app("ask", "What is control mode code 5100?")
    assert (ended.code, ended.out) == (0, plain.out)
    assert ended.err == (
        "note: The language model had a fault of its own; the clause is shown as it stands.\n"
    )


def test_a_line_in_short_is_printed_above_the_quotes_that_prove_it(
    app: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="extra openai is not installed")
    real_index()
    plain = app("ask", "What is control mode code 5100?")
    monkeypatch.setenv("CLAUSEDESK_LLM", "openai:m")
    monkeypatch.setenv("CLAUSEDESK_LLM_API_KEY", "sk-none")
    text = "Finished products go out under the code 5100."
    reply = json.dumps({"sentences": [1], "short": text})
    with misbehaving_server("fine", reply) as server:
        monkeypatch.setenv("CLAUSEDESK_LLM_BASE_URL", server.url)
        ended = app("ask", "What is control mode code 5100?")
    assert (ended.out, ended.err) == (f"In short: {text} [1] ✓ verified\n\n{plain.out}", "")


def test_a_refusal_is_no_failure(app: Invoke) -> None:
    real_index()
    ended = app("ask", "What will the weather be in Dongguan?", "--json")
    answer = json.loads(ended.out)
    assert (ended.code, answer["answered"], answer["refusal_reason"]) == (0, False, "not_covered")


def test_one_document_is_asked_and_one_that_is_not_held_told(app: Invoke) -> None:
    real_index()
    ended = app("ask", "What does item 7 say?", "--document", "gacc-2016-68", "--json")
    answer = json.loads(ended.out)
    assert answer["documents"] == ["gacc-2016-68"]
    assert answer["citations"][0]["clause_id"] == "gacc-2016-68#7"
    ended = app("ask", "What does item 7 say?", "--document", "nowhere")
    assert ended.code == 2
    assert "no document nowhere is held" in one_line(ended.err)


def test_a_file_of_questions_gives_further_keys_back(app: Invoke, tmp_path: Path) -> None:
    real_index()
    path = tmp_path / "questions.jsonl"
    rows = [
        {
            "question": "And for finished products?",
            "history": ["Which code for materials?"],
            "id": 7,
        },
        {"question": "什么是消耗性材料？", "as_of": "2016-12-01", "note": {"deep": [1]}},
        {"question": "?!"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    ended = app("ask", "--input", path)
    first, second, third = map(json.loads, ended.out.splitlines())
    assert first["id"] == 7
    assert (second["note"], second["as_of"]) == ({"deep": [1]}, "2016-12-01")
    assert "no words" in third["error"]
    assert ended.code == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["ask", ""], "the question is empty"),
        (["ask", "\x01\x02"], "the question is empty"),
        (["ask", "?!…"], "no words"),
        (["ask", "x" * 100_000], "100,000 characters"),
        (["ask", "q", "--as-of", "2017-02-30"], "2017-02-30 is no date"),
        (["ask", "q", "--as-of", "yesterday"], "yesterday is no date"),
        (["ask"], "give either a question or --input"),
        (["ask", "--input", "no-such-file"], "no-such-file cannot be read"),
        (["show", "gacc-2016-67#99"], "no clause gacc-2016-67#99"),
        (["show", "nonsense"], "no clause nonsense"),
        (["search", "q", "--limit", "0"], "--limit"),
        (["frobnicate"], "No such command"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    app: Invoke, arguments: list[str], complaint: str
) -> None:
    real_index()
    ended = app(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert complaint in one_line(ended.err)


def test_a_wrong_line_of_a_question_file_is_named(app: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "a"}\n{"q": "b"}\n', encoding="utf-8")
    ended = app("ask", "--input", path)
    assert ended.code == 2
    assert "line 2" in one_line(ended.err)


def test_no_index(app: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path))
    ended = app("show", "gacc-2016-67#1")
    assert ended.code == 2
    assert "run `python -m ingest build`" in one_line(ended.err)


@pytest.mark.parametrize("pointer", ["", "no-such-snapshot", "../../etc", "\x00\xff"])
def test_corrupt_pointer(app: Invoke, index_copy: Path, pointer: str) -> None:
    (index_copy / "CURRENT").write_text(pointer, encoding="latin-1")
    ended = app("ask", "What is control mode code 5100?")
    assert ended.code == 2
    assert "ingest build" in one_line(ended.err)


def test_index_of_another_model(app: Invoke, index_copy: Path) -> None:
    manifest = current(index_copy) / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["model"] = "another"
    manifest.write_text(json.dumps(content), encoding="utf-8")
    ended = app("ask", "What is control mode code 5100?")
    assert ended.code == 2
    assert "built with another model" in one_line(ended.err)


@pytest.mark.parametrize("part", ["chroma/chroma.sqlite3", "lexical/index.json", "content.sqlite"])
def test_a_damaged_index_says_what_to_do(app: Invoke, index_copy: Path, part: str) -> None:
    (current(index_copy) / part).write_bytes(b"garbage")
    ended = app("ask", "What is control mode code 5100?")
    assert ended.code == 2
    assert "ingest build" in one_line(ended.err)


def test_a_folder_that_cannot_be_written(
    app: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setenv("CLAUSEDESK_VAR", str(tmp_path / "var"))
    ended = app("ask", "What is control mode code 5100?")
    assert ended.code == 2
    assert str(tmp_path / "var") in ended.err.strip().splitlines()[-1]


@pytest.mark.usefixtures("index_copy")
@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_build_with_a_faulty_corpus_leaves_the_index(
    ingest: Invoke,
    app: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    corpus = Path(shutil.copytree(CORPUS, tmp_path / "corpus"))
    document = corpus / "documents" / "gacc-2016-67.txt"
    document.unlink() if fault == "missing" else document.write_text("other", encoding="utf-8")
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(corpus))
    ended = ingest("build")
    assert ended.code == 2
    assert "gacc-2016-67" in one_line(ended.err)
    assert app("show", "gacc-2016-67#1").code == 0


@pytest.mark.usefixtures("index_copy")
def test_status_tells_when_the_corpus_has_moved_on(
    ingest: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "it fits the corpus" in ingest("status").out
    corpus = Path(shutil.copytree(CORPUS, tmp_path / "corpus"))
    catalog = corpus / "catalog.toml"
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(text.replace('source = "ETCN"', 'source = "GACC"', 1), encoding="utf-8")
    monkeypatch.setenv("CLAUSEDESK_CORPUS", str(corpus))
    assert "out of date for gacc-2016-67: run" in ingest("status").out


def test_parse_prints_clauses_in_reading_order(ingest: Invoke) -> None:
    ended = ingest("parse", CORPUS / "documents" / "gacc-2018-19.txt", "--json")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert {tuple(row) for row in rows} == {
        ("path", "num", "locator", "heading", "start", "end", "text")
    }
    assert [row["path"] for row in rows][:4] == ["p1", "1", "1.1", "1.1.p2"]
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)


def test_parse_of_a_folder_names_each_file_and_goes_on(ingest: Invoke, tmp_path: Path) -> None:
    (tmp_path / "laws").mkdir()
    (tmp_path / "b.txt").write_text("Rules\n\nArticle 1 One.\n", encoding="utf-8")
    (tmp_path / "laws" / "a.md").write_text("# 规定\n\n第一条 甲。\n", encoding="utf-8")
    (tmp_path / "a-image.png").write_bytes(b"\x89PNG\r\n")
    ended = ingest("parse", tmp_path, "--json")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [(row["file"], row.get("path")) for row in rows] == [
        ("a-image.png", None),
        ("b.txt", "1"),
        ("laws/a.md", "1"),
    ]
    assert ended.code == 0 and "PNG image" in rows[0]["error"]


def test_parse_of_many_files_keeps_their_order(ingest: Invoke, tmp_path: Path) -> None:
    names = [f"{number:03}.txt" for number in range(100)]
    for name in names:
        (tmp_path / name).write_text(f"Rules\n\nArticle 1 Of {name}.\n", encoding="utf-8")
    ended = ingest("parse", tmp_path, "--json")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert [row["file"] for row in rows] == names
    assert all(row["text"] == f"Article 1 Of {row['file']}." for row in rows)


def test_parse_of_no_file(ingest: Invoke) -> None:
    ended = ingest("parse", "no-such-file.txt")
    assert ended.code == 2
    assert "no-such-file.txt" in one_line(ended.err)
