"""Read posts where there is no built site: from a feed, or from a folder of Markdown."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from semblance.blog.addresses import Base, split
from semblance.blog.files import chooser, find_files, read_bytes
from semblance.blog.language import language_of
from semblance.blog.posts import Post, iso_date, key_of, shortened, unusable, words
from semblance.blog.reading import Reading
from semblance.blog.site import EXCERPT, Selection
from semblance.documents import Document, Failure
from semblance.errors import DuplicateId, Malformed, NoTitle
from semblance.ingest.formats import FEEDS, MARKDOWN, suffix_of
from semblance.ingest.kinds import kind_of, refusal
from semblance.ingest.markdown import first_heading
from semblance.ingest.reading import read

_DATED = re.compile(r"(\d{4})-(\d\d)-(\d\d)-(.+)")
_LANGUAGE = re.compile(r"(.+)\.([a-z]{2}(?:-[a-zA-Z]{2,4})?)")
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


def read_feed(file: Path, selection: Selection) -> Reading:
    """Read the entries of an RSS or Atom feed. Their addresses are those of their links."""
    reading = Reading()
    data = read_bytes(file.parent, file.name)
    if isinstance(data, Failure):
        reading.problems.append(data)
        return reading
    if kind := kind_of(file.name, data):
        reading.problems.append(Failure(file.name, refusal(kind, file.name)))
        return reading
    name = file.name if suffix_of(file.name) in FEEDS else "feed.xml"
    documents = [step for step in read(name, data) if isinstance(step, Document | Failure)]
    base, taken = _base(selection.base_url, documents), set[str]()
    reading.remarks += [
        _remark(document) for document in documents if isinstance(document, Document) and document.note
    ]
    for document in documents:
        if isinstance(document, Failure):
            reading.problems.append(document)
        else:
            _keep(reading, _of_entry(document, base, selection), document.id, selection, taken)
    reading.posts.sort(key=lambda post: post.key)
    return reading


def read_markdown(root: Path, selection: Selection) -> Reading:
    """Read the Markdown files of a folder, without drafts. Addresses follow from the paths, as in generators."""
    reading, chosen, taken = Reading(), chooser(selection.include, selection.exclude), set[str]()
    for file in find_files(root, MARKDOWN):
        if isinstance(file, Failure):
            reading.problems.append(file)
        elif chosen(file):
            _read_file(root, file, selection, reading, taken)
    reading.posts.sort(key=lambda post: post.key)
    return reading


def _read_file(root: Path, file: str, selection: Selection, reading: Reading, taken: set[str]) -> None:
    data = read_bytes(root, file)
    if isinstance(data, Failure):
        reading.problems.append(data)
        return
    for document in read(file, data):
        if isinstance(document, Failure):
            reading.problems.append(document)
        elif isinstance(document, Document) and (reason := _no_post(file, document.metadata)):
            reading.left_out.append((file, reason))
        elif isinstance(document, Document):
            reading.remarks += [_remark(document)] if document.note else []
            _keep(reading, _of_file(document, selection), file, selection, taken)


def _remark(document: Document) -> str:
    return f"{document.id}: {document.note}"


def _no_post(file: str, metadata: Mapping[str, Any]) -> str:
    name = file.rpartition("/")[2]
    values = {key.lower(): value for key, value in metadata.items()}
    is_draft = _says(values.get("draft"), "true", "yes") or _says(values.get("published"), "false", "no")
    if is_draft or _says(values.get("status"), "draft", "hidden") or "_drafts/" in f"/{file}":
        return "a draft"
    if iso_date(_text(values.get("publishdate") or values.get("date"))) > datetime.date.today().isoformat():
        return "of a day to come"
    return "a list" if name.startswith("_index.") else ""


def _says(value: Any, *words: str) -> bool:
    return str(value).strip().lower() in words


def _keep(reading: Reading, post: Post, where: str, selection: Selection, taken: set[str]) -> None:
    """Add a post unless something is wrong with it. `taken` holds the keys of the posts so far."""
    if not post.key or (reason := unusable(post.key)):
        message = reason if post.key else "it has no link to the site"
        reading.problems.append(Failure(where, Malformed(message, where=where)))
    elif not post.title:
        reading.problems.append(Failure(where, NoTitle("it has no title", where=where)))
    elif post.key in taken:
        message = f"it has the address of another post, {post.url}"
        reading.problems.append(Failure(where, DuplicateId(message, where=where)))
    elif words(post.content) < selection.min_words:
        reading.too_short.append(post.key)
    else:
        reading.posts.append(post)
        taken.add(post.key)


def _base(base_url: str, documents: Iterable[Document | Failure]) -> Base:
    """The base that the user gives, else the host of most links."""
    if base_url:
        return Base.from_url(base_url)
    links = [
        split(_text(document.metadata.get("link")))
        for document in documents
        if isinstance(document, Document)
    ]
    hosts = Counter(f"{link.scheme}://{link.netloc}" for link in links if link.netloc)
    return Base(min(hosts, key=lambda host: (-hosts[host], host), default=""))


def _of_entry(document: Document, base: Base, selection: Selection) -> Post:
    metadata = document.metadata
    link = _text(metadata.get("link"))
    return Post(
        key=_key_of_entry(link, base),
        url=base.relative(link, "index.html"),
        title=document.title,
        content=document.content,
        language=language_of(_text(metadata.get("lang")), document.content, selection.language),
        date=iso_date(_text(metadata.get("date"))),
        excerpt=_excerpt(document.content),
        tags=_tags(metadata.get("categories")),
    )


def _key_of_entry(link: str, base: Base) -> str:
    """The key of a feed's link. Addresses such as ``/?p=5``, which WordPress gives without permalinks, stay different."""
    key, query = base.key_of_link(link), split(link).query
    return f"index?{query}" if key == "index" and query and "/" not in query else key


