"""How surely the profile that fits is taken, at first and once the one in use holds no more.

    python tests/benchmarks/other_profiles.py

renders people of test seeds, three at a time before one camera. Two of them have a profile, made on
another day, in other clothes and another light (sample_videos/another_day.py); the settings name
the first one's. One of the three is the first to sit down; or the first one's profile is in use
and, after 5 seconds of an empty chair, the second sits there, or the third, a guest who has none;
or the camera is moved to where a second profile of the first one was made. All pictures go through
the pose model, the engine and the choice of profiles, as in `posture-cam live`. Prints the tables
of docs/baseline.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
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
)
from moved_cameras import MOVES
from other_sitters import FIRST_SEEDS, SECOND_SEEDS, VIEWS, somebody_in_view

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.models import load_networks
from posture_cam.profile_choice import Candidate, ProfileChooser
from posture_cam.types import Pose
from sample_videos.another_day import on_another_day, sitting_otherwise, some_segments
from sample_videos.motion import Segment
from sample_videos.scene import Scene
from sample_videos.session import Session, random_session

RATE_HZ = 5
EMPTY_S = 5
ALONE = [Segment("upright", 0.3, 10.0)]
"""Of which a profile is made."""
IN_USE, THEIRS, NONE = "in use", "theirs", "none"
PLACES = ("pitched by 10 degrees", "raised by 10 cm", "10 cm to the side")


@dataclass(frozen=True)
class Outcome:
    """What became of a change. told: it was noticed. taken_s: when the other profile was taken,
    seconds after the change, None if it was not."""

    change: str
    told: bool
    taken_s: float | None


@dataclass(frozen=True)
class Start:
    """Whose profile was taken of who sat down first. own: theirs, NONE for a guest."""

    own: str
    taken: str


def outcomes(number: int) -> tuple[list[Start], list[Outcome]]:
    """What becomes of one trio."""
    seed = FIRST_SEEDS[number]
    random = np.random.default_rng([seed, 15])
    first = random_session(seed, VIEWS[number % len(VIEWS)])
    others = SECOND_SEEDS[20 * number : 20 * number + 20]
    second, guest = (in_front_of(first, seeds) for seeds in (others[:10], others[10:]))
    working = list(pictures(first, [*ALONE, *some_segments(random, 2)], RATE_HZ))
    empty = [empty_chair(first, random)] * (EMPTY_S * RATE_HZ)
    script = [Segment("upright", 0.3, 5.0), *some_segments(random, 4)]
    starts: list[Start] = []
    found: list[Outcome] = []
    mine, theirs = (profile_of(session, random) for session in (first, second))
    if mine is not None and theirs is not None:
        profiles = [Candidate(IN_USE, mine), Candidate(THEIRS, theirs)]
        shown = {name: list(pictures(one, script, RATE_HZ)) for name, one in
                 ((THEIRS, second), (NONE, guest))}  # fmt: skip
        for own, some in ((IN_USE, working), *shown.items()):
            starts.append(Start(own, first_taken(profiles, seen(some, RATE_HZ))))
        before = [*working, *empty]
        found.extend(taken("who has a profile comes", profiles, before, shown[THEIRS]))
        found.extend(taken("a guest comes", profiles, before, shown[NONE]))
    for place in PLACES:
        moved = replace(first, camera=MOVES[place](first.camera))
        there = profile_of(moved, random)
        if mine is not None and there is not None:
            profiles = [Candidate(IN_USE, mine), Candidate(THEIRS, there)]
            shown_there = list(pictures(moved, script, RATE_HZ))
            found.extend(taken(f"camera {place}", profiles, working, shown_there))
        moved.close()
    for session in (first, second, guest):
        session.close()
    return starts, found


def in_front_of(first: Session, seeds: range) -> Session:
    """Somebody else before the same camera."""
    person = somebody_in_view(seeds, first.camera)
    return replace(first, person=person, scene=Scene(person.workplace, first.camera, first.seed))


def profile_of(session: Session, random: np.random.Generator) -> Baseline | None:
    """Of who sits there upright on another day; None where that is refused."""
    day = on_another_day(session, random)
    day = replace(day, person=sitting_otherwise(day.person, random))
    baseline = calibrated_on(seen(pictures(day, ALONE, RATE_HZ), RATE_HZ))
    day.close()
    return None if baseline is None else replace(baseline, of_another_day=True)


def first_taken(profiles: Sequence[Candidate], poses: Sequence[Pose]) -> str:
    """The name of the profile that is taken of these poses first, or NONE."""
    chooser = ProfileChooser(profiles, preferred=IN_USE)
    for pose in poses:
        if chooser.update(pose):
            break
    return chooser.chosen.name if chooser.chosen else NONE


def taken(
    change: str,
    profiles: Sequence[Candidate],
    before: Sequence[Picture],
    after: Sequence[Picture],
) -> Iterator[Outcome]:
    """Whether the second profile is taken after a change; nothing if the first was not in use."""
    chooser = ProfileChooser(profiles, preferred=IN_USE)
    engine = PostureEngine(Settings(), load_networks())
    changed_s, told = len(before) / RATE_HZ, False
    for pose in seen(chain(before, after), RATE_HZ):
        name = chooser.chosen.name if chooser.chosen else NONE
        if name == THEIRS or (pose.time_s >= changed_s and name == NONE):
            return
        if chooser.update(pose, engine.obstacle, engine.stretch) and chooser.chosen is not None:
            engine.calibrate(chooser.chosen.baseline, newcomer=chooser.newcomer)
            if chooser.chosen.name == THEIRS and pose.time_s >= changed_s:
                yield Outcome(change, told, pose.time_s - changed_s)
                return
        engine.update(pose)
        told |= engine.obstacle != ""
    yield Outcome(change, told, None)


def print_starts(starts: Sequence[Start]) -> None:
    """The table of who sits down first."""
    click.echo("| who sits down first | their profile taken | the other's | none |")
    click.echo("| --- | --: | --: | --: |")
    who = {IN_USE: "whose profile the settings name", THEIRS: "who has another profile"}
    for own, named in {**who, NONE: "a guest"}.items():
        some = [one.taken for one in starts if one.own == own]
        right = "-" if own == NONE else f"{some.count(own)} of {len(some)}"
        wrong = sum(name not in (own, NONE) for name in some)
        click.echo(f"| {named} | {right} | {wrong} | {some.count(NONE)} |")


def print_changes(every: Sequence[Outcome]) -> None:
    """The table of what happens while a profile is in use."""
    click.echo("| what happened | noticed | the other profile taken | median |")
    click.echo("| --- | --: | --: | --: |")
    for change in dict.fromkeys(one.change for one in every):
        some = [one for one in every if one.change == change]
        times = [one.taken_s for one in some if one.taken_s is not None]
        median = f"{np.median(times):.0f} s" if times else "-"
        noticed = sum(one.told for one in some)
        click.echo(f"| {change} | {noticed} of {len(some)} | {len(times)} | {median} |")


@click.command()
@click.option("--trios", type=click.IntRange(1, 50), default=30)
@click.option("--jobs", type=click.IntRange(min=1), default=2)
def main(trios: int, jobs: int) -> None:
    """Print the tables."""
    results = in_processes(outcomes, trios, "trios", jobs)
    print_starts(list(chain.from_iterable(starts for starts, _ in results)))
    click.echo()
    print_changes(list(chain.from_iterable(changes for _, changes in results)))


if __name__ == "__main__":
    main()
