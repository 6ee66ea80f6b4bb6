"""Count how languages use the pieces of the vocabulary, and write ``order.xz``: which rows are together in a block.

``python models/multilingual-e5-small/order.py --work build/order`` on Debian 12, after ``python build.py`` (for the
tokenizer) and ``pip install . -r models/multilingual-e5-small/requirements.txt``. README.md tells how rows are put
together, and why so.

Half of a language's counts are of running text: help, manuals and translations of programs, from packages of Debian.
The other half is the frequency of words in general (subtitles, news, encyclopedias, forums), from the PyPI package
wordfreq.
"""

from __future__ import annotations

import argparse
import gettext
import gzip
import html
import json
import re
import subprocess
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import opencc
import tokenizers
import wordfreq

from semblance.parts import models, row_order
from semblance.parts.paths import MODELS
from semblance.parts.row_order import RowOrder

HERE = Path(__file__).parent
NAME = "multilingual-e5-small"

HELP = "libreoffice-help-{}"
TRANSLATIONS = "wordpress-l10n"
# The language: the code of LibreOffice's help, the locale of the translations, the code in wordfreq, packages besides.
LANGUAGES = {
    "en": ("en-us", "en", "en", ("python3.11-doc",)),
    "zh-Hans": ("zh-cn", "zh_CN", "zh", ("manpages-zh", "debian-reference-zh-cn")),
    "zh-Hant": ("zh-tw", "zh_TW", "zh", ("manpages-zh", "debian-reference-zh-tw", "maint-guide-zh-tw")),
    "ja": ("ja", "ja", "ja", ("debian-reference-ja",)),
    "ko": ("ko", "ko_KR", "ko", ()),
    "de": ("de", "de_DE", "de", ()),
    "fr": ("fr", "fr_FR", "fr", ()),
    "es": ("es", "es_ES", "es", ()),
    "pt": ("pt-br", "pt_BR", "pt", ()),
    "it": ("it", "it_IT", "it", ()),
    "ru": ("ru", "ru_RU", "ru", ()),
    "nl": ("nl", "nl_NL", "nl", ()),
    "pl": ("pl", "pl_PL", "pl", ()),
    "cs": ("cs", "cs_CZ", "cs", ()),
    "sv": ("sv", "sv_SE", "sv", ()),
    "da": ("da", "da_DK", "da", ()),
    "fi": ("fi", "fi", "fi", ()),
    "hu": ("hu", "hu_HU", "hu", ()),
    "tr": ("tr", "tr_TR", "tr", ()),
    "vi": ("vi", "vi", "vi", ()),
    "id": ("id", "id_ID", "id", ()),
    "el": ("el", "el", "el", ()),
    "hi": ("hi", "hi_IN", "hi", ()),
    "uk": ("", "uk", "uk", ()),
    "ro": ("", "ro_RO", "ro", ()),
    "bg": ("", "bg_BG", "bg", ()),
    "ca": ("", "ca", "ca", ()),
    "nb": ("", "nb_NO", "nb", ()),
    "ar": ("", "ar", "ar", ()),
    "fa": ("", "fa_IR", "fa", ()),
    "he": ("", "he_IL", "he", ()),
    "th": ("", "th", "", ()),
    "bn": ("", "bn_BD", "bn", ()),
    "ta": ("", "ta_IN", "ta", ()),
    "ur": ("", "ur", "ur", ()),
}
# In these languages words follow each other without spaces, so a word begins with no space.
WITHOUT_SPACES = ("zh-Hans", "zh-Hant", "ja")
CAPITALISED = {"de": 0.5}
SOMETIMES_CAPITALISED = 0.25

