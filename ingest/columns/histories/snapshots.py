"""Snapshots, one record per person and month or year, turned into a history.

Two snapshots say that something changed between them, not when: a change is dated by the snapshot
that first shows it, unless the export itself knows the day. Nobody leaves only because a snapshot
is incomplete, and nobody is promoted or moves only because things were given new names.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.columns.exports import Export
from ingest.columns.histories.columns import ATTRIBUTES, MOVES, differ
from ingest.columns.tables import Load
from ingest.files.remote.addresses import shown_path
from workspace.config import IngestConfig
from workspace.errors import DataRefused, Place

# Fewest people whose common fate at one snapshot is no coincidence.
CROWD = 5
# Fewest people of whom a share is worth asking for.
ENOUGH = 20
# A day of hire that moves by no more than this was corrected; nobody left and came back.
CORRECTED_DAYS = 31
# A status may be so many days behind a day of leaving; beyond it, it contradicts the day.
LATE_DAYS = 31
# Who has left by the status leaves within so many days, or that day is none.
NOTICE_DAYS = 366
# A day that shows fewer than one in so many of those shown before and after is no snapshot of all.
FEW = 5
_TELLING = (*ATTRIBUTES, "exit_reason")


def derive_from_snapshots(load: Load, exports: Sequence[Export], limits: IngestConfig) -> None:
    """Create `derived_rows`: hires, changes and exits between snapshots.

    Raises:
        DataRefused: the newest snapshot misses too many people.
    """
    connection, path = load.connection, shown_path(exports[0].source.path)
    _create_days(load)
    _create_states(load, path, out_after_days=exports[0].mapping.preset.out_after_days)
    _keep_names(load, path)
    _fill_gaps(load, exports, limits)
    _create_seen(load)
    _create_steps(load, limits)
    _warn_of_absences(load, path)
    _warn_of_unseen(load, path, limits)
    _create_derived_rows(load)
    for table in ("snapshot_days", "states", "seen", "steps"):
        connection.execute(f"drop table {table}")


def _create_days(load: Load) -> None:
    """Create `snapshot_days`: the snapshots in their order; the newest describes its day.

    A day that shows nobody employed, or few between two that show many, or after many few who all
    have a day of leaving, `is_full` of nobody: its records tell of single people, as those of
    leavers do, and who has none is taken for present.
    """
    load.connection.execute(
        f"""
        create or replace table snapshot_days as
        with days as (
            select
                snapshot_on,
                count(distinct employee_id) filter (
                    where standing is distinct from 'left'
                    and coalesce(left_on > snapshot_on, true)
                ) as people_n,
                count(*) filter (where standing is distinct from 'left' and left_on is null) > 0
                    as has_staying,
            from held_records
            where snapshot_on is not null
            group by all
        ),
        placed as (
            select
                snapshot_on,
                row_number() over by_day as n,
                people_n > 0 and {FEW} * people_n >= least(
                    coalesce(max(people_n) over earlier_days, 0),
                    case when has_staying then coalesce(max(people_n) over later_days, 0) end
                ) as is_full,
            from days
            window
                by_day as (order by snapshot_on),
                earlier_days as (
                    order by snapshot_on rows between unbounded preceding and 1 preceding
                ),
                later_days as (
                    order by snapshot_on rows between 1 following and unbounded following
                )
        )
        select
            snapshot_on,
            n,
            is_full,
            max(case when is_full then snapshot_on end) over earlier_days as previous_on,
            max(case when is_full then n end) over earlier_days as previous_n,
            min(case when is_full then n end) over () as first_n,
            lead(snapshot_on) over (order by n) as next_on,
            max(snapshot_on) over () as newest_on,
            count(*) over () as snapshots_n,
        from placed
        window
            earlier_days as (order by n rows between unbounded preceding and 1 preceding)
        """
    )
    row = load.connection.execute("select max(snapshot_on) from snapshot_days").fetchone()
    if row is not None and row[0] is not None:
        load.exports.describe(row[0])


def _create_states(load: Load, path: str, *, out_after_days: int) -> None:
    """Create `states`: one row per person and snapshot.

    Of several records of a person in one snapshot that of the earliest hire counts while it goes
    on, as a first job does; else the person is out when a record says so and none shows a later
    hire; else the record of the highest level counts. A record in quarantine shows that its
    person was there, and nothing else. Who is yet to be hired is not there, unless the record also
    tells the end. A status that says employed counts more than a day of leaving long before.
    """
    load.connection.execute(
        f"""
        create or replace table states as
        with dated as (
            select
                h._file,
                h._record,
                h._line,
                h.employee_id,
                h.hired_on,
                h.rehired_on,
                h.in_job_since,
                h.standing,
                {", ".join(f"h.{name}" for name in _TELLING)},
                d.*,
                h._problem is not null as is_unreadable,
                greatest(h.hired_on, h.rehired_on) as started_on,
                h.left_on as any_left_on,
                h.left_on >= coalesce(h.hired_on, h.left_on)
                and h.left_on >= coalesce(h.rehired_on, h.left_on) as is_latest,
                coalesce(
                    is_latest and h.standing in ('active', 'leave')
                    and h.left_on < h.snapshot_on - {LATE_DAYS},
                    false
                ) as is_old,
                -- A day of leaving before the latest hire ended an earlier employment.
                case
                    when is_latest and not is_old
                    and not coalesce(
                        h.standing = 'left' and h.left_on > h.snapshot_on + {NOTICE_DAYS}, false
                    )
                        then h.left_on
                end as left_on,
                h.snapshot_on = max(h.snapshot_on) over (partition by h.employee_id) as is_last,
            from held_records as h
            inner join snapshot_days as d on h.snapshot_on = d.snapshot_on
            where h.employee_id is not null
        ),
        told as (
            select
                *,
                coalesce(standing = 'left' or left_on <= snapshot_on, false)
                or coalesce(started_on > snapshot_on, false) as is_out,
            from dated
            where started_on is null or started_on <= snapshot_on or is_unreadable
            or (left_on >= started_on and (standing = 'left' or (is_last and left_on <= newest_on)))
        ),
        weighed as (
            select
                *,
                coalesce(
                    min(started_on) filter (where not (is_unreadable or is_out))
                        over (partition by employee_id, n) < started_on,
                    false
                ) as is_second_job,
            from told
        ),
        ranked as (
            select
                *,
                count(*) over one_state as records_n,
                count(*) filter (where is_second_job and is_out) over one_state as ended_jobs_n,
                max(started_on) filter (where not is_unreadable) over one_state
                    as latest_started_on,
                row_number() over (
                    partition by employee_id, n
                    order by
                        is_unreadable,
                        is_second_job,
                        started_on desc nulls last,
                        is_out desc,
                        left_on desc nulls last,
                        level desc nulls last,
                        department,
                        job_title,
                        _file,
                        _record
                ) as place,
            from weighed
            window one_state as (partition by employee_id, n)
        ),
        ended as (
            select
                *,
                -- The end of the employment before the latest, whichever record says it.
                max(any_left_on) filter (where any_left_on < latest_started_on or is_old)
                    over (partition by employee_id, n) as ended_on,
            from ranked
        )
        select
            * exclude (
                place, any_left_on, latest_started_on, ended_on, is_latest, is_last, is_second_job
            ),
            left_on + {out_after_days} as out_on,
            ended_on + {out_after_days} as earlier_out_on,
            case when is_unreadable then 'unknown' when is_out then 'out' else 'in' end as state,
        from ended
        where place = 1
        """
    )
    row = load.connection.execute(
        """
        select
            count(*) filter (where records_n > 1),
            count(distinct employee_id) filter (where ended_jobs_n > 0),
        from states
        where state = 'in'
        """
    ).fetchone()
    several_n, doubled_n = row or (0, 0)
    if several_n:
        load.remarks.warn(
            f"{path}: {several_n} times a person has several records in one snapshot; of jobs that "
            "go on the one with the earliest hire counts, then the one of the highest level."
        )
    if doubled_n:
        load.remarks.warn(
            f"{path}: of {doubled_n} people a later job has ended while an earlier one goes on in "
            "the same snapshot; they stay. Export the primary position only; if they left, close "
            "the earlier record too."
        )
    _carry_over_few(load)
    _warn_of_standings(load, path)


def _carry_over_few(load: Load) -> None:
    """Take who was there before a day that does not show everybody for there, until the next."""
    load.connection.execute(
        """
        insert into states by name
        with told as (
            select
                employee_id,
                n,
                state,
                lead(n) over (partition by employee_id order by n) as next_seen_n,
            from states
        )
        select t.employee_id, d.n, d.snapshot_on, d.next_on, 'unknown' as state
        from told as t
        inner join snapshot_days as d
            on d.n > t.n and d.n < coalesce(t.next_seen_n, d.n + 1) and d.previous_n <= t.n
        where not d.is_full and t.state <> 'out'
        """
    )


def _warn_of_standings(load: Load, path: str) -> None:
    """Say of how many people the status and the day of leaving disagree, and which counts."""
    row = load.connection.execute(
        f"""
        with told as (
            select
                employee_id,
                snapshot_on,
                standing,
                left_on,
                coalesce(left_on >= greatest(hired_on, rehired_on), true) as is_latest,
            from held_records
            where _problem is null
        )
        select
            count(distinct employee_id) filter (
                where standing in ('active', 'leave') and left_on < snapshot_on - {LATE_DAYS}
            ),
            count(distinct employee_id) filter (
                where standing in ('active', 'leave') and left_on < snapshot_on
                and left_on >= snapshot_on - {LATE_DAYS}
            ),
            count(distinct employee_id) filter (
                where standing = 'left' and left_on > snapshot_on + {LATE_DAYS}
                and left_on <= snapshot_on + {NOTICE_DAYS}
            ),
            count(distinct employee_id) filter (
                where standing = 'left' and left_on > snapshot_on + {NOTICE_DAYS}
            ),
        from told
        where is_latest
        """
    ).fetchone()
    old_n, late_n, leaving_n, never_n = row or (0, 0, 0, 0)
    if old_n:
        load.remarks.warn(
            f"{path}: {old_n} people are employed by their status though their day of leaving lies "
            f"more than {LATE_DAYS} days before the snapshot; the status counts. If they came "
            "back, add the day as `rehired_on`; if they left, correct the status."
        )
    if late_n:
        load.remarks.warn(
            f"{path}: {late_n} people are employed by their status though their day of leaving has "
            f"passed by at most {LATE_DAYS} days; the day counts."
        )
    if leaving_n:
        load.remarks.warn(
            f"{path}: {leaving_n} people have left by their status and have a day of leaving more "
            f"than {LATE_DAYS} days after the snapshot; the day counts."
        )
    if never_n:
        load.remarks.warn(
            f"{path}: {never_n} people have left by their status and have a day of leaving more "
            f"than {NOTICE_DAYS} days after the snapshot; the status counts, from the snapshot on."
        )


def _keep_names(load: Load, path: str) -> None:
    """Give a renamed department its newest name throughout: new names are no moves.

    A department is renamed when its name goes, a new name comes, and all who stay go from the one
    to the other, with nobody else.
    """
    connection = load.connection
    renamed = connection.execute(
        """
        with inside as (
            select employee_id, n, department from states
            where state = 'in' and department is not null
        ),
        stayed as (
            select a.n, b.department as old, a.department as new, count(*) as people_n
            from inside as a
            inner join inside as b on a.employee_id = b.employee_id and a.n = b.n + 1
            group by all
        ),
        names as (select distinct n, department from inside)
        select s.n, s.old, s.new
        from stayed as s
        where s.old <> s.new
        and not exists (
            select 1 from names as x where x.n = s.n and x.department = s.old
        )
        and not exists (
            select 1 from names as x where x.n = s.n - 1 and x.department = s.new
        )
        and (
            select count(*) from stayed as x
            where x.n = s.n and (x.old = s.old or x.new = s.new)
        ) = 1
        and s.people_n > 1
        order by s.n
        """
    ).fetchall()
    for n, old, new in renamed:
        connection.execute(
            "update states set department = $new where n < $n and department = $old",
            {"new": new, "n": n, "old": old},
        )
    if renamed:
        departments = "department bears" if len(renamed) == 1 else "departments bear"
        load.remarks.warn(
            f"{path}: {len(renamed)} {departments} a new name from one snapshot to the next; the "
            "newest name is used throughout, so that nobody moves."
        )


def _fill_gaps(load: Load, exports: Sequence[Export], limits: IngestConfig) -> None:
    """Take people who vanish in a crowd and return for present; refuse when nobody can tell yet.

    A crowd is a whole department of some size, or a larger share of everybody than is allowed,
    without a day of leaving.
    """
    connection, path = load.connection, shown_path(exports[0].source.path)
    connection.execute(
        f"""
        create or replace table vanished as
        with seen as (
            select
                s.employee_id,
                s.n,
                d.next_on,
                d.snapshots_n,
                lead(s.n) over (partition by s.employee_id order by s.n) as next_seen_n,
                -- What is known of somebody holds on where a day does not show it.
                {
            ", ".join(
                f"last_value(case when s.state <> 'unknown' then s.{name} end ignore nulls) "
                f"over until_now as {name}"
                for name in ("state", "department", "out_on")
            )
        },
            from states as s
            inner join snapshot_days as d on s.n = d.n
            window until_now as (
                partition by s.employee_id order by s.n
                rows between unbounded preceding and current row
            )
        ),
        gone as (
            select
                employee_id,
                department,
                n + 1 as n,
                next_seen_n,
                snapshots_n = n + 1 as is_newest,
                next_seen_n is distinct from n + 1 as is_gone,
                next_seen_n is distinct from n + 1 and coalesce(out_on > next_on, true)
                    as is_missing,
            from seen
            where state = 'in' and next_on is not null
        ),
        counted as (
            select
                *,
                count(*) filter (where not is_gone) over by_department as department_there_n,
                count(*) filter (where is_missing) over by_department as department_missing_n,
                count(*) over by_day as everybody_n,
                count(*) filter (where is_missing) over by_day as missing_n,
            from gone
            window
                by_department as (partition by n, department),
                by_day as (partition by n)
        )
        select
            employee_id,
            n,
            department,
            next_seen_n,
            is_newest,
        from counted
        where is_missing
        and (
            (
                department is not null
                and department_there_n = 0
                and department_missing_n >= {CROWD}
                and $share < 1
            )
            or (everybody_n >= {ENOUGH} and missing_n > $share * everybody_n)
        )
        """,
        {"share": limits.maximum_vanished_share},
    )
    _refuse_incomplete(load, exports)
    connection.execute(
        """
        insert into states by name
        select v.employee_id, d.n, d.snapshot_on, 'unknown' as state
        from vanished as v
        inner join snapshot_days as d on d.n >= v.n and d.n < v.next_seen_n
        """
    )
    counts = connection.execute(
        """
        select
            count(distinct n) filter (where next_seen_n is not null),
            count(*) filter (where next_seen_n is null),
            count(distinct n) filter (where next_seen_n is null),
        from vanished
        """
    ).fetchone()
    incomplete_n, left_n, days_n = counts or (0, 0, 0)
    if incomplete_n:
        load.remarks.warn(
            f"{path}: {incomplete_n} snapshots miss people in a crowd who are in later ones; they "
            "are taken for present."
        )
    if left_n:
        load.remarks.warn(
            f"{path}: {left_n} people disappear in a crowd, at {days_n} snapshots, without a day "
            "of leaving and never return; they count as leavers. Look whether the snapshots are "
            "complete."
        )
    connection.execute("drop table vanished")


def _refuse_incomplete(load: Load, exports: Sequence[Export]) -> None:
    """Refuse a newest snapshot that misses a crowd: no later one can tell leavers from a gap."""
    row = load.connection.execute(
        "select count(*), count(distinct department) from vanished where is_newest"
    ).fetchone()
    if row is None or not row[0]:
        return
    newest = load.connection.execute("select max(snapshot_on) from snapshot_days").fetchone()
    raise DataRefused(
        "The newest snapshot misses people in a crowd.",
        place=Place(_file_of_newest(load, exports)),
        found=f"{row[0]} people of {row[1]} departments are in the snapshot before and not in that "
        f"of {newest[0] if newest else ''}, without a day of leaving",
        expected="everybody, or a status or a date of termination for those who left",
        to_do="export the whole snapshot again, with terminated workers; or, if they did leave, "
        "allow it with `ingest: {maximum_vanished_share: 1}`",
    )


def _file_of_newest(load: Load, exports: Sequence[Export]) -> str:
    row = load.connection.execute(
        "select min(_file) from held_records "
        "where snapshot_on = (select max(snapshot_on) from snapshot_days)"
    ).fetchone()
    paths = {export.number: export.path for export in exports}
    return paths.get(-1 if row is None else row[0], shown_path(exports[0].source.path))


def _create_seen(load: Load) -> None:
    """Create `seen`: each state beside the person's one before, and what was known by then.

    An unknown state is the one before, shown by the record that showed that one.
    """
    carried = (
        *("_file", "_record", "_line", "started_on", "left_on", "out_on", "earlier_out_on"),
        *("standing", "exit_reason", "told_on"),
    )
    silent = ", ".join(
        f"case when state = 'unknown' then last_value(case when state <> 'unknown' then {name} end "
        f"ignore nulls) over before else {name} end as {name}"
        for name in (*carried, "state")
    )
    known = ", ".join(
        f"last_value(case when state = 'in' then {name} end ignore nulls) over before "
        f"as known_{name}"
        for name in ATTRIBUTES
    )
    window = (
        "before as (partition by employee_id order by n "
        "rows between unbounded preceding and 1 preceding)"
    )
    load.connection.execute(
        f"""
        create or replace table seen as
        with spoken as (
            select
                * replace ({
            ", ".join(
                f"case when state = 'unknown' then null else {name} end as {name}"
                for name in ATTRIBUTES
            )
        }),
                snapshot_on as told_on,
            from states
        ),
        filled as (
            select
                * replace ({silent}),
                min(n) over (partition by employee_id) as first_told_n,
            from spoken
            window {window}
        )
        select
            *,
            lag(n) over person as seen_n,
            lag(told_on) over person as seen_on,
            lag(next_on) over person as after_seen_on,
            lag(state) over person as seen_state,
            lag(started_on) over person as seen_started_on,
            lag(out_on) over person as seen_out_on,
            lag(exit_reason) over person as seen_exit_reason,
            lag(_file) over person as seen_file,
            lag(_record) over person as seen_record,
            lag(_line) over person as seen_line,
            lag(standing) over person as seen_standing,
            lead(n) over person as next_seen_n,
            lead(state) over person as next_seen_state,
            lead(snapshot_on) over person as next_seen_on,
            {known},
        from filled
        where state is not null
        window person as (partition by employee_id order by n), {window}
        """
    )


def _create_steps(load: Load, limits: IngestConfig) -> None:
    """Create `steps`: what was seen, and whether the person left and came back in between.

    Who was in `was_away` if hired anew after that, or absent from a snapshot, unless the day of
    the hire has stayed the same and no day of leaving is known. Who was out `was_back` if the
    record that shows them as gone knows a later hire. A crowd that gets new days of hire got new
    contracts, and stayed.
    """
    load.connection.execute(
        f"""
        create or replace table steps as
        with expected as (
            select
                *,
                -- The last snapshot of everybody that should have shown the person before.
                (
                    select max(d.snapshot_on)
                    from snapshot_days as d
                    where d.is_full and d.n < first_told_n
                    and (state = 'in' or d.snapshot_on < coalesce(out_on, date 'infinity'))
                ) as missed_on,
            from seen
        ),
        ended as (
            select
                *,
                coalesce(n > seen_n + 1, false) as was_absent,
                coalesce(started_on > seen_on, false) as is_hired_since,
                -- The first day out of the employment seen before, where a record tells it.
                case
                    when earlier_out_on > seen_on then earlier_out_on
                    when is_hired_since and seen_out_on <= started_on then seen_out_on
                    when not is_hired_since and seen_out_on <= after_seen_on then seen_out_on
                end as seen_ended_on,
                state = 'in' or coalesce(started_on < coalesce(out_on, snapshot_on), false)
                    as has_worked,
                seen_n is null and n = first_told_n
                and coalesce(started_on < missed_on - cast($unseen as integer), false) as is_unseen,
            from expected
        ),
        redated as (
            select
                *,
                coalesce(
                    seen_state = 'in' and has_worked and is_hired_since and seen_ended_on is null
                    and not (state = 'in' and was_absent)
                    and started_on > seen_started_on + {CORRECTED_DAYS},
                    false
                ) as has_new_hire,
            from ended
        ),
        counted as (
            select
                *,
                has_new_hire
                and count(*) filter (where seen_state = 'in') over by_day >= {ENOUGH}
                and count(*) filter (where has_new_hire) over by_day
                > $share * count(*) filter (where seen_state = 'in') over by_day as is_in_crowd,
            from redated
            window by_day as (partition by n)
        )
        select
            *,
            coalesce(
                case
                    when seen_state <> 'in' or not has_worked then false
                    when has_new_hire then not is_in_crowd
                    when is_hired_since and seen_ended_on is not null then true
                    when state = 'in' and was_absent
                        then is_hired_since
                        or started_on is null
                        or seen_started_on is null
                        or seen_ended_on is not null
                end,
                false
            ) as was_away,
            coalesce(
                seen_state = 'out' and state = 'out' and has_worked
                and started_on >= coalesce(seen_out_on, seen_on)
                and coalesce(started_on > seen_started_on, true),
                false
            ) as was_back,
        from counted
        """,
        {"share": limits.maximum_vanished_share, "unseen": limits.maximum_unseen_days},
    )


def _warn_of_absences(load: Load, path: str) -> None:
    """Say of whom the snapshots do not tell whether, or until when, they were away."""
    row = load.connection.execute(
        """
        select
            count(distinct employee_id) filter (
                where state = 'in' and seen_state = 'in' and was_absent and not was_away
            ),
            count(*) filter (where has_new_hire and was_away),
            count(*) filter (where is_in_crowd),
        from steps
        """
    ).fetchone()
    kept_n, undated_n, crowd_n = row or (0, 0, 0)
    if kept_n:
        load.remarks.warn(
            f"{path}: {kept_n} people are missing from snapshots and return with the day of hire "
            "they had; they are taken for present. If `hired_on` is the original hire, add the "
            "latest one as `rehired_on`, so that leaving and coming back are seen."
        )
    if undated_n:
        load.remarks.warn(
            f"{path}: {undated_n} times somebody was hired anew between two snapshots and nothing "
            "says when they had left; they count as out from the day before the new hire. Add the "
            "day of leaving as `left_on`."
        )
    if crowd_n:
        load.remarks.warn(
            f"{path}: {crowd_n} people get a new day of hire in a crowd, from one snapshot to the "
            "next and without a day of leaving; they are taken for present throughout."
        )


def _warn_of_unseen(load: Load, path: str, limits: IngestConfig) -> None:
    """Say of how many people snapshots that should have shown them know nothing."""
    row = load.connection.execute(
        "select count(*) filter (where state = 'in'), count(*) filter (where state = 'out') "
        "from steps where is_unseen"
    ).fetchone()
    later_n, never_n = row or (0, 0)
    missed = (
        f"more than {limits.maximum_unseen_days} days after their hire (ingest.maximum_unseen_days)"
    )
    believe = "To believe their days of hire, set `ingest: {maximum_unseen_days: null}`."
    if later_n:
        load.remarks.warn(
            f"{path}: {later_n} people are in no snapshot taken {missed} and come later, as when a "
            "company is bought; they count as employed from the first snapshot that shows them, "
            f"and their hire as not seen. {believe}"
        )
    if never_n:
        load.remarks.warn(
            f"{path}: {never_n} people who left are in no snapshot taken {missed} and before they "
            f"left; they are in no history, as if they never worked here. {believe}"
        )


def _create_derived_rows(load: Load) -> None:
    """Create `derived_rows` from the steps: starts, changes between them, and exits."""
    _create_starts(load)
    _create_exits(load)
    load.connection.execute(
        f"""
        create or replace table derived_rows as
        with changes as (
            select
                _file,
                _record,
                _line,
                employee_id,
                n,
                case
                    when in_job_since > seen_on and in_job_since <= snapshot_on then in_job_since
                    else snapshot_on
                end as effective_on,
                case
                    when level > known_level then 'promotion'
                    when level < known_level then 'demotion'
                    when {differ(MOVES, is_new_too=False)} then 'transfer'
                    when {_stands("leave")} and not {_stood("leave")} then 'leave_start'
                    when {_stood("leave")} and not {_stands("leave")} then 'leave_end'
                    when {differ(ATTRIBUTES, is_new_too=True)} then 'change'
                end as event,
                {", ".join(ATTRIBUTES)},
            from steps
            where state = 'in' and seen_state = 'in' and not was_away
        ),
        events as (
            select * from changes where event is not null
            union all by name
            select * from starts
            union all by name
            select * from exits
        ),
        bounded as (
            select
                *,
                min(case when event = 'exit' then effective_on end) over (
                    partition by employee_id order by n
                    range between current row and unbounded following
                ) as next_exit_on,
            from events
        )
        -- What a snapshot shows after a day of leaving that became known later did not happen.
        select
            _file,
            _record,
            _line,
            employee_id,
            effective_on,
            event,
            {", ".join(ATTRIBUTES)},
            exit_reason,
        from bounded
        where event in ('hire', 'rehire', 'exit')
        or next_exit_on is null
        or effective_on < next_exit_on
        """
    )
    load.connection.execute("drop table starts")
    load.connection.execute("drop table exits")


def _create_starts(load: Load) -> None:
    """Create `starts`: each person's hires, and what is known from the first snapshot on.

    What people are at the first snapshot that shows them is not what they were at a hire before
    it. Who is in the very first one and has no day of hire was hired some time before.
    """
    load.connection.execute(
        f"""
        create or replace table starts as
        with shown as (
            select
                *,
                seen_n is null as is_first,
                -- As long before the first snapshot as the second is after it.
                coalesce(
                    previous_on,
                    snapshot_on - cast(coalesce(next_on - snapshot_on, 31) as integer)
                ) as before_on,
            from steps
            where (state = 'in' and coalesce(seen_state = 'out', true))
            or was_away
            or was_back
            or (state = 'out' and seen_n is null and started_on < out_on and not is_unseen)
        ),
        dated as (
            select
                *,
                case
                    when is_unseen then null
                    when is_first then started_on
                    when was_away and started_on > seen_on then started_on
                    when not was_away and started_on >= coalesce(seen_out_on, seen_on)
                        then started_on
                end as hired_then_on,
            from shown
        ),
        named as (
            select
                *,
                coalesce(hired_then_on, snapshot_on) as effective_on,
                case
                    when is_unseen then 'change'
                    when not is_first or rehired_on > hired_on then 'rehire'
                    when hired_then_on is null and n <= first_n then 'change'
                    else 'hire'
                end as event,
                coalesce(hired_then_on > before_on, true) as is_known,
            from dated
        )
        select
            _file,
            _record,
            _line,
            employee_id,
            n,
            effective_on,
            event,
            {", ".join(f"case when is_known then {name} end as {name}" for name in ATTRIBUTES)},
        from named
        union all by name
        select
            _file,
            _record,
            _line,
            employee_id,
            n,
            snapshot_on as effective_on,
            'change' as event,
            {", ".join(ATTRIBUTES)},
        from named
        where state = 'in' and not is_known
        """
    )


def _create_exits(load: Load) -> None:
    """Create `exits`: who is shown as gone, who was away for a while, who is in no later snapshot.

    The day is the export's own where it can be; else that of the first snapshot without the
    person. A day of leaving after the newest snapshot is a plan, but for what records of single
    people tell after it.
    """
    load.connection.execute(
        """
        create or replace table exits as
        select
            _file,
            _record,
            _line,
            employee_id,
            n,
            case
                when seen_n is null then out_on
                when out_on >= coalesce(seen_started_on, out_on)
                and not coalesce(next_seen_state = 'in' and out_on > next_seen_on, false)
                    then out_on
                else snapshot_on
            end as effective_on,
            'exit' as event,
            exit_reason,
        from steps
        where state = 'out'
        and (
            seen_state = 'in'
            or was_back
            or (seen_n is null and started_on < out_on and not is_unseen)
        )
        union all by name
        select
            seen_file as _file,
            seen_record as _record,
            seen_line as _line,
            s.employee_id,
            seen_n as n,
            case
                when seen_ended_on is not null then seen_ended_on
                when is_hired_since
                    then greatest(seen_on + 1, least(d.snapshot_on, started_on - 1))
                else d.snapshot_on
            end as effective_on,
            'exit' as event,
            coalesce(
                seen_exit_reason, case when seen_ended_on = earlier_out_on then exit_reason end
            ) as exit_reason,
        from steps as s
        inner join snapshot_days as d on d.n = s.seen_n + 1
        where was_away
        union all by name
        select
            _file,
            _record,
            _line,
            employee_id,
            s.n,
            coalesce(out_on, d.snapshot_on) as effective_on,
            'exit' as event,
            exit_reason,
        from steps as s
        inner join snapshot_days as d on d.n = s.n + 1
        where next_seen_n is null and state = 'in' and coalesce(left_on <= d.newest_on, true)
        union all by name
        -- Records of single people close the export: nothing newer says that they are still here.
        select
            _file,
            _record,
            _line,
            employee_id,
            n,
            out_on as effective_on,
            'exit' as event,
            exit_reason,
        from steps
        semi join (select n from snapshot_days where n = snapshots_n and not is_full) using (n)
        where state = 'in' and out_on is not null
        """
    )


def _stands(standing: str) -> str:
    return f"coalesce(standing = '{standing}', false)"


def _stood(standing: str) -> str:
    return f"coalesce(seen_standing = '{standing}', false)"
