"""Posts of those who have no built site: from a feed, or from a folder of Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from semblance.blog.addresses import Base, split
from semblance.blog.files import chooser, find_files, read_bytes
from semblance.blog.posts import Post, Posts, iso_date, key_of, shortened, unusable, words
from semblance.blog.site import EXCERPT, Selection
from semblance.documents import Document, Failure
from semblance.errors import DuplicateId, Malformed, NoTitle
from semblance.ingest import reading
from semblance.ingest.formats import FEEDS, MARKDOWN, suffix_of

_DATED = re.compile(r"(\d{4})-(\d\d)-(\d\d)-(.+)")
_LANGUAGE = re.compile(r"(.+)\.([a-z]{2})")
_FIELDS = {
    "date": ("date", "pubdate", "published", "created", "updated"),
    "image": ("image", "cover", "thumbnail", "featured_image", "feature", "og_image"),
    "excerpt": ("description", "summary", "excerpt", "abstract"),
    "series": ("series",),
    "language": ("language", "lang", "locale"),
}
_TAGS = ("tags", "keywords", "categories", "category")
# A link or a picture, or marks. An address may hold a pair of brackets; no stretch of text is tried often.
_MARKUP = re.compile(r"!?\[([^\[\]]*+)\]\((?:[^()]++|\([^()]*+\))*+\)|[*_`]++")


def read_feed(file: Path, selection: Selection) -> Posts:
    """The entries of an RSS or Atom feed; their addresses are those of their links."""
    found = Posts()
    data = read_bytes(file.parent, file.name)
    if isinstance(data, Failure):
        found.problems.append(data)
        return found
    name = file.name if suffix_of(file.name) in FEEDS else "feed.xml"
    documents = [each for each in reading.read(name, data) if each is not None]
    base, taken = _base(selection.base_url, documents), set[str]()
    for document in documents:
        if isinstance(document, Failure):
            found.problems.append(document)
        else:
            _keep(found, _of_entry(document, base, selection), document.id, selection, taken)
    found.posts.sort(key=lambda post: post.key)
    return found


def read_markdown(root: Path, selection: Selection) -> Posts:
    """The Markdown files of a folder, drafts left out; addresses follow the files' paths as generators make them."""
    found, chosen, taken = Posts(), chooser(selection.include, selection.exclude), set[str]()
    for file in find_files(root, MARKDOWN):
        if isinstance(file, Failure):
            found.problems.append(file)
        elif chosen(file):
            _read_file(root, file, selection, found, taken)
    found.posts.sort(key=lambda post: post.key)
    return found


def _read_file(root: Path, file: str, selection: Selection, found: Posts, taken: set[str]) -> None:
    data = read_bytes(root, file)
    if isinstance(data, Failure):
        found.problems.append(data)
        return
    for document in reading.read(file, data):
        if isinstance(document, Failure):
            found.problems.append(document)
        elif document is not None and (reason := _no_post(file, document.metadata)):
            found.left_out.append((file, reason))
        elif document is not None:
            _keep(found, _of_file(document, selection), file, selection, taken)


def _no_post(file: str, said: Mapping[str, Any]) -> str:
    name = file.rpartition("/")[2]
    if said.get("draft") is True or said.get("published") is False or "_drafts/" in f"/{file}":
        return "a draft"
    return "a list" if name.startswith("_index.") else ""


def _keep(found: Posts, post: Post, where: str, selection: Selection, taken: set[str]) -> None:
    """Add a post unless something is wrong with it; `taken` are the keys of those there are."""
    if not post.key or (reason := unusable(post.key)):
        message = reason if post.key else "it has no link to the site"
        found.problems.append(Failure(where, Malformed(message, where=where)))
    elif not post.title:
        found.problems.append(Failure(where, NoTitle("it has no title", where=where)))
    elif post.key in taken:
        message = f"it has the address of another post, {post.url}"
        found.problems.append(Failure(where, DuplicateId(message, where=where)))
    elif words(post.content) < selection.min_words:
        found.too_short.append(post.key)
    else:
        found.posts.append(post)
        taken.add(post.key)


def _base(base_url: str, documents: Iterable[Document | Failure]) -> Base:
    """The base that was given, else the host of most links."""
    if base_url:
        return Base.of(base_url)
    links = [split(_text(each.metadata.get("link"))) for each in documents if isinstance(each, Document)]
    hosts = Counter(f"{link.scheme}://{link.netloc}" for link in links if link.netloc)
    return Base(min(hosts, key=lambda host: (-hosts[host], host), default=""))


def _of_entry(document: Document, base: Base, selection: Selection) -> Post:
    said = document.metadata
    link = _text(said.get("link"))
    return Post(
        key=base.key_of_link(link),
        url=base.relative(link, "index.html"),
        title=document.title,
        content=document.content,
        language=selection.language or "en",
        date=iso_date(_text(said.get("date"))),
        excerpt=_excerpt(document.content),
        tags=_tags(said.get("categories")),
    )


def _of_file(document: Document, selection: Selection) -> Post:
    said = {key.lower(): value for key, value in document.metadata.items()}
    found = {
        field: next((said[name] for name in names if said.get(name)), "") for field, names in _FIELDS.items()
    }
    address = _address(document.id, said)
    language = _text(found["language"])[:2].lower() or address.language or selection.language or "en"
    return replace(
        address,
        title=shortened(document.title, 300),
        content=document.content,
        language=language,
        date=iso_date(_text(found["date"])) or address.date,
        image=_text(found["image"]).lstrip("/"),
        excerpt=shortened(_text(found["excerpt"]), EXCERPT) or _excerpt(document.content),
        tags=next((tags for name in _TAGS if (tags := _tags(said.get(name)))), ()),
        series=_text(found["series"]),
    )


def _address(file: str, said: Mapping[str, Any]) -> Post:
    """Key, address, and what the file's name tells of date and language."""
    folder, _, name = file.rpartition("/")
    stem, language, date = name.rpartition(".")[0], "", ""
    if match := _LANGUAGE.fullmatch(stem):
        stem, language = match[1], match[2]
    is_jekyll = "_posts" in folder.split("/")
    if (match := _DATED.fullmatch(stem)) and (date := iso_date("-".join(match.group(1, 2, 3)))):
        stem = match[4]
    given = _text(said.get("permalink") or said.get("url"))
    if given.startswith("/") and ":" not in given:
        return Post(key_of(given), quote(given.lstrip("/")) or "./", "", "", language, date)
    if stem == "index" and said.get("slug"):
        folder = folder.rpartition("/")[0]
    stem = _text(said.get("slug")) or stem
    if is_jekyll:
        parts = [*_tags(said.get("categories")), *date.split("-"), stem]
        key = "/".join(part for part in parts if part)
        return Post(key, quote(key) + ".html", "", "", language, date)
    parts = [language, folder, "" if stem == "index" else stem]
    key = "/".join(part for part in parts if part) or "index"
    return Post(key, "./" if key == "index" else quote(key) + "/", "", "", language, date)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value).strip() if value is not None else ""


def _tags(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(dict.fromkeys(str(each).strip() for each in values if str(each).strip()))


def _excerpt(content: str) -> str:
    """The first paragraph that says something, without Markdown's signs."""
    for paragraph in content.split("\n\n"):
        line = " ".join(_MARKUP.sub(r"\1", paragraph).split())
        if len(line) >= 40 and not line.startswith(("#", "```", "~~~", "|", "<")):
            return shortened(line, EXCERPT)
    return ""
