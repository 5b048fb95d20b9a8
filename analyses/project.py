"""The variables of `dbt_project.yml`, which models and Python read alike: read once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1] / "dbt_project.yml"
VARIABLES: dict[str, Any] = yaml.load(PROJECT.read_text(encoding="utf-8"), yaml.CSafeLoader)["vars"]
