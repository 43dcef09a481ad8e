"""The encoder as an ONNX graph for onnxruntime, its weights given from outside.

The graph takes one text at a time (`ids`, shape (tokens,), int64), so there is no padding, and a
vector never depends on what else is encoded. Matrices are int8 with one scale per output, the
activations are quantised as they come (onnxruntime's `DynamicQuantizeMatMul`). The program reads
the weights from `model.safetensors` and hands them over (`store/encoder.py`), so they are shipped
once for every reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onnx import ModelProto, NodeProto, TensorProto, helper

_CONTRIB = "com.microsoft"
_EPSILON = 1e-12


class _Graph:
    """Nodes and the weights they ask for."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.weights: list[TensorProto] = []

    def weight(self, name: str, kind: int, shape: Sequence[int]) -> str:
        """A weight that the reader brings."""
        tensor = TensorProto(name=name, data_type=kind, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="model.safetensors")
        self.weights.append(tensor)
        return name

    def constant(self, name: str, values: Sequence[int]) -> str:
        self.weights.append(helper.make_tensor(name, TensorProto.INT64, [len(values)], values))
        return name

    def add(self, kind: str, inputs: Sequence[str], out: str | list[str], **more: Any) -> Any:
        """A node; returns the name or names of what it gives."""
        contributed = kind in (
            "DynamicQuantizeMatMul",
            "MultiHeadAttention",
            "SkipLayerNormalization",
            "Gelu",
        )
        outs = [out] if isinstance(out, str) else out
        domain = _CONTRIB if contributed else ""
        self.nodes.append(helper.make_node(kind, inputs, outs, outs[0], domain=domain, **more))
        return out

    def linear(self, x: str, name: str, width: int, out: int) -> str:
        """`x` times an int8 matrix (`width`, `out`), plus a bias."""
        return str(
            self.add(
                "DynamicQuantizeMatMul",
                [
                    x,
                    self.weight(f"{name}.int8", TensorProto.INT8, (width, out)),
                    self.weight(f"{name}.scale", TensorProto.FLOAT, (out,)),
                    "",
                    self.weight(f"{name}.bias", TensorProto.FLOAT, (out,)),
                ],
                f"{name}.out",
            )
        )

    def norm(self, kind: str, inputs: Sequence[str], name: str, width: int, **more: Any) -> str:
        gain = self.weight(f"{name}.weight", TensorProto.FLOAT, (width,))
        shift = self.weight(f"{name}.bias", TensorProto.FLOAT, (width,))
        return str(self.add(kind, [*inputs, gain, shift], f"{name}.out", epsilon=_EPSILON, **more))


def build_graph(
    layers: int, heads: int, width: int, inner: int, tokens: int, positions: int
) -> ModelProto:
    """ids → `vector` (shape (width,), unit length) and the last `states` (1, tokens, width)."""
    graph = _Graph()
    zero = graph.constant("zero", [0])
    row = graph.add("Unsqueeze", ["ids", zero], "row")
    table = graph.weight("words.int8", TensorProto.INT8, (tokens, width))
    scales = graph.weight("words.scale", TensorProto.FLOAT, (tokens, 1))
    graph.add("Cast", [graph.add("Gather", [table, row], "whole")], "float", to=TensorProto.FLOAT)
    graph.add("Mul", ["float", graph.add("Gather", [scales, row], "scale")], "words")
    places = graph.weight("places", TensorProto.FLOAT, (positions, width))
    length = graph.add("Shape", ["ids"], "length")
    graph.add("Slice", [places, zero, length, zero], "place")
    graph.add("Add", ["words", "place"], "sum")
    x = graph.norm("LayerNormalization", ["sum"], "norm", width, axis=-1)
    parts = graph.constant("parts", [width] * 3)
    for n in range(layers):
        name = f"layer{n}"
        joint = graph.linear(x, f"{name}.qkv", width, 3 * width)
        qkv = graph.add("Split", [joint, parts], [f"{name}.{c}" for c in "qkv"], axis=2)
        seen = graph.add("MultiHeadAttention", qkv, f"{name}.seen", num_heads=heads)
        mixed = graph.linear(seen, f"{name}.mix", width, width)
        y = graph.norm("SkipLayerNormalization", [x, mixed], f"{name}.norm1", width)
        wide = graph.linear(y, f"{name}.up", width, inner)
        bent = graph.add("Gelu", [wide], f"{name}.bent")
        narrow = graph.linear(bent, f"{name}.down", inner, width)
        x = graph.norm("SkipLayerNormalization", [y, narrow], f"{name}.norm2", width)
    graph.add("Identity", [x], "states")
    mean = graph.add("ReduceMean", [x, graph.constant("axes", [0, 1])], "mean", keepdims=0)
    graph.add("LpNormalization", [mean], "vector", axis=-1, p=2)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
            [
                helper.make_tensor_value_info("vector", TensorProto.FLOAT, [width]),
                helper.make_tensor_value_info("states", TensorProto.FLOAT, [1, "tokens", width]),
            ],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_CONTRIB, 1)],
        ir_version=9,
        producer_name="yanju",
    )


def graph_bytes(config: Any) -> bytes:
    """The graph of a `transformers.BertConfig`, as it is written to a file."""
    graph = build_graph(
        config.num_hidden_layers,
        config.num_attention_heads,
        config.hidden_size,
        config.intermediate_size,
        config.vocab_size,
        config.max_position_embeddings,
    )
    return bytes(graph.SerializeToString(deterministic=True))
