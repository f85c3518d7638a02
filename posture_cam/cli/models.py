"""`posture-cam models`: which pose models are here, and whether they are whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from posture_cam.cli.options import common_options
from posture_cam.config import Settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@common_options
def models(settings: Settings, as_json: bool) -> None:
    """List the pose models and check that they are whole."""
    from posture_cam.errors import ModelError
    from posture_cam.models import check_model, find_model, known_models, models_folder

    rows: list[dict[str, Any]] = [
        {
            "name": model.name,
            "in_use": model.name == settings.pose.model,
            "state": check_model(model),
            "bundled": model.bundled,
            "bytes": model.size,
            "licence": model.licence,
            "version": model.version,
            "source": model.source,
            "sha256": model.sha256,
            "file": str(models_folder() / model.file),
        }
        for model in known_models()
    ]
    if settings.pose.model not in {row["name"] for row in rows}:
        own = find_model(settings.pose.model)
        if not as_json:
            click.echo(f"In use: {own} (your own file, not checked)\n")
    if as_json:
        click.echo(json.dumps({"models": rows}, indent=2))
    else:
        _print_table(rows)
    broken = [
        f"'{row['name']}' is {row['state']}"
        for row in rows
        if row["state"] == "damaged" or (row["bundled"] and row["state"] == "missing")
    ]
    if broken:
        raise ModelError(
            f"Of the pose models, {' and '.join(broken)}; reinstall posture_cam, or run"
            " 'python models/build.py' in a clone of it."
        )


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("model")
    table.add_column("size", justify="right")
    for heading in ("state", "licence", "file"):
        table.add_column(heading)
    for row in rows:
        name = f"{row['name']} (in use)" if row["in_use"] else row["name"]
        state = row["state"]
        if state == "missing" and not row["bundled"]:
            state = "not built"
        colour = {"ok": "green", "not built": "dim"}.get(state, "red")
        size = f"{row['bytes'] / 1e6:.1f} MB"
        table.add_row(name, size, f"[{colour}]{state}[/]", row["licence"], Path(row["file"]).name)
    Console().print(table)
    click.echo(f"\nin {Path(rows[0]['file']).parent}")
    if any(not row["bundled"] and row["state"] == "missing" for row in rows):
        click.echo("'python models/build.py NAME' builds one that is not there, in a clone.")
