"""Forward kinematics of the moving bones and two-bone reaching of arms and legs.

Every bone's frame at rest is the world's: x to the own left, y up, z forward. So a rotation about
+x bends forward, about +y turns left, about -z leans left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body import Body
from .body_data import Array, IntArray


def rotation(axis: int, degrees: float) -> Array:
    """Right-handed rotation (3, 3) about axis 0 (x), 1 (y) or 2 (z)."""
    angle = np.radians(degrees)
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.eye(3)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


def bend(flexion: float, left: float = 0.0, turn_left: float = 0.0) -> Array:
    """Rotation (3, 3) that flexes forward, then leans and turns to the own left, degrees."""
    turned: Array = rotation(1, turn_left) @ rotation(2, -left) @ rotation(0, flexion)
    return turned


def about(axis: Array, angle: float) -> Array:
    """Rotation (3, 3) about a unit axis by an angle in radians (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: Array = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)
    return turned


def unit(vector: Array) -> Array:
    """The vector at length 1."""
    normed: Array = vector / max(float(np.sqrt(vector @ vector)), 1e-12)
    return normed


def frame(first: Array, second: Array) -> Array:
    """Orthonormal columns: first, the part of second across it, and their cross product."""
    a = unit(first)
    b = unit(second - (second @ a) * a)
    return np.stack([a, b, np.cross(a, b)], axis=1)


def twist_about(turn: Array, axis: Array) -> float:
    """The part of a rotation (3, 3) that turns about `axis`, radians (swing-twist)."""
    vector = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    scalar = 1.0 + float(np.trace(turn))
    return float(2 * np.arctan2(vector @ axis, max(scalar, 1e-9)))


@dataclass
class Skeleton:
    """A posed skeleton: world rotations (B, 3, 3) and joint places (B, 3) of the moving bones."""

    body: Body
    rotations: Array
    places: Array

    @staticmethod
    def at_rest(body: Body) -> Skeleton:
        count = len(body.heads)
        return Skeleton(body, np.tile(np.eye(3), (count, 1, 1)), body.heads.copy())

    def place_root(self, place: Array, turn: Array) -> None:
        """Put the middle of the hips at `place`, turned by `turn`."""
        self.places[0], self.rotations[0] = place, turn

    def turn(self, bone: str, local: Array) -> None:
        """Turn a bone against its parent, which must have been placed."""
        i = self.body.index[bone]
        parent = self.body.data.bone_parents[i]
        self.places[i] = self.places[parent] + self.rotations[parent] @ (
            self.body.heads[i] - self.body.heads[parent]
        )
        self.rotations[i] = self.rotations[parent] @ local

    def follow(self, bone: str) -> None:
        """Let a bone keep its rest pose on its parent."""
        self.turn(bone, _IDENTITY)

    def place(self, bone: str) -> Array:
        """Joint place (3,) of a bone."""
        found: Array = self.places[self.body.index[bone]]
        return found

    def rotation_of(self, bone: str) -> Array:
        """World rotation (3, 3) of a bone."""
        found: Array = self.rotations[self.body.index[bone]]
        return found

    def skin_matrices(self) -> Array:
        """(B, 3, 4) matrices that carry rest vertices to the posed place."""
        shift = self.places - np.einsum("bij,bj->bi", self.rotations, self.body.heads)
        return np.concatenate([self.rotations, shift[:, :, None]], axis=2)

    def skinned(self, vertices: Array, indices: IntArray, weights: Array) -> Array:
        """Posed places (N, 3) of some rest vertices (N, 3) by linear blend skinning."""
        matrices = np.einsum("nk,nkij->nij", weights, self.skin_matrices()[indices])
        posed: Array = np.einsum("nij,nj->ni", matrices[:, :, :3], vertices) + matrices[:, :, 3]
        return posed


_IDENTITY = np.eye(3)


def two_bone_joint(
    start: Array, target: Array, upper: float, lower: float, pole: Array
) -> tuple[Array, Array]:
    """Places of the middle joint and of the end of a two-bone limb that reaches for `target`.

    pole: direction to which the middle joint points. A target out of reach is approached as far as
    98.5 % of the limb's length.
    """
    line = target - start
    distance = float(np.sqrt(line @ line))
    reach = float(np.clip(distance, abs(upper - lower) + 0.02, 0.985 * (upper + lower)))
    direction = unit(line)
    end = start + reach * direction
    along = (upper**2 - lower**2 + reach**2) / (2 * reach)
    aside = np.sqrt(max(upper**2 - along**2, 0.0))
    across = unit(pole - (pole @ direction) * direction)
    return start + along * direction + aside * across, end


def pose_limb(
    skeleton: Skeleton,
    bones: tuple[str, str, str, str, str],
    target: Array,
    pole: Array,
    end_turn: Array,
    hinge_rest: Array | None = None,
) -> None:
    """Reach with a limb: bones are upper 1, upper 2, lower 1, lower 2 and the hand or foot.

    target: world place of wrist or ankle. end_turn: world rotation of the hand or foot.
    hinge_rest: axis of the middle joint at rest, by default across the limb's own bend. The twist
    of the limb is spread over its bones, so that the skin does not wring.
    """
    body = skeleton.body
    upper1, upper2, lower1, lower2, end = bones
    rest_start, rest_middle, rest_end = (body.head_of(b) for b in (upper1, lower1, end))
    skeleton.follow(upper1)
    start = skeleton.place(upper1).copy()
    parent = skeleton.rotation_of(upper1).copy()
    upper_rest, lower_rest = rest_middle - rest_start, rest_end - rest_middle
    middle, reached = two_bone_joint(
        start, target, float(np.linalg.norm(upper_rest)), float(np.linalg.norm(lower_rest)), pole
    )
    if hinge_rest is None:
        hinge_rest = np.cross(upper_rest, lower_rest)
    hinge = np.cross(middle - start, reached - middle)
    upper_turn = frame(middle - start, hinge) @ frame(upper_rest, hinge_rest).T
    lower_turn = frame(reached - middle, hinge) @ frame(lower_rest, hinge_rest).T
    local = parent.T @ upper_turn
    axis = unit(upper_rest)
    back = about(axis, -0.5 * twist_about(local, axis))
    skeleton.turn(upper1, local @ back)
    skeleton.turn(upper2, back.T)
    skeleton.turn(lower1, upper_turn.T @ lower_turn)
    local_end = lower_turn.T @ end_turn
    axis = unit(lower_rest)
    half = about(axis, 0.6 * twist_about(local_end, axis))
    skeleton.turn(lower2, half)
    skeleton.turn(end, half.T @ local_end)
