-- Those who applied and started against those who applied in the same round and did not get in, in
-- the month of the start: the rung is the first on which somebody is alike. Coarse rungs come first;
-- of so few people the finest would choose its controls by chance. Nobody is chosen by the future:
-- who was selected counts as not matched once three months have gone by without a start, and
-- whoever starts later stays in the comparison.
{%- set rungs = [["level", "rating"], ["level"], []] %}
with applications as (

    select * from {{ ref("int_applications__dated") }}

),

tried as (

    select
        trials.role,
        trials.person_number,
        trials.cell_number,
        trials.trial_month_number,
        trials.is_treated,
        applications.program,
        applications.application_round,
        {{ number_of(
            ["trials.role", "applications.program", "applications.application_round"]
            + ["trials.trial_month_number"]
        ) }} as round_number,
        trials.level,
        trials.rating
    from applications
    inner join {{ ref("int_trials__eligible") }} as trials
        on
            applications.role = trials.role
            and applications.person_number = trials.person_number
    where
        case
            when trials.is_treated
                then
                    trials.program = applications.program
                    and applications.applied_number <= trials.trial_month_number
            when applications.status in ('waitlisted', 'declined')
                then applications.decided_number <= trials.trial_month_number
            when applications.status = 'selected'
                then applications.decided_number + 3 <= trials.trial_month_number
            else false
        end

),

counted as (

    select
        *
        {%- for rung in rungs %},
        sum(case when is_treated then 0 else 1 end) over rung_{{ loop.index }}
            as control_{{ loop.index }}_n
        {%- endfor %}
    from tried
    window
        {%- for rung in rungs %}
        rung_{{ loop.index }} as (
            partition by round_number
            {%- for covariate in rung %}, {{ covariate }}{% endfor %}
        ){{ "," if not loop.last }}
        {%- endfor %}

),

matched as (

    select
        *,
        case
            when not is_treated then null
            {%- for rung in rungs %}
            when control_{{ loop.index }}_n > 0 then {{ loop.index }}
            {%- endfor %}
        end as rung
    from counted

),

shared as (

    select
        *
        {%- for rung in rungs %},
        sum(case when rung = {{ loop.index }} then 1 else 0 end) over (
            partition by round_number
            {%- for covariate in rung %}, {{ covariate }}{% endfor %}
        ) as treated_{{ loop.index }}_n
        {%- endfor %}
    from matched

)

select
    role,
    program,
    person_number,
    cell_number,
    trial_month_number,
    is_treated,
    rung,
    case
        when is_treated and rung is not null then 1.0
        when is_treated then 0.0
        else
            {%- for rung in rungs %}
            treated_{{ loop.index }}_n / cast(greatest(control_{{ loop.index }}_n, 1) as double)
            {{- " +" if not loop.last }}
            {%- endfor %}
    end as weight
from shared
