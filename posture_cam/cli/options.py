"""Options that every command shares: --config, --set, -v/-q, --debug."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from posture_cam.config import Settings
from posture_cam.config_file import load_settings
from posture_cam.native_log import log_at

LEVELS = ("error", "warning", "info", "debug")


class NumberRange(click.FloatRange):
    """A number within bounds; NaN, which no comparison keeps out, is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value} is not a number.", param, ctx)
        return number


def shared_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the shared options; `command` gets config_file, assignments, verbose and quiet."""

    @click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Read settings from this TOML file instead of your own.",
    )
    @click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="SECTION.KEY=VALUE",
        help="Change one setting; may be given several times.",
    )
    @click.option("-v", "--verbose", count=True, help="Tell more about the work (-vv: everything).")
    @click.option("-q", "--quiet", is_flag=True, help="Tell errors only.")
    @click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
    @wraps(command)
    def without_debug(
        *args: Any,
        debug: bool,  # noqa: ARG001 - read by main(), which owns the traceback
        **options: Any,
    ) -> Any:
        return command(*args, **options)

    return without_debug  # fmt: skip


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the shared options and pass the merged `settings: Settings` as first argument."""

    @shared_options
    @wraps(command)
    def with_settings(
        *args: Any,
        config_file: Path | None,
        assignments: tuple[str, ...],
        verbose: int,
        quiet: bool,
        **options: Any,
    ) -> Any:
        settings = load_settings(config_file, assignments)
        set_up_logging(settings, verbose, quiet)
        return command(settings, *args, **options)

    return with_settings  # fmt: skip


def set_up_logging(settings: Settings, verbose: int, quiet: bool) -> None:
    """Send the program's own log to standard error at the level that was asked for."""
    level = LEVELS.index(settings.log_level) + verbose
    name = "error" if quiet else LEVELS[min(level, len(LEVELS) - 1)]
    log_at(name.upper())
