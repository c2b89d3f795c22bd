"""The whole way from questions to weights: ``python -m eval train``.

    documents -> clauses -> pieces -> frozen layers -> states of every text
              -> maps (all clauses) -> reader (hard negatives) -> calibration -> weights

The encoder stays as it is: what takes time are its states of every text, computed once.
Each step leaves its result in the work folder and is not done again; the two trainings
write checkpoints as they go. A run that was stopped goes on where it was.
"""

import json
import random
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from eval.errors import CannotRun
from eval.training.base_model import read_base_model
from eval.training.batches import hard_negatives
from eval.training.documents import MADE_UP, read_passages
from eval.training.examples import (
    CORPUS,
    PEOPLE,
    Asked,
    Passages,
    TrainingExample,
    load_corpus_questions,
    load_questions,
    load_questions_of_people,
    make_examples,
    tuning_documents,
)
from eval.training.heads import ClauseReader, VectorMaps
from eval.training.measuring import (
    Measurement,
    auroc_of_questions_alone,
    fit_calibration,
    measure,
)
from eval.training.pieces import kept_pieces
from eval.training.ranking import Ranker, Scores
from eval.training.shipping import write_encoder, write_heads, write_manifest
from eval.training.states import StateStore
from eval.training.tuning import Schedule, TrainingSet, adapt_maps, tune_maps, tune_reader
from ingest.corpus.parser_version import parser_version
from ingest.models.clause_model import LONGEST_READ, ClauseModel, States
from ingest.settings import Settings

Progress = Callable[[str, int, int], None]

