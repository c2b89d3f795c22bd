"""A folder of weights as the product asks them, from the base model and what was trained on it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from eval.training.base_model import BaseModel, Blocks
from eval.training.encoder import ClauseReader, QuestionEmbedder
from eval.training.export import Weights, export_embedder, export_lower, export_reader
from eval.training.pieces import tokenizer_of
from ingest.models.clause_model import FILES

#: the layers from this one on are the upper ones: questions have theirs trained
UPPER = 8


def write_tokenizer(folder: Path, base: BaseModel, kept: list[int]) -> None:
    """The pieces that are kept and their vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer_of([base.pieces[i] for i in kept]).save(str(folder / "tokenizer.json"), pretty=False)
    table: Blocks = base.table.rows(np.array(kept))
    np.savez(folder / "pieces.npz", nibbles=table.nibbles, scales=table.scales)


def write_lower(folder: Path, base: BaseModel) -> None:
    """The layers that questions and clauses share, as they were."""
    layers = [_base_weights(base, number) for number in range(UPPER)]
    export_lower(folder / "lower.onnx", base.tensors, layers, base.heads)


def write_embedders(folder: Path, base: BaseModel, model: QuestionEmbedder) -> None:
    """Clauses keep the base model's upper layers, questions have their own."""
    upper = [_base_weights(base, number) for number in range(UPPER, base.layers)]
    export_embedder(folder / "clause.onnx", upper, _weights(model.told), base.heads)
    layers = [_layer_weights(layer) for layer in model.layers]
    export_embedder(folder / "question.onnx", layers, _weights(model.asked), base.heads)


def write_reader(folder: Path, model: ClauseReader) -> None:
    """It is small and stays in float32."""
    parts = {name: _weights(part) for name, part in model.named_children() if name != "dropout"}
    export_reader(folder / "reader.onnx", parts, model.sharpness.item())


def write_manifest(folder: Path, calibration: tuple[float, float]) -> None:
    """``model.json``: the files' hashes, and a logit's factor and term before it is a probability."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    manifest: Mapping[str, object] = {"sha256": hashes, "calibration": list(calibration)}
    (folder / "model.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _base_weights(base: BaseModel, number: int) -> Weights:
    start = f"{number}."
    tensors = {**base.tensors, **base.blocks}
    return {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}


def _layer_weights(layer: nn.Module) -> Weights:
    """``q.weight`` -> ``q.w``."""
    return {
        f"{part}.{name}": value
        for part, module in layer.named_children()
        for name, value in _weights(module).items()
    }


def _weights(module: nn.Module) -> dict[str, NDArray[np.float32]]:
    """``weight`` -> ``w``, ``bias`` -> ``b``."""
    state: dict[str, Tensor] = module.state_dict()
    return {name[0]: value.detach().numpy() for name, value in state.items()}
