"""A history of effective-dated records, sorted or not: what each one changes is an event.

The source's own word for a change counts where `values:` maps it to an event. Without it, the
first record is the hire, a record out of employment is the exit, one after it the rehire, a risen
level a promotion, a fallen one a demotion, and another department or location a transfer.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.accounts import Accounts, Export
from ingest.contract import JOB_HISTORY
from ingest.remote.addresses import shown_path
from ingest.turns.columns import ATTRIBUTES, MOVES, differ
from mentorship.config import IngestConfig

EVENTS = JOB_HISTORY.column("event").codes


def turn_changes(accounts: Accounts, exports: Sequence[Export], _: IngestConfig) -> None:
    """Create `turned`: one row per change of a person's employment."""
    preset, connection = exports[0].mapping.preset, accounts.connection
    known = ", ".join(
        f"last_value({name} ignore nulls) over before as known_{name}" for name in ATTRIBUTES
    )
    out_after_days = 1 if preset.left_on_is == "last_day" else 0
    connection.execute(
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
        stated as (
            select
                *,
                coalesce(standing = 'left', reason = 'exit', false) as is_out,
                coalesce(standing = 'leave', reason = 'leave_start', false) as is_on_leave,
                row_number() over (
                    partition by employee_id order by effective_on, sequence, _file, _record
                ) as place,
                bool_or(reason in ('hire', 'rehire')) over () as says_hires,
            from told
        )
        select
            *,
            lag(is_out) over person as was_out,
            lag(is_on_leave) over person as was_on_leave,
            {known},
        from stated
        window
            person as (partition by employee_id order by place),
            before as (
                partition by employee_id order by place
                rows between unbounded preceding and 1 preceding
            )
        """
    )
    begins = "coalesce(reason, 'hire')" if preset.begins_with_hire else "coalesce(reason, 'change')"
    stays = ", ".join(f"case when event <> 'exit' then {name} end as {name}" for name in ATTRIBUTES)
    first = (
        "case when reason in ('hire', 'rehire') then reason "
        "when hired_on < effective_on then coalesce(reason, 'change') "
        "when hired_on = effective_on then 'hire' "
        f"when says_hires then coalesce(reason, 'change') else {begins} end"
    )
    connection.execute(
        f"""
        create or replace table turned as
        with named as (
            select
                *,
                case
                    when is_out and coalesce(not was_out, true) then 'exit'
                    when is_out then null
                    when place = 1 then {first}
                    when was_out then 'rehire'
                    when reason = 'hire' then 'change'
                    when reason is not null then reason
                    when is_on_leave and not was_on_leave then 'leave_start'
                    when was_on_leave and not is_on_leave then 'leave_end'
                    when level > known_level then 'promotion'
                    when level < known_level then 'demotion'
                    when {differ(MOVES, is_new_too=False)} then 'transfer'
                    when {differ(ATTRIBUTES, is_new_too=True)} then 'change'
                end as event,
            from ordered_changes
        )
        select
            _file,
            _record,
            _line,
            employee_id,
            case when event = 'exit' then effective_on + {out_after_days} else effective_on end
                as effective_on,
            event,
            {stays},
            case when event = 'exit' then exit_reason end as exit_reason,
        from named
        where event is not null
        union all by name
        select _file, _record, _line, employee_id, hired_on as effective_on, 'hire' as event
        from named
        where place = 1 and hired_on < effective_on
        and coalesce(reason not in ('hire', 'rehire'), true)
        """
    )
    _warn_of_unnamed(accounts, exports)
    connection.execute("drop table ordered_changes")


def _code(text: str) -> str:
    """Return the SQL of a word as codes are written."""
    return f"regexp_replace(lower({text}), '[ -]+', '_', 'g')"


def _warn_of_unnamed(accounts: Accounts, exports: Sequence[Export]) -> None:
    """Say how many changes carry a word that means no event."""
    if "reason" not in exports[0].mapping.positions:
        return
    row = accounts.connection.execute(
        "select count(*), count(distinct lower(h.reason)) from ordered_changes as o "
        "inner join held_records as h on o._file = h._file and o._record = h._record "
        "where o.has_reason and o.reason is null"
    ).fetchone()
    if row is not None and row[0]:
        words = "word" if row[1] == 1 else "different words"
        accounts.warn(
            f"{shown_path(exports[0].source.path)}: {row[0]} changes carry {row[1]} {words} that "
            "mean no event; they are told by level and attributes. Map them with "
            "`values: {reason: {...}}`."
        )
