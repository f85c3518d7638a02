"""The report: one page that stands alone, says what was found and never more."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from clips import away, clip, facts, slouched, unjudged, upright
from people import body, seen_from

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.charts import TimeAxis, ValueAxis, time_chart
from posture_cam.config import Settings
from posture_cam.framing import SHOULDERS_CUT_ADVICE
from posture_cam.landmarks import Landmark as L
from posture_cam.line_figure import stick_figures
from posture_cam.replay import Replay
from posture_cam.report import finding, report
from posture_cam.report_course import deepest, deepest_frame
from posture_cam.report_shoulders import COURSES, _band, _range
from posture_cam.report_tables import changed_settings, how_measured
from posture_cam.summary import summarise
from posture_cam.types import Angles, Event, EventKind, Pose, Step, View

VOID = {"meta", "br", "hr"}


class Page(HTMLParser):
    """Reads a page, holding every element to be closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def all(self, tag: str, name: str) -> list[dict[str, str | None]]:
        return [attributes for element, attributes in self.elements
                if element == tag and attributes.get("class") == name]  # fmt: skip


def session() -> Replay:
    """Ten seconds upright, ten slouched, five without a verdict, five upright; one a second."""
    frames = [upright(second) for second in range(10)]
    frames += [slouched(second, second - 9.5) for second in range(10, 20)]
    frames += [unjudged(second) for second in range(20, 25)]
    frames += [upright(second) for second in range(25, 30)]
    event = Event(EventKind.SLOUCH, 9.5, 19.5, 20, 20, "Upper back 20 degrees rounder.")
    return clip(frames, [event, Event(EventKind.ALERT, 15, 15, message="Sit back.")])


def page_of(replay: Replay, name: str = "desk.mp4", problem: str | None = None) -> Page:
    return Page(report(facts(name, problem), replay, summarise(replay)))


def test_page_needs_nothing_but_itself() -> None:
    """No script, picture, font or address: it can be sent as one file and read offline."""
    html = report(facts(), session(), summarise(session()))
    assert {tag for tag, _ in Page(html).elements}.isdisjoint({"script", "link", "img", "iframe"})
    assert not re.search(r"https?:|url\(|@import|src=|href=", html)


def test_page_says_where_the_camera_stood_badly_and_who_was_measured() -> None:
    """A face that fills the picture hides the shoulders; and one of two people was watched."""
    close_up = make_baseline(
        [seen_from(body(), 0, scale=5, shift=(0, 330), time_s=n / 10) for n in range(60)],
        Settings(),
    )
    known = replace(facts(), baseline=close_up, people=2)
    text = Page(report(known, session(), summarise(session()))).text
    assert SHOULDERS_CUT_ADVICE in text
    assert "2 people seen, one of them watched" in text
    assert SHOULDERS_CUT_ADVICE not in page_of(session()).text


def test_no_band_of_uncertainty_is_cut_off() -> None:
    """The axis reaches beyond it, unless it is quite unsure for a moment."""
    course, line = COURSES[2], np.array([0.0, 3.0, 3.9])
    edges = _band(course, line, np.array([0.5, 1.0, 1.2]))
    low, high = _range(course, np.concatenate([line, *edges]))
    assert (low, high) == (-2, 6)
    assert _range(course, np.concatenate(_band(course, line, np.full(3, 40.0))))[1] <= 10


def test_numbers_on_an_axis_do_not_touch() -> None:
    """However far a shoulder goes, they stand 16 pixels apart or more."""
    for high in (60.0, 90.0, 180.0):
        axis = ValueAxis(0.0, high, 70.0)
        ticks = axis.ticks(axis.roomy(30.0))
        places = [axis.y(tick) for tick in ticks]
        assert all(one - other >= 16 for one, other in pairwise(places))
        assert len(ticks) > 1


def test_a_limb_with_an_unseen_joint_is_not_drawn_across_it() -> None:
    """A wrist that is seen does not hang at the shoulder."""
    joints = body()
    whole = stick_figures(seen_from(joints), seen_from(joints), 0.5, "both")
    hidden = seen_from(joints, hidden=(L.LEFT_ELBOW,))
    without = stick_figures(hidden, hidden, 0.5, "both")
    assert without.count("<polyline") == whole.count("<polyline") - 2


def test_page_says_what_was_found() -> None:
    """Share, time judged, longest bout, events with their times, and the limits."""
    text = page_of(session()).text
    assert "Slouched for 10 s, that is 40 % of the 25 s that could be judged." in text
    assert "The longest bout, short breaks included, lasted 10 s, from 0:10." in text
    assert "Upper back 20 degrees rounder." in text
    assert "Sit back." in text
    assert "not a medical device" in text


