"""The `mentorship` command. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mentorship.failure import exit_code, explained, signals_as_interruptions
from workspace.errors import printable
from workspace.folder import Workspace

if TYPE_CHECKING:
    from workspace.config import ReportConfig

# What `audit` ends in when a published folder tells of somebody, and `erase` when anything is left.
FOUND = 1
SCHEDULES = ("cron", "systemd", "github", "all")


class Day(click.ParamType[dt.date]):
    """A day as the command line writes it."""

    name = "YYYY-MM-DD"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """Return the day."""
        try:
            return dt.datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value} is no day: write YYYY-MM-DD, as in 2026-06-30.", param, ctx)


class Door(click.Group):
    """A group of commands that says in plain words what went wrong, with the right exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; only a defect of ours shows a traceback, and only when asked."""
        # A log that cannot be written, as dbt's on a full disk, would print one for every line.
        logging.raiseExceptions = ctx.meta.get(_DEBUG, False)
        with signals_as_interruptions():
            return self._invoke_in_words(ctx)

    def _invoke_in_words(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - here all ends in words
            if ctx.meta.get(_DEBUG):
                traceback.print_exc()
            problem, code = explained(error), exit_code(error)
            if ctx.meta.get(_JSON):
                _say_json({"exit_code": code, **problem.as_record()})
            click.echo("\n".join(problem.lines()), err=True)
            ctx.exit(code)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Take a command in; `--debug` may stand before its name or after it."""
        cmd.params.append(_debug_option())
        super().add_command(cmd, name)


_JSON = "mentorship.is_json"
_DEBUG = "mentorship.is_debug"


def _remember_json(ctx: click.Context, _: click.Parameter, is_json: bool) -> bool:
    ctx.meta[_JSON] = is_json
    return is_json


def _remember_debug(ctx: click.Context, _: click.Parameter, is_debug: bool) -> None:
    ctx.meta[_DEBUG] = is_debug or ctx.meta.get(_DEBUG, False)


def _debug_option() -> click.Option:
    return click.Option(
        ["--debug"],
        is_flag=True,
        expose_value=False,
        callback=_remember_debug,
        help="Show the traceback of whatever goes wrong.",
    )


def _example(*lines: str) -> str:
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


_EXIT_CODES = """\b
Exit codes:
  0 published, or nothing to do   3 another build holds the workspace
  1 data refused                  4 environment
  2 usage or configuration        5 internal error"""

in_workspace = click.option(
    "-C",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current folder",
    help="The workspace.",
)
as_json = click.option(
    "--json",
    "is_json",
    is_flag=True,
    callback=_remember_json,
    is_eager=True,
    help="Write one JSON record to standard output.",
)


@click.group(
    cls=Door,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"{_EXIT_CODES}\n\n{_example('mentorship demo --out data/demo')}",
    params=[_debug_option()],
)
@click.version_option(package_name="mentorship-impact", prog_name="mentorship")
def main() -> None:
    """Tell honestly whether mentorship programs work, from your own exports."""


@main.command(epilog=_example("mentorship demo --out data/demo", "mentorship demo --employees 500"))
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("data/demo"),
    show_default=True,
    help="The workspace to make; a new folder, or one that a demo made.",
)
@click.option(
    "--employees",
    type=click.IntRange(min=200, max=1_000_000),
    default=4000,
    show_default=True,
    help="People the company has at a time.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=2024,
    show_default=True,
    help="Same seed, same company.",
)
def demo(folder: Path, employees: int, seed: int) -> None:
    """Make up a company with known effects and build its report."""
    from mentorship.build import build
    from mentorship.demo import generate_demo, planted_effects
    from mentorship.headline import against_truth, headline
    from mentorship.progress import Progress

    workspace = _workspace(folder)
    progress = Progress()
    generate_demo(workspace, employees=employees, seed=seed, progress=progress)
    build(workspace, today=_today(), progress=progress)
    _say("", *headline(workspace.site))
    _say("", "Only a made-up company knows its truth; one interval in twenty misses it:")
    _say(*against_truth(workspace.site, planted_effects(workspace)))
    _say("", f"Open {workspace.site}/index.html")


@main.command(
    epilog=_example(
        "mentorship init ~/mentorship",
        "mentorship init ~/mentorship --exports ~/mentorship/exports",
    )
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--exports",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Recognize the exports in this folder and draft the configuration from them.",
)
def init(folder: Path, exports: Path | None) -> None:
    """Make a workspace: a configuration, drafted from exports or to be filled in, and exports/."""
    from mentorship.starter import write_starter

    workspace = _workspace(folder)
    written = write_starter(workspace) if exports is None else _write_draft(workspace, exports)
    for path in written:
        _say(f"wrote {path}")
    first = (
        (
            "Next: put your exports into",
            f"  {workspace.exports}",
            "say in mentorship.yml what they are,",
        )
        if exports is None
        else ("Next: read mentorship.yml, answer what stands behind check:,",)
    )
    _say("", *first, f"then run: mentorship check -C {workspace.root}")


