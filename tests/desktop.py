"""A real desktop for tests: an X server without a screen, a message bus, a notification daemon."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

PATIENCE_S = 60.0


def need(*programs: str) -> None:
    """Skip the test where one of these programs is not installed."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def wait_until(true: Callable[[], object], what: str) -> None:
    """Return as soon as `true()` is; fail the test when that takes unreasonably long."""
    assert comes_within(PATIENCE_S, true), f"waited in vain: {what}"


def comes_within(seconds: float, true: Callable[[], object]) -> bool:
    """Wait until `true()` is, for so long at most; whether it came."""
    deadline = time.monotonic() + seconds
    while not (came := bool(true())) and time.monotonic() < deadline:
        time.sleep(0.05)
    return came


class Screen:
    """A running X server. `name` is its DISPLAY."""

    def __init__(self, name: str, framebuffer: Path) -> None:
        self.name = name
        self._framebuffer = framebuffer

    def picture(self) -> NDArray[np.uint8]:
        """(height, width, 3) BGR: what the screen shows, read from the server's own XWD file."""
        data = self._framebuffer.read_bytes()
        header = struct.unpack(">25I", data[:100])
        size, width, height, bytes_per_line = header[0], header[4], header[5], header[12]
        colours = header[19]
        pixels = np.frombuffer(data, dtype=np.uint8, offset=size + 12 * colours)
        rows = pixels[: bytes_per_line * height].reshape(height, bytes_per_line)
        return rows[:, : width * 4].reshape(height, width, 4)[:, :, :3].copy()

    def shows_something(self) -> bool:
        """Whether anything but the empty black background is there."""
        return bool(self.picture().any())

    def windows(self) -> list[str]:
        """Ids of the windows of the program under test."""
        return self.do("search", "--onlyvisible", "--name", "posture_cam").split()

    def show_again(self) -> None:
        """Take the program's window off the screen and put it back, as minimising does."""
        for window in self.windows():
            self.do("windowunmap", "--sync", window, "windowmap", "--sync", window)

    def do(self, *command: str) -> str:
        """Let xdotool do something; its output."""
        done = subprocess.run(
            ["xdotool", *command],
            env=os.environ | {"DISPLAY": self.name},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def ask_to_close(self, window: str) -> None:
        """What a window manager does when the close button is pressed (ICCCM 4.2.8.1)."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XInternAtom.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.name.encode()))
        protocols, delete = (
            x11.XInternAtom(display, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
        )
        message = ClientMessage(
            type=33,
            window=int(window),
            message_type=protocols,
            format=32,
            data=(delete, 0, 0, 0, 0),
        )
        x11.XSendEvent(display, ctypes.c_ulong(int(window)), 0, 0, ctypes.byref(message))
        x11.XCloseDisplay(display)


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent, as large as any XEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 12),
    )


@contextmanager
def screen(folder: Path, width: int = 1024, height: int = 640) -> Iterator[Screen]:
    """An X server with one screen, for as long as the block runs."""
    need("Xvfb")
    reading, writing = os.pipe()
    arguments = ["-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24"]
    server = subprocess.Popen(
        ["Xvfb", *arguments, "-fbdir", str(folder), "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as number, ending(server):
        yield Screen(f":{number.readline().strip()}", folder / "Xvfb_screen0")


@contextmanager
def windowed_screen(folder: Path) -> Iterator[Screen]:
    """A screen with a window manager.

    Without one, Qt 5 misses that its window was mapped in one of twelve starts and leaves it black
    until it is mapped again; with one, hardly ever.
    """
    need("Xvfb", "openbox", "xdotool")
    with screen(folder) as desktop:
        manager = subprocess.Popen(
            ["openbox"],
            env=os.environ | {"DISPLAY": desktop.name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with ending(manager):
            wait_until(lambda: desktop.do("get_desktop").strip() == "0", "it manages windows")
            yield desktop


@contextmanager
def message_bus() -> Iterator[str]:
    """A private D-Bus session bus; its address."""
    need("dbus-daemon")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    with ending(daemon):
        yield daemon.stdout.readline().strip()


@contextmanager
def notification_daemon(display: str, bus: str, menu: Path) -> Iterator[dict[str, str]]:
    """dunst on that display and bus; the environment in which `dunstctl` reaches it.

    menu: a program that reads the actions of all notifications and prints the one to take.
    """
    need("dunst", "dunstctl")
    configuration = menu.with_suffix(".dunstrc")
    configuration.write_text(f"[global]\ndmenu = {menu}\n")
    environment = os.environ | {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": bus}
    daemon = subprocess.Popen(
        ["dunst", "-conf", str(configuration)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with ending(daemon):
        wait_until(lambda: dunst(environment, "is-paused") == "false", "dunst starts")
        yield environment


def dunst(environment: dict[str, str], *command: str) -> str:
    """Ask the notification daemon something."""
    done = subprocess.run(
        ["dunstctl", *command], env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


@contextmanager
def ending(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> Iterator[None]:
    """End the process with the block."""
    try:
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        if process.poll() is None:
            process.kill()
            process.wait()
