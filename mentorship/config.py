"""`mentorship.yml`: what the user declares, checked before anything is read.

The models below are the reference of the file: `docs/reference/configuration.md` is printed from
them. An unknown key is an error that names the nearest valid one.
"""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from mentorship.errors import ConfigError, Place

ProtectedDimension = Literal["gender"]


class Section(BaseModel):
    """A part of the file: read once, never changed, no key beyond the known ones."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceConfig(Section):
    """One export and how its columns become a canonical table."""

    table: str = Field(description="The canonical table this export fills.")
    path: str = Field(
        description="The file, relative to the workspace; `*` and `?` match several files."
    )
    preset: str = Field(
        default="canonical", description="How the export is laid out: a preset's name."
    )
    columns: dict[str, str] = Field(
        default={}, description="Canonical column: header of the export."
    )
    values: dict[str, dict[str, str]] = Field(
        default={},
        description="Canonical column: what the export says: what it means. Case is ignored.",
    )
    constants: dict[str, str] = Field(
        default={}, description="Canonical column: the one value every row of this export has."
    )
    items: dict[str, str] = Field(
        default={},
        description="Question header of a wide survey export: `item_id`. Empty keeps every header.",
    )
    date_format: str | None = Field(
        default=None,
        description="How dates are written, as in `%m/%d/%Y`. Without it only ISO 8601 is read.",
    )
    timezone: str | None = Field(
        default=None, description="Time zone of timestamps that carry none; UTC without it."
    )
    encoding: str | None = Field(default=None, description="Character encoding; UTF-8 without it.")
    delimiter: str | None = Field(
        default=None, description="Field separator; found in the header line without it."
    )

    @field_validator("values", "constants", mode="before")
    @classmethod
    def _as_text(cls, given: Any) -> Any:
        """Accept unquoted numbers, dates and booleans: an export's values are text."""
        if not isinstance(given, dict):
            return given
        return {
            key: {_text(k): _text(v) for k, v in inner.items()}
            if isinstance(inner, dict)
            else _text(inner)
            for key, inner in given.items()
        }


def _text(given: object) -> str:
    return str(given).lower() if isinstance(given, bool) else str(given)


class PrivacyConfig(Section):
    """How small a group may be and still be shown; thresholds only go up."""

    minimum_group_size: int = Field(
        default=5, ge=5, description="Fewest people behind a score or a rate."
    )
    minimum_effect_group_size: int = Field(
        default=10, ge=10, description="Fewest people in each arm of an effect."
    )
    protected_dimensions: tuple[ProtectedDimension, ...] = Field(
        default=(), description="Protected attributes that reports may be cut by; none by default."
    )


class WorkforceConfig(Section):
    """What the organization's levels mean."""

    leadership_level_min: int | None = Field(
        default=None, description="Lowest level that counts as leadership."
    )
    leadership_positions_n: int | None = Field(
        default=None, ge=1, description="Number of leadership positions."
    )
    middle_level_min: int | None = Field(
        default=None, description="Lowest middle level; thirds of the level range without it."
    )
    senior_level_min: int | None = Field(
        default=None, description="Lowest senior level; thirds of the level range without it."
    )


class IngestConfig(Section):
    """When an export is refused as a whole."""

    maximum_quarantined_share: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="Share of a source's rows that may be unreadable or unlinked before the build "
        "refuses it. A single bad row never refuses, unless this is 0.",
    )
    maximum_age_days: int | None = Field(
        default=None,
        ge=1,
        description="Refuse when the newest job-history date is older than this on build day.",
    )
    email_domain_aliases: dict[str, str] = Field(
        default={}, description="Other e-mail domain: the domain it stands for."
    )


Covariate = Literal[
    "trial_month",
    "trial_quarter",
    "department",
    "level",
    "level_band",
    "tenure_band",
    "rating",
    "promotion_band",
    "location",
    "work_arrangement",
    "is_people_manager",
    "gender",
]
Outcome = Literal[
    "retention",
    "voluntary_retention",
    "promotion",
    "internal_move",
    "rating_change",
    "engagement_change",
    "engagement_response",
]
Subgroup = Literal["level_band", "department", "work_arrangement", "gender"]


