"""The virtual environment: made once, filled from a lock with hashes, renewed when that changes."""

import ast
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tools.progress import Progress

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "referendum.json"

STEPS = (2.0, 8.0, 3.0)
"""Seconds of the virtual environment, its packages and the project (`Progress`)."""
ASSETS = 18.0
"""Seconds of fonts and scripts."""

Python: TypeAlias = Path


class SetupFailed(Exception):
    """The message tells a newcomer what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    with_uv: bool


def prepare(lock_name: str, progress: Progress, options: Options) -> Python:
    """An environment that holds what `requirements/{lock_name}.lock` says, and the project."""
    lock = ROOT / "requirements" / f"{lock_name}.lock"
    progress.step("virtual environment")
    python = _environment(progress)
    done = _stamp()
    progress.step(f"packages of {lock.relative_to(ROOT)}")
    wanted = {"place": str(ROOT), "lock": _fingerprint(lock)}
    if done.items() >= wanted.items():
        progress.note("already there")
    else:
        STAMP.unlink(missing_ok=True)
        _install_lock(python, lock, progress, options)
    progress.step("the project itself")
    wanted["project"] = _fingerprint(ROOT / "pyproject.toml", ROOT / "requirements" / "city.in")
    if done.get("project") == wanted["project"]:
        progress.note("already there")
    else:
        _install_project(python)
    STAMP.write_text(json.dumps(wanted))
    return python


def build_assets(python: Python, progress: Progress, *, beside: Sequence[str] = ()) -> None:
    """Fonts and scripts; `beside`: a command that runs at the same time, where they are made anew.

    Half of the work is waiting for packages, and the database of a demo needs none of them.
    """
    program = ROOT / "tools" / "build_assets.py"
    current = _run([python, program, "--check"]).returncode == 0
    progress.step("fonts and scripts")
    if current:
        progress.note("already there")
        return
    building = subprocess.Popen([python, program])
    try:
        filled = subprocess.run([python, *beside], check=False).returncode if beside else 0
    finally:
        built = building.wait()
    if built:
        raise SetupFailed("The fonts and scripts could not be built; the reason stands above.")
    if filled:
        raise SetupFailed("The city could not be made; the reason stands above.")


def venv_refusal(find: Callable[[str], Any] = importlib.util.find_spec) -> str | None:
    """Debian's Python comes without the parts that make an environment."""
    if find("venv") is not None and find("ensurepip") is not None:
        return None
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    return (
        f"This Python cannot make a virtual environment. Install the package {package}:\n"
        f"    apt-get install {package}\n"
        "Then run the same command again."
    )


def _environment(progress: Progress) -> Python:
    python = VENV / "bin" / "python"
    if _answers(python) and _stamp().get("place", str(ROOT)) == str(ROOT):
        return python
    if refusal := venv_refusal():
        raise SetupFailed(refusal)
    progress.note(f"making {VENV.name} with Python {sys.version.split()[0]}")
    # A copied checkout brings an environment that points to its old place: made anew.
    done = _run([sys.executable, "-m", "venv", "--clear", VENV])
    if done.returncode:
        raise SetupFailed(f"The virtual environment could not be made:\n{done.stderr}{done.stdout}")
    return python


def _answers(python: Python) -> bool:
    """Whether it is there and still this version of Python, with pip."""
    if not python.exists():
        return False
    asked = _run([python, "-c", "import pip, sys; print(*sys.version_info[:2], sys.prefix)"])
    return asked.stdout.split() == [*map(str, sys.version_info[:2]), str(VENV)]


def _install_lock(python: Python, lock: Path, progress: Progress, options: Options) -> None:
    if options.with_uv:
        if _install_uv(python, lock) and _install_with_uv(python, lock):
            return
        progress.note("uv did not manage it; pip goes on (this takes longer)")
    strict = ("--require-hashes", "--only-binary", ":all:", "-qq")
    done = subprocess.run([python, "-m", "pip", "install", *strict, "-r", lock], check=False)
    if done.returncode:
        raise SetupFailed("The packages could not be installed; pip's reason stands above.")


def _install_uv(python: Python, lock: Path) -> bool:
    """Only uv's own entry of the lock, hashes included, by the pip of the environment."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only:
        only.write(entry(lock.read_text(), "uv"))
        only.flush()
        strict = ("--require-hashes", "--only-binary", ":all:", "--quiet", "--no-deps")
        done = _run([python, "-m", "pip", "install", *strict, "-r", only.name])
    return done.returncode == 0


def _install_with_uv(python: Python, lock: Path) -> bool:
    strict = ("--require-hashes", "--only-binary", ":all:")
    configured = _run([python, "-m", "pip", "config", "list"]).stdout
    done = subprocess.run(
        [python, "-m", "uv", "pip", "install", "--quiet", "--python", python, *strict, "-r", lock],
        env={**os.environ, **uv_settings(configured, os.environ)},
        check=False,
    )
    return done.returncode == 0


def _install_project(python: Python) -> None:
    """By the setuptools of the lock: nothing is fetched."""
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    done = _run([python, "-m", "pip", "install", *offline, "--editable", ROOT])
    if done.returncode:
        raise SetupFailed(f"The project could not be installed:\n{done.stderr}{done.stdout}")


def entry(lock: str, package: str) -> str:
    """One package's lines of a lock."""
    lines = lock.splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = next(at for at in range(first, len(lines)) if not lines[at].endswith("\\"))
    return "\n".join(lines[first : last + 1]) + "\n"


def uv_settings(pip_config: str, given: Mapping[str, str]) -> dict[str, str]:
    """The user's pip configuration in uv's terms; what the user says to uv itself goes before."""
    found: dict[str, str] = {}
    for line in sorted(pip_config.splitlines(), key=_precedence):
        name, _, value = line.partition("=")
        found[name.rpartition(".")[2]] = str(ast.literal_eval(value))
    settings = {"UV_PYTHON_DOWNLOADS": "never"}
    for option, variable, separator in _IN_UVS_TERMS:
        if option in found:
            settings[variable] = separator.join(found[option].split())
    if "UV_INDEX" in settings:
        # As pip does: the best version of all indexes. Every file must match its hash anyway.
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in settings.items() if name not in given}


_IN_UVS_TERMS = (
    ("index-url", "UV_DEFAULT_INDEX", " "),
    ("extra-index-url", "UV_INDEX", " "),
    ("find-links", "UV_FIND_LINKS", ","),
    ("cert", "SSL_CERT_FILE", " "),
    ("trusted-host", "UV_INSECURE_HOST", " "),
    ("proxy", "ALL_PROXY", " "),
    ("default-timeout", "UV_HTTP_TIMEOUT", " "),
    ("timeout", "UV_HTTP_TIMEOUT", " "),
)


def _precedence(line: str) -> int:
    """The order of pip itself: `[global]`, then the command's section, then the environment."""
    section = line.partition("=")[0].rpartition(".")[0]
    return {"global": 1, "install": 2, ":env:": 3}.get(section, 0)


def _stamp() -> dict[str, str]:
    if not STAMP.exists():
        return {}
    try:
        read = json.loads(STAMP.read_text())
    except json.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def _fingerprint(*files: Path) -> str:
    names = "+".join(each.name for each in files)
    return f"{names} {hashlib.sha256(b''.join(each.read_bytes() for each in files)).hexdigest()}"


def _run(command: list[Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
