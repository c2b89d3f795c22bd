"""Speed as ratios: each step against the least that it must cost on the same machine.

A ratio of two times taken in turn in one run says the same on a laptop and on a server;
milliseconds don't. Medians, so that one hiccup of the machine decides nothing.
"""

from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from app.contract import Question
from app.search.query_embedding import QueryEmbedder
from eval.choices import TOPICS_FILE
from eval.run.system import CorpusView, System, open_clause_desk
from eval.run.topics import load_topics
from eval.speed.stopwatch import COLD_ASK, milliseconds, milliseconds_to_embed, run_python
from ingest.pipeline import build, embedding_models
from ingest.settings import load_settings

QUESTIONS = 50
BUILDS = 3
_COLD_IMPORTS = "import sentence_transformers, chromadb"


class Ratio(NamedTuple):
    """``what`` takes ``value`` times as long as ``against``; it holds up to ``bar``."""

    what: str
    milliseconds: float
    against: str
    against_milliseconds: float
    bar: float | None = None

    @property
    def value(self) -> float:
        return self.milliseconds / self.against_milliseconds

    @property
    def holds(self) -> bool:
        return self.bar is None or self.value <= self.bar


def run_bench(repeats: int) -> tuple[Ratio, ...]:
    """The ratios; ``repeats`` of the cold starts, which take seconds each.

    Raises ClauseDeskError when there is no index, CannotRun when a command fails.
    """
    desk = open_clause_desk()
    return (*_warm_ask(desk), _build_index(CorpusView.of(desk)), _cold_ask(repeats))


def _warm_ask(desk: System) -> tuple[Ratio, Ratio]:
    """Against embedding the question, by the models that an English question is read by, as
    a search has it done, and by one of them alone (no bar: what the second model costs)."""
    english = (t.question for t in load_topics(TOPICS_FILE) if t.language == "en" and t.answerable)
    questions = list(islice(dict.fromkeys(english), QUESTIONS))
    models = embedding_models()
    embedder = QueryEmbedder(models)

    # The first of each loads a model, which is not what is measured.
    desk.ask(Question(text="warm up"))
    milliseconds_to_embed("warm up", embedder, models)
    asked: list[float] = []
    by_both: list[float] = []
    by_one: list[float] = []
    for text in questions:
        by_both.append(milliseconds_to_embed(text, embedder, models))
        by_one.append(milliseconds_to_embed(text, embedder, models[:1]))
        asked.append(milliseconds(partial(desk.ask, Question(text=text))))
    name = f"warm ask, median of {len(asked)}"
    return (
        Ratio(name, median(asked), "embed the question", median(by_both), bar=1.5),
        Ratio(name, median(asked), "embed it by MiniLM alone", median(by_one)),
    )


def _build_index(corpus: CorpusView) -> Ratio:
    texts = [clause.text for clause in corpus.clauses.values()]

    def embed() -> None:
        for model in embedding_models():
            model.document_vectors(texts)

    def build_anew() -> None:
        # A folder of its own: nothing cached, and the user's index stays as it is.
        with TemporaryDirectory() as folder:
            settings = load_settings().model_copy(update={"var": Path(folder)})
            build(settings, lambda _stage, _done, _total: None)

    embed()  # the first imports the libraries
    embedded: list[float] = []
    built: list[float] = []
    for _ in range(BUILDS):
        embedded.append(milliseconds(embed))
        built.append(milliseconds(build_anew))
    return Ratio(
        f"build the index of {len(corpus.texts)} documents",
        median(built),
        "embed their clauses",
        median(embedded),
        bar=2.0,
    )


def _cold_ask(repeats: int) -> Ratio:
    imports: list[float] = []
    asks: list[float] = []
    for _ in range(repeats):
        imports.append(1000 * run_python("-c", _COLD_IMPORTS).seconds)
        asks.append(1000 * run_python(*COLD_ASK).seconds)
    return Ratio(
        f"cold ask, median of {repeats}",
        median(asks),
        "import sentence_transformers, chromadb",
        median(imports),
        bar=1.25,
    )
