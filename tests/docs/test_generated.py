"""The reference is printed from the code, so it cannot say anything else than the code."""

from __future__ import annotations

import re
from pathlib import Path

from docs.generate.__main__ import pages
from docs.generate.reasons import MEANINGS_OF_REASONS, meanings_of_reasons

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def test_the_committed_pages_are_what_the_code_says(manifest_path: Path) -> None:
    written = pages(manifest_path)
    committed = {path.name: path for path in (DOCS / "reference").glob("*.md")}
    assert sorted(committed) == sorted(written)
    stale = [n for n, p in committed.items() if p.read_text(encoding="utf-8") != written[n]]
    assert stale == [], "run `make docs`"


def test_the_analysts_page_knows_every_reason() -> None:
    text = MEANINGS_OF_REASONS.read_text(encoding="utf-8")
    assert text == meanings_of_reasons(), "run `make docs`"


def test_every_link_leads_somewhere() -> None:
    pages = [*PROJECT.glob("*.md"), *DOCS.rglob("*.md")]
    assert PROJECT / "README.md" in pages
    broken = []
    for page in pages:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for found in LINK.finditer(text):
            target, _, anchor = (found[1] or found[2]).partition("#")
            if "://" in target:
                continue
            path = (page.parent / target).resolve() if target else page
            if not path.exists() or (anchor and anchor not in anchors(path)):
                broken.append(f"{page.relative_to(PROJECT)}: {found[0]}")
    assert broken == []


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
