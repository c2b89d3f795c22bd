"""The way from questions to weights, small; and the parts of it that decide what is learnt."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from eval.cli import commands
from eval.errors import CannotRun
from eval.training.base_model import Blocks, unpacked
from eval.training.batches import batches_of, hard_negatives
from eval.training.examples import (
    Asked,
    Passages,
    TrainingPassage,
    load_corpus_questions,
    load_questions,
    load_questions_of_people,
    make_examples,
    tuning_documents,
)
from eval.training.ranking import Ranker
from ingest.models.clause_model import ClauseModel, ClauseText

DATA = Path("eval/data/training")


def _passages() -> Passages:
    return Passages(
        [
            TrainingPassage("a.md", path, ClauseText(("Act A",), text))
            for path, text in (
                ("1", "This Act is about dogs."),
                ("2.1", "A dog needs a licence."),
                ("2.2", "A licence costs 9 crowns."),
                ("3", "A person who keeps a dog without one is fined."),
            )
        ]
    )


def test_a_question_on_a_whole_article_is_read_with_all_of_its_paragraphs() -> None:
    passages = _passages()
    (example,) = make_examples([Asked("a.md", ("2",), "en", True, "what of licences?")], passages)
    (gold,) = example.gold
    assert passages.all[gold].text.body == "A dog needs a licence. A licence costs 9 crowns."
    assert [passages.answers(i, example.gold) for i in range(4)] == [False, True, True, False]


def test_a_twin_has_a_nearest_clause_and_no_answer() -> None:
    asked = [
        Asked("a.md", ("2.2",), "en", False, "who gets the money?"),
        Asked("a.md", ("9",), "en", True, "a clause that the document does not have"),
    ]
    (example,) = make_examples(asked, _passages())
    assert not example.answered and example.near == (2,)


def test_a_question_that_articles_of_two_statutes_answer_has_none_of_them_for_a_negative(
    tmp_path: Path,
) -> None:
    file = tmp_path / "queries.jsonl"
    gold = [{"file": "甲.md", "article": "第二条"}, {"file": "乙.md", "article": "第一条"}]
    asked = {"id": "1", "question": "养狗要办什么证？", "gold": gold}
    file.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    passages = Passages(
        [
            TrainingPassage(f"zh-statutes/{name}.md", path, ClauseText((), text))
            for name, path, text in (
                ("甲", "1", "本条例适用于养犬。"),
                ("甲", "2", "养犬应当办理登记证。"),
                ("乙", "1", "没有登记证不得养犬。"),
            )
        ]
    )
    examples = make_examples(load_questions_of_people(file), passages)
    assert [(e.document, e.gold, e.by_people) for e in examples] == [
        ("zh-statutes/甲.md", (1, 2), True),
        ("zh-statutes/乙.md", (2, 1), True),
    ]
    scores = np.ones((2, 3), dtype=np.float32)
    assert hard_negatives(examples, scores, range(3), passages, 3) == [[0], [0]]


def test_a_question_of_people_that_names_no_article_is_told_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text('{"question": "谁？", "gold": [{"file": "甲.md", "article": "?"}]}')
    with pytest.raises(CannotRun, match="line 1 names no article"):
        load_questions_of_people(file)


def test_documents_for_tuning_are_a_tenth_of_those_asked_about() -> None:
    tuning = tuning_documents(DATA)
    asked = {row.document for row in load_questions(DATA.glob("*.jsonl"))}
    assert tuning <= asked
    collections = {name.partition("/")[0] for name in asked}
    assert {name.partition("/")[0] for name in tuning} == collections


def test_batches_keep_questions_on_one_document_together_and_lose_none() -> None:
    documents = [f"{i % 6}" for i in range(96)]
    batches = list(batches_of(range(96), documents, 16, seed=1))
    assert sorted(i for batch in batches for i in batch) == list(range(96))
    assert all(len({documents[i] for i in batch}) <= 2 for batch in batches)
    assert batches == list(batches_of(range(96), documents, 16, seed=1))
    assert batches != list(batches_of(range(96), documents, 16, seed=2))


def test_what_is_read_and_does_not_answer_stands_first_where_it_lies_near() -> None:
    passages = _passages()
    (example,) = make_examples(
        [Asked("a.md", ("2.2",), "en", True, "is it 9 crowns for a licence?")], passages
    )
    vectors = np.eye(4, dtype=np.float32)
    ranker = Ranker(passages, range(4), vectors)
    scores = ranker.fused([example], np.array([[0.1, 0.7, 0.65, 0.2]], dtype=np.float32))
    assert list(np.argsort(-scores[0])) == [2, 1, 3, 0]  # the nearest is not the one with the words
    assert hard_negatives([example], scores, range(4), passages, 2) == [[1, 3]]


def test_words_do_not_speak_against_a_clause_in_the_other_language() -> None:
    read = [TrainingPassage("en.md", "1", ClauseText((), "A dog needs a licence to be kept here."))]
    read += [TrainingPassage("zh.md", "1", ClauseText((), "个人养犬应当办理养犬登记证。"))]
    passages = Passages(read)
    (example,) = make_examples(
        [Asked("zh.md", ("1",), "en", True, "where does a dog get its licence?")], passages
    )
    ranker = Ranker(passages, range(2), np.eye(2, dtype=np.float32))
    assert ranker.lexical([example])[0, 1] == 0
    scores = ranker.fused([example], np.array([[0.2, 0.9]], dtype=np.float32))
    assert scores[0, 1] > scores[0, 0]


def test_questions_of_the_corpus_are_trained_on_with_its_near_misses(tmp_path: Path) -> None:
    questions, near_misses = tmp_path / "questions", tmp_path / "near"
    questions.mkdir()
    near_misses.mkdir()
    (tmp_path / "documents").mkdir()
    text = b"A dog needs a licence."
    (tmp_path / "documents" / "dogs.txt").write_bytes(text)
    (tmp_path / "catalog.toml").write_text(
        '[[document]]\nid = "dogs"\nkind = "internal"\nissuer = "x"\ntitle = "Dogs"\n'
        'language = "en"\nsource = "x"\nfile = "dogs.txt"\n'
        f'sha256 = "{hashlib.sha256(text).hexdigest()}"\n',
        encoding="utf-8",
    )
    asked = [("dogs#p1", "licence?"), ("dogs#p2", "licence?"), ("gone#p1", "of no document")]
    (questions / "a.jsonl").write_text(
        "\n".join(
            json.dumps({"clause_id": clause, "language": "en", "question": question})
            for clause, question in asked
        ),
        encoding="utf-8",
    )
    (near_misses / "a.jsonl").write_text(
        '{"near": "dogs#p1", "language": "en", "question": "cats?", "why": "cats"}\n',
        encoding="utf-8",
    )
    assert load_corpus_questions(tmp_path, near_misses) == [
        Asked("corpus/dogs.txt", ("p1", "p2"), "en", True, "licence?"),
        Asked("corpus/dogs.txt", ("p1",), "en", False, "cats?"),
    ]


def test_blocks_of_four_bits_are_read_as_they_were_packed() -> None:
    values = np.random.default_rng(0).integers(-8, 8, (3, 64))
    halves = (values + 8).reshape(3, 2, 2, 16).astype(np.uint8)
    nibbles = (halves[:, :, 0] | halves[:, :, 1] << 4).reshape(3, 32)
    scales = np.array([[0.5, 2.0]] * 3, dtype=np.float16)
    expected = values * np.repeat([0.5, 2.0], 32)
    assert np.array_equal(unpacked(Blocks(nibbles, scales)), expected)


@pytest.mark.parametrize("line", ["{", '{"document": "a.md"}', "[]"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "q.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(CannotRun, match=r"q\.jsonl line 1 is no training question"):
        load_questions([tmp_path / "q.jsonl"])


def test_every_training_question_names_a_document_and_a_clause() -> None:
    asked = load_questions(sorted(DATA.glob("*.jsonl")))
    assert len(asked) > 6_000
    assert all(row.clauses and row.language in ("en", "zh") for row in asked)
    made_up = {row.document for row in asked if row.document.startswith("made-up/")}
    assert all((DATA / "rules" / name.removeprefix("made-up/")).is_file() for name in made_up)


def test_a_small_run_leaves_weights_that_can_be_asked_and_goes_on_where_it_was(
    tmp_path: Path,
) -> None:
    statute = tmp_path / "corpora" / "zh-statutes" / "养犬条例.md"
    statute.parent.mkdir(parents=True)
    statute.write_text("# 养犬条例\n\n第一条 养犬应当办理登记证。\n\n第二条 登记证收费九元。\n")
    gold = [{"file": "养犬条例.md", "article": "第二条"}]
    people = tmp_path / "people.jsonl"
    people.write_text(json.dumps({"question": "办狗证要多少钱？", "gold": gold}))
    command = ["train", "--small", "--work", str(tmp_path / "work")]
    command += ["--corpora", str(tmp_path / "corpora"), "--people", str(people)]
    first = CliRunner().invoke(commands, command, catch_exceptions=False)
    assert first.exit_code == 0, first.output
    assert "adapted, step 1 of 1" in first.stderr
    assert "embedding + BM25" in first.output and "read + fused" in first.output
    weights = tmp_path / "work" / "weights"
    assert sum(file.stat().st_size for file in weights.iterdir()) < 40e6
    model = ClauseModel(weights, threads=1)
    dog = ClauseText(("Dogs Act",), "A licence for a dog costs 9 crowns.")
    cat = ClauseText(("Ships Act",), "The master of a ship keeps a log.")
    vectors = (
        model.embed_clauses([dog, cat]) @ model.embed_questions(["what does my dog cost me?"])[0]
    )
    assert vectors[0] > vectors[1]
    assert np.all(model.read("what does my dog cost me?", [dog, cat]) > 0)

    again = CliRunner().invoke(commands, command, catch_exceptions=False)
    assert again.exit_code == 0
    assert "step" not in again.stderr  # both trainings were done
    assert again.stdout == first.stdout
