"""Today's state of each person, or one record per employment or job: hire, rehire and exit.

One state per person says what people are, not what they were: their department, level and the rest
are taken to hold since the start of the employment, or of the present job where that is known. Of
jobs that follow each other the level tells promotions, and the department moves.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.columns.exports import Export
from ingest.columns.histories.columns import ATTRIBUTES, MOVES, differ
from ingest.columns.tables import Load
from ingest.files.remote.addresses import shown_path
from workspace.config import IngestConfig

_NOTHING = "cast(null as varchar) as found"
_STARTED = "greatest(hired_on, rehired_on)"
# By so many days one job may outlast the start of the next, and still come before it.
HANDOVER_DAYS = 31
# A day so long after nearly all that a file tells as past is no past, but a slip or a plan.
A_YEAR = 366
# A day that so many records share is no slip of one of them.
REPEATED_MIN = 3


def derive_from_spells(load: Load, exports: Sequence[Export], _: IngestConfig) -> None:
    """Create `derived_rows`: the first and last day of each employment, and what is known between.

    Employments of one person that overlap or touch are one; the later ones are changes of it.
    """
    preset, connection = exports[0].mapping.preset, load.connection
    _quarantine_contradictions(load, exports)
    _weigh_standings(load, exports)
    _create_employments(load, out_after_days=preset.out_after_days)
    events = (
        # The start, with the present job where it is as old as the employment.
        (
            "is_first",
            "started_on",
            "case when island = 1 and not is_return then 'hire' else 'rehire' end",
            "not has_later_job",
        ),
        (
            "not is_first and started_on > first_started_on",
            "started_on",
            f"""
            case
                when is_beside then 'change'
                when level > known_level then 'promotion'
                when level < known_level then 'demotion'
                when {differ(MOVES, is_new_too=False)} then 'transfer'
                else 'change'
            end
            """,
            "true",
        ),
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
    known = ", ".join(
        f"last_value({name} ignore nulls) over before as known_{name}" for name in ATTRIBUTES
    )
    connection.execute(
        f"""
        create or replace table derived_rows as
        with employed as (
            select
                *,
                {known},
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
            window
                spell as (partition by employee_id, island),
                before as (
                    partition by employee_id, island order by place
                    rows between unbounded preceding and 1 preceding
                )
        ),
        events as ({rows})
        select * from events
        -- Two records may tell of one event.
        qualify row_number() over (
            partition by employee_id, effective_on, event
            order by level desc nulls last, _file, _record
        ) = 1
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


def _quarantine_contradictions(load: Load, exports: Sequence[Export]) -> None:
    """Quarantine who was never hired, left on no day, or left before the hire."""
    _advise_of_days_that_mean_none(load, exports)
    for reason, column, condition in (
        ("missing_value", "hired_on", "coalesce(hired_on, rehired_on) is null"),
        ("missing_value", "left_on", "standing = 'left' and left_on is null"),
        (
            "end_before_start",
            "left_on",
            "left_on < least(hired_on, rehired_on) and coalesce(standing = 'left', true)",
        ),
        # It ended an earlier employment, and of the latest nobody knows the end.
        ("end_before_start", "left_on", f"left_on < {_STARTED} and standing = 'left'"),
    ):
        load.ledger.quarantine(
            f"select _file, _record, _line, '{reason}' as reason, '{column}' as column_name, "
            f"{_NOTHING} from held_records where _problem is null and {condition}"
        )
    load.connection.execute(
        "delete from held_records as h using problems as p "
        "where h._file = p._file and h._record = p._record"
    )


def _advise_of_days_that_mean_none(load: Load, exports: Sequence[Export]) -> None:
    """Name the day before the start that several records share, as one does that stands for none.

    It is written as the export writes its days, for the line is to be pasted.
    """
    rows = load.connection.execute(
        f"""
        select _file, left_on, count(*) from held_records
        where _problem is null and left_on < {_STARTED}
        group by _file, left_on
        qualify count(*) >= {REPEATED_MIN} and row_number() over (
            partition by _file order by count(*) desc, left_on
        ) = 1
        """
    ).fetchall()
    files = {export.number: export for export in exports}
    for file, day, records_n in rows:
        formats = files[file].mapping.date_formats.get("left_on", ())
        written = day.isoformat()
        if len(formats) == 1 and "%" in formats[0]:
            written = day.strftime(formats[0])
        line = "values: {left_on: {'" + written + "': ''}}"
        load.remarks.advise(
            file,
            "left_on|end_before_start",
            f"{records_n} records end on {written}, before their start: where this stands for "
            f"none, write `{line}` under the source; else correct the dates",
        )


