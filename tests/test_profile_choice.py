"""Specification of choosing the stored profile that fits camera, place and person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from people import body, seen_from
from rooms import room, seen

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import PoseSettings, Settings
from posture_cam.crowd import Crowd
from posture_cam.profile_choice import Candidate, ProfileChooser
from posture_cam.profiles import load_profiles, save_profile
from posture_cam.types import Pose

Colour = tuple[float, float, float]
FAIR: Colour = (0.4, 0.5, 0.7)
ANNA: tuple[Colour, Colour] = (0.1, 0.1, 0.1), FAIR
BEN: tuple[Colour, Colour] = (0.3, 0.5, 0.6), FAIR
SISTER: tuple[Colour, Colour] = (0.16, 0.17, 0.20), FAIR
GUEST: tuple[Colour, Colour] = (0.7, 0.7, 0.7), (0.1, 0.14, 0.22)
"""Hair and face, blue, green and red; all else is alike."""
CLOTHES_AND_NECK: tuple[Colour, Colour] = (0.5, 0.5, 0.5), (0.3, 0.3, 0.3)


def sitting(
    who: tuple[Colour, Colour] = ANNA,
    place: NDArray[np.float64] | None = None,
    *,
    light: float = 1.0,
    view_deg: float = 0.0,
    scale: float = 1.0,
    right: float = 0.0,
) -> Iterator[Pose]:
    """Six seconds before a camera; without a `place` the wall behind is bare.

    light: how bright hair, face and clothes look.
    """
    wall = room(things=0) if place is None else place
    colours = light * np.array([*who, *CLOTHES_AND_NECK], dtype=np.float32)
    for number in range(60):
        pose = seen_from(body(), view_deg, time_s=number / 10, scale=scale)
        if number % 10 == 0:
            scene = seen(wall, right, seed=number, people=(pose,))
            pose = replace(pose, scene=scene, colours=colours)
        yield pose


def learned(poses: Iterator[Pose]) -> Baseline:
    return make_baseline(list(poses), Settings())


def chosen(
    candidates: list[Candidate], poses: Iterator[Pose], preferred: str = "", strict: bool = False
) -> str:
    chooser = ProfileChooser(candidates, preferred, place_needed=strict)
    decisions = [chooser.update(pose) for pose in poses]
    assert decisions.count(True) == (1 if candidates else 0)
    return chooser.chosen.name if chooser.chosen else ""


DESK, KITCHEN = room(), room(5)


def test_the_profile_of_this_place_is_taken() -> None:
    """One person with two cameras: the background tells which it is."""
    profiles = [
        Candidate("desk", learned(sitting(place=DESK))),
        Candidate("kitchen", learned(sitting(place=KITCHEN))),
    ]
    assert chosen(profiles, sitting(place=DESK)) == "desk"
    assert chosen(profiles, sitting(place=KITCHEN)) == "kitchen"
    assert chosen(profiles, sitting(place=room(8))) == ""


def test_the_profile_of_this_person_is_taken() -> None:
    """Two people with one camera: their hair tells who it is, in other light, too."""
    profiles = [
        Candidate("anna", learned(sitting(ANNA, DESK))),
        Candidate("ben", learned(sitting(BEN, DESK))),
    ]
    for light in (0.7, 1.0, 1.3):
        assert chosen(profiles, sitting(ANNA, DESK, light=light)) == "anna"
        assert chosen(profiles, sitting(BEN, DESK, light=light)) == "ben"


def test_a_moved_camera_fits_no_profile() -> None:
    """The same room from a little beside is another setup."""
    profiles = [Candidate("desk", learned(sitting(place=DESK)))]
    assert chosen(profiles, sitting(place=DESK, right=3)) == ""


@pytest.mark.parametrize(("view_deg", "scale"), [(90, 1), (0, 0.5)])
def test_another_view_or_distance_fits_no_profile(view_deg: float, scale: float) -> None:
    """Even before a bare wall a side view is not the front view that was calibrated."""
    profiles = [Candidate("desk", learned(sitting()))]
    assert chosen(profiles, sitting(view_deg=view_deg, scale=scale), "desk") == ""


def test_before_a_bare_wall_the_profile_that_the_settings_name_can_be_taken() -> None:
    """Even of who has dyed their hair; a recording may be of anybody, so there it cannot."""
    profiles = [Candidate("anna", learned(sitting(ANNA)))]
    assert chosen(profiles, sitting(BEN), "anna") == "anna"  # with hair like Ben's
    assert chosen(profiles, sitting(GUEST), "anna") == ""
    assert chosen(profiles, sitting(ANNA), "anna", strict=True) == ""


def test_before_a_bare_wall_another_profile_can_be_taken_of_somebody_clearly_alike() -> None:
    """Of somebody who is only not unlike it may be another camera's."""
    profiles = [Candidate("anna", learned(sitting(ANNA)))]
    assert chosen(profiles, sitting(ANNA)) == "anna"
    assert chosen(profiles, sitting(BEN)) == ""
    assert chosen(profiles, sitting(ANNA), strict=True) == ""


