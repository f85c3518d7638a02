"""What the makers of states share."""

from __future__ import annotations

import numpy as np

from .posture import HandMix


def varied(depth: float, rng: np.random.Generator, mild: float, deep: float) -> float:
    """A value between mild and deep by depth, varied by about a tenth of the span either way."""
    return float(mild + (deep - mild) * np.clip(depth + rng.normal(0, 0.1), 0, 1.15))


def pelvis_roll(lumbar: float, thoracic: float, slide_cm: float, shoulders_cm: float) -> float:
    """Pelvis tilt in degrees that puts the shoulders `shoulders_cm` ahead of their upright place.

    A planar spine of average lengths stands for the person's: the bend makes the shoulders go
    forward, the pelvis rolls back to make up for it, as sitting people do to keep their balance.
    """
    lengths = np.array([0.09, 0.09, 0.09, 0.10, 0.10])
    bends = np.cumsum([0.0, 0.5 * lumbar, 0.5 * lumbar, 0.5 * thoracic, 0.5 * thoracic])
    low, high = -60.0, 30.0
    for _ in range(30):
        tilt = 0.5 * (low + high)
        ahead = slide_cm / 100 + float(lengths @ np.sin(np.radians(bends + tilt)))
        low, high = (tilt, high) if ahead < shoulders_cm / 100 else (low, tilt)
    return tilt


def random_side(rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


def work_hands(rng: np.random.Generator, *extra: str) -> tuple[HandMix, HandMix]:
    """Left and right hand of someone at work."""
    pairs = [("keyboard", "keyboard"), ("keyboard", "mouse"), ("lap", "mouse"), ("desk", "desk")]
    pairs += [(name, name) for name in extra]
    left, right = pairs[int(rng.integers(len(pairs)))]
    return ((left, 1.0),), ((right, 1.0),)
