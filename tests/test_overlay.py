"""Specification of the picture with skeleton and panel: what is drawn, where, and how readable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from people import HEIGHT, WIDTH, body, seen_from

from posture_cam import column, panel
from posture_cam.column import Column
from posture_cam.landmarks import Landmark as L
from posture_cam.messages import safety_text, say, stretch_text
from posture_cam.observation import State
from posture_cam.overlay import canvas_size, draw, draw_waiting
from posture_cam.panel import (
    BACKGROUND,
    FAINT,
    ORANGE,
    SKY_BLUE,
    SOFT,
    STATE_COLOURS,
    TEXT,
    UNIT_WIDTH,
)
from posture_cam.types import Angles, Assessment, Pose, Step, Strain, View
from posture_cam.typography import Colour, Picture, write
from posture_cam.wording import STRETCHES

NOBODY = Pose.nobody(0.0, WIDTH, HEIGHT)
UPRIGHT = Step(
    1.0,
    Angles(view=View.FRONT, view_deg=0.0, confidence=1.0, spine_flexion_deg=1.0),
    Assessment(0.1, False, 1.0, "about as upright as your baseline"),
    Strain(budget_left=0.9),
)
SLOUCHED = replace(UPRIGHT, assessment=Assessment(0.9, True, 1.0, "rounder"))

# Severity 1.0 of Machado, Oliveira and Fernandes (2009), linear RGB.
COLOUR_BLINDNESS = {
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def noise(width: int = WIDTH, height: int = HEIGHT) -> Picture:
    pixels = np.random.default_rng(1).integers(60, 200, (height, width, 3))
    return pixels.astype(np.uint8)


def linear(colour: Colour) -> NDArray[np.float64]:
    """Linear light, red first."""
    share = np.array(colour[::-1]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of WCAG 2, 1..21."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    light, dark = sorted((float(linear(colour) @ weights) for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour_at(picture: Picture, x: float, y: float) -> Colour:
    blue, green, red = picture[round(y), round(x)]
    return int(blue), int(green), int(red)


@pytest.mark.parametrize(
    "size", [(640, 480), (1920, 1080), (480, 270), (480, 848), (641, 481), (320, 240)]
)
def test_the_canvas_has_the_promised_even_size(size: tuple[int, int]) -> None:
    """Codecs ask for even sizes, and a writer has to know the size before the first frame."""
    width, height = canvas_size(*size)
    assert (width % 2, height % 2) == (0, 0)
    picture = draw(noise(*size), NOBODY, UPRIGHT)
    assert picture.shape == (height, width, 3)
    assert draw_waiting(noise(*size), 0.0, "why").shape == picture.shape


def test_the_picture_stays_as_it_was_beside_the_panel() -> None:
    """The panel never hides the person, and the caller's array is not drawn on."""
    image = noise()
    before = image.copy()
    shown = draw(image, NOBODY, UPRIGHT)
    np.testing.assert_array_equal(shown[:HEIGHT, :WIDTH], before)
    draw(image, seen_from(body()), UPRIGHT)
    np.testing.assert_array_equal(image, before)


