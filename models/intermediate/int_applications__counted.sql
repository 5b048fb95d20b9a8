{{ counted("fct_applications", declared_by("fct_applications")) }}
