"""Values handed from Python to the shaders."""

from __future__ import annotations

from typing import Any

import numpy as np

from .appearance import PATTERNS, Appearance, Colour
from .body_data import Array
from .camera import Camera
from .figure import HAIR_END
from .scene import Light

SHADOW_REACH = 1.1  # half width in metres of the lit box around the person


def packed(*columns: Array) -> bytes:
    return np.concatenate(columns, axis=1).astype(np.float32).tobytes()


def columns(matrix: Array) -> bytes:
    return matrix.T.astype(np.float32).tobytes()


def _linear(colour: Colour) -> tuple[float, float, float]:
    r, g, b = (value**2.2 for value in colour)
    return r, g, b


def _set(program: Any, values: dict[str, Any]) -> None:
    """Set the uniforms that the compiler has kept in this program."""
    for name, value in values.items():
        if name in program:
            program[name].value = value


def set_light(program: Any, light: Light, camera: Camera) -> None:
    warm = np.array([1.0 + 0.10 * light.warmth, 1.0, 1.0 - 0.14 * light.warmth])
    _set(
        program,
        {
            "eye": camera.position,
            "key_direction": light.key_direction,
            "key_colour": tuple(light.key * warm),
            "fill_colour": tuple(light.fill * warm[::-1]),
            "ambient_colour": tuple(light.ambient * np.array([0.97, 1.0, 1.03])),
            "exposure": light.exposure,
            "shadow": 0,
            "grain": 1,
        },
    )


def set_look(program: Any, look: Appearance) -> None:
    _set(
        program,
        {
            "skin": _linear(look.skin),
            "hair": _linear(look.hair),
            "iris": _linear(look.eyes),
            "shirt": _linear(look.shirt),
            "shirt_second": _linear(look.shirt_second),
            "trousers": _linear(look.trousers),
            "sleeve": look.sleeve,
            "v_neck": look.v_neck,
            "pattern": PATTERNS.index(look.pattern),
            "pattern_scale": look.pattern_scale,
            "beard": look.beard,
            "bald": int(look.hair_style == "bald"),
            "hair_end": HAIR_END.get(look.hair_style, 0.0),
        },
    )


def light_clip_matrix(light: Light) -> Array:
    """Orthographic view from the key light around the seated person, (4, 4)."""
    centre = np.array([0.0, 0.9, 0.1])
    backward = np.array(light.key_direction)
    right = np.cross(np.array([0.0, 1.0, 0.0]), backward)
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(backward, right), backward])
    matrix = np.eye(4)
    matrix[:3, :3] = axes / SHADOW_REACH
    matrix[2, :3] = -axes[2] / (2.5 * SHADOW_REACH)
    matrix[:3, 3] = -matrix[:3, :3] @ centre
    return matrix
