"""The site as a whole: what no page may do, and what every page must."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from reports.effects import GRID
from reports.formats import THIN
from reports.headlines import WORKPLACE
from reports.terms import TERMS
from reports.verdicts import LADDER

VOID = {"meta", "link", "br", "wbr", "line", "circle", "img", "input", "hr"}
CONTAINERS = {"article", "figure", "section", "table"}
CSP = ("default-src 'none'", "script-src 'self'", "connect-src 'none'", "base-uri 'none'",
       "form-action 'none'")  # fmt: skip


class Page(HTMLParser):
    """One page as a list of elements, each with its attributes, ancestors and text."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.elements: list[tuple[str, dict[str, str | None], tuple[int, ...]]] = []
        self.text: dict[int, str] = {}
        self._open: list[int] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()
        assert not self._open, f"{path.name}: not every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), tuple(self._open)))
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        opened = self._open.pop()
        assert self.elements[opened][0] == tag, f"{self.path.name}: {tag} closes another element"

    def handle_data(self, data: str) -> None:
        for opened in self._open:
            self.text[opened] = self.text.get(opened, "") + data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs, _ in self.elements if name == tag]

    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs, _ in self.elements if "id" in attrs]

    def links_within(self, container: int) -> set[str]:
        return {
            attrs.get("href") or ""
            for tag, attrs, ancestors in self.elements
            if tag == "a" and container in ancestors
        }

    def words(self) -> str:
        hidden = {i for i, (tag, _, _) in enumerate(self.elements) if tag in ("script", "style")}
        return " ".join(
            text
            for i, text in sorted(self.text.items())
            if i not in hidden and self.elements[i][0] == "body"
        )


@pytest.fixture(scope="module", params=["site", "estimated_site"])
def any_site(request: pytest.FixtureRequest) -> Path:
    """Return a site without estimates, and then one with them."""
    folder: Path = request.getfixturevalue(request.param)
    return folder


@pytest.fixture(scope="module")
def pages(any_site: Path) -> list[Page]:
    return [Page(path) for path in sorted(any_site.glob("*.html"))]


@pytest.fixture(scope="module")
def plain(site: Path) -> dict[str, Page]:
    return {path.name: Page(path) for path in site.glob("*.html")}


@pytest.fixture(scope="module")
def estimated(estimated_site: Path) -> dict[str, Page]:
    return {path.name: Page(path) for path in estimated_site.glob("*.html")}


@pytest.fixture(scope="module")
def workforce_pages(workforce_site: Path) -> dict[str, Page]:
    return {path.name: Page(path) for path in workforce_site.glob("*.html")}


def test_every_page_is_there_and_each_program_has_its_own(site: Path) -> None:
    assert {path.name for path in site.glob("*.html")} == {
        "index.html", "leadership.html", "programs.html", "analyst.html", "glossary.html",
        "program-p-one.html", "program-p-rev.html", "program-p-grp.html",
    }  # fmt: skip


def test_no_page_asks_the_network_for_anything(pages: list[Page]) -> None:
    for page in pages:
        for tag, attrs, _ in page.elements:
            for name in ("src", "href", "srcset", "action", "data", "poster"):
                address = attrs.get(name) or ""
                assert not re.match(r"(?i)[a-z]+:|//", address) or address == "data:,", (
                    f"{page.path.name}: {tag} {name}={address}"
                )
    style = (pages[0].path.parent / "assets" / "site.css").read_text(encoding="utf-8")
    assert "@import" not in style
    assert "url(" not in style


def test_every_page_forbids_what_it_does_not_need(pages: list[Page]) -> None:
    for page in pages:
        policies = [
            meta["content"] or ""
            for meta in page.of("meta")
            if meta.get("http-equiv") == "Content-Security-Policy"
        ]
        assert len(policies) == 1
        assert all(part in policies[0] for part in CSP)
        script_source = re.search(r"script-src ([^;]*)", policies[0])
        assert script_source
        assert script_source[1] == "'self'"


def test_no_script_is_inline(pages: list[Page]) -> None:
    for page in pages:
        for script in page.of("script"):
            assert script.get("src") or script.get("type") == "application/json"
        for _, attrs, _ in page.elements:
            assert not [name for name in attrs if name.startswith("on")]


