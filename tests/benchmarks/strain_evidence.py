"""How well bouts and reminders keep their promises: working sessions with known truth.

    python tests/benchmarks/strain_evidence.py [--sessions 12] [--rates 1,2,5,10,30]
    python tests/benchmarks/strain_evidence.py --recordings DIR     # real landmarks, whole engine

Composed sessions (10-60 min each): angles with noise, spikes, lost frames, at every frame rate.
With --recordings, the folder that `posture-cam analyze sample_videos -o DIR --set
analyze.rate_hz=0` wrote, or `results` in the cache of accuracy.py: sessions are then made of
MediaPipe's own landmarks and run through the whole engine, calibrated on their first ten seconds.

Columns: F1 of `slouch` events (start and end within 10 s), false alerts per hour (outside every
true bout, or in one in which none was due), of these outside every bout, share of due alerts that
were said, delay after the true end of the holding time (10th, 50th, 90th percentile), and the
largest difference of any bout's start or end from the same session at the highest rate. The seeds
are not those used while writing the rules (0 to 99).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import landmark_sessions
import working_sessions
from landmark_sessions import course_of, poses_of, read_materials
from session_scores import Score, events_of, score, session_minutes
from working_sessions import RATE_HZ, Course, Flaws

from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.replay import run_engine
from posture_cam.tuning.clips import RecordedClip, find_clips
from posture_cam.types import Event, EventKind

FIRST_SEED = 1000
CALIBRATED_S = 10.0
"""Sessions of landmarks begin upright; so much of that is the calibration."""
HARD = Flaws(
    noise=((3.0, 0.0), (2.5, 2.0), (1.5, 90.0)),
    spikes_per_hour=120.0,
    spike_deg=18.0,
    lost_share=0.1,
    lost_bursts_per_hour=60.0,
)
Session = tuple[Course, Callable[[float], list[Event]]]
"""The truth, and what the engine says at a frame rate."""


@click.command()
@click.option("--sessions", "count", default=12, show_default=True, help="Sessions a row.")
@click.option("--rates", default="1,2,5,10,30", show_default=True)
@click.option("--recordings", type=click.Path(exists=True, path_type=Path))
@click.option("--minutes", default=30.0, show_default=True, help="Length of landmark sessions.")
def main(count: int, rates: str, recordings: Path | None, minutes: float) -> None:
    """Print one row per kind of session and frame rate."""
    rates_hz = sorted((float(rate) for rate in rates.split(",")), reverse=True)
    print(
        f"{'sessions':14} {'rate':>5} {'hours':>5} {'bouts':>5} {'F1':>6} {'false/h':>7}"
        f" {'outside':>7} {'said':>9} {'delay s: p10, median, p90':>26} {'differs':>8}"
    )
    if recordings is None:
        for name, flaws in (("noisy", Flaws()), ("very noisy", HARD)):
            seeds = range(FIRST_SEED, FIRST_SEED + count)
            print_rows(name, [composed(seed, flaws) for seed in seeds], rates_hz)
        return
    everything: list[Session] = []
    for clip in find_clips([recordings]):
        try:
            sessions = [
                recorded(clip, FIRST_SEED + index, minutes) for index in range(max(1, count // 6))
            ]
        except (CalibrationError, FileNotFoundError, ValueError) as error:
            click.echo(f"{clip.name} is left out: {error}", err=True)
            continue
        print_rows(clip.name, sessions, rates_hz[-1:])
        everything += sessions
    print_rows("all", everything, rates_hz)


def composed(seed: int, flaws: Flaws) -> Session:
    """A session of angles."""
    course = working_sessions.compose(seed, session_minutes(seed))
    return course, lambda rate_hz: events_of(course, rate_hz, flaws, seed)


def recorded(clip: RecordedClip, seed: int, minutes: float) -> Session:
    """A session of landmarks.

    Raises CalibrationError when its beginning is no baseline, FileNotFoundError without truth,
    ValueError without an upright stretch.
    """
    scenes = landmark_sessions.compose(read_materials(clip), seed, minutes)
    first = list(takewhile(lambda pose: pose.time_s < CALIBRATED_S, poses_of(scenes, RATE_HZ)))
    baseline = make_baseline(first, Settings())

    def run(rate_hz: float) -> list[Event]:
        return list(run_engine(poses_of(scenes, rate_hz), Settings(), baseline).events)

    return course_of(scenes), run


def print_rows(name: str, sessions: list[Session], rates_hz: list[float]) -> None:
    """One row per rate."""
    finest: list[list[Event]] = []
    for rate_hz in rates_hz:
        total, differs = Score(), 0.0
        for index, (course, run) in enumerate(sessions):
            events = run(rate_hz)
            if rate_hz == rates_hz[0]:
                finest.append(events)
            total += score(course, events)
            differs = max(differs, difference(events, finest[index]))
        quantiles = np.quantile(total.delays_s, [0.1, 0.5, 0.9]) if total.delays_s else [np.nan] * 3
        print(
            f"{name:14} {rate_hz:5g} {total.hours:5.1f} {total.bouts.true:5d}"
            f" {total.bouts.f1:6.3f} {total.false_alerts_per_hour:7.2f}"
            f" {total.outside_per_hour:7.2f} {len(total.delays_s):4d}/{total.expected_alerts:<4d}"
            f" {quantiles[0]:10.1f} {quantiles[1]:7.1f} {quantiles[2]:7.1f} {differs:8.2f}",
            flush=True,
        )


def difference(events: list[Event], others: list[Event]) -> float:
    """Largest difference of a bout's start or end, seconds; infinite if the number differs."""
    pairs = [
        [event for event in some if event.kind is EventKind.SLOUCH] for some in (events, others)
    ]
    if len(pairs[0]) != len(pairs[1]):
        return float("inf")
    return max(
        (
            max(abs(a.start_s - b.start_s), abs(a.end_s - b.end_s))
            for a, b in zip(*pairs, strict=True)
        ),
        default=0.0,
    )


if __name__ == "__main__":
    main()
