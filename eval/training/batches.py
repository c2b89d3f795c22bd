"""Which questions stand in a batch together, and which clauses a question is read with."""

import random
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.training.examples import Passages, TrainingExample

#: questions on one document that stay together: its other clauses are their hard negatives
_TOGETHER = 8


def batches_of(
    examples: Sequence[int], documents: Sequence[str], size: int, seed: int
) -> Iterator[list[int]]:
    """Positions of examples in batches; a batch holds a few documents, each with several questions."""
    chance = random.Random(seed)
    by_document: dict[str, list[int]] = {}
    for position in examples:
        by_document.setdefault(documents[position], []).append(position)
    chunks = []
    for _, positions in sorted(by_document.items()):
        chance.shuffle(positions)
        chunks += [positions[i : i + _TOGETHER] for i in range(0, len(positions), _TOGETHER)]
    chance.shuffle(chunks)
    flat = [position for chunk in chunks for position in chunk]
    for first in range(0, len(flat), size):
        yield flat[first : first + size]


def hard_negatives(
    examples: Sequence[TrainingExample],
    scores: NDArray[np.float32],
    pool: Sequence[int],
    passages: Passages,
    count: int,
) -> list[list[int]]:
    """For each example the ``count`` best clauses of the pool that do not answer it.

    ``scores`` (examples, pool), as the clauses are ranked before they are read.
    """
    found = []
    best = np.argsort(-scores, axis=1, kind="stable")[:, : count + 20]
    for example, order in zip(examples, best, strict=True):
        asked = example.gold or example.near
        ranked = (pool[at] for at in order)
        found.append([i for i in ranked if not passages.answers(i, asked)][:count])
    return found
