-- The two sums of which everybody's influence on the incidence at each horizon is made.
select
    group_number,
    arm,
    person_number
    {%- for months in var("impact_horizons") %}
    {%- for outcome in followed_outcomes() %}
    {%- for part in ["own", "lost"] %},
    sum(case when month <= {{ months }} then {{ outcome.name }}_{{ part }}_step else 0 end)
        as {{ outcome.name }}_{{ part }}_{{ months }}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
from {{ ref("int_influence__stepped") }}
group by group_number, arm, person_number
