{{ counted("fct_scored_responses", declared_by("fct_scored_responses")) }}
