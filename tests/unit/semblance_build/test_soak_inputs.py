"""The short form of ``python build.py soak inputs``: malformed files of all formats, and bombs."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semblance.ingest.formats import READ_BY_SUFFIX
from semblance_build.soak import inputs
from semblance_build.soak.reading import Reader, read_one
from semblance_build.soak.specimens import PARTS, SUFFIXES, packed, specimen


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


@st.composite
def faulty(draw: st.DrawFn) -> tuple[str, bytes]:
    """A name of any format with any bytes, or with a well-formed file in which any bytes stand for some."""
    suffix = draw(st.sampled_from(SUFFIXES))
    if draw(st.booleans()):
        return f"tea{suffix}", draw(st.binary(max_size=300))
    if suffix not in PARTS:
        return f"tea{suffix}", draw(spliced(specimen(suffix)))
    part = draw(st.sampled_from(sorted(PARTS[suffix])))
    return f"tea{suffix}", packed({**PARTS[suffix], part: draw(spliced(PARTS[suffix][part].encode()))})


@st.composite
def spliced(draw: st.DrawFn, data: bytes) -> bytes:
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, len(data)))
    return data[:start] + draw(st.binary(max_size=20) | st.text(max_size=20).map(str.encode)) + data[end:]


@given(file=faulty())
@settings(max_examples=500, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_of_any_format_give_documents_or_named_failures(file: tuple[str, bytes]) -> None:
    assert read_one(*file).fault == ""
