"""One person, one camera, one room: `random_session(seed)` and `session.render(posture)`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .body_data import BODY, Array, load_body_data
from .camera import Camera
from .camera_noise import camera_noise
from .hands import HandGoal
from .joints import Joints, joint_places, see_joints
from .person import Person, Posed, chair_place
from .posture import Posture
from .renderer import Drawable, Renderer, SceneDrawable, shared_renderer
from .scene import Scene, object_matrices
from .scene_builder import CUP, PHONE
from .skeleton import frame, rotation, unit
from .truth import true_angles, view_angle

Picture = NDArray[np.uint8]
OnCard = tuple[SceneDrawable, list[Drawable]]
View = Literal["front", "oblique", "side"]

CLIP_SEEDS = range(900_000, 901_000)
"""Seeds of the sample clips' people, cameras and rooms. Never train on them."""
TEST_SEEDS = range(800_000, 900_000)
"""Seeds kept for accuracy tests. Never train on them either."""
TRAINING_SEEDS = range(0, 800_000)
"""Seeds that training may use."""
NEAREST_HALF_HEIGHT = 0.17
"""Metres between the middle and the edge of the picture at the head, at least."""


@dataclass(frozen=True)
class Rendered:
    """image: (height, width, 3) BGR. truth: angles by name and `view_deg`. joints: 33 landmarks."""

    image: Picture
    truth: dict[str, float]
    joints: Joints


@dataclass(frozen=True)
class Session:
    """A person before a camera in a room. Several people may share the room: see `others`."""

    person: Person
    camera: Camera
    scene: Scene
    seed: int
    others: tuple[Person, ...] = ()

    def render(
        self,
        posture: Posture,
        frame_number: int = 0,
        samples: int = 0,
        others: tuple[Posture, ...] = (),
        camera_shift: Array | None = None,
    ) -> Rendered:
        """Draw the person in a posture that includes the own upright (`person.with_change`).

        frame_number: seeds the camera's noise. samples: 0 quick, 4 smooth edges. others: postures
        of `self.others`. camera_shift: metres by which the camera has been moved.
        """
        posed = self.person.pose(posture)
        camera = self.camera if camera_shift is None else self.camera.shaken(camera_shift)
        image = self._draw(posed, camera, samples, others)
        rng = np.random.default_rng([self.seed, frame_number])
        truth = true_angles(self.person, posed)
        truth["view_deg"] = view_angle(posed, camera)
        joints = see_joints(joint_places(posed.skeleton), camera)
        return Rendered(camera_noise(image, self.scene.light, rng), truth, joints)

    def truth(self, posture: Posture) -> dict[str, float]:
        """The exact angles of a posture without drawing it."""
        posed = self.person.pose(posture)
        return {**true_angles(self.person, posed), "view_deg": view_angle(posed, self.camera)}

    def close(self) -> None:
        """Give the graphics memory back; drawing again afterwards is allowed."""
        for scene, figures in self._on_card.values():
            scene.release()
            for figure in figures:
                figure.release()
        self._on_card.clear()

    def _draw(
        self, posed: Posed, camera: Camera, samples: int, others: tuple[Posture, ...]
    ) -> Picture:
        renderer = shared_renderer(samples)
        scene, figures = self._drawables(renderer, camera, samples)
        objects = placements(posed, self.scene)
        people = [(figures[0], self.person.look, posed.skeleton.skin_matrices())]
        for other, figure, posture in zip(self.others, figures[1:], others, strict=False):
            people.append((figure, other.look, other.pose(posture).skeleton.skin_matrices()))
        return renderer.draw(camera, self.scene.light, scene, objects, people)

    @cached_property
    def _on_card(self) -> dict[tuple[int, Camera], OnCard]:
        return {}

    def _drawables(self, renderer: Renderer, camera: Camera, samples: int) -> OnCard:
        key = (samples, camera)
        if key not in self._on_card:
            self.close()
            self._on_card[key] = (
                renderer.scene(self.scene.mesh, camera, self.scene.light),
                [renderer.person(person.figure) for person in (self.person, *self.others)],
            )
        return self._on_card[key]


