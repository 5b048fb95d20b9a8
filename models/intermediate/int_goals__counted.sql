{{ counted("fct_goals", declared_by("fct_goals")) }}
