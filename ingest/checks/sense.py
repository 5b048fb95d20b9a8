"""Whether records make sense together: pairings inside employment, keys that are one record's.

Each rule is one query that finds the records which break it.
"""

from __future__ import annotations

import pandas as pd

from ingest.checks.employment import comings_and_goings
from ingest.contract import Table
from ingest.records.accounts import Accounts
from ingest.records.repeats import repeated_hashes

# Of these, even identical rows may be two events, unless the whole records are identical.
ROWS_THAT_REPEAT = ("identifiers", "learning", "recognitions")

FOUND_NOTHING = "cast(null as varchar) as column_name, cast(null as varchar) as found"


def check_pairings(accounts: Accounts) -> None:
    """Quarantine pairings of one person, that end before they start, or outside employment."""
    accounts.quarantine(
        """
        select
            _file,
            _record,
            _line,
            'self_mentoring' as reason,
            'mentee_id' as column_name,
            cast(null as varchar) as found,
        from rows_pairings
        where mentor_id = mentee_id
        """
    )
    accounts.quarantine(
        """
        select
            _file,
            _record,
            _line,
            'end_before_start' as reason,
            'ended_on' as column_name,
            concat(ended_on, ' before the start on ', started_on) as found,
        from rows_pairings
        where ended_on < started_on
        """
    )
    for column in ("mentor_id", "mentee_id"):
        accounts.quarantine(_outside_employment(column))
    accounts.sweep("pairings")


def check_programs(accounts: Accounts) -> None:
    """Quarantine what names a program that `programs`, where there is one, does not know.

    A program whose own record is in quarantine is known all the same.
    """
    if not accounts.has("programs"):
        return
    for table in ("enrollments", "pairings", "survey_responses"):
        accounts.quarantine(
            f"""
            select
                _file,
                _record,
                _line,
                'unknown_program' as reason,
                'program_id' as column_name,
                program_id as found,
            from rows_{table}
            where program_id is not null
            and program_id not in (select said from said_ids where table_name = 'programs')
            """
        )
        accounts.sweep(table)


def check_pairing_ids(accounts: Accounts) -> None:
    """Quarantine what belongs to a pairing that is not kept, where there are pairings at all."""
    if not accounts.has("pairings"):
        return
    for table in ("meetings", "goals", "feedback", "exposures"):
        accounts.quarantine(
            f"""
            select
                _file,
                _record,
                _line,
                case
                    when pairing_id in (select said from said_ids where table_name = 'pairings')
                        then 'pairing_quarantined'
                    else 'unknown_pairing'
                end as reason,
                'pairing_id' as column_name,
                pairing_id as found,
            from rows_{table}
            where pairing_id is not null
            and pairing_id not in (select pairing_id from rows_pairings)
            """
        )
        accounts.sweep(table)


def note_mutual_mentoring(accounts: Accounts) -> None:
    """Note pairings of two people who mentor each other at one time.

    In a reverse or peer program that is what is meant.
    """
    if not accounts.has("pairings"):
        return
    accounts.note_found(
        """
        with pairings as (
            select p.*, coalesce(g.program_type in ('reverse', 'peer'), false) as is_either_way
            from rows_pairings as p
            left join rows_programs as g on p.program_id = g.program_id
        )
        select a._file, 'mutual_mentoring' as reason, count(distinct a._record) as rows_n
        from pairings as a
        inner join pairings as b
            on
                a.mentor_id = b.mentee_id
                and a.mentee_id = b.mentor_id
                and a.started_on <= coalesce(b.ended_on, date '9999-12-31')
                and b.started_on <= coalesce(a.ended_on, date '9999-12-31')
        where not (a.is_either_way or b.is_either_way)
        group by all
        """
    )


def check_keys(accounts: Accounts, table: Table) -> None:
    """Keep one record per key: what says the same is a duplicate, what says otherwise waits."""
    if table.name in ROWS_THAT_REPEAT:
        return
    connection, key = accounts.connection, ", ".join(table.key)
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
    accounts.drop_duplicates("select _file, _record from repeated_keys where same_n = rows_n")
    if not table.may_repeat_key:
        accounts.quarantine(
            f"select _file, _record, _line, 'conflicting_key' as reason, {FOUND_NOTHING} "
            "from repeated_keys where same_n < rows_n"
        )
    accounts.sweep(table.name)


def _outside_employment(column: str) -> str:
    """Return the query of pairings whose person was not employed on the first day.

    A person of whom job_history says nothing is left alone: nothing contradicts the pairing.
    """
    return f"""
    with moves as ({comings_and_goings()}),
    pairings as (
        select * from rows_pairings where {column} in (select employee_id from moves)
    )
    select
        p._file,
        p._record,
        p._line,
        'outside_employment' as reason,
        'started_on' as column_name,
        concat(p.started_on, case
            when m.effective_on is null then ', before the first day of the '
            else concat(', after the exit on ', m.effective_on, ' of the ')
        end, '{column.removesuffix("_id")}') as found,
    from pairings as p
    asof left join moves as m
        on p.{column} = m.employee_id and p.started_on >= m.effective_on
    where m.effective_on is null or m.is_out
    """
