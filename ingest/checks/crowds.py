"""What happens to a crowd at once: to people, or to the system that keeps their records.

Asked once of the job history, whatever it was made of. Who leaves and is back within days in a
crowd did not leave: a system was replaced, or contracts were written anew. Who rises in a crowd was
not promoted: levels got new numbers. What the workspace declares to be so is put right, what it
allows is taken as it stands, and the rest refuses the build, or is warned of where it is small.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ingest.columns.histories.presence import comings_and_goings
from ingest.columns.tables import Load
from workspace.config import IngestConfig
from workspace.errors import DataRefused, Place

# Fewest people whose common fate is no coincidence.
CROWD = 5
# Fewest people of whom a share is worth refusing a history for.
ENOUGH = 20
# What happens within so many days happens at once.
AT_ONCE_DAYS = 7
# Who is back within so many days was hardly away; a declared day may have as many on either side.
RETURN_DAYS = 31
# Where so many exits are expected and none is there, that is no chance: less than 1 in 100.
EXPECTED_MIN = 5
# A workforce may go so long without a leaver before anybody asks.
A_YEAR = 366

_NAMED_DAYS = 3


def check_crowds(load: Load, limits: IngestConfig) -> None:
    """Put right what is declared of systems and levels; refuse, or warn of, what is not.

    Raises:
        DataRefused: a crowd leaves and returns, or rises, at once.
    """
    _join_employments(load, limits.system_change_on)
    _forget_steps(load, limits.level_changes)
    _judge_returns(load, limits.maximum_returned_share)
    _judge_steps(load, limits.maximum_promoted_share)
    _warn_of_years(load, limits)
    _warn_of_leavers(load, limits.maximum_vanished_share)
    _warn_of_unseen_years(load)


def _join_employments(load: Load, days: Sequence[dt.date]) -> None:
    """Make one employment of two where a change of system that is declared parts them."""
    if not days:
        return
    joined = f"""
        select * from ({_returns(2 * RETURN_DAYS)})
        where exists (
            select 1 from (select unnest($days) as day)
            where abs(left_on - day) <= {RETURN_DAYS} and abs(returned_on - day) <= {RETURN_DAYS}
        )
    """
    _rewrite(
        load,
        f"""
        with joined as ({joined}),
        exits as (
            select distinct employee_id, left_on as effective_on, 'exit' as event from joined
        ),
        starts as (select distinct employee_id, returned_on as effective_on from joined)
        select r.* replace (
            case when s.employee_id is not null and r.event in ('hire', 'rehire')
                then 'change' else r.event end as event
        )
        from (
            select * from rows_job_history
            anti join exits using (employee_id, effective_on, event)
        ) as r
        left join starts as s
            on r.employee_id = s.employee_id and r.effective_on = s.effective_on
        """,
        {"days": list(days)},
        f"select count(distinct employee_id) from ({joined})",
        "{0} people leave and return around a change of system (ingest.system_change_on); they are "
        "taken for employed throughout.",
    )


def _forget_steps(load: Load, days: Sequence[dt.date]) -> None:
    """Make changes of the steps of days on which levels got new numbers, as far as they are that.

    Where more than half of an old level get one new number, that is its new number, and whoever
    rises above or falls below it was promoted or demoted besides.
    """
    if not days:
        return
    renumbered = """
        with steps as (
            select distinct r.employee_id, r.effective_on, r.event, r.level
            from rows_job_history as r
            where r.event in ('promotion', 'demotion') and list_contains($days, r.effective_on)
        ),
        told as (
            select employee_id, effective_on, max(level) as level
            from rows_job_history
            semi join steps using (employee_id)
            where level is not null
            group by all
        ),
        beside as (
            select s.*, t.level as old_level
            from steps as s
            asof left join told as t
                on s.employee_id = t.employee_id and s.effective_on > t.effective_on
        ),
        numbers as (
            select effective_on, old_level, level as new_level
            from beside
            group by effective_on, old_level, level
            qualify 2 * count(*) > sum(count(*)) over (partition by effective_on, old_level)
        )
        select b.employee_id, b.effective_on, b.event, n.new_level is null or case b.event
            when 'promotion' then b.level <= n.new_level else b.level >= n.new_level
            end as is_renumbered
        from beside as b
        left join numbers as n
            on b.effective_on = n.effective_on and b.old_level = n.old_level
    """
    _rewrite(
        load,
        f"""
        with renumbered as (select * from ({renumbered}) where coalesce(is_renumbered, true))
        select r.* replace (case when n.event is not null then 'change' else r.event end as event)
        from rows_job_history as r
        left join renumbered as n
            on r.employee_id = n.employee_id and r.effective_on = n.effective_on
            and r.event = n.event
        """,
        {"days": list(days)},
        f"""
        select
            count(distinct employee_id) filter (where coalesce(is_renumbered, true)),
            count(distinct employee_id) filter (where not is_renumbered)
        from ({renumbered})
        """,
        "{0} people have another level since a day on which levels got new numbers "
        "(ingest.level_changes); that is no promotion and no demotion. {1} more have another one "
        "than most of their old level; theirs is.",
    )


def _rewrite(
    load: Load, query: str, days: dict[str, list[dt.date]], counted: str, sentence: str
) -> None:
    """Put the rows of a query in the place of the history's, one per key, and say of how many."""
    connection = load.connection
    row = connection.execute(counted, days).fetchone()
    load.remarks.warn("job_history: " + sentence.format(*(row or (0, 0))))
    connection.execute(
        "create or replace table known_records as "
        "select distinct _file, _record from rows_job_history"
    )
    load.tables.rewrite(
        "job_history",
        f"select * from ({query}) qualify row_number() over "
        "(partition by employee_id, effective_on, event order by _file desc, _record desc) = 1",
        days,
    )
    load.ledger.keep_without_row(
        "select * from known_records except select _file, _record from rows_job_history"
    )
    connection.execute("drop table known_records")


