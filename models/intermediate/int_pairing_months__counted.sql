{{ counted("fct_pairing_months", declared_by("fct_pairing_months")) }}