def test_hostile_text_is_shown_as_text(made: ModuleType, any_site: Path, pages: list[Page]) -> None:
    for path in any_site.glob("*.html"):
        assert made.HOSTILE_TAG not in path.read_text(encoding="utf-8")
    words = next(p for p in pages if p.path.name == "programs.html").words()
    assert made.HOSTILE_TAG in words


def test_nothing_of_a_suppressed_row_reaches_the_pages_or_the_chart_downloads(
    any_site: Path,
) -> None:
    written = [*any_site.glob("*.html"), *(any_site / "data" / "charts").glob("*.csv")]
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert "876543" not in text
        assert "87.6543" not in text
    programs = (any_site / "programs.html").read_text(encoding="utf-8")
    assert "hidden (fewer than 5 people)" in programs


def test_every_number_carries_its_definition_within_one_click(pages: list[Page]) -> None:
    numbers = 0
    for page in pages:
        for i, (_, attrs, ancestors) in enumerate(page.elements):
            measure = attrs.get("data-measure")
            if measure is None:
                continue
            numbers += 1
            containers = [a for a in ancestors if page.elements[a][0] in CONTAINERS]
            links = set().union(*(page.links_within(c) for c in containers[-2:]))
            assert f"glossary.html#{measure}" in links, (
                f"{page.path.name}: {page.text.get(i)} does not lead to {measure}"
            )
    assert numbers > 100


def test_every_internal_link_leads_somewhere(any_site: Path, pages: list[Page]) -> None:
    ids = {page.path.name: set(page.ids()) for page in pages}
    for page in pages:
        addresses = [a["href"] for a in page.of("a")] + [s.get("src") for s in page.of("script")]
        for address in filter(None, addresses):
            file, _, anchor = address.partition("#")
            target = file or page.path.name
            assert (any_site / target).is_file(), f"{page.path.name}: {address}"
            assert not anchor or anchor in ids[target], f"{page.path.name}: {address}"


def test_ids_are_unique_and_headings_descend_one_step_at_a_time(pages: list[Page]) -> None:
    for page in pages:
        assert len(page.ids()) == len(set(page.ids())), page.path.name
        levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_page_can_be_read_without_a_mouse_or_eyes(pages: list[Page]) -> None:
    for page in pages:
        assert page.of("html")[0]["lang"] == "en-US"
        assert any(a.get("class") == "skip" and a["href"] == "#content" for a in page.of("a"))
        plots = [attrs for _, attrs, _ in page.elements if "data-figure" in attrs]
        assert all(plot["role"] == "img" and plot["aria-label"] for plot in plots)
        assert len(plots) <= 12
        for _, attrs, _ in page.elements:
            if attrs.get("class") == "scroll":
                assert attrs["tabindex"] == "0"
                assert attrs["aria-label"]


def test_every_chart_has_its_table_and_its_download(any_site: Path, pages: list[Page]) -> None:
    drawn = 0
    for page in pages:
        for i, (tag, attrs, _) in enumerate(page.elements):
            if tag != "figure":
                continue
            inside = [e for e in page.elements if i in e[2]]
            if not any("data-figure" in a for _, a, _ in inside):
                continue
            drawn += 1
            assert any(t == "table" for t, _, _ in inside)
            download = next(a["href"] for t, a, _ in inside if t == "a" and "download" in a)
            assert download == f"data/charts/{attrs['id']}.csv"
            assert (any_site / download).is_file()
    assert drawn > 10


def test_chart_downloads_cannot_run_as_formulas_and_numbers_stay_numbers(
    made: ModuleType, any_site: Path
) -> None:
    text = (any_site / "data" / "charts" / "retention-by-program.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["group"] for row in rows} >= {f"'{made.HOSTILE_FORMULA}", "Career Partners"}
    for path in (any_site / "data" / "charts").glob("*.csv"):
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines()):
            for cell in row:
                assert not cell.startswith(("=", "+", "@", "\t"))
                assert not cell.startswith("-") or float(cell) < 0


