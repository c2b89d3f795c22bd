"""How long something takes."""

from collections.abc import Callable, Sequence
from time import perf_counter

from app.search.query_embedding import QueryEmbedder
from ingest.models.embedding import ModelEmbeddings


def milliseconds(action: Callable[[], object]) -> float:
    """Time of one call."""
    started = perf_counter()
    action()
    return 1000 * (perf_counter() - started)


def milliseconds_to_embed(
    question: str, embedder: QueryEmbedder, models: Sequence[ModelEmbeddings]
) -> float:
    """Time until all models have embedded a question, side by side as in a search."""

    def embed() -> None:
        for vector in [embedder.submit(m.name, lambda embed: embed(question)) for m in models]:
            vector.result()

    return milliseconds(embed)
