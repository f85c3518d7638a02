"""What lies around the program: cameras, the screen, notifications, sound."""

from __future__ import annotations

import asyncio
import logging
import platform
import subprocess
from collections.abc import Iterator

from posture_cam.config import LiveSettings, Settings
from posture_cam.doctor.check import Check, Verdict
from posture_cam.errors import PostureCamError
from posture_cam.window_program import COMMAND, no_screen, window_environment

WINDOW_S = 30.0
SERVICE_S = 10.0


def check_cameras(settings: Settings) -> Iterator[Check]:
    """Each camera is opened for a moment; the one that is set must work."""
    from posture_cam.camera import list_cameras
    from posture_cam.sources import is_camera

    cameras = list_cameras()
    wanted = settings.live.source.strip()
    listed = False
    for spec, name in cameras:
        is_wanted = wanted in (spec, f"/dev/video{spec}")
        listed |= is_wanted
        yield _check_camera(spec, name, needed=is_wanted or len(cameras) == 1)
    if is_camera(wanted) and not listed and (cameras or wanted != LiveSettings().source):
        yield _check_camera(wanted, "set as live.source", needed=True)
    elif not cameras:
        yield Check(
            "cameras",
            Verdict.WARNING,
            "no camera was found",
            "Connect one and allow programs to use it, or name a stream or file by"
            " `posture-cam live --source`; `posture-cam analyze` needs none.",
        )


def check_window(settings: Settings) -> Check:
    """Whether a preview window can be opened: one is, without a picture, for a moment."""
    remedy = "Use `posture-cam live --no-preview`, or log in to a graphical desktop."
    if no_screen():
        return _missing("preview window", "there is no display here", remedy, settings.live.preview)
    try:
        window = subprocess.run(
            COMMAND,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=WINDOW_S,
            env=window_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        found = f"no window came within {WINDOW_S:g} s"
        return _missing("preview window", found, remedy, settings.live.preview)
    if "ready" in window.stdout:
        return Check("preview window", Verdict.OK, "a window can be opened")
    reasons = [line.strip() for line in window.stderr.splitlines() if line.strip()]
    found = f"no window can be opened: {reasons[0] if reasons else 'no reason given'}"
    return _missing("preview window", found, remedy, settings.live.preview)


def check_notifications(settings: Settings) -> Check:
    """Whether the desktop's notification service answers; nothing is shown."""
    from posture_cam.notification import check_service

    async def ask() -> None:
        from desktop_notifier import DesktopNotifier

        await asyncio.wait_for(check_service(DesktopNotifier(app_name="posture_cam")), SERVICE_S)

    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
    try:
        asyncio.run(ask())
    except Exception as error:  # D-Bus, Cocoa and WinRT each have errors of their own
        lines = str(error).strip().splitlines() or [type(error).__name__]
        remedy = (
            "Start a notification service (every desktop has one; dunst or mako without a"
            " desktop), or set alert.notify to false."
        )
        found = f"no notification service answers: {lines[0]}"
        return _missing("notifications", found, remedy, settings.alert.notify)
    return Check("notifications", Verdict.OK, "the notification service answers")


def check_sound(settings: Settings) -> Check:
    """Whether there is a program that plays the reminder's sound; nothing is played."""
    if platform.system() == "Windows":
        return Check("sound", Verdict.OK, "played by Windows")
    from posture_cam.sound import find_players

    try:
        command = find_players()[0]
    except PostureCamError as error:
        remedy = (
            "Install pipewire-bin, pulseaudio-utils or alsa-utils, or set alert.sound to false."
        )
        return _missing("sound", str(error), remedy, settings.alert.sound)
    return Check("sound", Verdict.OK, f"played by {command[0]}")


def _check_camera(spec: str, name: str, *, needed: bool) -> Check:
    from posture_cam.sources import open_source

    try:
        with open_source(spec) as source:
            info = source.info
    except PostureCamError as error:
        verdict = Verdict.FAILURE if needed else Verdict.WARNING
        remedy = "Close other programs that use it; unplug it and plug it in again."
        return Check("cameras", verdict, f"{spec} ({name}): {error}", remedy)
    rate = f" at {info.fps:g} pictures a second" if info.fps > 0 else ""
    return Check("cameras", Verdict.OK, f"{spec} ({name}): {info.width} x {info.height}{rate}")


def _missing(name: str, found: str, remedy: str, wanted: bool) -> Check:
    """A convenience that is not there: a warning for those who want it."""
    if wanted:
        return Check(name, Verdict.WARNING, found, remedy)
    return Check(name, Verdict.OK, f"{found}, and your settings do not ask for it")
