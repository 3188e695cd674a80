"""Papers as they come out of a scanner or an office program: the smallest files that are whole."""

from __future__ import annotations

import io
import struct
import zlib

from referendum.kernel.sealing import Vault
from referendum.papers.filing import Scan

MOST = 5 * 1024 * 1024


def pdf(text: str = "공문", *, size: int = 0) -> bytes:
    """A PDF of about so many bytes."""
    filled = f"%{text}\n".encode() + b"0" * size
    return b"%PDF-1.7\n" + filled + b"\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"


def png() -> bytes:
    """One black point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checked

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    point = zlib.compress(b"\0\0")
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + chunk(b"IDAT", point) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + b"\x11" * 40 + b"\xff\xd9"


def tiff(order: str = "<") -> bytes:
    """One strip of points behind the directory that says where it lies."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entries = [(256, 4, 1, 8), (257, 4, 1, 1), (273, 4, 1, 64), (279, 4, 1, 8)]
    directory = struct.pack(f"{order}H", len(entries))
    directory += b"".join(struct.pack(f"{order}HHII", *one) for one in entries)
    whole = mark + struct.pack(f"{order}I", 8) + directory + struct.pack(f"{order}I", 0)
    return whole.ljust(64, b"\0") + b"\xaa" * 8


def scan(data: bytes, vault: Vault, *, most: int = MOST) -> Scan:
    """A file as it is brought to the desk."""
    return Scan(io.BytesIO(data), vault, most)
