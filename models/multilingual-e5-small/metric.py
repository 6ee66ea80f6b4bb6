"""Learn how items are compared, and write ``metric.npy``: a matrix M, float16 of shape (384, 384).

``python models/multilingual-e5-small/metric.py --work build/metric`` on Debian 12, after ``python build.py`` and
``pip install .``. README.md tells what it is for, and how well it does.

Vectors of ``passage: `` texts, less the mean of their collection, are multiplied as ``(x - mean) @ M`` before their
cosines are taken. M is learnt in two steps, from paragraphs of manuals and messages of programs that packages of Debian
carry in many languages. No text needs a label.

1. A ridge regression, in closed form, from a text's vector to the mean of its tokens in which rare ones count for more
   (Arora, Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"). The model pools all tokens
   alike, so that much of a vector says how a text is written. Rare tokens say what it is about.
2. Within-class covariance normalisation (Hatch, Kajarekar and Stolcke 2006): a page of a manual has one topic, so the
   directions in which its paragraphs differ from each other say little about topics, and are made shorter.
"""

from __future__ import annotations

import argparse
import gettext
import html
import json
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from semblance.arrays import AnyArray, FloatArray
from semblance.native.blocking import wait
from semblance.native.onnx import InferenceSession
from semblance.native.tokenizer import Tokenizer
from semblance.native.word_table import WordTable
from semblance.parts import models
from semblance.parts.paths import ROOT
from semblance.ranking.contrast import common
from semblance.ranking.vectors import dequantize, normalize, quantize

HERE = Path(__file__).parent
NAME = "multilingual-e5-small"
NOTES = ROOT / "tests" / "data" / "notes"
SECTIONS = ROOT.parent / "shared" / "data" / "languages" / "sections.jsonl"

LANGUAGES = ("de", "en", "fr", "ja", "ko", "ru", "zh-cn", "zh-tw")
OTHERS = ("ar", "cs", "es", "hi", "it", "nl", "pl", "pt", "pt-br", "sv", "tr", "uk", "vi")
OTHERS_SHARE = 4  # another language gives a quarter of the texts

CATALOG = r"/locale/([^/]+)/LC_MESSAGES/.*\.mo$"
HELP = r"/help/([^/]+)/.*\.html$"
# A package: which of its files are read, their language in brackets, and how many texts of a language.
SOURCES = {
    **{f"libreoffice-help-{code}": (HELP, 500) for code in LANGUAGES if code != "en"},
    **{f"gimp-help-{code}": (HELP, 300) for code in ("de", "fr", "ja", "ko", "ru")},
    **{f"debian-reference-{code}": (r"\.([a-z-]+)\.html$", 200) for code in ("de", "ja", "zh-cn", "zh-tw")},
    "debian-handbook": (r"/html/([^/]+)/.*\.html$", 300),
    "gnucash-docs": (r"/gnucash-(?:guide|help)-([^/]+)/.*\.html$", 400),
    "stellarium-data": (r"\.([A-Za-z_]+)\.utf8$", 400),
    "widelands-data": (CATALOG, 300),
    "freeciv-data": (CATALOG, 150),
    "gramps": (CATALOG, 150),
    "kalzium-data": (CATALOG, 150),
    "tuxpaint-data": (CATALOG, 150),
    "unknown-horizons": (CATALOG, 150),
}
# Of a text, at least and at most: 67 bytes are 23 Chinese characters, or a short sentence in German.
BYTES, CHARACTERS = 67, 600
OF_A_PAGE = 4  # texts at most
SEED = 3

PASSAGE, QUERY = "passage: ", "query: "
RARE = 3e-5  # a token with this share of all tokens counts half
AT_ONCE = 16
RIDGE = 0.003  # of the mean variance
WITHIN = 3  # of the mean variance within pages

SHORT = {"en": 160, "fr": 160, "ja": 70, "ko": 70, "ru": 160, "zh-Hans": 70, "zh-Hant": 70}  # characters
DRAWS, PAGES, OF_EACH = 400, 6, 5

Matrix = npt.NDArray[np.float64]


class Text(NamedTuple):
    """A text, its language and package, and its page."""

    text: str
    group: str
    page: str


class Collection(NamedTuple):
    """The vectors of items, and a label that tells which belong together."""

    vectors: FloatArray
    labels: npt.NDArray[np.str_]


def main(work: Path) -> None:
    """Read, encode, learn, write, and tell how well it does."""
    texts = _sample(work)
    print(f"  {len(texts)} texts, of {len({text.page for text in texts})} pages", flush=True)
    encoder = Encoder(models.named(NAME))
    metric = _metric(encoder, texts).astype(np.float16)
    np.save(HERE / "metric.npy", metric)
    _evaluate(encoder, metric.astype(np.float32))


# --- texts ------------------------------------------------------------------------------------------


