"""A published site's index, read back as collections."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from aio import run
from fakes import FakeEncoder
from semblance import wiring
from semblance.blog.reader.published import open_site
from semblance.errors import SiteError
from semblance.library import Library
from semblance.models.names import MULTILINGUAL, TEXT_MODEL
from semblance.pace import Lazy
from semblance.ports import Encoders
from semblance.ranking.vectors import normalize
from unit.blog.support import COFFEE, TEA, TIDES, Site, page

POSTS = {"posts/tea/", "posts/coffee/", "posts/tides/", "posts/sailing/"}


def opened(site: Site, encoder: FakeEncoder) -> Library:
    async def read(path: str) -> bytes:
        return wiring.read_published(str(site.root), path)

    models = {name: Lazy.ready(Encoders(encoder)) for name in (TEXT_MODEL, MULTILINGUAL)}
    return run(open_site(read, models))


def test_posts_of_each_language_are_found_by_words_and_meaning(site: Site, encoder: FakeEncoder) -> None:
    site.four().write("posts/tee.html", page("Tee", TEA, lang="de"))
    assert site.run(engine=False) == 0
    library = opened(site, encoder)
    assert {info.name: info.count for info in run(library.collections())} == {"en": 4, "de": 1}
    collection = run(library.collection("en", create=False))
    assert {hit.id for hit in run(collection.search("skipper", 1))} == {"posts/sailing/"}
    assert run(collection.similar_by_id("posts/tea/", 1))[0].id == "posts/coffee/"
    (nearest,) = run(collection.similar(TIDES, 1))
    assert nearest.id == "posts/tides/"
    records = run(collection.get(sorted(POSTS)))
    models = run(
        encoder.encode([f"{record.document.title}\n{record.document.content}" for record in records])
    )
    cosines = normalize([record.vectors[0] for record in records]) @ models.T
    assert np.diag(cosines).min() > 0.75  # of one bit a number
    assert (np.argmax(cosines, axis=1) == np.arange(len(POSTS))).all()


@pytest.mark.usefixtures("many_groups")
def test_passages_of_all_areas_are_there(site: Site, encoder: FakeEncoder) -> None:
    assert site.four().run(engine=False) == 0
    collection = run(opened(site, encoder).collection("en", create=False))
    (nearest,) = run(collection.similar(TIDES, 1))
    assert nearest.id == "posts/tides/"


def test_a_post_is_there_whole(site: Site, encoder: FakeEncoder) -> None:
    head = '<meta property="article:published_time" content="2024-05-01"><meta property="article:tag" content="hot">'
    body = f"<article><h1>Drinks</h1><h2 id=tea>Tea</h2><p>{TEA}</p><h2>Coffee</h2><p>{COFFEE}</p></article>"
    site.write("drinks.html", page("Drinks", head=head, body=body))
    assert site.run(engine=False) == 0
    collection = run(opened(site, encoder).collection("en", create=False))
    (record,) = run(collection.get(["drinks.html"]))
    assert record.document.title == "Drinks"
    assert record.document.metadata == {"date": "2024-05-01", "tags": ["hot"]}
    assert {TEA, COFFEE} <= set(record.document.content.split("\n"))
    pieces = [record.document.content[passage.start : passage.end] for passage in record.passages]
    assert "\n\n".join(pieces) == record.document.content


def test_a_site_without_an_index_is_named(tmp_path: Path, encoder: FakeEncoder) -> None:
    with pytest.raises(SiteError, match=r"public/semblance/index.json: the site's index can't be read"):
        opened(Site(tmp_path / "public"), encoder)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"format": 9, "languages": {}}', b'{"format": 1, "languages": {"en": {}}}']
)
def test_another_index_is_named(site: Site, encoder: FakeEncoder, data: bytes) -> None:
    site.write("semblance/index.json", data)
    with pytest.raises(SiteError, match="no index of a site, or of another version"):
        opened(site, encoder)


@pytest.mark.parametrize(
    "data", [b"", b"nothing", gzip.compress(b"SMBR\x01c", mtime=0), gzip.compress(b"SMBR\x02c\x08", mtime=0)]
)
def test_a_damaged_file_is_named(site: Site, encoder: FakeEncoder, data: bytes) -> None:
    index = {"format": 1, "languages": {"en": {"reader": "index-en/"}}}
    site.write("semblance/index.json", json.dumps(index))
    site.write("semblance/index-en/catalogue.smbr", data)
    with pytest.raises(SiteError, match=r"catalogue.smbr: it is damaged, or of another version"):
        opened(site, encoder)
