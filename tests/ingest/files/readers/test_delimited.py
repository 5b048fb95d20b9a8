"""Both ways of reading a delimited file, and what they refuse."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.files.readers import delimited, relation
from ingest.files.readers.delimited import land
from ingest.files.readers.heads import table_head
from ingest.files.readers.landing import Landing, Options
from workspace.errors import ConfigError, DataRefused


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
        yield connection


def read(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    content: str | bytes,
    *,
    is_exact: bool = False,
    **options: Any,
) -> tuple[Landing, list[tuple[Any, ...]]]:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    landing = land(
        connection,
        path,
        name="landed",
        shown=path.name,
        find_head=table_head,
        options=Options(**options),
        is_exact=is_exact,
    )
    return landing, connection.execute("select * from landed order by _record").fetchall()


@pytest.mark.parametrize("is_exact", [False, True])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a,b\n1,2\n3,4\n", [(1, 2, "1", "2"), (2, 3, "3", "4")]),
        ("\ufeffa,b\r\n1,2\r\n", [(1, 2, "1", "2")]),
        ("a,b\r1,2\r3,4\r", [(1, 2, "1", "2"), (2, 3, "3", "4")]),
        ("a;b\n1,5;2\n", [(1, 2, "1,5", "2")]),
        ("a\tb\n1\t2\n", [(1, 2, "1", "2")]),
        ("a|b\n1|\n", [(1, 2, "1", None)]),
        ("sep=;\na;b\n1;2\n", [(1, 3, "1", "2")]),
        ('a,"b\nb"\n"x\ny",2\n3,4\n', [(1, 3, "x\ny", "2"), (2, 5, "3", "4")]),
        ('a,b\n"said ""no""",2', [(1, 2, 'said "no"', "2")]),
        ("a,b\n\n1,2\n\n3,4\n", [(1, 3, "1", "2"), (2, 5, "3", "4")]),
        ("a,b\n", []),
        ("a\n1\n2\n", [(1, 2, "1"), (2, 3, "2")]),
        ('a,b\n,""\n', [(1, 2, None, None)]),
        ("a,b\n1,2,,\n", [(1, 2, "1", "2")]),
        ("a,b,,\n1,2\n3,4,\n", [(1, 2, "1", "2", None, None), (2, 3, "3", "4", None, None)]),
        ("a,b,,\n1,2", [(1, 2, "1", "2", None, None)]),
        ("\n\na,b\n1,2\n", [(1, 4, "1", "2")]),
        ("List\n\na,b\n1,2\n3,4", [(1, 4, "1", "2"), (2, 5, "3", "4")]),
        ('"A list,\nof May",\na,b,c\n1,2,3\n', [(1, 4, "1", "2", "3")]),
        ('"sep=;"\r\na;b\r\n1;2\r\n', [(1, 3, "1", "2")]),
        ("sep=\t\na\tb\n1,5\t2\n", [(1, 3, "1,5", "2")]),
        ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", [(n, n + 1, "1,5", "2,5", "3,5") for n in (1, 2)]),
        ("a,b\nx|||y,1\nx|||y|||z,2\n", [(1, 2, "x|||y", "1"), (2, 3, "x|||y|||z", "2")]),
        ("a,b\n5\" pipe,it's\n", [(1, 2, '5" pipe', "it's")]),
    ],
)
def test_every_record_is_read_with_its_number_and_its_line(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    content: str,
    expected: list[tuple[Any, ...]],
    is_exact: bool,
) -> None:
    landing, rows = read(connection, tmp_path, content, is_exact=is_exact)
    assert rows == expected
    assert (landing.records_n, landing.misfits) == (len(expected), ())


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("a,b\nMüller,€\n".encode("utf-16"), None),
        ("a,b\nMüller,€\n".encode("cp1252"), "cp1252"),
        ("a,b\nMüller,€\n".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_other_encodings_are_read_by_their_mark_or_by_name(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes, encoding: str | None
) -> None:
    assert read(connection, tmp_path, content, encoding=encoding)[1] == [(1, 2, "Müller", "€")]


def test_a_record_that_does_not_fit_is_kept_apart_and_the_rest_is_read(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    content = 'a,b\n1,2\n3\n4,5,6\n"7"x,8\n9,10\n'
    landing, rows = read(connection, tmp_path, content)
    assert rows == [(1, 2, "1", "2"), (5, 6, "9", "10")]
    assert [(m.record, m.line, m.reason, m.cells) for m in landing.misfits] == [
        (2, 3, "ragged_row", ("3",)),
        (3, 4, "ragged_row", ("4", "5", "6")),
        (4, 5, "broken_quotes", ('"7"x,8\n',)),
    ]
    assert landing.records_n == 5


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", 1, "empty"),
        (b"\n \n", 1, "empty"),
        (b'a,b\n1,2\n3,"4\n5,6\n', 3, "never closes"),
        (b"a,b\n1,2\n3,\x004\n", 3, "bytes of zero"),
        ("a,b\n1,2\n".encode("utf-16-le") + "€,ü\n".encode("utf-16-be") * 9, 1, "bytes of zero"),
        (b"a,b\n1,2\n\x81,3\n", 3, "its encoding cannot be told"),
        (b"a,b,c\n1,2,3\n4,5", 3, "ends in the middle of a record"),
        (b'a,b,c\n1,2,3\n4,"5', 3, "never closes"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], 2, "not UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes, line: int, says: str
) -> None:
    with pytest.raises(DataRefused, match=says) as refusal:
        read(connection, tmp_path, content)
    assert (refusal.value.place.file, refusal.value.place.line) == ("export.csv", line)
    assert refusal.value.to_do


RECORDS = [f"E{n},2020-01-0{n},hire,Sales,{n}" for n in range(1, 9)]


def with_lines(changes: dict[int, str]) -> str:
    """Return a table of five columns in which these records, counted from 0, stand otherwise."""
    body = [changes.get(n, record) for n, record in enumerate(RECORDS)]
    return "\n".join(["id,day,event,team,level", *body, ""])


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        # What the next quote closes, in the same column, in another one, or before more text.
        ({1: 'E2,2020-01-02,"hire,Sales,2', 6: 'E7,2020-01-07,hire",Sales,7'}, 3),
        ({1: 'E2,2020-01-02,"hire,Sales,2', 6: 'E7,2020-01-07,"hire,Sales,7'}, 3),
        ({1: 'E2,2020-01-02,"hire,Sales,2', 6: 'E7,2020-01-07,hire,Sales,"7"'}, 3),
        ({1: '"E2, the 2nd",2020-01-02,"hire,Sales,2', 4: 'E5,2020-01-05,hire",Sales,5'}, 3),
        # A record among those taken in may be short.
        ({0: 'E1,2020-01-01,hire,"Sales,1', 2: "E3", 5: 'E6,2020-01-06,hire,Sales",6'}, 2),
        ({4: 'E5,"2020-01-05,hire,Sales,5', 6: 'E7,2020-01-07",hire,Sales,7'}, 6),
    ],
)
@pytest.mark.parametrize("is_exact", [False, True])
def test_a_quote_that_takes_in_records_refuses_the_file(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    changes: dict[int, str],
    line: int,
    is_exact: bool,
) -> None:
    with pytest.raises(DataRefused, match="takes in the records") as refusal:
        read(connection, tmp_path, with_lines(changes), is_exact=is_exact)
    assert refusal.value.place.line == line
    assert "most of which have 5 cells" in str(refusal.value.found)