def _write_draft(workspace: Workspace, exports: Path) -> list[Path]:
    """Write a workspace for the exports of a folder; say what each file was taken for."""
    from ingest.recognition import recognize
    from mentorship.drafting import ITEMS, draft_configuration, draft_items, is_begun, told
    from mentorship.starter import nothing_recognized, refuse_existing, write_starter

    refuse_existing(workspace)
    found = recognize(exports, root=workspace.root)
    lines = told(found, exports=exports)
    if lines:
        _say(*lines, "")
    if not found.drafts and not any(is_begun(one) for one in found.unplaced):
        raise nothing_recognized(exports, files_n=len(found.unplaced))
    if not found.drafts:
        _say("No export was recognized: complete the sources that mentorship.yml begins.", "")
    configuration = draft_configuration(found, root=workspace.root)
    others = {workspace.root / ITEMS: draft_items(found)} if found.items else {}
    return write_starter(workspace, configuration=configuration, others=others)


@main.command(epilog=_example("mentorship check -C ~/mentorship", "mentorship check --json"))
@in_workspace
@click.option(
    "--data-docs",
    "has_docs",
    is_flag=True,
    help="Write Great Expectations' own pages, too; they stay in the state folder.",
)
@as_json
def check(folder: Path, has_docs: bool, is_json: bool) -> None:
    """Read and check everything a build would, and publish nothing."""
    from mentorship.check import check as check_exports
    from mentorship.progress import Progress, plain_table

    progress = Progress()
    findings = check_exports(
        _workspace(folder), today=_today(), progress=progress, has_docs=has_docs
    )
    if is_json:
        _say_json(findings.as_record())
        return
    header = ("table", "source", "rows in", "kept", "quarantined", "duplicates")
    rows = [tuple(_cell(value) for value in record.values()) for record in findings.sources]
    _say(*plain_table(header, rows))
    _say("", *(f"warning: {sentence}" for sentence in findings.warnings))
    _say(f"{findings.expectations_n} expectations checked; the exports describe {findings.as_of}.")
    if any(record["rows_quarantined"] for record in findings.sources):
        _say(f"What was quarantined, and why: {findings.quarantine}")
    _say("A build would accept these exports.")


@main.command(
    epilog=_example("mentorship build -C ~/mentorship", "mentorship build --as-of 2026-06-30")
)
@in_workspace
@click.option(
    "--as-of",
    type=Day(),
    help="The day the exports describe, in place of what the configuration says.",
)
@click.option(
    "--full-refresh",
    is_flag=True,
    help="Build though nothing has changed, read every export anew, accept that some are gone.",
)
@as_json
def build(folder: Path, as_of: dt.date | None, full_refresh: bool, is_json: bool) -> None:
    """Build and publish the report; quick when nothing has changed."""
    from mentorship.build import build as build_workspace
    from mentorship.headline import headline
    from mentorship.ledger import UNCHANGED
    from mentorship.notice import notices
    from mentorship.progress import Progress

    workspace, progress = _workspace(folder), Progress()
    with notices(workspace, today=_today(), progress=progress):
        outcome = build_workspace(
            workspace,
            today=_today(),
            progress=progress,
            as_of=as_of,
            full_refresh=full_refresh,
        )
    if is_json:
        _say_json(outcome.as_record())
        return
    if outcome.kind == UNCHANGED:
        _say(f"Nothing has changed since release {outcome.release}.")
    else:
        _say("", *headline(outcome.site), "")
    _say(f"Open {outcome.site}/index.html")


@main.command(epilog=_example("mentorship key rotate -C ~/mentorship"))
@click.argument("action", metavar="rotate", type=click.Choice(("rotate",)))
@in_workspace
@as_json
def key(action: str, folder: Path, is_json: bool) -> None:  # noqa: ARG001 - there is only one
    """Give everybody a new pseudonym under a new key, everywhere at once, and publish."""
    from mentorship.build import build as build_workspace
    from mentorship.progress import Progress

    workspace = _workspace(folder)
    outcome = build_workspace(workspace, today=_today(), progress=Progress(), has_new_key=True)
    if is_json:
        _say_json(outcome.as_record())
        return
    _say("Everybody has a new pseudonym; nothing was made under the old key any more.")
    _say(f"Back up the new key: {workspace.key_path}")


