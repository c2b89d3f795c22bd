"""Users' own tests: the fixture, and a marker that runs a file of topics."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from assistant_server import assistant_server, completion
from fake_system import topic
from small_corpus import NEW_DEPOSITS, with_documents

from ingest.settings import PROJECT, Settings

DEPOSIT = topic(
    "deposit/en1",
    "What deposit must an exhibitor pay for an exhibit that stays in the hall?",
    {"gacc-2022-8#2": "a deposit of 4,500 yuan"},
    figures=("4,500",),
)
PIZZA = topic("pizza/en1", "Best pizza topping recipe?")
MARKED = """
import pytest

@pytest.mark.clause_desk("questions.jsonl")
def test_ours(clause_desk, topic):
    clause_desk.hold(topic)
"""
BY_HAND = """
from datetime import date

def test_deposit(clause_desk):
    answer = clause_desk.ask("What deposit for an exhibit in the hall?", as_of=date(2023, 1, 1))
    assert answer.answered
    assert "gacc-2022-8#2" in [c.clause_id for c in answer.citations]
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_documents(tmp_path_factory.mktemp("corpus"), NEW_DEPOSITS)


def run(folder: Path, settings: Settings, code: str, *arguments: str) -> tuple[int, str]:
    """pytest in a repository of its own, with the plugin that the installed program brings."""
    (folder / "test_rules.py").write_text(code, encoding="utf-8")
    places = {"CLAUSEDESK_CORPUS": str(settings.corpus), "CLAUSEDESK_VAR": str(settings.var)}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--strict-markers", "-rf"),
            *(*arguments, "--rootdir", str(folder), str(folder)),
        ],
        cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | places | {"PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def write_topics(folder: Path, *lines: str) -> None:
    (folder / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_a_file_of_topics_is_a_test_each(tmp_path: Path, settings: Settings) -> None:
    wrong = PIZZA.model_copy(
        update={"id": "wrong/en1", "question": "What deposit for an exhibit in the hall?"}
    )
    write_topics(tmp_path, *(t.model_dump_json() for t in (DEPOSIT, PIZZA, wrong)))
    code, told = run(tmp_path, settings, MARKED + BY_HAND)
    assert code == 1
    assert "1 failed, 3 passed" in told
    assert "test_ours[wrong/en1]" in told
    assert "answered what the corpus does not cover" in told
    assert "Traceback" not in told


def test_another_assistant_holds_the_same_tests(tmp_path: Path, settings: Settings) -> None:
    write_topics(tmp_path, DEPOSIT.model_dump_json())
    with assistant_server(lambda _: completion("I do not know.")) as server:
        code, told = run(tmp_path, settings, MARKED, "--clause-desk-endpoint", f"{server.url}/v1")
    assert code == 1
    assert "refused (no reason given) what the corpus answers" in told


@pytest.mark.parametrize(
    ("code", "lines", "told"),
    [
        (MARKED, ["{}"], "questions.jsonl line 1: id: Field required"),
        (MARKED, [], "questions.jsonl holds no topic"),
        (MARKED.replace('("questions.jsonl")', ""), ["{}"], "name the file of the topics"),
    ],
)
def test_what_is_wrong_is_a_line(
    tmp_path: Path, settings: Settings, code: str, lines: list[str], told: str
) -> None:
    write_topics(tmp_path, *lines)
    status, output = run(tmp_path, settings, code)
    assert status != 0
    assert told in output
