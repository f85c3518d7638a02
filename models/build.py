"""Build the pose model bundles in this folder from Google's published TFLite files.

    python models/build.py             # lite and full, the two that are committed
    python models/build.py heavy       # heavy, which is not committed (30 MB)
    python models/build.py --check     # verify what is here, build nothing

The TFLite files come from the npm package `@mediapipe/pose` (Apache-2.0), fetched with the npm
client. Every input is checked against the SHA-256 below and every bundle against manifest.json.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import struct
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import flatbuffers  # type: ignore[import-untyped]

FOLDER = Path(__file__).resolve().parent
PACKAGE = "@mediapipe/pose@0.5.1675469404"
INPUT_SHA256 = {
    # In this npm package the "packed assets" are the detector's TFLite file and nothing else.
    "pose_solution_packed_assets.data": (
        "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85"
    ),
    "pose_landmark_lite.tflite": "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "pose_landmark_heavy.tflite": (
        "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe"
    ),
}
DETECTOR = "pose_solution_packed_assets.data"
ALIGNMENT = 64
"""Bytes. XNNPACK and TFLite map the weights in place when the zip entry is aligned."""
LOCAL_HEADER_BYTES = 30
"""Fixed part of a zip entry's header, before its name and extra field."""


def fetch_inputs(names: list[str]) -> dict[str, bytes]:
    """Download the npm package and return the named files, each checked by SHA-256."""
    npm = shutil.which("npm")
    if npm is None:
        raise click.ClickException("npm was not found: install Node.js, which brings it.")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", "--pack-destination", folder, PACKAGE]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        archives = list(Path(folder).glob("*.tgz"))
        if finished.returncode != 0 or not archives:
            raise click.ClickException(f"npm could not fetch {PACKAGE}: {finished.stderr.strip()}")
        with tarfile.open(archives[0]) as archive:
            return {name: _checked_member(archive, name) for name in names}


def _checked_member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(f"package/{name}")
    data = file.read() if file else b""
    if hashlib.sha256(data).hexdigest() != INPUT_SHA256[name]:
        raise click.ClickException(f"{name} in {PACKAGE} is not the file that was expected.")
    return data