def _judge_returns(load: Load, maximum_share: float) -> None:
    """Refuse a history in which a crowd leaves and is back within days; warn of a small one."""
    rows = _crowds(
        load,
        f"select distinct employee_id, left_on as day from ({_returns()})",
        beside="select distinct employee_id, effective_on as day from rows_job_history "
        "where event = 'exit'",
    )
    for day, people_n, leavers_n, employed_n in rows:
        is_refused = employed_n >= ENOUGH and people_n > maximum_share * employed_n
        if not is_refused and 2 * people_n <= leavers_n:
            continue
        found = (
            f"{people_n} of {employed_n} people leave within {AT_ONCE_DAYS} days from {day} on and "
            f"are back within {RETURN_DAYS} days"
        )
        to_do = (
            "if an HR system was replaced or contracts were written anew, say so with "
            f"`ingest: {{system_change_on: {day}}}`, and nobody leaves"
        )
        if is_refused:
            raise DataRefused(
                "More people leave and return at once than can have done so.",
                place=_place(load, "effective_on"),
                found=found,
                expected=f"at most {maximum_share:.4g} of them (ingest.maximum_returned_share)",
                to_do=f"{to_do}; if they did leave, allow it with "
                "`ingest: {maximum_returned_share: 1}`",
            )
        load.remarks.warn(f"job_history: {found}; {to_do}.")


def _judge_steps(load: Load, maximum_share: float) -> None:
    """Refuse a history in which a crowd rises at once; warn of a small one, or one that falls."""
    has_levels = (
        "employee_id in (select employee_id from rows_job_history "
        "where level is not null or event in ('promotion', 'demotion'))"
    )
    for event in ("promotion", "demotion"):
        steps = (
            "select distinct employee_id, effective_on as day from rows_job_history "
            f"where event = '{event}'"
        )
        for day, people_n, _, employed_n in _crowds(load, steps, beside=steps, people=has_levels):
            if people_n <= maximum_share * employed_n:
                continue
            found = (
                f"{people_n} of {employed_n} people have a {event} within {AT_ONCE_DAYS} days from "
                f"{day} on"
            )
            days = ", ".join(str(one) for one in _days_of(load, steps, day))
            to_do = (
                f"if levels were numbered anew, say so with `ingest: {{level_changes: [{days}]}}`, "
                "and nobody rises or falls on these days; or map the older levels to the new ones"
            )
            if event == "promotion" and employed_n >= ENOUGH:
                raise DataRefused(
                    "More people rise at once than can have been promoted.",
                    place=_place(load, "level"),
                    found=found,
                    expected=f"at most {maximum_share:.4g} of them (ingest.maximum_promoted_share)",
                    to_do=f"{to_do}; if they were promoted, allow it with "
                    "`ingest: {maximum_promoted_share: 1}`",
                )
            load.remarks.warn(f"job_history: {found}; {to_do}.")
        if event == "promotion":
            _warn_of_groups(load, steps, maximum_share)


