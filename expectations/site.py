"""Data Docs: Great Expectations' own site of a check, for whoever knows that tool.

It lies in the private state folder and is never published: its pages fetch scripts and styles from
the network. What they may fetch is narrowed, so that they tell nobody what they show.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import great_expectations as gx

SITE = "local_site"
# Scripts and styles of its own; no image, which would report the visit, and no request of theirs.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src https: 'unsafe-inline'; style-src https: 'unsafe-inline'; font-src https: data:; "
    "img-src data:; form-action 'none'\">"
)


def new_site(folder: Path) -> Any:
    """Return a context whose suites and results are kept in a folder, in place of earlier ones."""
    shutil.rmtree(folder, ignore_errors=True)
    context = gx.get_context(mode="file", context_root_dir=folder)
    context.update_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": "site/",
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    return context


def write_site(context: Any, folder: Path) -> None:
    """Write the pages of a context that `new_site` made in a folder, as `site/index.html`."""
    context.build_data_docs()
    site = folder / "site"
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("<head>", f"<head>{POLICY}", 1), encoding="utf-8")
    _list_results(site)


def _list_results(site: Path) -> None:
    """Add plain links to the results, which the index lists by a script of the network only."""
    index = site / "index.html"
    results = sorted(page.relative_to(site) for page in (site / "validations").rglob("*.html"))
    links = "".join(
        f'<li><a href="{page.as_posix()}">{page.parts[1]}</a></li>\n' for page in results
    )
    text = index.read_text(encoding="utf-8")
    listed = f"<p>Results by table:</p>\n<ul>\n{links}</ul>\n</body>"
    index.write_text(listed.join(text.rsplit("</body>", 1)), encoding="utf-8")