def test_the_same_results_give_the_same_bytes_whenever_they_were_made(
    made: ModuleType, estimated_site: Path, tmp_path: Path
) -> None:
    results, site = made.estimated(), estimated_site
    again = {**results.run, "run_id": "another", "timings": {"load": 99.9}}
    made.rendered(type(results)(**{**vars(results), "run": again}), tmp_path)
    for path in sorted(site.rglob("*")):
        if path.is_file() and path.name != "run.json":
            assert _digest(path) == _digest(tmp_path / path.relative_to(site)), path.name


def test_no_page_says_when_it_was_made(any_site: Path) -> None:
    for path in any_site.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "secret-run-id" not in text
        assert "7777.25" not in text


@pytest.mark.parametrize(
    ("built_on", "tone"),
    [("2026-12-15", "good"), ("2026-12-16", "caution"), ("2027-01-29", "caution"),
     ("2027-01-30", "alarm")],
)  # fmt: skip
def test_the_header_says_how_old_the_data_is(
    made: ModuleType, tmp_path: Path, built_on: str, tone: str
) -> None:
    """Data as of 31 October: 45 days on it is good, 46 amber, 90 still so, 91 red."""
    results = made.company()
    limits = {"amber_after_days": 45, "red_after_days": 90}
    run = {**results.run, "built_on": built_on, "report": limits}
    made.rendered(type(results)(**{**vars(results), "run": run}), tmp_path)
    days = (dt.date.fromisoformat(built_on) - dt.date(2026, 10, 31)).days
    for path in tmp_path.glob("*.html"):
        (line,) = re.findall(
            r'<li class="(\w+)"><span class="dot"[^>]*></span>Data as of [^<]*, (\d+) days before',
            path.read_text(encoding="utf-8"),
        )
        assert line == (tone, str(days))


def test_every_page_says_that_no_effect_is_estimated(plain: dict[str, Page]) -> None:
    for page in plain.values():
        assert "effect not estimated yet" in page.words().lower(), page.path.name


def test_an_adjusted_estimate_takes_the_sentence_away(made: ModuleType, tmp_path: Path) -> None:
    results = made.company()
    adjusted = results.effects.assign(estimand="mentored_vs_not", verdict="no clear effect")
    site = made.rendered(type(results)(**{**vars(results), "effects": adjusted}), tmp_path)
    words = Page(site / "leadership.html").words()
    assert "not estimated yet" not in words
    assert "no clear effect" in words


def test_the_naive_number_is_struck_out_and_never_a_headline(plain: dict[str, Page]) -> None:
    struck = _struck(plain["leadership.html"])
    assert struck == ["+16.0 points", "+8.0 points"]
    assert plain["leadership.html"].words().count("+16.0 points") == 1
    assert "+16.0 points" not in plain["index.html"].words()


def test_beside_an_estimate_the_naive_number_is_struck_out_too(
    estimated: dict[str, Page],
) -> None:
    page = estimated["leadership.html"]
    assert _struck(page) == ["+4.0 points", "+16.0 points", "+4.0 points", "+8.0 points"]
    words = page.words()
    assert words.count("+16.0 points") == 1
    assert "Within a point of the estimate, by luck" in words
    assert "Misleading number, not an effect" in words
    for name in ("index.html", "programs.html", "program-p-one.html"):
        assert "+16.0 points" not in estimated[name].words()


def _struck(page: Page) -> list[str]:
    """Return every struck number of a page, each of which must stand aside."""
    struck = [i for i, (tag, _, _) in enumerate(page.elements) if tag == "s"]
    for i in struck:
        assert any(page.elements[a][0] == "aside" for a in page.elements[i][2])
    return [page.text[i] for i in struck]


def test_leadership_reads_one_sentence_per_question_with_its_verdict(
    estimated: dict[str, Page],
) -> None:
    for name in ("leadership.html", "index.html"):
        page = estimated[name]
        claims = [i for i, (_, a, _) in enumerate(page.elements) if a.get("class") == "claim"]
        assert [page.text[i].partition(" were")[0] for i in claims] == [
            "Of 100 mentees, about 5 more"
        ] * 2
        badges = [
            page.text[i]
            for i, (_, a, _) in enumerate(page.elements)
            if (a.get("class") or "").startswith("verdict ")
        ]
        assert badges == ["clear benefit"] * 2


