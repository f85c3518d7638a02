"""How surely posture_cam notices that its camera was moved, and how seldom it errs.

    python tests/benchmarks/moved_cameras.py

renders people of test seeds who are calibrated and work; then the camera is turned, rolled or
shifted, or only the light or the person's place changes. All pictures go through the pose model and
the engine. Prints the table of docs/baseline.md: what is noticed within 10 seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from calibrated_runs import Picture, Told, in_processes, pictures, when_told

from posture_cam.reference import CAMERA_MOVED
from sample_videos.another_day import some_segments
from sample_videos.camera import Camera
from sample_videos.motion import Segment
from sample_videos.session import TEST_SEEDS, View, random_session

SEEDS, ELSEWHERE_SEEDS = TEST_SEEDS[8000:9000], TEST_SEEDS[9000:10000]
RATE_HZ = 2
"""The place behind is looked at once a second."""
VIEWS: tuple[View, ...] = ("front", "oblique", "side")


def pitched(camera: Camera, deg: float) -> Camera:
    """Turned up."""
    to_target = np.array(camera.target) - np.array(camera.position)
    away = float(np.linalg.norm(to_target))
    target = np.array(camera.target) + np.tan(np.radians(deg)) * away * camera.axes[1]
    return replace(camera, target=tuple(target.tolist()))


def shifted(camera: Camera, right: float = 0, up: float = 0, back: float = 0) -> Camera:
    """Metres along its own axes, still looking the same way."""
    step = np.array([right, up, back]) @ camera.axes
    position, target = np.array(camera.position) + step, np.array(camera.target) + step
    return replace(camera, position=tuple(position.tolist()), target=tuple(target.tolist()))


def nudged(camera: Camera, pitch_deg: float, roll_deg: float, back: float) -> Camera:
    """A little of everything at once, as by who touches the screen."""
    turned = shifted(pitched(camera, pitch_deg), back=back)
    return replace(turned, roll_deg=turned.roll_deg + roll_deg)


MOVES: dict[str, Callable[[Camera], Camera]] = {
    "pitched by 1 degree": lambda camera: pitched(camera, 1),
    "up by 1.5 and rolled by 1.5 degrees": lambda camera: nudged(camera, 1.5, 1.5, 0.0),
    "down by 1.5, rolled by 1, 3 cm nearer": lambda camera: nudged(camera, -1.5, -1, -0.03),
    "pitched by 2 degrees": lambda camera: pitched(camera, -2),
    "pitched by 5 degrees": lambda camera: pitched(camera, 5),
    "pitched by 10 degrees": lambda camera: pitched(camera, -10),
    "rolled by 5 degrees": lambda camera: replace(camera, roll_deg=camera.roll_deg + 5),
    "raised by 10 cm": lambda camera: shifted(camera, up=0.10),
    "10 cm to the side": lambda camera: shifted(camera, right=0.10),
    "15 cm farther": lambda camera: shifted(camera, back=0.15),
}
ANOTHER_ROOM = "another room, another person"
LIGHTS = {"a third darker": 0.67, "a third brighter": 1.33}


def in_light(image: Picture, factor: float) -> Picture:
    """The picture as if all lamps changed by a factor."""
    return np.asarray(np.clip(image * factor, 0, 255), dtype=np.uint8)


def outcomes(number: int) -> dict[str, Told]:
    """When a moved camera was told in one room, by what was done; empty without a calibration."""
    seed = SEEDS[number]
    random = np.random.default_rng([seed, 14])
    session = random_session(seed, VIEWS[number % len(VIEWS)])
    before = list(pictures(session, [Segment("upright", 0.3, 13.0)], RATE_HZ))
    script = [Segment("upright", 0.3, 4.0), *some_segments(random, 2)]
    still = list(pictures(session, script, RATE_HZ))
    after = {"nothing": still}
    after |= {name: [in_light(image, factor) for image in still] for name, factor in LIGHTS.items()}
    session.close()
    for name, move in MOVES.items():
        moved = replace(session, camera=move(session.camera))
        after[name] = list(pictures(moved, script, RATE_HZ))
        moved.close()
    elsewhere = random_session(ELSEWHERE_SEEDS[number], VIEWS[number % len(VIEWS)])
    after[ANOTHER_ROOM] = list(pictures(elsewhere, script, RATE_HZ))
    elsewhere.close()
    found = {}
    for name, shown in after.items():
        told = when_told([before, shown], RATE_HZ, CAMERA_MOVED)
        if told is not None:
            found[name] = told
    return found


@click.command()
@click.option("--rooms", type=click.IntRange(min=1), default=24)
@click.option("--jobs", type=click.IntRange(min=1), default=2)
def main(rooms: int, jobs: int) -> None:
    """Print the table."""
    every = in_processes(outcomes, rooms, "rooms", jobs)
    click.echo("| what happened | told within 10 s | later | median |\n| --- | --: | --: | --: |")
    for name in ("nothing", *LIGHTS, *MOVES, ANOTHER_ROOM):
        told = [room[name] for room in every if name in room]
        times = [one.first_s for one in told if one.first_s is not None]
        median = f"{np.median(times):.1f} s" if times else "-"
        in_time = sum(one.in_time for one in told)
        later = len(times) - in_time
        click.echo(f"| {name} | {in_time} of {len(told)} | {later} | {median} |")


if __name__ == "__main__":
    main()
