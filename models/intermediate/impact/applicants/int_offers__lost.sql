-- Whom a lottery drew and who is not in the comparison: not employed, or not eligible, when it was
-- decided. Offers are lost as often as refusals are, if the draw was what it says.
with listed as (

    select * from {{ ref("int_groups__listed") }}
    where subgroup_dimension = 'all'

),

applications as (

    select * from {{ ref("int_applications__dated") }}
    where assignment is not null

),

drawn as (

    select
        role,
        program,
        person_number
    from {{ ref("int_offers__drawn") }}

)

select
    listed.group_number,
    count(
        case when applications.assignment = 'offered' and drawn.person_number is not null then 1 end
    ) as offered_kept_n,
    count(
        case when applications.assignment = 'offered' and drawn.person_number is null then 1 end
    ) as offered_lost_n,
    count(
        case
            when applications.assignment = 'not_offered' and drawn.person_number is not null then 1
        end
    ) as not_offered_kept_n,
    count(
        case when applications.assignment = 'not_offered' and drawn.person_number is null then 1 end
    ) as not_offered_lost_n
from applications
inner join listed
    on
        applications.role = listed.role
        and (listed.program = 'all' or applications.program = listed.program)
left join drawn
    on
        applications.role = drawn.role
        and applications.program = drawn.program
        and applications.person_number = drawn.person_number
group by listed.group_number
