"""Whether pairings, and what belongs to them, fit employment, programs and each other.

Each rule is one query that finds the records which break it.
"""

from __future__ import annotations

from ingest.columns.histories.presence import comings_and_goings
from ingest.columns.tables import Load


def check_pairings(load: Load) -> None:
    """Quarantine pairings of one person, that end before they start, or outside employment."""
    load.ledger.quarantine(
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
    load.ledger.quarantine(
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
        load.ledger.quarantine(_outside_employment(column))
    load.tables.sweep("pairings")


def check_programs(load: Load) -> None:
    """Quarantine what names a program that `programs`, where there is one, does not know.

    A program whose own record is in quarantine is known all the same.
    """
    if not load.exports.fill("programs"):
        return
    for table in ("enrollments", "pairings", "survey_responses"):
        load.ledger.quarantine(
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
            and program_id not in (select identifier from known_ids where table_name = 'programs')
            """
        )
        load.tables.sweep(table)


def check_pairing_ids(load: Load) -> None:
    """Quarantine what belongs to a pairing that is not kept, where there are pairings at all."""
    if not load.exports.fill("pairings"):
        return
    for table in ("meetings", "goals", "feedback", "exposures"):
        load.ledger.quarantine(
            f"""
            select
                _file,
                _record,
                _line,
                case
                    when pairing_id in (
                        select identifier from known_ids where table_name = 'pairings'
                    )
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
        load.tables.sweep(table)


def note_mutual_mentoring(load: Load) -> None:
    """Note pairings of two people who mentor each other at one time.

    In a reverse or peer program that is what is meant.
    """
    if not load.exports.fill("pairings"):
        return
    load.ledger.note_flaws(
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
