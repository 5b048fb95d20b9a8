"""Whether records make sense together: pairings inside employment, answers inside scales.

Each rule is one query that finds the records which break it.
"""

from __future__ import annotations

from ingest.accounts import Accounts
from ingest.contract import TABLES, Table

# Several rows of one key are ordinary here: two courses on one day, two changes of one job.
KEYS_THAT_REPEAT = ("job_history", "learning", "recognitions")
# And of these, even identical rows may be two events, unless the whole records are identical.
ROWS_THAT_REPEAT = ("learning", "recognitions")
NPS_SCALE = (0, 10)

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


def check_programs(accounts: Accounts, *, has_programs: bool) -> None:
    """Quarantine what names a program that `programs`, where there is one, does not know.

    A program whose own record is in quarantine is known all the same.
    """
    if not has_programs:
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


def check_pairing_ids(accounts: Accounts, *, has_pairings: bool) -> None:
    """Quarantine what belongs to a pairing that is not kept, where there are pairings at all."""
    if not has_pairings:
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


def check_answers(accounts: Accounts) -> None:
    """Quarantine the records with an answer that is not a number on its item's scale."""
    low, high = NPS_SCALE
    accounts.quarantine(
        f"""
        with scales as (
            select
                survey_id,
                item_id,
                min(case when kind = 'nps' then coalesce(scale_min, {low}) else scale_min end)
                    as scale_min,
                max(case when kind = 'nps' then coalesce(scale_max, {high}) else scale_max end)
                    as scale_max,
            from rows_survey_items
            where kind in ('likert', 'nps')
            group by all
        ),
        scaled as (
            select r.*, s.scale_min, s.scale_max, try_cast(r.answer as double) as points
            from rows_survey_responses as r
            inner join scales as s on r.survey_id = s.survey_id and r.item_id = s.item_id
            where s.scale_min is not null and s.scale_max is not null
        )
        select
            _file,
            _record,
            _line,
            'outside_scale' as reason,
            'answer' as column_name,
            concat(item_id, ': ', answer, ', on a scale of ', scale_min, ' to ', scale_max)
                as found,
        from scaled
        where points is null or not points between scale_min and scale_max
        """
    )
    accounts.sweep("survey_responses")


def check_keys(accounts: Accounts, table: Table) -> None:
    """Keep one record per key: what says the same is a duplicate, what says otherwise waits."""
    if table.name in ROWS_THAT_REPEAT:
        return
    key = ", ".join(table.key)
    everything = ", ".join(column.name for column in table.columns)
    accounts.connection.execute(
        f"""
        create or replace table repeated_keys as
        with repeated as (select {key} from rows_{table.name} group by all having count(*) > 1),
        ranked as (
            select
                _file,
                _record,
                _line,
                row_number() over (partition by {key} order by _file, _record) as key_place,
                row_number() over (partition by {everything} order by _file, _record) as row_place,
            from rows_{table.name}
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
    accounts.drop_duplicates("select _file, _record from repeated_keys where same_n = rows_n")
    if table.name not in KEYS_THAT_REPEAT:
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
    with moves as (
        select
            employee_id,
            effective_on,
            bool_and(event = 'exit') as is_out,
        from rows_job_history
        group by all
    ),
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


assert set(KEYS_THAT_REPEAT) <= set(TABLES)  # noqa: S101 - names of the contract
