"""How somebody looks: a few colours, compared with those of whoever sat here before.

Hair and clothes are compared as ratios to the face and to the place behind, the face as a ratio to
the place. A lamp, the camera's exposure and its white balance change all of them alike (von Kries
1902), so that ratios stay. Where only one of two ratios has changed, face or place were seen badly.
Only looks in like postures are compared: who bends forward has clothes in the shade and hair where
the face was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cam.background import BLANK
from posture_cam.features import CORE, Array, core_shape
from posture_cam.pose_state import array_from_state, array_state
from posture_cam.types import REGIONS, Pose

LEAST_PLACE = 100
"""Pixels of a scene's 3072 from which its grey is taken."""
LUMA = np.array([0.114, 0.587, 0.299])
"""Weights of blue, green and red in grey (ITU-R BT.601), as in the scene."""
DARKEST = 0.04
"""Of 1; black hair and black cloth are noise below: as dark as that, or darker."""
MEDIAN_TO_DEVIATION = 1.4826
"""From the median distance of normal errors to their standard deviation."""
LIKE_POSTURE = 0.4
"""Looks whose face and shoulders lie within so many of their spreads (root mean square) compare."""
LEAST_LIKE = 3
"""So many looks of somebody who came must find a like posture before they say anything."""
BRIGHTNESS, HUE = 0.87, 0.7
"""Changes, natural logarithms, that count 1: shade darkens cloth and hardly changes its hue."""
HAIR, FACE, CLOTHES, NECK, PLACE = (*map(REGIONS.index, ("hair", "face", "clothes", "neck")), -1)
OVER, UNDER = [HAIR, HAIR, CLOTHES, CLOTHES, NECK, NECK, FACE], [*(3 * [FACE, PLACE]), PLACE]
"""Ratios that are compared: of hair, clothes and neck to face and place, of face to place."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at somebody, no picture.

    colours: (5, 3) blue, green and red in 0..1 of hair, face, clothes and neck, and the grey of the
        place behind; NaN where not seen. shape: (13, 2) face and shoulders about their centre, in
        their spread.
    """

    colours: NDArray[np.float32]
    shape: NDArray[np.float32]

    def state(self) -> dict[str, Any]:
        """JSON-able."""
        return {"colours": array_state(self.colours), "shape": array_state(self.shape)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Look:
        """What `state` gave, again."""
        return cls(array_from_state(state["colours"]), array_from_state(state["shape"]))


def look_of(pose: Pose) -> Look | None:
    """A look at a pose; None in frames without colours.

    The place is NaN when too little of it is seen.
    """
    if pose.colours is None:
        return None
    seen = np.zeros(0) if pose.scene is None else pose.scene[pose.scene != BLANK]
    place = seen.mean() / 255 if len(seen) >= LEAST_PLACE else np.nan
    colours = np.vstack([pose.colours, np.full((1, 3), place, dtype=np.float32)])
    return Look(colours, shape_of(pose.landmarks))


def shape_of(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The shape of a look at landmarks (33, 3)."""
    return core_shape(landmarks.astype(np.float64))[0].astype(np.float32)


class Changes(NamedTuple):
    """How much each differs: 0 not at all, 1 by BRIGHTNESS or HUE; NaN if it cannot be compared.

    The face's is a logarithm of brightness, since the place is grey.
    """

    hair: float
    clothes: float
    neck: float
    face: float


def changes(known: Sequence[Look], came: Sequence[Look]) -> Changes:
    """How much somebody who came differs from who is known.

    Medians over the looks that have one of a like posture among the known, at least LEAST_LIKE.
    """
    before, after = _in_like_postures(known, came)
    if len(before) < LEAST_LIKE:
        return Changes(np.nan, np.nan, np.nan, np.nan)
    *against_both, face = _medians(ratio_changes(before, after))
    lengths = [_length(change) for change in against_both]
    hair, clothes, neck = np.fmin(lengths[::2], lengths[1::2])
    return Changes(float(hair), float(clothes), float(neck), abs(float(face @ LUMA)))


def spread(known: Sequence[Look], region: int) -> float:
    """How much a region's brightness against the place has varied, as a logarithm; 0 if not seen.

    The median distance from the median, as a standard deviation. A full beard makes it large for
    the face, a chair behind the neck for the neck.
    """
    brightness = np.log(np.maximum(np.stack([look.colours for look in known]), DARKEST)) @ LUMA
    against_place = brightness[:, region] - brightness[:, PLACE]
    seen = against_place[np.isfinite(against_place)]
    if not len(seen):
        return 0.0
    return MEDIAN_TO_DEVIATION * float(np.median(np.abs(seen - np.median(seen))))


def ratio_changes(before: Array, after: Array) -> Array:
    """(n, 7, 3) changes of the logarithms of the ratios of OVER to UNDER, colours (n, 5, 3).

    What is darker than DARKEST may be anything darker, so it changes only as much as it must.
    """
    step = np.log(np.maximum(after, DARKEST)) - np.log(np.maximum(before, DARKEST))
    change = step[:, OVER] - step[:, UNDER]
    hidden = (after[:, OVER] <= DARKEST) & (change > 0)
    hidden |= (before[:, OVER] <= DARKEST) & (change < 0)
    return np.where(hidden, 0.0, change)


def brightness_and_hue(change: Array) -> tuple[float, float]:
    """How much a change (3,) of logarithms is one of brightness, and how much one of hue."""
    brightness = float(change @ LUMA)
    return abs(brightness), float(np.linalg.norm(change - brightness))


def _in_like_postures(known: Sequence[Look], came: Sequence[Look]) -> tuple[Array, Array]:
    """(n, 5, 3) colours before and after, each look that came with the known one most like it."""
    shapes, shapes_came = (np.stack([look.shape for look in looks]) for looks in (known, came))
    apart = ((shapes_came[:, None] - shapes) ** 2).sum(axis=(2, 3)) / len(CORE)
    nearest = apart.argmin(axis=1)
    like = np.flatnonzero(apart.min(axis=1) < LIKE_POSTURE**2).tolist()
    before = [known[int(nearest[place])].colours for place in like]
    after = [came[place].colours for place in like]
    pairs = np.array([before, after], dtype=np.float64).reshape(2, len(like), len(REGIONS) + 1, 3)
    return pairs[0], pairs[1]


def _medians(changes: Array) -> Array:
    """(7, 3) medians over the first axis of those that were seen; NaN where never."""
    if np.isfinite(changes).all():
        return np.asarray(np.median(changes, axis=0))
    medians = np.full(changes.shape[1:], np.nan)
    for ratio in range(len(medians)):
        seen = np.isfinite(changes[:, ratio]).all(axis=1)
        if seen.any():
            medians[ratio] = np.median(changes[seen, ratio], axis=0)
    return medians


def _length(change: Array) -> float:
    brightness, hue = brightness_and_hue(change)
    return float(np.hypot(brightness / BRIGHTNESS, hue / HUE))
