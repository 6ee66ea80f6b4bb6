"""The image encoder: a decoder, a vision model, and the rules between them. The same text runs in both runtimes.

A model lies in the folder layout of transformers.js: ``config.json``, ``preprocessor_config.json`` and
``onnx/vision_model{suffix}.onnx``, with a ``manifest.json`` that names it and lists its files:

>>> manifest = {"name": "mine", "dtype": "int8", "dims": 384, "logit_scale": 20, "files": {
...     "onnx/vision_model_int8.onnx": {"sha256": "ab" * 32, "bytes": 10}}}
>>> rules = {"size": {"height": 224, "width": 224}, "resample": 3, "do_normalize": False}
>>> model = read_image_manifest(manifest, {"preprocessor_config.json": rules})
>>> model.model_file, model.dims, model.preprocessing.size
('onnx/vision_model_int8.onnx', 384, (224, 224))
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.documents import ImageFile, Picture
from semblance.errors import ModelError, NotAnImage
from semblance.models.manifest import SUFFIXES
from semblance.models.preprocessing import Preprocessing, read_preprocessing, thumbnail_window
from semblance.pace import Lazy
from semblance.picture_file import check_size
from semblance.picture_file import digest as digest_of
from semblance.ports import ImageDecoder, InferenceSession
from semblance.ranking.vectors import normalize
from semblance.records import EncodedImage

CONFIG_FILES = ("config.json", "preprocessor_config.json")
"""What `read_image_manifest` looks at, where a folder has it."""

CLIP_LOGIT_SCALE = 100.0
"""To which OpenAI's CLIP models were trained, all of them; their config.json gives the initial value only."""

# transformers leaves out of config.json what equals the default of the model's class.
_CLASS_DEFAULTS = {
    "clip": {"projection_dim": 512},
    "siglip": {"hidden_size": 768},
    "siglip2": {"hidden_size": 768},
}

_INPUT = "pixel_values"
_OUTPUTS = ("image_embeds", "pooler_output")
_SNIFFED = 4096  # bytes


