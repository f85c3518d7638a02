"""Cameras wherever somebody may put one: close beside, across the room, high on a shelf, any lens.

`session.random_camera` puts a webcam where most people have it. These stand farther away and nearer
than that, from every direction, higher, and have narrower and wider lenses, as phones do; they are
aimed so that the face is in the picture, and nearly always both shoulders.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .camera import Camera
from .person import Person
from .session import place_camera

DISTANCE_M = (0.42, 3.2)
LENS_DEG = (32.0, 105.0)
"""Horizontal fields of view: a phone's longer lens, a wide webcam."""
HALF_HEIGHT_M = (0.25, 1.2)
"""From the middle to the edge of the picture, at the head: a head fills half of it, or a tenth."""
ELEVATION_DEG = (-25.0, 35.0)
LOWEST_M, HIGHEST_M = -0.5, 1.0
"""Of the camera as seen from the eyes, and its height above them."""
ABOVE_M, BELOW_M = 0.16, 0.30
"""Of the picture above and below the middle of the head, at least."""
ASIDE = 0.15
"""Share of the picture's width by which the head may be beside its middle."""
ROLL_DEG = 2.0


def any_camera(
    person: Person, azimuth_deg: float, rng: np.random.Generator, size: tuple[int, int]
) -> Camera:
    """A camera anywhere in one direction, aimed at the upright head and shoulders.

    azimuth_deg: 0 in front, 90 on the person's left. size: width and height in pixels.
    """
    fov_deg = float(np.exp(rng.uniform(*np.log(LENS_DEG))))
    half = float(np.exp(rng.uniform(*np.log(HALF_HEIGHT_M))))
    slope = np.tan(np.radians(fov_deg / 2)) * size[1] / size[0]
    distance = float(np.clip(half / slope, *DISTANCE_M))
    half = max(distance * slope, HALF_HEIGHT_M[0])
    distance = half / slope
    rise = distance * np.tan(np.radians(rng.uniform(*ELEVATION_DEG)))
    height = float(np.clip(rise, LOWEST_M, HIGHEST_M))
    placed = place_camera(person, azimuth_deg, distance, height, fov_deg, size)
    skeleton = person.upright_pose.skeleton
    eyes = 0.5 * (skeleton.place("eye.L") + skeleton.place("eye.R"))
    above = rng.uniform(ABOVE_M, max(ABOVE_M, min(half, 2 * half - BELOW_M)))
    aside = rng.uniform(-ASIDE, ASIDE) * 2 * half * size[0] / size[1]
    azimuth = np.radians(azimuth_deg)
    target = eyes + np.array([aside * np.cos(azimuth), above - half, -aside * np.sin(azimuth)])
    return replace(
        placed,
        target=(float(target[0]), float(target[1]), float(target[2])),
        roll_deg=float(rng.normal(0, ROLL_DEG)),
    )
