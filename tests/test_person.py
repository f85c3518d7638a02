"""Specification of who is watched when there are several people."""

from __future__ import annotations

import math

from people import body, seen_from

from posture_cam.person import PersonSelector
from posture_cam.types import Pose


def near(time_s: float, shift: float = 0.0) -> Pose:
    return seen_from(body(), time_s=time_s, scale=1.0, shift=(shift, 0))


def far(time_s: float, shift: float) -> Pose:
    return seen_from(body(), time_s=time_s, scale=0.4, shift=(shift, -40))


def test_the_largest_person_is_taken_first() -> None:
    """With nobody known yet, the one who fills most of the picture is the one at the desk."""
    assert PersonSelector().choose([far(0, 200), near(0)]) == 1


def test_the_order_in_which_people_are_found_does_not_matter() -> None:
    """The same person is kept when the detector lists people the other way round."""
    selector = PersonSelector()
    assert selector.choose([near(0), far(0, 200)]) == 0
    assert selector.choose([far(0.1, 200), near(0.1)]) == 1


def test_a_passer_by_does_not_take_over_while_the_person_is_hidden() -> None:
    """Someone small elsewhere in the picture is nobody we watch."""
    selector = PersonSelector()
    selector.choose([near(0)])
    assert selector.choose([far(0.5, 220)]) == -1
    assert selector.choose([far(0.6, 210), near(0.6)]) == 1


def test_a_passer_by_who_walks_through_the_picture_never_takes_over() -> None:
    """Even when both overlap for a moment, the near one stays chosen."""
    selector = PersonSelector()
    for step in range(60):
        people = [far(step / 10, -300 + 10 * step), near(step / 10)]
        assert selector.choose(people) == 1


def test_someone_else_is_taken_after_the_person_has_been_away() -> None:
    """After some seconds without the person, whoever sits there is watched."""
    selector = PersonSelector()
    selector.choose([near(0)])
    assert selector.choose([far(10, 220)]) == 0


def test_nobody_is_nobody() -> None:
    """Without people, or with an empty pose, the answer is -1."""
    selector = PersonSelector()
    assert selector.choose([]) == -1
    assert selector.choose([Pose.nobody(math.pi, 640, 480)]) == -1