class ImpactConfig(Section):
    """Whose effect is estimated, on what, and who counts as alike. The defaults are good."""

    roles: tuple[Literal["mentee", "mentor"], ...] = Field(
        default=("mentee", "mentor"), min_length=1, description="Roles whose effect is estimated."
    )
    horizons_months: tuple[int, ...] = Field(
        default=(6, 12, 24), min_length=1, description="Months after which outcomes are compared."
    )
    outcomes: tuple[Outcome, ...] = Field(
        default=(
            "retention",
            "voluntary_retention",
            "promotion",
            "internal_move",
            "rating_change",
            "engagement_change",
            "engagement_response",
        ),
        min_length=1,
        description="Outcomes that are compared.",
    )
    ladder: tuple[tuple[Covariate, ...], ...] = Field(
        default=(
            (
                "trial_month",
                "department",
                "level",
                "tenure_band",
                "rating",
                "promotion_band",
                "location",
            ),
            ("trial_month", "department", "level", "tenure_band", "rating", "promotion_band"),
            ("trial_month", "level", "tenure_band", "rating", "promotion_band"),
            ("trial_quarter", "level", "tenure_band", "rating", "promotion_band"),
            ("trial_quarter", "level", "rating"),
        ),
        min_length=1,
        description="What people must share to be compared, finest rung first; each mentored "
        "person is matched on the first rung that finds somebody. Choose it before you look at "
        "outcomes.",
    )
    eligible_levels: tuple[int, ...] = Field(
        default=(), description="Levels that can take part; every level without it."
    )
    minimum_tenure_months: int = Field(
        default=3, ge=0, description="Months employed before somebody can take part."
    )
    minimum_retained_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of the mentored that must find a match; below it no effect is shown.",
    )
    subgroups: tuple[Subgroup, ...] = Field(
        default=("level_band", "department", "work_arrangement"),
        description="Attributes by which effects are also shown.",
    )

    @field_validator("horizons_months")
    @classmethod
    def _within_follow_up(cls, months: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 1 <= month <= 60 for month in months):
            raise ValueError("horizons are whole months between 1 and 60")
        return tuple(sorted(set(months)))


class ReportConfig(Section):
    """How the pages present themselves."""

    title: str | None = Field(default=None, description="Title of the site.")


class WorkspaceConfig(Section):
    """Everything `mentorship.yml` may say."""

    organization: str = Field(min_length=1, description="Name shown on every page.")
    as_of: dt.date | None = Field(
        default=None,
        description="The day the exports describe; the newest job-history date without it.",
    )
    sources: tuple[SourceConfig, ...] = Field(min_length=1, description="The exports.")
    privacy: PrivacyConfig = PrivacyConfig()
    workforce: WorkforceConfig = WorkforceConfig()
    ingest: IngestConfig = IngestConfig()
    impact: ImpactConfig = ImpactConfig()
    report: ReportConfig = ReportConfig()

    @model_validator(mode="after")
    def _protects_gender(self) -> WorkspaceConfig:
        asked = {*self.impact.subgroups, *(c for rung in self.impact.ladder for c in rung)}
        if "gender" in asked and "gender" not in self.privacy.protected_dimensions:
            raise ValueError("impact uses gender, which privacy.protected_dimensions does not list")
        return self

    @model_validator(mode="after")
    def _has_job_history(self) -> WorkspaceConfig:
        if not any(source.table == "job_history" for source in self.sources):
            raise ValueError("job_history is required: every measure counts from it")
        return self


def read_config(path: Path) -> WorkspaceConfig:
    """Return the configuration in a `mentorship.yml`.

    Raises:
        ConfigError: the file is missing, is not YAML, or says something it cannot say.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            "There is no configuration here.",
            place=Place(path),
            expected="a file mentorship.yml",
            to_do="run `mentorship init DIR`, or name the workspace with -C",
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise ConfigError(
            "The configuration is not readable as YAML.",
            place=Place(path, None if mark is None else mark.line + 1),
            found=str(getattr(error, "problem", error)),
            to_do="mend the line; `mentorship init` writes a file to compare with",
        ) from error
    if not isinstance(given, dict):
        raise ConfigError(
            "The configuration holds no keys.",
            place=Place(path),
            found=type(given).__name__,
            expected="keys such as organization and sources",
        )
    try:
        return WorkspaceConfig.model_validate(given)
    except ValidationError as error:
        raise _config_error(path, error) from error


def _config_error(path: Path, error: ValidationError) -> ConfigError:
    """Return the first problem pydantic found, in our words, with the nearest valid key."""
    errors = error.errors()
    # A misspelled key is also a missing one; its spelling says more.
    first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
    keys = [str(part) for part in first["loc"]]
    where = ".".join(keys) or "the whole file"
    if first["type"] == "extra_forbidden":
        valid = sorted(_section_at(first["loc"][:-1]).model_fields)
        near = difflib.get_close_matches(keys[-1], valid, n=1, cutoff=0.4)
        return ConfigError(
            f"Unknown key {where}.",
            place=Place(path, _line_of(path, keys[-1])),
            found=keys[-1],
            expected=f"one of {', '.join(valid)}",
            to_do=f"did you mean {near[0]}?" if near else "remove the key",
        )
    return ConfigError(
        f"{where}: {first['msg'].removeprefix('Value error, ')}.",
        place=Place(path, _line_of(path, keys[-1]) if keys else None),
        found=None if first["type"] == "missing" or not keys else repr(first["input"]),
        to_do="see docs/reference/configuration.md",
    )


def _section_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """Return the section that a path of keys leads to."""
    section: type[BaseModel] = WorkspaceConfig
    for key in loc:
        if isinstance(key, int):
            continue
        annotation = section.model_fields[key].annotation
        inner = next((a for a in get_args(annotation) if isinstance(a, type)), annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            section = inner
    return section


def _line_of(path: Path, key: str) -> int | None:
    """Return the first line on which a key stands, for the reader's convenience."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = (n for n, line in enumerate(lines, 1) if line.strip(" -{").startswith(f"{key}:"))
    return next(found, None) or next(
        (n for n, line in enumerate(lines, 1) if f"{key}:" in line), None
    )
