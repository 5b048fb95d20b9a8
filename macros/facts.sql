{# How the rows of a fact get what all facts have: see `measures.sql`. #}

{# The end of a fact's query: its rows, and each once more for all programs together, with the cuts of
   the person as they were on a day. Whoever was not employed then, and what is not before the end of
   follow-up, is left out.

   rows           the CTE to take: `program`, `person_key`, `counted_on` and the columns named
   columns        its other columns, in order
   population     SQL of the population
   attributes_on  SQL of the day of the attributes #}
{% macro placed(rows, columns, population="'mentees'", attributes_on=none) -%}
{%- set day = attributes_on or rows ~ ".counted_on" -%}
settings as (

    select * from {{ ref("int_settings__resolved") }}

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

starts as (

    select * from {{ ref("int_participants__attributed") }}

),

programs as (

    select * from {{ ref("dim_programs") }}

),

seats as (

    {{ numbers("seat_number", [1, 2]) }}

)

select
    {{ population }} as population,
    case when seats.seat_number = 1 then {{ rows }}.program else 'all' end as program,
    programs.program_type,
    starts.cohort,
    attributed.department,
    attributed.level_band,
    attributed.work_arrangement,
    attributed.gender,
    {{ rows }}.person_key,
    {{ rows }}.counted_on
    {%- for column in columns %},
    {{ rows }}.{{ column }}
    {%- endfor %}
from {{ rows }}
cross join settings
cross join seats
inner join attributed
    on
        {{ rows }}.person_key = attributed.person_key
        and {{ holds_on(day, "attributed.valid_from", "attributed.valid_to") }}
left join programs on {{ rows }}.program = programs.program
left join starts
    on
        {{ rows }}.person_key = starts.person_key
        and starts.population = {{ population }}
        and starts.program
        = case when seats.seat_number = 1 then {{ rows }}.program else 'all' end
where {{ rows }}.counted_on < settings.follow_up_ends_on
{%- endmacro %}

{# Two CTEs of rows: each once for its program and once for all of them; `in_program` says which. #}
{% macro with_all_programs(rows) -%}
seats as (

    {{ numbers("seat_number", [1, 2]) }}

),

with_all_programs as (

    select
        {{ rows }}.*,
        case when seats.seat_number = 1 then {{ rows }}.program else 'all' end as in_program
    from {{ rows }}
    cross join seats

)
{%- endmacro %}

{# A cohort: the program, and the quarter of the start. #}
{% macro cohort_of(program, started_on) -%}
    {{ program }} || ' '
    || cast(extract(year from {{ started_on }}) as {{ dbt.type_string() }})
    || '-Q'
    || cast(extract(quarter from {{ started_on }}) as {{ dbt.type_string() }})
{%- endmacro %}

{# An answer as a share of its scale: 0 is the lowest there can be, 1 the highest. #}
{% macro share_of_scale(rows) -%}
    ({{ rows }}.score - {{ rows }}.scale_min) / ({{ rows }}.scale_max - {{ rows }}.scale_min)
{%- endmacro %}

{# A whole number of days from one day to another. #}
{% macro days_between(first_day, last_day) -%}
    cast({{ dbt.datediff(first_day, last_day, "day") }} as integer)
{%- endmacro %}
