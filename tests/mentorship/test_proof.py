"""The search finds somebody wherever something can be packed, and nobody else."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import duckdb
import pytest

from mentorship.proof import needles_of, search
from workspace.folder import Workspace

NEEDLES = needles_of(
    {"E0417", "Zoë.Orne@corp.example", "hub\x1fp-7700", "12"},
    names={("Zoë", "Orne")},
    keys={"ab" * 32},
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path)
    workspace.prepare()
    workspace.exports.mkdir()
    return workspace


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize(
    "text",
    [
        "E0417",
        "e0417,",
        "zoë.orne@CORP.example",
        "p-7700",
        "ORNE, ZOË",
        "Zoe\u0308 Orne",
        "AB" * 32,
    ],
)
def test_text_is_found_in_every_encoding_and_case(
    workspace: Workspace, text: str, encoding: str
) -> None:
    if encoding == "cp1252" and "\u0308" in text:
        return
    (workspace.state / "left.log").write_bytes(f"a line\nfrom {text}\n".encode(encoding))
    assert search(workspace, NEEDLES).found == ("state/left.log",)


@pytest.mark.parametrize("text", ["E04170", "AE0417", "azoë.orne@corp.example", "12", "Zoë Ornel"])
def test_a_longer_word_and_a_number_are_nobody(workspace: Workspace, text: str) -> None:
    (workspace.state / "left.log").write_text(f"from {text}\n", encoding="utf-8")
    proof = search(workspace, NEEDLES)
    assert proof.found == ()
    assert (proof.files_n, proof.too_short) == (1, 1)


def test_escapes_are_found(workspace: Workspace) -> None:
    (workspace.state / "a.json").write_text('"Zo\\u00eb Orne"')
    (workspace.state / "b.html").write_text("mailto:Zo%C3%AB.Orne%40corp.example")
    assert search(workspace, NEEDLES).found == ("state/a.json", "state/b.html")


def test_packed_bytes_are_found(workspace: Workspace) -> None:
    with gzip.open(workspace.state / "old.log.gz", "wb") as packed:
        packed.write(b"E0417")
    with zipfile.ZipFile(workspace.state / "old.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet1.xml", "<c>p-7700</c>")
    assert search(workspace, NEEDLES).found == ("state/old.log.gz", "state/old.xlsx")


def test_cells_of_parquet_and_databases_are_found(workspace: Workspace) -> None:
    """Dictionaries and their compression hide a text from whoever looks at bytes alone."""
    rows = "select 'E0417' as who, i from range(10000) t(i) union all select 'E9', 1"
    with duckdb.connect(str(workspace.state / "x.duckdb")) as connection:
        connection.execute(f"create table t as {rows}")
        connection.execute("create table empty (who varchar)")
        connection.execute(
            f"copy ({rows}) to '{workspace.state / 'x.parquet'}' (format parquet, compression zstd)"
        )
    proof = search(workspace, NEEDLES)
    assert {"state/x.duckdb, main.t", "state/x.parquet, columns"} <= set(proof.found)
    assert "state/x.duckdb, main.empty" not in proof.found
    assert proof.tables_n == 3


def test_within_a_longer_cell_of_others_bytes_tell_nobody(workspace: Workspace) -> None:
    """A pseudonym is any 64 digits from 0 to f, and so may spell somebody's id."""
    path = workspace.state / "x.duckdb"
    others = ["0e0417" + "7" * 58, "E04170", "é E0417e"]
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t as select unnest($1) as who", [others])
    assert b"e0417" in path.read_bytes().lower()
    assert search(workspace, NEEDLES).found == ()
    with path.open("ab") as file:
        file.write(b"\0E0417\0")
    assert search(workspace, NEEDLES).found == ("state/x.duckdb",)


def test_a_name_of_a_file_is_found(workspace: Workspace) -> None:
    (workspace.state / "E0417.csv").write_text("nobody")
    assert search(workspace, NEEDLES).found == ("state/E0417.csv",)


def test_exports_are_named_with_their_lines_and_are_no_failure(workspace: Workspace) -> None:
    (workspace.exports / "a.csv").write_text("id\nE0417\nE9\ne0417\n")
    (workspace.exports / "b.csv").write_text("id\nE9\n")
    proof = search(workspace, NEEDLES)
    assert (proof.found, proof.exports) == ((), {"exports/a.csv": 2})
