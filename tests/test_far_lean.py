"""Specification of what is added to readings of a trunk that leans far."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from posture_cam.far_lean import (
    CORRECTED,
    FROM_DEG,
    FRONT_LATER_DEG,
    FULL_VIEW_DEG,
    OVER_DEG,
    VERDICT,
    VERDICT_FROM_DEG,
    FarLean,
    smooth_step,
)
from posture_cam.models import load_networks

CHANGE = load_networks().change.network
OUTPUTS = CHANGE.outputs
LEAN = OUTPUTS.index("trunk_inclination_deg")
MEMBERS, WIDTH = 3, 5
RANDOM = np.random.default_rng(4)
HIDDEN = RANDOM.normal(size=(MEMBERS, 2, WIDTH)).astype(np.float32)
SIDE_DEG = 90.0


def made() -> FarLean:
    """One of random weights, for a network with the outputs of the real one."""
    arrays = {
        "x_far_weight": RANDOM.normal(size=(MEMBERS, WIDTH, 2 * len(CORRECTED))),
        "x_far_bias": RANDOM.normal(size=(MEMBERS, 1, 2 * len(CORRECTED))),
    }
    far_lean = FarLean.from_arrays(arrays, "x", OUTPUTS, CHANGE.scale)
    assert far_lean is not None
    return far_lean


FAR_LEAN = made()


def read(lean_deg: float) -> NDArray[np.float32]:
    """Readings of a picture and its mirror image, in which all members read that lean."""
    readings = np.random.default_rng(1).normal(size=(MEMBERS, 2, 2 * len(OUTPUTS)))
    readings[..., LEAN] = lean_deg / CHANGE.scale[LEAN]
    return readings.astype(np.float32)


def added(lean_deg: float, view_deg: float) -> dict[str, NDArray[np.float64]]:
    """What is added to the value and to the deviation of every output, by name."""
    before = read(lean_deg)
    difference = FAR_LEAN.added_to(before, HIDDEN, view_deg) - before
    values = difference.reshape(-1, 2, len(OUTPUTS))
    return {name: np.abs(values[..., place]).max(axis=0) for place, name in enumerate(OUTPUTS)}


@pytest.mark.parametrize("lean_deg", [-FROM_DEG, -3.0, 0.0, 8.0, FROM_DEG - 0.01])
def test_within_what_people_do_at_work_nothing_changes(lean_deg: float) -> None:
    """Not by the last bit, from any view."""
    for view_deg in (0.0, 45.0, SIDE_DEG):
        assert np.array_equal(FAR_LEAN.added_to(read(lean_deg), HIDDEN, view_deg), read(lean_deg))


@pytest.mark.parametrize(
    "lean_deg", [-VERDICT_FROM_DEG - OVER_DEG, VERDICT_FROM_DEG + OVER_DEG, 50]
)
def test_far_over_and_far_back_all_of_it_is_added(lean_deg: float) -> None:
    """To the angles that are learned of such people, and to no other."""
    differences = added(lean_deg, SIDE_DEG)
    full = np.abs(HIDDEN @ FAR_LEAN.weight + FAR_LEAN.bias).reshape(-1, 2, len(CORRECTED))
    for name in OUTPUTS:
        if name in CORRECTED:
            wanted = full[..., CORRECTED.index(name)].max(axis=0)
            assert differences[name] == pytest.approx(wanted, abs=1e-5)
        else:
            assert not differences[name].any()


def test_the_verdict_stays_for_longer_than_the_angles() -> None:
    """A slouch at a desk may lean by as much as that."""
    differences = added(VERDICT_FROM_DEG - 0.01, SIDE_DEG)
    for name in CORRECTED:
        assert differences[name].any() == (name not in VERDICT)


def test_from_the_front_the_verdict_stays_for_longest() -> None:
    """So does the flexion, with what is stated of it; the other angles are corrected alike."""
    later = VERDICT_FROM_DEG + FRONT_LATER_DEG
    front, side = added(later - 0.01, 0.0), added(later - 0.01, -SIDE_DEG)
    for name in CORRECTED:
        assert front[name] == pytest.approx(0 if name in VERDICT else side[name])
        assert added(later + OVER_DEG, 0.0)[name] == pytest.approx(added(50.0, SIDE_DEG)[name])
    assert added(later - 0.01, FULL_VIEW_DEG)["slouch_logit"] == pytest.approx(side["slouch_logit"])


@pytest.mark.parametrize("name", CORRECTED)
def test_it_grows_smoothly_with_lean_and_view(name: str) -> None:
    """No step between one tenth of a degree and the next is larger than a fiftieth of it all."""
    whole = added(50.0, SIDE_DEG)[name].max()
    by_lean = [
        FAR_LEAN.added_to(read(lean), HIDDEN, 44.0) - read(lean) for lean in np.arange(0, 35, 0.1)
    ]
    by_view = [FAR_LEAN.added_to(read(40.0), HIDDEN, view) for view in np.arange(0, 100, 0.1)]
    for course in (by_lean, by_view):
        column = np.array(course)[..., OUTPUTS.index(name)]
        assert np.abs(np.diff(column, axis=0)).max() <= whole / 50


def test_a_smooth_step_runs_from_nothing_to_all() -> None:
    """0 before, 1 after, a half in the middle, and level at both ends."""
    assert smooth_step([-5, 10, 15, 20, 30], 10, 20) == pytest.approx([0, 0, 0.5, 1, 1])
    assert smooth_step(10.1, 10, 20) < 0.001 < 0.999 < smooth_step(19.9, 10, 20)


def test_a_network_without_it_reads_as_before() -> None:
    """Its file holds none, and nothing is added."""
    assert FarLean.from_arrays({}, "x", OUTPUTS, CHANGE.scale) is None


def test_the_comparing_network_has_it() -> None:
    """And the other one, which reads one picture, does not."""
    assert CHANGE.far_lean is not None
    assert load_networks().pose.network.far_lean is None
