"""Places of a vector index that hold no vector: Chroma writes them to the disk with whatever stood in its memory before."""

import struct
from pathlib import Path

HEADER = struct.Struct("<iQQQQ")
"""hnswlib's: version, place of the first level, how many there is room for, how many are there, bytes of each"""
VERSION = 1
PIECE = 1 << 20


def blank(folder: Path) -> None:
    """Overwrite what stands in the unfilled places of all indexes of a folder that nobody has open."""
    for header in folder.glob("*/header.bin"):
        vectors, told = header.with_name("data_level0.bin"), header.read_bytes()[: HEADER.size]
        if len(told) == HEADER.size and vectors.is_file():
            version, _, room, held, size = HEADER.unpack(told)
            if version == VERSION and vectors.stat().st_size == room * size:
                _blank_from(vectors, held * size)


def _blank_from(path: Path, start: int) -> None:
    """Write only where something stands: mostly nothing does, and the file is left alone."""
    with path.open("rb") as file:
        file.seek(start)
        pieces = iter(lambda: file.read(PIECE), b"")
        filled = [(at, len(piece)) for at, piece in enumerate(pieces) if piece.count(0) < len(piece)]
    if filled:
        with path.open("r+b") as file:
            for at, length in filled:
                file.seek(start + at * PIECE)
                file.write(bytes(length))
