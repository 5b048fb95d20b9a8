{{ counted("fct_active_months", declared_by("fct_active_months")) }}
