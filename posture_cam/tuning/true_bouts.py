"""Bouts of slouching as the labels have them, by the same rule that the monitor follows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from posture_cam.config import SlouchSettings
from posture_cam.tuning.event_metrics import Bout

Array = NDArray[np.float64]

_ROUNDING_S = 1e-6


def bouts_of_labels(
    time_s: Array, seconds: Array, slouched: Array, settings: SlouchSettings
) -> list[Bout]:
    """What a monitor that knew the truth would report.

    time_s: (N,) rising. seconds: (N,) that each frame speaks for. slouched: (N,) 1, 0 or NaN.
    Stretches of slouched frames are joined over whatever lies between them for less than
    `recover_s` (unlabelled time included). What is then at least `sustained_s` long, and slouched
    for at least `slouched_share` of that, is a bout.
    """
    joined: list[tuple[float, float, float]] = []
    for start, end in _stretches(time_s, seconds, slouched == 1):
        if joined and start - joined[-1][1] < settings.recover_s - _ROUNDING_S:
            first, _, slouched_s = joined.pop()
            joined.append((first, end, slouched_s + end - start))
        else:
            joined.append((start, end, end - start))
    return [
        (start, end)
        for start, end, slouched_s in joined
        if end - start >= settings.sustained_s - _ROUNDING_S
        and slouched_s >= settings.slouched_share * (end - start) - _ROUNDING_S
    ]


def _stretches(time_s: Array, seconds: Array, wanted: NDArray[np.bool_]) -> list[Bout]:
    """Start and end of each run of wanted frames without a gap in time between them."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wanted, [False]]).astype(int)))
    ends_s = time_s + seconds
    gaps = 1 + np.flatnonzero(time_s[1:] > ends_s[:-1] + _ROUNDING_S)
    return [
        (float(time_s[first]), float(ends_s[after - 1]))
        for start, stop in edges.reshape(-1, 2)
        for first, after in pairwise([start, *gaps[(gaps > start) & (gaps < stop)], stop])
    ]
