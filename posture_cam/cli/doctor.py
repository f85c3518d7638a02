"""`posture-cam doctor`: is everything here that this program needs, and what to do if not?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture_cam.cli.options import set_up_logging, shared_options
from posture_cam.config import Settings
from posture_cam.config_file import load_settings
from posture_cam.errors import ConfigError, PostureCamError

if TYPE_CHECKING:
    from posture_cam.doctor import Check

COLOURS = {"ok": "green", "warning": "yellow", "failure": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("posture-results"),
    metavar="DIR",
    show_default=True,
    help="Where results shall go.",
)
@shared_options
def doctor(
    config_file: Path | None,
    assignments: tuple[str, ...],
    verbose: int,
    quiet: bool,
    as_json: bool,
    output: Path,
) -> None:
    """Check this installation and say what to do about each problem."""
    from posture_cam.doctor import Check, Verdict, run_checks

    checks = []
    try:
        settings = load_settings(config_file, assignments)
        checks.append(Check("configuration", Verdict.OK, "all settings can be used"))
    except ConfigError as error:
        settings = Settings()
        remedy = "Correct them; `posture-cam config path` tells where the file is."
        checks.append(Check("configuration", Verdict.FAILURE, str(error), remedy))
    set_up_logging(settings, verbose, quiet)
    on_terminal = sys.stdout.isatty() and not as_json
    running = run_checks(settings, output)
    checks += _with_spinner(running) if on_terminal else running
    failed = list(dict.fromkeys(c.name for c in checks if c.verdict is Verdict.FAILURE))
    if as_json:
        found = {"ok": not failed, "checks": [check.to_dict() for check in checks]}
        click.echo(json.dumps(found, indent=2))
    else:
        shown = [check for check in checks if not quiet or check.verdict is Verdict.FAILURE]
        (_print_table if on_terminal else _print_lines)(shown)
    if failed:
        raise PostureCamError(f"Not in order: {', '.join(failed)}; do what is said there.")


def _with_spinner(checks: Iterable[Check]) -> list[Check]:
    from rich.console import Console

    done = []
    with Console(stderr=True).status("Checking ...") as status:
        for check in checks:
            done.append(check)
            status.update(f"Checking ... {check.name} done")
    return done


def _print_table(checks: Iterable[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        found = Text(check.found)
        if check.remedy:
            found.append(f"\n{check.remedy}", style="bold")
        table.add_row(Text(check.verdict, style=COLOURS[check.verdict]), check.name, found)
    Console().print(table)


def _print_lines(checks: Iterable[Check]) -> None:
    for check in checks:
        click.echo(f"{check.verdict}: {check.name}: {check.found}")
        if check.remedy:
            click.echo(f"    {check.remedy}")
