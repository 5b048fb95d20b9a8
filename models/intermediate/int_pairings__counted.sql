{{ counted("fct_pairings", declared_by("fct_pairings")) }}
