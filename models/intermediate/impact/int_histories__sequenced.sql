-- What is known of a person changes only on the days of their own changes and reviews. Between two
-- such days everything holds, so a month needs no look-up of its own.
with people as (

    select * from {{ ref("int_people__numbered") }}

),

attributed as (

    select * from {{ ref("int_employment__attributed") }}

),

promotions as (

    select
        *,
        lead(promoted_on) over (
            partition by person_key, spell_number order by promoted_on
        ) as following_promoted_on
    from {{ ref("int_promotions__dated") }}

),

moves as (

    select
        *,
        lead(moved_on) over (
            partition by person_key, spell_number order by moved_on
        ) as following_moved_on
    from {{ ref("int_moves__dated") }}

),

reviews as (

    select
        person_key,
        reviewed_on,
        coalesce(next_reviewed_on, date '9999-12-31') as next_reviewed_on,
        rating,
        prior_rating
    from {{ ref("int_reviews__sequenced") }}
    union all
    select
        person_key,
        date '0001-01-01' as reviewed_on,
        min(reviewed_on) as next_reviewed_on,
        -1 as rating,
        null as prior_rating
    from {{ ref("int_reviews__sequenced") }}
    group by person_key

),

stretches as (

    select
        attributed.*,
        coalesce(attributed.valid_to, date '9999-12-31') as holds_to,
        max(promotions.promoted_on) over (
            partition by attributed.person_key, attributed.spell_number
            order by attributed.valid_from
            rows between unbounded preceding and current row
        ) as last_promoted_on,
        min(promotions.promoted_on) over (
            partition by attributed.person_key, attributed.spell_number
            order by attributed.valid_from
            rows between 1 following and unbounded following
        ) as next_promoted_on,
        min(moves.moved_on) over (
            partition by attributed.person_key, attributed.spell_number
            order by attributed.valid_from
            rows between 1 following and unbounded following
        ) as next_moved_on
    from attributed
    left join promotions
        on
            attributed.person_key = promotions.person_key
            and attributed.valid_from = promotions.promoted_on
    left join moves
        on
            attributed.person_key = moves.person_key
            and attributed.valid_from = moves.moved_on

)

select
    people.person_number,
    managers.person_number as manager_number,
    stretches.spell_started_on,
    stretches.spell_ended_on,
    stretches.employment_type,
    stretches.department,
    stretches.level_band,
    stretches.work_arrangement,
    stretches.gender,
    stretches.last_promoted_on,
    stretches.next_promoted_on,
    promotions.following_promoted_on,
    stretches.next_moved_on,
    moves.following_moved_on,
    reviews.prior_rating,
    coalesce(stretches.exit_reason = 'voluntary', false) as is_voluntary_exit,
    coalesce(stretches.level, -1) as level,
    coalesce(stretches.location, 'unknown') as location,
    coalesce(reviews.rating, -1) as rating,
    greatest(stretches.valid_from, coalesce(reviews.reviewed_on, date '0001-01-01')) as known_from,
    least(stretches.holds_to, coalesce(reviews.next_reviewed_on, date '9999-12-31')) as known_to
from stretches
inner join people on stretches.person_key = people.person_key
left join people as managers on stretches.manager_key = managers.person_key
left join promotions
    on
        stretches.person_key = promotions.person_key
        and stretches.next_promoted_on = promotions.promoted_on
left join moves
    on
        stretches.person_key = moves.person_key
        and stretches.next_moved_on = moves.moved_on
left join reviews
    on
        stretches.person_key = reviews.person_key
        and stretches.holds_to > reviews.reviewed_on
        and stretches.valid_from < reviews.next_reviewed_on
