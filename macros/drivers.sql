{# What models take from the list of drivers in dbt_project.yml: see analyses/drivers.py. #}

{# The comparisons that are made: of a practice that is done or not, the pairings with it and those
   without; of an amount, each more beside one fewer, and each band beside the lowest. Each has the SQL
   of the amount, which is null where the pairing is in no side, and of whether the practice is done. #}
{% macro driver_contrasts() %}
    {%- set contrasts = [] -%}
    {%- for driver in var("drivers") -%}
        {%- if driver.kind == "done" -%}
            {%- set amount = "case when " ~ driver.value ~ " then 1 else 0 end" -%}
            {%- do contrasts.append({
                "driver": driver.name, "contrast": "done", "known": driver.known, "amount": amount,
                "done": amount,
            }) -%}
        {%- else -%}
            {%- set bands = driver.bands -%}
            {%- set done = "case when " ~ driver.value ~ " >= " ~ bands[0] ~ " then 1 else 0 end" -%}
            {%- do contrasts.append({
                "driver": driver.name, "contrast": "each", "known": driver.known,
                "amount": driver.value, "done": done,
            }) -%}
            {%- for lowest in bands -%}
                {%- set next = none if loop.last else loop.nextitem -%}
                {%- set within = driver.value ~ " >= " ~ lowest -%}
                {%- if next is not none -%}
                    {%- set within = within ~ " and " ~ driver.value ~ " < " ~ next -%}
                {%- endif -%}
                {%- set lowest_band = "case when " ~ driver.value ~ " < " ~ bands[0] ~ " then 0 end" -%}
                {%- set amount = "case when " ~ within ~ " then 1 else " ~ lowest_band ~ " end" -%}
                {%- do contrasts.append({
                    "driver": driver.name, "contrast": band_name(lowest, next),
                    "known": driver.known, "amount": amount, "done": amount,
                }) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(contrasts) -}}
{% endmacro %}

{# What a band is called that begins with one number and ends before the next, if it ends. #}
{% macro band_name(lowest, next) -%}
    {%- if next is none -%}
        {{- return(lowest ~ " or more") -}}
    {%- elif next == lowest + 1 -%}
        {{- return(lowest ~ "") -}}
    {%- endif -%}
    {{- return(lowest ~ " to " ~ (next - 1)) -}}
{%- endmacro %}
