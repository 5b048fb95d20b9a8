-- Those who left before an export began to keep its leavers are in no file, so of the years before
-- nobody but those who stayed is known (left truncation). The first exit tells when that was: at
-- most two of the usual gaps between months with an exit before it, and never in an earlier year.
with exits as (

    select {{ days_later("ended_on", -1) }} as left_on
    from {{ ref("int_employment__spelled") }}
    where ended_on is not null

),

first_exit as (

    select min(left_on) as first_left_on
    from exits

),

months_with_exits as (

    select
        first_exit.first_left_on,
        count(distinct {{ month_of("exits.left_on") }}) as months_n
    from first_exit
    left join exits on {{ months_later("first_exit.first_left_on", 12) }} > exits.left_on
    group by first_exit.first_left_on

)

select
    first_left_on,
    greatest(
        cast({{ dbt.date_trunc("year", "first_left_on") }} as date),
        {{ months_later(
            month_of("first_left_on"),
            "1 - cast(floor(24.0 / greatest(months_n, 1)) as integer)"
        ) }}
    ) as observed_from
from months_with_exits
