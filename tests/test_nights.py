"""A night is an absence, and what is found for a moment in the dark does not part it in two."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from people import body, seen_from

from posture_cam.nights import NIGHT_S, SURE_S, NightWatch
from posture_cam.types import Pose

HERE = seen_from(body())
HOUR_S = 3600.0


def sitting(start_s: float, seconds: float, rate_hz: float = 2.0) -> list[Pose]:
    """Somebody who is there for a while."""
    count = round(seconds * rate_hz) + 1
    return [dataclasses.replace(HERE, time_s=start_s + one / rate_hz) for one in range(count)]


def mornings(*visits: list[Pose]) -> list[float]:
    """When somebody came after a night, seconds; nobody is there between the visits."""
    watch, told = NightWatch(), []
    for visit, after in pairwise([*visits, []]):
        for pose in visit:
            if watch.update(pose):
                told.append(pose.time_s)
        end_s = visit[-1].time_s
        nobody_s = [end_s + 1, after[0].time_s - 1 if after else end_s + 2]
        for time_s in nobody_s:
            assert not watch.update(dataclasses.replace(HERE, time_s=time_s).absent())
    return told


def test_who_comes_after_four_hours_comes_after_a_night() -> None:
    """With their first picture; who was away for less does not, nor who never was there."""
    assert mornings(sitting(0, 60), sitting(NIGHT_S + 60, 60)) == [NIGHT_S + 60]
    assert mornings(sitting(0, 60), sitting(NIGHT_S + 59, 60)) == []


@pytest.mark.parametrize("seconds", [0.0, 3.0, SURE_S - 0.5])
def test_a_find_in_the_dark_does_not_part_a_night(seconds: float) -> None:
    """Neither of its halves is long enough, and the person comes in the morning all the same."""
    evening, morning = sitting(0, HOUR_S, rate_hz=1), sitting(8 * HOUR_S, 60)
    found = sitting(5 * HOUR_S - 60, seconds)
    assert 8 * HOUR_S in mornings(evening, found, morning)


def test_who_is_seen_with_gaps_is_there_all_the_same() -> None:
    """Every other picture shows nobody, for a whole day: that is no night."""
    watch = NightWatch()
    for second in range(int(6 * HOUR_S)):
        pose = dataclasses.replace(HERE, time_s=float(second))
        assert not watch.update(pose if second % 2 else pose.absent())


def test_the_first_picture_of_somebody_is_said_to_be_the_first() -> None:
    """Once; whoever comes back later was there before."""
    watch, first = NightWatch(), []
    for pose in [*sitting(0, 60), *sitting(600, 60)]:
        watch.update(pose)
        first.append(watch.first)
    assert first == [True, *[False] * (len(first) - 1)]
