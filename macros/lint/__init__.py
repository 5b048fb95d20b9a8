"""What the SQL linter needs in order to render models without dbt."""
