"""A question to vectors: all models at once, each in a thread of its own that keeps to one core.

A question is short. OpenMP splits it among all cores all the same, so two models, or two
readers, take the cores from each other: measured on two cores, both models take 28 ms one
after the other on both cores, and 18 ms side by side on one each.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import ThreadpoolController

from ingest.models.embedding import ModelEmbeddings, Vectors

Seen = TypeVar("Seen")
#: text to its vector, float32, shape ``(dimension,)``
Embed = Callable[[str], Vectors]


class QueryEmbedder:
    """Safe in several threads; the questions of one model wait for each other."""

    def __init__(self, models: Sequence[ModelEmbeddings]) -> None:
        self._threads = {model.name: _ModelThread(model) for model in models}

    def submit(self, model: str, look: Callable[[Embed], Seen]) -> "Future[Seen]":
        """Have ``look`` called in the thread of the model of that name, which it gets; what it
        does with the vectors there is done while other models still embed."""
        return self._threads[model].submit(look)


class _ModelThread:
    def __init__(self, model: ModelEmbeddings) -> None:
        self._model = model
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=model.name)
        self._keeps_to_one_core = False

    def submit(self, look: Callable[[Embed], Seen]) -> "Future[Seen]":
        return self._thread.submit(look, self._embed)

    def _embed(self, text: str) -> Vectors:
        vector = self._model.query_vector(text)
        if not self._keeps_to_one_core:
            # OpenMP counts a thread's cores in that thread, and comes with the model
            ThreadpoolController().limit(limits=1, user_api="openmp")
            self._keeps_to_one_core = True
        return vector
