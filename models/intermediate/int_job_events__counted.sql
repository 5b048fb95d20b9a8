{{ counted("fct_job_events", declared_by("fct_job_events")) }}
