-- Weights fixed, outcome known for everybody: what each person adds to a weighted mean. The two
-- designs that look backwards are the placebos; the others follow the whole horizon, whoever starts
-- later.
with trials as (

    select * from {{ ref("int_trials__celled") }}

),

weights as (

    select * from {{ ref("int_cells__weighted") }}
    where design <> 'headline'

),

reviews as (

    select
        people.person_number,
        reviews.*
    from {{ ref("int_reviews__sequenced") }} as reviews
    inner join {{ ref("int_people__numbered") }} as people
        on reviews.person_key = people.person_key

),

engagement as (

    select
        people.person_number,
        engagement.*
    from {{ ref("int_engagement__sequenced") }} as engagement
    inner join {{ ref("int_people__numbered") }} as people
        on engagement.person_key = people.person_key

),

rows_weighted as (

    select
        weights.design,
        weights.group_number,
        'comparison' as arm,
        weights.weight,
        trials.*
    from weights
    inner join trials on weights.cell_number = trials.cell_number
    where
        not trials.is_treated
        and case weights.design
            when 'placebo_promotion' then trials.tenure_months >= 12
            when 'placebo_rating' then trials.prior_rating is not null
            else true
        end
    union all
    select
        groups.design,
        groups.group_number,
        'mentored' as arm,
        1.0 as weight,
        trials.*
    from {{ ref("int_groups__matched") }} as groups
    inner join trials
        on
            groups.cell_number = trials.cell_number
            and groups.person_number = trials.person_number
    where groups.design <> 'headline' and groups.rung is not null and trials.is_treated

),

windows as (

    select
        *,
        {{ months_later("trial_month", 1) }} as window_starts_on,
        case design
            {%- for months in var("impact_horizons") %}
            when 'followed_{{ months }}' then {{ months_later("trial_month", months + 1) }}
            {%- endfor %}
        end as window_ends_on
    from rows_weighted

),

compared as (

    select
        windows.*,
        case
            when later_reviews.reviewed_on >= windows.window_starts_on and windows.rating >= 0
                then later_reviews.rating - windows.rating
        end as rating_change,
        case
            when later_answers.submitted_on >= windows.window_starts_on
                then later_answers.score - earlier_answers.score
        end as engagement_change,
        coalesce(later_answers.submitted_on >= windows.window_starts_on, false)
            as has_engagement_answer
    from windows
    left join reviews as later_reviews
        on
            windows.person_number = later_reviews.person_number
            and windows.window_ends_on > later_reviews.reviewed_on
            and windows.window_ends_on
            <= coalesce(later_reviews.next_reviewed_on, date '9999-12-31')
    left join engagement as later_answers
        on
            windows.person_number = later_answers.person_number
            and windows.window_ends_on > later_answers.submitted_on
            and windows.window_ends_on
            <= coalesce(later_answers.next_submitted_on, date '9999-12-31')
    left join engagement as earlier_answers
        on
            windows.person_number = earlier_answers.person_number
            and windows.trial_month > earlier_answers.submitted_on
            and windows.trial_month
            <= coalesce(earlier_answers.next_submitted_on, date '9999-12-31')

)

{% for design in designs() if design.name != "headline" -%}
{%- set h = design.months or 0 -%}
{%- if h -%}
    {%- set outcomes = [
        ("retention", "case when coalesce(exit_month_number, 999) > " ~ h ~ " then 1 else 0 end"),
        (
            "voluntary_retention",
            "case when is_voluntary_exit and exit_month_number <= " ~ h ~ " then 0 else 1 end",
        ),
        ("promotion", "case when promotion_month_number <= " ~ h ~ " then 1 else 0 end"),
        ("internal_move", "case when move_month_number <= " ~ h ~ " then 1 else 0 end"),
        ("rating_change", "rating_change"),
        ("engagement_change", "engagement_change"),
        ("engagement_response", "case when has_engagement_answer then 1 else 0 end"),
    ] -%}
{%- elif design.name == "placebo_promotion" -%}
    {%- set outcomes = [
        ("prior_promotion", "case when was_promoted_before then 1 else 0 end"),
    ] -%}
{%- else -%}
    {%- set outcomes = [("prior_rating", "prior_rating")] -%}
{%- endif -%}
{%- for outcome, outcome_value in outcomes %}
select
    group_number,
    arm,
    '{{ outcome }}' as outcome,
    {{ h }} as horizon_months,
    person_number,
    sum(weight) as weight,
    sum(weight * ({{ outcome_value }})) as weighted_outcome,
    sum(case when start_month_number <= {{ h }} then weight else 0 end) as weight_contaminated
from compared
where design = '{{ design.name }}' and ({{ outcome_value }}) is not null
group by group_number, arm, person_number
{{ "union all" if not loop.last }}
{%- endfor %}
{{ "union all" if not loop.last }}
{% endfor %}
