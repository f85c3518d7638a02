"""A short soft sound, made here and played by the system's own player.

A player that every desktop has needs neither a driver library nor a sound file in the package.
"""

from __future__ import annotations

import io
import os
import platform
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np

from posture_cam.errors import AlertError
from posture_cam.network_guard import original_environment
from posture_cam.types import Event

SAMPLE_RATE_HZ = 44_100
CHIME = ((659.25, 0.0), (783.99, 0.16))
"""Two notes, E5 and G5: frequency in Hz and start in seconds."""
NOTE_S = 0.9
ATTACK_S = 0.012
DECAY_S = 0.22
PEAK = 0.5
"""Of full scale, at volume 1."""

PLAYERS = (
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("afplay",),
)
"""In the order of preference; the file's name follows."""
PLAYING_S = 10.0


class SoundSink:
    """Plays the chime with every reminder. volume: 0..1, as in `chime_wav`."""

    name = "sound"

    def __init__(self, volume: float) -> None:
        self._volume = volume

    def deliver(self, event: Event) -> None:
        if self._volume <= 0:
            return
        if platform.system() == "Windows":
            play_on_windows(self._chime)
        else:
            with wav_file(self._chime) as path:
                play_file(path)

    def close(self) -> None:
        """Nothing is open, and no file is left."""

    @cached_property
    def _chime(self) -> bytes:
        return chime_wav(self._volume)


def chime_wav(volume: float) -> bytes:
    """A WAV file, 16 bit mono: two soft notes that swell quickly and die away.

    volume: 0 silent .. 1 half of full scale.
    """
    length = max(start for _, start in CHIME) + NOTE_S
    times = np.arange(round(length * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    signal = np.zeros_like(times)
    for frequency, start in CHIME:
        since = times - start
        envelope = np.clip(since / ATTACK_S, 0, 1) * np.exp(-np.maximum(since, 0) / DECAY_S)
        # A little of the octave makes it sound like wood rather than like a test tone.
        tone = np.sin(2 * np.pi * frequency * since) + 0.2 * np.sin(4 * np.pi * frequency * since)
        signal += np.where(since >= 0, envelope * tone, 0)
    signal *= np.clip((length - times) / 0.05, 0, 1)  # the end fades out, so that it does not click
    signal *= volume * PEAK / np.abs(signal).max()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.rint(signal * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


@contextmanager
def wav_file(wav: bytes) -> Iterator[Path]:
    """A file for as long as it plays; so a run that is killed leaves none."""
    number, name = tempfile.mkstemp(prefix="posture_cam_", suffix=".wav")
    path = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(wav)
        yield path
    finally:
        path.unlink(missing_ok=True)


def find_players() -> list[list[str]]:
    """Commands that play a WAV file named after them. Raises AlertError when there is none."""
    found = [(shutil.which(name), options) for name, *options in PLAYERS]
    commands = [[path, *options] for path, options in found if path]
    if not commands:
        raise AlertError(
            "No program that plays sounds was found, so reminders are silent; install"
            " pipewire-bin, pulseaudio-utils or alsa-utils, or set alert.sound to false."
        )
    return commands


def play_file(path: Path) -> None:
    """Play a WAV file to its end. Raises AlertError when no player manages to."""
    problems = []
    for command in find_players():
        problem = _play_with(command, path)
        if problem is None:
            return
        problems.append(f"{Path(command[0]).name}: {problem}")
    raise AlertError(
        f"The sound of reminders does not play ({'; '.join(problems)}); check the sound device, or"
        " set alert.sound to false."
    )


def _play_with(command: list[str], path: Path) -> str | None:
    """What went wrong, None when it played."""
    try:
        played = subprocess.run(
            [*command, str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PLAYING_S,
            env=original_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "it did not come to an end"
    except OSError as error:
        return error.strerror or str(error)
    if played.returncode == 0:
        return None
    said = played.stderr.decode(errors="replace").strip().splitlines()
    return said[-1] if said else f"exit code {played.returncode}"


def play_on_windows(wav: bytes) -> None:
    """Play a WAV file from memory. Raises AlertError when that does not work."""
    import winsound  # type: ignore[import-not-found,unused-ignore]

    try:
        winsound.PlaySound(wav, winsound.SND_MEMORY)  # type: ignore[attr-defined,unused-ignore]
    except RuntimeError as error:
        raise AlertError(
            f"The sound of reminders does not play ({error}); choose an output device in Windows'"
            " sound settings, or set alert.sound to false."
        ) from error
