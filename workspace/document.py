"""A YAML document: what it says, and the line on which it says it.

What cannot be read is told in plain words, and never by a word of the file itself: somebody may
have written a secret there.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workspace.errors import ConfigError, Place
from workspace.folder import kind_of

# Beyond these no configuration was meant: it is refused before anything reads it.
MAXIMUM_BYTES = 1 << 19
MAXIMUM_DEPTH = 20

# The keys and numbers of entries that lead to a part of a document.
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """A document as it was read.

    Attributes:
        path: its file.
        content: what it says.
        lines: the line of each key and each entry of a list, by what leads to it.
        texts: what stands at each key that leads to no more keys.
    """

    path: Path
    content: Any
    lines: Mapping[Keys, int]
    texts: Mapping[Keys, str]

    def known_part(self, keys: Keys) -> Keys:
        """Return as many of the keys as the document has."""
        lengths = range(len(keys), 0, -1)
        return next((keys[:n] for n in lengths if keys[:n] in self.lines), ())

    def line_of(self, *keys: str | int) -> int | None:
        """Return the line of whatever the keys lead to, as far as the document has them."""
        return self.lines.get(self.known_part(keys))

    def place(self, *keys: str | int) -> Place:
        """Return the place of whatever the keys lead to."""
        return Place(self.path, self.line_of(*keys))

    def words(self, *keys: str | int) -> dict[str, int]:
        """Return the first line of each word, key or not, of a part of the document."""
        found: dict[str, int] = {}
        for inner, line in self.lines.items():
            if inner[: len(keys)] == keys:
                for word in (str(inner[-1]), self.texts.get(inner)):
                    if word is not None:
                        found.setdefault(word, line)
        return found


class _Loader(yaml.SafeLoader):
    """What is safe to read; a date that does not exist stays the text it is."""

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Return the next node, unless it lies deeper than any configuration goes."""
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise yaml.MarkedYAMLError(problem=_TOO_DEEP, problem_mark=self.get_mark())
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_yaml_timestamp(self, node: Any) -> Any:
        """Return the date or time of a node."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def read_document(path: Path) -> Document:
    """Return the document in a file.

    Raises:
        FileNotFoundError: there is no such file.
        ConfigError: it is no file, is too large, is not UTF-8, is not YAML, or says a key twice.
    """
    loader = None
    try:
        loader = _Loader(_text_of(path))
        node = loader.get_single_node()
        lines: dict[Keys, int] = {}
        texts: dict[Keys, str] = {}
        if node is not None:
            _refuse_unfolded(node, path=path)
            _collect(node, (), lines, texts, path=path, seen=set())
        content = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        raise _unreadable(path, error) from None
    finally:
        if loader is not None:
            loader.dispose()
    return Document(path, content, lines, texts)


def _refuse_unfolded(top: yaml.Node, *, path: Path) -> None:
    """Refuse references by which a short text says far more than it holds, or itself.

    Raises:
        ConfigError: it does.
    """
    sizes: dict[int, int] = {}

    def size_of(node: yaml.Node) -> int:
        if id(node) not in sizes:
            sizes[id(node)] = MAXIMUM_BYTES  # until it is known: a node within itself is endless
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            keyed = [one for pair in pairs for one in pair]
            inner = node.value if isinstance(node, yaml.SequenceNode) else keyed
            sizes[id(node)] = 1 + sum(map(size_of, inner))
        return sizes[id(node)]

    if size_of(top) >= MAXIMUM_BYTES:
        raise ConfigError(
            "The configuration says far more than it holds, by words after *, which YAML reads "
            "as references.",
            place=Place(path),
            to_do="write out what is meant, or quote the text",
        )


def _text_of(path: Path) -> str:
    # Asked before it is opened: a pipe would be waited for.
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(
            "The configuration is no file.",
            place=Place(path),
            found=kind_of(path),
            expected="a file",
            to_do="put a file there, such as `mentorship init DIR` writes",
        )
    if status.st_size > MAXIMUM_BYTES:
        raise ConfigError(
            "The configuration is too large.",
            place=Place(path),
            found=f"{status.st_size:,} bytes",
            expected=f"at most {MAXIMUM_BYTES:,} bytes",
            to_do="name several files by one source with a pattern, as in exports/reviews_*.csv",
        )
    given = path.read_bytes()
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            "The configuration is not written in UTF-8.",
            place=Place(path, given.count(b"\n", 0, error.start) + 1),
            found="a character in another encoding, as an editor set to Latin-1 or Windows-1252 "
            "writes it",
            to_do="save the file as UTF-8",
        ) from None


def _collect(
    node: yaml.Node,
    keys: Keys,
    lines: dict[Keys, int],
    texts: dict[Keys, str],
    *,
    path: Path,
    seen: set[int],
) -> None:
    """Note where everything below a node stands; a node that others lead to counts once.

    Raises:
        ConfigError: a key stands twice.
    """
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        texts[keys] = node.value
    for key, line, inner in _parts(node):
        if (*keys, key) in lines:
            raise _repeated((*keys, key), lines[(*keys, key)], line, path=path)
        lines[(*keys, key)] = line
        _collect(inner, (*keys, key), lines, texts, path=path, seen=seen)


def _parts(node: yaml.Node) -> list[tuple[str | int, int, yaml.Node]]:
    """Return what a node leads to: key or number, line, and node."""
    if isinstance(node, yaml.MappingNode):
        return [
            (key.value, key.start_mark.line + 1, inner)
            for key, inner in node.value
            if isinstance(key, yaml.ScalarNode)
        ]
    if isinstance(node, yaml.SequenceNode):
        return [(n, inner.start_mark.line + 1, inner) for n, inner in enumerate(node.value)]
    return []


def _repeated(keys: Keys, first: int, second: int, *, path: Path) -> ConfigError:
    where = ".".join(str(key) for key in keys)
    return ConfigError(
        f"The key {where} stands twice, on lines {first} and {second}.",
        place=Place(path, second),
        expected="each key once",
        to_do="keep one of the two, and put everything that belongs to the key under it",
    )


def _unreadable(path: Path, error: yaml.YAMLError) -> ConfigError:
    """Return the error for a file that is not YAML: where it stops being it, and likely why."""
    mark = getattr(error, "problem_mark", None)
    line = None if mark is None else mark.line + 1
    found, to_do = _cause(error, line)
    at = f", at character {mark.column + 1} of the line" if mark is not None else ""
    return ConfigError(
        "The configuration is not readable as YAML.",
        place=Place(path, line),
        found=found + at,
        to_do=f"{to_do}; `mentorship init` writes a file to compare with",
    )


def _cause(error: yaml.YAMLError, line: int | None) -> tuple[str, str]:
    """Return what was found and what to do about it."""
    problem = str(getattr(error, "problem", None) or error)
    opened = getattr(error, "context_mark", None)
    since = line if opened is None else opened.line + 1
    for words, found, to_do in (
        ("'\\t'", f"a tab indents line {line}", "use spaces"),
        ("cannot start any token", "a sign that YAML keeps for itself", "put the text in quotes"),
        ("mapping values are not", "a colon where none can stand", _ONE_KEY_A_LINE),
        ("expected ','", f"a bracket opened on line {since} is not closed", "close it"),
        ("end of stream", f"a quote opened on line {since} is not closed", "close it"),
        ("<block end>", f"a line that is not indented like line {since}", _ONE_INDENT),
        ("could not find expected ':'", "a key without a colon", _ONE_KEY_A_LINE),
        ("escape character", "a backslash in double quotes", "use single quotes"),
        ("special characters", "a character that cannot be printed", "remove it"),
        ("undefined alias", "a word after *, which YAML reads as a reference", "quote the text"),
        (_TOO_DEEP, f"more than {MAXIMUM_DEPTH} levels of keys and lists", "write fewer"),
        ("another document", "a line of three hyphens in the file", "remove it"),
        ("tag", "a word after !, which YAML reads as a kind of value", "quote the text"),
    ):
        if words in problem:
            return found, to_do
    return "something that YAML cannot read", "mend the line"


_TOO_DEEP = "too deep"
_ONE_KEY_A_LINE = "write one `key: value` a line, and put a text with a colon in quotes"
_ONE_INDENT = "indent everything that belongs together by the same number of spaces"
