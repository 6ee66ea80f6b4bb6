"""The examples of the talk on embeddings, with ``semblance`` in place of ``llm``, and the real models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.photos import LESSONS
from ecosystem.conftest import Programs, make_programs
from semblance.parts.paths import ROOT

READMES = {
    "sqlite-backup": "# sqlite-backup\n\nMakes copies of SQLite databases while they are in use, and brings them back.",
    "image-resizer": "# image-resizer\n\nScales photographs for the web.",
    "weather-bot": "# weather-bot\n\nPosts the forecast each morning.",
    "csv-diff": "# csv-diff\n\nShows the difference between two CSV files.",
}
ISSUES = {
    "map": ["Map is blank on phones", "Zooming the map is slow", "Markers vanish from the map"],
    "login": [
        "Login fails with a wrong password message",
        "Password reset mail never comes",
        "Login page loops",
    ],
    "export": ["CSV export lacks a header", "Export to CSV cuts long cells", "CSV download is empty"],
}
PLUGINS = '''
def register_commands(cli):
    """A hook for plugins: add commands to the command line."""

def plugin_hooks():
    """All hooks that a plugin can implement."""
    return [register_commands]

def parse_date(text):
    """A date from ISO 8601."""

def thumbnail(image, size):
    """A smaller copy of a picture."""
'''


@pytest.fixture(scope="module")
def talk(installed: list[Path], commands: Path, tmp_path_factory: pytest.TempPathFactory) -> Programs:
    """A home with a few projects, as that of the speaker."""
    home = tmp_path_factory.mktemp("home")
    for name, text in READMES.items():
        (home / "dev" / name).mkdir(parents=True)
        (home / "dev" / name / "README.md").write_text(text)
    (home / "code").mkdir()
    (home / "code" / "plugins.py").write_text(PLUGINS)
    titles = [title for group in ISSUES.values() for title in group]
    issues = [{"id": number, "title": title} for number, title in enumerate(titles)]
    (home / "issues.json").write_text(json.dumps(issues))
    return make_programs(installed, commands, home)


def test_readmes_are_found_by_what_they_are_about(talk: Programs) -> None:
    talk.shell(
        "semblance embed-multi readmes --model sentence-transformers/all-MiniLM-L6-v2"
        " --files ~/dev '**/README.md' --store"
    )
    best, *_ = map(
        json.loads, talk.run("semblance", "similar", "readmes", "-c", "sqlite backup tools").splitlines()
    )
    assert best["id"] == "sqlite-backup/README.md"
    assert best["content"] == READMES["sqlite-backup"]


def test_code_is_asked_for_its_plugin_hooks(talk: Programs) -> None:
    found = talk.shell(
        "symbex '*' '*.*' -d code --nl | semblance embed-multi functions - --format nl --store\n"
        "semblance similar functions -c 'what are the different plugin hooks?' -n 2"
    )
    assert {json.loads(line)["id"].split(":")[0] for line in found.splitlines()} == {"code/plugins.py"}
    assert all("hook" in json.loads(line)["content"] for line in found.splitlines())


def test_photos_are_found_by_words_and_by_photos(talk: Programs) -> None:
    talk.run("semblance", "embed-multi", "photos", "--files", str(LESSONS), "*.jpg", "--binary", "-m", "clip")
    found = talk.run("semblance", "similar", "photos", "-c", "a cup of coffee", "-n", "1")
    assert json.loads(found)["id"].startswith("coffee")
    found = talk.run(
        "semblance", "similar", "photos", "-i", str(LESSONS / json.loads(found)["id"]), "-n", "1"
    )
    assert json.loads(found)["score"] > 0.99


def test_titles_of_issues_fall_into_clusters(talk: Programs) -> None:
    talk.run(
        "semblance", "embed-multi", "issues", "-", "--store", input=(talk.home / "issues.json").read_text()
    )
    clusters = json.loads(talk.run("semblance", "cluster", "issues", "3"))
    assert sorted([item["id"] for item in cluster["items"]] for cluster in clusters) == [
        ["0", "1", "2"],
        ["3", "4", "5"],
        ["6", "7", "8"],
    ]
    assert {cluster["name"].split(", ")[0] for cluster in clusters} == {"map", "login", "csv"}


def test_one_line_finds_what_a_model_is_to_answer_from(talk: Programs) -> None:
    talk.run(
        "semblance",
        "embed-multi",
        "answers",
        "--files",
        str(ROOT / "static" / "sample-blog" / "posts"),
        "**/*.html",
    )
    prompt = talk.shell("semblance similar answers -c 'When is the water highest?' -n 2 --format prompt")
    assert prompt.startswith("[1] ")
    assert "tide" in prompt
