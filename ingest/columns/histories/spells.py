"""Today's state of each person, or one record per employment: hire, rehire and exit.

Such an export says what people are, not what they were: their department, level and the rest are
taken to hold since the start of the employment, or of the present job where that is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.columns.exports import Export
from ingest.columns.histories.columns import ATTRIBUTES
from ingest.columns.tables import Load
from ingest.files.remote.addresses import shown_path
from workspace.config import IngestConfig

_NOTHING = "cast(null as varchar) as found"
_STARTED = "greatest(hired_on, rehired_on)"


def derive_from_spells(load: Load, exports: Sequence[Export], _: IngestConfig) -> None:
    """Create `derived_rows`: the first and last day of each employment, and what is known between.

    Employments of one person that overlap or touch are one; the later ones are changes of it.
    """
    preset, connection = exports[0].mapping.preset, load.connection
    _quarantine_contradictions(load)
    _create_employments(load, out_after_days=preset.out_after_days)
    events = (
        # The start, with the present job where it is as old as the employment.
        (
            "is_first",
            "started_on",
            "case when island = 1 and not is_return then 'hire' else 'rehire' end",
            "not has_later_job",
        ),
        ("not is_first and started_on > first_started_on", "started_on", "'change'", "true"),
        ("has_later_job and not was_promoted_into_it", "in_job_since", "'change'", "true"),
        ("was_promoted", "promoted_on", "'promotion'", "promoted_on >= job_since"),
    )
    rows = " union all by name ".join(
        f"""
        select
            _file,
            _record,
            _line,
            employee_id,
            {day} as effective_on,
            {event} as event,
            {", ".join(f"case when {is_known} then {name} end as {name}" for name in ATTRIBUTES)},
        from employed
        where {condition}
        """
        for condition, day, event, is_known in events
    )
    connection.execute(
        f"""
        create or replace table derived_rows as
        with employed as (
            select
                *,
                place = min(place) over spell as is_first,
                min(started_on) over spell as first_started_on,
                count(*) over spell = count(out_on) over spell
                and place = max_by(place, out_on) over spell as is_last_out,
                coalesce(in_job_since > started_on, false)
                and coalesce(in_job_since < out_on, true) as has_later_job,
                coalesce(promoted_on > started_on, false)
                and coalesce(promoted_on < out_on, true) as was_promoted,
                coalesce(promoted_on = in_job_since, false) as was_promoted_into_it,
                coalesce(greatest(in_job_since, started_on), started_on) as job_since,
            from employments
            window spell as (partition by employee_id, island)
        )
        {rows}
        union all by name
        select
            _file,
            _record,
            _line,
            employee_id,
            out_on as effective_on,
            'exit' as event,
            exit_reason,
        from employed
        where is_last_out
        """
    )
    _warn_of_what_is_unknown(load, exports)
    connection.execute("drop table employments")


def _quarantine_contradictions(load: Load) -> None:
    """Quarantine who was never hired, left on no day, or left before the hire."""
    for reason, column, condition in (
        ("missing_value", "hired_on", "coalesce(hired_on, rehired_on) is null"),
        ("missing_value", "left_on", "standing = 'left' and left_on is null"),
        (
            "end_before_start",
            "left_on",
            "left_on < least(hired_on, rehired_on) and coalesce(standing = 'left', true)",
        ),
    ):
        load.ledger.quarantine(
            f"select _file, _record, _line, '{reason}' as reason, '{column}' as column_name, "
            f"{_NOTHING} from held_records where _problem is null and {condition}"
        )
    load.connection.execute(
        "delete from held_records as h using problems as p "
        "where h._file = p._file and h._record = p._record"
    )


def _create_employments(load: Load, *, out_after_days: int) -> None:
    """Create `employments`: each employment a record speaks of, and which of them are one.

    A day of leaving before the latest start ended an earlier employment. Where a person came back
    and nothing says when the first employment ended, only the later one is known.
    """
    nothing = ", ".join(f"null as {name}" for name in (*ATTRIBUTES, "in_job_since", "promoted_on"))
    load.connection.execute(
        f"""
        create or replace table employments as
        with read as (
            select *, {_STARTED} as started_on, rehired_on > hired_on as has_two,
            from held_records
        ),
        spoken as (
            select
                _file,
                _record,
                _line,
                employee_id,
                started_on,
                case when left_on >= started_on then left_on + {out_after_days} end as out_on,
                coalesce(has_two, false) or coalesce(left_on < started_on, false) as is_return,
                {", ".join(ATTRIBUTES)},
                in_job_since,
                promoted_on,
                exit_reason,
            from read
            union all by name
            select
                _file,
                _record,
                _line,
                employee_id,
                hired_on as started_on,
                left_on + {out_after_days} as out_on,
                false as is_return,
                {nothing},
                exit_reason,
            from read
            where has_two and left_on >= hired_on and left_on < started_on
        ),
        placed as (
            select
                *,
                row_number() over (
                    partition by employee_id order by started_on, out_on, _file, _record
                ) as place,
            from spoken
        ),
        parted as (
            select
                *,
                coalesce(
                    started_on > max(coalesce(out_on, date 'infinity')) over (
                        partition by employee_id order by place
                        rows between unbounded preceding and 1 preceding
                    ),
                    true
                ) as is_apart,
            from placed
        )
        select
            * exclude (is_apart),
            sum(cast(is_apart as integer)) over (partition by employee_id order by place)
                as island,
        from parted
        """
    )


def _warn_of_what_is_unknown(load: Load, exports: Sequence[Export]) -> None:
    """Say what one state per person cannot tell."""
    path, mapping = shown_path(exports[0].source.path), exports[0].mapping
    if any(name in mapping.positions for name in ATTRIBUTES):
        load.remarks.warn(
            f"{path}: one state per person is all it holds; department, level and the rest are "
            "taken to hold since the start. Add a history of changes to see promotions and moves."
        )
    row = load.connection.execute(
        """
        select
            (select count(distinct employee_id) from employments where island = 1 and is_return),
            (select count(distinct employee_id) from derived_rows where event = 'promotion')
        """
    ).fetchone()
    returned_n, promoted_n = row or (0, 0)
    if returned_n:
        load.remarks.warn(
            f"{path}: {returned_n} people came back, and nothing says when their first employment "
            "ended; they are counted from the day they came back."
        )
    if promoted_n:
        load.remarks.warn(
            f"{path}: of each person only the latest promotion is known, so promotion rates of "
            "earlier years are too low."
        )
