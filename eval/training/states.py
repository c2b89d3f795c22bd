"""What the frozen lower layers make of each text: computed once, kept on disk, read in batches.

The states come from the exported 8-bit layers, so what is trained on top of them sees
what it will see in use.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from itertools import islice
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
        keys = [sha256(repr(text).encode()).hexdigest()[:16] for text in ids]
        kept = _Kept()
        for file in sorted(folder.glob(f"{name}-*.npz")):
            kept.add(file)
        missing = {key: text for key, text in zip(keys, ids, strict=True) if key not in kept}
        for first in range(0, len(missing), _PER_FILE):
            part = dict(islice(missing.items(), first, first + _PER_FILE))
            kept.add(_compute(folder / f"{name}-{next(iter(part))}.npz", model, part))
            progress(name, first + len(part), len(missing))
        vectors = np.stack([kept.vectors[key] for key in keys])
        return cls([kept.states[key] for key in keys], torch.from_numpy(vectors))

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


class _Kept:
    """What files hold, by what each text is: one that is added to others is computed alone."""

    def __init__(self) -> None:
        self.states: dict[str, NDArray[np.float16]] = {}
        self.vectors: dict[str, NDArray[np.float32]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self.states

    def add(self, file: Path) -> None:
        with np.load(file) as read:
            keys, ends, vectors = read["keys"].tolist(), read["ends"], read["vectors"]
        flat = np.load(_flat_of(file), mmap_mode="r")
        self.states.update(zip(keys, np.split(flat, ends[:-1]), strict=True))
        self.vectors.update(zip(keys, vectors, strict=True))


def _compute(file: Path, model: ClauseModel, texts: Mapping[str, list[int]]) -> Path:
    keys = sorted(texts, key=lambda key: len(texts[key]))
    found: dict[str, NDArray[np.float16]] = {}
    vectors = []
    for first in range(0, len(keys), _BATCH):
        batch = keys[first : first + _BATCH]
        read = model.states([texts[key] for key in batch])
        vectors.append(model.base_vectors(read))
        for row, key in enumerate(batch):
            found[key] = read.states[row, : len(texts[key])].astype(np.float16)
    np.save(_flat_of(file), np.concatenate([found[key] for key in keys]))
    ends = np.cumsum([len(found[key]) for key in keys])
    partial = file.with_suffix(".part")
    with partial.open("wb") as out:
        np.savez(out, keys=keys, ends=ends, vectors=np.concatenate(vectors))
    partial.replace(file)
    return file


def _flat_of(file: Path) -> Path:
    """The states beside their keys, in a file of its own that is read where it lies."""
    return file.with_suffix(".npy")
