with observed as (

    select * from {{ ref("int_drivers__observed") }}
    where contrast in ('done', 'each')

),

seats as (

    {{ numbers("seat_number", [1, 2]) }}

)

select
    observed.driver,
    case when seats.seat_number = 1 then observed.program else 'all' end as program,
    cast(count(*) as integer) as pairings_n,
    cast(sum(case when observed.is_done then 0 else 1 end) as integer) as lacking_n,
    cast(count(distinct observed.mentee_key) as integer) as mentees_n,
    cast(count(distinct case when observed.is_done then observed.mentee_key end) as integer)
        as doing_mentees_n,
    cast(count(distinct case when not observed.is_done then observed.mentee_key end) as integer)
        as lacking_mentees_n
from observed
cross join seats
group by
    observed.driver,
    case when seats.seat_number = 1 then observed.program else 'all' end
