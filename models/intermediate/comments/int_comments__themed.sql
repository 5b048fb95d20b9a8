-- Which themes a comment touches, by the words and phrases of dbt_project.yml. Phrases begin with
-- the space before a word, and end with the one behind it unless the word may go on.
with codebook as (
    {{ comment_codebook() }}
)

select distinct
    comments.survey_id,
    comments.wave,
    comments.response_id,
    comments.program_id,
    comments.respondent,
    codebook.theme
from {{ ref("int_comments__read") }} as comments
inner join codebook on instr(comments.words, codebook.phrase) > 0
