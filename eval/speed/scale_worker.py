"""What runs in a process of its own: one build, or the warm searches of all sizes.

    python -m eval.speed.scale_worker build FOLDER
    python -m eval.speed.scale_worker memory FOLDER
    python -m eval.speed.scale_worker warm FOLDER...

A folder holds ``corpus`` (eval.speed.scale_corpus) and ``var``. The result is one JSON object.
"""

import resource
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from pydantic import TypeAdapter

from app.contract import Question
from app.desk import ClauseDesk
from app.search.question import read_question
from app.search.searcher import RETRIEVED
from app.teaching.topics import load_topics
from eval.choices import TOPICS_FILE
from eval.peers.passages import PassageFinder
from eval.peers.recipes import langchain_stock
from eval.run.system import CorpusView
from eval.speed.scale import STOCK_UP_TO, Built, StockBuilt, Warm
from eval.speed.scale_corpus import settings_of
from eval.speed.scale_models import SampledClauseModel, SampledMiniLM
from eval.speed.stopwatch import Resident, in_megabytes, milliseconds, resident
from ingest.index.cache import CachedEmbedder
from ingest.index.snapshot import stored_documents
from ingest.pipeline import CACHE, build, clause_model
from ingest.settings import load_settings

#: questions to each size; the 99th percentile is the third slowest
QUESTIONS = 240
#: of them, those asked once more with a clock in every stage
STAGED = 60


def build_one(folder: Path) -> Built:
    """Build the index of a folder. The model is loaded before: that is not building."""
    with closing(CachedEmbedder(clause_model(), load_settings().var / CACHE)) as kept:
        model = SampledClauseModel(clause_model(), kept)
        model.embed_questions(["warm up"])
        clock = _StageClock()
        result = build(settings_of(folder), clock, model=model)
    stages = clock.stages()
    # the little that the sampled vectors took stands for the model's own time
    stages["vectors"] -= model.clauses.inside
    peak = in_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    stages["embed"] = model.clauses.seconds
    documents = stored_documents(settings_of(folder).index).values()
    characters = sum(len(unit.body) for one in documents for unit in one.read()[1])
    return Built(result.clauses, stages, model.clauses.seconds_for(characters), peak)


class _StageClock:
    """Seconds by stage, from what a build reports of its progress: a stage lasts from its
    first report to the next one's."""

    def __init__(self) -> None:
        self._since = perf_counter()
        self._stage = "parse"
        self._seconds: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage == "words":
            self._enter("write" if done == total else "words")
        elif stage != "read":
            self._enter("vectors")

    def stages(self) -> dict[str, float]:
        self._enter("")
        return self._seconds

    def _enter(self, stage: str) -> None:
        now = perf_counter()
        self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
        self._since, self._stage = now, stage


def memory_of(folder: Path) -> Resident:
    """Of this process when it has answered every question."""
    desk = ClauseDesk.open(settings_of(folder))
    for question in _questions():
        desk.ask(question)
    return resident()


def warm_all(folders: Sequence[Path]) -> list[Warm]:
    """Search every size in turns, question by question, beside the stock recipe.

    In turns, so that a busy moment of the machine strikes all alike.
    """
    questions = _questions()
    sizes = [_Size(folder) for folder in folders]
    for question in questions[:5]:
        for size in sizes:
            size.time(question)
    warm = [Warm() for _ in sizes]
    for number, question in enumerate(questions):
        for place in range(len(sizes)):
            turn = (place + number) % len(sizes)
            sizes[turn].time(question, warm[turn])
    for found, size in zip(warm, sizes, strict=True):
        found.stages |= size.stages(questions[:STAGED])
        found.stock_build = size.stock_build
    return warm


class _Size:
    """One size's desk, and the stock recipe where that is measured."""

    def __init__(self, folder: Path) -> None:
        self._desk = ClauseDesk.open(settings_of(folder))
        library = self._desk.library()
        self._retriever = self._desk.searcher().retriever
        self._stock: PassageFinder | None = None
        self.stock_build: StockBuilt | None = None
        if len(library.snapshot.units) > STOCK_UP_TO:
            return
        texts = {id_: document.parsed.text for id_, document in library.documents.items()}
        model = SampledMiniLM()
        started = perf_counter()
        self._stock = langchain_stock(CorpusView(self._desk.fingerprint, texts, {}), model)
        beside = perf_counter() - started - model.texts.inside
        self.stock_build = StockBuilt(beside, model.texts.seconds)

    def time(self, question: Question, into: Warm | None = None) -> None:
        """One question to each, once."""
        into = into or Warm()
        read = read_question(question)
        embed = partial(clause_model().embed_questions, [question.text])
        search = partial(self._retriever.search, read, read.text, RETRIEVED)
        into.embed.append(milliseconds(embed))
        into.search.append(milliseconds(search))
        if self._stock is not None:
            into.stock.append(milliseconds(partial(self._stock.ask, question)))
        into.ask.append(milliseconds(partial(self._desk.ask, question)))

    def stages(self, questions: Sequence[Question]) -> dict[str, float]:
        """Median milliseconds of each stage of an answer; the clocks stay in."""
        snapshot = self._desk.library().snapshot
        clock: defaultdict[str, float] = defaultdict(float)
        model = clause_model()
        _put_clock(model, "embed_questions", "embed", clock)
        _put_clock(model, "read", "read", clock)
        for words in (snapshot.lexical, snapshot.pairs, snapshot.question_words):
            _put_clock(words, "scores", "words", clock)
        _put_clock(snapshot.vectors, "search", "vectors", clock)
        rounds: list[dict[str, float]] = []
        for question in questions:
            clock.clear()
            whole = milliseconds(partial(self._desk.ask, question))
            rounds.append({**clock, "rest": whole - sum(clock.values())})
        return {stage: median(r[stage] for r in rounds) for stage in rounds[0]}


def _questions() -> list[Question]:
    """English questions; a follow-up would be another measure."""
    texts = dict.fromkeys(
        topic.question
        for topic in load_topics(TOPICS_FILE)
        if topic.language == "en" and topic.split == "dev" and not topic.history
    )
    return [Question(text=text) for text in islice(texts, QUESTIONS)]


def _put_clock(of: Any, method: str, stage: str, clock: defaultdict[str, float]) -> None:
    """Have a method of one object add its milliseconds to ``clock[stage]``."""
    inner: Callable[..., Any] = getattr(of, method)

    def timed(*arguments: Any, **options: Any) -> Any:
        started = perf_counter()
        try:
            return inner(*arguments, **options)
        finally:
            clock[stage] += 1000 * (perf_counter() - started)

    setattr(of, method, timed)


if __name__ == "__main__":
    task, *named = sys.argv[1:]
    folders = [Path(name) for name in named]
    result: Built | Resident | list[Warm]
    if task == "build":
        result = build_one(folders[0])
    else:
        result = memory_of(folders[0]) if task == "memory" else warm_all(folders)
    print(TypeAdapter(Built | Resident | list[Warm]).dump_json(result).decode())  # noqa: T201 - the result
