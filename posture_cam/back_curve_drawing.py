"""The curve of the back, drawn on the picture: its arch over its chord, and the upright one."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam.back_curve import compare_backs, outline
from posture_cam.baseline import Baseline
from posture_cam.types import Angles, Pose
from posture_cam.typography import Colour, Picture, text_width, write

YELLOW: Colour = (66, 228, 240)
WHITE: Colour = (245, 245, 245)
DARK: Colour = (30, 30, 30)
"""The yellow is of Okabe and Ito's palette, as the colours of the panel are."""
PLATE = 0.62
"""Opacity of the ground behind the words."""
DASHES = 13
SUBPIXEL_BITS = 4

Points = NDArray[np.float64]


def draw_back(
    picture: Picture, pose: Pose, angles: Angles, baseline: Baseline, *, mirrored: bool = False
) -> None:
    """Draw the curve of the back over its chord, in place, where `angles` tell its change.

    The dashed line is the upright curve over the same chord; the figure is the change.
    picture: (height, width, 3) uint8 BGR, already mirrored when `mirrored` says so.
    """
    back = compare_backs(pose.back, baseline.pose.back)
    change, deviation = angles.back_curve_deg, angles.sd.get("back_curve_deg", math.nan)
    if not math.isfinite(change + deviation + back.change_deg):
        return
    unit = min(picture.shape[:2]) / 480
    curve = place(outline(pose, back.now), pose, picture, mirrored)
    before = place(outline(pose, on_chord(back.upright, back.now)), pose, picture, mirrored)
    _line(picture, curve[[0, -1]], WHITE, max(round(unit), 1))
    for dash in np.split(before, DASHES)[::2]:
        _line(picture, dash, DARK, max(round(4 * unit), 3))
        _line(picture, dash, WHITE, max(round(2 * unit), 1))
    _line(picture, curve, DARK, max(round(6 * unit), 4))
    _line(picture, curve, YELLOW, max(round(3 * unit), 2))
    behind = 1.0 if (angles.view_deg > 0) is not mirrored else -1.0
    words = f"back curve {change:+.0f}° ± {deviation:.0f}°".replace("-", "\N{MINUS SIGN}")
    label(picture, words, curve, behind, unit)


def on_chord(depths: Points, other: Points) -> Points:
    """The curve `depths`, moved and tilted so that its ends are those of `other`."""
    offset = other - depths
    return np.asarray(depths + np.linspace(offset[0], offset[-1], len(depths)))


def label(picture: Picture, words: str, curve: Points, behind: float, unit: float) -> None:
    """Words on a dark plate behind the back; where the picture leaves no room there, below it.

    Nothing where the picture is narrower than the words.

    behind: +1 right, -1 left.
    """
    place, gap = curve[len(curve) // 2], 14 * unit
    size, pad = max(13 * unit, 12.0), 6 * unit
    height, width = picture.shape[:2]
    wide, high = text_width(words, size, bold=True) + 2 * pad, size + 2 * pad
    if wide > width or high > height:
        return
    left = place[0] + gap if behind > 0 else place[0] - gap - wide
    left = min(max(left, 4 * unit), width - wide - 4 * unit)
    covers = left < curve[:, 0].max() and left + wide > curve[:, 0].min()
    top = curve[:, 1].max() + gap if covers else place[1] - high / 2
    top = min(max(top, 4 * unit), height - high - 4 * unit)
    rows = slice(round(top), round(top + high))
    columns = slice(round(left), round(left + wide))
    ground = picture[rows, columns]
    ground[:] = ((1 - PLATE) * ground + PLATE * np.array(DARK)).astype(np.uint8)
    write(picture, words, left + pad, top + pad + 0.82 * size, size, YELLOW, bold=True)


def _line(picture: Picture, points: Points, colour: Colour, thickness: int) -> None:
    cv2.polylines(picture, [_fixed(points)], False, colour, thickness, cv2.LINE_AA, SUBPIXEL_BITS)


def _fixed(points: Points) -> NDArray[np.int32]:
    return np.rint(points * (1 << SUBPIXEL_BITS)).astype(np.int32)


def place(points: Points, pose: Pose, picture: Picture, mirrored: bool) -> Points:
    """Points of the pose in pixels of the shown picture, which may be reduced."""
    height, width = picture.shape[:2]
    placed: Points = points * (width / pose.width, height / pose.height)
    if mirrored:
        placed[:, 0] = width - 1 - placed[:, 0]
    return placed
