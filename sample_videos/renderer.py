"""Drawing on the processor or graphics card through OpenGL, one hidden context per process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import moderngl
import numpy as np
from numpy.typing import NDArray

from . import shaders
from .appearance import Appearance
from .body_data import MOVING_BONES, Array, IntArray
from .camera import Camera
from .figure import Figure
from .scene import Light
from .scene_builder import OBJECTS, SceneMesh
from .uniforms import columns, light_clip_matrix, packed, set_light, set_look

VERSION = "#version 330\n"
SHADOW_SIZE = 512


@dataclass
class Drawable:
    """A mesh on the card: its parts by shader for the picture, the whole for its shadow."""

    picture: tuple[Any, ...]
    depth: Any
    buffers: tuple[Any, ...]

    def release(self) -> None:
        for item in (*self.picture, self.depth, *self.buffers):
            item.release()


@dataclass
class SceneDrawable:
    """A scene on the card: the room, drawn once, and the furniture, drawn in every picture."""

    furniture: Drawable
    backdrop: Any

    def release(self) -> None:
        self.furniture.release()
        for attachment in (*self.backdrop.color_attachments, self.backdrop.depth_attachment):
            attachment.release()
        self.backdrop.release()


class Renderer:
    """Draws people and scenes; take the process's own from `shared_renderer`.

    samples: points per pixel that smooth edges; 0 is the quickest, 4 the best.
    """

    def __init__(self, samples: int) -> None:
        self.samples = samples
        self.context = _context()
        bones = shaders.SKINNING.format(rows=3 * len(MOVING_BONES))
        objects = shaders.OBJECT.format(rows=3 * OBJECTS)
        program = self.context.program
        self._person = tuple(
            program(
                vertex_shader=VERSION + bones + shaders.PERSON_VERTEX,
                fragment_shader=VERSION + shaders.LIGHTING + shaders.PERSON_INPUTS + fragment,
            )
            for fragment in (
                shaders.CLOTHES_FRAGMENT,
                shaders.HEAD_FRAGMENT,
                shaders.DETAIL_FRAGMENT,
            )
        )
        self._scene = program(
            vertex_shader=VERSION + objects + shaders.SCENE_VERTEX,
            fragment_shader=VERSION + shaders.LIGHTING + shaders.SCENE_FRAGMENT,
        )
        self._person_depth = program(
            vertex_shader=VERSION + bones + shaders.PERSON_DEPTH,
            fragment_shader=VERSION + shaders.EMPTY_FRAGMENT,
        )
        self._scene_depth = program(
            vertex_shader=VERSION + objects + shaders.SCENE_DEPTH,
            fragment_shader=VERSION + shaders.EMPTY_FRAGMENT,
        )
        self._shadow = self.context.depth_texture((SHADOW_SIZE, SHADOW_SIZE))
        self._shadow.compare_func = "<="
        self._shadow.repeat_x = self._shadow.repeat_y = False
        self._shadow_target = self.context.framebuffer(depth_attachment=self._shadow)
        cells = np.random.default_rng(0).integers(0, 256, 128**2, dtype=np.uint8)
        self._grain = self.context.texture((128, 128), 1, cells.tobytes(), alignment=1)
        self._grain.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._targets: dict[tuple[int, int], tuple[Any, Any]] = {}

    def person(self, figure: Figure) -> Drawable:
        """Put a figure on the card."""
        buffer = self.context.buffer(
            packed(
                figure.positions,
                figure.normals,
                figure.canonical,
                figure.traits,
                figure.bone_weights,
            )
        )
        bones = self.context.buffer(figure.bone_indices.astype(np.uint8).tobytes())
        index = self.context.buffer(figure.shadow_triangles().astype(np.int32).tobytes())
        layout = [
            (buffer, "3f 3f 3f 4f 4f", "position", "normal", "canonical", "traits", "weight"),
            (bones, "4u1", "bone"),
        ]
        parts = [self.context.buffer(part.astype(np.int32).tobytes()) for part in figure.parts()]
        picture = tuple(
            self.context.vertex_array(program, layout, part, skip_errors=True)
            for program, part in zip(self._person, parts, strict=True)
        )
        depth = self.context.vertex_array(
            self._person_depth,
            [(buffer, "3f 40x 4f", "position", "weight"), (bones, "4u1", "bone")],
            index,
        )
        return Drawable(picture, depth, (buffer, bones, index, *parts))

    def scene(self, mesh: SceneMesh, camera: Camera, light: Light) -> SceneDrawable:
        """Put a scene on the card and draw its room, which stands still, once and for all."""
        room = self._scene_part(mesh, mesh.triangles_of(moving=False))
        furniture = self._scene_part(mesh, mesh.triangles_of(moving=True))
        backdrop = self._framebuffer(camera.width, camera.height)
        still = np.zeros((OBJECTS, 3, 4))
        still[:, :, :3] = np.eye(3)
        self._shadow_target.use()
        self._shadow_target.clear(depth=1.0)
        self._begin(backdrop, camera, light)
        self._scene["objects"].write(still.astype(np.float32).tobytes())
        room.picture[0].render()
        room.release()
        return SceneDrawable(furniture, backdrop)

    def draw(
        self,
        camera: Camera,
        light: Light,
        scene: SceneDrawable,
        objects: Array,
        people: list[tuple[Drawable, Appearance, Array]],
    ) -> NDArray[np.uint8]:
        """The picture (height, width, 3), BGR.

        objects: (OBJECTS, 3, 4) placements. people: each with look and skin matrices (B, 3, 4).
        """
        self._draw_shadow(light_clip_matrix(light), scene, objects, people)
        target, resolved = self._target(camera.width, camera.height)
        self.context.copy_framebuffer(target, scene.backdrop)
        self._begin(target, camera, light, clear=False)
        self._scene["objects"].write(objects.astype(np.float32).tobytes())
        scene.furniture.picture[0].render()
        for drawable, look, matrices in people:
            bones = matrices.astype(np.float32).tobytes()
            for part, (program, mesh) in enumerate(
                zip(self._person, drawable.picture, strict=True)
            ):
                set_look(program, look)
                program["bones"].write(bones)
                # The closed skin hides its own back; hair and lashes are seen from both sides.
                if part < 2:
                    self.context.enable(moderngl.CULL_FACE)
                mesh.render()
                self.context.disable(moderngl.CULL_FACE)
        self.context.copy_framebuffer(resolved, target)
        data = np.frombuffer(resolved.read(components=3), dtype=np.uint8)
        rows = data.reshape(camera.height, camera.width, 3)
        return cv2.cvtColor(rows[::-1], cv2.COLOR_RGB2BGR).astype(np.uint8, copy=False)

    def _begin(self, target: Any, camera: Camera, light: Light, clear: bool = True) -> None:
        target.use()
        if clear:
            target.clear(0.6, 0.6, 0.6, 1.0)
        self.context.enable(moderngl.DEPTH_TEST)
        self._shadow.use(0)
        self._grain.use(1)
        light_clip = columns(light_clip_matrix(light))
        for program in (self._scene, *self._person):
            program["clip"].write(columns(camera.clip_matrix))
            program["light_clip"].write(light_clip)
            set_light(program, light, camera)

    def _draw_shadow(
        self,
        light_clip: Array,
        scene: SceneDrawable,
        objects: Array,
        people: list[tuple[Drawable, Appearance, Array]],
    ) -> None:
        self._shadow_target.use()
        self._shadow_target.clear(depth=1.0)
        self.context.enable(moderngl.DEPTH_TEST)
        self._scene_depth["light_clip"].write(columns(light_clip))
        self._scene_depth["objects"].write(objects.astype(np.float32).tobytes())
        scene.furniture.depth.render()
        self._person_depth["light_clip"].write(columns(light_clip))
        for drawable, _, matrices in people:
            self._person_depth["bones"].write(matrices.astype(np.float32).tobytes())
            drawable.depth.render()

    def _scene_part(self, mesh: SceneMesh, triangles: IntArray) -> Drawable:
        buffer = self.context.buffer(packed(mesh.positions, mesh.normals, mesh.colours, mesh.tags))
        index = self.context.buffer(triangles.astype(np.int32).tobytes())
        picture = self.context.vertex_array(
            self._scene,
            [(buffer, "3f 3f 3f 2f", "position", "normal", "colour", "tag")],
            index,
        )
        depth = self.context.vertex_array(
            self._scene_depth, [(buffer, "3f 24x 2f", "position", "tag")], index
        )
        return Drawable((picture,), depth, (buffer, index))

    def _framebuffer(self, width: int, height: int) -> Any:
        size = (width, height)
        return self.context.framebuffer(
            [self.context.renderbuffer(size, 4, samples=self.samples)],
            self.context.depth_renderbuffer(size, samples=self.samples),
        )

    def _target(self, width: int, height: int) -> tuple[Any, Any]:
        if (width, height) not in self._targets:
            resolved = self.context.simple_framebuffer((width, height), 4)
            self._targets[(width, height)] = (self._framebuffer(width, height), resolved)
        return self._targets[(width, height)]


@lru_cache(maxsize=4)
def _renderer_of(_process: int, samples: int) -> Renderer:
    return Renderer(samples)


def shared_renderer(samples: int = 0) -> Renderer:
    """The renderer of this process; a forked child gets its own."""
    return _renderer_of(os.getpid(), samples)


def _context() -> Any:
    without_window: dict[str, Any] = {"backend": "egl"}
    try:
        return moderngl.create_context(standalone=True, **without_window)
    except Exception:  # glcontext raises a bare one where EGL is missing
        return moderngl.create_context(standalone=True)
