"""Specification of noticing that somebody else has sat down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from people import bend, body, seen_from
from rooms import room, seen

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.landmarks import Landmark as L
from posture_cam.models import load_networks
from posture_cam.pose import PoseEstimator
from posture_cam.replay import run_engine
from posture_cam.sitter import describe, proportions
from posture_cam.types import SCENE_SHAPE, EventKind, Frame, Pose, Step

if TYPE_CHECKING:
    from sample_videos.session import Session

Look = list[tuple[float, float, float]]
DARK_HAIR_BLUE_SHIRT: Look = [(0.1, 0.1, 0.1), (0.4, 0.5, 0.7), (0.6, 0.3, 0.2)]
"""Blue, green and red of hair, face and clothes; beside the neck is the wall."""
DARK_SKIN_WHITE_SHIRT: Look = [(0.05, 0.05, 0.05), (0.1, 0.14, 0.22), (0.8, 0.8, 0.8)]
DARK_HAIR_WHITE_SHIRT: Look = [(0.1, 0.1, 0.1), (0.4, 0.5, 0.7), (0.8, 0.8, 0.8)]
DARK_FACE_WHITE_SHIRT: Look = [(0.1, 0.1, 0.1), (0.2, 0.3, 0.4), (0.8, 0.8, 0.8)]
FAIR_HAIR_WHITE_SHIRT: Look = [(0.3, 0.5, 0.6), (0.4, 0.5, 0.7), (0.8, 0.8, 0.8)]
LONG_HAIR: Look = [*DARK_HAIR_WHITE_SHIRT, DARK_HAIR_WHITE_SHIRT[0]]
"""It hangs beside the neck, too."""
WALL = 120
"""Its grey."""
EYES = [*range(L.LEFT_EYE_INNER, L.RIGHT_EYE_OUTER + 1)]


def other_body() -> NDArray[np.float64]:
    """Somebody with wider-set eyes, a narrower mouth and broader shoulders."""
    joints = body()
    joints[EYES, 0] *= 1.8
    joints[[L.MOUTH_LEFT, L.MOUTH_RIGHT], 0] *= 0.7
    joints[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 0] *= 1.2
    return joints


def shoulder_width(baseline: Baseline) -> float:
    """In pixels, in the upright posture."""
    left, right = baseline.pose.landmarks[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], :2]
    return float(np.hypot(*(left - right)))


def sitting(
    joints: NDArray[np.float64],
    start_s: float,
    seconds: float,
    look: Look | None = None,
    light: float = 1.0,
) -> Iterator[Pose]:
    """Five poses a second, one of them with colours before a grey wall when `look` gives those."""
    wall = np.full(SCENE_SHAPE, round(WALL * light), dtype=np.uint8)
    for number in range(round(seconds * 5)):
        pose = seen_from(joints, time_s=start_s + number / 5)
        if look is not None and number % 5 == 0:
            beside_neck = [] if len(look) > 3 else [(WALL / 255,) * 3]
            colours = np.array([*look, *beside_neck], dtype=np.float32) * np.float32(light)
            pose = replace(pose, colours=colours, scene=wall)
        yield pose


def empty(start_s: float, seconds: float) -> Iterator[Pose]:
    for number in range(round(seconds * 5)):
        yield Pose.nobody(start_s + number / 5, 640, 480, 0.5)


def run(engine: PostureEngine, *parts: Iterator[Pose]) -> list[Step]:
    return [engine.update(pose) for part in parts for pose in part]


class TestProportions:
    """What is compared."""

    @pytest.mark.parametrize("scale", [0.3, 2.5])
    def test_distance_does_not_matter(self, scale: float) -> None:
        """The same person half as far away has the same proportions."""
        near, far = describe(seen_from(body())), describe(seen_from(body(), scale=scale))
        np.testing.assert_allclose(far, near, atol=1e-4)

    def test_turning_in_space_does_not_matter(self) -> None:
        """Lengths in space do not change with the direction one looks from."""
        views = [seen_from(body(), view).world.astype(float) for view in (0, 40, 90)]
        for world in views[1:]:
            np.testing.assert_allclose(proportions(world), proportions(views[0]), atol=1e-4)


class TestEngine:
    """What follows from it."""

    def calibrated(self) -> PostureEngine:
        baseline = make_baseline(list(sitting(body(), 0, 6)), Settings())
        return PostureEngine(Settings(), load_networks(), baseline)

    def test_the_same_person_comes_back(self) -> None:
        """After an absence, slouched now, the same person is judged as before."""
        bent = bend(body(), -0.3, 25)
        steps = run(self.calibrated(), sitting(body(), 0, 5), empty(5, 60), sitting(bent, 65, 25))
        assert steps[-1].assessment.slouched is not None

    def test_somebody_else_is_not_judged_by_anothers_calibration(self) -> None:
        """Some seconds after they sat down nothing is judged, and why is said."""
        engine = self.calibrated()
        steps = run(engine, sitting(body(), 0, 5), empty(5, 60), sitting(other_body(), 65, 25))
        told = [event.kind for step in steps for event in step.events]
        assert told.count(EventKind.OTHER_PERSON) == 1
        assert steps[-1].assessment.slouched is None
        assert "somebody else" in steps[-1].assessment.reason
        assert steps[-1].strain.sitting_for_s < 15

    def test_a_recording_of_two_people_names_who_was_judged_most(self) -> None:
        """Each frame keeps its own person's upright posture, the clip the longer one's."""
        stream = [*sitting(body(), 0, 50), *empty(50, 60), *sitting(other_body(), 110, 30)]
        replay = run_engine(stream, Settings())
        first, last = replay.baselines[40 * 5], replay.baselines[-1]
        assert first is not None
        assert last is not None
        assert shoulder_width(last) > 1.1 * shoulder_width(first)
        assert replay.baseline is first

    def test_the_calibrated_person_returns(self) -> None:
        """When they sit there again, they are judged again."""
        engine = self.calibrated()
        run(engine, sitting(body(), 0, 5), empty(5, 60), sitting(other_body(), 65, 25))
        steps = run(engine, empty(90, 60), sitting(body(), 150, 25))
        assert steps[-1].assessment.slouched is False

    def test_without_calibration_a_new_baseline_is_found(self) -> None:
        """What was upright for one person is not for the next."""
        engine = PostureEngine(Settings(), load_networks())
        run(engine, sitting(body(), 0, 10), empty(10, 60))
        first = engine.baseline
        steps = run(engine, sitting(other_body(), 70, 40))
        assert engine.baseline is not None
        assert engine.baseline is not first
        assert steps[-1].assessment.slouched is False

    def test_nobody_changes_while_sitting(self) -> None:
        """Without an absence proportions do not speak: a wild detection is no new person."""
        engine = self.calibrated()
        steps = run(engine, sitting(body(), 0, 5), sitting(other_body(), 5, 30))
        assert steps[-1].assessment.slouched is not None
        told = {event.kind for step in steps for event in step.events}
        assert not told & {EventKind.CAMERA_MOVED, EventKind.OTHER_PERSON}


class TestColours:
    """Who returns in other clothes and with other hair or skin is somebody else."""

    @pytest.fixture(autouse=True)
    def calibrated(self) -> None:
        """Somebody with dark hair in a blue shirt, seen for 20 seconds."""
        baseline = make_baseline(list(sitting(body(), 0, 6)), Settings())
        self.engine = PostureEngine(Settings(), load_networks(), baseline)
        run(self.engine, sitting(body(), 0, 20, DARK_HAIR_BLUE_SHIRT))

    def returns(self, look: Look, light: float = 1.0, away_s: float = 60) -> list[Step]:
        """Somebody of the same proportions after an absence, in other light."""
        came = sitting(body(), 20 + away_s, 25, look, light)
        return run(self.engine, empty(20, away_s), came)

    def follows(self, look: Look, shift: tuple[float, float]) -> list[Step]:
        """Somebody of the same proportions from one picture to the next, some pixels aside."""
        poses = list(sitting(body(), 20, 25, look))
        moved = [seen_from(body(), time_s=pose.time_s, shift=shift) for pose in poses]
        return run(
            self.engine,
            iter(
                replace(pose, colours=old.colours, scene=old.scene)
                for pose, old in zip(moved, poses, strict=True)
            ),
        )

    @pytest.mark.parametrize("look", [FAIR_HAIR_WHITE_SHIRT, DARK_SKIN_WHITE_SHIRT, LONG_HAIR])
    @pytest.mark.parametrize("away_s", [4, 60])
    def test_somebody_else_is_noticed_within_ten_seconds(self, look: Look, away_s: float) -> None:
        """Other clothes with other or longer hair or another skin are enough, proportions alike."""
        steps = self.returns(look, away_s=away_s)
        noticed = [step.time_s for step in steps if "somebody else" in step.assessment.reason]
        assert noticed
        assert noticed[0] - 20 - away_s < 10

    def test_a_cut_to_somebody_else_is_noticed(self) -> None:
        """In a video nobody has to leave: from one picture to the next somebody else sits there."""
        steps = self.follows(FAIR_HAIR_WHITE_SHIRT, shift=(60, 0))
        noticed = [step.time_s for step in steps if "somebody else" in step.assessment.reason]
        assert noticed
        assert noticed[0] - 20 < 10

    @pytest.mark.parametrize(("clothes", "noticed"), [(0.8, True), (0.45, False)])
    def test_after_a_cut_clothes_that_differ_much_make_up_for_hair_that_differs_little(
        self, clothes: float, noticed: bool
    ) -> None:
        """White for blue speaks by itself, and hair then needs to speak no louder than usual."""
        greyer: Look = [(0.175,) * 3, DARK_HAIR_BLUE_SHIRT[1], (clothes,) * 3]
        steps = self.follows(greyer, shift=(60, 0))
        assert any("somebody else" in step.assessment.reason for step in steps) is noticed

    def test_who_leapt_and_left_is_known_as_last_seen(self) -> None:
        """Slid down in one leap, hair and clothes look other: that is how the person comes back."""
        greyer: Look = [(0.175,) * 3, DARK_HAIR_BLUE_SHIRT[1], (0.45,) * 3]
        slumped = bend(body(), -0.3, 25)
        leapt, back = sitting(slumped, 20, 8, greyer), sitting(slumped, 32, 15, greyer)
        steps = run(self.engine, leapt, empty(28, 4), back)
        assert all("somebody else" not in step.assessment.reason for step in steps)

    def test_ten_seconds_without_a_calibration_are_enough_to_be_remembered(self) -> None:
        """While the upright posture is still being found the person has been looked at already."""
        engine = PostureEngine(Settings(), load_networks())
        here = sitting(body(), 0, 10, DARK_HAIR_BLUE_SHIRT)
        steps = run(engine, here, empty(10, 15), sitting(body(), 25, 10, FAIR_HAIR_WHITE_SHIRT))
        told = [event.kind for step in steps for event in step.events]
        assert told.count(EventKind.OTHER_PERSON) == 1

    def test_nobody_is_compared_with_who_sat_before_another_camera(self) -> None:
        """A film of two desks: the second person leaves for a moment and is the second person."""

        def before(poses: Iterator[Pose], place: NDArray[np.float64]) -> Iterator[Pose]:
            for pose in poses:
                scene = seen(place, people=(pose,)) if pose.scene is not None else None
                yield replace(pose, scene=scene)

        engine = PostureEngine(Settings(), load_networks())
        steps = run(
            engine,
            before(sitting(body(), 0, 30, DARK_HAIR_BLUE_SHIRT), room(0)),
            before(sitting(body(), 30, 12, FAIR_HAIR_WHITE_SHIRT), room(9)),
            empty(42, 4),
            before(sitting(body(), 46, 15, FAIR_HAIR_WHITE_SHIRT), room(9)),
        )
        told = [event.kind for step in steps for event in step.events]
        assert told.count(EventKind.CAMERA_MOVED) == 1
        assert EventKind.OTHER_PERSON not in told

    def test_nobody_changes_without_a_leap(self) -> None:
        """Who stays where they are is the same, whatever their colours seem to be."""
        assert self.follows(FAIR_HAIR_WHITE_SHIRT, shift=(0, 0))[-1].assessment.slouched is False

    @pytest.mark.parametrize("look", [DARK_HAIR_BLUE_SHIRT, DARK_HAIR_WHITE_SHIRT])
    def test_a_leap_is_no_other_person(self, look: Look) -> None:
        """The same colours elsewhere are the same person, without the jacket too."""
        assert self.follows(look, shift=(60, 0))[-1].assessment.slouched is False

    def test_who_was_taken_for_another_is_recognised_while_sitting(self) -> None:
        """A towel about head and shoulders, put away: no absence is needed to be judged again."""
        steps = self.returns(FAIR_HAIR_WHITE_SHIRT)
        assert "somebody else" in steps[-1].assessment.reason
        steps = run(self.engine, sitting(body(), 105, 25, DARK_HAIR_BLUE_SHIRT))
        assert steps[-1].assessment.slouched is False

    def test_a_jacket_taken_off_is_no_other_person(self) -> None:
        """Other clothes alone say nothing."""
        assert self.returns(DARK_HAIR_WHITE_SHIRT)[-1].assessment.slouched is False

    @pytest.mark.parametrize("has_beard", [False, True])
    def test_a_beard_is_no_other_skin(self, has_beard: bool) -> None:
        """Whose face was dark before, whenever the beard was where the cheek is, is the same."""
        beard = [DARK_HAIR_BLUE_SHIRT[0], DARK_FACE_WHITE_SHIRT[1], DARK_HAIR_BLUE_SHIRT[2]]
        looks = [DARK_HAIR_BLUE_SHIRT, beard if has_beard else DARK_HAIR_BLUE_SHIRT]
        run(self.engine, *(sitting(body(), 20 + at, 1, looks[at % 2]) for at in range(40)))
        steps = run(self.engine, empty(60, 20), sitting(body(), 80, 25, DARK_FACE_WHITE_SHIRT))
        assert ("somebody else" in steps[-1].assessment.reason) is not has_beard

    @pytest.mark.parametrize("light", [0.5, 1.4])
    @pytest.mark.parametrize("look", [DARK_HAIR_BLUE_SHIRT, DARK_HAIR_WHITE_SHIRT])
    def test_the_light_does_not_matter(self, look: Look, light: float) -> None:
        """The same person in darker or brighter light is the same, without the jacket too."""
        assert self.returns(look, light)[-1].assessment.slouched is False

    def test_the_first_person_is_known_again(self) -> None:
        """After somebody else sat here, the first one is judged as before."""
        steps = run(
            self.engine,
            empty(20, 60),
            sitting(body(), 80, 40, FAIR_HAIR_WHITE_SHIRT),
            empty(120, 60),
            sitting(body(), 180, 25, DARK_HAIR_BLUE_SHIRT),
        )
        assert steps[-1].assessment.slouched is False

    def test_a_restored_engine_remembers_colours(self) -> None:
        """Saved during the absence, the engine notices somebody else all the same."""
        run(self.engine, empty(20, 30))
        again = PostureEngine(Settings(), load_networks())
        again.restore(self.engine.state())
        steps = run(again, empty(50, 30), sitting(body(), 80, 12, FAIR_HAIR_WHITE_SHIRT))
        assert "somebody else" in steps[-1].assessment.reason


class TestRenderedPeople:
    """Whole way, from pictures through the pose model."""

    def test_another_person_at_the_same_desk_is_noticed(self) -> None:
        """Somebody leaves for a quarter of a minute, and somebody else sits down."""
        pytest.importorskip("moderngl")
        from sample_videos.person import Person
        from sample_videos.scene import Scene
        from sample_videos.session import random_session
        from sample_videos.states import state_posture

        random = np.random.default_rng(3)
        first = random_session(700_014)
        other = Person.random(np.random.default_rng([750_014, 0]))
        room = Scene(other.workplace, first.camera, first.seed)
        second = replace(first, person=other, scene=room)

        def picture(session: Session, state: str) -> NDArray[np.uint8]:
            change = state_posture(state, 0.3, random)
            return session.render(session.person.with_change(change)).image

        script = [(picture(first, "upright"), 20), (picture(first, "away"), 15)]
        script += [(picture(second, "upright"), 5), (picture(second, "looking_down"), 5)]
        images = [image for image, seconds in script for _ in range(2 * seconds)]
        engine = PostureEngine(Settings(), load_networks())
        with PoseEstimator(people=1) as estimator:
            for number, image in enumerate(images):
                engine.update(estimator.estimate(Frame(number, number / 2, image))[0])
        assert engine.stretch == 1
