"""A configuration that nobody meant is refused at once, whatever it is."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from workspace.document import MAXIMUM_BYTES, MAXIMUM_DEPTH, read_document
from workspace.errors import ConfigError


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (os.mkfifo, "a pipe"),
        (Path.mkdir, "a folder"),
        (_socket, "a socket"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
    ],
)
def test_what_is_no_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], found: str
) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    make(Path("mentorship.yml"))
    with pytest.raises(ConfigError, match="is no file") as caught:
        read_document(Path("mentorship.yml"))
    assert caught.value.found == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: " + "[" * 100_000, "levels of keys and lists", id="brackets"),
        pytest.param("{a: " * 3_000, "levels of keys and lists", id="braces"),
        pytest.param(
            "\n".join(" " * n + "a:" for n in range(MAXIMUM_DEPTH + 1)),
            "levels of keys and lists",
            id="one level too many",
        ),
        pytest.param("#" * (MAXIMUM_BYTES + 1), "too large", id="a byte too many"),
        pytest.param("a: &a [*a]", "far more than it holds", id="a list in itself"),
        pytest.param(
            "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
            + "\n".join(
                f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]"
                for before, name in zip("abcdef", "bcdefg", strict=True)
            ),
            "far more than it holds",
            id="ten times ten times ten",
        ),
    ],
)
def test_what_is_deep_or_enormous_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "mentorship.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        read_document(path)


def test_the_deepest_that_is_read_and_a_reference_that_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "mentorship.yml"
    deep = "\n".join(" " * n + "a:" for n in range(MAXIMUM_DEPTH - 1))
    path.write_text(deep, encoding="utf-8")
    assert read_document(path).content
    path.write_text("a: &columns {x: y}\nb: *columns\n", encoding="utf-8")
    assert read_document(path).content == {"a": {"x": "y"}, "b": {"x": "y"}}
