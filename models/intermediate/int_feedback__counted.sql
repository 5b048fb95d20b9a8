{{ counted("fct_feedback", declared_by("fct_feedback")) }}
