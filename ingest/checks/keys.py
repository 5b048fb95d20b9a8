"""Whether a key is one record's."""

from __future__ import annotations

import pandas as pd

from ingest.columns.tables import Load
from ingest.contract import Table
from ingest.records.duplicates import repeated_hashes

# Of these, even identical rows may be two events, unless the whole records are identical.
ROWS_THAT_REPEAT = ("identifiers", "learning", "recognitions")

FOUND_NOTHING = "cast(null as varchar) as column_name, cast(null as varchar) as found"


def check_keys(load: Load, table: Table) -> None:
    """Keep one record per key: what says the same is a duplicate, what says otherwise waits."""
    if table.name in ROWS_THAT_REPEAT:
        return
    connection, key = load.connection, ", ".join(table.key)
    hashes = repeated_hashes(connection, f"select hash({key}) from rows_{table.name}")
    if not len(hashes):
        return
    connection.register("repeated_hashes", pd.DataFrame({"key_hash": hashes}))
    everything = ", ".join((*(column.name for column in table.raw_columns), "_mark"))
    connection.execute(
        f"""
        create or replace table repeated_keys as
        with candidates as (
            select * from rows_{table.name}
            where hash({key}) in (select key_hash from repeated_hashes)
        ),
        repeated as (select {key} from candidates group by all having count(*) > 1),
        ranked as (
            select
                _file,
                _record,
                _line,
                row_number() over (partition by {key} order by _file, _record) as key_place,
                row_number() over (partition by {everything} order by _file, _record) as row_place,
            from candidates
            semi join repeated using ({key})
        ),
        late as (
            select
                _file,
                _record,
                any_value(_line) as _line,
                count(*) filter (where row_place > 1) as same_n,
            from ranked
            group by _file, _record
            having bool_or(key_place > 1)
        ),
        sizes as (
            select _file, _record, count(*) as rows_n
            from rows_{table.name}
            semi join late using (_file, _record)
            group by _file, _record
        )
        select * from late inner join sizes using (_file, _record)
        """
    )
    connection.unregister("repeated_hashes")
    load.ledger.drop_duplicates("select _file, _record from repeated_keys where same_n = rows_n")
    if not table.may_repeat_key:
        load.ledger.quarantine(
            f"select _file, _record, _line, 'conflicting_key' as reason, {FOUND_NOTHING} "
            "from repeated_keys where same_n < rows_n"
        )
    load.tables.sweep(table.name)
