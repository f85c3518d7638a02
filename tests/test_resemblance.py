"""Specification of telling people with a profile apart, from one day to another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from people import body, seen_from

from posture_cam.profile_choice import CLEARLY_ALIKE, MOST_UNLIKE
from posture_cam.resemblance import differences, lasting_colours, log_odds_of_another
from posture_cam.types import FIGURE_SHAPE, REGIONS, SCENE_SHAPE, Pose

Colour = tuple[float, float, float]
BROWN: Colour = (0.10, 0.15, 0.22)
FAIR: Colour = (0.35, 0.50, 0.60)
PALE: Colour = (0.45, 0.55, 0.75)
TANNED: Colour = (0.28, 0.38, 0.60)
DARK: Colour = (0.12, 0.17, 0.28)
SLIM, BROAD = 8, 11
"""Half widths of the shoulders, of a figure's 32 pixels across."""
WALL = 120


def somebody(
    hair: Colour = BROWN,
    face: Colour = PALE,
    *,
    clothes: Colour = (0.5, 0.2, 0.1),
    shoulders: int = SLIM,
    light: float | Colour = 1.0,
    wall: int = WALL,
) -> Pose:
    """Who sits upright. light: factors of what the camera shows of them and of the wall."""
    figure = np.zeros(FIGURE_SHAPE, dtype=np.uint8)
    figure[4:12, 12:20] = 255
    figure[12:, 16 - shoulders : 16 + shoulders] = 255
    colours = (np.array([hair, face, clothes, clothes]) * np.array(light)).astype(np.float32)
    scene = np.full(SCENE_SHAPE, round(wall * float(np.mean(light))), dtype=np.uint8)
    pose = seen_from(body())
    return replace(pose, figure=figure, colours=colours, scene=scene)


def test_who_looks_as_in_the_profile_is_clearly_alike() -> None:
    """Nothing differs at all."""
    assert log_odds_of_another(somebody(), somebody()) < CLEARLY_ALIKE


def test_clothes_say_nothing() -> None:
    """On another day everybody wears something else."""
    other = somebody(clothes=(0.1, 0.8, 0.9))
    assert log_odds_of_another(somebody(), other) == log_odds_of_another(somebody(), somebody())


@pytest.mark.parametrize("light", [0.7, 1.3, (0.9, 1.0, 1.1)])
def test_another_light_makes_nobody_another(light: float | Colour) -> None:
    """Brighter, darker or warmer: the same person is still clearly alike."""
    assert log_odds_of_another(somebody(), somebody(light=light)) < CLEARLY_ALIKE


def test_a_lamp_on_the_wall_makes_nobody_another() -> None:
    """It is half again as bright behind the same person."""
    assert log_odds_of_another(somebody(), somebody(wall=180)) < CLEARLY_ALIKE


@pytest.mark.parametrize(
    "other",
    [somebody(hair=FAIR), somebody(face=TANNED), somebody(shoulders=BROAD)],
    ids=["hair", "face", "shoulders"],
)
def test_each_trait_counts_and_none_alone_makes_somebody_another(other: Pose) -> None:
    """Who is dyed, sunburnt or in a thick jacket is less alike and not yet another."""
    alike = log_odds_of_another(somebody(), somebody())
    assert alike + 0.5 < log_odds_of_another(somebody(), other) < MOST_UNLIKE


def test_hair_alone_can_keep_somebody_from_being_clearly_alike() -> None:
    """Where more must speak for a profile, dyed hair is too much."""
    assert log_odds_of_another(somebody(), somebody(hair=FAIR)) > CLEARLY_ALIKE


def test_a_grey_picture_has_no_hues_in_which_people_could_be_alike() -> None:
    """Of two who differ in nothing that it shows less is known than in colour."""
    grey = somebody(hair=(0.2,) * 3, face=(0.6,) * 3)
    seen = differences(grey, grey)
    assert np.isnan([seen.hair_hue, seen.face_hue]).all()
    assert log_odds_of_another(somebody(), somebody()) < log_odds_of_another(grey, grey) < 0


def test_who_differs_in_all_is_another() -> None:
    """Fair instead of brown, dark instead of pale, broad instead of slim."""
    other = somebody(FAIR, DARK, shoulders=BROAD)
    assert log_odds_of_another(somebody(), other) > MOST_UNLIKE


def test_neither_day_comes_first() -> None:
    """Two profiles are as unlike one way as the other."""
    one, other = somebody(), somebody(FAIR, DARK, shoulders=BROAD, light=0.8)
    assert log_odds_of_another(one, other) == pytest.approx(log_odds_of_another(other, one))


def test_what_was_not_seen_says_nothing() -> None:
    """Without colours the silhouette is left, and without both nothing."""
    hidden = replace(somebody(), colours=None)
    assert log_odds_of_another(hidden, somebody(FAIR, DARK)) == pytest.approx(
        log_odds_of_another(hidden, somebody())
    )
    bald = replace(somebody(), colours=np.full((len(REGIONS), 3), np.nan, dtype=np.float32))
    assert log_odds_of_another(replace(bald, figure=None), somebody(FAIR)) == 0


def test_of_colours_a_profile_keeps_the_median_of_hair_and_face() -> None:
    """Not of clothes and neck; a moment in which nothing is seen does not count."""
    looks = [somebody().colours, somebody(FAIR).colours, somebody().colours, None]
    hidden = np.full((len(REGIONS), 3), np.nan, dtype=np.float32)
    kept = lasting_colours([*looks, hidden])
    assert kept is not None
    np.testing.assert_allclose(kept[:2], [BROWN, PALE])
    assert np.isnan(kept[2:]).all()
    assert lasting_colours([None, hidden]) is None
    assert lasting_colours([]) is None
