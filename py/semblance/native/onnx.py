"""onnxruntime behind the `InferenceSession` port."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnxruntime

from semblance.arrays import AnyArray
from semblance.errors import ModelError
from semblance.records import NodeArg


class InferenceSession:
    """A loaded model; `semblance.browser.onnx.InferenceSession` is its twin. Make one with `create`."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    @classmethod
    async def create(cls, model: Path | bytes, *, threads: int = 0) -> InferenceSession:
        """Load a model.

        Parameters
        ----------
        model : Path or bytes
            The ``.onnx`` file, or its content.
        threads : int
            Number of threads; 0 leaves the choice to onnxruntime.

        Raises
        ------
        ModelError
            If the file is missing, damaged, or no model that onnxruntime can run.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3  # errors only, which are also raised
        source = model if isinstance(model, bytes) else str(model)
        try:
            session = await asyncio.to_thread(
                onnxruntime.InferenceSession, source, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the errors of onnxruntime share no base class
            where = "" if isinstance(model, bytes) else str(model)
            raise ModelError(f"it can't be loaded ({error})", where=where) from error
        return cls(session)

    def get_inputs(self) -> list[NodeArg]:
        """The model's inputs."""
        return [_node(node) for node in self._session.get_inputs()]

    def get_outputs(self) -> list[NodeArg]:
        """The model's outputs."""
        return [_node(node) for node in self._session.get_outputs()]

    async def run(
        self, output_names: Sequence[str] | None, input_feed: Mapping[str, AnyArray]
    ) -> list[AnyArray]:
        """Compute the named outputs (all, if None), in their order.

        Raises
        ------
        ModelError
            If the model refuses the inputs.
        """
        names = None if output_names is None else list(output_names)
        try:
            return await asyncio.to_thread(self._session.run, names, dict(input_feed))
        except Exception as error:  # as above
            raise ModelError(f"the model could not be run ({error})") from error


def _node(node: onnxruntime.NodeArg) -> NodeArg:
    return NodeArg(node.name, node.type, tuple(node.shape))
