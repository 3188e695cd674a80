"""The keys that live outside the database, one file each, made once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Authority

LENGTH: Final = 32
PLAIN: Final = ("master", "pepper", "codes", "log")


class KeysMissing(DomainError):
    """The service does not start without its keys."""

    code: ClassVar[str] = "keys-missing"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


class KeysExist(DomainError):
    """Keys are never made over existing ones: what they sealed would be lost."""

    code: ClassVar[str] = "keys-exist"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class KeysExposed(DomainError):
    """A key file can be read by others on the machine."""

    code: ClassVar[str] = "keys-exposed"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Keyring:
    """Raw keys of 32 bytes. Nothing here is ever written to the database or a log."""

    master: bytes = field(repr=False)
    """Wraps the keys of register versions."""
    pepper: bytes = field(repr=False)
    """Person keys and look-up hashes derive from it."""
    codes: bytes = field(repr=False)
    """One-time codes derive from it."""
    log: bytes = field(repr=False)
    """The Ed25519 seed that signs checkpoints."""
    authorities: dict[Authority, bytes] = field(repr=False)
    """Each authority's own key wraps the keys of its measures."""


def _files(folder: Path) -> dict[str, Path]:
    names = (*PLAIN, *(f"authority-{authority}" for authority in Authority))
    return {name: folder / f"{name}.key" for name in names}


def create(folder: Path) -> None:
    """Make every key file, readable by the owner alone; refuse where one exists."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = _files(folder)
    existing = sorted(path.name for path in files.values() if path.exists())
    if existing:
        raise KeysExist(files=existing)
    for path in files.values():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(LENGTH) + "\n", encoding="ascii")


def load(folder: Path) -> Keyring:
    """Read and check every key file."""
    files = _files(folder)
    missing = sorted(path.name for path in files.values() if not _readable(path))
    if missing:
        raise KeysMissing(files=missing)
    exposed = sorted(path.name for path in files.values() if path.stat().st_mode & 0o077)
    if exposed:
        raise KeysExposed(files=exposed)
    keys = {name: bytes.fromhex(path.read_text("ascii").strip()) for name, path in files.items()}
    return Keyring(
        **{name: keys[name] for name in PLAIN},
        authorities={authority: keys[f"authority-{authority}"] for authority in Authority},
    )


def _readable(path: Path) -> bool:
    """Whether the file holds 32 bytes in hexadecimal."""
    try:
        return len(bytes.fromhex(path.read_text("ascii").strip())) == LENGTH
    except (OSError, ValueError):
        return False
