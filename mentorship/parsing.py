"""`python -m mentorship.parsing WORDS`: dbt's command line in a child that ends with its parent."""

from __future__ import annotations

from workspace.leash import follow_parent

if __name__ == "__main__":
    follow_parent()
    from dbt.cli.main import cli

    cli()