@main.command(
    epilog=_example(
        "mentorship lottery plan --draw spring --places 60 --applicants applicants.csv",
        "mentorship lottery draw --draw spring --applicants applicants.csv",
    )
)
@click.argument("action", metavar="[plan|draw]", type=click.Choice(("plan", "draw")))
@click.option("--draw", "name", required=True, metavar="NAME", help="The lottery's name.")
@click.option(
    "--applicants",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="A CSV file with participant_id and the strata, a row per applicant.",
)
@click.option("--places", type=click.IntRange(min=1), help="plan: how many are offered a mentor.")
@click.option(
    "--stratum",
    "strata",
    multiple=True,
    metavar="COLUMN",
    help="plan: draw in proportion within this column; may be given more than once.",
)
@click.option(
    "--risk",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.10,
    show_default=True,
    help="plan: how many of 1 leave within the time, or are promoted, without a mentor.",
)
@in_workspace
@as_json
def lottery(
    action: str,
    name: str,
    applicants: Path,
    places: int | None,
    strata: tuple[str, ...],
    risk: float,
    folder: Path,
    is_json: bool,
) -> None:
    """Draw who of the applicants is offered a mentor; the seed is committed before."""
    from mentorship import lottery as lotteries

    workspace = _existing(folder)
    if action == "draw":
        drawn, path = lotteries.draw(workspace, applicants, draw=name)
        record = {"draw": name, "seed": drawn.seed, "commitment": drawn.commitment, "file": path}
        if is_json:
            _say_json(record)
            return
        _say(
            f"Drawn: {path}",
            f"The seed was {drawn.seed}; it hashes to {drawn.commitment}, as was said before.",
            "Import the file into the platform, and put its columns into the export enrollments.",
        )
        return
    if places is None:
        raise click.UsageError("A plan needs --places.")
    planned = lotteries.plan(
        workspace, applicants, draw=name, places=places, strata=strata, risk=risk
    )
    if is_json:
        _say_json(
            {
                "draw": name,
                "applicants_n": planned.applicants_n,
                "places": places,
                "detectable": planned.detectable,
                "commitment": planned.lottery.commitment,
            }
        )
        return
    _say(
        f"With {places:,} places and {planned.applicants_n:,} applicants you would mostly see an "
        f"effect of {100 * planned.detectable:.0f} points, if all who are offered a mentor take it "
        "and nobody else finds one.",
        f"Say this before the draw: {planned.lottery.commitment}",
    )


@main.command(
    epilog=_example(
        "mentorship erase E0417 -C ~/mentorship",
        "mentorship erase ann.smith@corp.example E0418 --dry-run",
    )
)
@click.argument("identifiers", metavar="ID_OR_EMAIL...", nargs=-1, required=True)
@in_workspace
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Say what would go; change nothing.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask on a terminal.")
@click.option(
    "--unseen",
    "is_unseen",
    is_flag=True,
    help="Also keep out somebody whom no export names any more.",
)
@as_json
@click.pass_context
def erase(
    ctx: click.Context,
    identifiers: tuple[str, ...],
    folder: Path,
    is_dry_run: bool,
    is_sure: bool,
    is_unseen: bool,
    is_json: bool,
) -> None:
    """Erase people, publish without them, and prove it; ends in 1 if anything is left of them."""
    from mentorship.erasure import Erased, find
    from mentorship.erasure import erase as erase_people
    from mentorship.progress import Progress

    workspace, today = _existing(folder), _today()
    is_asked = sys.stdin.isatty() and not (is_sure or is_json)
    if is_dry_run or is_asked:
        found = find(workspace, identifiers, today=today, is_unseen=is_unseen)
        if is_dry_run and is_json:
            _say_json(Erased(False, dict(found.seen.records), None).as_record())
            return
        _say("Records that name them, or are of a pairing of theirs:")
        _say(*(f"  {path}: {n:,}" for path, n in found.seen.records.items()))
        if is_dry_run:
            _say("Nothing was changed.")
            return
        click.confirm("Erase them? This cannot be undone", abort=True)
    outcome = erase_people(
        workspace, identifiers, today=today, progress=Progress(), is_unseen=is_unseen
    )
    if is_json:
        _say_json(outcome.as_record())
    elif outcome.proof is not None:
        _say("Erased, and published without them; earlier releases are deleted.")
        _say(*outcome.proof.lines())
        _say(f"Back up {workspace.tombstones_path}: it keeps them out of every later export.")
    if outcome.proof is not None and outcome.proof.found:
        ctx.exit(FOUND)


@main.command(epilog=_example("mentorship status -C ~/mentorship", "mentorship status --json"))
@in_workspace
@as_json
def status(folder: Path, is_json: bool) -> None:
    """Show what is published and how the last runs ended."""
    from mentorship.status import status as workspace_status
    from mentorship.status import status_lines

    workspace = _existing(folder)
    record = workspace_status(workspace, today=_today(), limits=_report_limits(workspace))
    if is_json:
        _say_json(record)
    else:
        _say(*status_lines(record))


