{{ counted("fct_headcounts", declared_by("fct_headcounts")) }}
