"""Programs of the operating system that the tests need: found, or installed where allowed."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from tools.progress import Progress

SECONDS = 20.0
"""What its one step takes where something has to be installed (`Progress`)."""

BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
"""Chromium without its own windows comes first: the same pages for little more than half the work
(36 and 22 seconds of processor for ten tests of pages, in one run)."""


class ProgramMissing(Exception):
    """In CI a check that cannot run is a failure."""


@dataclass(frozen=True, slots=True)
class Need:
    what: str
    programs: tuple[str, ...]
    """Any of these will do, unless `all_of_them`."""
    packages: tuple[str, ...]
    """The first of these that the machine's sources have."""
    all_of_them: bool = False
    variable: str | None = None
    """Names the program outright."""

    def find(self, which: Callable[[str], str | None] = shutil.which) -> str | None:
        if self.variable and (named := os.environ.get(self.variable)):
            return which(named)
        found = [path for each in self.programs if (path := which(each))]
        if self.all_of_them and len(found) < len(self.programs):
            return None
        return found[0] if found else None


NEEDS = (
    Need("a browser", BROWSERS, ("chromium-headless-shell", "chromium"), variable="CHROMIUM"),
    Need("PDF readers", ("pdftotext", "pdftoppm"), ("poppler-utils",), all_of_them=True),
    Need("a reader of QR codes", ("zbarimg",), ("zbar-tools",)),
)


def prepare_for_tests(progress: Progress) -> dict[str, str]:
    """Environment variables that tell the tests where things are."""
    progress.step("browser and PDF readers")
    missing = [need for need in NEEDS if need.find() is None]
    if missing and can_install():
        progress.note(f"installing {', '.join(need.packages[0] for need in missing)}")
        install(missing)
        missing = [need for need in NEEDS if need.find() is None]
    if missing:
        told = sentence(missing)
        if os.environ.get("CI") == "true":
            raise ProgramMissing(told)
        progress.note(told)
    browser = NEEDS[0].find()
    return {"CHROMIUM": browser} if browser else {}


def sentence(missing: list[Need]) -> str:
    packages = " ".join(need.packages[0] for need in missing)
    whats = " and ".join(need.what for need in missing)
    return f"Missing: {whats}. Tests that need them will fail. Install: apt-get install {packages}"


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(missing: list[Need]) -> None:
    """Debian's own, from the sources that this machine is set up with."""
    _apt("update")
    for need in missing:
        for package in need.packages:
            _apt("install", "-y", "--no-install-recommends", package)
            if need.find():
                break


def _apt(*arguments: str) -> None:
    command = ["apt-get", "-qq", *arguments]
    subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
