"""The turning of the upper back that mid-back load takes, against people's joints."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from posture_cam.load import posture_change
from posture_cam.types import Angles

pytest.importorskip("moderngl")
pytest.importorskip("anny")
from sample_videos.joints import joint_places
from sample_videos.person import Person
from sample_videos.session import TEST_SEEDS
from sample_videos.states import SLOUCHES, state_posture
from sample_videos.truth import absolute_measures, facing_axes


def test_of_rendered_people_who_slouch_the_upper_back_has_turned_so() -> None:
    """By their joints, from the hips to the bone that carries the ribs: to a few degrees."""
    off_deg, as_an_arc_deg = [], []
    for seed in TEST_SEEDS[40000:40004]:
        random = np.random.default_rng(seed)
        person = Person.random(random)
        upright = person.upright_pose.skeleton
        for state in SLOUCHES:
            slouched = person.pose(person.with_change(state_posture(state, 0.6, random))).skeleton
            angles, rest = _true_angles(slouched, upright), Angles(trunk_inclination_deg=0.0)
            turned_deg = _inclination(slouched) - _inclination(upright)
            off_deg.append(posture_change(angles, rest).upper_trunk_deg - turned_deg)
            arc = angles.trunk_inclination_deg + angles.spine_flexion_deg / 2
            as_an_arc_deg.append(arc - turned_deg)
    assert np.abs(off_deg).mean() < 3
    assert np.abs(as_an_arc_deg).mean() > 2 * np.abs(off_deg).mean()


def _true_angles(skeleton: Any, upright: Any) -> Angles:
    """Changes of spine flexion and trunk inclination, by the joints."""
    now, then = (absolute_measures(one, joint_places(one)) for one in (skeleton, upright))
    return Angles(
        spine_flexion_deg=now["spine_flexion_deg"] - then["spine_flexion_deg"],
        trunk_inclination_deg=now["trunk_inclination_deg"] - then["trunk_inclination_deg"],
    )


def _inclination(skeleton: Any) -> float:
    """Of the upper back against the vertical, degrees, forward positive."""
    _, up, ahead = facing_axes(skeleton) @ skeleton.rotation_of("spine01")[:, 1]
    return math.degrees(math.atan2(ahead, up))
