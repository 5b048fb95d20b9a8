"""Whether the events of a job history make sense together.

Each rule is one query. What contradicts itself goes to quarantine; what may be true, and would
change a measure if it is not, is kept and noted.
"""

from __future__ import annotations

from ingest.columns.tables import Load

# A hierarchy with more levels than two to the power of this is taken for a cycle.
JUMPS = 6
# Fewer people than this who change department together are no reorganization.
RENAMED_PEOPLE_MIN = 5


def check_employment(load: Load) -> None:
    """Quarantine events that contradict a person's others; note what may be told incompletely."""
    load.ledger.quarantine(_exits_before_hire())
    load.ledger.quarantine(_levels_against_events())
    load.tables.sweep("job_history")
    load.ledger.note_flaws(_hires_of_the_employed())
    load.ledger.note_flaws(_renamed_departments())
    _note_manager_cycles(load)


def _exits_before_hire() -> str:
    """Return the query of exits that lie before the hire with which a person begins.

    An exit with nothing after it, or with a rehire after it, is the end of an employment of which
    the export holds no more.
    """
    return """
    with lives as (
        select
            employee_id,
            min(effective_on) filter (where event = 'exit') as left_on,
            min(effective_on) filter (where event <> 'exit') as known_since_on,
            min(effective_on) filter (where event = 'hire') as hired_on,
        from rows_job_history
        group by all
    )
    select
        r._file,
        r._record,
        r._line,
        'exit_before_hire' as reason,
        'effective_on' as column_name,
        concat(r.effective_on, ', before the hire on ', l.hired_on) as found,
    from rows_job_history as r
    inner join lives as l on r.employee_id = l.employee_id
    where r.event = 'exit' and l.hired_on = l.known_since_on and r.effective_on < l.hired_on
    """


def _levels_against_events() -> str:
    """Return the query of promotions to a lower level and demotions to a higher one.

    The level before is the last one told on an earlier day of the same employment. Only people who
    ever had a level on the wrong side of a step are looked at day by day.
    """
    return """
    with all_steps as (
        select * from rows_job_history
        where event in ('promotion', 'demotion') and level is not null
    ),
    first_days as (
        select employee_id, level, min(effective_on) as first_on
        from rows_job_history
        semi join all_steps using (employee_id)
        where level is not null
        group by all
    ),
    suspects as (
        select distinct s.employee_id
        from all_steps as s
        inner join first_days as f
            on s.employee_id = f.employee_id and s.effective_on > f.first_on
        where case s.event when 'promotion' then s.level < f.level else s.level > f.level end
    ),
    steps as (
        select * from all_steps semi join suspects using (employee_id)
    ),
    levels as (
        select employee_id, effective_on, min(level) as lowest, max(level) as highest
        from rows_job_history
        semi join steps using (employee_id)
        where level is not null
        group by all
    ),
    ends as (
        select distinct employee_id, effective_on
        from rows_job_history
        semi join steps using (employee_id)
        where event in ('hire', 'rehire', 'exit')
    ),
    compared as (
        select s.*, l.lowest, l.highest, l.effective_on as told_on
        from steps as s
        asof inner join levels as l
            on s.employee_id = l.employee_id and s.effective_on > l.effective_on
    )
    select
        c._file,
        c._record,
        c._line,
        'level_against_event' as reason,
        'level' as column_name,
        concat(c.event, ' to ', c.level, ' from ',
            case c.event when 'promotion' then c.lowest else c.highest end) as found,
    from compared as c
    asof left join ends as e
        on c.employee_id = e.employee_id and c.effective_on >= e.effective_on
    where (e.effective_on is null or c.told_on >= e.effective_on)
    and case c.event when 'promotion' then c.level < c.lowest else c.level > c.highest end
    """


def _hires_of_the_employed() -> str:
    """Return the query of hires and rehires of people who had not left by then."""
    return """
    with hired as (
        select employee_id
        from rows_job_history
        where event in ('hire', 'rehire')
        group by all
        having count(distinct effective_on) > 1
    ),
    days as (
        select
            employee_id,
            effective_on,
            bool_or(event = 'exit') as is_exit,
            bool_or(event in ('hire', 'rehire')) as is_hire,
        from rows_job_history
        semi join hired using (employee_id)
        group by all
    ),
    placed as (
        select *, row_number() over (partition by employee_id order by effective_on) as place
        from days
    ),
    known as (
        select
            *,
            last_value(
                case
                    when is_exit and (place = 1 or not is_hire) then 'out'
                    when is_hire then 'in'
                end ignore nulls
            ) over (
                partition by employee_id order by effective_on
                rows between unbounded preceding and 1 preceding
            ) as state_before,
        from placed
    )
    select
        r._file,
        case r.event when 'hire' then 'hire_while_employed' else 'rehire_without_exit' end
            as reason,
        count(*) as rows_n,
    from rows_job_history as r
    inner join known as k
        on r.employee_id = k.employee_id and r.effective_on = k.effective_on
    where r.event in ('hire', 'rehire')
    and k.place > 1 and not k.is_exit and coalesce(k.state_before, 'in') = 'in'
    group by all
    """


def _renamed_departments() -> str:
    """Return the query of moves from a department that ends into one that begins that day."""
    return f"""
    with departments as (
        select
            department,
            min(effective_on) as first_on,
            max(effective_on) as last_on,
        from rows_job_history
        where department is not null
        group by all
    ),
    arrivals as (
        select r.*
        from rows_job_history as r
        inner join departments as d
            on r.department = d.department and r.effective_on = d.first_on
        where r.event not in ('hire', 'rehire')
    ),
    days as (
        select employee_id, effective_on, max(department) as department
        from rows_job_history
        semi join arrivals using (employee_id)
        where department is not null
        group by all
    ),
    moves as (
        select a._file, a.employee_id, a.effective_on, a.department, p.department as previous
        from arrivals as a
        asof inner join days as p
            on a.employee_id = p.employee_id and a.effective_on > p.effective_on
    )
    select m._file, 'renamed_department' as reason, count(*) as rows_n
    from moves as m
    inner join departments as d on m.previous = d.department and d.last_on < m.effective_on
    group by m._file, m.previous, m.department, m.effective_on
    having count(distinct m.employee_id) >= {RENAMED_PEOPLE_MIN}
    """


def _note_manager_cycles(load: Load) -> None:
    """Note the people whose chain of managers leads back to them.

    Each step doubles the distance looked upward, so that chains that end drop out at once.
    """
    connection = load.connection
    connection.execute(
        """
        create or replace table managers as
        with last as (
            select
                employee_id,
                arg_max(event = 'exit', (effective_on, _file, _record)) as has_left,
                arg_max(manager_id, (effective_on, _file, _record)) as manager_id,
                arg_max(_file, (effective_on, _file, _record)) as _file,
            from rows_job_history
            group by all
        )
        select employee_id, manager_id, _file from last
        where manager_id is not null and not has_left
        """
    )
    above = "select employee_id, manager_id as leader_id from managers"
    for _ in range(JUMPS + 1):
        connection.execute(f"create or replace table leaders as {above}")
        if connection.execute("select 1 from leaders limit 1").fetchone() is None:
            break
        above = (
            "select l.employee_id, h.leader_id from leaders as l "
            "inner join leaders as h on l.leader_id = h.employee_id"
        )
    load.ledger.note_flaws(
        """
        select _file, 'manager_cycle' as reason, count(*) as rows_n
        from managers
        where employee_id in (select leader_id from leaders)
        group by all
        """
    )
    for table in ("leaders", "managers"):
        connection.execute(f"drop table {table}")
