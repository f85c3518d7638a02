"""How surely posture_cam notices that somebody else has sat down, and how seldom it errs.

    python tests/benchmarks/other_sitters.py

renders pairs of people of test seeds by turns before one camera: the first is calibrated and works;
after a cut, or 5 seconds of an empty chair, the second sits there, or the first one again in
other postures. All pictures go through the pose model and the engine. Prints the table of
docs/baseline.md: who is noticed within 10 seconds, and who is taken for another.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from calibrated_runs import Told, empty_chair, in_processes, pictures, when_told

from posture_cam.reference import SOMEBODY_ELSE
from sample_videos.another_day import some_segments
from sample_videos.camera import Camera
from sample_videos.motion import Segment
from sample_videos.person import Person
from sample_videos.scene import Scene
from sample_videos.session import TEST_SEEDS, View, random_session

FIRST_SEEDS, SECOND_SEEDS = TEST_SEEDS[6000:7000], TEST_SEEDS[7000:8000]
RATE_HZ = 5
GAPS_S = (0, 5)
VIEWS: tuple[View, ...] = ("front", "oblique", "side")


@dataclass(frozen=True)
class Outcome:
    """view: of the pair's camera. gap_s: of the empty chair. other: whether another one came."""

    view: str
    gap_s: int
    other: bool
    told: Told


def outcomes(number: int) -> list[Outcome]:
    """What becomes of one pair; nothing when the first one cannot be calibrated."""
    seed = FIRST_SEEDS[number]
    random = np.random.default_rng([seed, 13])
    view = VIEWS[number % len(VIEWS)]
    first = random_session(seed, view)
    other = somebody_in_view(SECOND_SEEDS[20 * number : 20 * number + 20], first.camera)
    second = replace(first, person=other, scene=Scene(other.workplace, first.camera, seed))
    begun = [Segment("upright", 0.3, 10.0), *some_segments(random, 2)]
    came = [Segment("upright", 0.3, 5.0), *some_segments(random, 2)]
    before = list(pictures(first, begun, RATE_HZ))
    empty = empty_chair(first, random)
    after = {
        True: list(pictures(second, came, RATE_HZ)),
        False: list(pictures(first, some_segments(random, 3), RATE_HZ)),
    }
    first.close()
    second.close()
    results = []
    for gap_s in GAPS_S:
        for another, shown in after.items():
            told = when_told([before, [empty] * (gap_s * RATE_HZ), shown], RATE_HZ, SOMEBODY_ELSE)
            if told is not None:
                results.append(Outcome(view, gap_s, another, told))
    return results


def somebody_in_view(seeds: range, camera: Camera) -> Person:
    """The first of some random people whose face a camera shows that was aimed at another."""
    for seed in seeds:
        person = Person.random(np.random.default_rng([seed, 0]))
        skeleton = person.upright_pose.skeleton
        eyes = np.stack([skeleton.place("eye.L"), skeleton.place("eye.R")])
        across, down = camera.project(eyes).mean(axis=0)[:2] / (camera.width, camera.height)
        if 0.1 < across < 0.9 and 0.1 < down < 0.7:
            return person
    raise ValueError("None of these people is in view of the camera.")


def row(gap_s: int, view: str, some: list[Outcome]) -> str:
    """One row of the table."""
    other, same = ([one.told for one in some if one.other is who] for who in (True, False))
    times = [told.first_s for told in other if told.first_s is not None]
    noticed = f"{np.mean([told.in_time for told in other]):.0%} of {len(other)}"
    later = f"{np.mean([told.first_s is not None for told in other]):.0%}"
    median = f"{np.median(times):.0f} s" if times else "-"
    wrong = [told for told in same if told.first_s is not None]
    held = sum(told.held for told in wrong)
    errors = f"{len(wrong)} of {len(same)} | {held}"
    return f"| {gap_s} s | {view} | {noticed} | {later} | {median} | {errors} |"


@click.command()
@click.option("--pairs", type=click.IntRange(1, 50), default=30)
@click.option("--jobs", type=click.IntRange(min=1), default=2)
def main(pairs: int, jobs: int) -> None:
    """Print the table."""
    every = list(chain.from_iterable(in_processes(outcomes, pairs, "pairs", jobs)))
    click.echo(
        "| chair empty | view | another noticed within 10 s | within 15 s | median"
        " | the same taken for another | to the end |\n| --: | --- | --: | --: | --: | --: | --: |"
    )
    for gap_s in GAPS_S:
        for view in (*VIEWS, "all"):
            here = [one for one in every if one.gap_s == gap_s and view in ("all", one.view)]
            if here:
                click.echo(row(gap_s, view, here))


if __name__ == "__main__":
    main()
