{# How the measures of a fact are counted: all of them, over all cuts and periods, in one pass.

   A fact (`fct_`) has one row per thing that may be counted, with these columns: `population`,
   `program`, the cuts of `cuts.sql`, `person_key` (whose privacy counts) and `counted_on` (the day
   that places it in a period). Its YAML declares under `config.meta`:

   people       who stands behind a cell: `rows` (each row is another person in every cell),
                `distinct` (people with several rows count once) or `average` (rates: the average
                number who were there at once, which is never more than those who ever were)
   counts_last  where only the last row of somebody in a period counts: `of` (the columns that say
                of whom and what), `by` (the columns that say which is the last)
   periods      `followed` where a period counts once all of it is over and, for a measure over a
                horizon, everybody in it could be followed that long; without it, every period does
   observed     `leavers` where only periods count in which leavers could be seen from the first day
   workforce    `opening`: of the workforce only the rows of a period's first day count, in the whole
                time those of the newest complete window
   whole_time_months  the newest months that make up the whole time; without it, all of them
   measures     one entry a measure: docs/how-to/add-a-measure.md #}

{# What a fact declares in its YAML; unit tests put their own in its place, since dbt shows them no
   other model's. #}
{% macro declared_by(fact) -%}
    {%- if execute -%}
        {{- return(graph.nodes["model." ~ project_name ~ "." ~ fact].config.meta) -}}
    {%- endif -%}
    {{- return({}) -}}
{%- endmacro %}

{# One row per measure, population, program, member of a dimension and period. #}
{% macro counted(fact, declared) -%}
{%- set cuts = ["cohort", "department", "gender", "level_band", "work_arrangement"] -%}
{%- set place = ["population", "program"] + cuts -%}
{%- set last = declared.counts_last -%}
{%- set people = declared.people | default("rows") -%}
{%- set measures = [] -%}
{%- for entry in declared.measures | default([]) -%}
    {%- for months in entry.horizons | default([0]) -%}
        {%- set at = months | string -%}
        {%- do measures.append({
            "number": measures | length + 1,
            "measure": entry.measure | replace("{months}", at),
            "estimator": entry.estimator,
            "unit": entry.unit,
            "scale": entry.scale,
            "horizon_months": months,
            "measured_from": _measured_from(entry.needs | default([])),
            "numerator": entry.numerator.sql | string | replace("{months}", at),
            "denominator": entry.denominator.sql | string | replace("{months}", at),
        }) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set rates = measures | selectattr("estimator", "in", ["rate", "summed_rate"]) | list -%}
{%- set scales = measures | map(attribute="scale") | select | unique | list -%}
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

grains as (

    select * from {{ ref("int_grains__offered") }}

),

dimensions as (

    select * from {{ ref("int_dimensions__offered") }}

),

{% if declared.observed -%}
observation as (

    select * from {{ ref("int_observation__started") }}

),

{% endif -%}

fact as (

    {# Nothing that no measure wants goes further, and a view need not make it up. -#}
    select * from {{ ref(fact) }}
    {% if measures and not rates -%}
    where {% for measure in measures %}({{ measure.denominator }}){{ " or " if not loop.last }}{% endfor %}
    {%- endif %}

),

measures as (
    {% for measure in measures %}
    select
        {{ loop.index }} as measure_number,
        '{{ measure.measure }}' as measure,
        '{{ measure.estimator }}' as estimator,
        '{{ measure.unit }}' as unit,
        {{ measure.horizon_months }} as horizon_months
    {% if not loop.last %}union all{% endif %}
    {% else %}
    select
        0 as measure_number,
        '' as measure,
        '' as estimator,
        '' as unit,
        0 as horizon_months
    {% endfor %}
),

{% if last %}
followed_by as (

    select
        *,
        lead(counted_on) over (
            partition by population, program, {{ last.of | join(", ") }}
            order by {{ last.by | join(", ") }}
        ) as next_counted_on
    from fact

),

{# The longest of the grains in whose period no other row of theirs follows: 4 is the whole time. -#}
ranked as (

    select
        *,
        case
            when next_counted_on is null then 4
            when extract(year from next_counted_on) <> extract(year from counted_on) then 3
            when extract(quarter from next_counted_on) <> extract(quarter from counted_on) then 2
            when extract(month from next_counted_on) <> extract(month from counted_on) then 1
            else 0
        end as last_in
    from followed_by

),

{% endif %}
{# Few rows from here on: people are told apart only where they must be counted. -#}
by_month as (

    select
        {{ place | join(", ") }},
        {% if last %}last_in,{% endif %}
        {% for scale in scales %}{{ scale }},{% endfor %}
        {{ month_of("counted_on") }} as month_starts_on,
        {% if people == "distinct" -%}
        person_key,
        {%- elif rates -%}
        case
            when {% for rate in rates %}({{ rate.numerator }}){{ " or " if not loop.last }}{% endfor %}
                then person_key
        end as person_key,
        {%- else -%}
        cast(null as {{ dbt.type_string() }}) as person_key,
        {%- endif %}
        {% for measure in measures %}
        {{ _sums(measure, loop.index) }}{{ "," if not loop.last }}
        {% else %}
        count(*) as rows_n
        {% endfor %}
    from {{ "ranked" if last else "fact" }}
    group by
        {{ place | join(", ") }},
        {% if last %}last_in,{% endif %}
        {% for scale in scales %}{{ scale }},{% endfor %}
        {{ month_of("counted_on") }}
        {%- if people == "distinct" -%}
        , person_key
        {%- elif rates -%}
        , case
            when {% for rate in rates %}({{ rate.numerator }}){{ " or " if not loop.last }}{% endfor %}
                then person_key
        end
        {%- endif %}

),

measured as (

    select
        {% for column in place %}by_month.{{ column }},{% endfor %}
        {% if last %}by_month.last_in,{% endif %}
        by_month.month_starts_on,
        by_month.person_key,
        measures.measure_number,
        measures.horizon_months,
        {{ _of_measure(measures, "scale") }} as scale,
        {{ _of_measure(measures, "numerator") }} as numerator,
        {{ _of_measure(measures, "square_sum") }} as square_sum,
        {{ _of_measure(measures, "denominator") }} as denominator
    from by_month
    cross join measures

),

in_periods as (

    select
        measured.*,
        grains.period_grain,
        settings.follow_up_ends_on,
        {% if declared.observed -%}
        observation.observed_from,
        {% endif -%}
        {{ period_start("grains.period_grain", "measured.month_starts_on") }} as period_starts_on
    from measured
    cross join grains
    cross join settings
    {% if declared.observed -%}
    cross join observation
    {% endif -%}
    where
        {# Of a rate an event has no headcount of its own. -#}
        {{ "(measured.denominator > 0 or measured.numerator > 0)" if rates else "measured.denominator > 0" }}
        {% if last -%}
        and measured.last_in
        >= case grains.period_grain when 'month' then 1 when 'quarter' then 2 when 'year' then 3 else 4 end
        {%- endif %}
        {%- for measure in measures if measure.measured_from %}
        and (
            measured.measure_number <> {{ measure.number }}
            or (
                measured.month_starts_on >= cast('{{ measure.measured_from }}' as date)
                and coalesce(
                    {{ period_start("grains.period_grain", "measured.month_starts_on") }},
                    {{ months_later("settings.follow_up_ends_on", -declared.whole_time_months)
                        if declared.whole_time_months else "measured.month_starts_on" }}
                ) >= cast('{{ measure.measured_from }}' as date)
            )
        )
        {%- endfor %}

),

cells as (

    select
        measure_number,
        population,
        program,
        period_grain,
        period_starts_on,
        case
            {% for cut in cuts %}when grouping({{ cut }}) = 0 then '{{ cut }}'
            {% endfor %}else 'all'
        end as dimension,
        case
            {% for cut in cuts %}when grouping({{ cut }}) = 0 then {{ cut }}
            {% endfor %}else 'all'
        end as member,
        sum(numerator) as numerator,
        sum(square_sum) as square_sum,
        sum(denominator) as denominator,
        count(distinct person_key) as people_n,
        {{ "count(distinct case when numerator > 0 then person_key end)" if rates else "0" }}
            as event_people_n,
        min(scale) as scale,
        max(scale) as last_scale,
        count(distinct case when denominator > 0 then month_starts_on end) as months_n,
        min(month_starts_on) as first_month
    from in_periods
    where {{ _period_counts(declared) }}
    group by grouping sets (
        (measure_number, population, program, period_grain, period_starts_on)
        {%- for cut in cuts %},
        (measure_number, population, program, period_grain, period_starts_on, {{ cut }})
        {%- endfor %}
    )
    having sum(denominator) > 0

),

{% if rates -%}
month_rates as (

    select
        measure_number,
        population,
        program,
        period_grain,
        period_starts_on,
        case
            {% for cut in cuts %}when grouping({{ cut }}) = 0 then '{{ cut }}'
            {% endfor %}else 'all'
        end as dimension,
        case
            {% for cut in cuts %}when grouping({{ cut }}) = 0 then {{ cut }}
            {% endfor %}else 'all'
        end as member,
        sum(numerator) / nullif(sum(denominator), 0) as rate
    from in_periods
    where {{ _period_counts(declared) }}
    group by grouping sets (
        (measure_number, population, program, period_grain, period_starts_on, month_starts_on)
        {%- for cut in cuts %},
        (measure_number, population, program, period_grain, period_starts_on, month_starts_on, {{ cut }})
        {%- endfor %}
    )

),

rate_sums as (

    select
        measure_number,
        population,
        program,
        period_grain,
        coalesce(period_starts_on, cast('0001-01-01' as date)) as period_key,
        dimension,
        member,
        sum(rate) as rate_sum
    from month_rates
    where member is not null
    group by
        measure_number,
        population,
        program,
        period_grain,
        coalesce(period_starts_on, cast('0001-01-01' as date)),
        dimension,
        member

),

{% endif -%}

{# A rate is of the average over the months of its period. A sum of monthly rates is one of the
   average in which each month stands as often as it has events. -#}
averaged as (

    select
        cells.*,
        measures.measure,
        measures.estimator,
        coalesce(
            cells.period_starts_on,
            {% if declared.whole_time_months -%}
            {{ months_later("settings.follow_up_ends_on", -declared.whole_time_months) }}
            {%- else -%}
            {# A last answer may be months after the first; every month has a last one of its own. -#}
            min(cells.first_month) over (
                partition by cells.measure_number, cells.population, cells.program
                {{- ", cells.period_grain" if not last }}
            )
            {%- endif %}
        ) as period_start,
        case
            {% if rates -%}
            when measures.estimator = 'summed_rate' and rate_sums.rate_sum > 0
                then cells.numerator / rate_sums.rate_sum
            {% endif -%}
            when measures.estimator in ('rate', 'summed_rate')
                then cells.denominator / coalesce(
                    {{ period_months_n("cells.period_grain") }},
                    {{ declared.whole_time_months | default(1) }}
                )
            else cells.denominator
        end as exposure,
        case
            when cells.scale is null then measures.unit
            else measures.unit || ' (' || cells.scale || ')'
        end as unit,
        max(cells.months_n) over (
            partition by
                cells.population,
                cells.program,
                cells.period_grain,
                cells.period_starts_on,
                cells.dimension,
                cells.member
        ) as known_months_n
    from cells
    {% if rates -%}
    left join rate_sums
        on
            cells.measure_number = rate_sums.measure_number
            and cells.population = rate_sums.population
            and cells.program = rate_sums.program
            and cells.period_grain = rate_sums.period_grain
            and coalesce(cells.period_starts_on, cast('0001-01-01' as date)) = rate_sums.period_key
            and cells.dimension = rate_sums.dimension
            and cells.member = rate_sums.member
    {% endif -%}
    inner join measures on cells.measure_number = measures.measure_number
    inner join dimensions on cells.dimension = dimensions.dimension
    cross join settings
    where cells.member is not null and coalesce(cells.scale = cells.last_scale, true)

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
    estimator,
    cast(case when estimator = 'rate' then event_people_n else numerator end as double)
        as numerator,
    cast(square_sum as double) as square_sum,
    cast(exposure as double) as denominator,
    cast({{ "people_n" if people == "distinct" else "exposure" }} as double) as people_n
from averaged
{%- if rates %}
{# What is not known of every month of a period is not known of the period. #}
where months_n = known_months_n
{%- endif %}
{%- endmacro %}

{# The first day whose periods a measure of these tables may count; empty where all may. #}
{% macro _measured_from(tables) -%}
    {%- set days = [] -%}
    {%- for table in tables if var("measured_from", {})[table] is defined -%}
        {%- do days.append(var("measured_from")[table] | string) -%}
    {%- endfor -%}
    {{- return(days | max if days else "") -}}
{%- endmacro %}

{# What one measure adds up over rows: numerator, sum of squares, denominator and scale. #}
{% macro _sums(measure, number) -%}
    {%- set counts = "(" ~ measure.denominator ~ ")" -%}
    {%- if measure.estimator == "share" -%}
        sum(case when {{ counts }} and ({{ measure.numerator }}) then 1 else 0 end)
            as numerator_{{ number }},
        cast(null as double) as square_sum_{{ number }},
        sum(case when {{ counts }} then 1 else 0 end) as denominator_{{ number }},
    {%- elif measure.estimator in ("rate", "summed_rate") -%}
        max(case when {{ measure.numerator }} then 1 else 0 end) as numerator_{{ number }},
        cast(null as double) as square_sum_{{ number }},
        sum({{ measure.denominator }}) as denominator_{{ number }},
    {%- elif measure.estimator in ("mean", "nps") -%}
        {%- set counts = counts ~ " and (" ~ measure.numerator ~ ") is not null" -%}
        {%- set score = _points(measure) -%}
        sum(case when {{ counts }} then {{ score }} else 0 end) as numerator_{{ number }},
        sum(case when {{ counts }} then ({{ score }}) * ({{ score }}) else 0 end)
            as square_sum_{{ number }},
        sum(case when {{ counts }} then 1 else 0 end) as denominator_{{ number }},
    {%- else -%}
        {{- exceptions.raise_compiler_error(
            measure.measure ~ ": no row is counted for the estimator " ~ measure.estimator
        ) -}}
    {%- endif %}
        {{ "max(" ~ measure.scale ~ ")" if measure.scale else "cast(null as " ~ dbt.type_string() ~ ")" }}
            as scale_{{ number }}
{%- endmacro %}

{# What one row adds to a mean; of a net promoter score, 100 for a promoter, -100 for a detractor. #}
{% macro _points(measure) -%}
    {%- if measure.estimator == "nps" -%}
        case
            when {{ measure.numerator }} >= 9 then 100.0
            when {{ measure.numerator }} <= 6 then -100.0
            else 0.0
        end
    {%- else -%}
        {{ measure.numerator }}
    {%- endif -%}
{%- endmacro %}

{# One of the sums, of the measure that the row is of. #}
{% macro _of_measure(measures, sum) -%}
    case measures.measure_number
        {% for measure in measures %}when {{ loop.index }} then by_month.{{ sum }}_{{ loop.index }}
        {% else %}when 0 then null
        {% endfor %}
    end
{%- endmacro %}

{# Whether the period that a row falls into counts. #}
{% macro _period_counts(declared) -%}
    {% if declared.observed -%}
    coalesce(
        observed_from <= coalesce(
            {% if declared.whole_time_months -%}
            period_starts_on,
            {{ months_later("follow_up_ends_on", -declared.whole_time_months) }}
            {% else -%}
            period_starts_on,
            month_starts_on
            {% endif -%}
        ),
        true
    )
    and
    {% endif -%}
    case
        {% if declared.workforce == "opening" %}
        when population = 'workforce' and period_grain = 'all'
            then {{ months_later("month_starts_on", "horizon_months") }} = follow_up_ends_on
        when population = 'workforce' then month_starts_on = period_starts_on
        {% endif %}
        {% if declared.whole_time_months %}
        when period_grain = 'all'
            then
                month_starts_on
                >= {{ months_later("follow_up_ends_on", -declared.whole_time_months) }}
                and month_starts_on < follow_up_ends_on
        {% endif %}
        {% if declared.periods == "followed" %}
        when period_grain <> 'all'
            then
                {{ months_later(
                    "period_starts_on", period_months_n("period_grain") ~ " + horizon_months"
                ) }} <= follow_up_ends_on
        {% endif %}
        when true then true
    end
{%- endmacro %}
