with observed as (

    select * from {{ ref("int_drivers__observed") }}
    where contrast in ('done', 'each')

),

{{ with_all_programs("observed") }}

select
    driver,
    in_program as program,
    cast(count(*) as integer) as pairings_n,
    cast(sum(case when is_done then 0 else 1 end) as integer) as lacking_n,
    cast(count(distinct mentee_key) as integer) as mentees_n,
    cast(count(distinct case when is_done then mentee_key end) as integer) as doing_mentees_n,
    cast(count(distinct case when not is_done then mentee_key end) as integer) as lacking_mentees_n
from with_all_programs
group by driver, in_program