#: questions whose scores of all clauses are held in memory together
_RANKED_AT_ONCE = 1000
_MAPS = Schedule(epochs=6, batch=256, rate=1e-3)
_ADAPTATION = Schedule(epochs=6, batch=64, rate=3e-4)
_READER = Schedule(epochs=2, batch=32, rate=1.5e-3, decay=0.01)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; ``threads`` of each library, since two that wait for each other
    on a busy machine take several times as long as one."""

    questions: Path
    corpora: Path
    near_misses: Path
    work: Path
    most_pieces: int = 36_000
    longest_clause: int = 128
    negatives: int = 10
    #: file of questions that people asked on the statutes
    people: Path | None = None
    #: only documents whose names begin so
    documents: str = ""
    most_questions: int | None = None
    maps: Schedule = _MAPS
    adaptation: Schedule = _ADAPTATION
    reader: Schedule = _READER
    #: readers whose mean reads: each overfits in its own way
    readers: int = 3
    threads: int = 1

    @property
    def weights(self) -> Path:
        return self.work / "weights"


def small_recipe(recipe: Recipe) -> Recipe:
    """The same way in two minutes: questions on made-up rule books only, hardly trained."""
    return replace(
        recipe,
        documents=MADE_UP,
        most_questions=200,
        most_pieces=20_000,
        longest_clause=64,
        maps=Schedule(epochs=1, batch=32, rate=1e-3, most_steps=4),
        adaptation=Schedule(epochs=1, batch=8, rate=1e-3, most_steps=4),
        reader=Schedule(epochs=1, batch=8, rate=1e-3, most_steps=4),
        readers=2,
    )


def train(
    recipe: Recipe, settings: Settings, report: Callable[[str], None], progress: Progress
) -> Measurement:
    """Train, export to ``recipe.weights`` and measure on the documents kept for tuning.

    Raises CannotRun for questions or documents that cannot be read.
    """
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.maps.seed)
    passages, examples, dev = read_examples(recipe, settings, report, progress)
    start = _start(recipe, passages, examples)
    data = _states(recipe, start, examples, passages, dev, progress)
    learnt = [i for i, example in enumerate(examples) if example.document not in dev]
    chosen = [i for i in learnt if not examples[i].by_people]
    many = [i for i in chosen if not _of_corpus(examples[i].document)]
    named = data.only(_named(examples[i] for i in chosen))
    maps = VectorMaps()
    tune_maps(maps, named, many, recipe.maps, recipe.work / "maps.pt", report)
    negatives = _negatives(recipe, maps, named, chosen)
    readers = _readers(recipe, named, chosen, negatives, report)
    _adapt(recipe, maps, data, [i for i in learnt if examples[i].by_people], named, many, report)

    _write(recipe, recipe.weights, maps, readers)
    uncalibrated = ClauseModel(recipe.weights, recipe.threads)
    measured = measure_model(uncalibrated, examples, passages, sorted(dev))
    held = [i for i, example in enumerate(examples) if example.document in dev]
    answered = [example.answered for example in examples]
    write_manifest(recipe.weights, fit_calibration(measured.best, [answered[i] for i in held]))
    alone = auroc_of_questions_alone(data.questions.vectors.numpy(), answered, many, held)
    report(f"AUROC of the questions alone, no clause read: {alone:.3f}")
    return measured


def read_examples(
    recipe: Recipe, settings: Settings, report: Callable[[str], None], progress: Progress
) -> tuple[Passages, list[TrainingExample], set[str]]:
    """Questions with their clauses among the clauses of all documents that they name, and the
    documents that are kept for tuning."""
    written = load_questions(sorted(recipe.questions.glob("*.jsonl")))
    written += load_corpus_questions(settings.corpus, recipe.near_misses)
    asked = [row for row in written if row.document.startswith(recipe.documents)]
    if recipe.most_questions is not None:  # spread over the documents
        asked = asked[:: max(1, len(asked) // recipe.most_questions)][: recipe.most_questions]
    if not asked:
        raise CannotRun(f"no questions in {recipe.questions}")
    tuning = tuning_documents(recipe.questions)
    asked += _as_people_ask(recipe, tuning)
    folders = {
        "": recipe.corpora,
        MADE_UP: recipe.questions / "rules",
        CORPUS: settings.corpus / "documents",
    }
    documents = {row.document for row in asked}
    kept = recipe.work / f"clauses-{parser_version()}.jsonl"
    passages = Passages(read_passages(sorted(documents), folders, settings, kept, progress))
    examples = make_examples(asked, passages)
    report(
        f"{len(examples)} of {len(asked)} questions on {len({e.document for e in examples})} "
        f"documents, {len(tuning & documents)} of them for tuning"
    )
    return passages, examples, tuning & documents


def _as_people_ask(recipe: Recipe, tuning: Container[str]) -> list[Asked]:
    """Questions of laymen: those written in their manner, and those that people asked."""
    written = load_questions(sorted((recipe.questions / PEOPLE).glob("*.jsonl")))
    asked = [
        replace(row, by_people=True) for row in written if row.document.startswith(recipe.documents)
    ]
    if recipe.people is not None:
        asked += load_questions_of_people(recipe.people)
    return [row for row in asked if row.document not in tuning]


def _of_corpus(document: str) -> bool:
    return document.startswith(CORPUS)


def measure_model(
    model: ClauseModel, examples: list[TrainingExample], passages: Passages, documents: list[str]
) -> Measurement:
    """All clauses of ``documents`` in one pool, all questions on them."""
    within = set(documents)
    chosen = [example for example in examples if example.document in within]
    pool = [position for document in documents for position in passages.of(document)]
    known: dict[int, States] = {}  # a clause is read for many questions

    def read(number: int, positions: list[int]) -> Scores:
        asked = model.states([model.question_ids(chosen[number].question)])
        for i in positions:
            if i not in known:
                known[i] = model.states([model.clause_ids(passages.all[i].text, LONGEST_READ)])
        return np.concatenate([model.compare(asked, known[i]) for i in positions])

    return measure(
        chosen,
        passages,
        pool,
        model.embed_questions([example.question for example in chosen]),
        model.embed_clauses([passages.all[i].text for i in pool]),
        read,
    )


def _start(recipe: Recipe, passages: Passages, examples: list[TrainingExample]) -> ClauseModel:
    """The base model with fewer pieces, in the form that is shipped: its states are trained on."""
    folder = recipe.work / "start"
    pieces = recipe.work / "pieces.json"
    if not pieces.exists():
        texts = [
            " ".join((*p.text.context, p.text.body))
            for p in passages.all
            if not _of_corpus(p.document)
        ]
        # questions are few beside the clauses, and as much is asked as is told
        many = [e.question for e in examples if not _of_corpus(e.document)]
        texts += many * 20
        kept = kept_pieces(read_base_model().pieces, texts, recipe.most_pieces)
        pieces.write_text(json.dumps(kept.tolist()))
    if not (folder / "model.json").exists():
        _write(recipe, folder, VectorMaps(), [ClauseReader()])
    return ClauseModel(folder, recipe.threads)


def _states(
    recipe: Recipe,
    start: ClauseModel,
    examples: list[TrainingExample],
    passages: Passages,
    dev: set[str],
    progress: Progress,
) -> TrainingSet:
    """States of all questions, of the clauses that questions of the training part name, and of
    all clauses of the statutes that people ask about."""
    learnt = [example for example in examples if example.document not in dev]
    asked_about = {example.document for example in learnt if example.by_people}
    whole = (i for document in asked_about for i in passages.of(document))
    needed = sorted({*_named(learnt), *whole})
    folder = recipe.work / "states"
    questions = StateStore.computed(
        folder, "question", start, [start.question_ids(e.question) for e in examples], progress
    )
    clauses = StateStore.computed(
        folder,
        "clause",
        start,
        [start.clause_ids(passages.all[i].text, recipe.longest_clause) for i in needed],
        progress,
    )
    rows = {position: row for row, position in enumerate(needed)}
    return TrainingSet(examples, passages, questions, clauses, rows)


def _named(examples: Iterable[TrainingExample]) -> list[int]:
    """Positions of the clauses that questions name, whether they answer or come near."""
    return sorted({i for example in examples for i in (*example.gold, *example.near)})


def _adapt(
    recipe: Recipe,
    maps: VectorMaps,
    data: TrainingSet,
    people: list[int],
    named: TrainingSet,
    written: list[int],
    report: Callable[[str], None],
) -> None:
    """The maps go on with what people ask: laymen's words against all clauses of the statutes."""
    if not people:
        return
    asked_about = {data.examples[i].document for i in people}
    within = [i for i in data.row_of if data.passages.all[i].document in asked_about]
    checkpoint = recipe.work / "adapted.pt"
    statutes = data.only(within)
    adapt_maps(maps, statutes, people, named, written, recipe.adaptation, checkpoint, report)


