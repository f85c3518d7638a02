"""`posture-cam config`: show every setting, create a config file, or tell where it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from posture_cam.cli.options import common_options
from posture_cam.config import Settings


@click.group()
def config() -> None:
    """Show, create or locate the configuration."""


@config.command()
@click.argument("names", nargs=-1, metavar="[SECTION[.KEY]]...")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
@common_options
@click.pass_context
def show(context: click.Context, settings: Settings, names: tuple[str, ...], as_json: bool) -> None:
    """Print every setting with its meaning, bounds, value and where that comes from.

    The output is a config file itself. SECTION or SECTION.KEY restricts it to those.
    """
    del settings  # merged already; here each layer is wanted by itself
    from posture_cam.config_docs import explain_settings, render_toml
    from posture_cam.config_file import find_layers

    given = context.params
    explained = explain_settings(find_layers(given["config_file"], given["assignments"]))
    chosen = [setting for setting in explained if not names or _is_named(setting.name, names)]
    for name in names:
        if not any(_is_named(setting.name, (name,)) for setting in explained):
            raise click.BadParameter(f"there is no setting or section {name}")
    if as_json:
        click.echo(json.dumps({"settings": [setting.to_dict() for setting in chosen]}, indent=2))
    else:
        click.echo(render_toml(chosen), nl=False)


def options_without_loading(command: Callable[..., Any]) -> Callable[..., Any]:
    """The shared options for commands that must work while the config file is broken or missing."""

    @click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Use this file instead of your own.",
    )
    @click.option("-v", "--verbose", count=True, hidden=True)
    @click.option("-q", "--quiet", is_flag=True, help="Tell errors only.")
    @click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
    @wraps(command)
    def with_path(
        *args: Any,
        config_file: Path | None,
        verbose: int,  # noqa: ARG001 - there is nothing more to tell
        debug: bool,  # noqa: ARG001 - read by main(), which owns the traceback
        **options: Any,
    ) -> Any:
        from posture_cam.config_file import default_config_path

        return command(config_file or default_config_path(), *args, **options)

    return with_path  # fmt: skip


@config.command()
@click.option("--force", is_flag=True, help="Replace an existing file, keeping it as FILE.old.")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="SECTION.KEY=VALUE",
    help="Change one setting in the file; may be given several times.",
)
@options_without_loading
def init(path: Path, assignments: tuple[str, ...], force: bool, quiet: bool) -> None:
    """Write a config file with every setting explained and every default as a comment."""
    from posture_cam.config_docs import write_config
    from posture_cam.config_file import read_assignments

    kept = write_config(path, read_assignments(assignments), force=force)
    if not quiet:
        click.echo(f"Wrote {path}" + (f"; the older one is {kept}" if kept else ""))


@config.command("path")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@options_without_loading
def show_path(path: Path, as_json: bool, quiet: bool) -> None:
    """Print where the config file is, or would be."""
    del quiet
    if as_json:
        click.echo(json.dumps({"path": str(path), "exists": path.is_file()}))
    else:
        click.echo(str(path))


def _is_named(setting: str, names: tuple[str, ...]) -> bool:
    return any(setting == name or setting.startswith(f"{name}.") for name in names)
