"""The `mentorship.yml` that `init --exports` drafts: each source with its reason and doubts."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from workspace.errors import printable

if TYPE_CHECKING:
    from ingest.recognition import Draft, Recognition, Unplaced

WIDTH = 98
TERMINAL_WIDTH = 80
HEAD = """\
# A draft, made from the headers and the contents of the exports. Nothing in it is decided: read
# every source, answer what stands behind "check:", then run `mentorship check`. The reference of
# every key is docs/reference/configuration.md.

organization: Example Corp  # shown on every page

"""
ITEMS = "survey_items.csv"
# Headers that must suggest a table before a source of it is begun.
COLUMNS_MIN = 2
ITEMS_SOURCE = f"""
  # likely: the questions of the surveys above, drafted from what stands in them
  # check: is each kind and scale right? The ends of a scale are taken from the answers
  # check: what does each question measure? Fill construct (docs/reference/measures.md names them);
  #   what has none is measured by nothing
  - table: survey_items
    path: {ITEMS}
    preset: canonical
"""
NO_JOB_HISTORY = """\
# No file was recognized as job_history, without which nothing can be counted. It holds one row per
# change of employment, people who left included. Put it here and say what its columns are:
#   - table: job_history
#     path: exports/job_history.csv
#     columns: {employee_id: Worker ID, effective_on: Effective Date, event: Event}
"""


def draft_configuration(found: Recognition, *, root: Path) -> str:
    """Return a configuration for the exports that were recognized.

    Args:
        found: what the files are.
        root: the workspace; files outside it are named absolutely, and their folder allowed.
    """
    parts = [HEAD, "sources:" + ("\n" if found.drafts else " []\n")]
    parts += [_source(draft, root) for draft in found.drafts]
    if found.items:
        parts.append(ITEMS_SOURCE)
    if not any(draft.table == "job_history" for draft in found.drafts):
        parts.append(NO_JOB_HISTORY)
    parts += _not_placed(found.unplaced, root)
    paths = [*(d.inspected.path for d in found.drafts), *(u.path for u in found.unplaced)]
    outside = sorted({str(path.parent.resolve()) for path in paths if not _is_inside(path, root)})
    if outside:
        parts.append("\n" + _yaml({"ingest": {"allowed_folders": outside}}))
    return "".join(parts)


def draft_items(found: Recognition) -> str:
    """Return the questions of the surveys that no export of items knows, as a file."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("survey_id", "item_id", "construct", "text", "kind", "scale_min", "scale_max"))
    rows.writerows(
        (i.survey_id, i.item_id, "", i.text, i.kind, i.scale_min, i.scale_max) for i in found.items
    )
    return text.getvalue()


def told(found: Recognition, *, exports: Path) -> list[str]:
    """Return what each file was taken for, and what is asked of it, in lines for a terminal.

    Args:
        found: what the files are.
        exports: the folder of exports, from which files are named.
    """
    lines: list[str] = []
    for draft in found.drafts:
        surely = "sure" if draft.is_sure else "likely"
        lines.append(shown_path(draft.path, exports))
        lines += _wrapped(f"{surely}: {draft.table}, preset {draft.preset}; {draft.reason}")
        lines += [line for question in draft.questions for line in _wrapped(f"check: {question}")]
    for one in found.unplaced:
        lines.append(shown_path(one.path, exports))
        lines += _wrapped(f"not placed: {one.reason}")
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        " ".join(printable(text).split()),
        TERMINAL_WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
    )


def shown_path(path: Path, root: Path) -> str:
    """Return how a workspace names a file: from its own folder, or absolutely outside it."""
    if _is_inside(path, root):
        return path.resolve().relative_to(root.resolve()).as_posix()
    return str(path.resolve())


def _is_inside(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _source(draft: Draft, root: Path) -> str:
    """Return one source as an entry of the list, under what there is to say of it."""
    entry: dict[str, Any] = {
        "table": draft.table,
        "path": shown_path(draft.path, root),
        "preset": draft.preset,
        "file_date": draft.file_date,
        "date_format": list(draft.date_format)
        if isinstance(draft.date_format, tuple)
        else draft.date_format,
        "decimal": draft.decimal,
        "columns": dict(draft.columns),
        "values": {column: dict(words) for column, words in draft.values.items()},
        "constants": dict(draft.constants),
    }
    text = _yaml([{key: value for key, value in entry.items() if value}])
    surely = "sure" if draft.is_sure else "likely"
    said = [f"{surely}: {draft.reason}", *(f"check: {question}" for question in draft.questions)]
    comments = "".join(f"  # {line}\n" for line in said)
    return "\n" + comments + "".join(f"  {line}\n" for line in text.splitlines())


def _not_placed(unplaced: Sequence[Unplaced], root: Path) -> Iterator[str]:
    if unplaced:
        yield "\n# Not placed; a source of each may be written by hand:\n"
    for one in unplaced:
        yield f"#   {shown_path(one.path, root)}: {one.reason}\n"
        if is_begun(one):
            yield from (f"#   {line}\n" for line in _begun(one, root))


def is_begun(one: Unplaced) -> bool:
    """Return whether enough of a file's headers suggest a table, so that a source can be begun."""
    return one.nearest is not None and len(one.nearest.columns) >= COLUMNS_MIN


def _begun(one: Unplaced, root: Path) -> Iterator[str]:
    """Return the lines of a source that somebody must complete."""
    near = one.nearest
    if near is None:
        return
    columns = {**near.columns, **dict.fromkeys(near.missing, "?")}
    unused = [h.strip() for h in near.inspected.headers if h not in near.columns.values()]
    yield "if it is one, say what stands behind ?, correct the rest and take the signs # away"
    yield f"(other headers: {printable(', '.join(unused)) or 'none'}):"
    entry = {
        "table": near.table,
        "path": shown_path(one.path, root),
        "preset": near.name,
        "file_date": near.file_date,
        "columns": columns,
    }
    yield from _yaml([{key: value for key, value in entry.items() if value}]).splitlines()


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=WIDTH)