def _readers(
    recipe: Recipe,
    data: TrainingSet,
    chosen: list[int],
    negatives: dict[int, list[int]],
    report: Callable[[str], None],
) -> list[ClauseReader]:
    """Trained one after another, each from its own seed. An epoch goes through the questions on
    many documents, and of those on the corpus's few so many that they are a fifth."""
    many = [i for i in chosen if not _of_corpus(data.examples[i].document)]
    few = [i for i in chosen if _of_corpus(data.examples[i].document)]
    count = min(len(few), len(many) // 4)
    readers = []
    for seed in range(recipe.readers):
        torch.manual_seed(seed)
        reader = ClauseReader()
        _centre(reader, data, many)
        samples = [
            [*many, *random.Random(f"{seed} {epoch}").sample(few, count)]
            for epoch in range(recipe.reader.epochs)
        ]
        schedule = replace(recipe.reader, seed=seed)
        checkpoint = recipe.work / f"reader-{seed}.pt"
        tune_reader(reader, data, samples, negatives, schedule, checkpoint, report)
        readers.append(reader)
    return readers


def _negatives(
    recipe: Recipe, maps: VectorMaps, data: TrainingSet, chosen: list[int]
) -> dict[int, list[int]]:
    """What stands first for each question, as clauses are ranked in use, and does not answer it."""
    pool = list(data.row_of)
    with torch.no_grad():
        asked = maps.questions(data.questions.vectors).numpy()
        ranker = Ranker(data.passages, pool, maps.clauses(data.clauses.vectors).numpy())
    found: list[list[int]] = []
    for first in range(0, len(chosen), _RANKED_AT_ONCE):
        part = chosen[first : first + _RANKED_AT_ONCE]
        examples = [data.examples[i] for i in part]
        scores = ranker.fused(examples, asked[part])
        found += hard_negatives(examples, scores, pool, data.passages, recipe.negatives)
    return dict(zip(chosen, found, strict=True))


def _centre(reader: ClauseReader, data: TrainingSet, chosen: list[int]) -> None:
    """The mean state of some questions and clauses is where the reader's begin."""
    x, mask = data.questions.batch(chosen[::20])
    clauses, clause_mask = data.clauses.batch(range(0, len(data.row_of), 20))
    reader.centre(x[mask].mean(0), clauses[clause_mask].mean(0))


def _write(recipe: Recipe, folder: Path, maps: VectorMaps, readers: Sequence[ClauseReader]) -> None:
    write_encoder(folder, read_base_model(), json.loads((recipe.work / "pieces.json").read_text()))
    write_heads(folder, maps, readers)
    write_manifest(folder, (1.0, 0.0))
