"""How `semblance embed-multi` is told how to read a table, and which list of a JSON file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unit.commands.conftest import Run, rows

SALES = "Nr;Titel;Ort\n1;Ofen;Kiel\n2;Rohr;Ulm\n"


def _added(run: Run, *options: str) -> dict[str, str]:
    """The texts that a file gives, by their ids."""
    run("embed-multi", "sales", *options, "--store")
    return {row["id"]: row["content"] for row in rows(run("similar", "sales", "-c", "Ofen"))}


@pytest.mark.parametrize(
    ("options", "texts"),
    [
        ([], {"1": "Ofen Kiel", "2": "Rohr Ulm"}),
        (["--id-column", "Titel"], {"Ofen": "1 Kiel", "Rohr": "2 Ulm"}),
        (["--id-column", "-", "--text-column", "3"], {"2": "Kiel", "3": "Ulm"}),
        (["--text-column", "Ort", "--text-column", "Titel"], {"1": "Kiel Ofen", "2": "Ulm Rohr"}),
        (["--no-header", "--text-column", "2"], {"Nr": "Titel", "1": "Ofen", "2": "Rohr"}),
        (["--skip-lines", "1", "--no-header", "--text-column", "2"], {"1": "Ofen", "2": "Rohr"}),
    ],
)
def test_options_say_how_a_table_is_read(
    run: Run, tmp_path: Path, options: list[str], texts: dict[str, str]
) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    assert _added(run, "sales.csv", *options) == texts


def test_a_delimiter_of_ones_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("id/text\n1/a, b\n2/c, d\n")
    assert _added(run, "sales.csv", "--delimiter", "/") == {"1": "a, b", "2": "c, d"}


def test_a_column_that_is_not_there_is_named(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    with pytest.raises(SystemExit):
        run("embed-multi", "sales", "sales.csv", "--text-column", "Preis")
    assert "there is no column Preis; there are Nr, Titel, Ort" in capsys.readouterr().err


def test_a_guess_that_is_not_sure_is_said(
    encoder: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from semblance import cli

    (tmp_path / "words.csv").write_text("Hund,dog\nKatze,cat\n")
    assert cli.main(["embed-multi", "words", "words.csv"]) == 0
    assert capsys.readouterr().err == (
        "words.csv: commas between columns; the first row is taken for their names (else give --no-header); "
        "id: Hund; text: dog\n"
    )


def test_a_list_is_chosen_by_its_key(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps({"mine": [{"id": 1, "text": "Ofen"}], "yours": [{"id": 2, "text": "Rohr"}]})
    )
    error = run("embed-multi", "sales", "a.json", status=3)
    assert "several lists (“mine”, “yours”)" in error
    assert "--list" in error
    assert _added(run, "a.json", "--list", "yours") == {"2": "Rohr"}


def test_what_was_read_in_a_way_that_is_not_obvious_is_told_once(
    encoder: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from semblance import cli

    (tmp_path / "a.csv").write_bytes(b"id,text\n1,caf\xc3\xa9\n2,na\xc3\xafve\n3,bad \xff byte\n")
    assert cli.main(["embed-multi", "words", "a.csv"]) == 0
    assert capsys.readouterr().err == "  1 and 2 more items: 1 byte that is not UTF-8 replaced by “\ufffd”\n"