ENGLISH = 0.1  # the share of English, names and code in a collection of another language
MAIN, MAIN_WEIGHT = ("en", "zh-Hans", "zh-Hant", "ja", "ko", "de", "fr", "es", "pt", "it", "ru"), 1.5
COLLECTIONS = (1e5, 1e6, 1e7)  # sizes in pieces: how likely is it that a piece occurs in one of these?
USED = 0.03  # less likely than this in all languages, in a collection of USED_IN pieces: a rare piece
USED_IN = 1e6
CLUSTERS, STEPS, SEED = 300, 25, 0
ROWS = 256  # of a block
COVERED = 0.995  # of a language's pieces, by the blocks that are listed for it

Counts = npt.NDArray[np.float64]


def main(work: Path) -> None:
    """Count, put together, write."""
    folder = _model_folder()
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    kept = work / "counts.npz"
    if not kept.exists():
        np.savez_compressed(kept, **{name: _counts(tokenizer, name, work) for name in LANGUAGES})
    with np.load(kept) as counts:
        shares = _with_english({name: counts[name] for name in LANGUAGES})
    blocks = _blocks(shares, [tokenizer.id_to_token(number) for number in range(tokenizer.get_vocab_size())])
    languages = {name: _covering(use, blocks) for name, use in shares.items()}
    row_order.write(HERE / "order.xz", RowOrder(blocks, languages))
    sizes = np.bincount(blocks)
    print(f"{len(sizes)} blocks; rows of 216 bytes that each language is likely to need:")
    print(", ".join(f"{name} {sizes[needed].sum()} in {len(needed)}" for name, needed in languages.items()))


def _model_folder() -> Path:
    manifest = json.loads((MODELS / NAME / "manifest.json").read_text(encoding="utf-8"))
    return models.build(NAME, manifest)["tokenizer.json"].parent


# --- counting ---------------------------------------------------------------------------------------


def _counts(tokenizer: tokenizers.Tokenizer, language: str, work: Path) -> Counts:
    """How often each piece occurs in a language, as shares of all."""
    parts = [_of_text(tokenizer, language, work), _of_words(tokenizer, language)]
    shares = [part / part.sum() for part in parts if part.sum()]
    print(f"  {language}: {int(parts[0].sum())} pieces of running text", flush=True)
    return np.asarray(sum(shares) / len(shares))


def _of_text(tokenizer: tokenizers.Tokenizer, language: str, work: Path) -> Counts:
    counts = np.zeros(tokenizer.get_vocab_size())
    texts = list(_texts(language, work))
    for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False):
        np.add.at(counts, encoding.ids, 1)
    return counts


def _of_words(tokenizer: tokenizers.Tokenizer, language: str) -> Counts:
    counts = np.zeros(tokenizer.get_vocab_size())
    for word, frequency in _words(language):
        text = word if language in WITHOUT_SPACES else "\u2581" + word
        for token in tokenizer.model.tokenize(text):
            counts[token.id] += frequency
    return counts


def _words(language: str) -> Iterator[tuple[str, float]]:
    """Words and their frequencies. The list folds case; half of German's words and a quarter of others' get a capital."""
    code = LANGUAGES[language][2]
    if not code:
        return
    convert = opencc.OpenCC("s2tw").convert if language == "zh-Hant" else str
    share = CAPITALISED.get(language, SOMETIMES_CAPITALISED)
    for word, frequency in wordfreq.get_frequency_dict(code, wordlist="best").items():
        yield convert(word), frequency * (1 - share)
        yield convert(word[:1].upper() + word[1:]), frequency * share


def _texts(language: str, work: Path) -> Iterator[str]:
    help_code, locale, _, packages = LANGUAGES[language]
    names = [TRANSLATIONS, *([HELP.format(help_code)] if help_code else []), *packages]
    for name in names:
        for path in sorted(_unpacked(name, work).rglob("*")):
            if path.is_file():
                yield from _text_of(path, locale)


def _unpacked(package: str, work: Path) -> Path:
    folder = work / package
    if not folder.is_dir():
        work.mkdir(parents=True, exist_ok=True)
        archives = list(work.glob(f"{package}_*.deb"))
        if not archives:
            subprocess.run(["apt-get", "download", package], cwd=work, check=True, capture_output=True)
        (archive,) = work.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        print(f"  {archive.stem}", flush=True)
    return folder


