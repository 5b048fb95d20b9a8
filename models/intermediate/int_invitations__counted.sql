{{ counted("fct_invitations", declared_by("fct_invitations")) }}