def _warn_of_groups(load: Load, steps: str, maximum_share: float) -> None:
    """Say when most of a department or of a level rise at once, though not most of everybody."""
    said: list[dt.date] = []
    for column in ("department", "level"):
        for member, day, people_n, group_n in _crowds_within(load, column, steps, maximum_share):
            if any(abs((day - one).days) < AT_ONCE_DAYS for one in said):
                continue
            said.append(day)
            group = "one department" if column == "department" else f"level {member}"
            load.remarks.warn(
                f"job_history: {people_n} of {group_n} people of {group} have a promotion within "
                f"{AT_ONCE_DAYS} days from {day} on, more than {maximum_share:.4g} of them "
                "(ingest.maximum_promoted_share). They count as promoted; if its levels were "
                f"numbered anew, say so with `ingest: {{level_changes: [{day}]}}`."
            )


def _crowds_within(
    load: Load, column: str, steps: str, maximum_share: float
) -> list[tuple[str, dt.date, int, int]]:
    """Return when a crowd of a department, or of a level, rises at once, the largest first.

    A group has at least `2 * CROWD` who rise; it is that in which people were the day before.

    Args:
        load: the load.
        column: `department` or `level`.
        steps: the query of who rises, and when: `employee_id, day`.
        maximum_share: the share of a group that may rise; and of all, which is asked of elsewhere.

    Returns:
        The group, the first day, how many rise within `AT_ONCE_DAYS`, and how many people the group
        had the day before.
    """
    return load.connection.execute(
        f"""
        with moves as (
            select
                employee_id,
                effective_on,
                case
                    when bool_and(event = 'exit') then true
                    when bool_or(event in ('hire', 'rehire')) then false
                end as goes_out,
                max({column}) as told,
            from rows_job_history
            group by all
        ),
        states as (
            select
                employee_id,
                effective_on,
                coalesce(last_value(goes_out ignore nulls) over until_now, false) as is_out,
                cast(last_value(told ignore nulls) over until_now as varchar) as member,
                lead(effective_on) over (partition by employee_id order by effective_on)
                    as ends_on,
            from moves
            window until_now as (
                partition by employee_id order by effective_on
                rows between unbounded preceding and current row
            )
        ),
        steps as (
            select s.employee_id, s.day, p.member
            from ({steps}) as s
            asof inner join states as p on s.employee_id = p.employee_id and s.day > p.effective_on
            where p.member is not null
        ),
        crowds as (
            select member, day, cast(sum(risen_n) over soon as integer) as people_n
            from (select member, day, count(*) as risen_n from steps group by all)
            window soon as (
                partition by member order by day
                range between current row and interval {AT_ONCE_DAYS - 1} days following
            )
        ),
        changes as (
            select member, effective_on, 1 as n from states where not is_out
            union all
            select member, ends_on, -1 from states where not is_out and ends_on is not null
        ),
        sizes as (
            select
                member,
                effective_on,
                cast(sum(sum(n)) over (partition by member order by effective_on) as integer)
                    as people_n,
            from changes
            group by member, effective_on
        ),
        employed as (
            select
                effective_on,
                cast(sum(sum(n)) over (order by effective_on) as integer) as people_n,
            from changes
            group by effective_on
        )
        select c.member, c.day, c.people_n, s.people_n
        from crowds as c
        asof inner join sizes as s on c.member = s.member and c.day > s.effective_on
        asof inner join employed as e on c.day > e.effective_on
        where c.people_n >= {2 * CROWD}
        and c.people_n > $share * s.people_n and c.people_n <= $share * e.people_n
        order by c.people_n desc, c.day
        """,
        {"share": maximum_share},
    ).fetchall()


def _warn_of_years(load: Load, limits: IngestConfig) -> None:
    """Say in which years so many return or step that they did so little by little, not at once."""
    returns = f"select distinct employee_id, left_on as day from ({_returns()})"
    steps = [
        "select distinct employee_id, effective_on as day from rows_job_history "
        f"where event = '{event}'"
        for event in ("promotion", "demotion")
    ]
    for events, share, name, said, to_do in (
        (
            [returns],
            limits.maximum_returned_share,
            "maximum_returned_share",
            f"leave and are back within {RETURN_DAYS} days",
            "`ingest: {system_change_on: [...]}` with the days on which an HR system was replaced "
            "or contracts were written anew, and nobody leaves",
        ),
        (
            steps,
            limits.maximum_promoted_share,
            "maximum_promoted_share",
            "have a promotion or a demotion",
            "`ingest: {level_changes: [...]}` with the days on which levels got new numbers, and "
            "nobody rises or falls on them",
        ),
    ):
        for year, people_n, employed_n in _years(load, events, share):
            load.remarks.warn(
                f"job_history: {people_n} of {employed_n} people employed in {year} {said}, more "
                f"than {share:.4g} of them (ingest.{name}), though never so many of a kind "
                f"within {AT_ONCE_DAYS} days. They count as that; if they should not, say {to_do}."
            )


