"""The texts that are measured, always the same ones: real posts where they are available, else the sample."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from semblance.parts.paths import ROOT

TIL = ROOT.parent / "shared" / "data" / "til"
SAMPLE = ROOT / "static" / "sample"
FOLDER = TIL if TIL.is_dir() else SAMPLE
TOKENS = 254  # with [CLS] and [SEP] the 256 that the model sees

_FRONT_MATTER = re.compile(r'\A---\ntitle: "(?P<title>[^"\n]*)"\n.*?^---\n+', re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+\s*", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_SHORT = re.compile(r"[A-Z][^{}<>|\\]{15,75}")  # prose rather than code: about 12 tokens


@dataclass(frozen=True, slots=True)
class Corpus:
    """Posts, and where they are from."""

    name: str
    posts: list[str]

    def titles(self) -> list[str]:
        """First line of each post, for queries."""
        return list(dict.fromkeys(_HEADING.sub("", post).strip().splitlines()[0] for post in self.posts))

    def evenly(self, count: int) -> Corpus:
        """At most `count` of the posts, spread evenly over all of them."""
        count = min(count, len(self.posts))
        return Corpus(self.name, [self.posts[i * len(self.posts) // count] for i in range(count)])

    def short(self, count: int) -> list[str]:
        """At most `count` different short sentences."""
        sentences: dict[str, None] = {}
        for post in self.posts:
            for sentence in map(_one_line, _SENTENCE_END.split(post)):
                if _SHORT.fullmatch(sentence):
                    sentences[sentence] = None
        return list(sentences)[:count]


def corpus() -> Corpus:
    """All posts of til, or the sample notes where til is not there."""
    name = "til" if FOLDER == TIL else "the sample notes (../shared/data/til is not there)"
    return Corpus(name, [post_text(path) for path in paths()])


def paths() -> list[Path]:
    """The files of the corpus, in folders by topic."""
    return sorted(FOLDER.glob("*/*.md"), key=lambda path: path.relative_to(FOLDER).as_posix())


def post_text(path: Path) -> str:
    """A post that begins with its title, as a heading in place of front matter."""
    return _FRONT_MATTER.sub(r"# \g<title>\n\n", path.read_text(encoding="utf-8"), count=1)


def first_tokens(posts: list[str], tokenizer_json: Path, tokens: int = TOKENS) -> list[str]:
    """Each post as one line, cut to at most `tokens` tokens, special tokens not counted.

    Posts are one line each, because a heading makes a passage of its own in Semblance, but not elsewhere.
    """
    tokenizer = Tokenizer.from_file(str(tokenizer_json))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    lines = [_one_line(post) for post in posts]
    encodings = tokenizer.encode_batch(lines, add_special_tokens=False)
    return [line[: _end(encoding.offsets, tokens)] for line, encoding in zip(lines, encodings, strict=True)]


def _end(offsets: list[tuple[int, int]], tokens: int) -> int | None:
    """Where to cut: before the word that has the first token too many."""
    if len(offsets) <= tokens:
        return None
    last = tokens
    while last and offsets[last][0] == offsets[last - 1][1]:  # in mid-word: half a word may have other tokens
        last -= 1
    return offsets[last - 1][1] if last else offsets[tokens - 1][1]


def _one_line(text: str) -> str:
    return " ".join(_HEADING.sub("", text).split())
