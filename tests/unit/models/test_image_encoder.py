"""The image encoder over CPython's adapters, with models made on the spot; against numpy."""

import asyncio
import hashlib
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from aio import run
from data.pictures import BAD, encoded, jpeg, picture, scene
from semblance import errors
from semblance.documents import ImageBytes, ImageFile
from semblance.errors import ModelError
from semblance.models.image import VisionEncoder
from semblance.models.image_manifest import CLIP_LOGIT_SCALE, ImageManifest, read_image_manifest
from semblance.native.images import ImageDecoder
from semblance.native.onnx import InferenceSession
from semblance.pace import Lazy
from semblance.ports import ImageEncoder
from semblance.records import Window

DIMS, SIDE = 5, 16
WEIGHTS = np.random.default_rng(20261121).standard_normal((3, DIMS)).astype(np.float32)
RULES: dict[str, Any] = {
    "size": {"height": SIDE, "width": SIDE},
    "resample": 3,
    "image_mean": [0.5, 0.4, 0.3],
    "image_std": [0.2, 0.3, 0.4],
}
MODEL_FILE = "onnx/vision_model_int8.onnx"
RAW = {"name": "mine", "dtype": "int8", "files": {MODEL_FILE: {"sha256": "1" * 64, "bytes": 10}}}
CONFIGS = {"config.json": {"model_type": "clip", "projection_dim": DIMS}, "preprocessor_config.json": RULES}
MANIFEST = read_image_manifest(RAW, CONFIGS)