def _weigh_standings(load: Load, exports: Sequence[Export]) -> None:
    """Count as employed whose status says so, though a day of leaving has passed; say how many.

    The day of the export is the one that its file declares, else the newest day that it tells as
    past; one record in twenty tells none where it lies a year after the rest, and no day does that
    is yet to come. Of several records of a person only the latest may contradict the status.
    """
    connection, path = load.connection, shown_path(exports[0].source.path)
    declared = max((e.mapping.day for e in exports if e.mapping.day), default=None)
    days = {"declared": declared, "latest": load.latest_on}
    told = f"""
        select least(
            coalesce($declared, max(day) filter (where day <= usual_on + {A_YEAR})), $latest
        ) as told_on
        from (
            select
                case standing
                    when 'left' then left_on
                    else greatest({_STARTED}, in_job_since, promoted_on)
                end as day,
                quantile_disc(day, 0.95) over () as usual_on,
            from held_records
            where _problem is null and standing is not null
        )
    """
    latest = f"""
        select _file, _record, employee_id, standing, left_on, told_on
        from held_records
        cross join ({told}) as told
        where _problem is null
        qualify {_STARTED} = max({_STARTED}) over (partition by employee_id)
        and left_on >= {_STARTED}
    """
    row = connection.execute(
        f"""
        select
            count(distinct employee_id) filter (
                where standing in ('active', 'leave') and left_on < told_on
            ),
            count(distinct employee_id) filter (where standing = 'left' and left_on > told_on),
            count(distinct employee_id) filter (
                where standing in ('active', 'leave') and left_on >= told_on
            ),
            any_value(told_on)
        from ({latest})
        """,
        days,
    ).fetchone()
    employed_n, leaving_n, going_n, told_on = row or (0, 0, 0, None)
    if employed_n:
        connection.execute(
            f"""
            update held_records as h set left_on = null
            from ({latest}) as l
            where h._file = l._file and h._record = l._record
            and l.standing in ('active', 'leave') and l.left_on < l.told_on
            """,
            days,
        )
        load.remarks.warn(
            f"{path}: {employed_n} people are employed by their status and have a day of leaving "
            "in the past; the status counts, and they are taken for employed since their hire. If "
            "they came back, add the day as `rehired_on`; if they left, correct the status."
        )
    if leaving_n:
        load.remarks.warn(
            f"{path}: {leaving_n} people have left by their status and have a day of leaving to "
            "come; the day counts."
        )
    if going_n:
        load.remarks.warn(
            f"{path}: {going_n} people are employed by their status and have a day of leaving "
            f"after {told_on}, the newest day that the file tells as past; the day counts. If the "
            "export is of a later day, the status does not fit: correct it."
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
            -- Another job that goes on beside it; what follows on another is a step from there.
            coalesce(
                max(coalesce(out_on, date 'infinity')) over (
                    partition by employee_id order by place
                    rows between unbounded preceding and 1 preceding
                ) > started_on + {HANDOVER_DAYS},
                false
            ) and not is_apart as is_beside,
            sum(cast(is_apart as integer)) over (partition by employee_id order by place)
                as island,
        from parted
        """
    )


def _warn_of_what_is_unknown(load: Load, exports: Sequence[Export]) -> None:
    """Say what one state per person cannot tell."""
    path, mapping = shown_path(exports[0].source.path), exports[0].mapping
    row = load.connection.execute(
        """
        select
            (select count(distinct employee_id) from employments where island = 1 and is_return),
            (select count(distinct employee_id) from derived_rows where event = 'promotion'),
            (select count(distinct employee_id) from employments where is_beside),
            (
                select count(*) from (
                    select 1 from employments group by employee_id, island
                    having count(distinct started_on) > 1
                )
            )
        """
    ).fetchone()
    returned_n, promoted_n, doubled_n, followed_n = row or (0, 0, 0, 0)
    if not followed_n and any(name in mapping.positions for name in ATTRIBUTES):
        load.remarks.warn(
            f"{path}: one state per person is all it holds; department, level and the rest are "
            "taken to hold since the start. Add a history of changes to see promotions and moves."
        )
    if doubled_n:
        load.remarks.warn(
            f"{path}: {doubled_n} people have employments that overlap by more than "
            f"{HANDOVER_DAYS} days; they are one, which ends with the last of them, and what the "
            "later ones say counts as a change. Export the primary position only."
        )
    if returned_n:
        load.remarks.warn(
            f"{path}: {returned_n} people came back, and nothing says when their first employment "
            "ended; they are counted from the day they came back."
        )
    if promoted_n and "promoted_on" in mapping.positions:
        load.remarks.warn(
            f"{path}: of each person only the latest promotion is known, so promotion rates of "
            "earlier years are too low."
        )