def random_session(
    seed: int, view: View | None = None, size: tuple[int, int] = (640, 480)
) -> Session:
    """A random person, camera and room, the same for the same arguments.

    view: "front" (-20..20 degrees), "oblique" (20..65 either side), "side" (65..100 either side),
    by default any, front oftenest. size: width and height of the picture in pixels.
    """
    rng = np.random.default_rng([seed, 0])
    person = Person.random(rng)
    camera = random_camera(person, np.random.default_rng([seed, 1]), view, size)
    return Session(person, camera, Scene(person.workplace, camera, seed), seed)


def random_camera(
    person: Person, rng: np.random.Generator, view: View | None, size: tuple[int, int]
) -> Camera:
    """A webcam where people put them: on the desk before the person, or beside and farther off."""
    chosen = view or str(rng.choice(["front", "oblique", "side"], p=[0.45, 0.3, 0.25]))
    sign = 1.0 if rng.random() < 0.5 else -1.0
    azimuth = {
        "front": float(np.clip(rng.normal(0, 9), -20, 20)),
        "oblique": sign * float(rng.uniform(20, 65)),
        "side": sign * float(rng.uniform(65, 100)),
    }[chosen]
    fov = float(rng.uniform(50, 80))
    half_height = np.tan(np.radians(fov / 2)) * size[1] / size[0]
    near = {"front": (0.40, 1.15), "oblique": (0.50, 1.6), "side": (1.1, 3.1)}[chosen]
    # Nobody sits so near that most of the head leaves the picture.
    distance = max(float(rng.uniform(*near)), NEAREST_HALF_HEIGHT / float(half_height))
    height = float(rng.uniform(-0.42, 0.34) if chosen != "side" else rng.uniform(-0.5, 0.37))
    return place_camera(person, azimuth, distance, height, fov, size, rng)


def place_camera(
    person: Person,
    azimuth_deg: float,
    distance: float,
    height: float,
    fov_deg: float,
    size: tuple[int, int] = (640, 480),
    rng: np.random.Generator | None = None,
) -> Camera:
    """A camera `distance` metres from the upright head.

    azimuth_deg: 0 in front, 90 on the person's left. height: metres above the eyes; never below
    the desk's top when the camera stands on the desk. rng: varies aim and roll a little.
    """
    skeleton = person.upright_pose.skeleton
    eyes = 0.5 * (skeleton.place("eye.L") + skeleton.place("eye.R"))
    vary = rng.uniform(-1, 1, 4) if rng is not None else np.zeros(4)
    azimuth = np.radians(azimuth_deg)
    head = np.array([eyes[0], eyes[1], eyes[2] - 0.08])
    at = head + distance * np.array([np.sin(azimuth), 0.0, np.cos(azimuth)])
    desk_top = person.workplace.desk_height + (0.05 if distance < 1.0 else 0.12)
    on_desk_side = at[2] > person.workplace.desk_edge
    at[1] = max(eyes[1] + height, desk_top if on_desk_side else 0.5)
    # Near cameras show head and chest, far ones the whole seated person.
    whole = float(np.clip((distance - 1.0) / 0.8, 0, 1))
    chest = head + np.array([0.0, -0.14 + 0.04 * vary[0], 0.0])
    middle = np.array([0.0, 0.55 * eyes[1] + 0.14, 0.18])
    aim = (1 - whole) * chest + whole * middle
    right = np.array([np.cos(azimuth), 0.0, -np.sin(azimuth)])
    aim = aim + right * 0.07 * distance * vary[1] + np.array([0.0, 0.05 * distance * vary[2], 0.0])
    return Camera(
        (float(at[0]), float(at[1]), float(at[2])),
        (float(aim[0]), float(aim[1]), float(aim[2])),
        fov_deg,
        1.5 * float(vary[3]),
        *size,
    )


