"""Cameras of this computer, through the operating system's own interface."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam.errors import SourceError
from posture_cam.live_source import SYSTEM, LiveSource
from posture_cam.sources import SourceKind
from posture_cam.types import NAN

INDICES_TRIED = 4


def open_camera(spec: str, *, rate_hz: float, timeout_s: float) -> LiveSource:
    """Open a camera by number ("0") or device ("/dev/video2"). Raises SourceError."""
    _silence_drivers()
    _check_device(spec)
    for backend in platform_backends():
        capture = cv2.VideoCapture(int(spec) if spec.isdecimal() else spec, backend)
        if capture.isOpened():
            break
        capture.release()
    else:
        raise SourceError(_why_closed(spec))
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    fps = capture.get(cv2.CAP_PROP_FPS)
    return LiveSource(
        CameraGrabber(capture, spec),
        spec=spec,
        kind=SourceKind.CAMERA,
        fps=fps if fps > 0 else NAN,
        codec=_codec(capture),
        rate_hz=rate_hz,
        timeout_s=timeout_s,
    )


def try_camera(spec: str) -> None:
    """Open a camera for a moment, whether or not it can be."""
    _silence_drivers()
    cv2.VideoCapture(int(spec) if spec.isdecimal() else spec, platform_backends()[0]).release()


class CameraGrabber:
    """One opened cv2.VideoCapture."""

    def __init__(self, capture: cv2.VideoCapture, spec: str) -> None:
        self._capture = capture
        self._spec = spec
        self._delivered = False

    def grab(self) -> None:
        if not self._capture.grab():
            raise self._failure()

    def retrieve(self) -> NDArray[np.uint8]:
        whole, image = self._capture.retrieve()
        if not whole or image is None:
            raise self._failure()
        self._delivered = True
        if image.ndim == 2:  # infrared and some industrial cameras have no colour
            image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
        return np.asarray(image, dtype=np.uint8)

    def close(self) -> None:
        self._capture.release()

    def _failure(self) -> SourceError:
        if self._delivered:
            return SourceError(
                f"Camera {self._spec} was lost; check its cable, or whether another program took"
                " it."
            )
        return SourceError(
            f"Camera {self._spec} gives no picture; close other programs that use it, or open its"
            " shutter."
        )


def platform_backends() -> tuple[int, ...]:
    """OpenCV's interfaces to this system's cameras, the one to prefer first."""
    if SYSTEM == "Linux":
        return (cv2.CAP_V4L2,)
    if SYSTEM == "Darwin":
        return (cv2.CAP_AVFOUNDATION,)
    if SYSTEM == "Windows":
        # Media Foundation may take half a minute to open a camera.
        return (cv2.CAP_DSHOW, cv2.CAP_MSMF)
    return (cv2.CAP_ANY,)


def list_cameras() -> list[tuple[str, str]]:
    """(spec, name) of the cameras found, without opening them where the system has a list."""
    if SYSTEM == "Linux":
        nodes = Path("/sys/class/video4linux").glob("video*")
        found = [
            (node.name.removeprefix("video"), (node / "name").read_text().strip())
            for node in nodes
            # A webcam has a second node for its metadata, which delivers no pictures.
            if (node / "index").read_text().strip() == "0"
        ]
        return sorted(found, key=lambda camera: int(camera[0]))
    _silence_drivers()
    found = []
    for index in range(INDICES_TRIED):
        capture = cv2.VideoCapture(index, platform_backends()[0])
        if capture.isOpened():
            found.append((str(index), f"camera {index}"))
        capture.release()
    return found


def _silence_drivers() -> None:
    """Their complaints on standard error are told in our own words."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _device_path(spec: str) -> Path | None:
    if not spec.isdecimal():
        return Path(spec)
    return Path(f"/dev/video{spec}") if SYSTEM == "Linux" else None


def _check_device(spec: str) -> None:
    device = _device_path(spec)
    if device is None:
        return
    if not device.exists():
        raise SourceError(
            f"There is no camera {spec} ({device} does not exist); connect one, or pick another"
            " from the list that `posture-cam doctor` prints."
        )
    if not os.access(device, os.R_OK | os.W_OK):
        raise SourceError(
            f"Camera {spec} may not be used by you; join its group with"
            " `sudo usermod -aG video $USER` and log in again."
        )


def _why_closed(spec: str) -> str:
    if SYSTEM == "Darwin":
        advice = "allow it under System Settings, Privacy & Security, Camera, and connect it"
    else:
        advice = "connect it, close other programs that use it, or pick another one"
    return f"Camera {spec} cannot be opened; {advice}. `posture-cam doctor` lists what is there."


def _codec(capture: cv2.VideoCapture) -> str:
    number = int(capture.get(cv2.CAP_PROP_FOURCC))
    letters = bytes(number >> shift & 0xFF for shift in (0, 8, 16, 24)) if number > 0 else b""
    return letters.decode("ascii", errors="ignore").strip("\0 ").lower()
