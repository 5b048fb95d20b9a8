"""The linter's stand-in for dbt's dispatch: every macro renders as a plain call."""

from collections.abc import Callable


def dispatch(name: str) -> Callable[..., str]:
    """Return a function that writes a call of that name."""
    return lambda *arguments: f"{name}({', '.join(_text(argument) for argument in arguments)})"


def quote(name: str) -> str:
    """Return a name that is a word of the engine."""
    return f'"{name}"'


def _text(argument: str | list[str]) -> str:
    return argument if isinstance(argument, str) else ", ".join(argument)