@pytest.mark.parametrize(
    "comment",
    [
        "Dear all,\nthanks, everybody, for this, well, year,\nbye, now, for, ever, ever",
        "one\ntwo\n\nthree",
        # A table that somebody pasted, of another width, and of the same.
        "a,b,c\n1,2,3\n4,5,6\n7,8,9",
        "see:\na,b,c,d,e\n1,2,3,4,5\n1,2,3,4,5\n1,2,3,4,5",
        'said:\n"a,b,c,d,e"\n"a,b,c,d,e"\n"a,b,c,d,e"\nbye',
    ],
)
@pytest.mark.parametrize("place", [2, 3])
@pytest.mark.parametrize("is_exact", [False, True])
def test_a_comment_of_several_lines_is_a_cell(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    comment: str,
    place: int,
    is_exact: bool,
) -> None:
    cells = ["E1", "2020-01-01", "hire", "Sales", "1"]
    cells[place] = comment
    quoted = ",".join('"{}"'.format(cell.replace('"', '""')) for cell in cells)
    _, rows = read(connection, tmp_path, with_lines({0: quoted}), is_exact=is_exact)
    assert (len(rows), rows[0][2:]) == (8, tuple(cells))


@pytest.mark.parametrize("is_exact", [False, True])
def test_a_comment_in_a_narrow_table_is_a_cell(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, is_exact: bool
) -> None:
    comment = "\n".join(["Dear all,", *["well, yes", "good,bad"] * 2, "bye, now"])
    content = f'id,comment\n1,"{comment}"\n2,b\n'
    _, rows = read(connection, tmp_path, content, is_exact=is_exact)
    assert rows == [(1, 2, "1", comment), (2, 8, "2", "b")]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_last_line_without_an_end_is_said(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str
) -> None:
    whole = "a,b\n1,ü\n".encode(encoding)
    assert read(connection, tmp_path, whole, encoding=encoding)[0].remarks == ()
    landing, rows = read(connection, tmp_path, whole[:-1], encoding=encoding)
    assert rows == [(1, 2, "1", "ü")]
    assert landing.remarks == (delimited.NOT_ENDED,)


