"""`posture-cam calibrate`: learn what sitting upright looks like, and store it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posture_cam.cli.options import NumberRange, common_options
from posture_cam.config import Settings
from posture_cam.stopping import StopSignal

if TYPE_CHECKING:
    from posture_cam.baseline import Baseline
    from posture_cam.calibrate import CalibrationDisplay
    from posture_cam.errors import PostureCamError


@click.command()
@click.option(
    "--source",
    metavar="SOURCE",
    help="Camera number (0), device (/dev/video2), video file, or http, https or rtsp URL.",
)
@click.option(
    "--profile", metavar="NAME", help="Name to store it under, one per person and camera."
)
@click.option(
    "--seconds",
    type=NumberRange(2, 120),
    metavar="S",
    help="How long to watch you sit upright.",
)
@click.option(
    "--start",
    "start_s",
    type=NumberRange(0),
    default=0.0,
    metavar="S",
    help="In a video file: the second at which you sit upright.  [default: 0]",
)
@click.option("--preview/--no-preview", default=None, help="Show a window with the picture.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as one JSON object.")
@common_options
def calibrate(
    settings: Settings,
    source: str | None,
    profile: str | None,
    seconds: float | None,
    start_s: float,
    preview: bool | None,
    as_json: bool,
) -> None:
    """Learn what sitting upright looks like for you and this camera.

    Sit as upright as you would like to sit, look at your screen and hold still.
    """
    with StopSignal() as stop:
        from posture_cam.calibrate import calibrate as learn
        from posture_cam.calibrate import looks_slouched
        from posture_cam.errors import PostureCamError
        from posture_cam.framing import BARE_PLACE_ADVICE, advice_on

        name = settings.profile if profile is None else profile
        length = settings.calibration.seconds if seconds is None else seconds
        displays = _displays(settings, length, stop, preview, as_json)
        try:
            baseline, path = learn(
                settings,
                settings.live.source if source is None else source,
                stop,
                displays,
                profile=name,
                seconds=length,
                start_s=start_s,
            )
        except PostureCamError as error:
            if as_json:
                click.echo(json.dumps(refusal_record(name, error)))
            raise
        finally:
            for display in reversed(displays):
                display.close()
    slouched = looks_slouched(baseline, settings)
    if as_json:
        click.echo(json.dumps(result_record(name, baseline, path, slouched)))
        return
    click.echo(f"Stored as profile '{name}' in {path}.")
    if slouched:
        click.echo("It looks slouched: if you can sit more upright, do so and calibrate again.")
    for sentence in advice_on(baseline.pose):
        again = "" if sentence == BARE_PLACE_ADVICE else " Then calibrate again."
        click.echo(sentence + again)


def _displays(
    settings: Settings, seconds: float, stop: StopSignal, preview: bool | None, as_json: bool
) -> list[CalibrationDisplay]:
    from posture_cam.calibrate_display import CalibrationLine, CalibrationWindow

    displays: list[CalibrationDisplay] = []
    tell: Callable[[str], None] = _tell_on_stderr
    if not as_json:
        line = CalibrationLine(seconds)
        displays.append(line)
        tell = line.tell
    if settings.live.preview if preview is None else preview:
        from posture_cam.live import open_preview

        displays.append(CalibrationWindow(open_preview(settings, stop, tell)))
    return displays


def _tell_on_stderr(sentence: str) -> None:
    print(f"posture-cam: {sentence}", file=sys.stderr, flush=True)


def result_record(profile: str, baseline: Baseline, path: Path, slouched: bool) -> dict[str, Any]:
    """What `calibrate --json` prints after success. slouched: see looks_slouched."""
    from posture_cam.camera_motion import recognisable
    from posture_cam.framing import room_above_head, room_below_shoulders

    angles = baseline.angles
    return {
        "calibrated": True,
        "profile": profile,
        "path": str(path),
        "view": angles.view.value,
        "view_deg": round(angles.view_deg, 1),
        "confidence": round(angles.confidence, 3),
        "seconds": round(baseline.seconds, 2),
        "frames": baseline.frames,
        "looks_slouched": slouched,
        "room_above_head": round(room_above_head(baseline.pose), 2),
        "room_below_shoulders": round(room_below_shoulders(baseline.pose), 2),
        "place_recognisable": recognisable(baseline.pose.scene),
    }


def refusal_record(profile: str, error: PostureCamError) -> dict[str, Any]:
    """What `calibrate --json` prints when nothing was stored."""
    return {"calibrated": False, "profile": profile, "reason": str(error)}
