-- Whoever is in the trial, with the finest cell of people alike in everything the ladder uses.
{{ config(materialized="view") }}
{%- set covariates = ladder_covariates() %}
with considered as (

    select
        *,
        cast({{ dbt.date_trunc("quarter", "trial_month") }} as date) as trial_quarter,
        case
            when tenure_months < 12 then 'under 12'
            when tenure_months < 24 then '12 to 23'
            when tenure_months < 48 then '24 to 47'
            else '48 or more'
        end as tenure_band
    from {{ ref("int_trials__considered") }}
    where exclusion_reason is null

)

select
    *,
    {{ number_of(["role"] + covariates) }} as cell_number
from considered
