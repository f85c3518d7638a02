"""`posture-cam stretches`: the catalogue, and what to know before doing any of them."""

from __future__ import annotations

import json

import click

from posture_cam.cli.options import common_options
from posture_cam.config import Settings

WIDTH = 88


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@common_options
def stretches(settings: Settings, as_json: bool) -> None:  # noqa: ARG001 - every command has them
    """Show the stretches, who should not do them, and when to see a doctor."""
    from posture_cam.messages import safety_text, say
    from posture_cam.stretches import described

    catalogue = described()
    if as_json:
        document = {
            "stretches": catalogue,
            "safety": safety_text().splitlines(),
            "source": say("safety.source"),
        }
        click.echo(json.dumps(document, indent=1))
        return
    device, *rest = safety_text().splitlines()
    click.echo(f"{_wrapped(device)}\n")
    for one in catalogue:
        click.echo(f"{click.style(one['name'], bold=True)} ({one['place']})")
        click.echo(f"  {one['steps'].capitalize()} {one['dose']}.")
        click.echo(f"  {one['avoid']}")
    click.echo("")
    for paragraph in rest:
        click.echo(_wrapped(paragraph))
    click.echo(f"\n{_wrapped(say('safety.source'))}")


def _wrapped(paragraph: str) -> str:
    return click.wrap_text(paragraph, WIDTH)
