with observed as (

    select * from {{ ref("int_drivers__observed") }}
    where contrast in ('done', 'each')

),

seats as (

    {{ numbers("seat_number", [1, 2]) }}

),

placed as (

    select
        observed.*,
        case when seats.seat_number = 1 then observed.program else 'all' end as in_program
    from observed
    cross join seats

)

select
    driver,
    in_program as program,
    cast(count(*) as integer) as pairings_n,
    cast(sum(case when is_done then 0 else 1 end) as integer) as lacking_n,
    cast(count(distinct mentee_key) as integer) as mentees_n,
    cast(count(distinct case when is_done then mentee_key end) as integer) as doing_mentees_n,
    cast(count(distinct case when not is_done then mentee_key end) as integer) as lacking_mentees_n
from placed
group by driver, in_program