def test_page_says_when_the_video_was_recorded() -> None:
    """A date that is the file's alone may be that of a copy, which is told."""
    shown = facts()
    noon = datetime(2026, 5, 4, 12, 0).astimezone().isoformat()
    stated = replace(shown.info, recorded=noon, recorded_by="video")
    copied = replace(shown.info, recorded=noon, recorded_by="file")
    summary = summarise(clip([upright(0.0), slouched(1.0)]))
    said = "<dt>Recorded</dt><dd>4 May 2026, 12:00"
    assert f"{said}</dd>" in how_measured(replace(shown, info=stated), summary)
    assert f"{said}, by the date of its file</dd>" in how_measured(
        replace(shown, info=copied), summary
    )


def test_name_of_the_video_cannot_break_the_page() -> None:
    """A file may be called anything."""
    page = page_of(session(), name="<script>&.mp4")
    assert "<script>&.mp4" in page.text
    assert "script" not in {tag for tag, _ in page.elements}


def test_damaged_video_is_told_at_the_top() -> None:
    """The reader must know that the clip is not whole before reading any figure."""
    text = page_of(session(), problem="It was cut off.").text
    assert text.index("It was cut off.") < text.index("Slouched for")


def test_bout_is_marked_where_it_was() -> None:
    """A bout from 9.5 to 19.5 s of 30 s is shaded from 32 to 65 % of the width, in every chart."""
    for box in page_of(session()).all("rect", "bout"):
        start, width = float(box["x"] or 0), float(box["width"] or 0)
        assert start == pytest.approx(1000 * 9.5 / 30, abs=1)
        assert width == pytest.approx(1000 * 10 / 30, abs=1)


def test_line_breaks_where_nothing_was_measured() -> None:
    """Five seconds without a verdict leave a gap: two pieces of the course, not one."""
    axis = TimeAxis.of(session())
    flexion = np.array([step.angles.spine_flexion_deg for step in session().steps])
    line = axis.binned(session().times, flexion)
    html = time_chart(axis, ValueAxis(0, 30, 100), line, label="course", step=10)
    assert len(Page(html).all("polyline", "line")) == 2


def test_slow_clip_is_drawn_without_breaks() -> None:
    """Between two frames that are further apart than a column, the earlier one still speaks."""
    replay = clip([upright(0.0), upright(0.1), upright(0.2), upright(2.0), upright(2.1)])
    values = TimeAxis.of(replay).binned(replay.times, np.zeros(5))
    assert np.isfinite(values).all()


def test_column_without_frames_for_long_stays_empty() -> None:
    """Nothing is drawn over a gap for which no frame speaks."""
    replay = clip([*(upright(second) for second in range(5)), upright(60.0)])
    values = TimeAxis.of(replay).binned(replay.times, np.zeros(6))
    assert not np.isfinite(values[3])


@pytest.mark.parametrize("length_s", [0.5, 7, 59, 600, 5000, 30_000, 400_000])
def test_times_under_the_charts_are_few_and_inside(length_s: float) -> None:
    """At most six labels, whatever the length, so that a telephone can show them."""
    axis = TimeAxis(0.0, length_s, np.array([0.0, length_s]), 3.0)
    assert 1 <= len(axis.ticks()) <= 6
    assert all(0 <= tick <= length_s for tick in axis.ticks())


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        ([away(0), away(1)], "Nobody was found"),
        ([unjudged(0), unjudged(1)], "could not be judged"),
        ([upright(0), upright(1)], "No slouching in the 2 s"),
    ],
)
def test_finding_never_says_more_than_was_seen(
    frames: list[tuple[Pose, Step]], sentence: str
) -> None:
    """Nobody, no verdict and no slouching are three different findings."""
    replay = clip(frames)
    assert sentence in finding(summarise(replay))
    assert page_of(replay).text


def test_clip_without_frames_has_a_page() -> None:
    """Nothing to draw is no reason to fail."""
    assert "Nobody was found" in page_of(clip([])).text


def test_most_slouched_moment_is_one_of_the_slouched() -> None:
    """The drawing shows a moment that was called slouched; without any there is no drawing."""
    assert deepest_frame(session()) in range(10, 20)
    assert deepest_frame(clip([upright(0), upright(1)])) is None


def test_the_most_slouched_moment_is_the_roundest() -> None:
    """A score soon says all that it can; the angle goes on."""
    frames = [upright(second) for second in range(5)]
    for second in range(5, 35):
        pose, step = slouched(second, second - 4.5)
        flexion_deg = 30.0 if 20 <= second < 25 else 15.0
        score = 0.98 if 20 <= second < 25 else 0.99
        angles = replace(step.angles, spine_flexion_deg=flexion_deg)
        assessment = replace(step.assessment, slouch_score=score)
        frames.append((pose, replace(step, angles=angles, assessment=assessment)))
    assert deepest_frame(clip(frames)) in range(20, 25)