def _years(load: Load, kinds: Sequence[str], share: float) -> list[tuple[int, int, int]]:
    """Return the years in which something happens to a large share, but to no crowd at once.

    Args:
        load: the load.
        kinds: queries of whom it happens to, and when: `employee_id, day`; a crowd is of one kind.
        share: the share of the people employed in a year, or on a day, to whom it may happen.

    Returns:
        The year, to how many people it happens, and how many were employed in it.
    """
    crowds = {
        day.year
        for events in kinds
        for day, n, _, of in _crowds(load, events, beside=events)
        if n > share * of
    }
    rows = load.connection.execute(
        f"""
        with spans as (
            select
                employee_id,
                is_out,
                effective_on as started_on,
                lead(effective_on) over (partition by employee_id order by effective_on)
                    as ended_on,
            from ({comings_and_goings()})
        ),
        happened as (
            select year(day) as in_year, count(distinct employee_id) as people_n
            from ({" union all ".join(kinds)})
            group by all
        )
        select in_year, people_n, count(distinct employee_id) as employed_n
        from happened
        inner join spans
            on
                not is_out and year(started_on) <= in_year
                and coalesce(ended_on > make_date(in_year, 1, 1), true)
        group by in_year, people_n
        having
            employed_n >= {ENOUGH} and people_n >= {CROWD} and people_n > $share * employed_n
        order by in_year
        """,
        {"share": share},
    ).fetchall()
    return [(year, n, of) for year, n, of in rows if year not in crowds]


def _warn_of_leavers(load: Load, maximum_share: float) -> None:
    """Say when a crowd leaves at once and stays away: perhaps under other ids in a new system."""
    exits = f"""
        select distinct employee_id, effective_on as day
        from rows_job_history as r
        where event = 'exit' and not exists (
            select 1 from rows_job_history as b
            where b.employee_id = r.employee_id and b.event in ('hire', 'rehire')
            and b.effective_on between r.effective_on and r.effective_on + {RETURN_DAYS}
        )
    """
    for day, people_n, _, employed_n in _crowds(load, exits, beside=exits):
        if people_n <= maximum_share * employed_n:
            continue
        row = load.connection.execute(
            f"""
            select
                count(distinct employee_id) filter (
                    where effective_on <= cast($day as date) + {AT_ONCE_DAYS + RETURN_DAYS}
                    and employee_id not in (select employee_id from left_at_once)
                ),
                count(distinct employee_id) filter (
                    where employee_id in (select employee_id from left_at_once)
                ),
                min(effective_on) filter (
                    where employee_id in (select employee_id from left_at_once)
                )
            from ({comings_and_goings()})
            where not is_out and effective_on
                between $day and cast($day as date) + {AT_ONCE_DAYS + 2 * RETURN_DAYS}
            """.replace(
                "left_at_once",
                f"({exits} and effective_on between $day and cast($day as date) + {AT_ONCE_DAYS})",
            ),
            {"day": day},
        ).fetchone()
        hired_n, back_n, back_on = row or (0, 0, None)
        between = day if back_on is None else day + (back_on - day) / 2
        load.remarks.warn(
            f"job_history: {people_n} of {employed_n} people leave within {AT_ONCE_DAYS} days from "
            f"{day} on; {back_n} of them are back within {2 * RETURN_DAYS} days, and of other ids "
            f"{hired_n} come then. They count as leavers. If an HR system was replaced, say "
            f"so with `ingest: {{system_change_on: {between}}}`; if the new one gave people new "
            "ids, map the old ids to the new ones in `values: {employee_id: ...}`."
        )


def _warn_of_unseen_years(load: Load) -> None:
    """Say when hires go back before the day from which on leavers are known at all."""
    row = load.connection.execute(
        f"""
        with spans as (
            select
                effective_on as started_on,
                is_out,
                coalesce(
                    lead(effective_on) over (partition by employee_id order by effective_on),
                    max(effective_on) over ()
                ) as ended_on,
            from ({comings_and_goings()})
        ),
        bounds as (
            select
                min(effective_on) as first_on,
                min(effective_on) filter (where event = 'exit') as first_exit_on,
                count(*) filter (where event = 'exit') as exits_n,
            from rows_job_history
        )
        select
            any_value(first_on),
            any_value(first_exit_on),
            any_value(exits_n),
            any_value(exits_n)
            * sum(greatest(0, least(ended_on, first_exit_on - {A_YEAR}) - started_on))
            / nullif(sum(greatest(0, ended_on - greatest(started_on, first_exit_on))), 0),
        from spans
        cross join bounds
        where not is_out
        """
    ).fetchone()
    first_on, first_exit_on, exits_n, expected_n = row or (None, None, 0, None)
    # A pace is one of many.
    if expected_n is not None and exits_n >= ENOUGH and expected_n >= EXPECTED_MIN:
        load.remarks.warn(
            f"job_history: hires go back to {first_on}, and nobody leaves before {first_exit_on}, "
            f"though about {expected_n:.0f} would have more than a year before, at the "
            "pace since. Who left before is in no file, so of those years only the people who "
            "stayed are known."
        )


