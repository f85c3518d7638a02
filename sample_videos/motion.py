"""Postures over time: scripts of named states, smooth transitions and natural sway."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .person import Person
from .posture import Posture, blend, minimum_jerk
from .states import INNOCENT, SLOUCHES, state_posture
from .truth import slouch_label

TRANSITION_S = (1.0, 1.5)
Maker = Callable[[str, float, np.random.Generator], Posture]
"""Makes a named state of a depth, as `states.state_posture` does."""


@dataclass(frozen=True)
class Segment:
    """Get into `state` to `depth` (0 mild .. 1 deep) and stay `seconds`, transition included."""

    state: str
    depth: float
    seconds: float


@dataclass(frozen=True)
class Moment:
    """Posture at one time, with its state and label ('1' slouched, '0' not, '' undecided)."""

    posture: Posture
    state: str
    slouched: str


@dataclass(frozen=True)
class _Key:
    """From `start` the person goes to `posture` within `transition` seconds."""

    start: float
    transition: float
    posture: Posture
    state: str
    previous: str


class Motion:
    """The movement of one person through a script; the same for the same arguments.

    maker: what makes the postures of the script's states.
    """

    def __init__(
        self,
        person: Person,
        script: tuple[Segment, ...],
        seed: int,
        maker: Maker = state_posture,
    ) -> None:
        rng = np.random.default_rng([seed, 7])
        self._sway = _Sway(rng)
        self._keys: list[_Key] = []
        self.duration = 0.0
        previous = script[0].state
        for segment in script:
            for state, change, seconds in _phases(segment, rng, maker):
                transition = min(float(rng.uniform(*TRANSITION_S)), 0.8 * seconds)
                if state == "away" or previous == "away":
                    transition = min(1.6, seconds)
                posture = person.with_change(change)
                first = 0.0 if not self._keys else transition
                self._keys.append(_Key(self.duration, first, posture, state, previous))
                self.duration += seconds
                previous = state

    def at(self, time_s: float) -> Moment:
        """Where the person is at a time in seconds."""
        i = max(k for k, key in enumerate(self._keys) if key.start <= time_s + 1e-9 or k == 0)
        key = self._keys[i]
        moving = key.transition > 0 and time_s < key.start + key.transition
        posture = key.posture
        if moving:
            share = minimum_jerk((time_s - key.start) / key.transition)
            posture = blend(self._keys[i - 1].posture, posture, share)
        posture = self._sway.on(posture, key.state, time_s)
        label = slouch_label(key.state, key.previous if moving else None)
        if moving and "away" in (key.previous, key.state):
            return Moment(posture, "away", "")
        return Moment(posture, key.state, label)


def random_script(
    rng: np.random.Generator, seconds: float, upright_s: float = 8.0
) -> tuple[Segment, ...]:
    """Upright first, then slouches and innocent movement by turns until `seconds` have passed."""
    script = [Segment("upright", 0.3, upright_s)]
    total = upright_s
    while total < seconds:
        slouch = len(script) % 2 == 1
        state = str(rng.choice(SLOUCHES if slouch else INNOCENT))
        segment = Segment(state, float(rng.uniform(0.1, 1.0)), float(rng.uniform(3.5, 7.0)))
        script.append(segment)
        total += segment.seconds
    return tuple(script)


def _phases(
    segment: Segment, rng: np.random.Generator, maker: Maker
) -> list[tuple[str, Posture, float]]:
    """The postures of a segment; leaving and coming back need some on the way."""
    change = maker(segment.state, segment.depth, rng)
    if segment.state != "away":
        return [(segment.state, change, segment.seconds)]
    risen = replace(change, walk_left_cm=0.0, walk_turn_deg=0.0)
    gone = max(segment.seconds - 6.4, 0.5)
    return [
        ("away", risen, 1.6),
        ("away", change, 1.6 + gone),
        ("away", replace(risen, walk_left_cm=0.0), 1.6),
        ("away", maker("upright", 0.3, rng), 1.6),
    ]


_SWAY = {
    "trunk_lean_deg": 0.5,
    "lateral_bend_deg": 0.4,
    "twist_deg": 0.5,
    "head_pitch_deg": 1.0,
    "head_yaw_deg": 1.6,
    "head_roll_deg": 0.6,
    "neck_flexion_deg": 0.4,
    "thoracic_flexion_deg": 0.25,
}
"""Size of the drift that is never absent."""


class _Sway:
    """Breathing and the small drift that nobody sits without."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._waves = {
            name: [
                (amount * rng.uniform(0.4, 1.0), rng.uniform(0.05, 0.45), rng.uniform(0, 2 * np.pi))
                for _ in range(3)
            ]
            for name, amount in _SWAY.items()
        }
        self._breath_hz = float(rng.uniform(0.2, 0.3))

    def on(self, posture: Posture, state: str, time_s: float) -> Posture:
        moved = {
            name: sum(a * np.sin(2 * np.pi * hz * time_s + phase) for a, hz, phase in waves)
            for name, waves in self._waves.items()
        }
        breath = 0.12 * np.sin(2 * np.pi * self._breath_hz * time_s)
        moved["elevation_left_cm"] = moved["elevation_right_cm"] = breath
        if state == "talking":
            moved["jaw_deg"] = 5 * (1 + np.sin(2 * np.pi * 2.3 * time_s)) * np.sin(5 * time_s) ** 2
            moved["head_pitch_deg"] += 4 * np.sin(2 * np.pi * 0.8 * time_s)
        numbers = {name: getattr(posture, name) + float(value) for name, value in moved.items()}
        return replace(posture, **numbers)
