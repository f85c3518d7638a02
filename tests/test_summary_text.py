"""The summary in plain words: ten lines, and no number that was not measured."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from clips import away, clip, facts, slouched, unjudged, upright

from posture_cam.baseline import Baseline
from posture_cam.summary import summarise
from posture_cam.summary_text import duration, events, longest_bout, percent, signed, summary_lines
from posture_cam.summary_text import slouched as share
from posture_cam.types import Angles, Event, EventKind, Pose, Step, View


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [away(0.0), away(1.0)],
        [unjudged(0.0), unjudged(1.0)],
        [upright(0.0), slouched(1.0)],
        [slouched(0.0, load=math.nan)],
    ],
)
def test_there_are_always_ten_lines_without_nan(frames: list[tuple[Pose, Step]]) -> None:
    """Whatever the clip, the reader finds the same lines, in words where there is no number."""
    lines = summary_lines(facts(), summarise(clip(frames)), "results/desk")
    assert len(lines) == 10
    assert "nan" not in "\n".join(lines)


def test_what_is_unknown_without_a_baseline_is_not_blamed_on_the_view() -> None:
    """Two reasons, told apart: no upright posture, or a view that cannot show the back."""
    nothing = summarise(clip([unjudged(0.0), unjudged(1.0)]))
    for source, words in (("", "without an upright posture"), ("this clip", "in this view")):
        lines = summary_lines(replace(facts(), baseline_source=source), nothing, "results")
        assert words in lines[4]
        assert words in lines[5]


def test_upright_that_was_found_in_the_clip_is_told_with_its_moment() -> None:
    """So that it can be looked at, and doubted."""
    pose, _ = upright(95.0)
    found = replace(facts(), baseline=Baseline(pose, Angles(view=View.FRONT), 5.0, 50))
    told = summary_lines(found, summarise(clip([upright(0.0)])), "results")
    assert "upright taken from this clip, at 1:30" in told[8]
    given = replace(found, baseline_source="profile me")
    told = summary_lines(given, summarise(clip([upright(0.0)])), "results")
    assert told[8].endswith("upright taken from profile me")


def test_damaged_video_is_told_in_the_first_line() -> None:
    """Before any figure."""
    lines = summary_lines(
        facts(problem="It was cut off."), summarise(clip([upright(0.0)])), "results"
    )
    assert lines[0] == "desk.mp4 (It was cut off.)"


def test_several_people_are_told_without_another_line() -> None:
    """The reader must know who was watched, and how to choose another."""
    lines = summary_lines(replace(facts(), people=2), summarise(clip([upright(0.0)])), "results")
    assert len(lines) == 10
    assert "2 people seen, one of them watched (--person N for another)" in lines[8]


def test_share_names_the_time_that_it_is_of() -> None:
    """A percentage of what? Never of time that was not judged."""
    frames = [upright(0), upright(1), upright(2), slouched(3), unjudged(4), away(5)]
    assert share(summarise(clip(frames))) == "25 % of the time judged, 1 s of 4 s"
    assert share(summarise(clip([unjudged(0), unjudged(1)]))) == "could not be judged"


def test_events_are_counted_in_words() -> None:
    """One is a slouch, two are slouches; kinds that did not occur are not named."""
    happened = [Event(EventKind.SLOUCH, 0, 60), Event(EventKind.SLOUCH, 90, 150)]
    happened += [Event(EventKind.AWAY, 200, 300)]
    assert events(summarise(clip([upright(0)], happened))) == "2 sustained slouches, 1 absence"
    assert events(summarise(clip([upright(0)]))) == "none"


def test_bout_is_told_with_its_beginning() -> None:
    """So that it can be looked at in the video."""
    happened = [Event(EventKind.SLOUCH, 75, 275)]
    told = longest_bout(summarise(clip([upright(0)], happened)))
    assert told == "3 min 20 s from 1:15, short breaks included"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.6, "1 min"), (200, "3 min 20 s"), (3599.9, "1 h"), (3900, "1 h 5 min")],
)
def test_lengths_are_told_as_people_do(seconds: float, words: str) -> None:
    """Seconds matter for minutes, not for hours."""
    assert duration(seconds) == words


def test_small_shares_and_signs() -> None:
    """A trace is not zero, and zero has no sign."""
    assert percent(0.001) == "<1 %"
    assert percent(0.0) == "0 %"
    assert percent(math.nan) == "-"
    assert [signed(value) for value in (-3.6, -0.2, 0.2, 3.6)] == ["-4", "0", "0", "+4"]
