{{ counted("fct_windows", declared_by("fct_windows")) }}
