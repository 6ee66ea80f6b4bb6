"""A Parquet table of a collection, read by pyarrow itself."""

from __future__ import annotations

import json

from ecosystem.conftest import Programs

ROWS = [{"id": 1, "text": "Green tea", "kind": "tea"}, {"id": 2, "text": "The moon", "kind": "sky"}]
READ = """
import json
from pyarrow import parquet

table = parquet.read_table("notes.parquet")
assert table.schema.field("embedding").type.list_size == 384, table.schema
print(json.dumps(table.to_pylist()))
"""


def test_pyarrow_reads_what_was_exported(programs: Programs) -> None:
    programs.run("semblance", "embed-multi", "notes", "-", input=json.dumps(ROWS))
    assert programs.run("semblance", "export", "notes", "notes.parquet") == "notes.parquet: 2 items\n"
    first, second = json.loads(programs.run("python", "-c", READ))
    assert (first["id"], first["content"], json.loads(first["metadata"])["kind"]) == ("1", "Green tea", "tea")
    assert abs(sum(number * number for number in second["embedding"]) - 1) < 1e-4
