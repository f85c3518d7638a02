"""annotated.mp4: the analysed pictures with skeleton and measurements, at their own times."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from posture_cam.overlay import canvas_size, draw
from posture_cam.replay import Replay
from posture_cam.sources import Source
from posture_cam.typography import Picture

TICK = Fraction(1, 90_000)
"""The usual clock of MPEG, seconds: every frame keeps its own time, however uneven they are."""
BT709 = 1
"""How H.264 calls the colours of ITU-R BT.709 (ITU-T H.273); players guess where none is named."""
QUALITY = "23"
"""x264's constant rate factor; lower is better and larger."""


def write_annotated(
    path: Path, source: Source, replay: Replay, watch: Callable[[float, float], None]
) -> None:
    """Draw on the frames of `source` what the replay says, and encode them as H.264.

    source: hands out the very frames that were analysed. watch: told each frame's time and the
    length of the video.
    """
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = _add_stream(container, *canvas_size(source.info.width, source.info.height))
        judged = zip(
            replay.poses, replay.steps, replay.baselines, replay.compared_with, strict=True
        )
        for frame, (pose, step, baseline, upright) in zip(source, judged, strict=False):
            watch(frame.time_s, source.info.duration_s)
            picture = draw(
                frame.image,
                pose,
                step,
                calibrated=baseline is not None,
                min_visibility=replay.settings.pose.min_visibility,
                baseline=upright,
            )
            container.mux(stream.encode(_timed(picture, frame.time_s)))
        container.mux(stream.encode(None))


def _add_stream(container: OutputContainer, width: int, height: int) -> VideoStream:
    stream = container.add_stream("libx264", options={"crf": QUALITY, "preset": "veryfast"})
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.time_base = TICK
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = ColorRange.MPEG
    return stream


def _timed(picture: Picture, time_s: float) -> av.VideoFrame:
    rgb = av.VideoFrame.from_ndarray(picture, format="bgr24")
    frame = rgb.reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    frame.pts, frame.time_base = round(time_s / TICK), TICK
    return frame
