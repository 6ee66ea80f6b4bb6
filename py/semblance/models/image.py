"""The image encoder: a decoder, a vision model, and the rules between them. The same code runs in both runtimes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.documents import ImageFile, Picture
from semblance.errors import ModelError, NotAnImage
from semblance.ingest.kinds import kind_of
from semblance.models.image_manifest import ImageManifest
from semblance.models.preprocessing import thumbnail_window
from semblance.pace import Lazy
from semblance.picture_file import check_size
from semblance.picture_file import digest as digest_of
from semblance.ports import ImageDecoder, InferenceSession
from semblance.ranking.vectors import normalize
from semblance.records import EncodedImage

_INPUT = "pixel_values"
_PROJECTED = "image_embeds"
_OUTPUTS = ("image_embeds", "pooler_output")
_SNIFFED = 4096  # bytes


class VisionEncoder:
    """A vision model, behind the `ImageEncoder` port.

    Parameters
    ----------
    manifest : ImageManifest
    session : Lazy of InferenceSession
        Takes ``pixel_values`` (1, 3, h, w), float32; gives ``image_embeds`` or ``pooler_output`` (1, d), or has
        one output of that rank. Loaded when the first picture has been decoded.
    decoder : ImageDecoder
    projection : Lazy of InferenceSession, optional
        Takes ``image_embeds`` (1, d); its only output is the vector in the space of another text model.
    """

    def __init__(
        self,
        manifest: ImageManifest,
        session: Lazy[InferenceSession],
        decoder: ImageDecoder,
        projection: Lazy[InferenceSession] | None = None,
    ) -> None:
        self.manifest = manifest
        self._session = session
        self._decoder = decoder
        self._projection = projection

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

        Several calls may run at once. One picture is then decoded while another is embedded.

        Parameters
        ----------
        image : ImageFile
        digest : str
            What `semblance.picture_file.digest` gives for it, if that is known already.

        Raises
        ------
        NotAnImage, ImageTooLarge
            If it can't be decoded as a picture, or is too large.
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
        if self._projection is not None:
            projection = await self._projection.get()
            (result,) = await projection.run(None, {_PROJECTED: result})
        if result.shape != (1, self.dims):
            raise ModelError("models.own_shape", shape=result.shape, expected=(1, self.dims), where=self.name)
        try:
            return normalize(result[0])
        except ValueError as error:
            raise ModelError("models.own_not_finite", where=self.name) from error

    def _output(self, session: InferenceSession) -> str:
        """Name of the output to use; a ModelError if this is no image model."""
        inputs = [(node.name, node.type) for node in session.get_inputs()]
        if inputs != [(_INPUT, "tensor(float)")]:
            raise ModelError("models.image_input", inputs=inputs, expected=_INPUT, where=self.name)
        ranks = {node.name: len(node.shape) for node in session.get_outputs()}
        known = [name for name in _OUTPUTS if name in ranks]
        known = known or [name for name, rank in ranks.items() if rank == 2]
        if not known or (len(known) > 1 and known[0] not in _OUTPUTS):
            raise ModelError("models.image_outputs", outputs=sorted(ranks), where=self.name)
        return known[0]


async def check(image: ImageFile) -> None:
    """Raise unless a file may be a picture, judging by its size and its first bytes.

    Raises
    ------
    NotAnImage
        If it is empty, an SVG, or a file of another kind: see `semblance.ingest.kinds`.
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
    head = await image.read(0, _SNIFFED)
    if kind := kind_of("", head):
        raise NotAnImage("ingest.kind", kind=kind.name, remedy=kind.remedy)
    letters = head.replace(b"\0", b"").lower()  # UTF-16 becomes readable, nearly
    text = letters.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"<") and b"<svg" in text:
        raise NotAnImage("ingest.svg")
