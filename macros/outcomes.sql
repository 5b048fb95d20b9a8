{# What models take from the list of outcomes in dbt_project.yml: see analyses/outcomes.py. #}

{# The outcomes asked for. #}
{% macro asked_outcomes() %}
    {%- set asked = [] -%}
    {%- for outcome in var("outcomes") -%}
        {%- if outcome.name in var("impact_outcomes") or not var("impact_outcomes") -%}
            {%- do asked.append(outcome) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(asked) -}}
{% endmacro %}

{# The followed outcomes asked for, each with the month of its event and the columns that hold the
   weight at risk, of events and of other ends. Whoever is followed has not left, so all of them are
   at risk of an exit. #}
{% macro followed_outcomes() %}
    {%- set followed = [] -%}
    {%- for outcome in asked_outcomes() if outcome.kind == "followed" -%}
        {%- set at_risk = outcome.name ~ "_at_risk" -%}
        {%- set competing = outcome.name ~ "_competing" -%}
        {%- do followed.append({
            "name": outcome.name,
            "month": event_month(outcome),
            "competing_month": outcome.competing,
            "at_risk": "followed_weight" if outcome.event == "exit_month_number" else at_risk,
            "events": outcome.name ~ "_events",
            "competing": competing if outcome.competing else "0",
            "has_past": outcome.has_past,
        }) -%}
    {%- endfor -%}
    {{- return(followed) -}}
{% endmacro %}

{# The month, counted from time zero, of an outcome's event. #}
{% macro event_month(outcome) -%}
    {%- if outcome.event_if -%}
    case when {{ outcome.event_if }} then {{ outcome.event }} end
    {%- else -%}
    {{ outcome.event }}
    {%- endif -%}
{%- endmacro %}

{# The columns of a trial that the events of followed outcomes are made of. #}
{% macro event_columns() %}
    {%- set columns = [] -%}
    {%- for outcome in asked_outcomes() if outcome.kind == "followed" -%}
        {%- for column in [outcome.event, outcome.event_if, outcome.competing] -%}
            {%- if column and column not in columns -%}
                {%- do columns.append(column) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}

{# Those of them that say the month in which a followed outcome ends. #}
{% macro event_months() %}
    {%- set flags = asked_outcomes() | map(attribute="event_if") | select | list -%}
    {{- return(event_columns() | reject("in", flags) | list) -}}
{% endmacro %}

{# What a design with fixed weights measures: name, value, and whether everybody has one. Earlier
   promotions are counted by the year, because not everybody's past is as long. #}
{% macro fixed_outcomes(design) %}
    {%- if design.name == "placebo_promotion" -%}
        {{- return([
            ("prior_promotion", "12.0 * prior_promotions_n / past_months", true)
        ]) -}}
    {%- elif design.name == "placebo_rating" -%}
        {{- return([("prior_rating", "prior_rating", true)]) -}}
    {%- endif -%}
    {%- set fixed = [] -%}
    {%- for outcome in asked_outcomes() if outcome.kind == "followed" or design.has_means -%}
        {%- set name = (design.prefix or "") ~ outcome.name -%}
        {%- if outcome.kind == "followed" -%}
            {%- set happened = event_month(outcome) ~ " <= " ~ design.months -%}
        {%- else -%}
            {%- set happened = outcome.value -%}
        {%- endif -%}
        {%- if outcome.kind == "value" -%}
            {%- do fixed.append((name, outcome.value, false)) -%}
        {%- else -%}
            {%- set share = "then 0 else 1" if outcome.counts == "staying" else "then 1 else 0" -%}
            {%- do fixed.append((name, "case when " ~ happened ~ " " ~ share ~ " end", true)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(fixed) -}}
{% endmacro %}

{# Whether what is reported of an outcome is staying: the event is what did not happen. #}
{% macro is_staying(outcome) -%}
    {{ outcome }} in (
        {%- for staying in var("outcomes") if staying.counts == "staying" -%}
        '{{ staying.name }}'{{ ", " if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{# What is reported of an outcome whose event has this incidence. #}
{% macro reported_share(outcome, incidence) -%}
    case when {{ is_staying(outcome) }} then 1 - {{ incidence }} else {{ incidence }} end
{%- endmacro %}

{# Whether an outcome is asked about for a role. #}
{% macro is_asked_of(outcome, role) -%}
    {{ role }} || ' ' || {{ outcome }} in (
        {%- for asked in asked_outcomes() -%}
        {%- set outer_last = loop.last -%}
        {%- for role_name in asked.roles -%}
        '{{ role_name }} {{ asked.name }}'{{ ", " if not (loop.last and outer_last) }}
        {%- endfor -%}
        {%- endfor -%}
    )
{%- endmacro %}

{# The CTEs that answers to reviews and surveys are taken from; `earlier` is the rows, each with its
   engagement on the day before its trial month. #}
{% macro earlier_answers(rows) -%}
reviews as (

    select * from {{ ref("int_reviews__sequenced") }}

),

engagement as (

    select * from {{ ref("int_engagement__sequenced") }}

),

earlier as (

    select
        {{ rows }}.*,
        engagement.score as earlier_score
    from {{ rows }}
    left join engagement
        on
            {{ rows }}.person_number = engagement.person_number
            and {{ holds_on(
                days_later(rows ~ ".trial_month", -1),
                "engagement.submitted_on",
                "engagement.next_submitted_on"
            ) }}

)
{%- endmacro %}

{# What has changed in answers since a trial began, of rows of `earlier` that are joined to
   `later_answers`; an answer from before it is none. #}
{% macro answer_changes(rows) -%}
    case
        when
            reviews.reviewed_on >= {{ months_later(rows ~ ".trial_month", 1) }}
            and {{ rows }}.rating >= 0
            then reviews.rating - {{ rows }}.rating
    end as rating_change,
    case
        when engagement.submitted_on >= {{ months_later(rows ~ ".trial_month", 1) }}
            then engagement.score - {{ rows }}.earlier_score
    end as engagement_change,
    coalesce(engagement.submitted_on >= {{ months_later(rows ~ ".trial_month", 1) }}, false)
        as has_engagement_answer
{%- endmacro %}

{# The last review and answer of rows of `earlier` by so many months after time zero. #}
{% macro later_answers(rows, months) -%}
{%- set last_day = days_later(months_later(rows ~ ".trial_month", months + 1), -1) -%}
    left join reviews
        on
            {{ rows }}.person_number = reviews.person_number
            and {{ holds_on(last_day, "reviews.reviewed_on", "reviews.next_reviewed_on") }}
    left join engagement
        on
            {{ rows }}.person_number = engagement.person_number
            and {{ holds_on(last_day, "engagement.submitted_on", "engagement.next_submitted_on") }}
{%- endmacro %}
