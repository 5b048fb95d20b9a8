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


def drop_repeated_records(
    ledger: Ledger,
    file: int,
    hashes: str,
    *,
    earlier: Sequence[str],
    alike: str | None = None,
) -> None:
    """Count an export's records as duplicates where an earlier record says the same.

    Args:
        ledger: what became of each record.
        file: the export's number.
        hashes: the query or relation of its `record_hashes`.
        earlier: those of the files of its source that are read before it.
        alike: the query of its `quick_hashes`, where there is nothing earlier.
    """
    connection = ledger.connection
    if alike is not None and not len(repeated_hashes(connection, alike)):
        return
    candidates = repeated_hashes(connection, f"select low from {hashes} as hashed")
    for other in earlier:
        crossing = connection.execute(
            f"select distinct low from {other} as other semi join {hashes} as own using (low)"
        ).fetchnumpy()["low"]
        candidates = np.union1d(candidates, np.array(crossing, dtype=np.uint64))
    if not len(candidates):
        return
    connection.register("repeated_lows", pd.DataFrame({"low": candidates}))
    relations = " union all ".join(
        f"select {place} as place, _record, low, high from {relation} as hashed "
        "semi join repeated_lows using (low)"
        for place, relation in enumerate([*earlier, hashes])
    )
    ledger.drop_duplicates(
        f"""
        select {file} as _file, _record
        from (
            select
                place,
                _record,
                row_number() over (partition by low, high order by place, _record) as nth,
            from ({relations})
        )
        where nth > 1 and place = {len(earlier)}
        """
    )
    connection.unregister("repeated_lows")