def test_a_passed_check_is_not_sold_as_proof(estimated: dict[str, Page]) -> None:
    words = estimated["leadership.html"].words()
    assert "even a lead of about 3 promotions a year per 100 people can slip through" in words
    assert "2.4 times as common among the mentees" in words
    assert "placebo" not in words.lower()
    assert "A pass is little reassurance." in estimated["analyst.html"].words()
    assert "2 to 16\u202f% were still called one" in estimated["analyst.html"].words()


def test_where_nobody_was_compared_every_page_says_why(made: ModuleType, tmp_path: Path) -> None:
    rows = [made.unanswered("nobody alike", outcome) for outcome in ("retention", "promotion")]
    site = made.rendered(made.estimated(*rows), tmp_path)
    sentence = "Nobody comparable was found for the mentees: these data cannot say"
    for name in ("leadership.html", "index.html", "analyst.html"):
        words = Page(site / name).words()
        assert words.count(sentence) == 2, name
        assert "No effect can be stated" in words
    programs = Page(site / "programs.html").words()
    assert programs.count("nobody comparable was found") == 2
    assert "not comparable" in programs
    assert "slip through" not in Page(site / "leadership.html").words()


def test_a_withdrawn_headline_leaves_no_number_behind(made: ModuleType, tmp_path: Path) -> None:
    rows = (made.effect(o, verdict="not comparable", max_abs_smd=0.31, effect=0.0531)
            for o in ("retention", "promotion"))  # fmt: skip
    site = made.rendered(made.estimated(*rows), tmp_path)
    for name in ("leadership.html", "index.html", "programs.html"):
        text = Page(site / name).words()
        assert "5.3 points" not in text, name
        assert "not comparable" in text
    assert "+5.3 points" in Page(site / "analyst.html").words()
    assert "No effect can be stated" in Page(site / "index.html").words()


def test_program_owners_see_both_arms_and_every_horizon(estimated: dict[str, Page]) -> None:
    page = estimated["program-p-one.html"]
    words = page.words()
    assert "Alike, without a mentor" in words
    assert "People followed, by months since the start" in words
    assert "Effect on retention" in words
    assert words.count("too few to say") == 0
    reverse = estimated["program-p-rev.html"].words()
    assert "too few to say" in reverse
    assert "Every month is hidden (fewer than 10 people" in reverse


def test_the_analyst_sees_what_stands_behind_every_estimate(
    estimated: dict[str, Page],
) -> None:
    page = estimated["analyst.html"]
    words = page.words()
    for text in (
        "Where everybody went", "could stand beside them", "The matching ladder", "Alike before?",
        "Reach: could have seen", "2.8 points", "E-value", "Contamination", "Who benefits?",
        "TARGET checklist", "JAMA 2025", "Identifying assumptions", "480 eligible mentees",
    ):  # fmt: skip
        assert text in words, text
    assert sum("data-figure" in a for _, a, _ in page.elements) == 2
    naive = next(i for i, (t, _, _) in enumerate(page.elements) if t == "s")
    assert any(page.elements[a][0] == "details" for a in page.elements[naive][2])


def test_every_column_of_numbers_about_effects_leads_to_its_definition(
    estimated: dict[str, Page],
) -> None:
    page = estimated["analyst.html"]
    grids = [i for i, (_, a, _) in enumerate(page.elements) if a.get("class") == "grid"]
    assert len(grids) == 5
    for grid in grids:
        links = page.links_within(grid)
        for term in TERMS:
            is_column = term.measure in {column for column, _, _ in GRID} - {"ci_high"}
            assert not is_column or term.href in links, term.measure


def test_the_glossary_holds_every_term_of_the_estimates(plain: dict[str, Page]) -> None:
    page = plain["glossary.html"]
    for term in TERMS:
        assert term.measure in page.ids()
        assert term.sentence in page.words()
    for verdict in LADDER:
        assert verdict.meaning in page.words()


