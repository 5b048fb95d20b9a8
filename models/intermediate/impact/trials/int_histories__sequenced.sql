-- What is known of a person changes only on the days of their own changes and reviews. Between two
-- such days everything holds, so a month needs no look-up of its own. Days become months counted
-- through: a trial asks what was known on the day before its month, so what was learned within a
-- month counts from the next one on.
with settings as (

    select
        {{ month_number("settings.as_of") }} as as_of_number,
        coalesce({{ month_number("observation.observed_from") }}, 0) as observed_from_number
    from {{ ref("int_settings__resolved") }} as settings
    cross join {{ ref("int_observation__started") }} as observation

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

promotions as (

    select
        *,
        lead(promoted_on) over (
            partition by person_number, spell_number order by promoted_on
        ) as following_promoted_on,
        lag(promoted_on) over (
            partition by person_number, spell_number order by promoted_on
        ) as second_promoted_on,
        lag(promoted_on, 2) over (
            partition by person_number, spell_number order by promoted_on
        ) as third_promoted_on
    from {{ ref("int_promotions__dated") }}

),

moves as (

    select
        *,
        lead(moved_on) over (
            partition by person_number, spell_number order by moved_on
        ) as following_moved_on
    from {{ ref("int_moves__dated") }}

),

reviews as (

    select
        person_number,
        reviewed_on,
        next_reviewed_on,
        rating,
        prior_rating
    from {{ ref("int_reviews__sequenced") }}
    union all
    select
        person_number,
        date '0001-01-01' as reviewed_on,
        min(reviewed_on) as next_reviewed_on,
        -1 as rating,
        null as prior_rating
    from {{ ref("int_reviews__sequenced") }}
    group by person_number

),

stretches as (

    select
        attributed.*,
        max(promotions.promoted_on) over (
            partition by attributed.person_number, attributed.spell_number
            order by attributed.valid_from
            rows between unbounded preceding and current row
        ) as last_promoted_on,
        min(promotions.promoted_on) over (
            partition by attributed.person_number, attributed.spell_number
            order by attributed.valid_from
            rows between 1 following and unbounded following
        ) as next_promoted_on,
        min(moves.moved_on) over (
            partition by attributed.person_number, attributed.spell_number
            order by attributed.valid_from
            rows between 1 following and unbounded following
        ) as next_moved_on
    from attributed
    left join promotions
        on
            attributed.person_number = promotions.person_number
            and attributed.valid_from = promotions.promoted_on
    left join moves
        on
            attributed.person_number = moves.person_number
            and attributed.valid_from = moves.moved_on

),

known as (

    select
        stretches.*,
        managers.person_number as manager_number,
        promotions.following_promoted_on,
        earlier.second_promoted_on,
        earlier.third_promoted_on,
        settings.observed_from_number,
        moves.following_moved_on,
        reviews.prior_rating,
        regretted.person_number is not null as is_regretted_exit,
        coalesce(reviews.rating, -1) as rating,
        greatest(
            {{ month_number("stretches.valid_from") }},
            coalesce({{ month_number("reviews.reviewed_on") }}, 0)
        ) + 1 as first_month_number,
        -- Nothing is asked of the months after as_of.
        least(
            coalesce({{ month_number("stretches.valid_to") }}, settings.as_of_number),
            coalesce({{ month_number("reviews.next_reviewed_on") }}, settings.as_of_number)
        ) as last_month_number
    from stretches
    cross join settings
    left join {{ ref("int_people__numbered") }} as managers
        on stretches.manager_key = managers.person_key
    left join promotions
        on
            stretches.person_number = promotions.person_number
            and stretches.next_promoted_on = promotions.promoted_on
    left join promotions as earlier
        on
            stretches.person_number = earlier.person_number
            and stretches.last_promoted_on = earlier.promoted_on
    left join moves
        on
            stretches.person_number = moves.person_number
            and stretches.next_moved_on = moves.moved_on
    left join {{ ref("int_exits__regretted") }} as regretted
        on
            stretches.person_number = regretted.person_number
            and stretches.spell_number = regretted.spell_number
    left join reviews
        on
            stretches.person_number = reviews.person_number
            and {{ ends_after("reviews.reviewed_on", "stretches.valid_to") }}
            and {{ ends_after("stretches.valid_from", "reviews.next_reviewed_on") }}

)

select
    person_number,
    manager_number,
    first_month_number,
    last_month_number,
    employment_type,
    department,
    level_band,
    work_arrangement,
    gender,
    rating,
    prior_rating,
    is_regretted_exit,
    -- No month number has more than six digits.
    cast(person_number as bigint) * 1000000 + first_month_number as history_number,
    coalesce(level, -1) as level,
    coalesce(location, 'unknown') as location,
    coalesce(exit_reason = 'voluntary', false) as is_voluntary_exit,
    {{ month_number("spell_started_on") }} as served_from_number,
    {{ month_number(days_later("spell_ended_on", -1)) }} as exit_number,
    {{ month_number("last_promoted_on") }} as promoted_number,
    {{ month_number("second_promoted_on") }} as second_promoted_number,
    {{ month_number("third_promoted_on") }} as third_promoted_number,
    greatest({{ month_number("spell_started_on") }}, observed_from_number) as past_from_number,
    {{ month_number("coalesce(last_promoted_on, spell_started_on)") }} as promoted_from_number,
    {{ month_number("next_promoted_on") }} as next_promoted_number,
    {{ month_number("following_promoted_on") }} as following_promoted_number,
    {{ month_number("next_moved_on") }} as next_moved_number,
    {{ month_number("following_moved_on") }} as following_moved_number
from known
where first_month_number <= last_month_number
