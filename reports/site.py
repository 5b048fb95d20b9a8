"""Results to a static site: nothing in it is computed here, and no request leaves it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from analyses.results import Results
from reports.balance import LovePlot, love_json
from reports.charts import Chart
from reports.figures import figure_json
from reports.layout import ASSETS, environment
from reports.pages.analyst import analyst
from reports.pages.glossary import glossary
from reports.pages.index import index
from reports.pages.leadership import leadership
from reports.pages.programs import program_page, programs
from reports.view import View, view


def render_site(results: Results, site: Path) -> None:
    """Write every page, asset and chart download into a folder that already holds `data/`.

    The same results give the same bytes: no page knows the time, the run or the machine.

    Args:
        results: what has passed disclosure control.
        site: the folder of the release.
    """
    shown = view(results)
    write = _writer(site, environment(), shown)
    write("index.html", "index.html", index(shown))
    write("leadership.html", "leadership.html", leadership(shown))
    write("programs.html", "programs.html", programs(shown))
    for program in shown.programs:
        write(program.page, "program.html", program_page(shown, program))
    write("analyst.html", "analyst.html", analyst(shown, results))
    write("glossary.html", "glossary.html", glossary(shown))
    _copy_assets(site / "assets")


def _writer(site: Path, jinja: Environment, shown: View) -> Callable[[str, str, Any], None]:
    """Return the function that lays out one page and writes the downloads of its charts."""
    downloads = site / "data" / "charts"
    downloads.mkdir(parents=True, exist_ok=True)

    def write(file: str, template: str, page: Any) -> None:
        drawn: list[Chart | LovePlot] = []

        def figure(chart: Chart | LovePlot) -> Markup:
            drawn.append(chart)
            # Every character that could end the script element is escaped in the JSON itself.
            text = love_json(chart) if isinstance(chart, LovePlot) else figure_json(chart)
            return Markup(text)  # noqa: S704

        text = jinja.get_template(template).render(
            page=page,
            view=shown,
            facts=shown.facts,
            effects=shown.effects,
            file=file,
            figure_json=figure,
        )
        (site / file).write_text(text, encoding="utf-8")
        _write_downloads(drawn, downloads)

    return write


def _write_downloads(charts: Iterable[Chart | LovePlot], folder: Path) -> None:
    for chart in charts:
        (folder / f"{chart.name}.csv").write_text(chart.as_csv(), encoding="utf-8", newline="")


def _copy_assets(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for asset in ("site.css", "charts.js"):
        shutil.copyfile(ASSETS / asset, folder / asset)
    with as_file(files("plotly") / "package_data" / "plotly.min.js") as plotly:
        shutil.copyfile(plotly, folder / "plotly.min.js")
