{# What models take from the themes of comments in dbt_project.yml. #}

{# The words of a text in lower case between single spaces, one before and one behind: without signs,
   digits and whatever stands in the place of somebody. Letters are those of Latin alphabets. #}
{% macro words_of(text) -%}
    {%- set bare = namespace(sql=text) -%}
    {%- for sign in var("redaction_signs") -%}
        {%- set bare.sql = "replace(" ~ bare.sql ~ ", '" ~ sign ~ "', ' ')" -%}
    {%- endfor -%}
    ' ' || trim({{ only_letters("lower(" ~ bare.sql ~ ")") }}) || ' '
{%- endmacro %}

{# A row for each theme and each way of a text to touch it. A text is that of `words_of`. #}
{% macro comment_codebook() -%}
    {%- for theme, lines in var("comment_themes").items() %}
    {%- set last_theme = loop.last %}
    {%- for phrase in lines | sum(start=[]) %}
    select
        '{{ theme }}' as theme,
        ' {{ phrase[:-1] if phrase.endswith("*") else phrase ~ " " }}' as phrase
    {%- if not (last_theme and loop.last) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}

{# A row for each theme. #}
{% macro comment_themes() -%}
    {%- for theme in var("comment_themes") %}
    select '{{ theme }}' as theme
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