def _returns(days: int = RETURN_DAYS) -> str:
    """Return the query of who is back within so many days: `employee_id, left_on, returned_on`.

    Who is hired again on the day of the exit was not away.
    """
    return f"""
    select s.employee_id, e.effective_on as left_on, s.effective_on as returned_on
    from (
        select employee_id, effective_on, min(effective_on) over person as first_on, event
        from rows_job_history
        window person as (partition by employee_id)
    ) as s
    asof inner join (select * from rows_job_history where event = 'exit') as e
        on s.employee_id = e.employee_id and s.effective_on >= e.effective_on
    where s.event in ('hire', 'rehire') and s.effective_on > s.first_on
    and s.effective_on - e.effective_on between 1 and {days}
    """


def _crowds(
    load: Load, events: str, *, beside: str, people: str = "true"
) -> list[tuple[dt.date, int, int, int]]:
    """Return when something happens to a crowd at once, the largest first.

    Args:
        load: the load.
        events: the query of whom it happens to, and when: `employee_id, day`.
        beside: the query of what to compare it with, alike.
        people: the SQL of those to whom it may happen.

    Returns:
        The first day, how many people it happens to within `AT_ONCE_DAYS`, how many of `beside`
        there are by then, and how many people were employed the day before. What happens within
        the same days is told once.
    """
    rows = load.connection.execute(
        f"""
        with events as ({events}),
        beside as ({beside}),
        changes as (
            select
                effective_on,
                is_out,
                lag(is_out, 1, true) over (partition by employee_id order by effective_on)
                    as was_out,
            from ({comings_and_goings(people)})
        ),
        employed as (
            select
                effective_on,
                sum(came_n) over (order by effective_on) as people_n,
            from (
                select effective_on, sum(case when is_out then -1 else 1 end) as came_n
                from changes
                where is_out <> was_out
                group by effective_on
            )
        ),
        counted as (
            select day, count(*) as happened_n from events group by all
        ),
        others as (
            select day, count(*) as others_n from beside group by all
        ),
        at_once as (
            select
                day,
                sum(coalesce(happened_n, 0)) over soon as crowd_n,
                sum(coalesce(others_n, 0)) over soon as beside_n,
                happened_n is not null as is_first,
            from counted
            full join others using (day)
            window soon as (
                order by day
                range between current row and interval {AT_ONCE_DAYS - 1} days following
            )
        )
        select a.day, cast(crowd_n as integer), cast(beside_n as integer),
            cast(coalesce(e.people_n, 0) as integer)
        from at_once as a
        asof left join employed as e on a.day > e.effective_on
        where is_first and crowd_n >= {CROWD}
        order by crowd_n desc, a.day
        """
    ).fetchall()
    told: list[tuple[dt.date, int, int, int]] = []
    for row in rows:
        if all(abs((row[0] - one[0]).days) >= AT_ONCE_DAYS for one in told):
            told.append(row)
    return told


def _days_of(load: Load, events: str, day: dt.date) -> list[dt.date]:
    """Return the days from one on, within `AT_ONCE_DAYS`, on which most of a crowd's events are."""
    rows = load.connection.execute(
        f"select day, count(*) as n from ({events}) "
        f"where day between $day and cast($day as date) + {AT_ONCE_DAYS - 1} "
        f"group by all having n >= {CROWD} order by n desc, day limit {_NAMED_DAYS}",
        {"day": day},
    ).fetchall()
    return sorted(row[0] for row in rows) or [day]


def _place(load: Load, column: str) -> Place:
    """Return the exports that fill the job history."""
    paths = [export.path for export in load.exports.of_table("job_history")]
    more = len(paths) - _NAMED_DAYS
    shown = ", ".join(paths[:_NAMED_DAYS]) + (f" and {more} more" if more > 0 else "")
    return Place(shown, column=column)
