"""Files that are sent with a form: what of them has to go to disk goes there under a throwaway key.

Starlette keeps the first part of a file in memory and the rest in a temporary file, as it came. A
register must not lie on any disk in the clear, not even without a name. Small ones stay in memory:
a form may bring a thousand, and each on disk would be one of the few that a process may open.
"""

from __future__ import annotations

import io
import secrets
import tempfile
from dataclasses import dataclass, field
from io import SEEK_CUR, SEEK_END, SEEK_SET
from typing import IO, Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from starlette import formparsers

BLOCK: Final = 16
"""Bytes of a block of AES, each under a counter of its own (NIST SP 800-38A §6.5)."""
KEY: Final = 32
SMALL: Final = 1 << 16
"""Bytes: no text of a form is longer, and few files of those that come by the hundred."""


@dataclass(slots=True)
class SealedSpool:
    """A temporary file for one writer, then one reader; its key is in memory and nowhere else.

    Written to its end, then read from wherever. What is changed on the disk meanwhile would be read
    changed: it hides a file and does not vouch for it.
    """

    max_size: int
    """Accepted and not needed: SMALL is what stays in memory, sealed as well."""
    closed: bool = False
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY), repr=False)
    _file: IO[bytes] = field(default_factory=io.BytesIO)

    @property
    def _rolled(self) -> bool:
        """As Starlette asks whether a file is on disk, to read it in a thread."""
        return not isinstance(self._file, io.BytesIO)

    def write(self, data: bytes) -> int:
        at = self._file.tell()
        if not self._rolled and at + len(data) > SMALL:
            self._roll()
        return self._file.write(self._turned(data, at=at))

    def read(self, size: int = -1) -> bytes:
        at = self._file.tell()
        return self._turned(self._file.read(size), at=at)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        assert whence in {SEEK_SET, SEEK_CUR, SEEK_END}
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self.closed = True
        self._file.close()

    def _roll(self) -> None:
        """From memory to disk, where it is as it was."""
        at, kept = self._file.tell(), self._file
        kept.seek(0)
        self._file = tempfile.TemporaryFile(buffering=SMALL)  # noqa: SIM115  # `close`
        self._file.write(kept.read())
        self._file.seek(at)

    def _turned(self, data: bytes, *, at: int) -> bytes:
        """The bytes that stand there, sealed or opened: it is the same."""
        first, skipped = divmod(at, BLOCK)
        turning = Cipher(AES(self._key), CTR(first.to_bytes(BLOCK, "big"))).encryptor()
        turning.update(bytes(skipped))
        return turning.update(data)


def seal_uploads() -> None:
    """From now on every form of this process keeps its files like that."""
    formparsers.SpooledTemporaryFile = SealedSpool  # type: ignore[attr-defined, assignment]  # its one door
