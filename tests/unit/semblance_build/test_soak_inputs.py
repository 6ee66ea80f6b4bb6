"""The short form of ``python build.py soak inputs``: malformed files of all formats, and bombs."""

from __future__ import annotations

from semblance.ingest.formats import READ_BY_SUFFIX
from semblance_build.soak import inputs
from semblance_build.soak.reading import Reader, read_one
from semblance_build.soak.specimens import SUFFIXES, specimen


def test_there_is_a_well_formed_file_of_each_format() -> None:
    assert set(SUFFIXES) >= READ_BY_SUFFIX
    for suffix in SUFFIXES:
        reading = read_one(f"tea{suffix}", specimen(suffix))
        assert (reading.fault, reading.errors) == ("", ()), suffix
        assert reading.documents, suffix


def test_malformed_files_and_bombs_give_documents_or_named_errors() -> None:
    outcome = inputs.soak(number=600, seed=1)
    assert outcome.faults == []
    assert outcome.tried == 600 + outcome.figures["bombs"]
    assert outcome.figures["with documents"] > 100
    assert outcome.figures["with named errors only"] > 100


def test_a_file_that_ends_the_process_is_a_fault_and_the_next_is_read() -> None:
    with Reader() as reader:
        reader._process.kill()
        reader._process.join()
        assert reader.read("a.txt", b"Tea").fault == "it ended the process"
        assert reader.read("a.txt", b"Tea").documents == 1
