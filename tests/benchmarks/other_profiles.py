"""How surely another stored profile is taken once the one in use does not hold any more.

    python tests/benchmarks/other_profiles.py

renders people of test seeds, three at a time before one camera. The first one's profile is in
use; then, after 5 seconds of an empty chair, somebody sits there who has a profile too, or a guest
who has none; or the camera is moved to where a second profile of the first one was made. All
pictures go through the pose model, the engine and the choice of profiles, as in `posture-cam live`.
Prints the table of docs/baseline.md.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from calibrated_runs import (
    Picture,
    calibrated_on,
    empty_chair,
    in_processes,
    pictures,
    seen,
    some_segments,
)
from moved_cameras import MOVES
from other_sitters import FIRST_SEEDS, SECOND_SEEDS, VIEWS, somebody_in_view

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.models import load_networks
from posture_cam.profile_choice import Candidate, ProfileChooser
from sample_videos.motion import Segment
from sample_videos.scene import Scene
from sample_videos.session import Session, random_session

RATE_HZ = 5
EMPTY_S = 5
ALONE = [Segment("upright", 0.3, 10.0)]
"""Of which a profile is made."""
IN_USE, THEIRS = "in use", "theirs"
PLACES = ("pitched by 10 degrees", "raised by 10 cm", "10 cm to the side")


@dataclass(frozen=True)
class Outcome:
    """What became of a change. told: it was noticed. taken_s: when the other profile was taken,
    seconds after the change, None if it was not."""

    change: str
    told: bool
    taken_s: float | None


def outcomes(number: int) -> list[Outcome]:
    """What becomes of one trio."""
    seed = FIRST_SEEDS[number]
    random = np.random.default_rng([seed, 15])
    first = random_session(seed, VIEWS[number % len(VIEWS)])
    others = SECOND_SEEDS[20 * number : 20 * number + 20]
    second, guest = (in_front_of(first, seeds) for seeds in (others[:10], others[10:]))
    working = list(pictures(first, [*ALONE, *some_segments(random, 2)], RATE_HZ))
    empty = [empty_chair(first, random)] * (EMPTY_S * RATE_HZ)
    script = [Segment("upright", 0.3, 5.0), *some_segments(random, 4)]
    found = []
    mine, theirs = profile_of(first), profile_of(second)
    if mine is not None and theirs is not None:
        for change, session in (("who has a profile comes", second), ("a guest comes", guest)):
            shown = list(pictures(session, script, RATE_HZ))
            found.append(taken(change, mine, theirs, [*working, *empty], shown))
    for place in PLACES:
        moved = replace(first, camera=MOVES[place](first.camera))
        there = profile_of(moved)
        if mine is not None and there is not None:
            shown = list(pictures(moved, script, RATE_HZ))
            found.append(taken(f"camera {place}", mine, there, working, shown))
        moved.close()
    for session in (first, second, guest):
        session.close()
    return found


def in_front_of(first: Session, seeds: range) -> Session:
    """Somebody else before the same camera."""
    person = somebody_in_view(seeds, first.camera)
    return replace(first, person=person, scene=Scene(person.workplace, first.camera, first.seed))


def profile_of(session: Session) -> Baseline | None:
    """Of who sits there, upright; None where that is refused."""
    return calibrated_on(seen(pictures(session, ALONE, RATE_HZ), RATE_HZ))


def taken(
    change: str,
    mine: Baseline,
    other: Baseline,
    before: Sequence[Picture],
    after: Sequence[Picture],
) -> Outcome:
    """Whether `other` is taken after a change, where `mine` was in use before."""
    profiles = [Candidate(IN_USE, mine), Candidate(THEIRS, other)]
    chooser = ProfileChooser(profiles, preferred=IN_USE)
    engine = PostureEngine(Settings(), load_networks())
    changed_s, told = len(before) / RATE_HZ, False
    for pose in seen(chain(before, after), RATE_HZ):
        if chooser.update(pose, engine.obstacle, engine.stretch) and chooser.chosen is not None:
            engine.calibrate(chooser.chosen.baseline, newcomer=chooser.newcomer)
            if chooser.chosen.name == THEIRS:
                return Outcome(change, told, pose.time_s - changed_s)
        engine.update(pose)
        told |= engine.obstacle != ""
    return Outcome(change, told, None)


@click.command()
@click.option("--trios", type=click.IntRange(1, 50), default=30)
@click.option("--jobs", type=click.IntRange(min=1), default=2)
def main(trios: int, jobs: int) -> None:
    """Print the table."""
    every = list(chain.from_iterable(in_processes(outcomes, trios, "trios", jobs)))
    click.echo(
        "| what happened | noticed | the other profile taken | median | before it happened |\n"
        "| --- | --: | --: | --: | --: |"
    )
    for change in dict.fromkeys(one.change for one in every):
        some = [one for one in every if one.change == change]
        times = [one.taken_s for one in some if one.taken_s is not None and one.taken_s >= 0]
        early = sum(one.taken_s is not None and one.taken_s < 0 for one in some)
        median = f"{np.median(times):.0f} s" if times else "-"
        noticed = sum(one.told for one in some)
        click.echo(f"| {change} | {noticed} of {len(some)} | {len(times)} | {median} | {early} |")


if __name__ == "__main__":
    main()
