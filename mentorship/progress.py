"""What a build says while it runs: a spinner on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from mentorship.failure import heed_signals
from workspace.errors import printable

if TYPE_CHECKING:
    from rich.console import Console


class Progress:
    """The stages of one build, told as they pass and timed.

    Attributes:
        timings: seconds of wall time per stage, in the order in which they ended.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._console: Console | None = None
        if self._stream.isatty():
            from rich.console import Console

            self._console = Console(file=self._stream, highlight=False, emoji=False)
        self.timings: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, sentence: str) -> Iterator[None]:
        """Say what is being done, do it, and say how long it took.

        Raises:
            Interrupted: a signal came in meanwhile, whatever became of it.
        """
        started = time.perf_counter()
        try:
            if self._console is None:
                yield
            else:
                with self._console.status(sentence):
                    yield
        finally:
            seconds = time.perf_counter() - started
            self.timings[name] = round(seconds, 3)
        heed_signals()
        self.note(f"{seconds:6.2f} s  {sentence}")

    def note(self, sentence: str) -> None:
        """Say one thing, in one line."""
        sentence = printable(sentence)
        if self._console is None:
            print(sentence, file=self._stream, flush=True)
        else:
            self._console.print(sentence, markup=False)

    def warn(self, sentence: str) -> None:
        """Say one thing that the reader should act on, and that stops nothing."""
        self.note(f"warning: {sentence}")

    def table(self, title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show rows under a header."""
        if self._console is None:
            for line in (title, *plain_table(header, rows)):
                self.note(line)
            return
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title, title_justify="left")
        for column in header:
            table.add_column(column)
        for row in rows:
            table.add_row(*(Text(printable(cell)) for cell in row))
        self._console.print(table)


def plain_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines of aligned columns, the header first."""
    cells = [tuple(map(printable, row)) for row in (header, *rows)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(header))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
