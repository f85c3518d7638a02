"""Long arrays of records inside a NumPy archive, written and read in pieces."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

PIECE_BYTES = 500_000


def write_records(
    archive: zipfile.ZipFile, member: str, dtype: np.dtype[Any], count: int, records: IO[bytes]
) -> None:
    """Store a file of raw records as the array `member`; it is read from its beginning."""
    with archive.open(f"{member}.npy", "w", force_zip64=True) as stream:
        header = {
            "descr": npy.dtype_to_descr(dtype),
            "fortran_order": False,
            "shape": (count,),
        }
        npy.write_array_header_1_0(stream, header)
        records.seek(0)
        while piece := records.read(_piece(dtype)):
            stream.write(piece)


def count_records(archive: zipfile.ZipFile, member: str, dtype: np.dtype[Any]) -> int:
    """How many records there are. Raises ValueError when they are not what they should be."""
    stream, count = _open_records(archive, member, dtype)
    with stream:
        length = archive.getinfo(f"{member}.npy").file_size - stream.tell()
    if length != count * dtype.itemsize:
        raise ValueError(f"{member} are not as many as they should be")
    return count


def records_type(archive: zipfile.ZipFile, member: str) -> np.dtype[Any]:
    """What a member says that its records are. Raises ValueError where it says nothing."""
    with archive.open(f"{member}.npy") as stream:
        return _read_header(stream, member)[2]


def read_records(archive: zipfile.ZipFile, member: str, dtype: np.dtype[Any]) -> Iterator[Any]:
    """The records one after the other, each a read-only view of a piece of the file."""
    for piece in read_pieces(archive, member, dtype):
        yield from piece


def read_pieces(
    archive: zipfile.ZipFile, member: str, dtype: np.dtype[Any]
) -> Iterator[NDArray[Any]]:
    """The records in read-only arrays of some half a megabyte each."""
    stream, _ = _open_records(archive, member, dtype)
    with stream:
        while piece := stream.read(_piece(dtype)):
            yield np.frombuffer(piece, dtype=dtype)


def _open_records(
    archive: zipfile.ZipFile, member: str, dtype: np.dtype[Any]
) -> tuple[IO[bytes], int]:
    """The member, behind its header, and the number of its records."""
    stream = archive.open(f"{member}.npy")
    shape, fortran_order, found = _read_header(stream, member)
    if len(shape) != 1 or fortran_order or found != dtype:
        raise ValueError(f"{member} are not what they should be")
    return stream, shape[0]


def _read_header(stream: IO[bytes], member: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    if npy.read_magic(stream) != (1, 0):
        raise ValueError(f"{member} are not what they should be")
    header: tuple[tuple[int, ...], bool, np.dtype[Any]] = npy.read_array_header_1_0(stream)
    return header


def _piece(dtype: np.dtype[Any]) -> int:
    return max(PIECE_BYTES // dtype.itemsize, 1) * dtype.itemsize
