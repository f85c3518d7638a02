"""A second renderer: the generator's people and rooms in light that is traced (Mitsuba 3).

Lamps, windows and screens shine, light goes from wall to wall, shadows are soft, skin and cloth
reflect as they do by a physical model. Nothing of it was in any training picture. Needs `mitsuba`
and LLVM 16 or newer (`DRJIT_LIBLLVM_PATH` says where it is).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pyoidn
from path_colours import (
    FineMesh,
    clothes_colours,
    detail_colours,
    fine_mesh,
    head_colours,
    is_window,
    scene_colours,
    shown_details,
)

from sample_videos.body_data import Array, IntArray
from sample_videos.camera import FAR, NEAR, Camera
from sample_videos.person import Posed
from sample_videos.posture import Posture
from sample_videos.scene_builder import OBJECTS, ROOM
from sample_videos.session import Picture, Session, placements

VARIANT = "llvm_ad_rgb"
SAMPLES_PER_PIXEL, GUIDE_SAMPLES = 6, 4
"""So few leave noise, which a network removes, guided by the surfaces' colour and direction."""
LONGEST_PATH = 4
"""Light that has been reflected more often is left out."""
LAMP_M, CEILING_LAMP_M = 0.9, (1.2, 0.6)
WINDOW_LIGHT, CEILING_LIGHT, LAMP_LIGHT = 1.5, 5.0, 12.0
"""Radiance of windows and screens, of the ceiling's lamp and of the main one; the exposure, which
adapts as a webcam's does, makes only their ratios count."""
GREY = 0.20
"""Linear brightness that exposure gives to head and shoulders."""


class TracedSession(Session):
    """A session whose pictures are traced."""

    def close(self) -> None:
        """Give the memory back; drawing again afterwards is allowed."""
        super().close()
        self.__dict__.pop("_traced", None)

    def _draw(
        self, posed: Posed, camera: Camera, samples: int, others: tuple[Posture, ...]
    ) -> Picture:
        assert not others, "one person in a traced picture"
        return self._traced.draw(posed, camera)

    @cached_property
    def _traced(self) -> PathTracer:
        return PathTracer(self)


