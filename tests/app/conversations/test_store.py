"""Conversations on disk: kept before they are answered, found again, by several at once."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from page_index import real_desk

from app.contract import Question
from app.conversations.conversation import Conversation
from app.conversations.store import FILE, ConversationStore, ConversationsUnavailable
from ingest.settings import PROJECT

EXPENDABLE = "Are drills and grinding wheels expendable materials?"
CHINESE = "进口的消耗性材料转内销需要缴税吗？"
AT = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


@pytest.fixture
def store(kept_in: str, tmp_path: Path) -> ConversationStore:  # noqa: ARG001
    return ConversationStore(tmp_path)


def sql(store: ConversationStore, statement: str) -> None:
    with store._file.change() as session:
        session.connection().exec_driver_sql(statement)


def add(store: ConversationStore, conversation: str, question: str, minutes: int = 0) -> str:
    turn = f"{conversation}-{question[:20]}-{minutes}"
    store.add_turn(conversation, turn, question, None, AT + timedelta(minutes=minutes))
    return turn


@pytest.mark.usefixtures("kept_in")
def test_a_question_is_on_disk_before_it_is_answered(tmp_path: Path) -> None:
    turn = Conversation(ConversationStore(tmp_path)).ask(EXPENDABLE, date(2017, 6, 1))
    # the server dies here; the next one finds the question and answers it
    store = ConversationStore(tmp_path)
    conversation_id = store.conversation_of(turn.id)
    assert conversation_id is not None
    conversation = Conversation.kept(store, conversation_id)
    [found] = conversation
    assert found.is_pending
    assert (found.question, found.as_of, found.id) == (EXPENDABLE, date(2017, 6, 1), turn.id)
    conversation.answer(found, real_desk())
    again = Conversation.kept(ConversationStore(tmp_path), conversation_id)[0]
    assert again.answer == found.answer and again.answer is not None
    assert not again.is_pending


def test_errors_stops_and_feedback_are_kept(store: ConversationStore) -> None:
    conversation = Conversation(store)
    unreadable = conversation.ask("???")
    conversation.answer(unreadable, real_desk())
    conversation.judge(unreadable, False, "why not")
    stopped = conversation.ask("and now?")
    store.settle(stopped.id, None, None, True)
    first, second = Conversation.kept(store, conversation.id)
    assert first.error == unreadable.error is not None
    assert first.feedback == (False, "why not")
    assert second.was_stopped and not second.is_pending


def test_an_answer_of_another_version_is_told(store: ConversationStore) -> None:
    turn = add(store, "a", "x")
    sql(store, 'UPDATE turn SET answer = \'{"of": "another"}\'')
    [found] = store.turns("a")
    assert found.id == turn and found.error is not None and "another version" in found.error


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("", ["c_%", CHINESE, "Drills"]),
        ("drills", ["Drills"]),
        ("WHEELS  expendable", ["Drills"]),
        ("内销", [CHINESE]),
        ("消耗性 缴税", [CHINESE]),
        ("wheels 内销", []),
        ("%", ["c_%"]),
        ("_", ["c_%"]),
        ("\\", []),
        ("'; DROP TABLE turn", []),
        ("quote", []),  # a word of the JSON, not of the answer
        ("abrasive", ["Drills"]),  # a word of the answer
    ],
)
def test_search_by_words(store: ConversationStore, words: str, titles: list[str]) -> None:
    turn = add(store, "a", EXPENDABLE, 0)
    store.settle(turn, real_desk().ask(Question(text=EXPENDABLE)), None, False)
    store.rename("a", "Drills")
    add(store, "b", CHINESE, 1)
    add(store, "c", "c_%", 2)
    assert [found.title for found in store.find(words)] == titles


def test_the_list_is_the_latest_first_and_counts(store: ConversationStore) -> None:
    add(store, "a", "first", 0)
    add(store, "b", "second", 1)
    last = add(store, "a", "third", 2)
    first, second = store.find()
    assert (first.id, first.title, first.questions, first.last_turn) == ("a", "first", 2, last)
    assert (second.id, first.updated - first.created) == ("b", timedelta(minutes=2))
    assert [found.id for found in store.find(limit=1)] == ["a"]


def test_rename_and_delete(store: ConversationStore) -> None:
    turn = add(store, "a", "first")
    store.rename("a", "  Another\n name ")
    assert store.title("a") == "Another name"
    store.rename("a", "  ")
    store.rename("nowhere", "x")
    assert store.title("a") == "Another name"
    store.rename("a", "x" * 1000)
    assert len(store.title("a") or "") == 120
    store.delete("a")
    assert store.find() == [] and store.turns("a") == []
    assert store.conversation_of(turn) is None
    store.settle(turn, None, "late", False)  # its answer comes in after all
    assert store.find() == []


def test_two_browsers_in_one_conversation_see_each_other(store: ConversationStore) -> None:
    one = Conversation(store)
    one.ask("first")
    two = Conversation.kept(store, one.id)
    two.ask("second")
    third = one.ask("third")
    assert [turn.question for turn in one] == ["first", "second", "third"]
    assert one.history(third) == ("first", "second")
    assert [kept.question for kept in store.turns(one.id)] == ["first", "second", "third"]


def test_threads_and_processes_write_at_once(store: ConversationStore, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from app.conversations.store import ConversationStore\n"
        "store = ConversationStore(Path(sys.argv[1]))\n"
        "for n in range(20):\n"
        "    store.add_turn('a', f'{sys.argv[2]}-{n}', 'q', None, datetime.now(UTC))\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)], cwd=PROJECT)
        for n in range(2)
    ]
    failed: list[Exception] = []

    def write(name: str) -> None:
        try:
            for n in range(20):
                store.add_turn("a", f"{name}-{n}", "q", None, AT)
                store.find("q")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(f"thread-{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    assert failed == []
    assert len(store.turns("a")) == 100
    with store._file.read() as session:
        query = "SELECT number FROM turn ORDER BY number"
        numbers = [n for (n,) in session.connection().exec_driver_sql(query)]
    assert numbers == list(range(100))


@pytest.mark.parametrize("damage", ["noise", "cut", "middle"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, damage: str) -> None:
    store = ConversationStore(tmp_path)
    for number in range(200):
        add(store, "a", "word " * 50, number)
    store._file.close()
    file = tmp_path / FILE
    data = file.read_bytes()
    spoilt = {
        "noise": b"no database at all " * 99,
        "cut": data[: len(data) // 2],
        "middle": data[:5000] + b"\xff" * 9000 + data[14000:],
    }[damage]
    file.write_bytes(spoilt)
    again = ConversationStore(tmp_path)
    assert again.notice is not None and "\n" not in again.notice
    [aside] = tmp_path.glob("conversations.damaged-*.sqlite")
    assert aside.name in again.notice
    assert aside.read_bytes() == spoilt
    add(again, "b", "goes on")
    assert ConversationStore(tmp_path).notice is None
    assert [found.title for found in again.find()] == ["goes on"]


def test_answers_of_an_older_program_are_still_read(tmp_path: Path) -> None:
    conversation = Conversation(ConversationStore(tmp_path))
    turn = conversation.ask(EXPENDABLE)
    conversation.answer(turn, real_desk())
    assert turn.answer is not None
    with closing(sqlite3.connect(tmp_path / FILE)) as file, file:
        file.execute(
            "UPDATE turn SET answer = "
            "replace(answer, ',\"translation\":null', ',\"translated\":false')"
        )
        file.execute("ALTER TABLE turn DROP COLUMN anew")
        file.execute("DROP INDEX ix_conversation_owner")
        file.execute("ALTER TABLE conversation DROP COLUMN owner")
        file.execute("DROP TABLE alembic_version")
        file.execute("PRAGMA user_version = 1")
    store = ConversationStore(tmp_path)
    conversation_id = store.conversation_of(turn.id)
    assert conversation_id is not None
    [kept] = store.turns(conversation_id)
    assert kept.error is None and kept.answer is not None
    assert kept.answer.statements == turn.answer.statements


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    sql(ConversationStore(tmp_path), "UPDATE alembic_version SET version_num = '99'")
    with pytest.raises(ConversationsUnavailable, match="newer version"):
        ConversationStore(tmp_path)
    assert list(tmp_path.glob("*damaged*")) == []


def test_asking_goes_on_where_nothing_can_be_kept(store: ConversationStore) -> None:
    conversation = Conversation(store)
    sql(store, "DROP TABLE turn")
    turn = conversation.ask(EXPENDABLE)
    assert (
        conversation.problem is not None and "conversations cannot be kept" in conversation.problem
    )
    conversation.answer(turn, real_desk())
    assert turn.answer is not None


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, no folder")
    with pytest.raises(ConversationsUnavailable) as caught:
        ConversationStore(tmp_path / "var")
    assert "\n" not in str(caught.value)