def test_upright_is_drawn_as_it_was_judged_against() -> None:
    """Of somebody with a profile who sat upright in another seat, that one, and it says so."""
    replay, with_profile = session(), replace(facts(), baseline_source="profile me")
    assert "profile me" in Page(deepest(with_profile, replay)).text
    seat = Baseline(seen_from(body(), 40.0), Angles(view=View.OBLIQUE_LEFT), 5.0, 50)
    there = replace(replay, compared_with=(seat,) * len(replay.steps))
    assert "Upright, taken from this clip" in Page(deepest(with_profile, there)).text
    assert deepest(with_profile, there) != deepest(facts(), replay)
    nowhere = replace(replay, compared_with=(None,) * len(replay.steps))
    assert deepest(with_profile, nowhere) == ""


def test_drawing_leaves_out_what_was_not_seen() -> None:
    """Without elbows and wrists there are no arms: shoulders, neck and head remain."""
    unseen, up = tuple(part for part in L if part >= L.LEFT_ELBOW), (0, -100)
    whole, part = seen_from(body(), shift=up), seen_from(body(), shift=up, hidden=unseen)
    with_arms = Page(stick_figures(whole, whole, 0.5, "drawing"))
    without = Page(stick_figures(part, part, 0.5, "drawing"))
    lines = [sum(tag == "polyline" for tag, _ in page.elements) for page in (with_arms, without)]
    assert lines == [2 * 6, 2 * 2]
    assert "nan" not in stick_figures(whole, part, 0.5, "drawing")


def test_hips_that_a_desk_hides_are_not_drawn() -> None:
    """At the lower edge the pose model guesses them; the trunk is not said to be seen either."""
    high, low = seen_from(body(), shift=(0, -100)), seen_from(body())
    drawn = [Page(stick_figures(pose, pose, 0.5, "drawing")).elements for pose in (high, low)]
    trunks = [sum(tag == "polygon" for tag, _ in elements) for elements in drawn]
    assert trunks == [2, 0]


def test_shoulders_are_drawn_over_time_each_side_beside_the_other() -> None:
    """One chart for each pair that was measured; a side that was not seen has no line."""
    frames = []
    for second in range(20):
        pose, step = upright(second)
        angles = replace(
            step.angles,
            shoulder_elevation_left_cm=1.5 if second >= 10 else 0.0,
            shoulder_elevation_right_cm=0.0,
            shoulder_protraction_cm=1.0,
        )
        frames.append((pose, replace(step, angles=angles)))
    text = report(facts(), clip(frames), summarise(clip(frames)))
    part = text[text.index("Shoulders over time") : text.index("<h2>Events")]
    raised, rounded = part.split("<h3>")[2:4]
    assert "Raised" in raised
    assert raised.count('class="line"') == raised.count('class="line dashed"') == 1
    assert "Rounded" in rounded
    assert 'class="line"' in rounded
    assert 'class="line dashed"' not in rounded
    assert "Upper arms" not in part


def test_angles_that_were_never_measured_are_named_and_not_shown() -> None:
    """A front view cannot measure the trunk: the page says so instead of showing zeros."""
    text = page_of(session()).text
    rest = text[text.index("Not measured (not visible from this camera):") :]
    assert "Trunk inclination" in rest
    assert "Spine flexion" not in rest[: rest.index(".")]


def test_without_an_upright_only_changes_are_missing_for_want_of_it() -> None:
    """An arm that is hidden is hidden; it needs no upright."""
    frames = [unjudged(second) for second in range(5)]
    told = [(pose, replace(step, angles=Angles(shoulder_tilt_deg=1.0))) for pose, step in frames]
    replay, without = clip(told), replace(facts(), baseline=None)
    text = Page(report(without, replay, summarise(replay))).text
    start = text.index("Not measured (no upright to compare with)")
    changes, hidden = text[start:].split("Not measured (not visible from this camera)")[:2]
    assert "Spine flexion" in changes
    assert "Curve of the back" in changes
    assert "Right upper arm" in hidden[: hidden.index(".")]


def test_changed_settings_are_listed() -> None:
    """A figure is only understood with the settings that made it."""
    settings = Settings.model_validate({"slouch": {"sustained_s": 90}})
    assert changed_settings(facts(settings=settings)) == ["slouch.sustained_s = 90.0"]
    assert changed_settings(facts()) == []


def test_value_beyond_the_axis_ends_at_its_border() -> None:
    """One wild frame does not draw over the rest of the page."""
    axis = ValueAxis(0.0, 10.0, 100.0)
    assert axis.y(1000.0) == 0.0
    assert axis.y(-1000.0) == 100.0
    assert not math.isfinite(axis.y(math.nan))