def _of_file(document: Document, selection: Selection) -> Post:
    metadata = {key.lower(): value for key, value in document.metadata.items()}
    fields = {
        field: next((metadata[name] for name in names if metadata.get(name)), "")
        for field, names in _FIELDS.items()
    }
    address = _address(document.id, metadata)
    label = _text(fields["language"]) or address.language
    return replace(
        address,
        title=shortened(_title(document, metadata), 300),
        content=document.content,
        language=language_of(label, document.content, selection.language),
        date=iso_date(_text(fields["date"])) or address.date,
        image=_text(fields["image"]).lstrip("/"),
        excerpt=shortened(_text(fields["excerpt"]), EXCERPT) or _excerpt(document.content),
        tags=next(
            (tags for name in _TAGS if (tags := _tags(metadata.get(name), is_list=name != "category"))), ()
        ),
        series=_text(fields["series"]),
    )


def _title(document: Document, metadata: Mapping[str, Any]) -> str:
    """The title that its author gave it: a file's name is none, but its first heading is one, of whatever level."""
    return document.title if metadata.get("title") else first_heading(document.content, deepest=6)


def _address(file: str, metadata: Mapping[str, Any]) -> Post:
    """A post with its key and address, and with the date and language that the file's name gives."""
    folder, _, name = file.rpartition("/")
    stem, language, date = name.rpartition(".")[0], "", ""
    if match := _LANGUAGE.fullmatch(stem):
        stem, language = match[1], match[2]
    is_jekyll = "_posts" in folder.split("/")
    if (match := _DATED.fullmatch(stem)) and (date := iso_date("-".join(match.group(1, 2, 3)))):
        stem = match[4]
    slug = _text(metadata.get("slug"))
    given = _text(metadata.get("permalink") or metadata.get("url")) or (slug if slug.startswith("/") else "")
    if given.startswith("/") and ":" not in given:
        return Post(key_of(given), quote(given.lstrip("/")) or "./", "", "", language, date)
    if stem == "index" and slug:
        folder = folder.rpartition("/")[0]
    stem = slug or stem
    if is_jekyll:
        parts = [*_tags(metadata.get("categories")), *date.split("-"), stem]
        key = "/".join(part for part in parts if part)
        return Post(key, quote(key) + ".html", "", "", language, date)
    parts = [language, folder, "" if stem == "index" else stem]
    key = "/".join(part for part in parts if part) or "index"
    return Post(key, "./" if key == "index" else quote(key) + "/", "", "", language, date)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value).strip() if value is not None else ""


def _tags(value: Any, *, is_list: bool = True) -> tuple[str, ...]:
    """Tags, each once. In a text commas are between them, or spaces, as in Jekyll."""
    if isinstance(value, list):
        values = value
    else:
        text = str(value or "")
        values = text.split("," if "," in text or not is_list else None)
    return tuple(dict.fromkeys(str(tag).strip() for tag in values if str(tag).strip()))


def _excerpt(content: str) -> str:
    """The first paragraph of some length, without Markdown's signs."""
    for paragraph in content.split("\n\n"):
        line = " ".join(_MARKUP.sub(r"\1", paragraph).split())
        if len(line) >= 40 and not line.startswith(("#", "```", "~~~", "|", "<")):
            return shortened(line, EXCERPT)
    return ""
