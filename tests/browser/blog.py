"""A small blog with the files of the blog kit beside it, for tests in a browser."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from aio import run
from semblance.blog.engine import about, engine_files
from semblance.blog.vectors_file import pack
from semblance.models.text import SentenceEncoder
from semblance.native.models import load_text_encoder
from semblance.parts.paths import ROOT
from semblance.parts.scripts import JAVASCRIPT, read_script
from semblance.ranking.vectors import quantize
from semblance.version import __version__
from semblance_build.server import serving

BASE = "/my%20blog/"
CSP = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'"
"""The policy that docs/blog.md gives; a host that sends no more than this does not isolate its pages."""
SCRIPTS = ("semantic-search.js", "related-posts.js", "feed.js")


@dataclass(frozen=True)
class Section:
    """A heading, the id that links lead to, and the text below it."""

    heading: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Post:
    url: str
    title: str
    sections: Sequence[Section]
    language: str = "en"
    date: str = "2024-05-01"

    @property
    def html(self) -> str:
        parts = [
            f'<h2 id="{each.anchor}">{escape(each.heading)}</h2><p>{escape(each.text)}</p>'
            for each in self.sections
        ]
        return f"<h1>{escape(self.title)}</h1>{''.join(parts)}"


POSTS = [
    Post(
        "posts/sourdough/",
        "Sourdough for beginners",
        [
            Section(
                "Feeding the starter",
                "feeding",
                "Stir flour and water into the jar each morning until it bubbles.",
            ),
            Section(
                "In the oven", "oven", "Steam makes the crust crackle. Let the loaf cool before you cut it."
            ),
        ],
    ),
    Post(
        "posts/tides/",
        "Why the sea comes and goes",
        [Section("The moon", "moon", "Twice a day the water rises, pulled by the moon as the earth turns.")],
    ),
    Post(
        "posts/night-train/",
        "A night train to Vienna",
        [
            Section(
                "The bunk",
                "bunk",
                "We lay awake as the sleeper rattled over the points, and had rolls for breakfast.",
            )
        ],
    ),
    Post(
        "posts/bicycle/",
        "A dripping tap and a bicycle",
        [
            Section(
                "Two repairs",
                "repairs",
                "A new washer stops the tap. Oil the chain of the bicycle once a month.",
            )
        ],
    ),
]
GERMAN = Post(
    "de/brot/",
    "Brot backen",
    [
        Section(
            "Im Ofen", "ofen", "Dampf macht die Kruste knusprig. Das Brot muss vor dem Schneiden abkühlen."
        )
    ],
    language="de",
)
CHINESE = [
    Post(
        "zh/bread/",
        "面包入门",
        [Section("发酵", "starter", "每天早上往罐子里加面粉和水，搅拌到起泡为止。烤箱里的蒸汽让外皮酥脆。")],
        language="zh-CN",
    ),
    Post(
        "zh/tides/",
        "大海为什么来了又去",
        [Section("月亮", "moon", "月亮的引力拉着海水，地球转动时，水面一天升高两次。")],
        language="zh-CN",
    ),
    Post(
        "zh/night-train/",
        "坐夜间列车去维也纳",
        [Section("卧铺", "bunk", "卧铺在铁轨上摇晃，我们一夜没睡，早餐吃了面包卷。")],
        language="zh-CN",
    ),
    Post(
        "zh/bicycle/",
        "滴水的龙头和单车",
        [Section("两次修理", "repairs", "换一个新垫圈，龙头就不再滴水。单车的链条每个月要上一次油。")],
        language="zh-CN",
    ),
]


def page(title: str, body: str, language: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><body>{body}</body></html>'
    )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def make_blog(folder: Path, posts: Sequence[Post], text_model_folder: Path) -> Path:
    """A site with a page a post, a page that searches in each language, and the folder ``semblance/``."""
    for post in posts:
        write(
            folder / post.url / "index.html",
            page(post.title, f"<article>{post.html}</article>", post.language),
        )
    search = '<script src="semblance/semantic-search.js" async></script><semantic-search></semantic-search>'
    write(folder / "index.html", page("Search", search))
    write(folder / "de.html", page("Suche", search, "de-AT"))
    kit = folder / "semblance"
    kit.mkdir()
    copy_scripts(kit)
    encoder = run(load_text_encoder(text_model_folder))
    engine = engine_files(kit)
    index = {
        "format": 1,
        "version": __version__,
        "model": {"name": encoder.name, "dims": encoder.dims, "fingerprint": encoder.fingerprint},
        "engine": f"{engine}/",
        "engineBytes": about(kit / engine).download,
        "languages": {
            language: _write_language(kit, [post for post in posts if post.language == language], encoder)
            for language in {post.language: None for post in posts}
        },
    }
    write(kit / "index.json", json.dumps(index))
    return folder


def copy_scripts(kit: Path) -> None:
    for name in SCRIPTS:
        script = JAVASCRIPT / "blog" / name
        if (ROOT / script).exists():
            (kit / name).write_bytes(read_script(script))


def _write_language(kit: Path, posts: list[Post], encoder: SentenceEncoder) -> dict[str, Any]:
    passages: list[list[Any]] = [
        [number, section.heading, section.anchor, section.text]
        for number, post in enumerate(posts)
        for section in post.sections
    ]
    rows = [{"url": post.url, "title": post.title, "date": post.date} for post in posts]
    texts = [f"{posts[number].title}\n{text}" for number, _, _, text in passages]
    vectors = quantize(np.asarray(run(encoder.encode(texts, "document"))))
    listed = json.dumps({"posts": rows, "passages": passages}).encode()
    files = {"posts": (listed, "json"), "vectors": (pack(vectors), "bin")}
    names = {}
    for kind, (data, suffix) in files.items():
        names[kind] = f"{kind}-{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
        (kit / names[kind]).write_bytes(data)
    sizes = {kind: len(data) for kind, (data, _) in files.items()}
    return {**names, "bytes": sizes, "count": len(posts)}


@contextmanager
def served(folder: Path, policy: str = CSP) -> Iterator[str]:
    """Address of a blog on a host that sends a Content-Security-Policy and nothing else."""
    with serving([folder], base=BASE, headers={"Content-Security-Policy": policy}) as address:
        yield address
