"""The panel of measurements that stands beside a picture.

The colours are those of Okabe and Ito, which people with any common colour blindness can tell
apart; a mark of another shape and the words say the same again.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from posture_cam.column import Column
from posture_cam.observation import (
    HEADLINES,
    VIEW_NAMES,
    State,
    bout_so_far,
    clock,
    deviation,
    explanation,
    holding_time_left,
    plus_minus,
    times_upright,
    why_unmeasured,
)
from posture_cam.types import NAN, Step, Strain
from posture_cam.typography import Colour, Picture

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
LINE_HEIGHT = 14.5
SMALL = 11
HINT_ABOVE_FOOT = 32
"""Of rows and lines, the size of most text, and where the hint stands under a page of it."""
UNIT_WIDTH = 246
UNIT_HEIGHT = 480
LEFT, RIGHT = 20, 230
"""Of the panel and what is written on it. All are in units, pixels beside a 640x480 picture."""
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
    panel[:] = _empty_panel(panel.shape[0], panel.shape[1], STATE_COLOURS[state])
    column = Column(panel, panel.shape[1] / UNIT_WIDTH, LEFT, RIGHT)
    y = _headline(column, state, headline or HEADLINES[state], note or explanation(state, step))
    if page:
        _page(column, page, y)
        column.write(hint, column.height - HINT_ABOVE_FOOT, SMALL, FAINT)
    else:
        y = _main_angle(column, state, step, y)
        y = _budget(column, step, y)
        y = _angle_rows(column, state, step, y)
        if reminder:
            _reminder(column, reminder, y)
        else:
            y = _so_far(column, state, step.strain, y)
            column.write(hint, y + SMALL_ROW_HEIGHT, SMALL, FAINT)
    foot = column.height - 14
    column.write(f"View: {VIEW_NAMES[step.angles.view]}", foot, SMALL, FAINT)
    column.write(clock(step.time_s), foot, SMALL, FAINT, align="right")


@lru_cache(maxsize=8)
def _empty_panel(height: int, width: int, colour: Colour) -> Picture:
    panel = np.empty((height, width, 3), dtype=np.uint8)
    panel[:] = BACKGROUND
    panel[:, : round(4 * width / UNIT_WIDTH)] = colour
    return panel


def _headline(column: Column, state: State, words: str, sentence: str) -> float:
    y = 32.0
    _mark(column, state, LEFT + 6, y - 6.5, 6)
    lines = column.wrap(words, 18, 2, indent=20, bold=True)
    for line in lines:
        column.write(line, y, 18, TEXT, indent=20, bold=True)
        y += 22
    y -= 3
    for line in column.wrap(_capitalised(sentence), SMALL, 3 if len(lines) == 1 else 1):
        column.write(line, y, SMALL, SOFT)
        y += 15
    return _rule(column, 91)


def _capitalised(sentence: str) -> str:
    """Beginning with a capital, unless it begins with an address."""
    return sentence if "://" in sentence.split(" ")[0] else sentence[:1].upper() + sentence[1:]


def _main_angle(column: Column, state: State, step: Step, y: float) -> float:
    column.write("Upper back against your upright", y + 20, SMALL, SOFT)
    value = step.angles.spine_flexion_deg
    if math.isfinite(value):
        end = column.write(f"{plus_minus(value, NAN)}°", y + 54, 32, TEXT, bold=True)
        sd = step.angles.sd.get("spine_flexion_deg", NAN)
        if math.isfinite(sd):
            column.write(f"± {deviation(sd)}°", y + 54, 15, SOFT, indent=end + 8 - LEFT)
    else:
        column.write(why_unmeasured(state, step), y + 49, 18, FAINT)
    return y + 66


def _budget(column: Column, step: Step, y: float) -> float:
    strain = step.strain
    known = math.isfinite(strain.budget_left)
    share = min(max(strain.budget_left, 0.0), 1.0) if known else 0.0
    column.write("Holding time left", y + 14, SMALL, SOFT)
    low = known and share <= LOW_BUDGET
    number_colour = ORANGE if low or strain.head_budget_left <= LOW_BUDGET else TEXT
    column.write(holding_time_left(strain), y + 14, 12, number_colour, align="right")
    column.bar(y + 26, 7, RULE)
    if share > 0:
        column.bar(y + 26, 7, ORANGE if low else SKY_BLUE, share)
    if lasted := bout_so_far(step):
        column.write(_capitalised(lasted), y + 47, 11.5, TEXT)
    return _rule(column, y + 58)


def _angle_rows(column: Column, state: State, step: Step, y: float) -> float:
    for number, (label, field, suffix) in enumerate(ROWS):
        baseline = y + 22 + ROW_HEIGHT * number
        value = getattr(step.angles, field)
        seen = math.isfinite(value)
        words = f"{plus_minus(value, NAN)}{suffix}" if seen else why_unmeasured(state, step)
        column.write(label, baseline, 12, SOFT if seen else FAINT)
        column.write(words, baseline, 12, TEXT if seen else FAINT, align="right")
    return y + ROW_HEIGHT * len(ROWS)


def _so_far(column: Column, state: State, strain: Strain, y: float) -> float:
    """What has built up, where a reminder would stand."""
    top = _rule(column, y + 9)
    watching = state is not State.NO_PICTURE
    rows = (
        ("Without a break", clock(strain.sitting_for_s) if watching else "-"),
        ("In this posture", clock(strain.still_for_s) if watching else "-"),
        ("Load so far", times_upright(strain.dose)),
    )
    for number, (label, words) in enumerate(rows):
        baseline = top + 18 + SMALL_ROW_HEIGHT * number
        column.write(label, baseline, SMALL, SOFT)
        column.write(words, baseline, 11.5, TEXT, align="right")
    return baseline


def _page(column: Column, words: str, y: float) -> None:
    y += 5
    paragraphs = [column.wrap(one, SMALL, 20) for one in words.splitlines()]
    room = column.height - HINT_ABOVE_FOOT - y - LINE_HEIGHT  # down to the line of the hint
    spare = room - LINE_HEIGHT * sum(len(lines) for lines in paragraphs)
    gap = min(0.35 * LINE_HEIGHT, max(0.0, spare / len(paragraphs)))
    for lines in paragraphs:
        for line in lines:
            y += LINE_HEIGHT
            column.write(line, y, SMALL, TEXT)
        y += gap


def _reminder(column: Column, words: str, y: float) -> None:
    size, line_height = float(SMALL), LINE_HEIGHT
    lines = column.wrap(words, size, 5, indent=10)
    if lines[-1].endswith("…"):
        size, line_height = 9.5, 12.0
        lines = column.wrap(words, size, 6, indent=10)
    top = y + 8
    column.edge(top, top + line_height * len(lines), 3, ORANGE)
    for number, line in enumerate(lines, start=1):
        column.write(line, top + number * line_height - 3, size, TEXT, indent=10)


def _rule(column: Column, y: float) -> float:
    column.rule(y, RULE)
    return y


def _mark(column: Column, state: State, x: float, y: float, radius: float) -> None:
    """Disc for upright, triangle for slouched, ring for everything that is not a verdict."""
    colour = STATE_COLOURS[state]
    if state is State.SLOUCHED:
        corners = [
            (x, y + radius),
            (x - 1.15 * radius, y - radius),
            (x + 1.15 * radius, y - radius),
        ]
        column.polygon(corners, colour)
        return
    column.disc(x, y, radius, colour)
    if state is not State.UPRIGHT:
        column.disc(x, y, 0.6 * radius, BACKGROUND)
