-- Turned-down applicants in the month of the decision, and the weights of people who were alike and
-- had not applied by then, cell by cell on the ladder of the headline. Applying changes nothing; if
-- it goes with staying or rising, those who want in are other people.
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

wanted as (

    select
        cell_number,
        count(*) as wanted_n
    from turned_down
    group by cell_number

),

cells as (

    select
        cells.*,
        cells.control_n - coalesce(applied.applied_n, 0) as unapplied_n,
        coalesce(wanted.wanted_n, 0) as wanted_n
    from {{ ref("int_cells__numbered") }} as cells
    left join applied on cells.cell_number = applied.cell_number
    left join wanted on cells.cell_number = wanted.cell_number
    where cells.is_followed_{{ veto_months() }}

),

on_rungs as (

    {% for rung in var("impact_ladder") %}
    select
        {{ role_number("role") }} as role_number,
        cell_number,
        {{ loop.index }} as rung,
        full_{{ loop.index }}_number as coarse_number,
        wanted_n,
        unapplied_n
    from cells
    {{ "union all" if not loop.last }}
    {% endfor %}

),

coarse as (

    select
        rung,
        coarse_number,
        sum(unapplied_n) as unapplied_n
    from on_rungs
    group by rung, coarse_number
    having sum(wanted_n) > 0 and sum(unapplied_n) > 0

),

candidates as (

    select
        on_rungs.*,
        coarse.unapplied_n as coarse_unapplied_n
    from on_rungs
    inner join coarse
        on on_rungs.rung = coarse.rung and on_rungs.coarse_number = coarse.coarse_number

),

matched as (

    select
        cell_number,
        min(rung) as rung
    from candidates
    where wanted_n > 0
    group by cell_number

),

shared as (

    select
        candidates.rung,
        candidates.coarse_number,
        sum(candidates.wanted_n) / cast(max(candidates.coarse_unapplied_n) as double) as weight
    from candidates
    inner join matched
        on candidates.cell_number = matched.cell_number and candidates.rung = matched.rung
    group by candidates.rung, candidates.coarse_number

)

select
    turned_down.role_number,
    turned_down.cell_number,
    turned_down.person_number as applicant_number,
    1.0 as weight
from turned_down
inner join matched on turned_down.cell_number = matched.cell_number
union all
select
    candidates.role_number,
    candidates.cell_number,
    null as applicant_number,
    sum(shared.weight) as weight
from candidates
inner join shared
    on candidates.rung = shared.rung and candidates.coarse_number = shared.coarse_number
where candidates.unapplied_n > 0
group by candidates.role_number, candidates.cell_number
