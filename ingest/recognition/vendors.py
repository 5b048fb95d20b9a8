"""Whose export a file is, by headers that a vendor documents.

Headers that several vendors share, or that anybody might write, prove nothing: what counts is what
one vendor alone is known for, and how much of the file it accounts for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.columns.histories.columns import columns_read
from ingest.columns.presets import Preset, own_presets, preset_names, read_preset
from ingest.contract import TABLES
from ingest.files.headers import folded
from ingest.recognition.candidates import Candidate, Unknown
from ingest.recognition.evidence import is_form_by_head
from ingest.recognition.inspection import InspectedFile
from ingest.recognition.lexicon import bare, lexicon, ordinary, vendor_marks
from ingest.recognition.words import assign

# Presets that describe a kind of file and no vendor: whoever uses one says so.
GENERIC = ("canonical", "changes", "form", "pairs", "snapshots", "spells")
# Share of a preset's columns that must be there.
COLUMNS_SHARE_MIN = 0.5
# What a header counts that only one vendor is known for, and any other; what a vendor needs.
POINTS_OF_OWN, POINTS_MIN = 3, 5


@dataclass(frozen=True)
class Vendors:
    """The presets that describe a vendor's export.

    Attributes:
        presets: by their names.
        own: names of those that the workspace has itself.
    """

    presets: dict[str, Preset]
    own: frozenset[str]

    def knowing(self, header: str) -> set[str]:
        """Return the vendors that are known for a header, folded."""
        return {
            preset.vendor
            for preset in self.presets.values()
            if header in _headers(preset) | vendor_marks(preset.vendor)
        }


@dataclass(frozen=True)
class _Fit:
    """A preset that fits a file.

    Attributes:
        name: the preset's name.
        preset: the preset.
        explained: headers of the file that the vendor is known for, folded.
        found_n: columns of the preset that are there.
        filled: column: header, where words tell what the preset leaves open.
        missing: columns that must be there and are not.
    """

    name: str
    preset: Preset
    explained: frozenset[str]
    found_n: int
    filled: dict[str, str]
    missing: tuple[str, ...]


def read_vendors(root: Path | None) -> Vendors:
    """Return the presets of vendors, ours and those of a workspace.

    Raises:
        ConfigError: a preset of the workspace says something a preset cannot say.
    """
    own = frozenset(() if root is None else (path.stem for path in own_presets(root)))
    presets = {name: read_preset(name, root=root) for name in preset_names(root)}
    return Vendors(
        {
            name: preset
            for name, preset in presets.items()
            if preset.table and (name in own or name not in GENERIC)
        },
        own,
    )


def candidates_of_vendors(inspected: InspectedFile, vendors: Vendors) -> list[Candidate] | Unknown:
    """Return what a file is by the one vendor whose headers it has; nothing where there is none."""
    fits: dict[str, dict[str, _Fit]] = {}
    for name, preset in vendors.presets.items():
        fit = _fit(inspected, name, preset)
        if fit is None:
            continue
        best = fits.setdefault(preset.vendor, {})
        table = preset.table or ""
        if table not in best or fit.found_n > best[table].found_n:
            best[table] = fit
    fits = {vendor: _told(tables, vendors) for vendor, tables in fits.items()}
    points = {
        vendor: _points(list(tables.values()), vendors)
        for vendor, tables in fits.items()
        if _is_own(tables, vendors) or _points(list(tables.values()), vendors) >= POINTS_MIN
    }
    if not points:
        return []
    ranked = sorted(points, key=lambda v: (not _is_own(fits[v], vendors), -points[v], v))
    first, others = ranked[0], ranked[1:]
    near = [other for other in others if points[first] - points[other] < POINTS_OF_OWN]
    if near and not _is_own(fits[first], vendors):
        return Unknown(f"its headers are those of {first} as well as of {' and of '.join(near)}")
    return [
        _candidate(inspected, fit, _doubts(first, others, fits, vendors), vendors)
        for _, fit in sorted(fits[first].items())
    ]


def _told(tables: dict[str, _Fit], vendors: Vendors) -> dict[str, _Fit]:
    """Return the fits without those that leave something open where nothing tells the vendor.

    Nor with those that lack people where another table of the vendor lacks nothing.
    """
    headers = frozenset[str]().union(*(fit.explained for fit in tables.values()))
    is_told = any(_is_telling(header, vendors) for header in headers)
    is_whole = any(not fit.missing for fit in tables.values())
    return {
        table: fit
        for table, fit in tables.items()
        if fit.name in vendors.own
        or not (fit.filled or fit.missing)
        or (is_told and not (is_whole and _lacks_people(fit)))
    }


def _lacks_people(fit: _Fit) -> bool:
    """Return whether a fit lacks a column of people: nobody is the mentee of all records."""
    table = TABLES[fit.preset.table or ""]
    return any(table.column(name).kind == "person" for name in fit.missing)


def _is_own(fits: dict[str, _Fit], vendors: Vendors) -> bool:
    return any(fit.name in vendors.own for fit in fits.values())


def _points(fits: Sequence[_Fit], vendors: Vendors) -> int:
    """Return how much speaks for a vendor."""
    explained = frozenset[str]().union(*(fit.explained for fit in fits))
    filled = {header for fit in fits for header in fit.filled.values()}
    own_n = sum(_is_telling(header, vendors) for header in explained)
    if any(fit.preset.layout != "table" for fit in fits):
        return POINTS_MIN + len(explained)
    # A form is told by its first headers, and by asking something, which is weighed later.
    form_n = POINTS_MIN if any(fit.preset.is_wide for fit in fits) else 0
    return form_n + POINTS_OF_OWN * own_n + len(explained) - own_n + len(filled)


def _is_telling(header: str, vendors: Vendors) -> bool:
    return bare(header) not in ordinary() and len(vendors.knowing(header)) == 1


def _doubts(
    vendor: str, others: Sequence[str], fits: dict[str, dict[str, _Fit]], vendors: Vendors
) -> tuple[str, ...]:
    """Return what to ask where a file has headers of another vendor, or ordinary ones only."""
    of = {
        name: frozenset[str]().union(*(fit.explained for fit in fits[name].values()))
        for name in (vendor, *others)
    }
    if _is_own(fits[vendor], vendors):
        return ()
    besides = [other for other in others if of[other] - of[vendor]]
    if besides:
        return (f"it has headers of {' and of '.join(besides)}, too: is it of {vendor}?",)
    is_form = any(fit.preset.is_wide for fit in fits[vendor].values())
    if not is_form and all(bare(header) in ordinary() for header in of[vendor]):
        return (f"any export may have such headers: is it one of {vendor}?",)
    return ()


def _candidate(
    inspected: InspectedFile, fit: _Fit, doubts: tuple[str, ...], vendors: Vendors
) -> Candidate:
    whose = fit.preset.vendor
    if fit.name in vendors.own:
        whose = f"the preset {fit.name} of this workspace"
    return Candidate(
        inspected,
        fit.preset.table or "",
        fit.name,
        fit.preset,
        f"its headers are those of {whose}",
        is_vouched=True,
        columns=fit.filled,
        missing=fit.missing,
        questions=doubts,
    )


def _headers(preset: Preset) -> frozenset[str]:
    """Return every header a preset names, folded."""
    named = (
        *(header for offered in preset.columns.values() for header in offered),
        *preset.not_items,
        *(aside.header for aside in preset.set_aside),
    )
    return frozenset(folded(header) for header in named)


def _fit(inspected: InspectedFile, name: str, preset: Preset) -> _Fit | None:
    """Return how a preset fits a file; None where it does not."""
    if preset.layout != inspected.layout or (inspected.records_path or preset.records_path) != (
        preset.records_path
    ):
        return None
    headers = {folded(header) for header in inspected.headers}
    found = {
        column
        for column, offered in preset.columns.items()
        if any(folded(header) in headers for header in offered)
    }
    explained = frozenset(headers & (_headers(preset) | vendor_marks(preset.vendor)))
    if preset.is_wide:
        given = {*found, *preset.constants}
        lacking = tuple({"submitted_at"} - given)
        is_form = _is_form(inspected, preset, found)
        return _Fit(name, preset, explained, len(found), {}, lacking) if is_form else None
    if not found or len(found) < COLUMNS_SHARE_MIN * len(preset.columns):
        return None
    missing, filled = _open_columns(inspected, preset, found)
    # What a program's platform leaves out somebody can say; what an HR system leaves out is gone.
    if missing and TABLES[preset.table or ""].group != "program":
        return None
    return _Fit(name, preset, explained, len(found), filled, missing)


def _open_columns(
    inspected: InspectedFile, preset: Preset, found: set[str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the required columns that nothing fills, and what words fill besides the preset."""
    read = columns_read(TABLES[preset.table or ""], preset)
    given = {*found, *preset.constants, *preset.composed}
    lacking = [c.name for c in read if c.is_required and c.name not in given]
    if not lacking:
        return (), {}
    words = lexicon()[preset.table or ""]
    named = _headers(preset)
    free = [header for header in inspected.headers if folded(header) not in named]
    open_columns = [column for column in read if column.name not in given]
    filled = assign(free, open_columns, words)
    return tuple(name for name in lacking if name not in filled), filled


def _is_form(inspected: InspectedFile, preset: Preset, found: set[str]) -> bool:
    """Return whether a form's own headers are there, in front, with others behind."""
    # The head rows of a layout of its own are its vendor's; a response is named in all of them.
    if preset.layout != "table":
        return "response_id" in found
    required = {"submitted_at"} | ({"response_id"} & set(preset.columns))
    # A form that numbers its responses has a column for who answered, be it anonymous, or others
    # that only its tool writes.
    if "response_id" in preset.columns and not is_form_by_head(inspected, preset):
        required.add("respondent_id")
    first = {
        folded(header)
        for column in required - {"respondent_id"}
        for header in preset.columns[column]
    }
    return required <= found and bool(inspected.headers) and folded(inspected.headers[0]) in first
