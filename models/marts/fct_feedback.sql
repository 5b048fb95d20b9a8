with feedback as (

    select * from {{ ref("stg_program__feedback") }}

),

pairings as (

    select * from {{ ref("int_pairings__joined") }}

),

given as (

    select
        feedback.feedback_id,
        pairings.program,
        pairings.mentee_key as person_key,
        feedback.given_on as counted_on,
        feedback.from_role,
        feedback.kind_code,
        {{ days_between("feedback.about_on", "feedback.given_on") }} as days_after_event_n
    from feedback
    inner join pairings on feedback.pairing_id = pairings.pairing_id

),

{{ placed("given", ["feedback_id", "from_role", "kind_code", "days_after_event_n"]) }}
