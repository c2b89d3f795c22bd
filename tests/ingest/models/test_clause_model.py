"""The model of our own, as the product asks it: from its files, without torch."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import ConfigError
from ingest.models.clause_model import FILES, SHIPPED, ClauseModel, ClauseText

LICENCE = ClauseText(
    ("Dog Licensing Act", "Part II Licences"),
    "7. A licence is valid for two years from the day on which it is issued.",
)
FINE = ClauseText(
    ("Dog Licensing Act", "Part IV Penalties"),
    "21. A person who keeps a dog without a licence is liable to a fine of up to 300 crowns.",
)
LOG = ClauseText(
    ("船舶管理条例", "第二章 航行"), "第十条 船长应当每日填写航海日志，并保存三年备查。"
)


@pytest.fixture(scope="module")
def model() -> ClauseModel:
    return ClauseModel(threads=2)


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("how long can I use the licence before renewing it?", 0),
        ("What happens if I have a dog and never got the permit?", 1),
        ("养狗的许可证能用几年？", 0),
        ("没办证就养狗会罚多少钱", 1),
        ("航海日志要保存多久？", 2),
        ("how long does a captain keep the ship's log?", 2),
    ],
)
def test_the_clause_that_answers_is_nearest_and_read_as_best(
    model: ClauseModel, question: str, clause: int
) -> None:
    clauses = [LICENCE, FINE, LOG]
    vectors = model.embed_clauses(clauses) @ model.embed_questions([question])[0]
    assert vectors.argmax() == clause
    assert model.read(question, clauses).argmax() == clause


def test_vectors_have_length_one_and_do_not_depend_on_what_stands_beside(
    model: ClauseModel,
) -> None:
    long = ClauseText(("An Act",), "The holder keeps records. " * 200)
    together = model.embed_clauses([LICENCE, long, LOG])
    assert together.shape == (3, model.dimension) and together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(together[0], model.embed_clauses([LICENCE])[0])
    assert np.array_equal(model.read("?", [LICENCE, long])[:1], model.read("?", [LICENCE]))


def test_what_is_read_is_a_probability_in_the_order_given(model: ClauseModel) -> None:
    question = "how long is a dog licence valid?"
    many = [FINE, LOG, LICENCE] * 4
    read = model.read(question, many)
    assert read.shape == (12,) and ((read > 0) & (read < 1)).all()
    assert read.argmax() % 3 == 2


def test_nothing_to_embed_or_read_is_no_error(model: ClauseModel) -> None:
    assert model.embed_clauses([]).shape == (0, model.dimension)
    assert model.embed_questions([]).shape == (0, model.dimension)
    assert model.read("anything", []).shape == (0,)


@pytest.mark.parametrize("text", ["", "\ud800 lone", "\0", "？" * 3000])
def test_any_text_can_be_embedded_and_read(model: ClauseModel, text: str) -> None:
    assert np.isfinite(model.embed_questions([text])).all()
    assert np.isfinite(model.embed_clauses([ClauseText((text,), text)])).all()
    assert np.isfinite(model.read(text, [ClauseText((), text)])).all()


def test_several_threads_get_what_one_gets(model: ClauseModel) -> None:
    questions = [f"How long is licence {number} valid?" for number in range(8)]
    alone = [model.embed_questions([question]) for question in questions]
    read = model.read(questions[0], [LICENCE, FINE])
    with ThreadPoolExecutor(4) as pool:
        reading = pool.submit(model.read, questions[0], [LICENCE, FINE])
        together = list(pool.map(lambda question: model.embed_questions([question]), questions))
    assert np.allclose(alone, together, atol=1e-6)
    assert np.allclose(read, reading.result(), atol=1e-6)


def test_a_damaged_or_missing_file_is_told_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(SHIPPED, folder)
    (folder / "reader.onnx").write_bytes(b"damaged")
    with pytest.raises(ConfigError, match=r"reader\.onnx is not the file that model\.json"):
        ClauseModel(folder).embed_questions(["?"])
    (folder / "reader.onnx").unlink()
    with pytest.raises(ConfigError, match=r"cannot read .*reader\.onnx"):
        ClauseModel(folder).embed_questions(["?"])
    (folder / "model.json").unlink()
    with pytest.raises(ConfigError, match=r"cannot read .*model\.json"):
        ClauseModel(folder).embed_questions(["?"])


def test_the_weights_take_less_than_40_megabytes() -> None:
    assert sum((SHIPPED / name).stat().st_size for name in FILES) < 40e6


def test_asking_it_imports_no_torch() -> None:
    program = (
        "import sys; from ingest.models.clause_model import ClauseModel\n"
        "ClauseModel().embed_questions(['how long?'])\n"
        "print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_asking_it_tells_its_makers_nothing(tmp_path: Path) -> None:
    script = "from ingest.models.clause_model import ClauseModel; ClauseModel().embed_questions(['Who pays?'])"
    # onnxruntime says nothing on a build server, so this is none
    env = {k: v for k, v in os.environ.items() if k not in ("CI", "ORT_DISABLE_TELEMETRY")}
    env |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", script], env=env, check=True)
    assert list(tmp_path.rglob("*")) == []
