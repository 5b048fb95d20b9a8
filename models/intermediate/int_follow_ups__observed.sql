-- Curves use everybody, followed completely or not: each is at risk from the month in which the
-- export could first have shown their exit to their own last complete month. An export that holds
-- leavers from its first exit on says nothing of those who were hired and left earlier, so earlier
-- hires enter late (left truncation).
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

observation as (

    select first_left_on as starts_on
    from {{ ref("int_observation__started") }}

),

promotions as (

    select
        person_key,
        spell_number,
        min(promoted_on) as promoted_on
    from {{ ref("int_promotions__dated") }}
    group by person_key, spell_number

),

first_leads as (

    select
        person_key,
        min(valid_from) as led_on
    from {{ ref("int_employment__attributed") }}
    where level_band = 'senior'
    group by person_key

),

hires as (

    select
        attributed.*,
        promotions.promoted_on
    from {{ ref("int_employment__attributed") }} as attributed
    left join promotions
        on
            attributed.person_key = promotions.person_key
            and attributed.spell_number = promotions.spell_number
    where
        attributed.is_hire_seen
        and attributed.valid_from = attributed.spell_started_on
        and attributed.employment_type <> 'contractor'

),

follow_ups as (

    select
        population,
        program,
        person_key,
        cohort,
        department,
        level_band,
        work_arrangement,
        gender,
        started_on as anchored_on,
        window_starts_on as starts_on,
        ended_on,
        promoted_on
    from {{ ref("int_participants__attributed") }}
    where is_employed_at_window_start
    union all
    select
        'workforce' as population,
        'all' as program,
        person_key,
        cast(null as {{ dbt.type_string() }}) as cohort,
        department,
        level_band,
        work_arrangement,
        gender,
        spell_started_on as anchored_on,
        spell_started_on as starts_on,
        spell_ended_on as ended_on,
        promoted_on
    from hires

)

select
    follow_ups.population,
    follow_ups.program,
    follow_ups.person_key,
    follow_ups.cohort,
    follow_ups.department,
    follow_ups.level_band,
    follow_ups.work_arrangement,
    follow_ups.gender,
    follow_ups.anchored_on,
    case
        when follow_ups.starts_on < observation.starts_on
            then {{ completed_months("follow_ups.starts_on", "observation.starts_on") }}
        else 0
    end as entry_month_number,
    {{ completed_months("follow_ups.starts_on", days_later("follow_ups.ended_on", -1)) }} + 1
        as exit_month_number,
    {{ completed_months("follow_ups.starts_on", "follow_ups.promoted_on") }} + 1
        as promotion_month_number,
    case
        when
            first_leads.led_on >= follow_ups.starts_on
            and first_leads.led_on < coalesce(follow_ups.ended_on, settings.follow_up_ends_on)
            then {{ completed_months("follow_ups.starts_on", "first_leads.led_on") }} + 1
    end as leadership_month_number,
    {{ completed_months("follow_ups.starts_on", "settings.follow_up_ends_on") }}
        as last_month_number,
    -- Whose level is unknown may lead already, and who once led has had the first role.
    coalesce(
        follow_ups.level_band in ('junior', 'middle')
        and coalesce(first_leads.led_on >= follow_ups.starts_on, true),
        false
    ) as is_below_leadership
from follow_ups
left join first_leads on follow_ups.person_key = first_leads.person_key
cross join settings
cross join observation
where follow_ups.starts_on < settings.follow_up_ends_on
