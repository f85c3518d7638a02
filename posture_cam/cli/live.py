"""`posture-cam live`: watch, show, remind, until ended."""

from __future__ import annotations

import os
import sys

import click

from posture_cam.cli.options import NumberRange, common_options
from posture_cam.config import Settings
from posture_cam.stopping import StopSignal


@click.command()
@click.option(
    "--source",
    metavar="SOURCE",
    help="Camera number (0), device (/dev/video2), video file, or http, https or rtsp URL.",
)
@click.option("--profile", metavar="NAME", help="Use the baseline stored by `calibrate`.")
@click.option("--preview/--no-preview", default=None, help="Show a window with the picture.")
@click.option(
    "--duration", type=NumberRange(min=0), metavar="S", help="End after this many seconds."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@common_options
def live(
    settings: Settings,
    source: str | None,
    profile: str | None,
    preview: bool | None,
    duration: float | None,
    as_json: bool,
) -> None:
    """Watch your posture through a camera and speak up when slouching lasts.

    End it with q or Esc in the window, by closing the window, or with Ctrl-C.
    """
    with StopSignal() as stop:
        # OpenCV and PyAV take a moment to load: a signal has to be heard from the first moment.
        from posture_cam.live import live as watch

        stop.limit(duration)
        released = watch(
            settings,
            settings.live.source if source is None else source,
            stop,
            profile=profile,
            preview=settings.live.preview if preview is None else preview,
            as_json=as_json,
        )
    if not released:
        # A driver's call that never returns would keep the interpreter from ending.
        sys.stdout.flush()
        os._exit(0)
