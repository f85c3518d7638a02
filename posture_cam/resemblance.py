"""How like the person of a profile somebody is, on another day and in other clothes.

What a profile keeps of a person's looks: the colours of hair and face, and the silhouette of head
and shoulders. Clothes change from day to day, so nothing is asked of them; the light does, too, so
hair is compared as a ratio to the face, and what a lamp or a white balance may have done counts
little. Each trait speaks in log-odds; one that was not seen says nothing. None of them alone makes
somebody another, because people wear caps and go to the hairdresser.

The constants were fitted to pairs of rendered people before one camera, each on two
days (models/render_days.py, models/fit_resemblance.py); docs/baseline.md has the rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cam.colours import Colours
from posture_cam.features import Array
from posture_cam.looks import CLOTHES, FACE, NECK, brightness_and_hue, look_of, ratio_changes
from posture_cam.types import Pose

HAIR_OVER_FACE, FACE_OVER_PLACE = 0, 6
"""Rows of `looks.ratio_changes`."""
GREY = 0.01
"""Of 1; where blue, green and red of a face differ by less, the picture has no colours."""
HEAD, SHOULDERS = slice(0, 12), slice(12, 18)
"""Rows of a figure."""
NOT_SEEN = math.nan


class Traits(NamedTuple):
    """How far two people differ, or a constant for each such difference.

    hair_brightness, hair_hue: of the hair against the face. face_brightness: against the place
    behind; face_hue: as the camera shows it; all four natural logarithms. head, shoulders: share of
    these rows of the figure that only one of the two fills.
    """

    hair_brightness: float
    hair_hue: float
    face_brightness: float
    face_hue: float
    head: float
    shoulders: float


class Constants(NamedTuple):
    """What makes evidence of differences.

    scales: differences that count; twice as much counts a little more, not twice as much. middles:
    where a trait is neither like nor unlike, before it is weighted.
    """

    scales: Traits
    weights: Traits
    middles: Traits


FITTED = Constants(
    scales=Traits(0.29, 0.18, 0.32, 0.16, 0.04, 0.07),
    weights=Traits(0.82, 0.75, 0.69, 0.69, 0.45, 0.46),
    middles=Traits(1.04, 1.03, 0.92, 0.87, 0.86, 0.85),
)


def log_odds_of_another(then: Pose, now: Pose) -> float:
    """How much likelier it is that these poses are two people's than one's, natural logarithm.

    then: a profile's. now: the median of some seconds. Both sit about upright before one camera.
    0 when nothing can be compared.
    """
    return float(np.nansum(evidence(differences(then, now))))


def evidence(differ: Traits | Array, constants: Constants = FITTED) -> Array:
    """(..., 6) log-odds of another that each trait gives, of differences (..., 6): above 0 unlike,
    below 0 like, NaN not seen."""
    scales, weights, middles = (np.array(one) for one in constants)
    return np.asarray(weights * (np.log1p((np.asarray(differ) / scales) ** 2) - middles))


def differences(then: Pose, now: Pose) -> Traits:
    """How far apart two poses are in each trait; NaN where it was not seen in both."""
    looks = look_of(then), look_of(now)
    colours = (NOT_SEEN,) * 4
    if looks[0] is not None and looks[1] is not None:
        colours = colours_differ(looks[0].colours, looks[1].colours)
    return Traits(*colours, *outlines_differ(then.figure, now.figure))


def colours_differ(then: Colours, now: Colours) -> tuple[float, float, float, float]:
    """The first four traits, of the colours (5, 3) of two looks; in grey pictures without hues."""
    (changes,) = ratio_changes(then[None].astype(np.float64), now[None].astype(np.float64))
    hair, face = (brightness_and_hue(changes[row]) for row in (HAIR_OVER_FACE, FACE_OVER_PLACE))
    if min(np.ptp(look[FACE]) for look in (then, now)) < GREY:
        return hair[0], NOT_SEEN, face[0], NOT_SEEN
    return *hair, *face


def outlines_differ(
    then: NDArray[np.uint8] | None, now: NDArray[np.uint8] | None
) -> tuple[float, float]:
    """Of head and shoulders, 0..1; NaN without figures."""
    if then is None or now is None:
        return NOT_SEEN, NOT_SEEN
    apart = np.abs(then.astype(np.float64) - now) / 255
    return float(apart[HEAD].mean()), float(apart[SHOULDERS].mean())


def lasting_colours(colours: Sequence[Colours | None]) -> Colours | None:
    """The median of what stays from day to day, hair and face; None when it was never seen.

    (4, 3) as colours.py gives them, clothes and what is beside the neck NaN.
    """
    seen = [one for one in colours if one is not None]
    if not seen:
        return None
    stack = np.stack(seen)
    stack[:, [CLOTHES, NECK]] = np.nan
    median = np.full(stack.shape[1:], np.nan, dtype=np.float32)
    known = np.isfinite(stack).all(axis=2).any(axis=0)
    if not known.any():
        return None
    median[known] = np.nanmedian(stack[:, known], axis=0)
    return median
