{{ counted("fct_score_changes", declared_by("fct_score_changes")) }}
