"""What the frozen lower layers make of each text: computed once, kept on disk, read in batches.

The states come from the exported 8-bit layers, so what is trained on top of them sees
what it will see in use.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ingest.models.clause_model import ClauseModel

_PER_FILE = 256
_BATCH = 8

Progress = Callable[[str, int, int], None]


class StateStore:
    """States of texts by position, float16 (tokens, width) each, and their ``vectors``
    (texts, width) as the base model makes them."""

    def __init__(self, states: Sequence[NDArray[np.float16]], vectors: Tensor) -> None:
        self._states = states
        self.vectors = vectors

    @classmethod
    def computed(
        cls,
        folder: Path,
        name: str,
        model: ClauseModel,
        ids: Sequence[list[int]],
        progress: Progress,
    ) -> "StateStore":
        """States of texts given as ids of pieces; those in ``folder`` already are read from it."""
        folder.mkdir(parents=True, exist_ok=True)
        states: list[NDArray[np.float16]] = []
        vectors: list[NDArray[np.float32]] = []
        for first in range(0, len(ids), _PER_FILE):
            part = ids[first : first + _PER_FILE]
            # by what it is of: a text that was read anew is none of those computed before
            file = folder / f"{name}-{first}-{sha256(repr(part).encode()).hexdigest()[:16]}.npy"
            if not file.exists():
                _compute(file, model, part)
            flat = np.load(file, mmap_mode="r")
            vectors.append(np.load(_vectors_of(file)))
            ends = np.cumsum([len(text) for text in part])
            states += np.split(flat, ends[:-1])
            progress(name, first + len(part), len(ids))
        return cls(states, torch.from_numpy(np.concatenate(vectors)))

    def only(self, rows: Sequence[int]) -> "StateStore":
        """The texts at these positions, in this order."""
        return StateStore([self._states[row] for row in rows], self.vectors[list(rows)])

    def batch(self, positions: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Padded states of texts: (B, T, W) float32, and their mask (B, T)."""
        chosen = [self._states[i] for i in positions]
        longest = max(len(text) for text in chosen)
        padded = np.zeros((len(chosen), longest, chosen[0].shape[1]), dtype=np.float32)
        mask = np.zeros((len(chosen), longest), dtype=bool)
        for row, text in enumerate(chosen):
            padded[row, : len(text)] = text
            mask[row, : len(text)] = True
        return torch.from_numpy(padded), torch.from_numpy(mask)


def _compute(file: Path, model: ClauseModel, ids: Sequence[list[int]]) -> None:
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    found: dict[int, NDArray[np.float16]] = {}
    vectors = np.empty((len(ids), model.dimension), dtype=np.float32)
    for first in range(0, len(order), _BATCH):
        batch = order[first : first + _BATCH]
        read = model.states([ids[i] for i in batch])
        vectors[batch] = model.base_vectors(read)
        for row, i in enumerate(batch):
            found[i] = read.states[row, : len(ids[i])].astype(np.float16)
    np.save(_vectors_of(file), vectors)
    partial = file.with_suffix(".part")
    with partial.open("wb") as out:
        np.save(out, np.concatenate([found[i] for i in range(len(ids))]))
    partial.replace(file)


def _vectors_of(file: Path) -> Path:
    return file.with_name(f"{file.stem}-vectors.npy")
