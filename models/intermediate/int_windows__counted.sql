-- depends_on: {{ ref("int_observation__started") }}
{{ counted("fct_windows", declared_by("fct_windows")) }}
