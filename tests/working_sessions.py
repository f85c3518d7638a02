"""Composed working sessions with known truth: what a camera would have measured of a day at a desk.

A session is written as a course of true posture (30 times a second), from which frames are made at
any rate with the flaws a webcam has: noise that is correlated in time, spikes, lost frames, times
when nothing can be judged. Truth is worked out from the noise-free course by a short program of
its own (`expected_bouts`, `expected_alerts`), not by the product's code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from posture_cam.types import Angles

Array = NDArray[np.float64]
RATE_HZ = 30
SLOUCHED_FROM_DEG = 10.0
"""Spine flexion at which the verdict turns."""
UPRIGHT = Angles(
    trunk_inclination_deg=2.0,
    neck_inclination_deg=22.0,
    trunk_lateral_deg=0.0,
    shoulder_tilt_deg=0.0,
    view_deg=0.0,
)
"""The baseline of everybody in these sessions."""


@dataclass
class Course:
    """True posture at RATE_HZ. flexion_deg, pitch_deg, yaw_deg, lateral_deg: (n,); here: (n,)."""

    flexion_deg: Array
    pitch_deg: Array
    yaw_deg: Array
    lateral_deg: Array
    here: NDArray[np.bool_]

    @property
    def duration_s(self) -> float:
        """Length of the session."""
        return len(self.flexion_deg) / RATE_HZ


@dataclass
class _Writer:
    """Appends segments to a course, with a second or two of moving from one to the next."""

    random: np.random.Generator
    columns: dict[str, list[Array]] = field(default_factory=dict)
    now: dict[str, float] = field(default_factory=dict)
    length: int = 0

    def hold(self, duration_s: float, move_s: float = 1.2, here: bool = True, **to: float) -> None:
        """Move to these values and stay there for duration_s altogether."""
        count = max(1, round(duration_s * RATE_HZ))
        rise = np.clip(np.arange(1, count + 1) / max(1, round(move_s * RATE_HZ)), 0, 1)
        for name in ("flexion_deg", "pitch_deg", "yaw_deg", "lateral_deg"):
            target, start = to.get(name, 0.0), self.now.get(name, 0.0)
            self.columns.setdefault(name, []).append(start + (target - start) * rise)
            self.now[name] = float(start + (target - start) * rise[-1])
        self.columns.setdefault("here", []).append(np.full(count, float(here)))
        self.length += count

    def course(self) -> Course:
        """What was written."""
        joined = {name: np.concatenate(parts) for name, parts in self.columns.items()}
        here = joined.pop("here") > 0.5
        return Course(**joined, here=here)


def compose(seed: int, minutes: float) -> Course:
    """A session: upright work, short and long slouches, innocent movement, breaks, absence."""
    random = np.random.default_rng(seed)
    writer = _Writer(random)
    writer.hold(random.uniform(30, 90))
    scenes: list[tuple[Callable[[_Writer], None], float]] = [
        (_upright, 5),
        (_short_slouches, 3),
        (_long_slouch, 4),
        (_glances, 2),
        (_turning, 1.5),
        (_reaching, 1.5),
        (_away, 1),
    ]
    weights = np.array([weight for _, weight in scenes])
    while writer.length < minutes * 60 * RATE_HZ:
        scene = scenes[int(random.choice(len(scenes), p=weights / weights.sum()))][0]
        scene(writer)
        writer.hold(random.uniform(14, 60), flexion_deg=random.uniform(-2, 4))
    return writer.course()


def _upright(writer: _Writer) -> None:
    for _ in range(writer.random.integers(1, 5)):
        writer.hold(writer.random.uniform(20, 90), flexion_deg=writer.random.uniform(-3, 4))


def _short_slouches(writer: _Writer) -> None:
    """Slouches of 2-40 s, far enough apart that nothing bridges them."""
    for _ in range(writer.random.integers(1, 4)):
        deep = writer.random.uniform(15, 35)
        writer.hold(writer.random.uniform(2, 40), flexion_deg=deep)
        writer.hold(writer.random.uniform(15, 60), flexion_deg=writer.random.uniform(-2, 3))


def _long_slouch(writer: _Writer) -> None:
    """One bout of 75 s - 14 min, sometimes sunk into slowly, its depth wandering, interrupted."""
    deep = writer.random.uniform(15, 35)
    sinking_s = writer.random.uniform(5, 25) if writer.random.random() < 0.4 else 1.2
    writer.hold(sinking_s, sinking_s, flexion_deg=deep)
    left_s = float(np.exp(writer.random.uniform(math.log(75), math.log(840))))
    while left_s > 0:
        part_s = min(left_s, writer.random.uniform(25, 150))
        writer.hold(max(part_s, 15), flexion_deg=deep)
        left_s -= part_s
        if left_s > 20 and writer.random.random() < 0.4:
            writer.hold(writer.random.uniform(2, 7), move_s=0.6, flexion_deg=1.0)
        deep = float(np.clip(deep + writer.random.normal(0, 3), 15, 38))


def _glances(writer: _Writer) -> None:
    """Looking down at keyboard or phone: the face turns down, the back stays."""
    for _ in range(writer.random.integers(2, 9)):
        pitch = writer.random.uniform(20, 45)
        writer.hold(writer.random.uniform(1, 8), 0.5, flexion_deg=2.5, pitch_deg=pitch)
        writer.hold(writer.random.uniform(2, 20), 0.5)


def _turning(writer: _Writer) -> None:
    for _ in range(writer.random.integers(1, 4)):
        yaw = writer.random.choice([-1, 1]) * writer.random.uniform(20, 60)
        writer.hold(writer.random.uniform(2, 15), 0.8, yaw_deg=yaw, flexion_deg=2.0)
        writer.hold(writer.random.uniform(30, 60))


def _reaching(writer: _Writer) -> None:
    for _ in range(writer.random.integers(1, 3)):
        lateral = writer.random.choice([-1, 1]) * writer.random.uniform(8, 25)
        deep = writer.random.uniform(2, 18)
        writer.hold(writer.random.uniform(1.5, 4), 0.7, lateral_deg=lateral, flexion_deg=deep)
        writer.hold(writer.random.uniform(20, 60))


def _away(writer: _Writer) -> None:
    writer.hold(float(np.exp(writer.random.uniform(math.log(15), math.log(900)))), 0.1, here=False)


@dataclass(frozen=True)
class Flaws:
    """What is wrong with measured angles; standard deviations in degrees, times in seconds.

    noise: list of (standard deviation, correlation time) of independent parts of the noise; 0 s is
    white. The default is that of MediaPipe's landmarks, as benchmarks/angle_noise.py measures it.
    """

    noise: tuple[tuple[float, float], ...] = ((0.86, 0.0), (1.9, 3.0), (1.0, 90.0))
    spikes_per_hour: float = 30.0
    spike_deg: float = 14.0
    lost_share: float = 0.01
    lost_bursts_per_hour: float = 12.0
    unjudged_yaw_deg: float = 40.0


@dataclass(frozen=True)
class Observed:
    """One frame as the engine would measure it."""

    time_s: float
    present: bool
    angles: Angles


def measured_flexion(course: Course, flaws: Flaws, seed: int) -> tuple[Array, NDArray[np.bool_]]:
    """(n,) flexion with all flaws, and (n,) whether the person was found, both at RATE_HZ."""
    random = np.random.default_rng(seed)
    count = len(course.flexion_deg)
    flexion = course.flexion_deg.copy()
    for deviation, time_s in flaws.noise:
        flexion += deviation * _correlated(random, count, time_s)
    spikes = random.random(count) < flaws.spikes_per_hour / 3600 / RATE_HZ
    for start in np.flatnonzero(spikes).tolist():
        length = int(random.uniform(0.05, 1.2) * RATE_HZ)
        flexion[start : start + length] += random.choice([-1, 1]) * flaws.spike_deg
    found = course.here & (random.random(count) >= flaws.lost_share)
    bursts = random.random(count) < flaws.lost_bursts_per_hour / 3600 / RATE_HZ
    for start in np.flatnonzero(bursts).tolist():
        found[start : start + int(random.uniform(0.3, 4) * RATE_HZ)] = False
    return flexion, found


def frames(course: Course, rate_hz: float, flaws: Flaws, seed: int) -> Iterator[Observed]:
    """The session seen at rate_hz: every rate sees the same flaws, only more or fewer of them."""
    flexion, found = measured_flexion(course, flaws, seed)
    for index in range(0, len(flexion), round(RATE_HZ / rate_hz)):
        time_s, present = index / RATE_HZ, bool(found[index])
        if not present:
            yield Observed(time_s, present, Angles())
            continue
        judged = abs(course.yaw_deg[index]) < flaws.unjudged_yaw_deg
        yield Observed(
            time_s,
            present,
            Angles(
                confidence=0.9 if judged else 0.2,
                view_deg=float(course.yaw_deg[index]),
                trunk_lateral_deg=float(course.lateral_deg[index]),
                spine_flexion_deg=float(flexion[index]) if judged else math.nan,
                head_pitch_deg=float(course.pitch_deg[index]),
            ),
        )


def _correlated(random: np.random.Generator, count: int, time_s: float) -> Array:
    """(count,) unit-variance noise, first-order with the given correlation time."""
    white = random.standard_normal(count)
    if time_s == 0.0:
        return white
    keep = math.exp(-1 / (time_s * RATE_HZ))
    scale = math.sqrt(1 - keep * keep)
    level, values = float(random.standard_normal()), np.empty(count)
    for index in range(count):
        level = keep * level + scale * white[index]
        values[index] = level
    return values


def expected_bouts(
    course: Course, sustained_s: float = 60.0, recover_s: float = 10.0
) -> list[tuple[float, float]]:
    """Start and end of every bout that should be reported, by the definition and nothing else."""
    slouched = course.here & (course.flexion_deg >= SLOUCHED_FROM_DEG)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], slouched.astype(int), [0]])))
    runs = [(a / RATE_HZ, b / RATE_HZ) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    merged: list[tuple[float, float]] = []
    for start_s, end_s in runs:
        if merged and start_s - merged[-1][1] < recover_s:
            merged[-1] = (merged[-1][0], end_s)
        else:
            merged.append((start_s, end_s))
    return [(start_s, end_s) for start_s, end_s in merged if end_s - start_s >= sustained_s]


def expected_alerts(
    course: Course, cooldown_s: float = 600.0, sustained_s: float = 60.0
) -> list[float]:
    """When the holding time is truly used up, given the cooldown: the model of docs/strain.md.

    Written out step by step on the noise-free course, as a check on the engine's own reckoning.
    """
    alerts: list[float] = []
    used, step_s = 0.0, 1 / RATE_HZ
    bouts = iter(expected_bouts(course, sustained_s=0.0))
    bout = next(bouts, None)
    for index, flexion in enumerate(course.flexion_deg):
        time_s = (index + 1) * step_s
        while bout and time_s > bout[1] + step_s:
            bout = next(bouts, None)
        if course.here[index] and flexion >= SLOUCHED_FROM_DEG:
            hold_s = 240 - 180 * (min(flexion, 40.0) - 10) / 30
            used = min(1.0, used + step_s / hold_s)
            lasted = bout is not None and time_s - bout[0] >= sustained_s
            cool = not alerts or time_s - alerts[-1] >= cooldown_s
            if used >= 1.0 and lasted and cool:
                alerts.append(time_s)
        else:
            credit = min(1.0, max(0.0, 1 - flexion / 10)) if course.here[index] else 1.0
            used *= 0.5 ** (credit * step_s / 120)
    return alerts
