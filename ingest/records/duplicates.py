"""What stands twice: records and keys, told by hashes before anything is compared.

Hashes of 64 bits say cheaply that nothing is repeated, which is the rule. Only what may be repeated
is looked at again: records by 96 bits under the workspace's key, keys by themselves.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from ingest.records.ledger import Ledger

# Hexadecimal digits of a header's mark.
MARK_DIGITS = 12

Hashes = npt.NDArray[np.uint64]


def repeated_hashes(connection: duckdb.DuckDBPyConnection, query: str) -> Hashes:
    """Return the values that stand more than once in the one column (ubigint) of a query."""
    (column,) = connection.execute(query).fetchnumpy().values()
    hashes = np.array(column, dtype=np.uint64)
    hashes.sort()
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def record_hashes(landed: str, headers: Sequence[str], *, day: dt.date | None, key: bytes) -> str:
    """Return the query of an export's records that are not empty: `_record, low, high`.

    Records of two files have the same hashes when they say the same under the same headers, in
    whatever order these stand, and of the same day, where the files' names say one. The headers'
    marks are secret, so nobody can write a cell that looks like two, nor try out records.
    """
    seen: Counter[str] = Counter()
    names: list[tuple[int, str]] = []
    for name in map(str.strip, headers):
        names.append((seen[name], name))
        seen[name] += 1
    described = "" if day is None else f"{day} "
    marks = {
        hmac.digest(key, f"{described}header {earlier_n} {name}".encode(), hashlib.sha256).hex(): n
        for n, (earlier_n, name) in enumerate(names)
    }
    cells = ", ".join(f"'{mark[:MARK_DIGITS]}' || c{n}" for mark, n in sorted(marks.items()))
    every = ", ".join(f"c{n}" for n in range(len(names)))
    return (
        "select _record, cast(cells_hash & 18446744073709551615 as ubigint) as low, "
        "cast((cells_hash >> 64) & 4294967295 as uinteger) as high from ("
        f"select _record, md5_number(concat_ws(chr(31), {cells})) as cells_hash "
        f"from {landed} where coalesce({every}) is not null) as hashed"
    )


def quick_hashes(landed: str, headers: Sequence[str]) -> str:
    """Return the query of hashes that are quicker, and fit to tell that nothing is repeated."""
    cells = ", ".join(f"c{n}" for n in range(len(headers)))
    return f"select hash({cells}) from {landed} where coalesce({cells}) is not null"


class SeenRecords:
    """The records of a source's files so far, by their hashes: `seen_records`, each of them once.

    What is asked of a file is asked of this one table, however many files came before it.

    Args:
        ledger: what became of each record.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._last: int | None = None

    def drop_repeated(self, file: int, hashes: str) -> None:
        """Count a file's records as duplicates where an earlier record of its source says the same.

        Args:
            file: the export's number; asked again of the last file, nothing changes.
            hashes: the query or relation of its `record_hashes`.
        """
        if file == self._last:
            return
        connection, is_first = self._ledger.connection, self._last is None
        self._last = file
        if is_first:
            connection.execute(
                f"create or replace table seen_records as select low, high from {hashes} limit 0"
            )
        lows = repeated_hashes(connection, f"select low from {hashes} as hashed")
        if not is_first:
            crossing = connection.execute(
                f"select distinct low from seen_records semi join {hashes} as own using (low)"
            ).fetchnumpy()["low"]
            lows = np.union1d(lows, np.array(crossing, dtype=np.uint64))
        new = f"select low, high from {hashes} as own"
        if len(lows):
            _drop(self._ledger, file, hashes, lows, seen="seen_records")
            new = f"select distinct low, high from ({new}) anti join seen_records using (low, high)"
        connection.execute(f"insert into seen_records {new}")


def drop_repeated_records(ledger: Ledger, file: int, hashes: str, *, alike: str) -> None:
    """Count an export's records as duplicates where an earlier one of its records says the same.

    Args:
        ledger: what became of each record.
        file: the export's number, the only one of its source.
        hashes: the query or relation of its `record_hashes`.
        alike: the query of its `quick_hashes`.
    """
    if len(repeated_hashes(ledger.connection, alike)):
        lows = repeated_hashes(ledger.connection, f"select low from {hashes} as hashed")
        _drop(ledger, file, hashes, lows, seen=f"(select low, high from {hashes} limit 0)")


def _drop(ledger: Ledger, file: int, hashes: str, lows: Hashes, *, seen: str) -> None:
    """Count as duplicates the records with one of these hashes that say what another one says.

    Args:
        ledger: what became of each record.
        file: the number of their file.
        hashes: the query or relation of all its records.
        lows: the hashes.
        seen: the relation of the hashes that stood in earlier files.
    """
    ledger.connection.register("repeated_lows", pd.DataFrame({"low": lows}))
    ledger.drop_duplicates(
        f"""
        select {file} as _file, _record
        from (
            select
                _record,
                row_number() over (partition by low, high order by _record) as nth,
                s.low is not null as is_seen,
            from (from {hashes} semi join repeated_lows using (low)) as own
            left join {seen} as s using (low, high)
        )
        where nth > 1 or is_seen
        """
    )
    ledger.connection.unregister("repeated_lows")
