with centered as (

    select * from {{ ref("int_drivers__centered") }}

),

{{ with_all_programs("centered") }},

counted as (

    select
        driver,
        contrast,
        outcome,
        in_program as program,
        count(*) as pairings_n,
        sum(case when is_first_of_stratum then 1 else 0 end) as strata_n,
        count(distinct mentee_key) as mentees_n,
        count(distinct case when is_done then mentee_key end) as doing_mentees_n,
        count(distinct case when not is_done then mentee_key end)
            as lacking_mentees_n,
        sum(case when is_done then 1 else 0 end) as doing_n,
        sum(case when is_done then outcome_value else 0 end) as doing_outcome_sum,
        sum(case when is_done then 0 else outcome_value end)
            as lacking_outcome_sum
    from with_all_programs
    group by driver, contrast, outcome, in_program

),

clusters as (

    select
        driver,
        contrast,
        outcome,
        program,
        {%- for cluster in ["mentee", "mentor", "both"] %}
        sum(case when cluster = '{{ cluster }}' then 1 else 0 end) as {{ cluster }}_clusters_n,
        sum(case when cluster = '{{ cluster }}' then product_sum * product_sum end)
            as {{ cluster }}_products,
        sum(case when cluster = '{{ cluster }}' then product_sum * square_sum end)
            as {{ cluster }}_crosses,
        sum(case when cluster = '{{ cluster }}' then square_sum * square_sum end)
            as {{ cluster }}_squares,
        {%- endfor %}
        sum(case when cluster = 'mentee' then product_sum end) as product_sum,
        sum(case when cluster = 'mentee' then square_sum end) as square_sum
    from {{ ref("int_drivers__clustered") }}
    group by driver, contrast, outcome, program

)

select
    counted.driver,
    counted.contrast,
    counted.outcome,
    counted.program,
    cast(counted.pairings_n as integer) as pairings_n,
    cast(counted.strata_n as integer) as strata_n,
    cast(counted.mentees_n as integer) as mentees_n,
    cast(counted.doing_mentees_n as integer) as doing_mentees_n,
    cast(counted.lacking_mentees_n as integer) as lacking_mentees_n,
    cast(counted.doing_n as integer) as doing_n,
    cast(counted.doing_outcome_sum as double) as doing_outcome_sum,
    cast(counted.lacking_outcome_sum as double) as lacking_outcome_sum,
    {%- for cluster in ["mentee", "mentor", "both"] %}
    cast(clusters.{{ cluster }}_clusters_n as integer) as {{ cluster }}_clusters_n,
    cast(clusters.{{ cluster }}_products as double) as {{ cluster }}_products,
    cast(clusters.{{ cluster }}_crosses as double) as {{ cluster }}_crosses,
    cast(clusters.{{ cluster }}_squares as double) as {{ cluster }}_squares,
    {%- endfor %}
    cast(clusters.product_sum as double) as product_sum,
    cast(clusters.square_sum as double) as square_sum
from counted
inner join clusters
    on
        counted.driver = clusters.driver
        and counted.contrast = clusters.contrast
        and counted.outcome = clusters.outcome
        and counted.program = clusters.program
