"""When people are employed, as the rows of job_history tell it."""

from __future__ import annotations


def comings_and_goings(people: str = "true") -> str:
    """Return the query of the days on which people come or go: `employee_id, effective_on, is_out`.

    Whoever has left stays out until the next hire, whatever a payroll still changes; whose history
    begins with something else than a hire is there from then on.

    Args:
        people: the SQL of whom it is about.
    """
    return f"""
    select employee_id, effective_on, bool_and(event = 'exit') as is_out
    from (
        select
            *,
            effective_on = min(effective_on) over (partition by employee_id) as is_first_day
        from rows_job_history
        where {people}
    ) as days
    where is_first_day or event in ('hire', 'rehire', 'exit')
    group by all
    """
