"""What one pass over a file's bytes tells of its quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.files.readers import scan


@pytest.mark.parametrize("chunk_bytes", [1, 2, 3, 5, 1 << 20])
@pytest.mark.parametrize(
    ("text", "is_spaced"),
    [
        # At the edge of a cell, or of the file, or beyond so many spaces that nobody knows.
        ('a, "b"\n', True),
        ('"b" ,c\n', True),
        (' "b",c\n', True),
        ('"b"  \n', True),
        ('a,"b"   ', True),
        ('a;  "b"\n', True),
        ('x         ""b\n', True),
        ('"he said ""no"" -"\n', True),
        # Inside a cell, between words.
        ('"he said ""no"" to it"\n', False),
        ('a 5" disk and "more" of it,b\n', False),
        ('"a","b"\n', False),
    ],
)
def test_a_quote_beside_a_space_counts_at_the_edge_of_a_cell(
    text: str,
    is_spaced: bool,
    chunk_bytes: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scan, "CHUNK_BYTES", chunk_bytes)
    path = tmp_path / "export.csv"
    path.write_text(text, encoding="utf-8")
    assert scan.scan_file(path).has_spaced_quote == is_spaced
