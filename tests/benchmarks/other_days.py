"""How well a profile serves on another day.

    python tests/benchmarks/other_days.py [--people 30]

renders people of test seeds who calibrate on one day and work on another
(sample_videos/another_day.py): in other clothes and another light, then sitting and placing the
chair a little otherwise as well. They sit upright for 8 s, then slouch and move for 40 s. That is
judged in four ways: by the profile as a witness, as profiles of another day are; as if it were of
that day; by a calibration on the first of those seconds; and without any. Once from its beginning,
as a recording, and once from the first slouch on, as `live` does it. Prints the table of
docs/baseline.md, and how many are called slouched for more than half of the upright seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from after_a_move import Seen, first, watched
from calibrated_runs import CALIBRATED_S, calibrated_on, in_processes, verdict_cells
from moved_cameras import VIEWS

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.replay import run_as_live, run_engine
from posture_cam.tuning.scoring import verdict_of
from posture_cam.types import Step
from sample_videos.another_day import on_another_day, sitting_otherwise, some_segments
from sample_videos.motion import Segment
from sample_videos.session import TEST_SEEDS, random_session

SEEDS = TEST_SEEDS[24000:25000]
UPRIGHT = Segment("upright", 0.3, CALIBRATED_S)
DAYS = ("other clothes and light", "and sitting a little otherwise")
WITNESS, TRUTH, ANEW, WITHOUT = WAYS = (
    "the profile, as of another day",
    "the profile, as of that day",
    "a calibration on that day",
    "no calibration",
)
UPRIGHT_FIRST, SLOUCHED_FIRST = BEGINNINGS = ("upright, recorded", "with a slouch, live")


@dataclass(frozen=True)
class Judged:
    """One person's day, judged in one way. begins: how it does. upright: the share of the upright
    seconds called slouched, NaN if nothing was judged. work: after those, (N, 3) of the label, 1
    slouched, 0 not, NaN undecided; the score; and the verdict."""

    day: str
    begins: str
    way: str
    upright: float
    work: np.ndarray


def outcomes(number: int) -> list[Judged]:
    """What becomes of one person on both other days; nothing where a calibration is refused."""
    seed = SEEDS[number]
    random = np.random.default_rng([seed, 21])
    session = random_session(seed, VIEWS[number % len(VIEWS)])
    profile = calibrated_on(first(watched(session, [UPRIGHT]), CALIBRATED_S))
    session.close()
    script = [UPRIGHT, *some_segments(random, 8)]
    dressed = on_another_day(session, random)
    days = (dressed, replace(dressed, person=sitting_otherwise(dressed.person, random)))
    judged: list[Judged] = []
    for name, day in zip(DAYS, days, strict=True):
        seen = watched(day, script)
        day.close()
        anew = calibrated_on(first(seen, CALIBRATED_S))
        if profile is None or anew is None:
            continue
        of_another_day = replace(profile, of_another_day=True)
        for way, baseline in zip(WAYS, (of_another_day, profile, anew, None), strict=True):
            judged += [judge(name, begins, way, baseline, seen) for begins in BEGINNINGS]
    return judged


def judge(
    day: str, begins: str, way: str, baseline: Baseline | None, seen: Sequence[Seen]
) -> Judged:
    """One person's day by one posture."""
    if begins == SLOUCHED_FIRST:
        seen = seen[next(place for place, one in enumerate(seen) if one.slouched == 1) :]
    run = run_engine if begins == UPRIGHT_FIRST else run_as_live
    steps = run([one.pose for one in seen], Settings(), baseline).steps
    begun = sum(one.pose.time_s < CALIBRATED_S for one in seen)
    upright = np.array([verdict_of(step) for step in steps[:begun]])
    share = float(np.nanmean(upright)) if np.isfinite(upright).any() else np.nan
    return Judged(day, begins, way, share, np.array([*map(row_of, seen[begun:], steps[begun:])]))


def row_of(one: Seen, step: Step) -> tuple[float, float, float]:
    """Label, score and verdict of one frame."""
    return one.slouched, step.assessment.slouch_score, verdict_of(step)


def print_row(some: Sequence[Judged]) -> None:
    """One line of the table."""
    truth, score, verdict = np.concatenate([one.work for one in some]).T
    known = np.isfinite(verdict) & np.isfinite(truth)
    cells = verdict_cells(truth[known], score[known], verdict[known])
    of_all = np.array([one.upright for one in some])
    wrongly = f"{(of_all > 0.5).sum()} of {len(some)}" if np.isfinite(of_all).any() else "-"
    first = some[0]
    click.echo(f"| {first.day} | {first.begins} | {first.way} | {cells} | {wrongly} |")


@click.command()
@click.option("--people", type=click.IntRange(1, 1000), default=30)
@click.option("--jobs", type=click.IntRange(min=1), default=2)
def main(people: int, jobs: int) -> None:
    """Print the table."""
    every = list(chain.from_iterable(in_processes(outcomes, people, "people", jobs)))
    click.echo(
        "| another day | begins | judged by | AUC | slouched frames found | false positives | F1 "
        "| called slouched while upright |\n| --- | --- | --- | --: | --: | --: | --: | --: |"
    )
    for case in product(DAYS, BEGINNINGS, WAYS):
        print_row([one for one in every if (one.day, one.begins, one.way) == case])


if __name__ == "__main__":
    main()
