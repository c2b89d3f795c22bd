"""Layers as ONNX graphs that compute in 8 bits, which onnxruntime reads without torch.

The graphs are written node by node. The encoder's matrices are kept as the base model's
4-bit blocks, which lose nothing, with nodes that make signed bytes of them and one scale a
column when the graph is opened; onnxruntime makes bytes of the inputs as it goes
(DynamicQuantizeMatMul).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from eval.training.base_model import BLOCK, Blocks, Matrix, unpacked

#: ``q.w``, ``q.b``, … of one layer; matrices as blocks
Weights = Mapping[str, "NDArray[np.float32] | Blocks"]
#: ``w`` (out, in) and ``b`` (out)
Linear = Mapping[str, NDArray[np.float32]]

#: length of a state and of a vector
WIDTH = 384

_OPSETS = [("", 20), ("com.microsoft", 1)]
#: 7 bits: without VNNI a processor adds two products of bytes in 16 bits, which 8 would overflow
LARGEST = 63


class Graph:
    """Nodes and constants of one graph; each method adds nodes and gives its result's name."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.generic]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], *, outputs: int = 1, **attributes: Any) -> str:
        return self.nodes(kind, inputs, outputs, **attributes)[0]

    def nodes(self, kind: str, inputs: Sequence[str], outputs: int, **attributes: Any) -> list[str]:
        names = [f"n{len(self._nodes)}_{i}" for i in range(outputs)]
        domain, _, operator = kind.rpartition(":")
        self._nodes.append(
            helper.make_node(operator, list(inputs), names, domain=domain, **attributes)
        )
        return names

    def linear(self, x: str, blocks: Blocks, bias: str) -> str:
        """``x`` times a (out, in) weight in 8 bits, plus bias."""
        scale = np.abs(unpacked(blocks)).max(axis=1) / LARGEST
        scale = np.where(scale > 0, scale, 1).astype(np.float32)
        whole = self._bytes_of(blocks, scale)
        return self.node(
            "com.microsoft:DynamicQuantizeMatMul", [x, whole, self.constant(scale), "", bias]
        )

    def _bytes_of(self, blocks: Blocks, scale: NDArray[np.float32]) -> str:
        """Signed bytes (in, out) of blocks (out, in), made of constants only."""
        rows, groups = blocks.scales.shape
        nibbles = self.constant(blocks.nibbles.reshape(rows, groups, BLOCK // 2))
        low = self.node("BitwiseAnd", [nibbles, self.constant(np.array(15, dtype=np.uint8))])
        four = self.constant(np.array(4, dtype=np.uint8))
        high = self.node("BitShift", [nibbles, four], direction="RIGHT")
        both = self.node("Concat", [low, high], axis=2)
        values = self.node("Cast", [both], to=TensorProto.FLOAT)
        values = self.node("Sub", [values, self.constant(np.array(8, dtype=np.float32))])
        own = self.node("Cast", [self.constant(blocks.scales[:, :, None])], to=TensorProto.FLOAT)
        values = self.node("Mul", [values, own])
        shape = self.constant(np.array([rows, groups * BLOCK]))
        values = self.node("Reshape", [values, shape])
        values = self.node("Round", [self.node("Div", [values, self.constant(scale[:, None])])])
        whole = self.node("Cast", [values], to=TensorProto.INT8)
        return self.node("Transpose", [whole], perm=[1, 0])

    def of(self, weights: Weights, name: str) -> str:
        """A float32 tensor of a layer as a constant."""
        value = weights[name]
        assert not isinstance(value, Blocks)
        return self.constant(value)

    def norm(self, x: str, weights: Weights, name: str) -> str:
        return self.node(
            "LayerNormalization",
            [x, self.of(weights, f"{name}.w"), self.of(weights, f"{name}.b")],
            axis=-1,
            epsilon=1e-12,
        )

    def layer(self, x: str, mask: str, weights: Weights, heads: int) -> str:
        """One encoder layer over ``x`` (B, T, W); ``mask`` int32 (B, T)."""

        def part(name: str, value: str) -> str:
            blocks = weights[f"{name}.w"]
            assert isinstance(blocks, Blocks)
            return self.linear(value, blocks, self.of(weights, f"{name}.b"))

        heard = [part("q", x), part("k", x), part("v", x), "", mask]
        attended = self.node("com.microsoft:MultiHeadAttention", heard, num_heads=heads)
        x = self.norm(self.node("Add", [x, part("ao", attended)]), weights, "aln")
        inner = self.node("Gelu", [part("fi", x)])
        return self.norm(self.node("Add", [x, part("fo", inner)]), weights, "oln")

    def mean(self, x: str, mask: str) -> str:
        """(B, T, W) with float mask (B, T, 1) -> (B, W)."""
        axes = self.constant(np.array([1]))
        total = self.node("ReduceSum", [self.node("Mul", [x, mask]), axes], keepdims=0)
        return self.node("Div", [total, self.node("ReduceSum", [mask, axes], keepdims=0)])

    def affine(self, x: str, linear: Linear) -> str:
        """``x`` times a (out, in) weight ``w``, plus ``b``, in float32."""
        x = self.node("MatMul", [x, self.constant(linear["w"].T)])
        return self.node("Add", [x, self.constant(linear["b"])])

    def normalized(self, x: str) -> str:
        return self.node("LpNormalization", [x], axis=-1, p=2)

    def float_mask(self, mask: str) -> str:
        kept = self.node("Cast", [mask], to=TensorProto.FLOAT)
        return self.node("Unsqueeze", [kept, self.constant(np.array([2]))])

    def save(
        self,
        path: Path,
        inputs: Mapping[str, tuple[int, Sequence[str | int]]],
        outputs: Mapping[str, tuple[str, Sequence[str | int]]],
    ) -> None:
        """Write the graph; inputs name -> (type, shape), outputs name -> (node's result, shape)."""
        for name, (result, _) in outputs.items():
            self._nodes.append(helper.make_node("Identity", [result], [name]))
        graph = helper.make_graph(
            self._nodes,
            path.stem,
            [helper.make_tensor_value_info(n, *kind) for n, kind in inputs.items()],
            [
                helper.make_tensor_value_info(n, TensorProto.FLOAT, shape)
                for n, (_, shape) in outputs.items()
            ],
            self._constants,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid(*opset) for opset in _OPSETS],
            ir_version=10,
            producer_name="clause-desk",
        )
        onnx.save(model, str(path))


def export_lower(
    path: Path,
    embedding: Mapping[str, NDArray[np.float32]],
    layers: Sequence[Weights],
    heads: int,
) -> None:
    """Pieces' vectors (B, T, W) -> ``states`` (B, T, W) of the last of the lower layers."""
    graph = Graph()
    length = graph.node("Shape", ["pieces"], start=1, end=2)
    positions = graph.constant(embedding["positions"] + embedding["type"])
    positions = graph.node("Slice", [positions, graph.constant(np.array([0])), length])
    x = graph.node("Add", ["pieces", positions])
    x = graph.norm(x, embedding, "norm")
    for weights in layers:
        x = graph.layer(x, "mask", weights, heads)
    graph.save(
        path,
        {
            "pieces": (TensorProto.FLOAT, ["texts", "tokens", WIDTH]),
            "mask": (TensorProto.INT32, ["texts", "tokens"]),
        },
        {"states": (x, ["texts", "tokens", WIDTH])},
    )


def export_upper(path: Path, layers: Sequence[Weights], heads: int) -> None:
    """States of the lower layers (B, T, W) -> ``vectors`` (B, W), of length 1."""
    graph = Graph()
    x = "states"
    for weights in layers:
        x = graph.layer(x, "mask", weights, heads)
    vectors = graph.normalized(graph.mean(x, graph.float_mask("mask")))
    graph.save(
        path,
        {
            "states": (TensorProto.FLOAT, ["texts", "tokens", WIDTH]),
            "mask": (TensorProto.INT32, ["texts", "tokens"]),
        },
        {"vectors": (vectors, ["texts", WIDTH])},
    )


def export_reader(path: Path, readers: Sequence[tuple[Mapping[str, Linear], Matrix]]) -> None:
    """States of one question (1, Q, W) and of clauses (B, T, W) -> ``logits`` (B).

    ``readers``: the linear parts of each and its sharpness (heads, 1, 1). The logits are
    their mean, in float32.
    """
    graph = Graph()
    read = [_read(graph, parts, sharpness) for parts, sharpness in readers]
    logits = graph.node("Squeeze", [graph.node("Mean", read), graph.constant(np.array([1]))])
    graph.save(
        path,
        {
            "question": (TensorProto.FLOAT, [1, "asked", WIDTH]),
            "clauses": (TensorProto.FLOAT, ["texts", "tokens", WIDTH]),
            "mask": (TensorProto.INT32, ["texts", "tokens"]),
        },
        {"logits": (logits, ["texts"])},
    )


def _read(graph: Graph, parts: Mapping[str, Linear], sharpness: Matrix) -> str:
    """Logits (B, 1) by the same steps as ``ClauseReader.forward``, which says what they mean."""
    one, three = graph.constant(np.array([1])), graph.constant(np.array([3]))
    split = graph.constant(np.array([0, 0, len(sharpness), -1]))
    asked = graph.affine("question", parts["asked"])

    def heads(x: str) -> str:
        return graph.node("Transpose", [graph.node("Reshape", [x, split])], perm=[0, 2, 1, 3])

    told = heads(graph.affine("clauses", parts["told"]))
    turned = graph.node("Transpose", [graph.normalized(told)], perm=[0, 1, 3, 2])
    near = graph.node("MatMul", [graph.normalized(heads(asked)), turned])
    there = graph.node("Unsqueeze", ["mask", graph.constant(np.array([1, 2]))])
    there = graph.node("Cast", [there], to=TensorProto.BOOL)
    near = graph.node("Where", [there, near, graph.constant(np.array(-1e4, dtype=np.float32))])
    best = graph.node("ReduceMax", [near, three], keepdims=0)
    best = graph.node("Transpose", [best], perm=[0, 2, 1])
    sharp = graph.node("Mul", [near, graph.constant(sharpness)])
    heard = graph.node("MatMul", [graph.node("Softmax", [sharp], axis=3), told])
    heard = graph.node("Transpose", [heard], perm=[0, 2, 1, 3])
    heard = graph.node("Reshape", [heard, graph.constant(np.array([0, 0, -1]))])
    asked = graph.node("Expand", [asked, graph.node("Shape", [heard])])
    compared = [
        asked,
        heard,
        graph.node("Mul", [asked, heard]),
        graph.node("Abs", [graph.node("Sub", [asked, heard])]),
        best,
    ]
    found = graph.affine(graph.node("Concat", compared, axis=2), parts["compare"])
    found = graph.node("Gelu", [found])
    shares = graph.node("Softmax", [graph.affine("question", parts["weigh"])], axis=1)
    nearness = graph.node("ReduceSum", [graph.node("Mul", [best, shares]), one], keepdims=0)
    taken = [
        graph.node("ReduceSum", [graph.node("Mul", [found, shares]), one], keepdims=0),
        graph.node("ReduceMax", [found, one], keepdims=0),
        nearness,
    ]
    gathered = graph.affine(graph.node("Concat", taken, axis=1), parts["gather"])
    gathered = graph.node("Concat", [graph.node("Gelu", [gathered]), nearness], axis=1)
    return graph.affine(gathered, parts["score"])
