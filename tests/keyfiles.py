"""A keyring as the files of a folder, so that commands and processes open what a test sealed."""

from __future__ import annotations

from pathlib import Path

from referendum.kernel import keys
from referendum.kernel.keys import PLAIN, Keyring


def write(keyring: Keyring, folder: Path) -> Path:
    """Make the folder, or write over what it holds."""
    if not folder.exists():
        keys.create(folder)
    for name in PLAIN:
        (folder / f"{name}.key").write_text(getattr(keyring, name).hex())
    for authority, key in keyring.authorities.items():
        (folder / f"authority-{authority}.key").write_text(key.hex())
    return folder
