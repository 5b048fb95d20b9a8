-- Turned-down applicants in the month of the decision, and the weights of people who were alike and
-- had not applied by then, cell by cell on the ladder of the headline. Applying changes nothing; if
-- it goes with staying or rising, those who want in are other people.
{%- set rungs = var("impact_ladder") %}
with applications as (

    select * from {{ ref("int_applications__dated") }}

),

turned_down as (

    select distinct
        considered.role_number,
        considered.person_number,
        considered.cell_number
    from {{ ref("int_trials__considered") }} as considered
    inner join applications
        on
            considered.person_number = applications.person_number
            and considered.role_number = {{ role_number("applications.role") }}
            and considered.trial_month_number = applications.decided_number
    where
        considered.exclusion_reason is null
        and not considered.is_treated
        and applications.status in ('waitlisted', 'declined')

),

applied as (

    select
        considered.cell_number,
        count(distinct considered.person_number) as applied_n
    from {{ ref("int_trials__considered") }} as considered
    inner join applications
        on
            considered.person_number = applications.person_number
            and considered.role_number = {{ role_number("applications.role") }}
            and considered.trial_month_number >= applications.applied_number
    where considered.exclusion_reason is null and not considered.is_treated
    group by considered.cell_number

),

cells as (

    select
        cells.*,
        cells.control_n - coalesce(applied.applied_n, 0) as unapplied_n,
        coalesce(wanted.wanted_n, 0) as wanted_n
    from {{ ref("int_cells__numbered") }} as cells
    left join applied on cells.cell_number = applied.cell_number
    left join (
        select
            cell_number,
            count(*) as wanted_n
        from turned_down
        group by cell_number
    ) as wanted
        on cells.cell_number = wanted.cell_number
    where cells.is_followed_{{ veto_months() }}

),

{% for rung in rungs -%}
rung_{{ loop.index }} as (

    select
        full_{{ loop.index }}_number,
        sum(unapplied_n) as unapplied_n
    from cells
    group by full_{{ loop.index }}_number
    having sum(wanted_n) > 0 and sum(unapplied_n) > 0

),

{% endfor -%}
matched as (

    select
        cells.*,
        case
            {%- for rung in rungs %}
            when rung_{{ loop.index }}.unapplied_n > 0 then {{ loop.index }}
            {%- endfor %}
        end as rung,
        coalesce(
            {%- for rung in rungs %}
            rung_{{ loop.index }}.unapplied_n{{ "," if not loop.last }}
            {%- endfor %}
        ) as coarse_unapplied_n
    from cells
    {%- for rung in rungs %}
    left join rung_{{ loop.index }}
        on cells.full_{{ loop.index }}_number = rung_{{ loop.index }}.full_{{ loop.index }}_number
    {%- endfor %}
    where cells.wanted_n > 0

),

shares as (

    {% for rung in rungs %}
    select
        cells.cell_number,
        shared.weight
    from (
        select
            full_{{ loop.index }}_number,
            sum(wanted_n) / cast(max(coarse_unapplied_n) as double) as weight
        from matched
        where rung = {{ loop.index }}
        group by full_{{ loop.index }}_number
    ) as shared
    inner join cells
        on
            shared.full_{{ loop.index }}_number = cells.full_{{ loop.index }}_number
            and cells.unapplied_n > 0
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select
    turned_down.role_number,
    turned_down.cell_number,
    turned_down.person_number as applicant_number,
    1.0 as weight
from turned_down
inner join matched on turned_down.cell_number = matched.cell_number and matched.rung is not null
union all
select
    {{ role_number("cells.role") }} as role_number,
    cells.cell_number,
    null as applicant_number,
    sum(shares.weight) as weight
from shares
inner join cells on shares.cell_number = cells.cell_number
group by cells.role, cells.cell_number
