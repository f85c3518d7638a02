"""Stand-ins for cameras, since a test machine has none."""

from __future__ import annotations

import time

from videos import Image, numbered

from posture_cam.camera import CameraGrabber
from posture_cam.live_source import LiveSource
from posture_cam.sources import SourceKind


class PacedCapture:
    """Stands in for cv2.VideoCapture, since a test machine has no camera."""

    def __init__(self, pictures: int | None = None, every_s: float = 0.01) -> None:
        self.grabbed = 0
        self.retrieved = 0
        self.released = False
        self._pictures = pictures
        self._every_s = every_s

    def grab(self) -> bool:
        time.sleep(self._every_s)
        self.grabbed += 1
        return self._pictures is None or self.grabbed <= self._pictures

    def retrieve(self) -> tuple[bool, Image]:
        self.retrieved += 1
        return True, numbered((self.grabbed - 1) % 30)

    def release(self) -> None:
        self.released = True


def camera(
    capture: PacedCapture | None = None, *, rate_hz: float = 0, timeout_s: float = 5
) -> LiveSource:
    """A camera source on a stand-in for the device."""
    return LiveSource(
        CameraGrabber(capture or PacedCapture(), "0"),  # type: ignore[arg-type]
        spec="0",
        kind=SourceKind.CAMERA,
        fps=30,
        rate_hz=rate_hz,
        timeout_s=timeout_s,
    )
