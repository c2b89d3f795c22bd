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
from app.teaching.topics import load_topics
from eval.choices import TOPICS_FILE
from eval.peers.minilm import MiniLM
from eval.peers.recipes import langchain_stock
from eval.run.system import CorpusView, System, open_clause_desk
from eval.speed.stopwatch import COLD_ASK, milliseconds, run_python
from ingest.pipeline import build
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
    return (_warm_ask(desk), _build_index(CorpusView.of(desk)), _cold_ask(repeats))


def _warm_ask(desk: System) -> Ratio:
    """Against embedding the question by MiniLM, as the stock recipe does for a search."""
    english = (t.question for t in load_topics(TOPICS_FILE) if t.language == "en" and t.answerable)
    questions = list(islice(dict.fromkeys(english), QUESTIONS))
    stock = MiniLM()
    # The first of each loads a model, which is not what is measured.
    desk.ask(Question(text="warm up"))
    stock.embed_query("warm up")
    asked: list[float] = []
    embedded: list[float] = []
    for text in questions:
        embedded.append(milliseconds(partial(stock.embed_query, text)))
        asked.append(milliseconds(partial(desk.ask, Question(text=text))))
    return Ratio(
        f"warm ask, median of {len(asked)}",
        median(asked),
        "embed the question by MiniLM",
        median(embedded),
        bar=8.0,
    )


def _build_index(corpus: CorpusView) -> Ratio:
    stock = MiniLM()

    def build_anew() -> None:
        # A folder of its own: nothing cached, and the user's index stays as it is.
        with TemporaryDirectory() as folder:
            settings = load_settings().model_copy(update={"var": Path(folder)})
            build(settings, lambda _stage, _done, _total: None)

    stock.embed_query("warm up")
    by_stock: list[float] = []
    built: list[float] = []
    for _ in range(BUILDS):
        by_stock.append(milliseconds(partial(langchain_stock, corpus, stock)))
        built.append(milliseconds(build_anew))
    return Ratio(
        f"build the index of {len(corpus.texts)} documents",
        median(built),
        "the stock recipe's build of the same",
        median(by_stock),
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
        bar=0.5,
    )
