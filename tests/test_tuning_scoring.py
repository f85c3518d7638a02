"""A judged clip is scored against its labels, and clips are pooled, as a reader would expect."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from posture_cam.config import Settings, SlouchSettings
from posture_cam.replay import Replay
from posture_cam.tuning.labels import FrameTable, IntervalTable
from posture_cam.tuning.pooling import by_view, pool
from posture_cam.tuning.scoring import ClipScore, score_clip
from posture_cam.tuning.true_bouts import bouts_of_labels
from posture_cam.types import Angles, Assessment, Event, EventKind, Pose, Step, View

NAN = math.nan
RULE = SlouchSettings(sustained_s=5, recover_s=2)


def clip(
    scores: list[float],
    flexion: list[float] | None = None,
    *,
    rate_hz: float = 10.0,
    events: tuple[Event, ...] = (),
    view_deg: float = 0.0,
    sd: float = 3.0,
) -> Replay:
    """A replay with these scores (verdict from 0.5 on, NaN not judged), one frame after another."""
    steps = []
    for number, score in enumerate(scores):
        angles = Angles(
            view=View.FRONT,
            view_deg=view_deg,
            spine_flexion_deg=flexion[number] if flexion else NAN,
            sd={"spine_flexion_deg": sd},
        )
        verdict = None if math.isnan(score) else score >= 0.5
        steps.append(Step(number / rate_hz, angles, Assessment(score, verdict)))
    return replay_of(steps, events)


def replay_of(steps: Sequence[Step], events: tuple[Event, ...] = ()) -> Replay:
    """A clip of these steps, compared with nothing."""
    poses = tuple(Pose.nobody(step.time_s, 640, 480) for step in steps)
    none, no = (None,) * len(steps), (False,) * len(steps)
    return Replay(Settings(slouch=RULE), poses, tuple(steps), events, none, no, no, none)


def table(slouched: Sequence[float], state: list[str], **values: Sequence[float]) -> FrameTable:
    """Labels for every frame of a clip at 10 Hz."""
    times = np.arange(len(slouched)) / 10.0
    columns = {name: np.array(column) for name, column in values.items()}
    return FrameTable(times, np.array(slouched), tuple(state), columns)


def score(replay: Replay, labels: FrameTable | IntervalTable, calibrated_s: float = 0) -> ClipScore:
    return score_clip("x", replay, labels, tolerance_s=1.0, calibrated_s=calibrated_s)


def true_bouts(times: np.ndarray, slouched: np.ndarray) -> list[tuple[float, float]]:
    seconds = np.full(len(times), times[1] - times[0])
    return bouts_of_labels(times, seconds, slouched, RULE)


def test_bouts_of_the_labels_follow_the_monitors_rule() -> None:
    """Six seconds slouched, one upright, six slouched are one bout; four seconds alone are none."""
    slouched = np.array([0] * 10 + [1] * 60 + [0] * 10 + [1] * 60 + [0] * 30 + [1] * 40 + [0] * 5)
    times = np.arange(len(slouched)) / 10
    (bout,) = true_bouts(times, slouched.astype(float))
    assert bout == pytest.approx((1.0, 14.0))


def test_bouts_of_the_labels_do_not_depend_on_the_frame_rate() -> None:
    """Rules are in seconds: the same truth at 5 and at 30 Hz gives the same bout."""
    for rate in (5, 30):
        slouched = np.repeat([0.0, 1.0, 0.0], [2 * rate, 8 * rate, 4 * rate])
        times = np.arange(len(slouched)) / rate
        (bout,) = true_bouts(times, slouched)
        assert bout == pytest.approx((2.0, 10.0))


def test_scores_are_compared_only_where_labels_judge() -> None:
    """A wrong verdict in a frame that the labels leave open costs nothing."""
    replay = clip([0.1, 0.9, 0.2, 0.8])
    found = score(replay, table([0, NAN, 0, 1], ["upright", "moving", "upright", "slumped"]))
    assert found.auc == 1.0
    assert found.counts.labelled == 3
    assert found.counts.false_positive == 0


def test_seconds_of_calibration_are_not_scored() -> None:
    """What the baseline was made of cannot count as a success."""
    replay = clip([0.9] * 10 + [0.1] * 10 + [0.9] * 10)
    labels = table([0] * 20 + [1] * 10, ["upright"] * 20 + ["slumped"] * 10)
    assert score(replay, labels).counts.false_positive == 10
    assert score(replay, labels, calibrated_s=1.0).counts.false_positive == 0


def test_found_bouts_meet_true_ones() -> None:
    """A bout within the tolerance is found; an alert counts at the moment it was due, its end."""
    scores = [0.1] * 20 + [0.9] * 80 + [0.1] * 40
    events = (
        Event(EventKind.SLOUCH, 2.4, 9.9),
        Event(EventKind.ALERT, 2.4, 7.4),
        Event(EventKind.ALERT, 9.9, 13.5),
        Event(EventKind.AWAY, 2.0, 9.0),
    )
    labels = table([0] * 20 + [1] * 80 + [0] * 40, ["upright"] * 20 + ["slumped"] * 120)
    found = score(clip(scores, events=events), labels)
    assert found.events.matched == found.events.found == found.events.true == 1
    assert found.alerts.false == 1
    assert list(found.alerts.delays_s) == pytest.approx([5.4])
    assert found.alerts.watched_s == pytest.approx(14.0)


def test_what_happens_in_unlabelled_time_is_not_held_against_anybody() -> None:
    """Events in time without labels are neither right nor wrong."""
    events = (Event(EventKind.SLOUCH, 6.0, 12.0), Event(EventKind.ALERT, 6.0, 11.0))
    labels = IntervalTable(((0.0, 5.0, "upright"),))
    found = score(clip([0.1] * 140, events=events), labels)
    assert found.events.found == 0
    assert found.alerts.false == 0
    assert found.alerts.watched_s == pytest.approx(5.0)


def test_spine_flexion_errors_are_of_the_change() -> None:
    """The truth is re-zeroed at upright: 2 there and 20 slouched is a change of 18."""
    replay = clip([0.1, 0.1, 0.9, 0.9], flexion=[0.0, 0.0, 15.0, NAN])
    labels = table(
        [0, 0, 1, 1], ["upright", "upright", "slumped", "slumped"],
        spine_flexion_deg=[2.0, 2.0, 20.0, 20.0],
    )  # fmt: skip
    figures = pool([score(replay, labels)]).angles["spine_flexion_deg"]
    assert figures.change.bias == pytest.approx(-1.0)
    assert figures.change.mae == pytest.approx(1.0)
    assert figures.change.coverage == 0.75
    assert figures.change.within_sd == 1.0
    assert figures.absolute is None


def test_an_offset_at_upright_is_an_error_only_of_relative_angles() -> None:
    """Spine flexion must be zero at upright; a tilt may be off by a constant of the camera."""
    steps = tuple(
        Step(number / 10, Angles(spine_flexion_deg=4.0, shoulder_tilt_deg=4.0), Assessment())
        for number in range(4)
    )
    replay = replay_of(steps)
    labels = table(
        [0] * 4, ["upright"] * 4, spine_flexion_deg=[0.0] * 4, shoulder_tilt_deg=[1.0] * 4
    )
    angles = pool([score(replay, labels)]).angles
    assert angles["spine_flexion_deg"].change.bias == 4.0
    assert angles["shoulder_tilt_deg"].change.bias == 0.0
    absolute = angles["shoulder_tilt_deg"].absolute
    assert absolute is not None
    assert absolute.bias == 3.0


def test_the_stated_uncertainty_is_that_of_the_value_that_is_stated() -> None:
    """A tilt that is 3 off with 1 stated is too sure, even though its change is right."""
    steps = tuple(
        Step(n / 10, Angles(shoulder_tilt_deg=4.0, sd={"shoulder_tilt_deg": 1.0}), Assessment())
        for n in range(4)
    )
    replay = replay_of(steps)
    labels = table([0] * 4, ["upright"] * 4, shoulder_tilt_deg=[1.0] * 4)
    tilt = pool([score(replay, labels)]).angles["shoulder_tilt_deg"]
    assert tilt.change.mae == 0.0
    assert tilt.within_sd == 0.0


def test_angles_without_truth_are_not_listed() -> None:
    """A label file without angles says nothing about angles."""
    found = score(clip([0.1, 0.9]), table([0, 1], ["upright", "slumped"]))
    assert found.angles == {}


@pytest.mark.parametrize(
    ("direction", "view"),
    [(0, "front"), (-20, "front"), (40, "oblique"), (-40, "oblique"), (90, "side"), (-75, "side")],
)
def test_a_clip_belongs_to_the_view_that_its_labels_name(direction: float, view: str) -> None:
    """The true direction of the camera counts, whatever was recognised; left and right together."""
    labels = table([0, 1], ["upright", "slumped"], view_deg=[direction, direction])
    assert score(clip([0.1, 0.9], view_deg=7.0), labels).view == view


def test_without_a_true_direction_the_recognised_one_counts() -> None:
    """Hand-made labels need not know where the camera stood."""
    found = score(clip([0.1, 0.9], view_deg=88.0), table([0, 1], ["", ""]))
    assert found.view == "side"


def test_measured_and_true_directions_are_kept_side_by_side() -> None:
    """Unknown where the labels do not say."""
    labels = table([0, 1], ["upright", "slumped"], view_deg=[10.0, 20.0])
    told = score(clip([0.1, 0.9], view_deg=12.0), labels).directions
    assert told.tolist() == [[12.0, 12.0], [10.0, 20.0]]
    untold = score(clip([0.1, 0.9]), table([0, 1], ["", ""])).directions
    assert np.isnan(untold[1]).all()


def test_each_innocent_state_has_its_own_false_positive_rate() -> None:
    """One of four judged frames of looking down called slouched: 25 %, unjudged ones left out."""
    replay = clip([0.1, 0.1, 0.9, 0.1, 0.1, NAN, 0.9])
    labels = table(
        [0, 0, 0, 0, 0, 0, 1],
        ["upright", "looking_down", "looking_down", "looking_down", "looking_down",
         "looking_down", "slumped"],
    )  # fmt: skip
    states = pool([score(replay, labels)]).states
    assert states["looking_down"].called_share == 0.25
    assert states["looking_down"].frames == 5
    assert states["upright"].called_share == 0.0
    assert states["slumped"].called_share == 1.0
    assert list(states) == ["looking_down", "upright", "slumped"]


def test_pooled_auc_punishes_a_threshold_that_differs_between_clips() -> None:
    """Two clips perfect by themselves can still not share one threshold."""
    labels = table([0, 1], ["upright", "slumped"])
    low, high = score(clip([0.1, 0.3]), labels), score(clip([0.6, 0.9]), labels)
    assert low.auc == high.auc == 1.0
    assert pool([low, high]).auc == 0.75


def test_pooling_nothing_gives_unknown_figures() -> None:
    """No clips, no claims."""
    nothing = pool([])
    assert nothing.clips == 0
    assert math.isnan(nothing.auc)
    assert math.isnan(nothing.alerts.false_per_hour)


def test_views_are_listed_front_oblique_side() -> None:
    """Tables read in the same order whatever the order of clips."""
    clips = [
        score(clip([0.1]), table([0], ["upright"], view_deg=[angle])) for angle in (90, 0, 40, -90)
    ]
    assert {view: len(group) for view, group in by_view(clips).items()} == {
        "front": 1, "oblique": 1, "side": 2,
    }  # fmt: skip
    assert list(by_view(clips)) == ["front", "oblique", "side"]


def test_a_true_bout_does_not_run_through_a_time_without_frames() -> None:
    """A recording that was paused: what lies between is not slouched, whatever its ends are."""
    times = np.concatenate([np.arange(0, 30, 0.5), np.arange(630, 660, 0.5)])
    seconds, slouched = np.full(len(times), 0.5), np.ones(len(times))
    assert bouts_of_labels(times, seconds, slouched, SlouchSettings(sustained_s=60)) == []
    assert bouts_of_labels(times, seconds, slouched, SlouchSettings(sustained_s=20)) == [
        (0.0, 30.0),
        (630.0, 660.0),
    ]
