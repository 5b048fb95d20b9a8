{{ counted("fct_pairing_ends", declared_by("fct_pairing_ends")) }}
