"""The page about the command line."""

from __future__ import annotations

import click

from docs.generate.markdown import table_of
from mentorship.cli import main as command

EXIT_CODES = (
    (0, "published, or nothing to do"),
    (1, "data refused by a gate; nothing was published"),
    (2, "usage or configuration"),
    (3, "another build holds the workspace"),
    (4, "environment: disk, permissions, a missing package"),
    (5, "internal error: a defect of mentorship-impact"),
    (130, "interrupted; the published site is unchanged"),
)


def commands() -> str:
    """Return the page about the command line."""
    lines = [
        "# Commands",
        "",
        "`.venv/bin/mentorship` in the checkout. `make demo` and `make test` create it.",
        "",
        "## Exit codes",
        "",
        *table_of(("code", "meaning"), ((str(code), said) for code, said in EXIT_CODES)),
        "",
        *_help(command, "mentorship"),
    ]
    for name, subcommand in sorted(command.commands.items()):
        lines += ["", *_help(subcommand, f"mentorship {name}")]
    return "\n".join(lines)


def _help(subcommand: click.Command, name: str) -> list[str]:
    # How help is asked for is said once, for the whole command.
    context = click.Context(
        subcommand, info_name=name, terminal_width=90, **command.context_settings
    )
    return [f"## {name}", "", "```text", subcommand.get_help(context).strip(), "```"]
