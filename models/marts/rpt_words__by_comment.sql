-- Words that many people use, by comment, of surveys in which many comment: what topics are found
-- in. Of each person the last comment alone is read, so that comments are people, and none has more
-- than one. Its number follows its words, which says neither whose nor when it was.
with comments as (

    select
        survey_id,
        response_id,
        words,
        row_number() over (
            partition by survey_id, respondent
            order by submitted_at desc, wave desc, response_id desc, item_id desc
        ) as from_last_n
    from {{ ref("int_comments__read") }}
    where words is not null

),

numbered as (

    select
        survey_id,
        words,
        row_number() over (partition by survey_id order by words, response_id) as comment_number,
        count(*) over (partition by survey_id) as comments_n
    from comments
    where from_last_n = 1

),

apart as (

    select
        survey_id,
        comment_number,
        comments_n,
        {{ each_word("trim(words)") }} as word
    from numbered
    where comments_n > {{ var("topics_above_n") }}

),

used as (

    select
        survey_id,
        comment_number,
        comments_n,
        word,
        count(*) as times_n,
        count(*) over (partition by survey_id, word) as people_n
    from apart
    where length(word) > 2
    group by survey_id, comment_number, comments_n, word

)

select
    survey_id,
    cast(comment_number as integer) as comment_number,
    word,
    cast(times_n as integer) as times_n,
    cast(people_n as integer) as people_n,
    cast(comments_n as integer) as comments_n
from used
where people_n >= {{ var("topic_word_people_n") }}