@main.command(epilog=_example("mentorship doctor -C ~/mentorship", "mentorship doctor --json"))
@in_workspace
@as_json
@click.pass_context
def doctor(ctx: click.Context, folder: Path, is_json: bool) -> None:
    """Say what this machine and this workspace lack; ends in 4 when a build would fail for it."""
    from mentorship.doctor import examine

    examination = examine(_workspace(folder), now=dt.datetime.now(dt.UTC))
    if is_json:
        _say_json(examination.as_record())
    else:
        _say(*examination.lines())
    ctx.exit(examination.exit_code)


@main.command(
    epilog=_example(
        "mentorship schedule -C ~/mentorship --format cron --at 06:00 --weekday mon",
        "mentorship schedule --format systemd --weekday daily",
    )
)
@in_workspace
@click.option(
    "--format",
    "form",
    type=click.Choice(SCHEDULES),
    default="all",
    show_default=True,
    help="For which scheduler.",
)
@click.option("--at", default="06:00", show_default=True, metavar="HH:MM", help="Time of day.")
@click.option(
    "--weekday",
    type=click.Choice(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "daily")),
    default="mon",
    show_default=True,
    help="Day of the week.",
)
def schedule(folder: Path, form: str, at: str, weekday: str) -> None:
    """Print what a scheduler needs to build this workspace."""
    from mentorship import schedule as schedules

    workspace = _existing(folder)
    workspace.prepare()
    moment = schedules.Moment.of(at, weekday)
    if form in ("cron", "all"):
        _give("# add with: crontab -e", schedules.cron(workspace, moment))
    if form in ("systemd", "all"):
        for name, text in schedules.systemd(workspace, moment).items():
            _give(f"# ~/.config/systemd/user/{name}", text)
        _give(f"# then: systemctl --user enable --now {schedules.unit_name(workspace)}.timer", "")
    if form in ("github", "all"):
        _give("# .github/workflows/mentorship.yml", schedules.github(workspace, moment))


@main.command(
    epilog=_example("mentorship audit site", "mentorship audit site --before ../last-year")
)
@click.argument("site", metavar="SITE", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--before",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="SITE",
    multiple=True,
    help="An earlier published folder: attack both together; those kept beside it, if not given.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=20.0,
    show_default=True,
    help="How long linear and integer programs may take.",
)
@as_json
def audit(site: Path, before: tuple[Path, ...], seconds: float, is_json: bool) -> None:
    """Attack a published folder, knowing nothing but its files; exit 1 unless nothing is told."""
    from mentorship.audit import audit_lines, audit_site

    record = audit_site(site, before=before, seconds=seconds)
    if is_json:
        _say_json(record)
    else:
        _say(*audit_lines(record))
    if not record["is_passed"]:
        click.get_current_context().exit(FOUND)


@main.command(epilog=_example("mentorship explain retention_12_months -C ~/mentorship"))
@click.argument("measure", metavar="MEASURE")
@in_workspace
@as_json
def explain(measure: str, folder: Path, is_json: bool) -> None:
    """Say what a measure is, what it is today, and its way from the exports to the pages."""
    from mentorship.explanation import explain as explain_measure
    from mentorship.explanation import explanation_lines
    from workspace.reading import read_config

    workspace = _existing(folder)
    record = explain_measure(workspace, read_config(workspace.config_path), measure)
    if is_json:
        _say_json(record)
    else:
        _say(*explanation_lines(record))


def _workspace(folder: Path) -> Workspace:
    return Workspace(folder.expanduser().absolute())


def _existing(folder: Path) -> Workspace:
    """Return a workspace that has a configuration, readable or not."""
    from workspace.errors import ConfigError, Place

    workspace = _workspace(folder)
    if not workspace.config_path.exists():
        raise ConfigError(
            "There is no workspace here.",
            place=Place(workspace.config_path),
            expected="a file mentorship.yml",
            to_do="run `mentorship init DIR`, or name the workspace with -C",
        )
    return workspace


def _report_limits(workspace: Workspace) -> ReportConfig | None:
    """Return from when on data is old; none where the configuration cannot be read just now."""
    from workspace.errors import ConfigError
    from workspace.reading import read_config

    try:
        return read_config(workspace.config_path).report
    except ConfigError:
        return None


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _say(*lines: str) -> None:
    click.echo("\n".join(map(printable, lines)))


def _give(*texts: str) -> None:
    """Print texts that are to be copied, whatever is in them."""
    click.echo("\n".join(texts))


def _say_json(record: dict[str, Any]) -> None:
    # Of ASCII only: a terminal that it is printed on obeys nothing in it.
    click.echo(json.dumps(record, indent=2, default=str))


if __name__ == "__main__":
    sys.exit(main())