class PathTracer:
    """Room, person and lamps of one session, as a scene of Mitsuba."""

    def __init__(self, session: Session) -> None:
        import mitsuba

        mitsuba.set_variant(VARIANT)
        self._mi = mitsuba
        self._session = session
        figure, look = session.person.figure, session.person.look
        clothes, head, details = figure.parts()
        count = len(figure.positions)
        self._parts: dict[str, FineMesh] = {
            "head": fine_mesh(count, head, 2),
            "clothes": fine_mesh(count, clothes, 1),
            "details": shown_details(figure, fine_mesh(count, details, 2), look),
        }
        colours = {
            "head": head_colours(figure, self._parts["head"], look),
            "clothes": clothes_colours(figure, self._parts["clothes"], look),
            "details": detail_colours(figure, self._parts["details"], look),
        }
        posed = session.person.upright_pose
        meshes = {
            name: self._mesh(name, self._skin(posed, part), part.triangles, colours[name])
            for name, part in self._parts.items()
        }
        self._scene = mitsuba.load_dict(
            {
                "type": "scene",
                "integrator": {"type": "path", "max_depth": LONGEST_PATH},
                "sensor": self._sensor(session.camera),
                **meshes,
                **self._furniture(posed),
                **self._lamps(),
            }
        )
        self._guides = mitsuba.load_dict({"type": "aov", "aovs": "albedo:albedo,normal:sh_normal"})
        self._parameters = mitsuba.traverse(self._scene)
        self._gain = 0.0
        self._drawn = 0

    def draw(self, posed: Posed, camera: Camera) -> Picture:
        """The picture (height, width, 3), BGR, exposed by the first one drawn."""
        assert camera == self._session.camera, "the traced camera stands still"
        for name, part in self._parts.items():
            self._move(name, self._skin(posed, part))
        objects = placements(posed, self._session.scene)
        for number, (name, rest) in self._moving.items():
            turn, shift = objects[number, :, :3], objects[number, :, 3]
            self._move(name, rest @ turn.T + shift)
        self._parameters.update()
        self._drawn += 1
        light = self._light()
        if not self._gain:
            self._gain = GREY * self._session.scene.light.exposure / self._brightness(light, posed)
        exposed = 1 - np.exp(-self._gain * light[:, :, 2::-1])
        return np.round(255 * exposed ** (1 / 2.2)).astype(np.uint8)

    def _light(self) -> Array:
        """Linear picture (height, width, 3), RGB, without the noise of few samples."""
        mi, seed = self._mi, self._drawn
        noisy = np.array(mi.render(self._scene, spp=SAMPLES_PER_PIXEL, seed=seed))
        guides = mi.render(self._scene, integrator=self._guides, spp=GUIDE_SAMPLES, seed=seed)
        albedo, normal = np.split(np.array(guides), 2, axis=2)
        light: Array = pyoidn.denoise(noisy, albedo=albedo, normal=normal, hdr=True)
        return light

    def _brightness(self, light: Array, posed: Posed) -> float:
        """Of head and shoulders, linear."""
        camera, skeleton = self._session.camera, posed.skeleton
        places = np.stack([skeleton.place(bone) for bone in ("head", "spine01", "eye.L", "eye.R")])
        x, y, _ = camera.project(places).T
        reach = 0.1 * camera.focal_px / float(np.linalg.norm(places[0] - camera.position))
        rows = slice(max(int(y.min() - reach), 0), max(int(y.max() + reach), 1))
        columns = slice(max(int(x.min() - reach), 0), max(int(x.max() + reach), 1))
        return float(np.median(light[rows, columns].mean(axis=2)))

    def _skin(self, posed: Posed, part: FineMesh) -> Array:
        figure = self._session.person.figure
        places = posed.skeleton.skinned(figure.positions, figure.bone_indices, figure.bone_weights)
        return part.refined(places)

    def _move(self, name: str, places: Array) -> None:
        self._parameters[f"{name}.vertex_positions"] = self._mi.Float(
            places.astype(np.float32).ravel()
        )

    def _furniture(self, posed: Posed) -> dict[str, Any]:
        """One mesh for each thing that moves as one; windows and screens shine."""
        mesh = self._session.scene.mesh
        colours, objects = scene_colours(mesh), placements(posed, self._session.scene)
        owner = mesh.tags[mesh.triangles[:, 0], 0]
        shining = is_window(mesh, mesh.triangles)
        self._moving: dict[int, tuple[str, Array]] = {}
        found = {}
        for number in range(OBJECTS):
            for shines in (False, True):
                triangles = mesh.triangles[(owner == number) & (shining == shines)]
                if not len(triangles):
                    continue
                used, triangles = np.unique(triangles, return_inverse=True)
                name = f"{'shining' if shines else 'object'}{number}"
                rest = mesh.positions[used]
                places = rest @ objects[number, :, :3].T + objects[number, :, 3]
                found[name] = self._mesh(
                    name, places, triangles.reshape(-1, 3), colours[used], shines, flat=True
                )
                if number != ROOM and not shines:
                    self._moving[number] = (name, rest)
        return found

    def _mesh(
        self,
        name: str,
        places: Array,
        triangles: IntArray,
        colours: Array,
        shines: bool = False,
        flat: bool = False,
    ) -> Any:
        """A mesh of Mitsuba with coloured vertices."""
        mi = self._mi
        properties = mi.Properties()
        if shines:
            mean = [float(value) for value in WINDOW_LIGHT * colours.mean(axis=0)]
            light = {"type": "area", "radiance": {"type": "rgb", "value": mean}}
            properties["emitter"] = mi.load_dict(light)
        properties["bsdf"] = mi.load_dict({"type": "twosided", "nested": surface(name)})
        mesh = mi.Mesh(
            name, len(places), len(triangles), has_vertex_normals=not flat, props=properties
        )
        mesh.add_attribute("vertex_color", 3, colours.astype(np.float32).ravel())
        parameters = mi.traverse(mesh)
        parameters["vertex_positions"] = mi.Float(places.astype(np.float32).ravel())
        parameters["faces"] = mi.UInt32(triangles.astype(np.uint32).ravel())
        parameters.update()
        return mesh

    def _lamps(self) -> dict[str, Any]:
        """One at the ceiling, and the main one where its direction meets the walls."""
        mi, light = self._mi, self._session.scene.light
        low, high = self._room()
        head = self._session.person.upright_pose.skeleton.place("head")
        to_key = np.array(light.key_direction)
        walls = np.where(to_key > 0, high - 0.05, low + 0.05)
        distance = float(np.min((walls - head) / np.where(to_key == 0, 1e-9, to_key)))
        at = head + distance * to_key
        warm = np.array([1.0 + 0.10 * light.warmth, 1.0, 1.0 - 0.14 * light.warmth])
        key = LAMP_LIGHT * light.key * distance**2 * warm / 4
        middle = [float((low[0] + high[0]) / 2), float(high[1] - 0.03), 0.4]
        looking_down = mi.ScalarTransform4f().look_at(
            middle, [middle[0], 0.0, middle[2]], [0.0, 0.0, 1.0]
        )
        to_head = mi.ScalarTransform4f().look_at(at.tolist(), head.tolist(), [0.0, 1.0, 0.1])
        half = [size / 2 for size in CEILING_LAMP_M]
        return {
            "ceiling_lamp": self._lamp(
                looking_down @ mi.ScalarTransform4f().scale([*half, 1.0]),
                CEILING_LIGHT * (light.ambient + light.fill) * np.array([0.97, 1.0, 1.03]),
            ),
            "key_lamp": self._lamp(
                to_head @ mi.ScalarTransform4f().scale([LAMP_M / 2, LAMP_M / 2, 1.0]), key
            ),
        }

    def _lamp(self, place: Any, radiance: Array) -> dict[str, Any]:
        value = [float(channel) for channel in radiance]
        return {
            "type": "rectangle",
            "to_world": place,
            "emitter": {"type": "area", "radiance": {"type": "rgb", "value": value}},
        }

    def _room(self) -> tuple[Array, Array]:
        """Lowest and highest corner (3,) of the room inside its walls, metres."""
        mesh = self._session.scene.mesh
        places = mesh.positions[mesh.tags[:, 0] == ROOM]
        return places.min(axis=0) + 0.02, places.max(axis=0) - 0.02

    def _sensor(self, camera: Camera) -> dict[str, Any]:
        mi = self._mi
        place = np.eye(4)
        right, up, backward = camera.axes
        # Mitsuba's cameras look along +z with x to the left.
        place[:3, 0], place[:3, 1], place[:3, 2] = -right, up, -backward
        place[:3, 3] = camera.position
        return {
            "type": "perspective",
            "fov": camera.fov_deg,
            "fov_axis": "x",
            "near_clip": NEAR,
            "far_clip": FAR,
            "to_world": mi.ScalarTransform4f(place),
            "film": {
                "type": "hdrfilm",
                "width": camera.width,
                "height": camera.height,
                "pixel_format": "rgb",
                "rfilter": {"type": "box"},  # what removes noise expects it independent
            },
            "sampler": {"type": "independent"},
        }


def surface(name: str) -> dict[str, Any]:
    """How a part reflects, by the principled model of Burley (2012)."""
    rough, specular, sheen = {
        "head": (0.45, 0.45, 0.0),
        "clothes": (0.8, 0.2, 0.3),
        "details": (0.3, 0.5, 0.0),
    }.get(name, (0.6, 0.3, 0.0))
    return {
        "type": "principled",
        "base_color": {"type": "mesh_attribute", "name": "vertex_color"},
        "roughness": rough,
        "specular": specular,
        "sheen": sheen,
    }