def _text_of(path: Path, locale: str) -> Iterator[str]:
    """The text of a file, if it is one of the locale's."""
    if path.suffix == ".mo":
        if re.fullmatch(rf"(.*-)?{locale}(_[A-Z]+)?\.mo", path.name):
            with path.open("rb") as file:
                yield from _messages(gettext.GNUTranslations(file))
    elif path.suffix == ".html":
        yield _stripped(path.read_text(encoding="utf-8", errors="replace"))
    elif "man" in path.parts and path.suffix == ".gz" and locale in path.parts:
        page = gzip.decompress(path.read_bytes()).decode(errors="replace")
        yield re.sub(r'^[.\'].?[\w"\\]*|\\f.|\\', " ", page, flags=re.M)


def _messages(translations: gettext.GNUTranslations) -> Iterable[str]:
    catalog: dict[object, str] = translations._catalog  # type: ignore[attr-defined]
    return [text for key, text in catalog.items() if key]


def _stripped(page: str) -> str:
    return html.unescape(re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", page, flags=re.S))


# --- putting together -------------------------------------------------------------------------------


def _with_english(counts: Mapping[str, Counts]) -> dict[str, Counts]:
    english = counts["en"]
    return {name: use * (1 - ENGLISH) + english * ENGLISH for name, use in counts.items()}


def _blocks(shares: Mapping[str, Counts], pieces: Sequence[str]) -> npt.NDArray[np.uint16]:
    """The block of each piece: pieces that are used alike together, rare ones by script in their own order."""
    weights = np.array([MAIN_WEIGHT if name in MAIN else 1 for name in shares])
    use = np.stack(list(shares.values()), axis=1)
    likely = np.concatenate([(1 - np.exp(-size * use)) * weights for size in COLLECTIONS], axis=1)
    likely = likely.astype(np.float32)
    used = np.flatnonzero((1 - np.exp(-USED_IN * use)).max(axis=1) > USED)
    clusters, centres = _k_means(likely[used])
    heat = likely.sum(axis=1)
    groups = [used[clusters == cluster] for cluster in np.argsort(-centres.sum(axis=1), kind="stable")]
    groups = [group[np.argsort(-heat[group], kind="stable")] for group in groups]
    rare = np.setdiff1d(np.arange(len(pieces)), used)
    scripts = np.array([_script(pieces[number]) for number in rare])
    groups += [rare[scripts == script] for script in sorted(set(scripts.tolist()))]
    blocks = np.zeros(len(pieces), np.uint16)
    parts = [part for group in groups for part in np.array_split(group, max(1, round(len(group) / ROWS)))]
    for number, part in enumerate(part for part in parts if len(part)):
        blocks[part] = number
    return blocks


def _k_means(points: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The cluster of each point, and the clusters' centres."""
    rng = np.random.default_rng(SEED)
    centres = points[rng.choice(len(points), CLUSTERS, replace=False)]
    for _ in range(STEPS):
        nearest = ((centres**2).sum(axis=1) - 2 * points @ centres.T).argmin(axis=1)
        for cluster in range(CLUSTERS):
            members = points[nearest == cluster]
            centres[cluster] = members.mean(axis=0) if len(members) else points[rng.integers(len(points))]
    return nearest, centres


def _script(piece: str) -> str:
    """The script of a piece's first letter, by the first word of its name in Unicode."""
    letter = next((character for character in piece if character.isalpha()), "")
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0] if letter else ""


def _covering(use: Counts, blocks: npt.NDArray[np.uint16]) -> list[int]:
    """The fewest blocks that hold `COVERED` of a language's use."""
    shares = np.bincount(blocks, weights=use)
    order = np.argsort(-shares, kind="stable")
    needed = int(np.searchsorted(np.cumsum(shares[order]), COVERED)) + 1
    return sorted(order[:needed].tolist())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="a folder for the packages, 2 GB")
    main(parser.parse_args().work)
