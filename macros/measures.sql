{# How the measures of a fact are counted: all of them, over all cuts and periods, in one pass.

   A fact (`fct_`) has one row per thing that may be counted, with these columns: `population`,
   `program`, the cuts of `cuts.sql`, `person_key` (whose privacy counts) and `counted_on` (the day
   that places it in a period). Its YAML declares under `config.meta`:

   people       who stands behind a cell: `rows` (each row is another person in every cell),
                `distinct` (people with several rows count once) or `average` (rates: the average
                number who were there at once, which is never more than those who ever were)
   shortest     `quarter` where a row is of a quarter: no month has a cell
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
{%- if declared.people == "distinct" -%}
{{ _counted_by_person(fact, declared) }}
{%- else -%}
{%- set cuts = ["cohort", "department", "gender", "level_band", "work_arrangement"] -%}
{%- set place = ["population", "program"] + cuts -%}
{%- set last = declared.counts_last -%}
{%- set measures = _declared_measures(declared) -%}
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

{# The longest of the grains in whose period no other row of theirs follows: 5 is the whole time. -#}
ranked as (

    select
        *,
        case
            when next_counted_on is null then 5
            when extract(year from next_counted_on) <> extract(year from counted_on) then 4
            when
                (extract(month from next_counted_on) > 6) <> (extract(month from counted_on) > 6)
                then 3
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
        {% if rates -%}
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
        {%- if rates -%}
        , case
            when {% for rate in rates %}({{ rate.numerator }}){{ " or " if not loop.last }}{% endfor %}
                then person_key
        end
        {%- endif %}

),

{# Members before measures and periods: what is multiplied by these is no longer people. -#}
by_member as (

    select
        population,
        program,
        {% if last %}last_in,{% endif %}
        {% for scale in scales %}{{ scale }},{% endfor %}
        month_starts_on,
        person_key,
        {{ _dimension_and_member(cuts) }}
        {%- for measure in measures %},
        {%- set number = loop.index %}
        {%- for sum in ["numerator", "square_sum", "denominator"] %}
        sum({{ sum }}_{{ number }}) as {{ sum }}_{{ number }},
        {%- endfor %}
        max(scale_{{ number }}) as scale_{{ number }}
        {%- endfor %}
    from by_month
    group by grouping sets (
        {%- set kept = ["population", "program"] + (["last_in"] if last else []) + scales
            + ["month_starts_on", "person_key"] %}
        ({{ kept | join(", ") }})
        {%- for cut in cuts %},
        ({{ kept | join(", ") }}, {{ cut }})
        {%- endfor %}
    )

),

measured as (

    select
        by_member.population,
        by_member.program,
        by_member.dimension,
        by_member.member,
        {% if last %}by_member.last_in,{% endif %}
        by_member.month_starts_on,
        by_member.person_key,
        measures.measure_number,
        measures.horizon_months,
        {{ _of_measure(measures, "scale") }} as scale,
        {{ _of_measure(measures, "numerator") }} as numerator,
        {{ _of_measure(measures, "square_sum") }} as square_sum,
        {{ _of_measure(measures, "denominator") }} as denominator
    from by_member
    cross join measures
    where by_member.member is not null

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
        >= case grains.period_grain
            when 'month' then 1 when 'quarter' then 2 when 'half_year' then 3 when 'year' then 4 else 5
        end
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
        dimension,
        member,
        sum(numerator) as numerator,
        sum(square_sum) as square_sum,
        sum(denominator) as denominator,
        {{ "count(distinct case when numerator > 0 then person_key end)" if rates else "0" }}
            as event_people_n,
        min(scale) as scale,
        max(scale) as last_scale,
        count(distinct case when denominator > 0 then month_starts_on end) as months_n,
        min(month_starts_on) as first_month
    from in_periods
    where {{ _period_counts(declared) }}
    group by
        measure_number, population, program, period_grain, period_starts_on, dimension, member
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
        dimension,
        member,
        sum(numerator) / nullif(sum(denominator), 0) as rate
    from in_periods
    where {{ _period_counts(declared) }}
    group by
        measure_number,
        population,
        program,
        period_grain,
        period_starts_on,
        month_starts_on,
        dimension,
        member

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
    where coalesce(cells.scale = cells.last_scale, true)

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
    cast(exposure as double) as people_n,
    cast(null as double) as median,
    cast(null as double) as median_low,
    cast(null as double) as median_high
from averaged
{%- if rates %}
{# What is not known of every month of a period is not known of the period. #}
where months_n = known_months_n
{%- endif %}
{%- endif -%}
{%- endmacro %}

{# The first day whose periods a measure of these tables may count; empty where all may. #}
{% macro _measured_from(tables) -%}
    {%- set days = [] -%}
    {%- for table in tables if var("measured_from", {})[table] is defined -%}
        {%- do days.append(var("measured_from")[table] | string) -%}
    {%- endfor -%}
    {{- return(days | max if days else "") -}}
{%- endmacro %}

{# Every measure of a fact that is counted, one for each horizon; others are made of those. -#}
{% macro _declared_measures(declared) -%}
    {%- set measures = [] -%}
    {%- for entry in declared.measures | default([]) if entry.numerator.sql -%}
        {%- for months in entry.horizons | default([0]) -%}
            {%- set at = months | string -%}
            {%- do measures.append({
                "number": measures | length + 1,
                "measured_from": _measured_from(entry.needs | default([])),
                "measure": entry.measure | replace("{months}", at),
                "estimator": entry.estimator,
                "unit": entry.unit,
                "scale": entry.scale,
                "horizon_months": entry.follow_months or months,
                "numerator": entry.numerator.sql | string | replace("{months}", at),
                "denominator": entry.denominator.sql | string | replace("{months}", at),
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(measures) -}}
{%- endmacro %}

{# Where a fact has many rows of one person: rows are added up by person first, so that a person
   counts once however many rows there are, and an interval is that of persons. -#}
{% macro _counted_by_person(fact, declared) -%}
{%- set cuts = ["cohort", "department", "gender", "level_band", "program_type", "work_arrangement"] -%}
{%- set place = ["population", "program"] + cuts -%}
{%- set cell = ["population", "program", "period_grain", "period_starts_on", "dimension", "member"] -%}
{%- set measures = _declared_measures(declared) -%}
{%- set longer = ["quarter", "half_year", "year", "all"] -%}
{%- set grain_names = longer if declared.shortest == "quarter" else ["month"] + longer -%}
{%- set medians = measures | selectattr("estimator", "eq", "median") | list -%}
with settings as (

    select * from {{ ref("int_settings__resolved") }}

),

grains as (

    select * from {{ ref("int_grains__offered") }}
    {% if declared.shortest == "quarter" -%}
    where period_grain <> 'month'
    {%- endif %}

),

dimensions as (

    select * from {{ ref("int_dimensions__offered") }}

),

fact as (

    select * from {{ ref(fact) }}

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
    {% endfor %}
),

{# From here on a number stands for the person, and nothing is as long as a key. -#}
by_month as (

    select
        {{ place | join(", ") }},
        {{ number_of(["person_key"]) }} as person_number,
        {{ month_of("counted_on") }} as month_starts_on,
        {% for measure in measures %}
        {{ _sums_of_person(measure, loop.index) }}{{ "," if not loop.last }}
        {% endfor %}
    from fact
    group by {{ place | join(", ") }}, {{ number_of(["person_key"]) }}, {{ month_of("counted_on") }}

),

first_months as (

    select
        population,
        program,
        {% for measure in measures -%}
        min(case when denominator_{{ loop.index }} > 0 then month_starts_on end)
            as first_month_{{ loop.index }}{{ "," if not loop.last }}
        {% endfor %}
    from by_month
    group by population, program

),

{# Each grain adds up the one before, in which a person has fewer rows already. -#}
{%- set shorter = namespace(people="by_month", day="month_starts_on") -%}
{% for grain in grain_names -%}
{{ grain }}_people as (

    select
        population,
        program,
        {{ period_start("'" ~ grain ~ "'", shorter.day) }} as period_starts_on,
        person_number,
        {{ _sums_by_person(measures) }}
    from {{ shorter.people }}
    group by
        population, program, {{ period_start("'" ~ grain ~ "'", shorter.day) }}, person_number

),

{% set shorter.people, shorter.day = grain ~ "_people", "period_starts_on" -%}
{% endfor -%}
{# Which cells members have is what publishing.yml asks for: of practices the whole time in all
   programs, else also their years in all programs and the whole time in each. -#}
{% for cut in cuts -%}
{{ cut }}_years as (

    select
        population,
        program,
        {{ period_start("'year'", "month_starts_on") }} as period_starts_on,
        {{ cut }} as member,
        person_number,
        {{ _sums_by_person(measures) }}
    from by_month
    inner join dimensions on dimensions.dimension = '{{ cut }}'
    where {{ cut }} is not null{{ " and program = 'all'" if _are_practices(declared) }}
    group by
        population, program, {{ period_start("'year'", "month_starts_on") }}, {{ cut }}, person_number

),

{% endfor -%}
by_person as (

    {% for grain in grain_names -%}
    select
        population,
        program,
        '{{ grain }}' as period_grain,
        period_starts_on,
        'all' as dimension,
        'all' as member,
        {{ _numbers_of_person(measures) }}
    from {{ grain }}_people
    union all
    {% endfor -%}
    {% for cut in cuts -%}
    {% if not _are_practices(declared) -%}
    select
        population,
        program,
        'year' as period_grain,
        period_starts_on,
        '{{ cut }}' as dimension,
        member,
        {{ _numbers_of_person(measures) }}
    from {{ cut }}_years
    where program = 'all'
    union all
    {% endif -%}
    select
        population,
        program,
        'all' as period_grain,
        cast(null as date) as period_starts_on,
        '{{ cut }}' as dimension,
        member,
        {{ _sums_by_person(measures) }}
    from {{ cut }}_years
    group by population, program, member, person_number
    {{ "union all" if not loop.last }}
    {% endfor %}
),

added_up as (

    select
        {{ cell | join(", ") }},
        {% for measure in measures -%}
        {%- set n, d = "numerator_" ~ loop.index, "denominator_" ~ loop.index -%}
        sum({{ n }}) as {{ n }},
        sum({{ d }}) as {{ d }},
        {% if measure.estimator == "ratio" -%}
        {# The squared distance of every person from the ratio of all: (n - r d)^2. -#}
        sum({{ n }} * {{ n }})
        - 2 * sum({{ n }}) / nullif(sum({{ d }}), 0) * sum({{ n }} * {{ d }})
        + sum({{ n }}) * sum({{ n }}) / nullif(sum({{ d }}) * sum({{ d }}), 0)
        * sum({{ d }} * {{ d }}) as square_sum_{{ loop.index }},
        {% endif -%}
        sum(case when {{ d }} > 0 or {{ n }} > 0 then 1 else 0 end) as people_{{ loop.index }}
        {{- "," if not loop.last }}
        {% endfor %}
    from by_person
    group by {{ cell | join(", ") }}

),

cells as (

    select
        {% for column in cell %}added_up.{{ column }},{% endfor %}
        measures.measure_number,
        measures.measure,
        measures.estimator,
        measures.unit,
        measures.horizon_months,
        {% for sum in ["numerator", "denominator", "people"] -%}
        case measures.measure_number
            {% for measure in measures %}when {{ loop.index }} then added_up.{{ sum }}_{{ loop.index }}
            {% endfor %}
        end as {{ sum }},
        {% endfor -%}
        case measures.measure_number
            {% for measure in measures %}when {{ loop.index }} then first_months.first_month_{{ loop.index }}
            {% endfor %}
        end as first_month,
        case measures.measure_number
            {% for measure in measures -%}
            {% if measure.estimator == "ratio" -%}
            when {{ loop.index }} then greatest(added_up.square_sum_{{ loop.index }}, 0)
            {% endif -%}
            {% endfor -%}
            when 0 then null
        end as square_sum
    from added_up
    inner join grains on added_up.period_grain = grains.period_grain
    inner join first_months
        on
            added_up.population = first_months.population
            and added_up.program = first_months.program
    cross join measures

),

{% if medians -%}
distinct_values as (

    {% for measure in measures if measure.estimator == "median" -%}
    {%- set measure_number = measures.index(measure) + 1 -%}
    select
        population,
        program,
        {{ month_of("counted_on") }} as month_starts_on,
        {{ measure_number }} as measure_number,
        cast({{ measure.numerator }} as double) as number,
        count(*) as rows_n
    from fact
    where ({{ measure.denominator }}) and ({{ measure.numerator }}) is not null{{ _is_kept(measure) }}
    group by population, program, {{ month_of("counted_on") }}, {{ measure.numerator }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

values_in_periods as (

    select
        distinct_values.*,
        grains.period_grain,
        {{ period_start("grains.period_grain", "distinct_values.month_starts_on") }}
            as period_starts_on
    from distinct_values
    cross join grains

),

{# No member has a median: publishing.yml merges members that are too small. -#}
counted_values as (

    select
        measure_number,
        population,
        program,
        period_grain,
        period_starts_on,
        'all' as dimension,
        'all' as member,
        number,
        sum(rows_n) as rows_n
    from values_in_periods
    group by measure_number, population, program, period_grain, period_starts_on, number

),

{# As many numbers as are not above each. -#}
ranked as (

    select
        measure_number,
        {{ cell | join(", ") }},
        number,
        sum(rows_n) over (
            partition by measure_number, {{ cell | join(", ") }} order by number
            rows between unbounded preceding and current row
        ) as up_to_n
    from counted_values

),

{# The limits are order statistics: of n persons those of rank n/2 - 0.98 sqrt(n) and
   1 + n/2 + 0.98 sqrt(n), rounded (Campbell and Gardner, BMJ 296 (1988) 1454-1456). -#}
ranks as (

    select
        *,
        round(people / 2.0 - {{ _half_critical_value() }} * sqrt(people)) as low_rank,
        round(1 + people / 2.0 + {{ _half_critical_value() }} * sqrt(people)) as high_rank
    from cells
    where estimator = 'median' and denominator > 0 and dimension = 'all'

),

medians as (

    select
        ranks.measure_number,
        {% for column in cell %}ranks.{{ column }},{% endfor %}
        (
            min(case when ranked.up_to_n >= floor((ranks.denominator + 1) / 2.0) then ranked.number end)
            + min(case when ranked.up_to_n >= floor(ranks.denominator / 2.0) + 1 then ranked.number end)
        ) / 2.0 as median,
        min(
            case
                when
                    ranks.low_rank >= 1
                    and ranked.up_to_n
                    >= greatest(floor(ranks.low_rank * ranks.denominator / ranks.people), 1)
                    then ranked.number
            end
        ) as median_low,
        min(
            case
                when
                    ranks.high_rank <= ranks.people
                    and ranked.up_to_n >= ceil(ranks.high_rank * ranks.denominator / ranks.people)
                    then ranked.number
            end
        ) as median_high
    from ranks
    inner join ranked
        on
            ranks.measure_number = ranked.measure_number
            and ranks.population = ranked.population
            and ranks.program = ranked.program
            and ranks.period_grain = ranked.period_grain
            and {{ _same_period("ranks", "ranked") }}
            and ranks.dimension = ranked.dimension
            and ranks.member = ranked.member
    group by
        ranks.measure_number
        {%- for column in cell %}, ranks.{{ column }}{% endfor %}

),

not_above as (

    select
        medians.measure_number,
        {% for column in cell %}medians.{{ column }},{% endfor %}
        max(medians.median) as median,
        max(medians.median_low) as median_low,
        max(medians.median_high) as median_high,
        max(case when ranked.number <= medians.median then ranked.up_to_n else 0 end) as rows_n
    from medians
    inner join ranked
        on
            medians.measure_number = ranked.measure_number
            and medians.population = ranked.population
            and medians.program = ranked.program
            and medians.period_grain = ranked.period_grain
            and {{ _same_period("medians", "ranked") }}
            and medians.dimension = ranked.dimension
            and medians.member = ranked.member
    group by
        medians.measure_number
        {%- for column in cell %}, medians.{{ column }}{% endfor %}

),

{% endif -%}
{# A period counts once all of it is over and everybody in it could be followed. -#}
followed as (

    select
        cells.*,
        coalesce(cells.period_starts_on, cells.first_month) as period_start
    from cells
    inner join dimensions on cells.dimension = dimensions.dimension
    cross join settings
    where
        cells.denominator > 0
        {%- if medians %}
        and (cells.estimator <> 'median' or cells.dimension = 'all')
        {%- endif %}
        {%- for measure in measures if measure.measured_from %}
        and (
            cells.measure_number <> {{ measure.number }}
            or coalesce(cells.period_starts_on >= cast('{{ measure.measured_from }}' as date), true)
        )
        {%- endfor %}
        {% if declared.periods == "followed" -%}
        and coalesce(
            {{ months_later(
                "cells.period_starts_on",
                period_months_n("cells.period_grain") ~ " + cells.horizon_months"
            ) }} <= settings.follow_up_ends_on,
            true
        )
        {%- endif %}

)

select
    followed.measure,
    followed.population,
    followed.program,
    followed.dimension,
    followed.member,
    followed.period_grain,
    followed.period_start,
    followed.unit,
    followed.estimator,
    cast(
        {{ "coalesce(not_above.rows_n, followed.numerator)" if medians else "followed.numerator" }}
        as double
    ) as numerator,
    cast(followed.square_sum as double) as square_sum,
    cast(followed.denominator as double) as denominator,
    cast(followed.people as double) as people_n,
    {% for column in ["median", "median_low", "median_high"] -%}
    cast({{ "not_above." ~ column if medians else "null" }} as double) as {{ column }}
    {{- "," if not loop.last }}
    {% endfor %}
from followed
{% if medians -%}
left join not_above
    on
        followed.measure_number = not_above.measure_number
        and followed.population = not_above.population
        and followed.program = not_above.program
        and followed.period_grain = not_above.period_grain
        and {{ _same_period("followed", "not_above") }}
        and followed.dimension = not_above.dimension
        and followed.member = not_above.member
{%- endif %}
{%- endmacro %}

{# Whether all measures of a fact are practices; one without a theme is none. -#}
{% macro _are_practices(declared) -%}
    {%- set outcome_themes = var("outcome_themes") -%}
    {%- set themes = declared.measures | map(attribute="theme", default=outcome_themes[0]) -%}
    {{- return(themes | select("in", outcome_themes) | list == []) -}}
{%- endmacro %}

{# Whether a row is of a month that is kept of all tables that the measure needs. #}
{% macro _is_kept(measure) -%}
    {%- if measure.measured_from %} and {{ month_of("counted_on") }} >= cast('{{ measure.measured_from }}' as date){% endif -%}
{%- endmacro %}

{# What one measure adds up over the rows of a person. #}
{% macro _sums_of_person(measure, number) -%}
    {%- set kept = _is_kept(measure) -%}
    {%- if measure.estimator == "share" -%}
        {%- set counts = "(" ~ measure.denominator ~ ")" ~ kept -%}
        cast(sum(case when {{ counts }} and ({{ measure.numerator }}) then 1 else 0 end) as double)
            as numerator_{{ number }},
        cast(sum(case when {{ counts }} then 1 else 0 end) as double) as denominator_{{ number }}
    {%- elif measure.estimator == "median" -%}
        {%- set counts = "(" ~ measure.denominator ~ ") and (" ~ measure.numerator ~ ") is not null" ~ kept -%}
        cast(0 as double) as numerator_{{ number }},
        cast(sum(case when {{ counts }} then 1 else 0 end) as double) as denominator_{{ number }}
    {%- elif measure.estimator in ("ratio", "part") -%}
        sum(case when true{{ kept }} then cast(coalesce({{ measure.numerator }}, 0) as double) else 0 end)
            as numerator_{{ number }},
        sum(case when true{{ kept }} then cast(coalesce({{ measure.denominator }}, 0) as double) else 0 end)
            as denominator_{{ number }}
    {%- else -%}
        {{- exceptions.raise_compiler_error(
            measure.measure ~ ": people with several rows have no " ~ measure.estimator
        ) -}}
    {%- endif %}
{%- endmacro %}

{# The sums of every measure. #}
{% macro _sums_by_person(measures) -%}
        {% for measure in measures -%}
        sum(numerator_{{ loop.index }}) as numerator_{{ loop.index }},
        sum(denominator_{{ loop.index }}) as denominator_{{ loop.index }}{{ "," if not loop.last }}
        {% endfor %}
{%- endmacro %}

{# The same where they are added up already. #}
{% macro _numbers_of_person(measures) -%}
        {% for measure in measures -%}
        numerator_{{ loop.index }},
        denominator_{{ loop.index }}{{ "," if not loop.last }}
        {% endfor %}
{%- endmacro %}

{# Of one of the grouping sets: by which cut, and whose. #}
{% macro _dimension_and_member(cuts) -%}
        case
            {% for cut in cuts %}when grouping({{ cut }}) = 0 then '{{ cut }}'
            {% endfor %}else 'all'
        end as dimension,
        case
            {% for cut in cuts %}when grouping({{ cut }}) = 0 then {{ cut }}
            {% endfor %}else 'all'
        end as member
{%- endmacro %}

{# The whole time begins on no day. #}
{% macro _same_period(one, other) -%}
    coalesce({{ one }}.period_starts_on, cast('0001-01-01' as date))
    = coalesce({{ other }}.period_starts_on, cast('0001-01-01' as date))
{%- endmacro %}

{# Half of the normal critical value of 95 %. #}
{% macro _half_critical_value() -%} 0.979982 {%- endmacro %}

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
        {% for measure in measures %}when {{ loop.index }} then by_member.{{ sum }}_{{ loop.index }}
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
