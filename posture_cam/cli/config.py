"""`posture-cam config`: show every setting, create a config file, or tell where it is."""

from __future__ import annotations

import json
from pathlib import Path

import click

from posture_cam.cli.options import common_options, shared_options
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


@config.command()
@click.option("--force", is_flag=True, help="Replace an existing file, keeping it as FILE.old.")
@shared_options
def init(
    config_file: Path | None,
    assignments: tuple[str, ...],
    verbose: int,  # noqa: ARG001 - there is nothing more to tell
    quiet: bool,
    force: bool,
) -> None:
    """Write a config file with every setting explained and every default as a comment.

    --config names the file to write, and settings given by --set are changed in it.
    """
    from posture_cam.config_docs import write_config
    from posture_cam.config_file import default_config_path, read_assignments

    path = config_file or default_config_path()
    kept = write_config(path, read_assignments(assignments), force=force)
    if not quiet:
        click.echo(f"Wrote {path}" + (f"; the older one is {kept}" if kept else ""))


@config.command("path")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@shared_options
def show_path(
    config_file: Path | None,
    assignments: tuple[str, ...],  # noqa: ARG001 - no setting is read,
    verbose: int,  # noqa: ARG001 - so that the place is told
    quiet: bool,  # noqa: ARG001 - even while the file is broken
    as_json: bool,
) -> None:
    """Print where the config file is, or would be."""
    from posture_cam.config_file import default_config_path

    path = config_file or default_config_path()
    if as_json:
        click.echo(json.dumps({"path": str(path), "exists": path.is_file()}))
    else:
        click.echo(str(path))


def _is_named(setting: str, names: tuple[str, ...]) -> bool:
    return any(setting == name or setting.startswith(f"{name}.") for name in names)
