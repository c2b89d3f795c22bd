"""Whether a question leans towards those that clauses answer or towards those that none does.

Fisher's linear discriminant between the vectors of the two kinds of questions in
``corpus/questions`` (Fisher 1936, "The use of multiple measurements in taxonomic problems"),
the covariance shrunk towards a multiple of the identity. A question's nearest neighbours
tell about its subject; the discriminant tells what sort of question is out of reach
(a fee, a penalty, another country's mark), whatever its subject. Measured in
docs/retrieval.md.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ingest.models.embedding import Vectors

#: share of the mean variance that is added to each one
SHRINKAGE = 0.1
#: questions of each kind below which two means tell nothing
FEWEST = 20


@dataclass(frozen=True, slots=True)
class Leaning:
    """``direction``: shape (dimension,); ``middle``: where the two kinds are equally near."""

    direction: Vectors
    middle: float

    @classmethod
    def between(cls, covered: Vectors, uncovered: Vectors) -> "Leaning":
        """From vectors of shape (questions, dimension); with few questions nothing leans."""
        dimension = covered.shape[1]
        if min(len(covered), len(uncovered)) < FEWEST:
            return cls(np.zeros(dimension, dtype=np.float32), 0.0)
        means = covered.mean(axis=0), uncovered.mean(axis=0)
        spread = (np.cov(covered, rowvar=False) + np.cov(uncovered, rowvar=False)) / 2
        spread += SHRINKAGE * np.trace(spread) / dimension * np.eye(dimension)
        direction = np.linalg.solve(spread, means[0] - means[1]).astype(np.float32)
        return cls(direction, float(direction @ (means[0] + means[1]) / 2))

    def of(self, vector: Vectors) -> float:
        """Above 0: more like the questions that clauses answer; ``vector``: (dimension,)."""
        return float(vector @ self.direction) - self.middle


def save_leanings(leanings: dict[str, Leaning], path: Path) -> None:
    """Write them by the name of the model whose vectors they read."""
    arrays: dict[str, Any] = {
        name: np.append(one.direction, one.middle) for name, one in leanings.items()
    }
    np.savez(path, allow_pickle=False, **arrays)


def load_leanings(path: Path) -> dict[str, Leaning]:
    """Raises OSError or ValueError for a file that is none."""
    try:
        with np.load(path) as arrays:
            return {
                name: Leaning(arrays[name][:-1], float(arrays[name][-1])) for name in arrays.files
            }
    except (BadZipFile, EOFError, IndexError) as error:
        raise ValueError(str(error)) from error
