"""The panel of measurements that stands beside a picture.

The colours are those of Okabe and Ito, which people with any common colour blindness can tell
apart; a mark of another shape and the words say the same again.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np

from posture_cam.observation import (
    ALL_LEFT,
    HEADLINES,
    VIEW_NAMES,
    State,
    bout_so_far,
    clock,
    deviation,
    explanation,
    plus_minus,
    times_upright,
    why_unmeasured,
)
from posture_cam.types import NAN, Step, Strain
from posture_cam.typography import Colour, Picture, wrap, write

BACKGROUND: Colour = (38, 32, 28)
RULE: Colour = (66, 58, 52)
TEXT: Colour = (240, 238, 236)
SOFT: Colour = (196, 188, 182)
FAINT: Colour = (150, 142, 136)

SKY_BLUE: Colour = (233, 180, 86)
ORANGE: Colour = (0, 159, 230)
GREY: Colour = (160, 160, 160)
STATE_COLOURS = {
    State.UPRIGHT: SKY_BLUE,
    State.SLOUCHED: ORANGE,
    State.UNKNOWN: GREY,
    State.FINDING_BASELINE: GREY,
    State.NOBODY: GREY,
    State.NO_PICTURE: GREY,
}
LOW_BUDGET = 0.25
"""From this share of holding time on the bar takes the colour of slouching."""

ROWS = (
    ("Neck, forward", "neck_inclination_deg", "°"),
    ("Trunk, forward", "trunk_inclination_deg", "°"),
    ("Trunk, to your left", "trunk_lateral_deg", "°"),
    ("Shoulders, left up", "shoulder_tilt_deg", "°"),
    ("Head, left up", "head_tilt_deg", "°"),
    ("Looking down", "head_pitch_deg", "°"),
    ("Head ahead", "head_forward_cm", " cm"),
)

ROW_HEIGHT = 22
SMALL_ROW_HEIGHT = 18
HINT_ABOVE_FOOT = 32
"""Of the hint under a page of text, at unit 1."""
UNIT_WIDTH = 246
UNIT_HEIGHT = 480
"""Of a row of angles and of the panel, in pixels at unit 1, the unit of a 640x480 picture."""
LEAST_UNIT = 0.95
"""Smaller than this the text cannot be read; a smaller picture gets bars above and below."""


def panel_size(width: int, height: int) -> tuple[int, int]:
    """(width, least height) in pixels of the panel for a picture of this size."""
    unit = _unit(width, height)
    return round(UNIT_WIDTH * unit), math.ceil(UNIT_HEIGHT * unit)


def _unit(width: int, height: int) -> float:
    return max(min(height / 480, math.sqrt(width * height / (640 * 480))), LEAST_UNIT)


def draw_panel(
    panel: Picture,
    state: State,
    step: Step,
    *,
    headline: str = "",
    note: str = "",
    reminder: str = "",
    hint: str = "",
    page: str = "",
) -> None:
    """Fill the panel, in place.

    panel: (height, width, 3) uint8 BGR, of the width that `panel_size` gives.
    headline, note: words in place of the state and of the verdict's reason.
    reminder: what is being said to the person, empty for nothing.
    hint: a short line above the foot, where no reminder stands.
    page: text in place of all measurements, one paragraph a line.
    """
    unit = panel.shape[1] / UNIT_WIDTH
    panel[:] = _empty_panel(panel.shape[0], panel.shape[1], STATE_COLOURS[state])
    left, right = 20 * unit, panel.shape[1] - 16 * unit
    words = (headline or HEADLINES[state], note or explanation(state, step))
    y = _headline(panel, state, words, left, right, unit)
    if page:
        _page(panel, page, left, right, y, unit)
        write(panel, hint, left, panel.shape[0] - HINT_ABOVE_FOOT * unit, 11 * unit, FAINT)
    else:
        y = _main_angle(panel, state, step, left, y, unit)
        y = _budget(panel, step, left, right, y, unit)
        y = _angle_rows(panel, state, step, left, right, y, unit)
        if reminder:
            _reminder(panel, reminder, left, right, y, unit)
        else:
            y = _so_far(panel, state, step.strain, left, right, y, unit)
            write(panel, hint, left, y + SMALL_ROW_HEIGHT * unit, 11 * unit, FAINT)
    baseline = panel.shape[0] - 14 * unit
    view = f"View: {VIEW_NAMES[step.angles.view]}"
    write(panel, view, left, baseline, 11 * unit, FAINT)
    write(panel, clock(step.time_s), right, baseline, 11 * unit, FAINT, align="right")


@lru_cache(maxsize=8)
def _empty_panel(height: int, width: int, colour: Colour) -> Picture:
    panel = np.empty((height, width, 3), dtype=np.uint8)
    panel[:] = BACKGROUND
    panel[:, : round(4 * width / UNIT_WIDTH)] = colour
    return panel


def _headline(
    panel: Picture, state: State, texts: tuple[str, str], left: float, right: float, unit: float
) -> float:
    words, sentence = texts
    size = 18 * unit
    room = right - left - 20 * unit
    lines = wrap(words, size, room, 2, bold=True)
    y = 32 * unit
    _mark(panel, state, left + 6 * unit, y - 6.5 * unit, 6 * unit)
    for line in lines:
        write(panel, line, left + 20 * unit, y, size, TEXT, bold=True)
        y += 22 * unit
    y -= 3 * unit
    spare = 3 if len(lines) == 1 else 1
    for line in wrap(_capitalised(sentence), 11 * unit, right - left, spare):
        write(panel, line, left, y, 11 * unit, SOFT)
        y += 15 * unit
    return _rule(panel, left, right, 91 * unit)


def _capitalised(sentence: str) -> str:
    """Beginning with a capital, unless it begins with an address."""
    return sentence if "://" in sentence.split(" ")[0] else sentence[:1].upper() + sentence[1:]


def _main_angle(
    panel: Picture, state: State, step: Step, left: float, y: float, unit: float
) -> float:
    write(panel, "Upper back against your upright", left, y + 20 * unit, 11 * unit, SOFT)
    value = step.angles.spine_flexion_deg
    baseline = y + 54 * unit
    if math.isfinite(value):
        number = f"{plus_minus(value, NAN)}°"
        end = left + write(panel, number, left, baseline, 32 * unit, TEXT, bold=True)
        sd = step.angles.sd.get("spine_flexion_deg", NAN)
        if math.isfinite(sd):
            write(panel, f"± {deviation(sd)}°", end + 8 * unit, baseline, 15 * unit, SOFT)
    else:
        words = why_unmeasured(state, step)
        write(panel, words, left, baseline - 5 * unit, 18 * unit, FAINT)
    return y + 66 * unit


def _budget(panel: Picture, step: Step, left: float, right: float, y: float, unit: float) -> float:
    strain = step.strain
    known = math.isfinite(strain.budget_left)
    share = min(max(strain.budget_left, 0.0), 1.0) if known else 0.0
    write(panel, "Holding time left", left, y + 14 * unit, 11 * unit, SOFT)
    words = f"{100 * share:.0f} %" if known else "-"
    low = known and share <= LOW_BUDGET
    if strain.head_budget_left < ALL_LEFT:
        words += f", head {100 * max(strain.head_budget_left, 0.0):.0f} %"
    number_colour = ORANGE if low or strain.head_budget_left <= LOW_BUDGET else TEXT
    write(panel, words, right, y + 14 * unit, 12 * unit, number_colour, align="right")
    bar = y + 26 * unit
    colour = ORANGE if low else SKY_BLUE
    _bar(panel, left, right, bar, 7 * unit, RULE)
    if share > 0:
        _bar(panel, left, left + max(share * (right - left), 7 * unit), bar, 7 * unit, colour)
    if lasted := bout_so_far(step):
        write(panel, _capitalised(lasted), left, y + 47 * unit, 11.5 * unit, TEXT)
    return _rule(panel, left, right, y + 58 * unit)


def _angle_rows(
    panel: Picture, state: State, step: Step, left: float, right: float, y: float, unit: float
) -> float:
    for number, (label, field, suffix) in enumerate(ROWS):
        baseline = y + (22 + ROW_HEIGHT * number) * unit
        value = getattr(step.angles, field)
        seen = math.isfinite(value)
        words = f"{plus_minus(value, NAN)}{suffix}" if seen else why_unmeasured(state, step)
        write(panel, label, left, baseline, 12 * unit, SOFT if seen else FAINT)
        write(panel, words, right, baseline, 12 * unit, TEXT if seen else FAINT, align="right")
    return y + ROW_HEIGHT * len(ROWS) * unit


def _so_far(
    panel: Picture, state: State, strain: Strain, left: float, right: float, y: float, unit: float
) -> float:
    """What has built up, where a reminder would stand."""
    top = _rule(panel, left, right, y + 9 * unit)
    watching = state is not State.NO_PICTURE
    rows = (
        ("Without a break", clock(strain.sitting_for_s) if watching else "-"),
        ("In this posture", clock(strain.still_for_s) if watching else "-"),
        ("Load so far", times_upright(strain.dose)),
    )
    for number, (label, words) in enumerate(rows):
        baseline = top + (18 + SMALL_ROW_HEIGHT * number) * unit
        write(panel, label, left, baseline, 11 * unit, SOFT)
        write(panel, words, right, baseline, 11.5 * unit, TEXT, align="right")
    return baseline


def _page(panel: Picture, words: str, left: float, right: float, y: float, unit: float) -> None:
    line_height = 14.5 * unit
    y += 5 * unit
    paragraphs = [wrap(one, 11 * unit, right - left, 20) for one in words.splitlines()]
    room = panel.shape[0] - HINT_ABOVE_FOOT * unit - y - line_height  # down to the line of the hint
    spare = room - line_height * sum(len(lines) for lines in paragraphs)
    gap = min(0.35 * line_height, max(0.0, spare / len(paragraphs)))
    for lines in paragraphs:
        for line in lines:
            y += line_height
            write(panel, line, left, y, 11 * unit, TEXT)
        y += gap


def _reminder(panel: Picture, words: str, left: float, right: float, y: float, unit: float) -> None:
    edge, size, line_height = 10 * unit, 11 * unit, 14.5 * unit
    lines = wrap(words, size, right - left - edge, 5)
    if lines[-1].endswith("…"):
        size, line_height = 9.5 * unit, 12 * unit
        lines = wrap(words, size, right - left - edge, 6)
    top = y + 8 * unit
    bottom = top + line_height * len(lines)
    x0, x1 = round(left), round(left + 3 * unit)
    panel[round(top) : round(bottom), x0:x1] = ORANGE
    for number, line in enumerate(lines, start=1):
        write(panel, line, left + edge, top + number * line_height - 3 * unit, size, TEXT)


def _rule(panel: Picture, left: float, right: float, y: float) -> float:
    cv2.line(panel, (round(left), round(y)), (round(right), round(y)), RULE, 1)
    return y


def _bar(
    panel: Picture, left: float, right: float, y: float, height: float, colour: Colour
) -> None:
    """A bar with round ends; y is its middle."""
    radius = height / 2
    start, end = (round(left + radius), round(y)), (round(right - radius), round(y))
    cv2.line(panel, start, end, colour, max(round(height), 1), cv2.LINE_AA)


def _mark(panel: Picture, state: State, x: float, y: float, radius: float) -> None:
    """Disc for upright, triangle for slouched, ring for everything that is not a verdict."""
    colour = STATE_COLOURS[state]
    if state is State.SLOUCHED:
        corners = np.array([[x, y + radius], [x - 1.15 * radius, y - radius],
                            [x + 1.15 * radius, y - radius]])  # fmt: skip
        cv2.fillPoly(panel, [np.rint(corners).astype(np.int32)], colour, cv2.LINE_AA)
        return
    _disc(panel, x, y, radius, colour)
    if state is not State.UPRIGHT:
        _disc(panel, x, y, 0.6 * radius, BACKGROUND)


def _disc(panel: Picture, x: float, y: float, radius: float, colour: Colour) -> None:
    centre = (round(16 * x), round(16 * y))
    cv2.circle(panel, centre, round(16 * radius), colour, cv2.FILLED, cv2.LINE_AA, 4)
