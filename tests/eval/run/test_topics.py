"""Topics: loading, selecting, adding and checking them."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from fake_system import FakeSystem, fake_topics, topic

from app.teaching.topics import StaleGold, TopicError, load_topics, split_of
from app.views.evaluation_report import TopicKind
from eval.choices import NO_RULE_FILE, TOPICS_FILE
from eval.errors import CannotRun
from eval.run.system import CorpusView
from eval.run.topics import question_of, sample, select
from eval.tools.new_topic import append_topic
from eval.tools.topic_check import check_topics, load_no_rule

LINE = {
    "id": "code/en1",
    "kind": "code",
    "language": "en",
    "split": "dev",
    "question": "Which code?",
    "history": [],
    "as_of": None,
    "answerable": True,
    "gold": ["gacc-2016-68#7.p2"],
    "evidence": ["code 5100"],
    "reference": "5100",
    "figures": ["5100"],
    "status": "in_force",
    "must": True,
}


@pytest.fixture
def corpus() -> CorpusView:
    return CorpusView.of(FakeSystem())


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_a_line_loads(tmp_path: Path) -> None:
    (loaded,) = load_topics(write(tmp_path / "t.jsonl", LINE))
    assert loaded.kind is TopicKind.CODE
    assert loaded.family == "code"
    assert loaded.figures == ("5100",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "riddle"}, "kind: Input should be 'single'"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"id": "no-variant"}, "id: String should match pattern"),
        ({"evidence": []}, "1 gold clauses but 0 evidence strings; give each clause its own"),
        ({"answerable": False}, "an answerable topic has gold clauses, any other has none"),
        ({"evidence": [""]}, "an evidence, needed span or figure is empty"),
        ({"needed": ["code"]}, "no needed span holds the evidence 'code 5100'"),
        ({"as_of": "yesterday"}, "as_of: Input should be a valid date"),
        ({"question": ""}, "question: String should have at least 1 character"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    path = write(tmp_path / "t.jsonl", LINE, LINE | {"id": "other/en1"} | changes)
    with pytest.raises(TopicError) as caught:
        load_topics(path)
    assert str(caught.value).startswith(f"{path} line 2: {message}")
    assert "\n" not in str(caught.value)


def test_files_that_hold_no_topics(tmp_path: Path) -> None:
    with pytest.raises(TopicError, match="No such file"):
        load_topics(tmp_path / "missing.jsonl")
    with pytest.raises(TopicError, match="holds no topic"):
        load_topics(write(tmp_path / "empty.jsonl"))
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(b"\xe9")
    with pytest.raises(TopicError, match="not UTF-8"):
        load_topics(latin)
    with pytest.raises(TopicError, match="id code/en1 occurs twice"):
        load_topics(write(tmp_path / "twice.jsonl", LINE, LINE))


def test_the_split_is_a_hash_of_the_family() -> None:
    assert int(sha256(b"account").hexdigest(), 16) % 3 == 0
    assert split_of("account/en1") == split_of("account/zh1") == "test"
    assert split_of("mark/en1") == "dev"


def test_a_question_is_asked_as_of_a_fixed_day() -> None:
    pinned = date(2020, 1, 1)
    plain = topic("a/b", "Which code?")
    assert question_of(plain, pinned).as_of == pinned
    dated = topic("a/b", "Which code?", as_of="2016-12-01")
    assert question_of(dated, pinned).as_of == date(2016, 12, 1)
    # the system has to read the day from these words
    assert question_of(topic("a/b", "Was it in force on 1 December 2016?"), pinned).as_of is None


def test_select() -> None:
    topics = fake_topics()
    assert {t.language for t in select(topics, language="zh")} == {"zh"}
    assert select(topics, kinds=[TopicKind.ZH]) == select(topics, language="zh")
    assert [t.id for t in select(topics, kinds=[TopicKind.CODE, TopicKind.AS_OF])] == [
        "code/en1",
        "early/en1",
    ]
    with pytest.raises(CannotRun, match="no topic fits"):
        select(topics, split="test", kinds=[TopicKind.REPEAL])


def test_an_edit_changes_the_digest() -> None:
    one = topic("a/b", "Which code?")
    assert one.digest() == topic("a/b", "Which code?").digest()
    assert one.digest() != topic("a/b", "Which codes?").digest()


def test_check_finds_what_is_wrong(corpus: CorpusView) -> None:
    topics = (
        topic("gone/en1", "One?", {"gacc-2016-68#99": "x"}),
        topic("apart/en1", "Two?", {"gacc-2016-68#3": "not its words"}),
        topic("moved/en1", "Three?", split="dev" if split_of("moved/en1") == "test" else "test"),
        topic("account/a", "Must we set up an electronic account?"),
        topic("mark/a", "must we set up an electronic account"),
        topic("account/b", "Is 5000 the code to declare here?"),
        topic("mark/b", "Is 5100 the code to declare here?"),
    )
    result = check_topics(topics, corpus, ["gacc-2016-68#77"])
    assert result.problems == (
        "topic gone/en1: the corpus holds no clause gacc-2016-68#99",
        "topic apart/en1: the evidence does not stand in gacc-2016-68#3",
        f"topic moved/en1: split is {topics[2].split}, its hash says {split_of('moved/en1')}",
        "topics mark/a (dev) and account/a (test) are near-duplicates (99 of 100)",
        "no-rule list: the corpus holds no gacc-2016-68#77",
    )
    assert not result.ok


def test_coverage_counts_the_items_of_a_list_with_its_head(corpus: CorpusView) -> None:
    head = topic("list/en1", "Which conditions?", {"gacc-2016-67#4": "following conditions"})
    every = [c.id for c in corpus.clauses.values() if not c.is_heading]
    no_rule = [id_ for id_ in every if not id_.startswith("gacc-2016-67#4")]
    covered = check_topics([head], corpus, no_rule).coverage
    assert covered.rules == ("gacc-2016-67#4", "gacc-2016-67#4.1", "gacc-2016-67#4.2")
    assert covered.uncovered == ()
    item = topic("list/en1", "Which?", {"gacc-2016-67#4.1": "chemical reactions"})
    assert check_topics([item], corpus, no_rule).coverage.uncovered == (
        "gacc-2016-67#4",
        "gacc-2016-67#4.2",
    )


def test_a_topic_is_added_to_a_file(tmp_path: Path, corpus: CorpusView) -> None:
    path = tmp_path / "mine.jsonl"
    first, second = fake_topics()[:2]
    append_topic(first, path, corpus)
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n"), encoding="utf-8")
    append_topic(second, path, corpus)
    assert load_topics(path) == (first, second)
    with pytest.raises(TopicError, match="has a topic account/en1 already"):
        append_topic(first, path, corpus)
    with pytest.raises(StaleGold, match="the evidence does not stand in"):
        append_topic(topic("x/y", "?", {"gacc-2016-68#3": "no"}), path, corpus)
    assert load_topics(path) == (first, second)


def test_the_shipped_topics_load() -> None:
    topics = load_topics(TOPICS_FILE)
    assert len(topics) >= 240
    assert sum(t.language == "zh" for t in topics) >= 60
    assert sum(not t.answerable for t in topics) >= 60


def test_the_no_rule_list_loads() -> None:
    assert "gacc-2016-67#p1" in load_no_rule(NO_RULE_FILE)


def test_a_larger_sample_holds_the_smaller_one_in_the_files_order() -> None:
    topics = fake_topics()
    three, six = sample(topics, 3), sample(topics, 6)
    assert (len(three), len(six), sample(topics, 99)) == (3, 6, topics)
    assert set(three) <= set(six)
    assert [topic for topic in topics if topic in six] == list(six)
