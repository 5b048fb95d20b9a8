"""A history of effective-dated records, sorted or not: what each one changes is an event.

The source's own word for a change counts where `values:` maps it to an event. Without it, the
first record is the hire, a record out of employment is the exit, a risen level a promotion, a
fallen one a demotion, and another department or location a transfer. Nobody comes back but by a
hire, a rehire or a status that says employed.

What contradicts itself stays: a hire of the employed, and what happens after an exit, are events
for the same questions that any history is asked.

A day of a person is one change, however many records tell of it: what holds at its end is told by
the last of them, and an event that the same day takes back did not happen.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.columns.exports import Export
from ingest.columns.histories.columns import ATTRIBUTES, MOVES, differ
from ingest.columns.remedies import shown_texts
from ingest.columns.tables import Load
from ingest.contract import JOB_HISTORY
from ingest.files.remote.addresses import shown_path
from workspace.config import IngestConfig
from workspace.errors import DataRefused, Place

EVENTS = JOB_HISTORY.column("event").codes
# Fewest people whose common fate is no coincidence.
CROWD = 5
# So long after an export begins, everybody who was here has had a record.
A_YEAR = 366
# Of records of one day without an order, the one with the last of these words tells last; a hire
# tells first.
_TELLING = ("transfer", "demotion", "promotion")


def derive_from_changes(load: Load, exports: Sequence[Export], limits: IngestConfig) -> None:
    """Create `derived_rows`: one row per change of a person's employment.

    Raises:
        DataRefused: everybody who left has left from the first record on.
    """
    preset = exports[0].mapping.preset
    out_after_days = preset.out_after_days
    _create_ordered_changes(load)
    _judge_standings(load, exports)
    _create_days(load, out_after_days=out_after_days)
    _create_named(load)
    _create_arrivals(load, exports, limits)
    _create_derived_rows(
        load, begins_with_hire=preset.begins_with_hire, out_after_days=out_after_days
    )
    _warn_of_unnamed(load, exports)
    _warn_of_double_hires(load, exports)
    for table in ("ordered_changes", "changed_days", "named_changes", "arrivals"):
        load.connection.execute(f"drop table {table}")


def _create_ordered_changes(load: Load) -> None:
    """Create `ordered_changes`: the records in their order, and whether each says "out".

    An event that only happens to the employed counts more than a standing of `left`, which may be
    that of today; it says nothing then. Nor does such a standing where a person is `left` in every
    record and an exit is told too.
    """
    known = ", ".join(
        f"last_value({name} ignore nulls) over before as known_{name}" for name in ATTRIBUTES
    )
    load.connection.execute(
        f"""
        create or replace table ordered_changes as
        with told as (
            select
                * replace (
                    case when {_code("reason")} in {EVENTS} then {_code("reason")} end as reason
                ),
                reason is not null as has_reason,
            from held_records
            where _problem is null
        ),
        placed as (
            select
                *,
                row_number() over (
                    partition by employee_id
                    order by
                        effective_on,
                        sequence,
                        coalesce(reason in ('hire', 'rehire'), false) desc,
                        coalesce(list_position({list(_TELLING)}, reason), 0),
                        _file,
                        _record
                ) as place,
                min(effective_on) over person = effective_on as is_first_day,
                bool_or(reason = 'exit') over person as has_stated_exit,
                coalesce(bool_and(standing = 'left') over person, false) as is_always_left,
                bool_or(reason in ('hire', 'rehire')) over () as says_hires,
            from told
            window person as (partition by employee_id)
        )
        select
            *,
            coalesce(reason in ('hire', 'rehire'), false) as is_start,
            is_start
            or coalesce(standing in ('active', 'leave') and reason is distinct from 'exit', false)
                as is_employed,
            coalesce(standing = 'leave', reason = 'leave_start', false) as is_on_leave,
            lag(is_on_leave) over (partition by employee_id order by place) as was_just_on_leave,
            {known},
            case
                when reason = 'exit' then true
                when reason in ('hire', 'rehire') then false
                when standing is distinct from 'left' then false
                when coalesce(reason, 'change') = 'change'
                and not (is_always_left and coalesce(has_stated_exit, false))
                    then true
            end as is_out,
        from placed
        window
            before as (
                partition by employee_id order by place
                rows between unbounded preceding and 1 preceding
            )
        """
    )


def _judge_standings(load: Load, exports: Sequence[Export]) -> None:
    """Warn where all who left have left from the first record on; refuse where that dates exits."""
    row = load.connection.execute(
        """
        with people as (
            select
                employee_id,
                bool_and(is_always_left) as is_undated,
                min(effective_on) filter (where is_out) < max(effective_on)
                and not coalesce(bool_or(has_stated_exit), false) as is_guessed,
            from ordered_changes
            group by all
            -- Whose first record is the exit can be nothing else.
            having bool_or(standing = 'left') and count(distinct effective_on) > 1
            and not coalesce(bool_or(reason = 'exit') filter (where is_first_day), false)
        )
        select
            count(*),
            count(*) filter (where is_undated),
            count(*) filter (where is_undated and is_guessed),
        from people
        """
    ).fetchone()
    leavers_n, undated_n, guessed_n = row or (0, 0, 0)
    if not undated_n or undated_n < leavers_n:
        return
    path = shown_path(exports[0].source.path)
    if guessed_n >= CROWD:
        raise DataRefused(
            "The status in the records is that of today, not that of the day of the change.",
            place=Place(path, column="standing"),
            found=f"{undated_n} people have left, and all of them from their first record on; for "
            f"{guessed_n} nothing else says when",
            expected="the status as of each change: `left` from the record of the exit on",
            to_do="set the report's status to that as of the effective date; or map the word for "
            "a termination to `exit` with `values: {reason: {...}}`",
        )
    load.remarks.warn(
        f"{path}: {undated_n} people have left, and all of them from their first record on, so the "
        "status seems to be that of today. What their records call events counts instead; set the "
        "report's status to that as of the effective date."
    )


def _create_days(load: Load, *, out_after_days: int) -> None:
    """Create `changed_days`: one row per person and day, with what held before and holds after it.

    Records of one sequence have no order: an exit among them is the last, unless one of them says
    hire. A hire and an exit are an exit and a return then, except on a person's first day.
    """
    ends = ", ".join(
        f"arg_max({name}, place) filter (where not coalesce(is_out, false)) as end_{name}"
        for name in ATTRIBUTES
    )
    olds = ", ".join(
        f"last_value(end_{name} ignore nulls) over earlier_days as old_{name}"
        for name in ATTRIBUTES
    )
    load.connection.execute(
        f"""
        create or replace table changed_days as
        with told as (
            select
                employee_id,
                effective_on,
                bool_or(is_first_day) as is_first_day,
                bool_or(is_out) as has_exit,
                coalesce(bool_or(not is_out), false) as has_work,
                bool_or(is_employed) as has_employed,
                bool_or(is_start) as has_start,
                max(sequence) filter (where is_out) as exit_sequence,
                max(sequence) filter (where is_employed) as work_sequence,
                max(sequence) filter (where is_start) as start_sequence,
                count(*) as records_n,
                max(place) as last_place,
                max(place) filter (where is_out) as exit_place,
                -- Who comes is shown by the record that says so, else by the first one.
                coalesce(
                    min(place) filter (where is_start),
                    min(place) filter (where not coalesce(is_out, false))
                ) as entry_place,
                arg_max(is_on_leave, place) as ends_on_leave,
                arg_max(exit_reason, place) filter (where is_out) as end_exit_reason,
                {ends},
            from ordered_changes
            group by employee_id, effective_on
        ),
        ended as (
            select
                *,
                case
                    when not has_exit then case when has_employed then false end
                    when work_sequence > exit_sequence then false
                    when has_start and not is_first_day
                        then coalesce(start_sequence < exit_sequence, false)
                    when has_exit then true
                end as says_out,
            from told
        ),
        lived as (
            select
                *,
                coalesce(last_value(says_out ignore nulls) over earlier_days, false) as was_gone,
                coalesce(says_out, was_gone) as ends_out,
                -- Nobody is in before the first record.
                is_first_day or was_gone as was_out,
                coalesce(lag(ends_on_leave) over person, false) as was_on_leave,
                {olds},
            from ended
            window
                person as (partition by employee_id order by effective_on),
                earlier_days as (
                    partition by employee_id order by effective_on
                    rows between unbounded preceding and 1 preceding
                )
        )
        select
            *,
            was_out and (
                not ends_out
                or case when is_first_day then has_work else has_start and {out_after_days} > 0 end
            ) as begins,
            coalesce(not was_out and not ends_out and has_exit and has_start, false) as returns,
            returns or (ends_out and (is_first_day or begins or not was_out)) as ends,
        from lived
        """
    )


def _create_named(load: Load) -> None:
    """Create `named_changes`: each record with the event it says or shows, if any.

    Only that happened which `stands`: what the end of the day does not take back, and what is told
    of somebody who `is_gone`. Beside it is what the day as a whole changes.
    """
    moves, anything = (
        differ(names, is_new_too=names is ATTRIBUTES, now="end_", before="old_")
        for names in (MOVES, ATTRIBUTES)
    )
    load.connection.execute(
        f"""
        create or replace table named_changes as
        with shown as (
            select
                r.*,
                d.* exclude (employee_id, effective_on, is_first_day),
                reason is not null as is_stated,
                (begins or returns) and place = entry_place as is_entry,
                ends and coalesce(place = exit_place, false) as is_exit,
                was_out and not begins and not d.is_first_day as is_gone,
                case
                    when is_entry then null
                    when is_gone and reason in ('hire', 'rehire') then null
                    when is_gone and (reason = 'exit' or standing is distinct from 'left')
                        then coalesce(reason, 'change')
                    when is_out or (was_out and not begins) then null
                    when reason = 'hire' and (begins or returns) then 'change'
                    when reason is not null then reason
                    when begins or returns then null
                    when is_on_leave and not was_just_on_leave then 'leave_start'
                    when was_just_on_leave and not is_on_leave then 'leave_end'
                    when level > known_level then 'promotion'
                    when level < known_level then 'demotion'
                    when {differ(MOVES, is_new_too=False)} then 'transfer'
                    when {differ(ATTRIBUTES, is_new_too=True)} then 'change'
                end as shown_event,
            from ordered_changes as r
            inner join changed_days as d
                on r.employee_id = d.employee_id and r.effective_on = d.effective_on
        )
        select
            * exclude ({", ".join((*(f"known_{name}" for name in ATTRIBUTES), *ATTRIBUTES))}),
            is_gone and shown_event is not null or case shown_event
                when 'promotion' then {_is_step(">")}
                when 'demotion' then {_is_step("<")}
                when 'transfer'
                    then ({moves})
                    or (is_stated and not ({differ(MOVES, is_new_too=False, before="end_")}))
                when 'leave_start' then is_stated or (ends_on_leave and not was_on_leave)
                when 'leave_end' then is_stated or (was_on_leave and not ends_on_leave)
                when 'change' then is_stated or {anything}
                else shown_event is not null
            end as stands,
            case
                when end_level > old_level then 'promotion'
                when end_level < old_level then 'demotion'
                when {moves} then 'transfer'
                when {anything} then 'change'
            end as event_of_day,
        from shown
        """
    )


def _create_arrivals(load: Load, exports: Sequence[Export], limits: IngestConfig) -> None:
    """Create `arrivals`: who comes in a crowd, hired long before; say how many they are.

    A person's first record may be of any day where an export begins late. Of a crowd that has its
    first one on one day, a year or more after the export begins, nothing shows that it was here.
    """
    load.connection.execute(
        f"""
        create or replace table arrivals as
        select employee_id
        from named_changes
        cross join (select min(effective_on) as begins_on from ordered_changes)
        where is_first_day and place = 1 and not has_start
        qualify count(*) filter (where hired_on < effective_on - cast($unseen as integer))
            over (partition by effective_on) >= {CROWD}
        and effective_on > begins_on + {A_YEAR}
        and hired_on < effective_on - cast($unseen as integer)
        """,
        {"unseen": limits.maximum_unseen_days},
    )
    row = load.connection.execute("select count(*) from arrivals").fetchone()
    if row is not None and row[0]:
        load.remarks.warn(
            f"{shown_path(exports[0].source.path)}: {row[0]} people have their first records on "
            f"one day, in a crowd, more than {limits.maximum_unseen_days} days after their hire "
            "(ingest.maximum_unseen_days), as when a company is bought; they count as employed "
            "from then on, and their hire as not seen. To believe their days of hire, set "
            "`ingest: {maximum_unseen_days: null}`."
        )


def _is_step(sign: str) -> str:
    """Return the SQL that tells whether a step of level is left at the end of its day.

    The source may call a step what leaves the level as it was, if it says so of the level that
    holds at the end.
    """
    return (
        f"case when is_stated then coalesce(end_level {sign} old_level, true) "
        f"or (coalesce(level = end_level, true) and not coalesce(level {sign} known_level, false)) "
        f"else end_level {sign} old_level end"
    )


def _create_derived_rows(load: Load, *, begins_with_hire: bool, out_after_days: int) -> None:
    """Create `derived_rows`: entries, changes, exits, with what holds at the end of the day."""
    begins = "coalesce(reason, 'hire')" if begins_with_hire else "coalesce(reason, 'change')"
    entry = (
        "case when not is_first_day then 'rehire' "
        "when reason in ('hire', 'rehire') then reason "
        "when hired_on < effective_on then coalesce(reason, 'change') "
        "when hired_on = effective_on then 'hire' "
        f"when says_hires then coalesce(reason, 'change') else {begins} end"
    )
    holds = ", ".join(f"end_{name} as {name}" for name in ATTRIBUTES)
    load.connection.execute(
        f"""
        create or replace table derived_rows as
        with standing_events as (
            select
                _file,
                _record,
                _line,
                employee_id,
                effective_on + case shown_event when 'exit' then {out_after_days} else 0 end
                    as effective_on,
                shown_event as event,
                {holds},
                case shown_event when 'exit' then exit_reason end as exit_reason,
            from named_changes
            where stands
            qualify place = max(place) over (partition by employee_id, effective_on, event)
        )
        select _file, _record, _line, employee_id, effective_on, {entry} as event, {holds},
        from named_changes
        where is_entry
        union all by name
        select * from standing_events
        union all by name
        -- Several records, of which none stands, may change something together.
        select _file, _record, _line, employee_id, effective_on, event_of_day as event, {holds},
        from named_changes
        anti join standing_events using (employee_id, effective_on)
        where place = last_place and records_n > 1 and event_of_day is not null
        and not (was_out or returns or ends_out)
        union all by name
        select
            _file,
            _record,
            _line,
            employee_id,
            effective_on + case when ends_out then {out_after_days} else 0 end as effective_on,
            'exit' as event,
            end_exit_reason as exit_reason,
        from named_changes
        where is_exit
        union all by name
        select _file, _record, _line, employee_id, hired_on as effective_on, 'hire' as event,
        from named_changes
        anti join arrivals using (employee_id)
        where is_first_day and place = 1 and hired_on < effective_on and not has_start
        """
    )


def _code(text: str) -> str:
    """Return the SQL of a word as codes are written."""
    return f"regexp_replace(lower({text}), '[ -]+', '_', 'g')"


def _warn_of_unnamed(load: Load, exports: Sequence[Export]) -> None:
    """Say how many changes carry a word that means no event."""
    if "reason" not in exports[0].mapping.positions:
        return
    row = load.connection.execute(
        "select count(*), count(distinct lower(h.reason)) from ordered_changes as o "
        "inner join held_records as h on o._file = h._file and o._record = h._record "
        "where o.has_reason and o.reason is null"
    ).fetchone()
    if row is not None and row[0]:
        words = "word" if row[1] == 1 else "different words"
        listed = shown_texts(_unnamed(load))
        load.remarks.warn(
            f"{shown_path(exports[0].source.path)}: {row[0]} changes carry {row[1]} {words} that "
            f"mean no event{f' ({listed})' if listed else ''}; they are told by level and "
            "attributes. Map them with `values: {reason: {...}}`."
        )


def _unnamed(load: Load) -> dict[str, int]:
    """Return the words that mean no event, with the changes of each, commonest first."""
    rows = load.connection.execute(
        "select any_value(h.reason), count(*) as n from ordered_changes as o "
        "inner join held_records as h on o._file = h._file and o._record = h._record "
        "where o.has_reason and o.reason is null group by lower(h.reason) order by n desc, 1"
    ).fetchall()
    return dict(rows)


def _warn_of_double_hires(load: Load, exports: Sequence[Export]) -> None:
    """Say how many people are hired into several jobs on one day, of which an exit may end one."""
    row = load.connection.execute(
        """
        select count(distinct employee_id) from (
            select employee_id
            from ordered_changes
            where is_start
            group by employee_id, effective_on
            having count(distinct department) > 1 or count(distinct job_title) > 1
        )
        """
    ).fetchone()
    if row is not None and row[0]:
        load.remarks.warn(
            f"{shown_path(exports[0].source.path)}: {row[0]} people are hired into several jobs on "
            "one day; they have one employment, and the exit from any of these jobs ends it. "
            "Export the primary position only."
        )
