"""Mid-back load: closed forms and signs of the moment about T8."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from posture_cam.load import (
    FLEXION_ALONE,
    HEAD_MASS,
    HEAD_REACH,
    HEIGHT_M,
    UPPER_TRUNK_LENGTH,
    UPPER_TRUNK_MASS,
    PostureChange,
    mid_back_load,
    moment_about_t8,
    posture_change,
)
from posture_cam.types import Angles

UPRIGHT = Angles(trunk_inclination_deg=5.0)


def load(turned_deg: float, forward_cm: float = 0.0, *, arms: bool = True) -> float:
    """Load with the upper trunk turned forward and the head ahead by this much."""
    return mid_back_load(PostureChange(turned_deg, forward_cm), arms_supported=arms)


def test_upright_is_one() -> None:
    """The person's own upright posture is the unit, with and without supported arms."""
    assert load(0.0) == 1.0
    assert load(0.0, arms=False) == 1.0


def test_it_is_the_sum_of_weight_times_distance() -> None:
    """Closed form for 20 degrees and 3 cm, written out."""
    head_x = HEAD_REACH * math.sin(math.radians(41))

    def moment(tilt_deg: float, forward: float) -> float:
        trunk_x = UPPER_TRUNK_LENGTH * math.sin(math.radians(tilt_deg))
        return UPPER_TRUNK_MASS * trunk_x / 2 + HEAD_MASS * (trunk_x + head_x + forward)

    expected = moment(30, 0.03 / HEIGHT_M) / moment(10, 0)
    assert load(20.0, 3.0) == pytest.approx(expected)


def test_the_added_moment_agrees_with_the_reckoning_it_is_based_on() -> None:
    """10 to 25 degrees and 3 cm add about 9 N m for a man of 70 kg whose arms hang free."""
    slumped = moment_about_t8(PostureChange(15.0, 3.0), arms_supported=False)
    upright = moment_about_t8(PostureChange(0.0), arms_supported=False)
    assert (slumped - upright) * 70 * 9.81 * HEIGHT_M == pytest.approx(9, abs=1)


def test_rounder_back_and_head_forward_both_add_load() -> None:
    """The load grows with the turn of the upper trunk and with the head ahead of it."""
    turned = [load(angle) for angle in range(0, 80, 5)]
    assert turned == sorted(turned)
    assert load(10.0, 4.0) > load(10.0) > load(0.0)
    assert load(0.0, -2.0) < 1


def test_leaning_back_never_pulls_backwards() -> None:
    """A backrest bears what would be a negative load."""
    assert load(-40.0) == 0.0


def test_arms_held_out_add_load_only_when_they_are_not_supported() -> None:
    """Raising the arms counts if they hang on the back, and not if the desk bears them."""
    raised = PostureChange(10.0, 0.0, arm_elevation_deg=60.0)
    assert mid_back_load(raised, arms_supported=False) > load(10.0, arms=False)
    assert mid_back_load(raised, arms_supported=True) == load(10.0)


def test_arms_count_as_they_are_seen_against_the_upright_ones() -> None:
    """The one that was seen stands for both; arms that were not seen are where they were."""
    still = Angles(spine_flexion_deg=0.0)
    rest = replace(UPRIGHT, upper_arm_elevation_left_deg=40.0, upper_arm_elevation_right_deg=30.0)
    raised = replace(still, upper_arm_elevation_left_deg=70.0)
    for now, upright in ((raised, UPRIGHT), (raised, rest)):
        assert mid_back_load(posture_change(now, upright), arms_supported=False) > 1.1
    assert mid_back_load(posture_change(still, rest), arms_supported=False) == 1
    assert mid_back_load(posture_change(raised, rest), arms_supported=True) == 1


def test_the_upper_back_turns_with_the_trunk_and_a_little_more() -> None:
    """Without hips most of the flexion is taken for it; a slide forward leans back."""
    front = posture_change(Angles(spine_flexion_deg=20.0), UPRIGHT)
    side = Angles(spine_flexion_deg=20.0, trunk_inclination_deg=15.0)
    slid = Angles(spine_flexion_deg=20.0, trunk_inclination_deg=-15.0)
    assert front.upper_trunk_deg == pytest.approx(FLEXION_ALONE * 20)
    assert posture_change(side, UPRIGHT).upper_trunk_deg == pytest.approx(14)
    assert posture_change(slid, UPRIGHT).upper_trunk_deg == pytest.approx(-16)


def test_what_was_not_measured_is_not_a_load() -> None:
    """No spine flexion, no load: NaN, never 1."""
    posture = posture_change(Angles(trunk_inclination_deg=20.0), UPRIGHT)
    assert math.isnan(mid_back_load(posture, arms_supported=True))


@pytest.mark.parametrize("when", ["now", "then"])
@pytest.mark.parametrize("hidden", [None, "left", "right"])
def test_ones_own_upright_posture_is_one_whichever_arm_is_seen(
    hidden: str | None, when: str
) -> None:
    """One arm on the mouse, one in the lap, and from the side only one is seen."""
    upright = Angles(
        spine_flexion_deg=0.0, upper_arm_elevation_left_deg=55, upper_arm_elevation_right_deg=15
    )
    changed: dict[str, Any] = {f"upper_arm_elevation_{hidden}_deg": math.nan} if hidden else {}
    partly = replace(upright, **changed)
    now, then = (partly, upright) if when == "now" else (upright, partly)
    assert mid_back_load(posture_change(now, then), arms_supported=False) == 1.0
