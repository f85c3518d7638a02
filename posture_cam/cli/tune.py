"""`posture-cam tune`: compare settings with labelled recordings."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from posture_cam.cli.options import NumberRange, set_up_logging, shared_options
from posture_cam.config import Settings

results_argument = click.argument(
    "results", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")


def recorded_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the shared options; `command` gets `changes`, what they ask for on top of each
    recording's own settings. The user's settings are of no account."""

    @shared_options
    @wraps(command)
    def with_changes(
        config_file: Path | None,
        assignments: tuple[str, ...],
        verbose: int,
        quiet: bool,
        **options: Any,
    ) -> Any:
        set_up_logging(Settings(), verbose, quiet)
        changes = {"config_file": config_file, "assignments": assignments}
        return command(changes=changes, **options)

    return with_changes


@click.group()
def tune() -> None:
    """Compare settings with labelled recordings.

    RESULTS are folders that `posture-cam analyze` wrote, or the folder that holds them. The
    recorded poses in them are judged again; the videos are not needed. Settings are those of the
    recorded run, with --config and --set on top.
    """


@tune.command()
@results_argument
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Label file, or folder of them; by default beside the source video.",
)
@click.option(
    "--calibrate",
    "calibrated_s",
    type=NumberRange(min=0, max=600),
    default=0.0,
    metavar="SECONDS",
    help="Take these first seconds of each clip as upright, and do not score them.",
)
@click.option(
    "--tolerance",
    "tolerance_s",
    type=NumberRange(min=0),
    metavar="SECONDS",
    help="How far start and end of a found bout may be off (3 by default).",
)
@json_option
@recorded_options
def evaluate(
    changes: dict[str, Any],
    results: tuple[Path, ...],
    labels: Path | None,
    calibrated_s: float,
    tolerance_s: float | None,
    as_json: bool,
) -> None:
    """Measure verdicts, bouts, alerts and angles against labels."""
    from posture_cam.progress import counted
    from posture_cam.tuning.evaluate import TOLERANCE_S
    from posture_cam.tuning.evaluate import evaluate as run

    evaluation = run(
        results,
        labels=labels,
        calibrated_s=calibrated_s,
        tolerance_s=TOLERANCE_S if tolerance_s is None else tolerance_s,
        watch=counted,
        **changes,
    )
    if as_json:
        click.echo(json.dumps(evaluation.to_dict(), indent=2))
        return
    from posture_cam.tuning.evaluation_tables import evaluation_tables

    _show(evaluation_tables(evaluation.clips))
    if evaluation.without_labels:
        click.echo(f"Without labels, not scored: {', '.join(evaluation.without_labels)}.", err=True)
    if evaluation.without_baseline:
        names = ", ".join(evaluation.without_baseline)
        click.echo(f"Not scored: {names}; their first seconds make no upright posture.", err=True)


@tune.command()
@results_argument
@json_option
@recorded_options
def replay(
    changes: dict[str, Any],
    results: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Show what changed settings would have done.

    For example: posture-cam tune replay posture-results --set slouch.sustained_s=30
    """
    from posture_cam.progress import counted
    from posture_cam.tuning.replay import compare, named

    comparisons, changed = compare(results, watch=counted, **changes)
    if as_json:
        document = {
            "changed_settings": named(changed),
            "clips": [comparison.to_dict() for comparison in comparisons],
        }
        click.echo(json.dumps(document, indent=2))
        return
    from posture_cam.tuning.replay_tables import replay_tables

    _show(replay_tables(comparisons, changed))


def _show(tables: Any) -> None:
    """Print tables; into a file or pipe they keep their full width."""
    from rich.console import Console

    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=160)
    console.print(tables)
