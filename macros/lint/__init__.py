"""What the SQL linter needs in order to render models without dbt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_PROJECT = yaml.safe_load(Path("dbt_project.yml").read_text(encoding="utf-8"))


def var(name: str) -> Any:
    """Return what dbt_project.yml says; the linter runs where that file is."""
    return _PROJECT["vars"][name]
