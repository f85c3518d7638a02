"""The preview's window, a small program of its own: `python -m posture_cam.preview_window`.

Qt ends the whole process when there is no display or when it goes away, and some systems allow
windows on the main thread only. Here neither can touch the monitoring.

Standard input: pictures, each as a header (width, height: two unsigned 32-bit little-endian
integers) and height * width * 3 bytes BGR; its end closes the window. Standard output: the line
"ready" once the window stands, "help" when the user presses h or ?, and "quit" when they close it
or press q or Esc.
"""

from __future__ import annotations

import os
import queue
import signal
import struct
import sys
import threading
from contextlib import suppress
from typing import IO

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

TITLE = "posture_cam"
HEADER = struct.Struct("<II")
QUIT_KEYS = (ord("q"), ord("Q"), 27, 0xFF1B)  # Esc, also as X11 names it
HELP_KEYS = (ord("h"), ord("H"), ord("?"))
POLL_MS = 40
SCREEN_WIDTH, SCREEN_HEIGHT = 1280, 680
"""What every laptop's screen has room for, the window's own border apart. A larger picture is shown
smaller at first, and as large as the user makes the window."""


def main() -> None:
    """Show pictures until the input ends or the user has seen enough."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):  # Ctrl-C reaches both programs; the monitoring decides
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    pictures: queue.Queue[Picture | None] = queue.Queue(1)
    reader = threading.Thread(target=_read, args=(sys.stdin.buffer, pictures), daemon=True)
    reader.start()
    cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
    print("ready", flush=True)
    if _show(pictures):
        print("quit", flush=True)
    cv2.destroyAllWindows()


def _show(pictures: queue.Queue[Picture | None]) -> bool:
    """Returns whether it was the user who ended it."""
    size = (0, 0)
    while True:
        with suppress(queue.Empty):
            picture = pictures.get_nowait()
            if picture is None:
                return False
            if size != picture.shape[:2]:
                size = picture.shape[:2]
                cv2.resizeWindow(TITLE, *first_size(size[1], size[0]))
            cv2.imshow(TITLE, resized(picture, *_window_size()))
        # Not its last eight bits alone, in which the left arrow is a Q; Shift and such lie above.
        key = cv2.waitKeyEx(POLL_MS) & 0xFFFF
        if key in QUIT_KEYS:
            return True
        if key in HELP_KEYS:
            print("help", flush=True)
        if not _is_open():
            return True


def first_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) in pixels of the window for a picture of this size, of the same shape."""
    scale = min(1.0, SCREEN_WIDTH / width, SCREEN_HEIGHT / height)
    return round(width * scale), round(height * scale)


def _window_size() -> tuple[int, int]:
    """(width, height) in pixels of the room for a picture; not above 0 when it is not known."""
    if sys.platform == "darwin":  # counts in points of several pixels, and enlarges smoothly itself
        return 0, 0
    try:
        _, _, width, height = cv2.getWindowImageRect(TITLE)
    except cv2.error:  # closed
        return 0, 0
    return width, height


def resized(picture: Picture, width: int, height: int) -> Picture:
    """The picture, of its own shape, as large as it fits into a window of this size.

    What the window would shrink by leaving rows out, or enlarge in squares, stays readable. Without
    a size the picture stays as it is.
    """
    scale = min(width / picture.shape[1], height / picture.shape[0])
    if scale <= 0 or scale == 1:
        return picture
    size = (max(round(picture.shape[1] * scale), 1), max(round(picture.shape[0] * scale), 1))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=way), dtype=np.uint8)


def _is_open() -> bool:
    try:
        return cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) >= 1
    except cv2.error:  # OpenCV 5 no longer knows a window that was closed
        return False


def _read(stream: IO[bytes], pictures: queue.Queue[Picture | None]) -> None:
    while (picture := read_picture(stream)) is not None:
        pictures.put(picture)
    pictures.put(None)


def read_picture(stream: IO[bytes]) -> Picture | None:
    """The next picture, None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    width, height = HEADER.unpack(header)
    data = stream.read(width * height * 3)
    if len(data) < width * height * 3:
        return None
    return np.frombuffer(data, dtype=np.uint8).reshape(height, width, 3)


def write_picture(stream: IO[bytes], picture: Picture) -> None:
    """Send a (height, width, 3) uint8 picture as `read_picture` takes it."""
    height, width = picture.shape[:2]
    stream.write(HEADER.pack(width, height))
    stream.write(np.ascontiguousarray(picture).data)
    stream.flush()


if __name__ == "__main__":
    main()
    os._exit(0)  # an ordinary exit aborts while the reader waits for the next picture
