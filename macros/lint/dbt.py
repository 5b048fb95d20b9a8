"""Stand-ins that let the SQL linter render models without dbt; nothing else uses them."""


def date_trunc(part: str, day: str) -> str:
    """Return what dbt writes for the start of a period."""
    return f"date_trunc('{part}', {day})"


def dateadd(part: str, number: object, day: str) -> str:
    """Return what dbt writes for a later date."""
    return f"date_add({day}, interval ({number}) {part})"


def datediff(first: str, second: str, part: str) -> str:
    """Return what dbt writes for the boundaries between two dates."""
    return f"date_diff('{part}', {first}, {second})"


def safe_cast(column: str, kind: str) -> str:
    """Return what dbt writes for a cast that gives null instead of failing."""
    return f"try_cast({column} as {kind})"


def type_string() -> str:
    """Return what dbt writes for text."""
    return "varchar"


def escape_single_quotes(text: str) -> str:
    """Return what dbt writes for a text within quotes."""
    return text.replace("'", "''")


def string_literal(text: str) -> str:
    """Return what dbt writes for a text."""
    return f"'{text}'"
