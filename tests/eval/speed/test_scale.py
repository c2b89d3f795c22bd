"""The growth measurement: its corpora, its vectors, its figures; nothing here asks the clock."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from pydantic import TypeAdapter
from rich.console import Console

from app.contract import Question
from eval.peers import recipes
from eval.peers.minilm import MiniLM
from eval.reports.scale_plot import write_plots
from eval.reports.terminal import print_scale
from eval.run.system import CorpusView
from eval.speed import scale_models
from eval.speed.scale import Built, Cold, Scale, Size, StockBuilt, Warm, growth
from eval.speed.scale_corpus import settings_of, write_corpus
from eval.speed.scale_models import SampledClauseModel, SampledMiniLM
from eval.speed.scale_worker import build_one
from eval.speed.stopwatch import Resident, run_python
from ingest.corpus.catalog import load_catalog
from ingest.index.cache import CachedEmbedder
from ingest.index.snapshot import stored_documents
from ingest.index.units import units_of
from ingest.models.clause_model import ClauseModel, ClauseText
from ingest.pipeline import read_document
from ingest.settings import Settings


def bodies(folder: Path) -> list[str]:
    settings = settings_of(folder)
    documents = (read_document(e, settings) for e in load_catalog(settings.corpus).document)
    return [unit.body for d in documents for unit in units_of(d.entry, d.parsed)]


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(tmp_path: Path) -> None:
    for clauses in (10, 400, 1_000):
        write_corpus(tmp_path / str(clauses) / "corpus", Settings(), clauses)
    small, middle, large = (bodies(tmp_path / str(clauses)) for clauses in (10, 400, 1_000))
    assert [len(small), len(middle), len(large)] == [10, 400, 1_000]
    # a list's head that was cut off has fewer of its items in its quote
    assert small[:-1] == large[:9] and middle[:-1] == large[:399]
    first_real = load_catalog(Settings().corpus).document[0]
    assert large[0] in read_document(first_real, Settings()).parsed.text
    generated = [body for body in large if body[:1].isdigit()][-500:]
    assert len(set(generated)) == len(generated)
    assert all(body.endswith(".") for body in generated)


def test_the_documents_of_a_folder_come_before_the_generated_ones(tmp_path: Path) -> None:
    (tmp_path / "more" / "ports").mkdir(parents=True)
    rules = "\n\n".join(f"Article {n} A ship shall wait at gate {n}." for n in range(1, 31))
    (tmp_path / "more" / "ports" / "rules.md").write_text(f"Port Rules\n\n{rules}\n", "utf-8")
    write_corpus(tmp_path / "corpus", Settings(), 1_000, tmp_path / "more")
    found = bodies(tmp_path)
    assert len(found) == 1_000
    kinds = [entry.source.split()[0] for entry in load_catalog(tmp_path / "corpus").document]
    own = len(load_catalog(Settings().corpus).document)
    assert kinds[own] == "received" and set(kinds[own + 1 :]) == {"generated"}
    assert sum("shall wait at gate" in body for body in found) == 30


def test_the_first_vectors_are_real_and_the_others_are_like_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scale_models, "REAL", 2)
    model = ClauseModel(threads=1)
    kept = CachedEmbedder(model, tmp_path / "embeddings.sqlite")
    sampled = SampledClauseModel(model, kept)
    bodies = ["bonded goods", "a companion animal", "solid wastes", "a permit"]
    clauses = [ClauseText(("Rules",), body) for body in bodies]
    vectors = sampled.embed_clauses(clauses)
    assert vectors.dtype == np.float32 and vectors.shape == (4, model.dimension)
    assert vectors[:2] == pytest.approx(model.embed_clauses(clauses[:2]), abs=1e-6)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert sampled.embed_clauses(clauses[2:]) == pytest.approx(vectors[2:])
    assert not np.allclose(vectors[2], vectors[3])
    assert (vectors[2:] @ vectors[:2].T).max(axis=1) == pytest.approx([0.8, 0.8], abs=0.15)
    # four texts, and two of them again
    characters = sum(map(len, [*bodies, *bodies[2:]]))
    assert sampled.clauses.seconds > 0
    assert sampled.clauses.seconds == pytest.approx(sampled.clauses.seconds_for(characters))
    # what was embedded before has its own vector
    real = kept.embed_clauses(clauses[3:])
    assert sampled.embed_clauses(clauses[2:]) == pytest.approx(np.stack([vectors[2], *real]))
    asked = sampled.embed_questions(["what of goods?"])
    assert asked == pytest.approx(model.embed_questions(["what of goods?"]))


def test_the_stock_recipes_vectors_are_sampled_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale_models, "REAL", 1)
    sampled, texts = SampledMiniLM(), ["bonded goods", "a companion animal"]
    vectors = np.array(sampled.embed_documents(texts))
    assert vectors[0] == pytest.approx(MiniLM().embed_query(texts[0]), abs=1e-5)
    assert float(vectors[1] @ vectors[0]) == pytest.approx(0.8, abs=0.15)


def test_a_build_tells_each_stage_and_indexes_what_was_asked_for(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus", Settings(), 10)
    built = build_one(tmp_path)
    assert built.clauses == 10
    assert set(built.stages) == {"parse", "embed", "vectors", "words", "write"}
    assert all(seconds > 0 for seconds in built.stages.values()) and built.alone > 0
    stored = stored_documents(settings_of(tmp_path).index)
    units = [unit for one in stored.values() for unit in one.read()[1]]
    assert len(units) == 10 and all(unit.questions for unit in units)


def test_the_memory_of_a_process_that_answers_is_told(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus", Settings(), 10)
    build_one(tmp_path)
    told = run_python("-m", "eval.speed.scale_worker", "memory", str(tmp_path))
    held = TypeAdapter(Resident).validate_json(told.output)
    assert 100 < held.shared_out <= held.megabytes <= told.peak_megabytes + 1


@pytest.mark.parametrize(
    ("clauses", "seconds", "exponent"),
    [
        ([10, 100, 1000], [1.0, 1.0, 1.0], 0.0),
        ([10, 100, 1000], [0.5, 5.0, 50.0], 1.0),
        ([10, 1000], [2.0, 20_000.0], 2.0),
        ([10, 100, 1000], [1.0, 10.0, 10.0], 0.5),
        ([10], [1.0], None),
    ],
)
def test_the_growth_is_the_slope_of_the_logarithms(
    clauses: list[int], seconds: list[float], exponent: float | None
) -> None:
    found = growth(clauses, seconds)
    assert found == (None if exponent is None else pytest.approx(exponent))


def size(
    clauses: int, search: float = 30.0, ask: float = 40.0, whole: float = 100.0, peak: float = 1024
) -> Size:
    stages = {"parse": 1.0, "embed": whole - 4, "vectors": 1.0, "words": 1.0, "write": 1.0}
    warm = Warm([20.0] * 99, [search] * 99, [ask] * 99, [search] * 99, {"words": 1.0})
    warm.stock_build = StockBuilt(1.0, whole - 1)
    resident = Resident(peak, peak)
    return Size(clauses, Built(clauses, stages, 100.0, peak), Cold(5.0, peak / 2), warm, resident)


@pytest.mark.parametrize(
    ("large", "huge", "missed"),
    [
        (size(10_000), size(100_000), []),
        (size(10_000, ask=501), size(100_000), ["warm ask at 10,000, p95"]),
        (size(10_000), size(100_000, search=61), ["warm search at 100,000 / at 10,000"]),
        (size(10_000, whole=131), size(100_000), ["build 10,000 clauses / embed them"]),
        (size(10_000), size(100_000, peak=2049), ["peak memory at 100,000"]),
    ],
)
def test_a_bar_is_missed_where_it_is_passed(large: Size, huge: Size, missed: list[str]) -> None:
    bars = Scale((size(10), large, huge)).bars()
    found = [bar.what for bar in bars if not bar.holds]
    assert len(found) == len(missed)
    assert all(what.startswith(start) for what, start in zip(found, missed, strict=True))


def test_a_million_has_bars_of_its_own_and_no_stock_recipe(tmp_path: Path) -> None:
    million = size(1_000_000, search=91, peak=3073)
    million = replace(million, warm=replace(million.warm, stock=[], stock_build=None))
    scale = Scale((size(10_000), size(100_000), million))
    assert [bar.what for bar in scale.bars() if not bar.holds] == [
        "warm search at 1,000,000 / at 10,000, medians",
        "memory of a process at 1,000,000 clauses",
    ]
    written = write_plots(scale, [tmp_path / "scale.svg"])[0]
    curves = ElementTree.parse(written).getroot().findall(".//{*}polyline")
    points = sorted(len(curve.attrib["points"].split()) for curve in curves)
    assert points == [2, 2, 3, 3, 3, 3, 3]
    console = Console(width=120, record=True)
    print_scale(scale, console)
    assert "nan" not in console.export_text()


def test_slow_answers_and_the_stock_recipe_have_bars_of_their_own() -> None:
    large = size(10_000)
    slow = [*large.warm.ask[:90], *([700.0] * 9)]
    stock = StockBuilt(1.0, 48.0)
    warm = replace(large.warm, ask=slow, stock=[29.0] * 99, stock_build=stock)
    bars = {bar.what: bar for bar in Scale((replace(large, warm=warm),)).bars()}
    assert {what: round(bar.value, 2) for what, bar in bars.items() if not bar.holds} == {
        "warm ask at 10,000, p95": 0.7,
        "warm search at 10,000 / stock recipe's, medians": 1.03,
        "build 10,000 clauses / stock recipe's build": 2.04,
    }


def test_the_plot_is_one_file_with_a_curve_a_stage(tmp_path: Path) -> None:
    paths = [tmp_path / "var" / "scale.svg", tmp_path / "bench.svg"]
    assert write_plots(Scale((size(10),)), paths) == []
    assert write_plots(Scale((size(10), size(1_000), size(10_000))), paths) == paths
    drawing = ElementTree.parse(paths[1]).getroot()
    curves = drawing.findall(".//{*}polyline")
    assert len(curves) == 7
    assert all(len(curve.attrib["points"].split()) == 3 for curve in curves)
    assert "10,000" in {text.text for text in drawing.iter() if text.tag.endswith("text")}


def test_the_stock_recipe_takes_more_than_one_call_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "_ADDED_AT_ONCE", 2)
    texts = {f"d{n}": f"Rule {n} is about {name}." for n, name in enumerate(("dogs", "tea", "ore"))}
    recipe = recipes.langchain_stock(CorpusView("three", texts, {}), MiniLM())
    found = recipe.ask(Question(text="Which rule is about ore?")).retrieved
    assert found[0].document_id == "d2" and len(found) == 3
