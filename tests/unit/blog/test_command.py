"""What `semblance site` writes, and what it says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEncoder
from semblance import cli, wiring
from semblance.blog import vectors_file
from semblance.parts.errors import BuildError
from semblance.version import __version__
from unit.blog.support import COFFEE, TEA, TIDES, Site, output, page


def test_each_post_lists_the_one_that_is_like_it(site: Site) -> None:
    assert site.four().run() == 0
    assert site.related("posts/tea")[0] == "posts/coffee/"
    assert site.related("posts/tides")[0] == "posts/sailing/"
    (first, *_) = site.json("related/posts/tea.json")["related"]
    assert first["title"] == "Coffee"
    assert first["excerpt"] == COFFEE
    assert 0.25 < first["score"] < 1


def test_the_index_holds_the_passages_and_their_vectors(site: Site, encoder: FakeEncoder) -> None:
    site.four().write(
        "posts/long.html",
        page(body=f'<article><h1>Long</h1><p>{TEA}</p><h2 id="sea">The sea</h2><p>{TIDES * 4}</p></article>'),
    )
    assert site.run() == 0
    index = site.json("index.json")
    assert (index["format"], index["version"]) == (1, __version__)
    assert index["model"] == {"name": "fake", "dims": 256, "fingerprint": encoder.fingerprint}
    assert (index["engine"], index["engineBytes"]) == ("engine-0123/", 1234)
    (language,) = index["languages"].values()
    data = (site.root / "semblance" / language["vectors"]).read_bytes()
    codes, text = vectors_file.unpack(data), site.json(language["posts"])
    assert language["count"] == len(text["posts"]) == 5
    assert codes.shape == (len(text["passages"]), 256)
    assert language["bytes"]["vectors"] == len(gzip.compress(data, 6))
    number = next(row for row, post in enumerate(text["posts"]) if post["url"] == "posts/long.html")
    passages = [passage for passage in text["passages"] if passage[0] == number]
    assert len(passages) > 1
    assert [tuple(passage[1:3]) for passage in passages[1:]] == [("The sea", "sea")] * (len(passages) - 1)
    assert passages[0][3].startswith("# Long\n\nGreen tea")
    assert np.abs(codes.astype(int)).max(axis=1).tolist() == [127] * len(codes)


def test_the_same_input_gives_the_same_bytes_with_and_without_the_cache(site: Site) -> None:
    site.four()
    assert site.run("--cache", str(site.root.parent / "first")) == 0
    fresh = site.files()
    assert site.run("--cache", str(site.root.parent / "first")) == 0
    assert site.files() == fresh
    assert site.run("--cache", str(site.root.parent / "second")) == 0
    assert site.files() == fresh


def test_only_what_changed_is_embedded(
    site: Site, encoder: FakeEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    site.four().run()
    assert (site.root.parent / ".semblance-cache").is_dir()
    before = set(encoder.encoded)
    encoder.encoded.clear()
    site.write("posts/tea/index.html", page("Tea", TEA.replace("Green", "Black")))
    site.write(
        "posts/new/index.html",
        page("New", "Nobody has ever written anything at all about quite so new a thing."),
    )
    (site.root / "posts/sailing/index.html").unlink()
    output(capsys)
    assert site.run() == 0
    assert "added 1, changed 1, unchanged 2, removed 1\n  removed: 1\n    posts/sailing" in output(capsys)
    assert len([text for text in encoder.encoded if text.startswith("# ")]) == 2
    assert not before.intersection(encoder.encoded)
    assert not (site.root / "semblance/related/posts/sailing.json").exists()


def test_another_model_embeds_everything_again(
    site: Site, encoder: FakeEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    site.four().run()
    encoder.fingerprint = "another"
    assert site.run() == 0
    assert "the model or its settings have changed: all posts were embedded again" in output(capsys)
    assert site.json("index.json")["model"]["fingerprint"] == "another"


def test_a_list_is_at_most_two_kilobytes(site: Site) -> None:
    for number in range(30):
        site.write(
            f"{'a-long-folder-name/' * 4}{number}.html",
            page(f"Ein Käse {number} " + "Ж" * 90, TEA + f" its own {number} words {number}, {-number}" * 2),
        )
    assert site.run("--number", "20") == 0
    sizes = [len(data) for name, data in site.files().items() if name.startswith("related/")]
    assert len(sizes) == 30
    assert 1500 < max(sizes) <= 2048


def test_templates_get_all_lists_in_one_file(site: Site) -> None:
    assert site.four().run() == 0
    data = site.json("data/related.json")
    assert list(data) == ["posts/coffee/", "posts/sailing/", "posts/tea/", "posts/tides/"]
    assert data["posts/tea/"] == site.json("related/posts/tea.json")["related"]


def test_what_somebody_else_wrote_is_left_alone(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    mine = site.four().write("semblance/index.html", "<p>On semblance</p>")
    assert site.run() == 1
    assert "Semblance has not written" in output(capsys)
    assert mine.read_text() == "<p>On semblance</p>"


def test_a_run_that_fails_leaves_what_was_there(
    site: Site, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.four().run()
    before = site.files()
    (site.root / "posts/tea/index.html").unlink()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("semblance.blog.pipeline.write_index", full)
    assert site.run() == 1
    assert "No space left on device" in output(capsys)
    assert site.files() == before
    assert sorted(path.name for path in site.root.iterdir()) == ["posts", "semblance"]


@pytest.mark.parametrize(
    "words", [["nowhere"], ["--number", "-1"], ["--threshold", "two"], ["--diversity", "1"]]
)
def test_a_command_that_makes_no_sense(site: Site, words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        site.four().run(*words)
    assert stopped.value.code == 2


def test_no_folder_at_all(encoder: FakeEncoder, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["site"])
    assert stopped.value.code == 2
    assert "name the folder of the built site, or --feed, or --markdown" in output(capsys)


def test_a_folder_that_is_not_there(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.run() == 1
    assert "there is no such folder" in output(capsys)


def test_a_site_without_posts(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.write("index.html", page(body="<main><p>Hi.</p></main>"))
    assert site.run() == 1
    assert "no post was found in it (1 too short)" in output(capsys)
    assert not (site.root / "semblance").exists()


def test_help_documents_the_exit_status(capsys: pytest.CaptureFixture[str], site: Site) -> None:
    with pytest.raises(SystemExit) as stopped:
        site.run("--help")
    assert stopped.value.code == 0
    assert "3  written, but what is wrong was skipped" in output(capsys)


def test_without_an_engine_the_site_is_searched_without_the_model(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(folder: Path) -> None:
        raise BuildError("Node.js is not installed.")

    monkeypatch.setattr(wiring, "write_engine", failing)
    assert site.four().run() == 3
    assert "no search with the full model" in (printed := output(capsys))
    assert "Node.js is not installed." in printed
    index = site.json("index.json")
    assert "engine" not in index
    assert [sorted(language) for language in index["languages"].values()] == [["count", "reader"]]
    assert site.related("posts/tea")
    assert site.run(engine=False) == 0
    assert site.run("--no-search") == 0


def test_json_is_json(site: Site) -> None:
    site.four().run()
    assert all(json.loads(data) for name, data in site.files().items() if name.endswith(".json"))


@pytest.mark.parametrize(
    ("option", "value", "wanted"),
    [
        ("--number", "abc", "'abc' is not a whole number from 0 to 1000"),
        ("--number", "1001", "'1001' is not a whole number from 0 to 1000"),
        ("--min-words", "2.5", "'2.5' is not a whole number from 0 to 1000"),
        ("--threshold", "high", "'high' is not a cosine: a number from -1 to 1"),
        ("--threshold", "1.1", "'1.1' is not a cosine: a number from -1 to 1"),
        ("--diversity", "", "'' is not a number from 0 to below 1"),
        ("--diversity", "1", "'1' is not a number from 0 to below 1"),
    ],
)
def test_what_is_no_such_number_is_answered_with_what_is_wanted(
    site: Site, capsys: pytest.CaptureFixture[str], option: str, value: str, wanted: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        site.run(f"{option}={value}")
    assert f"semblance site: error: argument {option}: {wanted}\n" in capsys.readouterr().err