@pytest.mark.parametrize("is_exact", [False, True])
def test_what_is_no_record_is_set_aside_in_both_ways(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, is_exact: bool
) -> None:
    content = "a,b\n1,2\na,b\n3,4\nTotal,6\n"
    landing, rows = read(connection, tmp_path, content, is_exact=is_exact)
    assert rows == [(1, 2, "1", "2"), (3, 4, "3", "4")]
    assert [(m.record, m.line, m.reason, m.cells) for m in landing.misfits] == [
        (2, 3, "repeated_header", ("a", "b")),
        (4, 5, "footer_row", ("Total", "6")),
    ]
    assert landing.records_n == 4


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        ("a;b\n1;2\n", "cells are separated by semicolons, told by its first lines."),
        ("sep=|\na|b\n1|2\n", "cells are separated by vertical bars, as its first line says."),
        ("a\tb\n1\t2\n", "cells are separated by tabs, told by its first lines."),
    ],
)
def test_a_separator_that_is_no_comma_is_said_unless_the_user_says_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: str, remark: str
) -> None:
    assert read(connection, tmp_path, content)[0].remarks == (remark,)
    delimiter = content.rstrip()[-2]
    assert read(connection, tmp_path, content, delimiter=delimiter)[0].remarks == ()


def test_the_headers_that_are_waited_for_tell_the_separator(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    content = "id;name, first\n1;2\n"
    landing, _ = read(connection, tmp_path, content, wanted=("id", "name, first"))
    assert landing.head.names == ("id", "name, first")


def test_a_cell_of_ten_megabytes_is_a_cell(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    long = "x" * (10 << 20)
    _, rows = read(connection, tmp_path, f'a,b\n1,"{long}"\n2,3\n')
    assert rows == [(1, 2, "1", long), (2, 3, "2", "3")]


def test_a_cell_without_quotes_that_is_too_large_is_refused_as_such(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "LARGEST_CELL", 1000)
    with pytest.raises(DataRefused, match="cell of the export is too large") as refusal:
        read(connection, tmp_path, f"a,b\n1,2\n3,{'x' * 1001}\n", is_exact=True)
    assert refusal.value.place.line == 3


def test_more_misfits_than_fit_the_memory_refuse_the_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relation, "MISFITS_MAX", 2)
    with pytest.raises(DataRefused, match="Too many records") as refusal:
        read(connection, tmp_path, "a,b\n1\n2\n3\n")
    assert refusal.value.place.line == 2


def test_a_line_without_end_refuses_the_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "LONGEST_LINE", 1000)
    with pytest.raises(DataRefused, match="does not end") as refusal:
        read(connection, tmp_path, "a,b\n1,2\n" + "x" * 1000)
    assert refusal.value.place.line == 3


def test_an_unknown_encoding_is_a_mistake_in_the_configuration(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="utf-9"):
        read(connection, tmp_path, "a,b\n", encoding="utf-9")


CELLS = st.text(alphabet='ab1 "\n,;\té\u00a0\ufeff', max_size=6)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8)
)


@pytest.mark.slow
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=TABLES, ending=st.sampled_from(["\n", "\r\n"]), quoting=st.sampled_from([0, 1]))
def test_both_ways_of_reading_lead_to_the_same_table(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    rows: list[list[str]],
    ending: str,
    quoting: int,
) -> None:
    width = len(rows[0]) if rows else 2
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ending, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow([f"h{n}" for n in range(width)])
    writer.writerows(rows)
    fast, fast_rows = read(connection, tmp_path, out.getvalue())
    exact, exact_rows = read(connection, tmp_path, out.getvalue(), is_exact=True)
    assert fast_rows == exact_rows
    assert [row[2:] for row in exact_rows] == [tuple(c or None for c in row) for row in rows]
    assert fast.records_n == exact.records_n == len(rows)


@pytest.mark.slow
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=st.text(alphabet='ab1 ",\n\r', max_size=40)
    | st.lists(
        st.sampled_from(["h0,h1\n", "Total,2\n", "Total\n", "1,2\n", "1\n", "\n", '"a\nb",c\n']),
        max_size=8,
    ).map("".join)
)
def test_any_text_is_read_alike_or_refused_alike(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, body: str
) -> None:
    outcomes: list[object] = []
    for is_exact in (False, True):
        try:
            landing, rows = read(connection, tmp_path, "h0,h1\n" + body, is_exact=is_exact)
        except DataRefused as refusal:
            outcomes.append(str(refusal))
        else:
            outcomes.append((rows, landing.misfits, landing.records_n))
            assert landing.records_n == len(rows) + len(landing.misfits)
    assert outcomes[0] == outcomes[1]