def test_voluntary_programs_carry_the_selection_sentence(site: Path) -> None:
    sentence = "People who join differ from those who do not"
    voluntary, assigned, unknown = (
        (site / f"program-{name}.html").read_text(encoding="utf-8")
        for name in ("p-one", "p-rev", "p-grp")
    )
    assert sentence in voluntary
    assert sentence not in assigned
    assert sentence in unknown
    assert "this report assumes that it was" in unknown
    assert sentence in (site / "leadership.html").read_text(encoding="utf-8")


def test_a_workforce_only_build_says_what_is_missing(workforce_pages: dict[str, Page]) -> None:
    programs = workforce_pages["programs.html"].words()
    assert "Not measured: needs pairings" in programs
    assert "Not measured: needs survey_responses and survey_items" in programs
    leadership = workforce_pages["leadership.html"].words()
    assert "Not measured: needs pairings and survey_responses" in leadership
    assert "hold no pairings" in leadership
    assert "86.0" in leadership
    assert not [name for name in workforce_pages if name.startswith("program-")]


def test_the_glossary_prints_every_measure_as_it_is_defined(made: ModuleType, site: Path) -> None:
    page = Page(site / "glossary.html")
    defined = made.company().measures
    for measure, sentence in zip(defined["measure"], defined["sentence"], strict=True):
        assert measure in page.ids()
        assert sentence in page.words()
    assert "not measured: needs survey_responses and survey_items" in page.words()


def test_the_analyst_sees_every_export_and_every_check(site: Path) -> None:
    words = Page(site / "analyst.html").words()
    assert "exports/job_history.csv" in words
    assert "date that cannot be read" in words
    assert "A level is a whole number" in words
    assert "ab" * 32 in words
    assert "people: 3 e-mails are shared by two people" in words


def test_the_analyst_sees_which_share_of_each_export_leads_to_nobody(site: Path) -> None:
    words = Page(site / "analyst.html").words()
    assert f"1.0{THIN}%: 119 of 11{THIN}900" in words
    assert "names nobody" in words


def test_the_site_is_small(any_site: Path) -> None:
    ours = [p for p in any_site.rglob("*") if p.is_file() and p.name != "plotly.min.js"]
    published = [p for p in ours if p.parent.name != "data"]
    assert sum(path.stat().st_size for path in published) < 2_000_000


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_measure_listed_for_program_owners_stands_in_the_section_of_its_theme(
    made: ModuleType, tmp_path: Path
) -> None:
    given = made.company()
    declared = [
        {**row, "theme": "2 Communication", "audience": "program owners"}
        if row["measure"] == made.SCORE
        else row
        for row in made.measures({})
    ]
    stands = made.table("standings", made.standings())
    changed = replace(given, measures=made.table("measures", declared), standings=stands)
    made.rendered(changed, tmp_path)
    # Under its heading, where it stands: the other theme's measure is no part of it.
    text = (tmp_path / "programs.html").read_text(encoding="utf-8")
    line = text.partition('class="theme-line"')[2].partition("</p>")[0]
    assert "Against the year before" in line
    assert "no clear difference in 1 measure" in line
    assert "worse" not in line
    for file in ("programs.html", "program-p-one.html"):
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert '<h2 id="theme-1">Communication</h2>' in text
        assert "Some score, by quarter" in text


def test_a_theme_without_a_listed_measure_has_no_section(site: Path) -> None:
    assert 'id="theme-' not in (site / "programs.html").read_text(encoding="utf-8")


def _listed(made: ModuleType, folder: Path, *names: str) -> str:
    """Return the program's page of a company that lists these measures in a theme."""
    given = made.company()
    declared = [
        {**row, "theme": "2 Communication", "audience": "program owners"}
        if row["measure"] in names
        else row
        for row in made.measures({made.UNMEASURED: "meetings"})
    ]
    only_workforce = given.metrics["measure"].ne(made.RATE) | given.metrics["population"].eq(
        "workforce"
    )
    changed = replace(
        given, metrics=given.metrics[only_workforce], measures=made.table("measures", declared)
    )
    made.rendered(changed, folder)
    return (folder / "program-p-one.html").read_text(encoding="utf-8")