def with_other(session: Session, other: Person) -> Session:
    """The same session with one more person in the room."""
    return replace(session, others=(*session.others, other))


def placements(posed: Posed, scene: Scene) -> Array:
    """Where chair, backrest, cup and phone are for a posed person."""
    workplace, posture = scene.workplace, posed.posture
    turn = posture.chair_turn_deg
    shift = chair_place(posture)
    angle = max(
        workplace.backrest_angle_deg + 0.5 * posture.chair_recline_deg,
        _pushed_back(posed, scene, shift, turn),
    )
    matrices = object_matrices(workplace, shift, turn, float(np.clip(angle, 0, 50)))
    for goal, mix, side in (
        (posed.left, posture.left_hand, "L"),
        (posed.right, posture.right_hand, "R"),
    ):
        places = dict(mix)
        if places.get("mouth_cup", 0.0) > 0.2:
            matrices[CUP] = _in_hand(posed, side, goal, np.array([0.0, 1.0, 0.0]), 0.06)
        phone = places.get("phone_low", 0.0) + places.get("phone_desk", 0.0)
        if phone > 0.5 and side == "R":
            matrices[PHONE] = _phone(posed)
    return matrices


def _pushed_back(posed: Posed, scene: Scene, shift: Array, turn: float) -> float:
    """Angle to which the back pushes the backrest, degrees."""
    person = posed.skeleton.body
    back = _back_vertices()
    places = posed.skeleton.skinned(
        person.vertices[back], person.data.bone_indices[back], person.data.bone_weights[back]
    )
    if posed.posture.standing > 0.05:
        return 0.0
    own = (places - shift) @ rotation(1, turn)
    workplace = scene.workplace
    ahead, up = own[:, 2] - workplace.backrest, own[:, 1] - workplace.seat_height
    inside = (up > 0.12) & (up < workplace.backrest_height + 0.05)
    if not inside.any():
        return 0.0
    return float(np.degrees(np.arctan2(-ahead[inside] + 0.012, up[inside])).max())


@lru_cache(maxsize=1)
def _back_vertices() -> NDArray[np.int64]:
    base = load_body_data().vertices[: BODY.stop]
    near = (np.abs(base[:, 0]) < 0.06) & (base[:, 1] > 0.05) & (base[:, 1] < 0.56)
    return np.flatnonzero(near & (base[:, 2] < -0.04))[::4]


def _in_hand(posed: Posed, side: str, goal: HandGoal, up: Array, away: float) -> Array:
    """Placement (3, 4) of a thing held in the palm, standing upright along `up`."""
    skeleton = posed.skeleton
    wrist, knuckle = skeleton.place(f"wrist.{side}"), skeleton.place(f"finger3-1.{side}")
    hand = unit(knuckle - wrist)
    axes = frame(up, hand)
    matrix = np.zeros((3, 4))
    matrix[:, 0], matrix[:, 1], matrix[:, 2] = axes[:, 1], axes[:, 0], axes[:, 2]
    matrix[:, 3] = knuckle + away * goal.palm
    return matrix


def _phone(posed: Posed) -> Array:
    """Placement (3, 4) of a phone between both hands, its screen to the face."""
    skeleton = posed.skeleton
    middle = 0.5 * (skeleton.place("finger2-1.L") + skeleton.place("finger2-1.R"))
    to_face = unit(skeleton.place("head") - middle)
    along = unit(np.array([0.0, 1.0, 0.0]) - to_face[1] * to_face)
    matrix = np.zeros((3, 4))
    matrix[:, 0], matrix[:, 1], matrix[:, 2] = np.cross(to_face, -along), to_face, -along
    matrix[:, 3] = middle + 0.03 * along
    return matrix