def test_a_mirrored_picture_is_mirrored_and_its_panel_is_not() -> None:
    """The person moves as in a mirror while the words stay readable."""
    image = noise()
    plain, mirrored = draw(image, NOBODY, UPRIGHT), draw(image, NOBODY, UPRIGHT, mirrored=True)
    np.testing.assert_array_equal(mirrored[:, :WIDTH], plain[:, :WIDTH][:, ::-1])
    np.testing.assert_array_equal(mirrored[:, WIDTH:], plain[:, WIDTH:])


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("reduction", [1, 2])
def test_the_shoulder_line_lies_on_the_shoulders(mirrored: bool, reduction: int) -> None:
    """Mirrored or not, and on a reduced picture too, it has the colour of the state."""
    pose = seen_from(body())
    image = np.zeros((HEIGHT // reduction, WIDTH // reduction, 3), dtype=np.uint8)
    shown = draw(image, pose, SLOUCHED, mirrored=mirrored)
    left, right = pose.landmarks[L.LEFT_SHOULDER], pose.landmarks[L.RIGHT_SHOULDER]
    x, y = (0.7 * left + 0.3 * right)[:2] / reduction
    x = image.shape[1] - 1 - x if mirrored else x
    top = (shown.shape[0] - image.shape[0]) // 2
    assert colour_at(shown, x, y + top) == ORANGE


def test_limbs_that_were_not_seen_are_not_drawn() -> None:
    """What the pose model only guesses leaves no trace in the picture."""
    arms = (L.LEFT_ELBOW, L.RIGHT_ELBOW, L.LEFT_WRIST, L.RIGHT_WRIST)
    pose = seen_from(body(), hidden=arms)
    image = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    hidden, seen = draw(image, pose, UPRIGHT), draw(image, seen_from(body()), UPRIGHT)
    for arm in arms:
        x, y = pose.landmarks[arm, :2]
        assert colour_at(seen, x, y) != (0, 0, 0)
        assert colour_at(hidden, x, y) == (0, 0, 0)


@pytest.mark.parametrize(("up_px", "drawn"), [(100, True), (0, False)])
def test_no_trunk_is_drawn_down_to_hips_behind_a_desk(up_px: int, drawn: bool) -> None:
    """At the lower edge of the picture the pose model guesses them, and is sure of it."""
    pose = seen_from(body(), shift=(0, -up_px))
    image = np.full((HEIGHT, WIDTH, 3), 120, dtype=np.uint8)
    trunk = pose.landmarks[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP], :2]
    middle = colour_at(draw(image, pose, SLOUCHED), *trunk.mean(axis=0))
    assert (middle != (120, 120, 120)) == drawn


def test_the_edge_of_the_panel_tells_the_state_from_afar() -> None:
    """Out of the corner of the eye, colour is enough."""
    image, pose = noise(), seen_from(body())
    for step, colour in ((UPRIGHT, SKY_BLUE), (SLOUCHED, ORANGE)):
        assert colour_at(draw(image, pose, step), WIDTH, 5) == colour
    finding = draw(image, pose, UPRIGHT, calibrated=False)
    assert colour_at(finding, WIDTH, 5) == STATE_COLOURS[State.FINDING_BASELINE]


def test_an_angle_that_is_not_visible_is_not_shown_as_a_number() -> None:
    """NaN and zero look different; so do a reminder and none."""
    image, pose = noise(), seen_from(body())
    pictures = [
        draw(image, pose, replace(UPRIGHT, angles=replace(UPRIGHT.angles, head_tilt_deg=degrees)))
        for degrees in (np.nan, 0.0, -0.2)
    ]
    assert not np.array_equal(pictures[0], pictures[1])
    np.testing.assert_array_equal(pictures[1], pictures[2], "a rounded -0 must not show its sign")
    reminded = draw(image, pose, UPRIGHT, reminder="Sit back and let the backrest carry you.")
    assert not np.array_equal(reminded, draw(image, pose, UPRIGHT))


def test_waiting_darkens_the_last_picture() -> None:
    """Nobody mistakes the last picture for the present."""
    image = noise()
    waiting = draw_waiting(image, np.nan, "The camera was lost.")
    assert waiting[:HEIGHT, :WIDTH].mean() < 0.3 * image.mean()
    assert draw_waiting(None, np.nan, "No camera.").shape[0] >= HEIGHT


def test_while_waiting_the_reason_is_there_also_beside_a_page() -> None:
    """Whoever reads the warning signs sees why there is no picture, and how to come back."""
    pictures = [
        draw_waiting(None, np.nan, reason, page=page, hint=hint)
        for page in ("", "See a doctor.")
        for reason in ("The camera was lost.", "The stream has ended.")
        for hint in ("", "h: back")
    ]
    assert len({picture.tobytes() for picture in pictures}) == 8


@pytest.mark.parametrize(("reason", "same"), [("lost it", True), ("http://desk is lost", False)])
def test_a_reason_begins_with_a_capital_but_an_address_stays_as_it_is(
    reason: str, same: bool
) -> None:
    """It could not be typed otherwise."""
    here, capital = (
        draw_waiting(None, np.nan, words, page="See a doctor.")
        for words in (reason, reason[0].upper() + reason[1:])
    )
    assert np.array_equal(here, capital) is same


@pytest.mark.parametrize("kind", COLOUR_BLINDNESS)
def test_colour_blind_people_can_tell_the_states_apart(kind: str) -> None:
    """Upright and slouched keep clearly different colours under each kind of colour blindness."""
    seen = [np.array(COLOUR_BLINDNESS[kind]) @ linear(colour) for colour in (SKY_BLUE, ORANGE)]
    assert np.linalg.norm(np.clip(seen[0], 0, 1) - np.clip(seen[1], 0, 1)) > 0.25


@pytest.mark.parametrize(("colour", "least"), [(TEXT, 7.0), (SOFT, 7.0), (FAINT, 4.5)])
def test_text_stands_out_from_its_background(colour: Colour, least: float) -> None:
    """The contrast ratios that WCAG 2 asks for: AAA for what matters, AA for the rest."""
    assert contrast(colour, BACKGROUND) >= least


def test_what_has_built_up_stands_where_a_reminder_may_come() -> None:
    """Break, stillness and load are drawn; a reminder takes their place for its time."""
    image = noise()
    none = Strain(budget_left=0.9)
    strain = replace(none, dose=1.1, sitting_for_s=600.0, still_for_s=60.0)
    plain, much = (draw(image, NOBODY, replace(UPRIGHT, strain=one)) for one in (none, strain))
    assert (plain[375:440, WIDTH:] != much[375:440, WIDTH:]).any()
    np.testing.assert_array_equal(plain[:375], much[:375])
    first, second = (
        draw(image, NOBODY, replace(UPRIGHT, strain=one), reminder="Sit back.")
        for one in (none, strain)
    )
    np.testing.assert_array_equal(first, second)


def test_the_heads_holding_time_is_shown_once_some_is_used() -> None:
    """All of it left is not worth a line."""
    image = noise()
    pictures = [
        draw(image, NOBODY, replace(UPRIGHT, strain=Strain(0.9, head_budget_left=left)))
        for left in (np.nan, 1.0, 0.6)
    ]
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert (pictures[0] != pictures[2]).any()


@pytest.mark.parametrize(
    "size", [(640, 480), (1280, 720), (1920, 1080), (480, 848), (320, 240), (960, 540)]
)
def test_the_page_of_warning_signs_fits_into_the_panel(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line of it is drawn above the hint and the foot, with room between."""
    width, height = size
    baselines: list[float] = []

    def note(canvas: Picture, text: str, x: float, y: float, *more: Any, **style: Any) -> float:
        baselines.append(y)
        return write(canvas, text, x, y, *more, **style)

    monkeypatch.setattr(column, "write", note)
    picture = draw(noise(width, height), NOBODY, UPRIGHT, page=safety_text(), hint="h: back")
    unit = (picture.shape[1] - width) / UNIT_WIDTH
    *_, last_line, hint, _, foot = baselines
    assert hint - last_line > 14 * unit
    assert foot - hint > 14 * unit
    assert picture.shape[0] - foot > 5 * unit


@pytest.mark.parametrize("unit", [0.95, 1.0, 1.5, 2.25])
def test_every_reminder_about_slouching_is_read_to_its_end(
    unit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the third, whose stretch takes most words."""
    written: list[str] = []
    monkeypatch.setattr(Column, "write", lambda _, text, *rest, **style: written.append(text))
    reason = say("reason.flexion", amount=22, duration="45 min")
    for stretch in STRETCHES["standing"]:
        words = say("alert.3", reason=reason, action=stretch_text(stretch.key))
        picture = np.zeros((900, 600, 3), np.uint8)
        panel._reminder(Column(picture, unit, panel.LEFT, panel.RIGHT), words, 0.0)
    assert written
    assert not [line for line in written if line.endswith("…")]
