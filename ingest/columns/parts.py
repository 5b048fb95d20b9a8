"""Records that hold several people, as one record each: in one cell, or in columns side by side.

A sheet of pairs often has a line per mentor. What a source says of it (`each_of`, `split`) makes
each of its people a record of its own, which is counted, linked and quarantined like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import duckdb

from ingest.columns.mapping import Mapping, Parameters, cleaned, place_of_header
from ingest.files.readers.landing import Landing
from workspace.config import SourceConfig


def has_parts(source: SourceConfig) -> bool:
    """Return whether a record of a source may be several."""
    return bool(source.each_of or source.split)


def take_apart(
    connection: duckdb.DuckDBPyConnection,
    landing: Landing,
    source: SourceConfig,
    mapping: Mapping,
    *,
    name: str,
    file: str,
) -> Landing:
    """Return a landing in which each of several people is a record of its own.

    Records keep their lines and are numbered anew, in their order. One that names nobody stays one
    record. What is in the other columns stands in each.

    Args:
        connection: ingest's own connection.
        landing: the file as it was landed.
        source: what says how records are taken apart.
        mapping: its columns.
        name: what the new relation is called.
        file: how errors name the file.
    """
    width, parameters = len(landing.head.names), Parameters()
    cells = {n: f"c{n}" for n in range(width)}
    steps = f"select *, cast(null as bigint) as _part_0 from {landing.view}"
    if source.each_of:
        steps = _side_by_side(landing, source, steps, width, file)
    for column, signs in source.split.items():
        place = _place_of(column, mapping, landing, file)
        steps = _in_one_cell(steps, place, _pattern(signs), parameters)
    listed = ", ".join(cells.values())
    connection.execute(
        f"create or replace table {name}_parts as "
        "select _record as _whole, _line, "
        f"row_number() over (partition by _record) as _place, {listed} from ({steps})",
        parameters.values,
    )
    rows = connection.execute(
        f"select _whole, count(*) - 1 as more_n from {name}_parts group by all "
        "having more_n > 0 order by _whole"
    ).fetchall()
    connection.execute(
        f"create or replace table {name}_more as "
        "select unnest($whole) as _whole, unnest($so_far) as _so_far",
        {"whole": [whole for whole, _ in rows], "so_far": _sums([n for _, n in rows])},
    )
    connection.execute(
        f"create or replace view {name} as "
        "select p._whole + coalesce(m._so_far, 0) + p._place - 1 as _record, p._line, "
        f"{', '.join(f'p.c{n}' for n in range(width))} "
        f"from {name}_parts as p asof left join {name}_more as m on p._whole > m._whole "
    )
    misfits = tuple(
        replace(misfit, record=misfit.record + sum(n for whole, n in rows if whole < misfit.record))
        for misfit in landing.misfits
    )
    more_n = sum(n for _, n in rows)
    remarks = landing.remarks
    if more_n:
        records = "record holds" if len(rows) == 1 else "records hold"
        remarks = (
            *remarks,
            f"{len(rows)} {records} several entries under {_told(source)}; each counts as a record "
            f"of its own, {more_n} more in all.",
        )
    return replace(
        landing,
        view=name,
        records_n=landing.records_n + more_n,
        misfits=misfits,
        remarks=remarks,
    )


def _side_by_side(landing: Landing, source: SourceConfig, steps: str, width: int, file: str) -> str:
    """Return the query in which each filled one of several columns is a record."""
    places = {
        column: [place_of_header(header, column, landing.head, file) for header in headers]
        for column, headers in source.each_of.items()
    }
    groups = list(zip(*places.values(), strict=True))
    first = groups[0]
    structs = ", ".join(
        "struct_pack("
        + ", ".join(f"g{n} := {cleaned(place)}" for n, place in enumerate(group))
        + ")"
        for group in groups
    )
    is_filled = " or ".join(f"g.g{n} is not null" for n in range(len(first)))
    chosen = ", ".join(
        f"_g.g{first.index(n)} as c{n}" if n in first else f"c{n}" for n in range(width)
    )
    return (
        f"select _record, _line, _part_0, {chosen} from (select *, unnest("
        f"case when len(_filled) = 0 then [_groups[1]] else _filled end) as _g from "
        f"(select *, list_filter(_groups, lambda g: {is_filled}) as _filled from "
        f"(select *, [{structs}] as _groups from ({steps}))))"
    )


def _in_one_cell(steps: str, place: int, pattern: str, parameters: Parameters) -> str:
    """Return the query in which each part of a cell is a record."""
    cell, sign = cleaned(place), parameters.bind(pattern)
    parts = (
        f"list_filter(list_transform(regexp_split_to_array({cell}, {sign}), "
        "lambda part: trim(part, ' \t\r\n')), lambda part: part <> '')"
    )
    return (
        f"select * exclude (_parts) replace (unnest(case when coalesce(len(_parts), 0) = 0 "
        f"then [cast(null as varchar)] else _parts end) as c{place}) "
        f"from (select *, {parts} as _parts from ({steps}))"
    )


def _place_of(column: str, mapping: Mapping, landing: Landing, file: str) -> int:
    """Return where a column stands that is to be split."""
    places = mapping.positions.get(column)
    return places[0] if places else place_of_header(column, column, landing.head, file)


def _pattern(signs: str | Sequence[str]) -> str:
    every = (signs,) if isinstance(signs, str) else signs
    return "|".join(re.escape(sign) for sign in every)


def _sums(numbers: Sequence[int]) -> list[int]:
    """Return the sum of each number and all before it."""
    sums, so_far = [], 0
    for n in numbers:
        so_far += n
        sums.append(so_far)
    return sums


def _told(source: SourceConfig) -> str:
    return " and ".join(dict.fromkeys((*source.each_of, *source.split)))
