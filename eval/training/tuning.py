"""The training loops: the maps against all clauses, the reader with hard negatives.

Both write a checkpoint as they go and go on from it. Same seed, same data: same batches.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from eval.training.batches import batches_of
from eval.training.examples import Passages, TrainingExample
from eval.training.heads import ClauseReader, VectorMaps
from eval.training.states import StateStore

Report = Callable[[str], None]
#: positions of the examples that each epoch goes through
Epochs = Sequence[Sequence[int]]

_SAVE_EVERY = 20
_WARM_UP = 15
_TEMPERATURE = 0.05
#: how much it costs the maps to leave the identity
_STAY = 0.001
#: questions learnt from before that stand beside a batch of others
_REHEARSED = 256
#: clauses that do not answer, read with each question
_OTHERS = 3
#: share of answered questions that are read without their clause
_WITHOUT = 0.25
#: weight of which clause is best beside whether any answers
_WHICH = 1.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast: ``epochs`` over the examples, ``batch`` questions a step,
    ``rate`` of learning at its highest and ``decay`` of weights (AdamW)."""

    epochs: int
    batch: int
    rate: float
    decay: float = 0.0
    seed: int = 0
    most_steps: int | None = None


@dataclass(frozen=True)
class TrainingSet:
    """Examples, the states of their questions, and those of clauses by position among passages."""

    examples: Sequence[TrainingExample]
    passages: Passages
    questions: StateStore
    clauses: StateStore
    row_of: dict[int, int]  # position of a passage -> its row in ``clauses``

    def related(self, gold: Sequence[int]) -> list[int]:
        """Positions with states that answer as well: ``gold``, their parts and wholes."""
        documents = dict.fromkeys(self.passages.all[i].document for i in gold)
        within = (i for document in documents for i in self._rows_of_document[document])
        return [i for i in within if self.passages.answers(i, gold)]

    def only(self, positions: Sequence[int]) -> "TrainingSet":
        """With no other clauses than these."""
        clauses = self.clauses.only([self.row_of[i] for i in positions])
        rows = {position: row for row, position in enumerate(positions)}
        return replace(self, clauses=clauses, row_of=rows)

    @cached_property
    def _rows_of_document(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for position in self.row_of:
            found.setdefault(self.passages.all[position].document, []).append(position)
        return found


def tune_maps(
    model: VectorMaps,
    data: TrainingSet,
    chosen: Sequence[int],
    schedule: Schedule,
    checkpoint: Path,
    report: Report,
) -> None:
    """Train the maps of the base model's vectors; a question's clause is held against all others."""

    def loss_of(batch: list[int], chance: random.Random) -> Tensor:
        return _contrast(model, batch, data, chance) + _STAY * model.distance()

    answered = [i for i in chosen if data.examples[i].answered]
    model.centre(data.questions.vectors[chosen], data.clauses.vectors)
    _train(model, data, [answered] * schedule.epochs, schedule, loss_of, checkpoint, report)


def adapt_maps(
    model: VectorMaps,
    data: TrainingSet,
    chosen: Sequence[int],
    before: TrainingSet,
    learnt: Sequence[int],
    schedule: Schedule,
    checkpoint: Path,
    report: Report,
) -> None:
    """Go on with a few questions (``chosen``) against the clauses of ``data``, each step with some
    of those ``learnt`` before against the clauses of then, so that these are not unlearnt."""
    known = [i for i in learnt if before.examples[i].answered]

    def loss_of(batch: list[int], chance: random.Random) -> Tensor:
        rehearsed = chance.sample(known, min(_REHEARSED, len(known)))
        loss = _contrast(model, batch, data, chance)
        loss = loss + _contrast(model, rehearsed, before, chance)
        return loss + _STAY * model.distance()

    _train(model, data, [chosen] * schedule.epochs, schedule, loss_of, checkpoint, report)


def _contrast(
    model: VectorMaps, batch: list[int], data: TrainingSet, chance: random.Random
) -> Tensor:
    """A question's clause against all others (van den Oord et al. 2018). A clause that answers
    the question too is no negative of it."""
    scores = model.questions(data.questions.vectors[batch]) @ model.clauses(data.clauses.vectors).T
    target = torch.empty(len(batch), dtype=torch.long)
    also = torch.zeros(scores.shape, dtype=torch.bool)
    for row, i in enumerate(batch):
        gold = data.examples[i].gold
        also[row, [data.row_of[position] for position in data.related(gold)]] = True
        target[row] = data.row_of[chance.choice(gold)]
        also[row, target[row]] = False
    return functional.cross_entropy((scores / _TEMPERATURE).masked_fill(also, -1e4), target)


def tune_reader(
    model: ClauseReader,
    data: TrainingSet,
    epochs: Epochs,
    negatives: Mapping[int, Sequence[int]],
    schedule: Schedule,
    checkpoint: Path,
    report: Report,
) -> None:
    """A question among the clauses that it would be read with, which one of them answers or none.

    The loss is all of what is decided by a logit: whether each clause answers (binary),
    whether the best of them does (softmax over a question's clauses and 0 for "none of
    them"), and which one (softmax over the clauses).
    """

    def loss_of(batch: list[int], chance: random.Random) -> Tensor:
        groups = [_read_with(data.examples[i], negatives[i], chance) for i in batch]
        clauses = sorted({i for positions, _ in groups for i in positions})
        row = {position: at for at, position in enumerate(clauses)}
        pairs = [(at, row[i]) for at, (positions, _) in enumerate(groups) for i in positions]
        told = data.clauses.batch([data.row_of[i] for i in clauses])
        logits = model(*data.questions.batch(batch), *told, torch.tensor(pairs))
        labels = [
            float(answered and not at) for group, answered in groups for at in range(len(group))
        ]
        losses = [2 * functional.binary_cross_entropy_with_logits(logits, torch.tensor(labels))]
        parts = logits.split([len(group) for group, _ in groups])
        none = [torch.cat([part.new_zeros(1), part]) for part in parts]
        losses.append(_mean_softmax(none, [int(answered) for _, answered in groups]))
        best = [part for part, (_, answered) in zip(parts, groups, strict=True) if answered]
        if best:
            losses.append(_WHICH * _mean_softmax(best, [0] * len(best)))
        return torch.stack(losses).sum()

    _train(model, data, epochs, schedule, loss_of, checkpoint, report)


def _read_with(
    example: TrainingExample, others: Sequence[int], chance: random.Random
) -> tuple[list[int], bool]:
    """Positions of clauses to read, the one that answers first, and whether one does.

    A question that its document answers is read without that clause now and then: a
    question that sounds as if it were answered is not answered by everything.
    """
    picked = chance.sample(others, min(_OTHERS, len(others)))
    if not example.answered:
        near = chance.choice(example.near)
        return [near, *(i for i in picked if i != near)], False
    if chance.random() < _WITHOUT:
        return picked, False
    return [chance.choice(example.gold), *picked], True


def _mean_softmax(groups: Sequence[Tensor], targets: Sequence[int]) -> Tensor:
    losses = [
        functional.cross_entropy(group[None], torch.tensor([target]))
        for group, target in zip(groups, targets, strict=True)
    ]
    return torch.stack(losses).mean()


def _train(
    model: nn.Module,
    data: TrainingSet,
    epochs: Epochs,
    schedule: Schedule,
    loss_of: Callable[[list[int], random.Random], Tensor],
    checkpoint: Path,
    report: Report,
) -> None:
    documents = [example.document for example in data.examples]
    steps = [
        batch
        for epoch, chosen in enumerate(epochs)
        for batch in batches_of(chosen, documents, schedule.batch, schedule.seed + epoch)
    ][: schedule.most_steps]
    optimizer = torch.optim.AdamW(model.parameters(), lr=schedule.rate, weight_decay=schedule.decay)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / _WARM_UP, 1 - step / (len(steps) + 1))
    )
    done = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        plan.load_state_dict(saved["plan"])
        done = saved["done"]
    model.train()
    begun, losses = time.monotonic(), []
    for number, batch in enumerate(steps[done:], start=done):
        torch.manual_seed(schedule.seed + number)  # dropout, also of a run that goes on
        loss = loss_of(batch, random.Random(f"{schedule.seed} {number}"))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        plan.step()
        losses.append(loss.item())
        if (number + 1) % _SAVE_EVERY == 0 or number + 1 == len(steps):
            _save(checkpoint, model, optimizer, plan, number + 1)
            mean = sum(losses[-_SAVE_EVERY:]) / len(losses[-_SAVE_EVERY:])
            report(
                f"{checkpoint.stem}, step {number + 1} of {len(steps)}, loss {mean:.4f}, "
                f"{time.monotonic() - begun:.0f} s"
            )
    model.eval()


def _save(path: Path, model: nn.Module, optimizer: Any, plan: Any, done: int) -> None:
    partial = path.with_suffix(".part")
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "plan": plan.state_dict(),
        "done": done,
    }
    torch.save(state, partial)
    partial.replace(path)