@dataclass(frozen=True, slots=True)
class ImageManifest:
    """All that the encoder and the loader need to know of a vision model.

    Parameters
    ----------
    name : str
        For people.
    dims : int
        Length of its vectors.
    model_file : str
        Path of the ONNX file in the model's folder.
    sha256 : str
        Of the ONNX file, in hexadecimal.
    bytes : int
        Its size; 0 if not known.
    logit_scale : float
        What cosines are multiplied by before the softmax over several texts. (SigLIP's bias is left out: one
        number that is added to all of them does not change a softmax.)
    preprocessing : Preprocessing
    """

    name: str
    dims: int
    model_file: str
    sha256: str
    bytes: int
    logit_scale: float
    preprocessing: Preprocessing

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same picture could get another vector: the ONNX file, and how it is used."""
        settings = [self.sha256, self.dims, self.preprocessing.fingerprint]
        return hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:32]


def read_image_manifest(manifest: Mapping[str, Any], configs: Mapping[str, Any]) -> ImageManifest:
    """Describe a vision model.

    Parameters
    ----------
    manifest : mapping
        The parsed ``manifest.json``: ``name``, ``dtype``, ``files`` (``{"sha256": ..., "bytes": ...}`` by path), and
        ``dims`` and ``logit_scale`` where the model's own files do not tell.
    configs : mapping of str to parsed JSON
        Those of `CONFIG_FILES` that the folder has, by their paths.

    Raises
    ------
    ModelError
        If something that is needed is said nowhere, or pictures are to be prepared in a way that is not known.
    """
    name, dtype = str(manifest.get("name", "")), manifest.get("dtype")
    if not name or dtype not in SUFFIXES:
        raise ModelError(f"its manifest needs a name and a dtype out of {', '.join(SUFFIXES)}", where=name)
    config = configs.get("config.json", {})
    dims = manifest.get("dims") or _dims(config)
    logit_scale = manifest.get("logit_scale") or _logit_scale(config)
    if dims is None or logit_scale is None:
        missing = "dims" if dims is None else "logit_scale"
        raise ModelError(f"neither its manifest nor its config.json gives its {missing}", where=name)
    model_file = f"onnx/vision_model{SUFFIXES[dtype]}.onnx"
    entry = manifest.get("files", {}).get(model_file, {})
    if not entry.get("sha256"):
        raise ModelError(f"its manifest does not give the sha256 of {model_file}", where=name)
    try:
        preprocessing = read_preprocessing(configs.get("preprocessor_config.json", {}))
    except ModelError as error:
        error.where = name
        raise
    return ImageManifest(
        name=name,
        dims=int(dims),
        model_file=model_file,
        sha256=entry["sha256"],
        bytes=entry.get("bytes", 0),
        logit_scale=float(logit_scale),
        preprocessing=preprocessing,
    )


class VisionEncoder:
    """A vision model, behind the `ImageEncoder` port.

    Parameters
    ----------
    manifest : ImageManifest
    session : Lazy of InferenceSession
        Takes ``pixel_values`` (1, 3, h, w), float32; gives ``image_embeds`` or ``pooler_output`` (1, d), or has
        one output of that rank. Loaded when the first picture has been decoded.
    decoder : ImageDecoder
    """

    def __init__(
        self, manifest: ImageManifest, session: Lazy[InferenceSession], decoder: ImageDecoder
    ) -> None:
        self.manifest = manifest
        self._session = session
        self._decoder = decoder

    @property
    def name(self) -> str:
        """Name of the model, for people."""
        return self.manifest.name

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same picture could get another vector."""
        return self.manifest.fingerprint

    @property
    def dims(self) -> int:
        """Length of the vectors, d."""
        return self.manifest.dims

    @property
    def logit_scale(self) -> float:
        """What cosines are multiplied by before the softmax over several texts."""
        return self.manifest.logit_scale

    async def encode(self, image: ImageFile, digest: str = "") -> EncodedImage:
        """Decode a picture, embed it and make its thumbnail.

        Several calls may be under way at once: one picture is then decoded while another is embedded.

        Parameters
        ----------
        image : ImageFile
        digest : str
            What `semblance.picture_file.digest` gives for it, if that is known already.

        Raises
        ------
        NotAnImage, ImageTooLarge
            If it is not a picture that can be decoded, or is too large.
        ModelError
            If the model can't be loaded, fails, or gives what its manifest does not promise.
        """
        await check(image)
        digest = digest or await digest_of(image)
        decoded = await self._decoder.open(image)
        try:
            width, height = decoded.width, decoded.height
            pixels = await decoded.pixels(self.manifest.preprocessing.window(width, height))
            thumbnail = await decoded.thumbnail(thumbnail_window(width, height))
        finally:
            decoded.close()
        return EncodedImage(await self.embed(pixels), Picture(digest, width, height, thumbnail))

    async def embed(self, pixels: npt.NDArray[np.uint8]) -> FloatArray:
        """The unit vector, shape (d,), of pixels of shape (h, w, 3), as `Preprocessing.window` cuts them out."""
        session = await self._session.get()
        output = self._output(session)
        feed = {_INPUT: self.manifest.preprocessing.normalize(pixels)[np.newaxis]}
        (result,) = await session.run([output], feed)
        if result.shape != (1, self.dims):
            message = f"it gave vectors of shape {result.shape} instead of {(1, self.dims)}"
            raise ModelError(message, where=self.name)
        try:
            return normalize(result[0])
        except ValueError as error:
            raise ModelError("it gave NaN or infinity instead of a vector", where=self.name) from error

    def _output(self, session: InferenceSession) -> str:
        """Name of the output to use; a ModelError if the model is not one of pictures."""
        inputs = [(node.name, node.type) for node in session.get_inputs()]
        if inputs != [(_INPUT, "tensor(float)")]:
            raise ModelError(f"it takes {inputs} and not {_INPUT} in float32", where=self.name)
        ranks = {node.name: len(node.shape) for node in session.get_outputs()}
        known = [name for name in _OUTPUTS if name in ranks] or [n for n, rank in ranks.items() if rank == 2]
        if not known or (len(known) > 1 and known[0] not in _OUTPUTS):
            raise ModelError(
                f"its outputs are {sorted(ranks)}: none is known to be the vector", where=self.name
            )
        return known[0]


async def check(image: ImageFile) -> None:
    """Raise unless a file may be a picture, by its size and its first bytes.

    Raises
    ------
    NotAnImage
        If it is empty, or an SVG.
    ImageTooLarge
        If it is too large a file.

    Examples
    --------
    >>> import asyncio
    >>> from semblance.documents import ImageBytes
    >>> asyncio.run(check(ImageBytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")))
    Traceback (most recent call last):
    semblance.errors.NotAnImage: an SVG is a drawing that may hold scripts; save it as PNG. Open it ...
    """
    check_size(image)
    head = (await image.read(0, _SNIFFED)).replace(b"\0", b"").lower()  # UTF-16 becomes readable, nearly
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"<") and b"<svg" in text:
        raise NotAnImage("an SVG is a drawing that may hold scripts; save it as PNG")


def _dims(config: Mapping[str, Any]) -> int | None:
    """The projection's size, else that of the last layer; of the vision half, if there are two."""
    parts = config, config.get("vision_config") or {}, _CLASS_DEFAULTS.get(config.get("model_type", ""), {})
    sizes = (part.get(key) for key in ("projection_dim", "hidden_size") for part in parts)
    return next((int(size) for size in sizes if size), None)


def _logit_scale(config: Mapping[str, Any]) -> float | None:
    return CLIP_LOGIT_SCALE if str(config.get("model_type", "")).startswith("clip") else None