def load_schema(name: str) -> ModuleType:
    """Load one of MediaPipe's generated flatbuffer modules without importing mediapipe itself.

    Importing the package would load its native library, which reports usage over the network.
    """
    package = importlib.util.find_spec("mediapipe")
    if package is None or not package.submodule_search_locations:
        raise click.ClickException("mediapipe is not installed: run 'pip install mediapipe'.")
    path = Path(package.submodule_search_locations[0]) / "tasks" / "metadata" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise click.ClickException(f"mediapipe's {path.name} is missing: reinstall mediapipe.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def normalization_metadata(title: str, mean: float, std: float) -> bytes:
    """TFLite metadata saying that pixels enter the model as (value - mean) / std."""
    schema: Any = load_schema("metadata_schema_py_generated")
    normalization = _filled(schema.NormalizationOptionsT(), mean=[mean], std=[std])
    unit = _filled(
        schema.ProcessUnitT(),
        optionsType=schema.ProcessUnitOptions.NormalizationOptions,
        options=normalization,
    )
    image = _filled(schema.TensorMetadataT(), name="image", processUnits=[unit])
    metadata = _filled(
        schema.ModelMetadataT(),
        name=title,
        author="The MediaPipe Authors",
        license="Apache License 2.0",
        minParserVersion="1.0.0",
        subgraphMetadata=[_filled(schema.SubGraphMetadataT(), inputTensorMetadata=[image])],
    )
    builder = flatbuffers.Builder(1024)
    builder.Finish(metadata.Pack(builder), b"M001")
    return bytes(builder.Output())


def _filled(table: Any, **fields: Any) -> Any:
    """Set fields one by one: the schema of older MediaPipe takes none in the constructor."""
    for field, value in fields.items():
        setattr(table, field, value)
    return table


def add_metadata(tflite: bytes, metadata: bytes) -> bytes:
    """Put a new header with one more buffer, TFLITE_METADATA, in front of an untouched model.

    Flatbuffer offsets only point forward, so a new root table may refer to everything in the old
    file. The old bytes stay as they are, and stay aligned, at the end of the result.
    """
    schema: Any = load_schema("schema_py_generated")
    old = schema.Model.GetRootAs(tflite, 0)
    body = tflite + bytes(-len(tflite) % ALIGNMENT)
    builder = flatbuffers.Builder(len(body) + len(metadata) + 65536)
    builder.head -= len(body)
    builder.Bytes[builder.head :] = body
    builder.Prep(ALIGNMENT, 0)

    def from_end(position: int) -> int:
        return len(body) - position

    def old_field(slot: int) -> int:
        """Where the table or vector in this slot of the old root lies, counted from the end."""
        table = old._tab
        return from_end(int(table.Indirect(table.Pos + table.Offset(4 + 2 * slot))))

    name = builder.CreateString("TFLITE_METADATA")
    data = builder.CreateByteVector(metadata)
    schema.BufferStart(builder)
    schema.BufferAddData(builder, data)
    buffer = schema.BufferEnd(builder)
    schema.MetadataStart(builder)
    schema.MetadataAddName(builder, name)
    schema.MetadataAddBuffer(builder, old.BuffersLength())
    entry = schema.MetadataEnd(builder)

    old_buffers = [from_end(old.Buffers(i)._tab.Pos) for i in range(old.BuffersLength())]
    old_entries = [from_end(old.Metadata(i)._tab.Pos) for i in range(old.MetadataLength())]
    buffers = _offset_vector(builder, [*old_buffers, buffer])
    entries = _offset_vector(builder, [*old_entries, entry])

    schema.ModelStart(builder)
    schema.ModelAddVersion(builder, old.Version())
    schema.ModelAddOperatorCodes(builder, old_field(1))
    schema.ModelAddSubgraphs(builder, old_field(2))
    schema.ModelAddDescription(builder, old_field(3))
    schema.ModelAddBuffers(builder, buffers)
    schema.ModelAddMetadata(builder, entries)
    builder.Finish(schema.ModelEnd(builder), b"TFL3")
    return bytes(builder.Output())


def _offset_vector(builder: Any, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())


def write_bundle(path: Path, detector: bytes, landmarker: bytes) -> None:
    """Zip both models, stored and aligned, with fixed times so that the bytes never vary."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in (
            ("pose_detector.tflite", detector),
            ("pose_landmarks_detector.tflite", landmarker),
        ):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            start = bundle.start_dir + LOCAL_HEADER_BYTES + len(name) + 4
            padding = -start % ALIGNMENT
            # 0xD935 is the extra field that Android's zipalign uses for padding.
            entry.extra = struct.pack("<HH", 0xD935, padding) + bytes(padding)
            bundle.writestr(entry, data)


def build(name: str, inputs: dict[str, bytes], folder: Path) -> Path:
    """Write the bundle of this name into a folder and return its path."""
    detector_metadata = normalization_metadata("Pose detector", 127.5, 127.5)
    landmark_metadata = normalization_metadata("Pose landmarks detector", 0.0, 255.0)
    path = folder / f"pose_landmarker_{name}.task"
    detector = add_metadata(inputs[DETECTOR], detector_metadata)
    landmarker = add_metadata(inputs[f"pose_landmark_{name}.tflite"], landmark_metadata)
    write_bundle(path, detector, landmarker)
    return path


def check(path: Path, entry: dict[str, Any]) -> None:
    """Compare a bundle with its entry in the manifest; raise when it is missing or differs."""
    if not path.is_file():
        raise click.ClickException(f"{path.name} is missing: run 'python models/build.py'.")
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if (len(data), digest) != (entry["bytes"], entry["sha256"]):
        raise click.ClickException(f"{path.name} differs from manifest.json (sha256 {digest}).")
    click.echo(f"{path.name}  {len(data)} bytes  sha256 {digest}  ok")


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(["lite", "full", "heavy"]))
@click.option("--check", "only_check", is_flag=True, help="Verify what is here, build nothing.")
def main(names: tuple[str, ...], only_check: bool) -> None:
    """Build pose model bundles (default: lite and full) and verify them by SHA-256."""
    chosen = names or ("lite", "full")
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    entries = {entry["name"]: entry for entry in manifest["models"]}
    if only_check:
        for name in chosen:
            check(FOLDER / entries[name]["file"], entries[name])
        return
    inputs = fetch_inputs([DETECTOR, *(f"pose_landmark_{name}.tflite" for name in chosen)])
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="building-") as folder:
        for name in chosen:
            built = build(name, inputs, Path(folder))
            check(built, entries[name])
            built.replace(FOLDER / built.name)


if __name__ == "__main__":
    main()
