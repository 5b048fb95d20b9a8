"""What a build says: plain lines in a log, a spinner on a terminal, and times for the ledger."""

from __future__ import annotations

import io

import pytest

from mentorship.progress import Progress, plain_table


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_a_stage_is_told_and_timed(stream: io.StringIO) -> None:
    progress = Progress(stream)
    with progress.stage("ingest", "Reading the exports"):
        pass
    assert "Reading the exports" in stream.getvalue()
    assert list(progress.timings) == ["ingest"]


def test_a_log_holds_no_control_characters() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    with progress.stage("ingest", "Reading the exports"):
        progress.warn("people.csv holds headers and no record.")
    first, second = stream.getvalue().splitlines()
    assert first == "warning: people.csv holds headers and no record."
    assert second.endswith(" s  Reading the exports")
    assert stream.getvalue().replace("\n", "").isprintable()


def test_a_stage_that_fails_is_timed_too() -> None:
    progress = Progress(io.StringIO())
    with pytest.raises(ValueError, match="no"), progress.stage("ingest", "Reading"):
        raise ValueError("no")
    assert list(progress.timings) == ["ingest"]


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_a_table_shows_cells_as_they_are(stream: io.StringIO) -> None:
    Progress(stream).table("What failed", ("table", "rows"), [("[bold]", "12")])
    shown = stream.getvalue()
    assert "What failed" in shown
    assert "[bold]" in shown
    assert "12" in shown


def test_a_plain_table_is_aligned() -> None:
    assert plain_table(("a", "bb"), [("ccc", "d")]) == ["a    bb", "ccc  d"]


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_what_a_build_says_of_a_file_reaches_no_terminal_as_an_order(stream: io.StringIO) -> None:
    progress = Progress(stream)
    progress.warn("a\x1b]0;title\x07.csv\u202e")
    progress.table("What failed", ("table",), [("b\x1b[31m",)])
    said = stream.getvalue()
    assert r"a\x1b]0;title\x07.csv\u202e" in said
    assert r"b\x1b[31m" in said
    assert not any(order in said for order in ("\x1b]0", "\x07", "\u202e", "b\x1b[31m"))


def test_a_plain_table_is_aligned_by_what_is_seen() -> None:
    assert plain_table(("a", "b"), [("\x1b", "c")]) == ["a     b", r"\x1b  c"]
