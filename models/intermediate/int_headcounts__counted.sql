-- depends_on: {{ ref("int_observation__started") }}
{{ counted("fct_headcounts", declared_by("fct_headcounts")) }}
