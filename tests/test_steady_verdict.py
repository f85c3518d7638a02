"""A verdict made steady: believed late, dated back, and monotonic."""

from __future__ import annotations

import random

import pytest

from posture_cam.steady_verdict import Change, SteadyVerdict


def follow(values: list[bool], step_s: float = 0.5) -> tuple[SteadyVerdict, list[Change]]:
    """A verdict that settles in 2 s, after these values of step_s each."""
    verdict = SteadyVerdict(2.0)
    changes = [
        verdict.update(index * step_s, (index + 1) * step_s, value)
        for index, value in enumerate(values)
    ]
    return verdict, changes


def test_a_change_is_believed_once_it_has_led_long_enough_and_dated_back() -> None:
    """Two seconds of yes after one of no switch the verdict, from the first yes on."""
    verdict, changes = follow([False, False, True, True, True, True])
    assert changes[-2:] == [Change.DOUBT, Change.SWITCHED]
    assert verdict.on
    assert verdict.doubt_since_s == 1.0


def test_one_good_second_does_not_undo_two_bad_minutes() -> None:
    """A short contrary stretch raises a doubt that is settled again."""
    verdict, changes = follow([True] * 240 + [False] * 2 + [True] * 2)
    assert verdict.on
    assert changes[-4:] == [Change.DOUBT, Change.DOUBT, Change.DOUBT, Change.SETTLED]


def test_contrary_frames_count_against_a_change() -> None:
    """What leads is the balance: three yes, two no, three yes is four yes ahead of nothing."""
    verdict, _ = follow([True] * 3 + [False] * 2 + [True] * 2)
    assert not verdict.on
    verdict, _ = follow([True] * 3 + [False] * 2 + [True] * 3)
    assert verdict.on


@pytest.mark.parametrize("seed", range(20))
def test_more_yes_never_gives_less_yes(seed: int) -> None:
    """Turning any no into yes never turns the steady verdict off at any time."""
    dice = random.Random(seed)
    few = [dice.random() < 0.5 for _ in range(200)]
    many = [value or dice.random() < 0.2 for value in few]
    less, more = SteadyVerdict(2.0), SteadyVerdict(2.0)
    for index, (a, b) in enumerate(zip(few, many, strict=True)):
        less.update(index * 0.5, index * 0.5 + 0.5, a)
        more.update(index * 0.5, index * 0.5 + 0.5, b)
        assert more.on or not less.on


def test_an_unsure_verdict_is_weaker_evidence() -> None:
    """Half sure takes twice as long to be believed, and not sure at all never is."""
    for sure, needed in ((1.0, 4), (0.5, 8), (0.25, 16)):
        verdict = SteadyVerdict(2.0)
        steps = 0
        while not verdict.on:
            verdict.update(steps * 0.5, (steps + 1) * 0.5, value=True, sure=sure)
            steps += 1
        assert steps == needed
        assert verdict.doubt_since_s == 0.0
    unsure = SteadyVerdict(2.0)
    for index in range(1000):
        assert unsure.update(float(index), index + 1.0, value=True, sure=0.0) is Change.NONE
    assert not unsure.on