def test_a_listed_measure_of_the_workforce_alone_is_no_part_of_a_programs_page(
    made: ModuleType, tmp_path: Path
) -> None:
    text = _listed(made, tmp_path, made.RATE)
    assert 'id="theme-' not in text
    everybody = (tmp_path / "programs.html").read_text(encoding="utf-8")
    assert "Some rate, by quarter" in everybody


def test_listed_measures_without_a_number_are_folded_into_one_line(
    made: ModuleType, tmp_path: Path
) -> None:
    text = _listed(made, tmp_path, made.SCORE, made.UNMEASURED)
    folded = re.search(r'<p class="panel">.*?Some unmeasured</a>: (.*?)\.</span></p>', text)
    assert folded is not None
    assert folded[1] == "not measured: needs meetings"
    assert "Some unmeasured, over time" not in text


def test_a_listed_measure_of_groups_alone_shows_each_of_them(
    made: ModuleType, tmp_path: Path
) -> None:
    given = made.company()
    ratio = made.metric(
        made.RATE, population="mentees", dimension="level_band", member="senior to junior"
    )
    of_others = given.metrics[given.metrics["measure"] != made.RATE]
    declared = [
        {**row, "theme": "1 Foundations", "audience": "program owners"}
        if row["measure"] == made.RATE
        else row
        for row in made.measures({})
    ]
    changed = replace(
        given,
        metrics=pd.concat([of_others, made.table("metrics", [ratio])], ignore_index=True),
        measures=made.table("measures", declared),
    )
    made.rendered(changed, tmp_path)
    text = (tmp_path / "programs.html").read_text(encoding="utf-8")
    assert "<td>Mentees: senior to junior</td>" in text


def test_leadership_reads_a_line_for_each_measure_of_the_organization(
    made: ModuleType, tmp_path: Path
) -> None:
    given = made.company()
    themes = {
        made.RATE: "12 The organization",
        made.UNMEASURED: "10 From the top",
        WORKPLACE.measure: "12 The organization",
        made.SCORE: "2 Communication",
    }
    declared = [
        {**row, "theme": themes[row["measure"]], "audience": "leadership"}
        if row["measure"] in themes
        else row
        for row in made.measures({made.UNMEASURED: "meetings", WORKPLACE.measure: "pairings"})
    ]
    of_workplace = given.metrics["measure"] == WORKPLACE.measure
    changed = replace(
        given, metrics=given.metrics[~of_workplace], measures=made.table("measures", declared)
    )
    made.rendered(changed, tmp_path)
    text = (tmp_path / "leadership.html").read_text(encoding="utf-8")
    section = text.partition('aria-labelledby="organization"')[2].partition("</section>")[0]
    # 324 of 3600, 9 %, is 9 of 100; the score is of no theme of the organization.
    assert re.findall(r'<th scope="row"><a href="glossary.html#(\w+)">', section) == [made.RATE]
    assert "9.0 per 100" in section
    assert "324 of 3\u202f600" in section
    folded = re.findall(r"#(\w+)\">[^<]*</a>: (.*?)\.</span></p>", section)
    assert folded == [
        (made.UNMEASURED, "not measured: needs meetings"),
        (WORKPLACE.measure, "not measured: needs pairings"),
    ]


def test_leadership_reads_from_which_level_mentees_and_everybody_are_promoted(site: Path) -> None:
    text = (site / "leadership.html").read_text(encoding="utf-8")
    table = text.partition('aria-label="Promoted, by level"')[2].partition("</table>")[0]
    assert re.findall(r'<th scope="row">(\w+)</th>', table) == ["junior", "middle", "senior"]
    assert "the distance is no effect" in text


def test_leadership_has_no_empty_section_of_the_organization(
    made: ModuleType, tmp_path: Path
) -> None:
    given = made.company()
    made.rendered(
        replace(given, metrics=given.metrics[given.metrics["dimension"] != "level_band"]), tmp_path
    )
    text = (tmp_path / "leadership.html").read_text(encoding="utf-8")
    assert 'class="organization' not in text
