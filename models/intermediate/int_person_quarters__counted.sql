{{ counted("fct_person_quarters", declared_by("fct_person_quarters")) }}