def test_a_profile_without_colours_is_not_thought_unlike() -> None:
    """Anna's is of an earlier version, her sister's shows colours: what both show is compared."""
    anna = learned(sitting(ANNA, DESK))
    old = Candidate("anna", replace(anna, pose=replace(anna.pose, colours=None)))
    sister = Candidate("sister", learned(sitting(SISTER, DESK)))
    assert chosen([Candidate("anna", anna), sister], sitting(ANNA, DESK)) == "anna"
    assert chosen([old, sister], sitting(ANNA, DESK)) == "anna"


def test_who_it_is_counts_more_than_whether_the_place_is_recognised() -> None:
    """Anna calibrated in the dark; in the place that only Ben's profile shows she is still Anna."""
    profiles = [
        Candidate("anna", learned(sitting(ANNA))),
        Candidate("ben", learned(sitting(BEN, DESK))),
    ]
    assert chosen(profiles, sitting(ANNA, DESK)) == "anna"
    assert chosen(profiles, sitting(BEN, DESK)) == "ben"


def test_of_two_profiles_of_one_person_that_of_the_recognised_place_is_taken() -> None:
    """The other may be another camera's."""
    profiles = [
        Candidate("anywhere", learned(sitting(ANNA))),
        Candidate("desk", learned(sitting(ANNA, DESK))),
    ]
    assert chosen(profiles, sitting(ANNA, DESK)) == "desk"


def test_of_equal_profiles_the_named_one_is_taken() -> None:
    """The settings' own profile comes first where several fit."""
    baseline = learned(sitting(place=DESK))
    profiles = [Candidate("a", baseline), Candidate("default", baseline)]
    assert chosen(profiles, sitting(place=DESK), "default") == "default"


def test_without_profiles_nothing_is_decided() -> None:
    """Nobody is told that nothing fits who has stored nothing."""
    assert chosen([], sitting()) == ""


def test_stored_profiles_are_read(tmp_path: Path) -> None:
    """Those of the pose model in use; a damaged one does not hinder the others."""
    settings = Settings()
    save_profile("desk", learned(sitting(place=DESK)), settings, folder=tmp_path)
    lite = Settings(pose=PoseSettings(model="lite"))
    save_profile("old", learned(sitting()), lite, folder=tmp_path)
    (tmp_path / "bad.json").write_text("{")
    assert [profile.name for profile in load_profiles(settings, tmp_path)] == ["desk"]


def at(poses: Iterator[Pose], first_s: float) -> list[Pose]:
    """The same poses from another time on."""
    return [replace(pose, time_s=pose.time_s + first_s) for pose in poses]


def test_a_passer_by_does_not_spoil_the_choice() -> None:
    """Seen for a moment before, minutes before the person sits down."""
    chooser = ProfileChooser([Candidate("me", learned(sitting(place=DESK)))])
    passing = list(sitting(GUEST, DESK, scale=0.3))[:8]
    decisions = [chooser.update(pose) for pose in [*passing, *at(sitting(place=DESK), 300)]]
    assert decisions.count(True) == 1
    assert chooser.chosen is not None
    assert not chooser.newcomer


def test_who_sits_down_after_somebody_unknown_is_recognised() -> None:
    """While no profile fits, it is looked anew after each absence; a chosen one is kept."""
    chooser = ProfileChooser([Candidate("me", learned(sitting(place=DESK)))])
    found = []
    for first_s, who in ((0, GUEST), (60, ANNA), (120, GUEST)):
        decisions = [chooser.update(pose) for pose in at(sitting(who, DESK), first_s)]
        found.append((any(decisions), chooser.chosen and chooser.chosen.name))
    assert found == [(True, None), (True, "me"), (False, "me")]
    assert chooser.newcomer  # what was used up before is not theirs


def test_in_a_clip_too_who_sits_down_after_somebody_unknown_is_recognised() -> None:
    """A colleague tried the chair, 15 seconds later its owner came: the owner's profile holds."""
    clip = [*at(sitting(GUEST, DESK), 0), *at(sitting(place=DESK), 21)]
    crowd = Crowd()
    for pose in clip:
        crowd.update([pose])
    candidates = [Candidate("me", learned(sitting(place=DESK)))]
    found = crowd.choose(None, Settings(), candidates).profile
    assert found is not None
    assert found.name == "me"


def test_a_profile_of_today_is_taken_before_one_of_another_day() -> None:
    """Of the same person before the same camera; also where the settings name the old one."""
    today = learned(sitting(place=DESK))
    old = replace(today, of_another_day=True)
    profiles = [Candidate("default", old), Candidate("today", today)]
    assert chosen(profiles, sitting(place=DESK)) == "today"
    assert chosen(profiles, sitting(place=DESK), preferred="default") == "today"
    assert chosen(profiles[:1], sitting(place=DESK)) == "default"
