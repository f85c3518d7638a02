"""The picture with the skeleton drawn on it and a panel of measurements beside it.

`posture-cam live` shows it in its window, `posture-cam analyze --annotate` writes it to a video.
The panel stands beside the picture, so that it never hides the person. Nothing is drawn where
nothing was seen: limbs that the pose model only guesses are left out.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import midpoint, shown_points
from posture_cam.back_curve_drawing import SUBPIXEL_BITS, draw_back, place
from posture_cam.baseline import Baseline
from posture_cam.landmarks import SKELETON, Landmark
from posture_cam.observation import State, state_of
from posture_cam.panel import BACKGROUND, STATE_COLOURS, draw_panel, panel_size
from posture_cam.types import Angles, Assessment, Pose, Step, View
from posture_cam.typography import Colour, Picture

LIMB: Colour = (235, 235, 235)
HALO: Colour = (30, 30, 30)
"""A dark edge keeps the lines readable on a bright picture."""
LIMBS = [line for line in SKELETON if line != (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER)]
WITHOUT_DOTS = {*range(Landmark.RIGHT_EYE_OUTER + 1)}
"""The face keeps only its lines, without dots."""


def draw(
    image: Picture,
    pose: Pose,
    step: Step,
    *,
    calibrated: bool = True,
    min_visibility: float = 0.5,
    mirrored: bool = False,
    baseline: Baseline | None = None,
    headline: str = "",
    note: str = "",
    reminder: str = "",
    hint: str = "",
    page: str = "",
) -> Picture:
    """A new picture: image, skeleton and panel.

    image: (height, width, 3) uint8 BGR; it is not changed.
    calibrated: False while the upright posture is still being found.
    min_visibility: landmarks seen with less than this (0..1) are not drawn.
    mirrored: show the person as a mirror would; the text stays readable.
    baseline: the upright posture, with which the curve of the back is compared.
    headline, note: words in place of the state and of the verdict's reason.
    reminder: what is being said to the person, empty for nothing.
    hint: a short line at the foot of the panel. page: text in place of all measurements.
    Returns (H, W, 3) uint8 BGR of the size that `canvas_size` gives.
    """
    # Lines are drawn on a contiguous copy: OpenCV refuses a reversed view.
    picture: Picture = np.asarray(cv2.flip(image, 1) if mirrored else image.copy(), dtype=np.uint8)
    state = state_of(pose, step, calibrated)
    if pose.present:
        draw_skeleton(picture, pose, step, STATE_COLOURS[state], min_visibility, mirrored)
        if baseline is not None:
            draw_back(picture, pose, step.angles, baseline, mirrored=mirrored)
    words = {"headline": headline, "note": note, "reminder": reminder, "hint": hint, "page": page}
    return _compose(picture, state, step, **words)


def draw_waiting(
    image: Picture | None,
    time_s: float,
    reason: str,
    *,
    mirrored: bool = False,
    hint: str = "",
    page: str = "",
) -> Picture:
    """A new picture for a time without pictures: the last image, darkened, and why.

    image: (height, width, 3) uint8 BGR, None when there has not been any. The result has the size
    that `draw` gives. hint: a short line at the foot of the panel. page: text in place of the
    reason, which then stands, as far as it fits, under the headline.
    """
    if image is None:
        image = np.zeros((480, 640, 3), dtype=np.uint8)
    dark = (image >> 2).astype(np.uint8)
    unknown = Step(time_s, Angles(), Assessment())
    picture = dark[:, ::-1] if mirrored else dark
    note = reason if page else ""
    return _compose(picture, State.NO_PICTURE, unknown, note=note, hint=hint, page=page or reason)


def canvas_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) in pixels of what `draw` makes of a picture; both are even, as codecs ask."""
    panel_width, least_height = panel_size(width, height)
    canvas_height = max(height, least_height)
    return (width + panel_width + 1) // 2 * 2, (canvas_height + 1) // 2 * 2


def _compose(picture: Picture, state: State, step: Step, **words: str) -> Picture:
    """Picture, centred on bars where it is lower than the panel, and the panel to its right."""
    height, width = picture.shape[:2]
    canvas_width, canvas_height = canvas_size(width, height)
    canvas: Picture = np.empty((canvas_height, canvas_width, 3), dtype=np.uint8)
    top = (canvas_height - height) // 2
    canvas[:top, :width] = canvas[top + height :, :width] = BACKGROUND
    canvas[top : top + height, :width] = picture
    draw_panel(canvas[:, width:], state, step, **words)
    return canvas


def draw_skeleton(
    picture: Picture,
    pose: Pose,
    step: Step,
    colour: Colour,
    min_visibility: float,
    mirrored: bool,
) -> None:
    """Draw limbs in white and the line of the back and the shoulders in `colour`, in place."""
    points = place(shown_points(pose, min_visibility), pose, picture, mirrored)
    thickness = max(round(min(picture.shape[:2]) / 240), 2)
    shoulders = (points[Landmark.LEFT_SHOULDER], points[Landmark.RIGHT_SHOULDER])
    limbs = [(points[first], points[second]) for first, second in LIMBS]
    back = _line_of_the_back(points, step.angles)
    for lines, shade, extra in ((limbs, LIMB, 0), ((shoulders, *back), colour, thickness)):
        visible = [line for line in lines if np.isfinite(line).all()]
        for first, second in visible:
            _line(picture, first, second, HALO, thickness + extra + 2)
        for first, second in visible:
            _line(picture, first, second, shade, thickness + extra)
    for point in _joints(points):
        _dot(picture, point, HALO, thickness + 2)
        _dot(picture, point, LIMB, thickness + 1)


def _joints(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 2) ends of the lines that are drawn."""
    drawn = {joint for line in SKELETON if np.isfinite(points[[*line]]).all() for joint in line}
    return points[sorted(drawn - WITHOUT_DOTS)]


def _line_of_the_back(
    points: NDArray[np.float64], angles: Angles
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Hips -> shoulders -> ears; a part whose ends are not seen is NaN.

    From the front the neck ends below the chin, so that no line crosses the face.
    """
    view_deg = angles.view_deg
    hips = midpoint(points, Landmark.LEFT_HIP, Landmark.RIGHT_HIP, view_deg)
    shoulders = midpoint(points, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, view_deg)
    ears = midpoint(points, Landmark.LEFT_EAR, Landmark.RIGHT_EAR, view_deg)
    if angles.view is View.FRONT:
        ears = shoulders + 0.5 * (ears - shoulders)
    return [(hips, shoulders), (shoulders, ears)]


def _line(
    picture: Picture,
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    colour: Colour,
    thickness: int,
) -> None:
    start, end = _subpixel(first), _subpixel(second)
    cv2.line(picture, start, end, colour, thickness, cv2.LINE_AA, SUBPIXEL_BITS)


def _dot(picture: Picture, point: NDArray[np.float64], colour: Colour, radius: int) -> None:
    centre = _subpixel(point)
    fixed_radius = radius << SUBPIXEL_BITS
    cv2.circle(picture, centre, fixed_radius, colour, cv2.FILLED, cv2.LINE_AA, SUBPIXEL_BITS)


def _subpixel(point: NDArray[np.float64]) -> tuple[int, int]:
    """Fixed-point coordinates, so that lines move smoothly."""
    x, y = np.rint(point * (1 << SUBPIXEL_BITS)).astype(int)
    return int(x), int(y)
