-- A person counts once per period, by the last answer in it.
with grains as (

    select * from {{ ref("int_grains__offered") }}

),

dimensions as (

    select * from {{ ref("int_dimensions__offered") }}

),

settings as (

    select * from {{ ref("int_settings__resolved") }}

),

answers as (

    select seated.*
    from {{ ref("int_responses__seated") }} as seated
    cross join settings
    where seated.submitted_on <= settings.as_of

),

in_periods as (

    select
        answers.*,
        grains.period_grain,
        coalesce(
            {{ period_start("grains.period_grain", "answers.submitted_on") }},
            {{ month_of(
                "min(answers.submitted_on) over (
                    partition by answers.population, answers.program, answers.construct
                )"
            ) }}
        ) as period_start
    from answers
    cross join grains

),

ranked as (

    select
        *,
        row_number() over (
            partition by
                population, program, construct, scale_min, scale_max, period_grain, period_start,
                respondent
            order by submitted_at desc, survey_id desc, wave desc, response_id desc
        ) as answer_rank
    from in_periods

),

cut as (

    select
        ranked.*,
        dimensions.dimension,
        {{ member("dimensions.dimension") }} as member
    from ranked
    cross join dimensions
    where ranked.answer_rank = 1

),

cells as (

    select
        construct,
        population,
        program,
        dimension,
        member,
        period_grain,
        period_start,
        item_kind,
        min(scale_min) as scale_min,
        max(scale_max) as scale_max,
        count(*) as answers_n,
        sum(score) as score_sum,
        sum(score * score) as score_square_sum,
        sum(case when score >= scale_max - 1 then 1 else 0 end) as top_two_box_n,
        sum(case when score >= 9 then 1 else 0 end) as promoters_n,
        sum(case when score <= 6 then 1 else 0 end) as detractors_n,
        count(distinct scale_max - scale_min) as scales_n
    from cut
    where member is not null
    group by
        construct, population, program, dimension, member, period_grain, period_start, item_kind

),

measured as (

    select
        case construct
            when 'satisfaction' then 'satisfaction_top_two_box'
            else 'workplace_satisfaction_top_two_box'
        end as measure,
        'share' as unit,
        cast(top_two_box_n as double) as numerator,
        cast(null as double) as square_sum,
        *
    from cells
    where construct in ('satisfaction', 'workplace_satisfaction') and item_kind = 'likert'
    union all
    select
        case construct
            when 'satisfaction' then 'satisfaction_mean'
            else 'workplace_satisfaction_mean'
        end as measure,
        'points ('
        || cast(scale_min as {{ dbt.type_string() }})
        || '-'
        || cast(scale_max as {{ dbt.type_string() }})
        || ')' as unit,
        cast(score_sum as double) as numerator,
        cast(score_square_sum as double) as square_sum,
        *
    from cells
    where
        construct in ('satisfaction', 'workplace_satisfaction')
        and item_kind = 'likert'
        and scales_n = 1
    union all
    select
        case construct when 'recommendation' then 'program_nps' else 'enps' end as measure,
        'NPS points' as unit,
        cast(100 * (promoters_n - detractors_n) as double) as numerator,
        cast(10000 * (promoters_n + detractors_n) as double) as square_sum,
        *
    from cells
    where construct in ('recommendation', 'workplace_recommendation') and item_kind = 'nps'

)

select
    measure,
    population,
    program,
    dimension,
    member,
    period_grain,
    period_start,
    unit,
    numerator,
    square_sum,
    cast(answers_n as double) as denominator
from measured
