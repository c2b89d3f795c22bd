"""A folder of weights as the product asks them: the base model, cut, and what was trained on it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from eval.training.base_model import BaseModel
from eval.training.export import Weights, export_lower, export_reader, export_upper
from eval.training.heads import ClauseReader, VectorMaps
from eval.training.pieces import tokenizer_of
from ingest.models.clause_model import FILES

#: layers below this one give the states that are read
UPPER = 8


def write_encoder(folder: Path, base: BaseModel, kept: list[int]) -> None:
    """The pieces that are kept, their vectors, and all layers as they were."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer_of([base.pieces[i] for i in kept]).save(str(folder / "tokenizer.json"), pretty=False)
    table = base.table.rows(np.array(kept))
    np.savez(folder / "pieces.npz", nibbles=table.nibbles, scales=table.scales)
    layers = [_layer(base, number) for number in range(base.layers)]
    export_lower(folder / "lower.onnx", base.tensors, layers[:UPPER], base.heads)
    export_upper(folder / "upper.onnx", layers[UPPER:], base.heads)


def write_heads(folder: Path, maps: VectorMaps, readers: Sequence[ClauseReader]) -> None:
    """What was trained; it is small and stays in float32."""
    asked, told = _weights(maps.asked), _weights(maps.told)
    np.savez(
        folder / "maps.npz",
        asked_w=asked["w"],
        asked_b=asked["b"],
        told_w=told["w"],
        told_b=told["b"],
    )
    export_reader(
        folder / "reader.onnx",
        [
            (
                {
                    name: _weights(part)
                    for name, part in reader.named_children()
                    if name != "dropout"
                },
                reader.sharpness.detach().numpy(),
            )
            for reader in readers
        ],
    )


def write_manifest(folder: Path, calibration: tuple[float, float]) -> None:
    """``model.json``: the files' hashes, and a logit's factor and term before it is a probability."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    manifest: Mapping[str, object] = {"sha256": hashes, "calibration": list(calibration)}
    (folder / "model.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _layer(base: BaseModel, number: int) -> Weights:
    start = f"{number}."
    tensors: Weights = {**base.tensors, **base.blocks}
    return {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}


def _weights(module: nn.Module) -> dict[str, NDArray[np.float32]]:
    """``weight`` -> ``w``, ``bias`` -> ``b``."""
    state: dict[str, Tensor] = module.state_dict()
    return {name[0]: value.detach().numpy() for name, value in state.items()}
