"""What a changed setting would have done is told bout by bout and setting by setting."""

from __future__ import annotations

from posture_cam.config import Settings
from posture_cam.config_file import load_settings
from posture_cam.tuning.replay import pair_bouts
from posture_cam.types import Event, EventKind


def bout(start: float, end: float) -> Event:
    return Event(EventKind.SLOUCH, start, end)


def spans(before: list[Event], after: list[Event]) -> list[tuple[object, object]]:
    return [
        (pair.before and pair.before.start_s, pair.after and pair.after.start_s)
        for pair in pair_bouts(before, after)
    ]


def test_bouts_that_overlap_are_the_same_bout() -> None:
    """A bout whose ends moved is still that bout; one without a partner came or went."""
    before = [bout(10, 80), bout(200, 300)]
    after = [bout(15, 95), bout(400, 480)]
    assert spans(before, after) == [(10, 15), (200, None), (None, 400)]


def test_a_bout_that_splits_stays_with_its_longer_part() -> None:
    """The part that shares more time continues it, the other one is new."""
    assert spans([bout(0, 100)], [bout(0, 30), bout(40, 100)]) == [(0, 40), (None, 0)]


def test_bouts_that_only_touch_are_not_paired() -> None:
    """No shared time, no same bout."""
    assert spans([bout(0, 50)], [bout(50, 99)]) == [(0, None), (None, 50)]


def test_an_unchanged_bout_has_not_moved() -> None:
    """Equal ends mean nothing happened, and nearly equal ones nothing that tables could show."""
    before = [bout(0, 70), bout(100, 170), bout(200, 270)]
    same, nearly, moved = pair_bouts(before, [bout(0, 70), bout(100.013, 170), bout(200, 270.2)])
    assert (same.moved, nearly.moved, moved.moved) == (False, False, True)


def test_another_strictness_changes_what_it_sets_and_nothing_of_the_users_own() -> None:
    """A recording names every setting; those that are as its strictness makes them give way."""
    own = Settings.model_validate({"quiet": {"max_per_hour": 4}})
    strict = load_settings(assignments=["strictness=strict"], recorded=own)
    assert strict.strain.patience == 0.6
    assert strict.quiet.cooldown_s == 300
    assert strict.quiet.max_per_hour == 4
    again = load_settings(assignments=["strictness=standard"], recorded=strict)
    assert again == own.model_copy()
