"""Spine, neck, head and shoulder angles from front, oblique and side views, with uncertainty.

One picture of a clothed person does not determine the curve of the back; the *change* from the same
person's upright posture, seen by the same camera, nearly does. Two small networks, trained on
rendered people whose joints are known exactly (models/POSTURE_NET.md), read it from landmarks and
silhouette: `pose` the absolute angles of one picture, `change` the difference to the upright one.
The estimated change is zero at the upright pose by construction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from posture_cam.angles import upper_body_confidence, view_label
from posture_cam.baseline import Baseline
from posture_cam.features import Array, UpperBody, change_features, pose_features
from posture_cam.figure import figure_channels, own_channel
from posture_cam.measurable import unmeasurable
from posture_cam.measurement import FLEXION, SLOUCH, Alone, BackChange, Measurement
from posture_cam.mirror import mirrored_change_features, mirrored_pose_features
from posture_cam.posture_networks import PostureNetworks
from posture_cam.types import NAN, Angles, Pose, View
from posture_cam.weights import Single

ERROR_CORRELATION = {
    "shoulder_tilt_deg": -0.2,
    "head_tilt_deg": 0.0,
    "neck_inclination_deg": -0.2,
    "trunk_inclination_deg": -0.3,
    "trunk_lateral_deg": -0.2,
    "twist_deg": -0.2,
    "upper_arm_elevation_left_deg": -0.5,
    "upper_arm_elevation_right_deg": -0.5,
}
"""With a baseline an absolute angle is the upright one's plus the estimated change. So much do the
errors of these two go together (models/fit_sum.py): an arm that is read too low while upright is
read as raised too far."""
ABSOLUTE = tuple(ERROR_CORRELATION)
"""Angles of one picture."""
RELATIVE = (
    "spine_flexion_deg",
    "head_pitch_deg",
    "head_forward_cm",
    "shoulder_protraction_cm",
    "shoulder_protraction_left_cm",
    "shoulder_protraction_right_cm",
    "shoulder_elevation_left_cm",
    "shoulder_elevation_right_cm",
)
"""Angles that exist only as a change from upright."""
MOST_RESTS = 10
"""The readings of this many baselines are kept, those used last: more than are ever compared at a
time (upright.py)."""


@dataclass(frozen=True)
class _Picture:
    """What one pose says by itself.

    features: (2, F) of it and of its mirror image. single: what the network reads from them.
    share: what they add in every comparison with an upright pose.
    """

    pose: Pose
    body: UpperBody
    features: Array
    single: dict[str, tuple[float, float]]
    share: Single

    @property
    def view_deg(self) -> float:
        return math.degrees(math.atan2(self.single["view_sin"][0], self.single["view_cos"][0]))


@dataclass(frozen=True)
class _Rest:
    """What the networks say of a baseline itself, computed once.

    share: what its features add in every comparison with it. upright: its absolute angles, with
    changes of 0.
    change: what they read as its change against itself; by whether figures are seen, when needed.
    """

    baseline: Baseline
    picture: _Picture
    share: Single
    upright: Angles
    change: dict[bool, Array] = field(default_factory=dict)


class SpineEstimator:
    """Measures poses against a baseline.

    networks: the trained networks.
    min_visibility: landmarks seen with less than this (0..1) count as not visible.
    correlations: of the errors of upright and change, -1..1, for every absolute angle.
    """

    def __init__(
        self,
        networks: PostureNetworks,
        min_visibility: float,
        correlations: Mapping[str, float] = ERROR_CORRELATION,
    ) -> None:
        self._networks = networks
        self._min_visibility = min_visibility
        self._correlations = correlations
        self._rests: dict[int, _Rest] = {}
        self._latest: _Picture | None = None

    def measure(self, pose: Pose, baseline: Baseline | None) -> Measurement:
        """All angles of a pose; those relative to upright are NaN without a baseline.

        Nothing is measured when head and shoulders are not seen; from behind the direction alone.
        """
        confidence = upper_body_confidence(pose)
        if confidence < self._min_visibility:
            return Measurement(Angles(confidence=confidence))
        picture = self._read(pose)
        single, view_deg = picture.single, picture.view_deg
        angles = Angles(view=view_label(view_deg), view_deg=view_deg, confidence=confidence)
        if angles.view is View.UNKNOWN:
            return Measurement(angles)
        estimates = {name: single[name] for name in ABSOLUTE}
        back = BackChange()
        if baseline is not None:
            change = self._change(picture, baseline)
            rest = self._rest_of(baseline).picture.single
            estimates = {
                name: _sum(rest[name], change[name], correlation)
                for name, correlation in self._correlations.items()
            }
            estimates |= {name: change[name] for name in RELATIVE}
            back = BackChange.of(change)
            estimates[FLEXION] = back.spine_flexion_deg, back.sd_deg
        upright = None if baseline is None else baseline.pose
        hidden = unmeasurable(pose, upright, view_deg, self._min_visibility)
        estimates = {key: value for key, value in estimates.items() if key not in hidden}
        values: dict[str, Any] = {name: value for name, (value, _) in estimates.items()}
        deviations = {name: deviation for name, (_, deviation) in estimates.items()}
        measured = replace(angles, **values, sd=deviations)
        return Measurement(measured, back.slouch_log_odds, Alone.of(single))

    def back_change(self, pose: Pose, baseline: Baseline) -> BackChange:
        """Of what `measure` says of a pose, the back alone: half the work."""
        if upper_body_confidence(pose) < self._min_visibility:
            return BackChange()
        picture = self._read(pose)
        if view_label(picture.view_deg) is View.UNKNOWN:
            return BackChange()
        return BackChange.of(self._change(picture, baseline))

    def alone(self, baseline: Baseline) -> Alone:
        """What the picture of a baseline says by itself."""
        return Alone.of(self._rest_of(baseline).picture.single)

    def view_deg(self, baseline: Baseline) -> float:
        """The direction from which a baseline was seen, degrees as in `Angles.view_deg`."""
        return self._rest_of(baseline).picture.view_deg

    def upright(self, baseline: Baseline) -> Angles:
        """The baseline's own angles; those relative to it are 0."""
        return self._rest_of(baseline).upright

    def _change(self, picture: _Picture, baseline: Baseline) -> dict[str, tuple[float, float]]:
        rest = self._rest_of(baseline)
        figures = self._figures(baseline.pose, picture.pose)
        values, deviations = self._changed(picture, rest, figures)
        seen = picture.pose.figure is not None and baseline.pose.figure is not None
        if seen not in rest.change:
            rest.change[seen] = self._unmoved(rest, seen)
        values = values - rest.change[seen]
        return self._networks.change.named(values, deviations)

    def _rest_of(self, baseline: Baseline) -> _Rest:
        # An id is unique as long as the rest holds its owner.
        known = self._rests.pop(id(baseline), None)
        if known is None:
            picture = self._picture(baseline.pose)
            share = self._networks.change.share(picture.features, picture.features.shape[-1])
            hidden = unmeasurable(baseline.pose, None, picture.view_deg, self._min_visibility)
            shown = [name for name in ABSOLUTE if name not in hidden]
            values: dict[str, Any] = dict.fromkeys(ABSOLUTE, NAN)
            values |= {name: picture.single[name][0] for name in shown}
            values |= dict.fromkeys(RELATIVE, 0.0)
            known = _Rest(baseline, picture, share, replace(baseline.angles, **values))
            if len(self._rests) == MOST_RESTS:
                del self._rests[next(iter(self._rests))]
        self._rests[id(baseline)] = known  # the last one used stands last
        return known

    def _unmoved(self, rest: _Rest, seen: bool) -> Array:
        """What the network says of the upright pose beside itself, where the change is 0."""
        pose = rest.baseline.pose
        figures = self._figures(pose, pose) if seen else self._networks.change.no_figure_share
        change = self._changed(rest.picture, rest, figures)[0]
        change[self._networks.change.outputs.index(SLOUCH)] = 0  # the verdict keeps its own bias
        return change

    def _read(self, pose: Pose) -> _Picture:
        """What a pose says by itself; kept for the next comparison of it."""
        if self._latest is None or self._latest.pose is not pose:
            self._latest = self._picture(pose)
        return self._latest

    def _picture(self, pose: Pose) -> _Picture:
        body = UpperBody.of(pose.landmarks.astype(np.float64), pose.visibility.astype(np.float64))
        plain = pose_features(body, pose.world.astype(np.float64), (pose.width, pose.height))
        features = np.stack([plain, mirrored_pose_features(plain)])
        network = self._networks.pose
        shares = network.share(features)
        if pose.figure is None:
            shares += network.no_figure_share
        else:
            shares += network.figure_share(own_channel(pose.figure))
        single = network.named(*network.read(shares))
        return _Picture(pose, body, features, single, self._networks.change.share(features))

    def _changed(self, picture: _Picture, rest: _Rest, figures: Single) -> tuple[Array, Array]:
        """What the network reads from features of a pose, the upright one and their difference.

        figures: share of what the silhouettes say.
        """
        network, moved = self._networks.change, _moved(picture.body, rest.picture.body)
        shares = picture.share + rest.share
        shares += network.share(moved, 2 * picture.features.shape[-1]) + figures
        return network.read(shares, picture.view_deg)

    def _figures(self, upright: Pose, now: Pose) -> Single:
        """Share of what two silhouettes say; always the same when one is missing."""
        if upright.figure is None or now.figure is None:
            return self._networks.change.no_figure_share
        channels = figure_channels(
            upright.figure,
            upright.landmarks.astype(np.float64),
            now.figure,
            now.landmarks.astype(np.float64),
        )
        return self._networks.change.figure_share(channels)


def _moved(body: UpperBody, upright: UpperBody) -> Array:
    """(2, n) how far a pose is from an upright one, and the same for their mirror images."""
    moved = change_features(body, upright)
    return np.stack([moved, mirrored_change_features(moved)])


def _sum(
    rest: tuple[float, float], change: tuple[float, float], correlation: float
) -> tuple[float, float]:
    """Sum of two readings, each (value, sd), whose errors are correlated."""
    variance = rest[1] ** 2 + change[1] ** 2 + 2 * correlation * rest[1] * change[1]
    return rest[0] + change[0], math.sqrt(max(0.0, variance))
