"""A collection as a whole: listed, grouped, mapped, carried away and brought back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEncoder
from semblance import cli
from unit.commands.conftest import Run, ids, rows

TEA = ["green tea with water", "black tea with water", "white tea with water"]
SEA = ["the moon pulls the sea", "the sea follows the moon"]


@pytest.fixture
def notes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text(
        "id,text\n" + "".join(f"{n},{text}\n" for n, text in enumerate([*TEA, *SEA]))
    )
    run("embed-multi", "notes", "notes.csv", "--metadata", '{"of": "me"}')


@pytest.mark.usefixtures("notes")
def test_collections_are_listed_and_deleted(run: Run, tmp_path: Path) -> None:
    run("embed", "other", "a", "-c", "one")
    assert run("collections") == run("collections", "list")
    assert (
        run("collections", "list")
        == "notes: all-MiniLM-L6-v2\n  5 embeddings\nother: all-MiniLM-L6-v2\n  1 embedding\n"
    )
    assert json.loads(run("collections", "list", "--json"))[1] == {
        "name": "other",
        "model": "all-MiniLM-L6-v2",
        "num_embeddings": 1,
    }
    run("collections", "delete", "notes")
    assert run("collections").startswith("other")
    assert Path(run("collections", "path").strip()).is_relative_to(tmp_path / "data")
    assert Path(run("collections", "path").strip()).is_file()


@pytest.mark.usefixtures("notes")
def test_items_like_an_item(run: Run) -> None:
    assert ids(run("similar", "notes", "3", "-n", "2"))[0] == "4"
    assert "3" not in ids(run("similar", "notes", "3"))
    assert "nowhere: there is no such item" in run("similar", "notes", "nowhere", status=1)


@pytest.mark.usefixtures("notes")
def test_results_are_printed_for_people_programs_and_models(run: Run) -> None:
    words = ["similar", "notes", "-c", "green tea", "-n", "1"]
    (row,) = rows(run(*words))
    assert list(row) == ["id", "score", "content", "metadata"]
    assert row["content"] == TEA[0]
    shown = f"0 ({row['score']})\n\n  {TEA[0]}\n  {json.dumps(row['metadata'])}\n\n"
    assert run(*words, "--plain") == shown
    assert run(*words, "--plain") == run(*words, "--format", "plain")
    assert run(*words, "--format", "prompt") == f"[1] 0\n{TEA[0]}\n\n"
    assert run(*words, "--format", "ids") == "0\n"


@pytest.mark.usefixtures("notes")
def test_clusters_are_named_by_telling_words(run: Run) -> None:
    first, second = json.loads(run("cluster", "notes", "2", "--truncate", "5"))
    assert [item["id"] for item in first["items"]] == ["0", "1", "2"]
    assert [item["content"] for item in second["items"]] == ["the m", "the s"]
    assert "tea" in first["name"].split(", ")
    assert {"moon", "sea"} <= set(second["name"].split(", "))
    assert len(json.loads(run("cluster", "notes", "100"))) == 5


@pytest.mark.usefixtures("notes")
def test_alike_items_lie_near_each_other_on_the_map(run: Run) -> None:
    places = {row["id"]: row["x"] for row in rows(run("map", "notes"))}
    tea, sea = [places[id] for id in "012"], [places[id] for id in "34"]
    assert max(tea) < min(sea) or max(sea) < min(tea)
    table = list(csv.DictReader(run("map", "notes", "--format", "csv").splitlines()))
    assert {row["id"]: float(row["x"]) for row in table} == places


@pytest.mark.usefixtures("notes")
def test_duplicates_are_pairs(run: Run) -> None:
    run("embed", "notes", "again", "-c", TEA[1])
    (pair,) = rows(run("duplicates", "notes"))
    assert (pair["a"], pair["b"], round(pair["score"], 3)) == ("1", "again", 1.0)
    assert len(rows(run("duplicates", "notes", "--threshold", "0.5"))) > 3


@pytest.mark.usefixtures("notes")
def test_a_backup_is_written_and_read(run: Run) -> None:
    assert run("export", "notes", "notes.semblance") == "notes.semblance: 5 items\n"
    assert run("import", "notes.semblance") == "notes (2): 5 items\n"
    words = ["-c", "green tea"]
    assert run("similar", "notes (2)", *words) == run("similar", "notes", *words)


@pytest.mark.usefixtures("notes")
def test_vectors_go_out_with_their_texts(run: Run, tmp_path: Path) -> None:
    run("export", "notes", "notes.ndjson")
    first, *_ = rows((tmp_path / "notes.ndjson").read_text())
    assert (first["id"], first["content"], len(first["embedding"])) == ("0", TEA[0], 256)


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("words", [["export", "notes", "a.docx"], ["import", "a.docx"]])
def test_a_file_of_no_known_kind(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 2
    assert "the file's name must end in .semblance" in capsys.readouterr().err


@pytest.mark.usefixtures("notes")
def test_vectors_go_out_as_an_array_with_ids(run: Run, tmp_path: Path) -> None:
    assert run("export", "notes", "notes.npy") == "notes.npy: 5 items\nnotes.ids.json: their ids\n"
    vectors, names = np.load(tmp_path / "notes.npy"), json.loads((tmp_path / "notes.ids.json").read_text())
    assert (vectors.shape, vectors.dtype) == ((5, 256), np.float32)
    assert names == ["0", "1", "2", "3", "4"]
    assert [names[row] for row in np.argsort(-vectors @ vectors[0])[:3]] == ids(
        run("similar", "notes", "-c", TEA[0], "-n", "3")
    )


@pytest.mark.usefixtures("notes")
def test_vectors_go_out_for_the_projector(run: Run, tmp_path: Path) -> None:
    run("embed", "notes", "odd\tid\nof two lines", "-c", "# A title\n\ntext")
    run("export", "notes", "notes.tsv")
    # As the Embedding Projector reads them: a row a line, tabs between cells, a header where there are several columns.
    numbers = [line.split("\t") for line in (tmp_path / "notes.tsv").read_text().splitlines()]
    head, *labels = [line.split("\t") for line in (tmp_path / "notes.metadata.tsv").read_text().splitlines()]
    assert head == ["id", "title"]
    assert len(numbers) == len(labels) == 6
    assert all(len(row) == 256 for row in numbers)
    assert np.linalg.norm(np.array(numbers, dtype=float), axis=1) == pytest.approx(np.ones(6), abs=1e-5)
    assert labels[-1][0] == "odd id of two lines"


@pytest.mark.parametrize("words", [["map"], ["duplicates"], ["similar", "-c", "tea"]])
def test_an_empty_collection_gives_nothing(run: Run, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    run("embed-multi", "empty", "--files", "empty", "*.md")
    assert run(words[0], "empty", *words[1:]) == ""
    assert run("cluster", "empty", "3") == "[]\n"
    assert run("export", "empty", "empty.npy").startswith("empty.npy: 0 items")


@pytest.mark.usefixtures("notes")
def test_a_new_version_of_the_model_embeds_again(run: Run, encoder: FakeEncoder) -> None:
    encoder.fingerprint = "newer"
    for words in (["similar", "notes", "-c", "tea"], ["embed", "notes", "a", "-c", "tea"]):
        assert "Run: semblance collections embed-again notes" in run(*words, status=1)
    encoder.encoded.clear()
    assert run("collections", "embed-again", "notes") == ""
    assert sorted(encoder.encoded) == sorted([*TEA, *SEA])
    assert len(ids(run("similar", "notes", "-c", "tea"))) == 5


@pytest.mark.usefixtures("notes")
def test_another_model_is_asked_for_by_name(run: Run) -> None:
    words = ["similar", "notes", "-c", "tea", "-m", "semblance-multilingual"]
    assert "embed-again notes --model multilingual-e5-small" in run(*words, status=1)
    run("collections", "embed-again", "notes", "-m", "semblance-multilingual")
    assert len(ids(run(*words))) == 5