def _sample(work: Path) -> list[Text]:
    """Texts of all packages, the same each time."""
    rng = random.Random(SEED)
    sample: list[Text] = []
    for package, (pattern, most) in SOURCES.items():
        for language, pages in sorted(_pages(_unpacked(package, work), pattern).items()):
            group = f"{package} {language}"
            wanted = len(sample) + (most if language in LANGUAGES else most // OTHERS_SHARE)
            rng.shuffle(pages)
            for number, page in enumerate(pages):
                if len(sample) >= wanted:
                    break
                texts = rng.sample(page, min(OF_A_PAGE, len(page)))
                sample += [Text(text, group, f"{group} {number}") for text in texts]
    return sample


def _pages(folder: Path, pattern: str) -> dict[str, list[list[str]]]:
    """The pages of each language. A message of a program is a page of its own."""
    pages: dict[str, list[list[str]]] = defaultdict(list)
    seen: set[str] = set()  # what several pages say tells little about any of them
    for path in sorted(folder.rglob("*")):
        match = re.search(pattern, path.relative_to(folder).as_posix())
        language = _language(match[1]) if match else ""
        if not language:
            continue
        texts = sorted(set(map(_plain, _texts(path))) - seen)
        seen.update(texts)
        fit = [text for text in texts if len(text) <= CHARACTERS and len(text.encode()) >= BYTES]
        if path.suffix == ".mo":
            pages[language] += [[text] for text in fit]
        elif len(fit) > 1:
            pages[language].append(fit)
    return pages


def _language(code: str) -> str:
    """The language that a file names: ``zh_TW`` is ``zh-tw``, ``de-DE`` is ``de``; "" if it is none of the list."""
    code = code.lower().replace("_", "-")
    known = (*LANGUAGES, *OTHERS)
    return next((name for name in (code, code.split("-")[0]) if name in known), "")


def _texts(path: Path) -> Iterator[str]:
    if path.suffix == ".mo":
        with path.open("rb") as file:
            catalog: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        # Without the header, plurals, and what is not translated.
        yield from (text for key, text in catalog.items() if isinstance(key, str) and key not in ("", text))
    else:
        page = path.read_text(encoding="utf-8", errors="replace")
        yield from re.findall(r"<p\b[^>]*>(.*?)</p>", page, flags=re.S)


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def _unpacked(package: str, work: Path) -> Path:
    folder = work / package
    if not folder.is_dir():
        work.mkdir(parents=True, exist_ok=True)
        if not list(work.glob(f"{package}_*.deb")):
            subprocess.run(["apt-get", "download", package], cwd=work, check=True, capture_output=True)
        (archive,) = work.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        print(f"  {archive.stem}", flush=True)
    return folder


# --- vectors ----------------------------------------------------------------------------------------


class Encoder:
    """The model, and how rare each piece of its vocabulary is."""

    def __init__(self, model: models.Model) -> None:
        folder, rows = model.files["tokenizer.json"].parent, model.manifest["word_table"]
        self._tokenizer = wait(Tokenizer.create(folder))
        self._table = WordTable.read(folder, rows["vocabulary"], rows["rows"])
        self._session = wait(InferenceSession.create(folder / "onnx" / "encoder_q4.onnx"))
        self._most, self._pad = model.manifest["max_length"], model.manifest["pad_id"]
        shares = np.exp(wait(self._tokenizer.scores()))
        self._rarity = RARE / (RARE + shares)

    def vectors(self, texts: Sequence[str], prompt: str = PASSAGE) -> tuple[FloatArray, FloatArray]:
        """The model's vector of each text, and the direction of its tokens where rare ones count for more."""
        ids = [
            self._cut(tokens)
            for tokens in wait(self._tokenizer.encode_batch([prompt + text for text in texts]))
        ]
        before = len(wait(self._tokenizer.encode_batch([prompt.strip()]))[0]) - 1  # without the end
        means, rare = (np.zeros((len(texts), 384), np.float32) for _ in range(2))
        order = np.argsort([len(tokens) for tokens in ids], kind="stable")
        for start in range(0, len(order), AT_ONCE):
            batch = order[start : start + AT_ONCE]
            means[batch], rare[batch] = self._batch([ids[place] for place in batch], before)
        return means, rare

    def _cut(self, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        return ids if len(ids) <= self._most else np.append(ids[: self._most - 1], ids[-1])

    def _batch(self, ids: Sequence[npt.NDArray[np.int32]], before: int) -> tuple[FloatArray, FloatArray]:
        padded = np.full((len(ids), max(map(len, ids))), self._pad, np.int64)
        mask, weights = np.zeros_like(padded), np.zeros(padded.shape, np.float32)
        for row, tokens in enumerate(ids):
            padded[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
            weights[row, before : len(tokens) - 1] = self._rarity[tokens[before:-1]]
        feed: dict[str, AnyArray] = {"words": self._table.vectors(padded), "attention_mask": mask}
        means, tokens = wait(self._session.run(["sentence_embedding", "token_embeddings"], feed))
        return means, normalize(np.einsum("bt,btd->bd", weights, tokens))


# --- learning ---------------------------------------------------------------------------------------


def _metric(encoder: Encoder, texts: Sequence[Text]) -> Matrix:
    """The matrix, scaled so that it makes no vector longer."""
    plain, groups = [text.text for text in texts], [text.group for text in texts]
    means, rare = encoder.vectors(plain)
    _, rare_of_query = encoder.vectors(plain, QUERY)
    # Less the mean of a language's texts in a package: what these have in common is no topic.
    given = _less_means(means, groups)
    wanted = _less_means(normalize(rare + rare_of_query), groups)
    ridge = _ridge(given, wanted)
    metric = ridge @ _narrowing(given @ ridge, [text.page for text in texts])
    return np.asarray(metric / np.linalg.norm(metric, 2))


def _less_means(vectors: npt.NDArray[Any], groups: Sequence[str]) -> Matrix:
    """The vectors less the mean of their group."""
    _, places, counts = np.unique(groups, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(sums, places, vectors)
    return np.asarray(vectors - (sums / counts[:, None])[places])


def _ridge(given: Matrix, wanted: Matrix) -> Matrix:
    """The matrix that comes nearest to the wanted vectors, by least squares with a penalty on large entries."""
    squares = given.T @ given
    return np.asarray(np.linalg.solve(_raised(squares, RIDGE), given.T @ wanted))


def _narrowing(vectors: Matrix, pages: Sequence[str]) -> Matrix:
    """What shortens the directions in which the texts of a page differ: the inverse root of their covariance."""
    within = _less_means(vectors, pages)
    # A page of one text differs from its mean by nothing, and adds no degree of freedom either.
    covariance = within.T @ within / (len(pages) - len(set(pages)))
    variances, directions = np.linalg.eigh(_raised(covariance, WITHIN))
    return np.asarray(directions / np.sqrt(variances) @ directions.T)


def _raised(squares: Matrix, share: float) -> Matrix:
    """With a share of the mean variance added to all variances, so that little known directions do no harm."""
    return np.asarray(squares + share * np.trace(squares) / len(squares) * np.eye(len(squares)))


# --- how well it does -------------------------------------------------------------------------------


def _evaluate(encoder: Encoder, metric: FloatArray) -> None:
    """Print how many of the nearest items belong together, before and after."""
    for path in sorted(NOTES.glob("*.json")):
        topics = json.loads(path.read_text(encoding="utf-8"))
        notes = [(text, topic) for topic, texts in topics.items() for text in texts]
        _tell(f"{path.stem}, nearest note", [_collection(encoder, notes)], metric, 1)
    if not SECTIONS.is_file():
        return
    sections = [json.loads(line) for line in SECTIONS.read_text(encoding="utf-8").splitlines()]
    whole, short = [], []
    for language, most in SHORT.items():
        own = [
            (row["heading"], row["text"], row["id"].split("#")[0])
            for row in sections
            if row["lang"] == language
        ]
        whole.append(_collection(encoder, [(f"{heading}\n{text}", page) for heading, text, page in own]))
        short.append(_collection(encoder, [(text[:most], page) for _, text, page in own if len(text) > most]))
    _tell("sections, three nearest", whole, metric, 3)
    _tell(f"{PAGES * OF_EACH} short texts, nearest", list(_drawn(short)), metric, 1)


def _collection(encoder: Encoder, items: Sequence[tuple[str, str]]) -> Collection:
    vectors, _ = encoder.vectors([text for text, _ in items])
    return Collection(vectors, np.array([label for _, label in items]))


def _drawn(collections: Sequence[Collection]) -> Iterator[Collection]:
    """Small collections, each of some texts of some pages of one language."""
    for seed in range(DRAWS):
        rng = random.Random(seed)
        for vectors, labels in collections:
            names, counts = np.unique(labels, return_counts=True)
            pages = rng.sample(names[counts >= OF_EACH].tolist(), PAGES)
            of_pages = [np.flatnonzero(labels == page).tolist() for page in pages]
            rows = [row for places in of_pages for row in rng.sample(places, OF_EACH)]
            yield Collection(vectors[rows], labels[rows])


def _tell(name: str, collections: Sequence[Collection], metric: FloatArray, places: int) -> None:
    same = np.eye(len(metric), dtype=np.float32)
    before, after = ([_together(items, matrix, places) for items in collections] for matrix in (same, metric))
    number = np.mean([len(items.labels) for items in collections])
    figures = [f"{np.mean(shares):.3f} ({np.mean(shares) * number:.1f})" for shares in (before, after)]
    print(f"  {name}, of {number:.0f}: {figures[0]} before, {figures[1]} after", flush=True)


def _together(items: Collection, metric: FloatArray, places: int) -> float:
    """The share of the nearest of each item that have its label, as a site compares items."""
    vectors = dequantize(quantize(items.vectors))
    apart = vectors - common(vectors.sum(axis=0, dtype=np.float64), len(vectors))
    compared = normalize(apart @ metric)
    cosines = compared @ compared.T
    np.fill_diagonal(cosines, -np.inf)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :places]
    return float((items.labels[nearest] == items.labels[:, None]).mean())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="a folder for the packages, 4 GB")
    main(parser.parse_args().work)
