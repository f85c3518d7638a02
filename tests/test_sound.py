"""Specification of the sound of a reminder."""

from __future__ import annotations

import io
import os
import subprocess
import wave
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from desktop import ending, need, wait_until
from numpy.typing import NDArray

from posture_cam.errors import AlertError
from posture_cam.sound import CHIME, SAMPLE_RATE_HZ, SoundSink, chime_wav, play_file
from posture_cam.types import Event, EventKind

ALERT = Event(EventKind.ALERT, 10.0, 250.0, message="Sit back.")


def samples(wav: bytes) -> NDArray[np.float64]:
    """The samples of a mono WAV file, -1..1."""
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert file.getframerate() == SAMPLE_RATE_HZ
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767


def players(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    """Make these shell scripts the only players that are installed."""
    for name, script in scripts.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def sound_server_answers() -> bool:
    return subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode == 0


def test_the_chime_is_short_soft_and_without_clicks() -> None:
    """Under two seconds, at most half of full scale, beginning and ending in silence."""
    signal = samples(chime_wav(1.0))
    assert len(signal) / SAMPLE_RATE_HZ < 2
    assert np.abs(signal).max() == pytest.approx(0.5, abs=1e-3)
    assert np.abs(signal[[0, -1]]).max() < 0.002
    assert np.abs(np.diff(signal)).max() < 0.1


def test_the_volume_scales_it() -> None:
    """Half the volume, half the amplitude; zero is silent."""
    assert np.abs(samples(chime_wav(0.5))).max() == pytest.approx(0.25, abs=1e-3)
    assert not samples(chime_wav(0.0)).any()


def test_the_player_gets_a_whole_wav_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is complete when the player opens it, and gone when it has played."""
    heard, named = tmp_path / "heard.wav", tmp_path / "named"
    players(tmp_path, monkeypatch, aplay=f'/bin/cp "$2" {heard}\necho "$2" > {named}')
    sink = SoundSink(0.4)
    sink.deliver(ALERT)
    np.testing.assert_array_equal(samples(heard.read_bytes()), samples(chime_wav(0.4)))
    assert not Path(named.read_text().strip()).exists()


def test_the_next_player_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PipeWire's player may be installed where PulseAudio runs."""
    played = tmp_path / "played"
    players(tmp_path, monkeypatch, pw_play="exit 1", paplay=f": > {played}")
    with closing(SoundSink(0.4)) as sink:
        sink.deliver(ALERT)
    assert played.exists()


def test_a_missing_device_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It repeats what the player said last."""
    players(tmp_path, monkeypatch, aplay="echo Playing >&2\necho cannot find card 0 >&2\nexit 1")
    with pytest.raises(AlertError, match=r"\(aplay: cannot find card 0\); check the sound device"):
        play_file(tmp_path / "chime.wav")


def test_a_missing_player_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install."""
    players(tmp_path, monkeypatch)
    with pytest.raises(AlertError, match="alsa-utils"):
        play_file(tmp_path / "chime.wav")


def test_a_real_sound_server_hears_the_chime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What arrives at PulseAudio's output are the two notes."""
    need("pulseaudio", "paplay", "parec", "pactl")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(tmp_path / "pulse"))
    (tmp_path / "pulse").mkdir(mode=0o700)
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--load=module-native-protocol-unix",
         "--load=module-null-sink sink_name=speaker"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with ending(server):
        wait_until(sound_server_answers, "the sound server starts")
        recording = tmp_path / "recording"
        recorder = subprocess.Popen(
            ["parec", "-d", "speaker.monitor", "--format=s16le", "--channels=1", "--raw",
             f"--rate={SAMPLE_RATE_HZ}", str(recording)],
            env=os.environ | {"PULSE_LATENCY_MSEC": "20"},
        )  # fmt: skip
        with ending(recorder):
            wait_until(lambda: recording.exists() and recording.stat().st_size, "it records")
            with closing(SoundSink(1.0)) as sink:
                sink.deliver(ALERT)
            before = recording.stat().st_size
            wait_until(lambda: recording.stat().st_size > before + 2 * SAMPLE_RATE_HZ, "the rest")
    heard = np.frombuffer(recording.read_bytes()[: recording.stat().st_size // 2 * 2], "<i2")
    spectrum = np.abs(np.fft.rfft(heard))
    frequencies = np.fft.rfftfreq(len(heard), 1 / SAMPLE_RATE_HZ)
    for note, _ in CHIME:
        near = spectrum[np.abs(frequencies - note) < 5].max()
        assert near > 50 * np.median(spectrum[(frequencies > 300) & (frequencies < 3000)])
