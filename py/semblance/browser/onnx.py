"""onnxruntime-web with the interface of onnxruntime.

`InferenceSession` reads like onnxruntime's own, except that creating and running are awaited: inference happens in a
worker. It can be used alone, with any ONNX model that onnxruntime-web can run:

>>> session = await InferenceSession.create("models/mine/model.onnx")  # doctest: +SKIP
>>> [node.name for node in session.get_inputs()]  # doctest: +SKIP
['input_ids', 'attention_mask']
>>> (vectors,) = await session.run(None, {"input_ids": ids, "attention_mask": mask})  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from semblance.arrays import AnyArray
from semblance.browser import ffi
from semblance.errors import ModelError
from semblance.records import NodeArg

# ONNX Runtime's names of element types in JavaScript, and the dtypes that they hold.
_DTYPES = {
    "float32": np.float32,
    "float64": np.float64,
    "int8": np.int8,
    "uint8": np.uint8,
    "int16": np.int16,
    "uint16": np.uint16,
    "int32": np.int32,
    "uint32": np.uint32,
    "int64": np.int64,
    "uint64": np.uint64,
}
_JS_TYPES = {np.dtype(dtype): name for name, dtype in _DTYPES.items()} | {np.dtype(np.bool_): "bool"}
_ONNX_NAMES = {"float32": "float", "float64": "double"}  # as onnxruntime writes them in `NodeArg.type`


class InferenceSession:
    """A model loaded in the worker. Make one with `create`."""

    def __init__(self, session: int, inputs: list[NodeArg], outputs: list[NodeArg]) -> None:
        self._session = session
        self._inputs = inputs
        self._outputs = outputs

    @classmethod
    async def create(
        cls,
        url: str,
        *,
        sha256: str = "",
        bytes: int = 0,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> InferenceSession:
        """Load a model.

        Parameters
        ----------
        url : str
            Absolute address of the ``.onnx`` file. Asking again for the same address gives the same session.
        sha256 : str, optional
            Digest that the file must have.
        bytes : int, optional
            Size of the file, for progress where the server does not tell.
        on_progress : callable, optional
            Called with (bytes loaded, bytes in all).

        Raises
        ------
        ModelError
            The file can't be loaded, is damaged, or is no model that ONNX Runtime can run.
        """
        with ffi.Scope() as scope:
            options: dict[str, Any] = {"expected": {"sha256": sha256, "bytes": bytes}}
            if on_progress is not None:
                options["onProgress"] = scope.function(lambda p: on_progress(p.loaded, p.total))
            loaded = await ffi.js_call(ffi.bridge.createSession(url, ffi.js_object(options)))
        return cls(loaded.session, _nodes(loaded.inputs), _nodes(loaded.outputs))

    def get_inputs(self) -> list[NodeArg]:
        """The model's inputs."""
        return self._inputs

    def get_outputs(self) -> list[NodeArg]:
        """The model's outputs."""
        return self._outputs

    async def run(
        self, output_names: Sequence[str] | None, input_feed: Mapping[str, AnyArray]
    ) -> list[AnyArray]:
        """Compute the outputs asked for (all, if None), in their order.

        Raises
        ------
        ModelError
            An input has a dtype that ONNX Runtime does not know, or the model refused the inputs.
        """
        names = list(output_names or [node.name for node in self._outputs])
        feeds = ffi.mapping({name: _feed(name, array) for name, array in input_feed.items()})
        results = await ffi.js_call(ffi.bridge.runSession(self._session, feeds, ffi.js_list(names)))
        return [_array(result) for result in results]


def _nodes(described: Any) -> list[NodeArg]:
    return [NodeArg(node.name, _onnx_type(node.type), tuple(node.shape.to_py())) for node in described]


def _onnx_type(name: str) -> str:
    return f"tensor({_ONNX_NAMES.get(name, name)})"


def _feed(name: str, array: AnyArray) -> Any:
    kind = _JS_TYPES.get(array.dtype)
    if kind is None:
        raise ModelError("models.dtype", input=name, dtype=array.dtype)
    data = array.view(np.uint8) if array.dtype == np.bool_ else array
    return ffi.mapping({"type": kind, "dims": ffi.js_list(array.shape), "data": ffi.typed_array(data)})


def _array(result: Any) -> AnyArray:
    shape = tuple(result.dims.to_py())
    if result.type == "bool":
        return ffi.numpy_array(result.data, np.uint8, shape).view(np.bool_)
    return ffi.numpy_array(result.data, _DTYPES[result.type], shape)