def model(
    weights: np.ndarray = WEIGHTS, outputs: tuple[str, ...] = ("image_embeds",), input: str = "pixel_values"
) -> bytes:
    """Each channel's mean, through one matrix; an output ``maps`` is what went in, all others are the vector."""
    nodes = [
        helper.make_node("ReduceMean", [input, "axes"], ["means"], keepdims=0),
        helper.make_node("MatMul", ["means", "weights"], ["vector"]),
    ]
    nodes += [
        helper.make_node("Identity", [input if name == "maps" else "vector"], [name]) for name in outputs
    ]
    shapes = {name: [1, 3, SIDE, SIDE] if name == "maps" else [1, weights.shape[1]] for name in outputs}
    graph = helper.make_graph(
        nodes,
        "means",
        [helper.make_tensor_value_info(input, TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()],
        [
            numpy_helper.from_array(np.array([2, 3], np.int64), "axes"),
            numpy_helper.from_array(weights, "weights"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return bytes(made.SerializeToString())


class Loading:
    """A session that counts how often it is loaded."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.count = 0

    async def __call__(self) -> InferenceSession:
        self.count += 1
        return await InferenceSession.create(self.data)


def encoder(data: bytes | None = None, manifest: ImageManifest = MANIFEST) -> VisionEncoder:
    return VisionEncoder(manifest, Lazy(Loading(data or model())), ImageDecoder())


def expected(data: bytes) -> np.ndarray:
    image = run(ImageDecoder().open(ImageBytes(data)))
    window = Window(0, 0, image.width, image.height, SIDE, SIDE, 3)
    rgb = run(image.pixels(window)) / 255
    vector = ((rgb - RULES["image_mean"]) / RULES["image_std"]).mean(axis=(0, 1)) @ WEIGHTS
    return np.asarray(vector / np.linalg.norm(vector))


def test_a_picture_gets_its_vector_and_what_is_kept_of_it() -> None:
    data = jpeg()
    encoded_image = run(encoder().encode(ImageBytes(data)))
    np.testing.assert_allclose(encoded_image.vector, expected(data), atol=1e-6)
    assert encoded_image.vector.dtype == np.float32
    kept = encoded_image.picture
    assert (kept.digest, kept.width, kept.height) == (hashlib.sha256(data).hexdigest(), 97, 61)
    assert kept.thumbnail.startswith(b"\xff\xd8")
    assert kept.original == b""


def test_a_digest_that_is_known_is_not_computed_again() -> None:
    assert run(encoder().encode(ImageBytes(jpeg()), "known")).picture.digest == "known"


def test_a_thumbnail_stands_for_its_picture() -> None:
    """What is kept gives nearly the same vector: the picture can be embedded again without the file."""
    large = encoded(picture(1200, 900), "JPEG", quality=95)
    first = run(encoder().encode(ImageBytes(large)))
    again = run(encoder().encode(first.picture.file))
    assert first.vector @ again.vector > 0.999


@pytest.mark.parametrize(
    "outputs",
    [
        ("image_embeds",),
        ("pooler_output",),
        ("whatever",),
        ("maps", "features"),
        ("maps", "pooler_output", "other"),
        ("pooler_output", "image_embeds"),
    ],
)
def test_the_output_is_found(outputs: tuple[str, ...]) -> None:
    vector = run(encoder(model(outputs=outputs)).encode(ImageBytes(jpeg()))).vector
    np.testing.assert_allclose(vector, expected(jpeg()), atol=1e-6)


PROJECTION = np.random.default_rng(20261128).standard_normal((DIMS, DIMS)).astype(np.float32)


def projection() -> bytes:
    """A linear map of vectors."""
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["image_embeds", "map"], ["projected"])],
        "projection",
        [helper.make_tensor_value_info("image_embeds", TensorProto.FLOAT, ["batch", DIMS])],
        [helper.make_tensor_value_info("projected", TensorProto.FLOAT, ["batch", DIMS])],
        [numpy_helper.from_array(PROJECTION, "map")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return bytes(made.SerializeToString())


def test_a_vector_is_taken_into_the_space_of_another_text_model() -> None:
    loading = Loading(projection())
    ours = VisionEncoder(MANIFEST, Lazy(Loading(model())), ImageDecoder(), Lazy(loading))
    assert loading.count == 0  # not before a picture needs it
    vector = run(ours.encode(ImageBytes(jpeg()))).vector
    mapped = expected(jpeg()) @ PROJECTION
    np.testing.assert_allclose(vector, mapped / np.linalg.norm(mapped), atol=1e-6)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (model(outputs=("maps",)), r"mine: its outputs are \['maps'\]"),
        (model(outputs=("one", "two")), r"mine: its outputs are \['one', 'two'\]"),
        (model(input="pixels"), r"mine: it takes \[\('pixels', 'tensor\(float\)'\)\]"),
        (model(WEIGHTS[:, :4]), r"mine: it gave vectors of shape \(1, 4\) instead of \(1, 5\)"),
        (model(WEIGHTS * np.nan), r"mine: it gave NaN or infinity"),
    ],
)
def test_a_model_that_does_not_fit_is_an_error(data: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        run(encoder(data).encode(ImageBytes(jpeg())))


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_an_error_before_the_model_is_loaded(name: str) -> None:
    make, kind, _ = BAD[name]
    loading = Loading(model())
    with pytest.raises(getattr(errors, kind)):
        run(VisionEncoder(MANIFEST, Lazy(loading), ImageDecoder()).encode(ImageBytes(make())))
    assert loading.count == 0


def test_the_model_is_loaded_once_by_the_first_pictures() -> None:
    loading = Loading(model())
    ours = VisionEncoder(MANIFEST, Lazy(loading), ImageDecoder())
    assert loading.count == 0

    async def together() -> None:
        await asyncio.gather(*(ours.encode(ImageBytes(jpeg())) for _ in range(3)))
        await ours.encode(ImageBytes(jpeg()))

    run(together())
    assert loading.count == 1


@pytest.mark.parametrize("fails", ["pixels", "thumbnail", ""])
def test_pictures_are_closed_whatever_happens(fails: str) -> None:
    closed = []

    class Image:
        width, height = 97, 61

        async def pixels(self, window: Window) -> np.ndarray:
            assert fails != "pixels"
            return scene(window.width, window.height)

        async def thumbnail(self, window: Window) -> bytes:
            assert fails != "thumbnail"
            return b"jpeg"

        def close(self) -> None:
            closed.append(True)

    class Decoder:
        async def open(self, image: ImageFile) -> Image:
            return Image()

    ours = VisionEncoder(MANIFEST, Lazy(Loading(model())), Decoder())
    if fails:
        with pytest.raises(AssertionError):
            run(ours.encode(ImageBytes(b"data")))
    else:
        run(ours.encode(ImageBytes(b"data")))
    assert closed == [True]


def test_it_is_an_encoder_that_tells_what_its_manifest_says() -> None:
    ours = encoder()
    assert isinstance(ours, ImageEncoder)
    assert (ours.name, ours.dims, ours.logit_scale) == ("mine", DIMS, CLIP_LOGIT_SCALE)
    assert ours.fingerprint == MANIFEST.fingerprint
