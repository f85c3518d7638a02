"""Draws people whose colours come from textures, in the rooms and the light of the generator."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import moderngl
import numpy as np

from . import shaders
from .body_data import MOVING_BONES
from .renderer import VERSION, Drawable, Renderer
from .uniforms import packed
from .wardrobe import Piece

VERTEX = """
in vec3 position; in vec3 normal; in vec2 point; in uvec4 bone; in vec4 weight;
uniform mat4 clip; uniform mat4 light_clip;
out vec3 world; out vec3 facing; out vec2 place; out vec4 in_light;
void main() {
    world = skinned(vec4(position, 1.0), bone, weight);
    facing = skinned(vec4(normal, 0.0), bone, weight);
    place = point;
    in_light = light_clip * vec4(world, 1.0);
    gl_Position = clip * vec4(world, 1.0);
}
"""
FRAGMENT = """
in vec3 world; in vec3 facing; in vec2 place; in vec4 in_light;
uniform sampler2D paint; uniform vec3 tint; uniform float gloss;
void main() {
    vec4 c = texture(paint, place);
    if (c.a < 0.4) discard;  // between strands of hair
    picture = lit(linear(c.rgb) * tint, facing, world, in_light, gloss, 0.15);
}
"""
PAINT_UNIT = 2
"""Of the card's texture units; the renderer's own uses the first two."""


class Pieces:
    """The pieces of a person on the card, drawn one after the other."""

    def __init__(self, program: Any, parts: Sequence[tuple[Any, Any, Piece]]) -> None:
        self._program, self._parts = program, parts

    def render(self) -> None:
        """Draw all, from both sides: clothes and hair have no thickness."""
        self._program.ctx.disable(moderngl.CULL_FACE)
        self._program["paint"].value = PAINT_UNIT
        for mesh, texture, piece in self._parts:
            texture.use(PAINT_UNIT)
            self._program["tint"].value = piece.tint
            self._program["gloss"].value = piece.gloss
            mesh.render()

    def release(self) -> None:
        """Give the memory back."""
        for mesh, texture, _ in self._parts:
            mesh.release()
            texture.release()


class Shadows:
    """The same pieces as their shadow needs them."""

    def __init__(self, meshes: Sequence[Any]) -> None:
        self._meshes = meshes

    def render(self) -> None:
        """Draw all."""
        for mesh in self._meshes:
            mesh.render()

    def release(self) -> None:
        """Give the memory back."""
        for mesh in self._meshes:
            mesh.release()


class DressedRenderer(Renderer):
    """Draws pieces with textures where the other one colours figures."""

    def __init__(self, samples: int) -> None:
        super().__init__(samples)
        bones = shaders.SKINNING.format(rows=3 * len(MOVING_BONES))
        program = self.context.program(
            vertex_shader=VERSION + bones + VERTEX,
            fragment_shader=VERSION + shaders.LIGHTING + FRAGMENT,
        )
        self._person = (program,)

    def dressed(self, pieces: Sequence[Piece]) -> Drawable:
        """Put a person's pieces on the card."""
        parts, shadows, buffers = [], [], []
        for piece in pieces:
            columns = (piece.positions, piece.normals, piece.points, piece.bone_weights)
            buffer = self.context.buffer(packed(*columns))
            bones = self.context.buffer(piece.bone_indices.astype(np.uint8).tobytes())
            index = self.context.buffer(piece.triangles.astype(np.int32).tobytes())
            buffers += [buffer, bones, index]
            layout = [
                (buffer, "3f 3f 2f 4f", "position", "normal", "point", "weight"),
                (bones, "4u1", "bone"),
            ]
            mesh = self.context.vertex_array(self._person[0], layout, index)
            parts.append((mesh, self._texture(piece), piece))
            shadow_layout = [
                (buffer, "3f 20x 4f", "position", "weight"),
                (bones, "4u1", "bone"),
            ]
            shadows.append(self.context.vertex_array(self._person_depth, shadow_layout, index))
        return Drawable((Pieces(self._person[0], parts),), Shadows(shadows), tuple(buffers))

    def _texture(self, piece: Piece) -> Any:
        height, width = piece.texture.shape[:2]
        texture = self.context.texture((width, height), 4, piece.texture.tobytes())
        texture.build_mipmaps()
        return texture


@lru_cache(maxsize=4)
def _renderer_of(_process: int, samples: int) -> DressedRenderer:
    return DressedRenderer(samples)


def dressed_renderer(samples: int = 0) -> DressedRenderer:
    """The renderer of this process; a forked child gets its own."""
    return _renderer_of(os.getpid(), samples)
