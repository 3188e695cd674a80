"""What `tools/dev.py` does for each of its commands."""

import os
import sys
from collections.abc import Callable

from tools import checks, environment, machine
from tools.progress import Progress

USAGE = """usage: python3 tools/dev.py COMMAND [--no-uv] [arguments of the command]

  demo     a whole city service with invented people, on this machine
  test     every check: format, lint, types, contracts, tests
  bench    the load measurements
  setup    only the virtual environment (that of the checks)
  assets   only fonts and scripts for the pages
"""


STARTING = 8.0
"""Seconds from the fonts to an open service (`Progress`)."""


def main(arguments: list[str]) -> None:
    command, *rest = arguments or [""]
    options = environment.Options(with_uv="--no-uv" not in rest)
    rest = [each for each in rest if each != "--no-uv"]
    commands: dict[str, Callable[[environment.Options, list[str]], None]] = {
        "demo": demo,
        "test": test,
        "bench": bench,
        "setup": setup,
        "assets": assets,
    }
    if command not in commands:
        sys.exit(USAGE)
    os.chdir(environment.ROOT)
    try:
        commands[command](options, rest)
    except (environment.SetupFailed, machine.ProgramMissing) as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit(130)


def demo(options: environment.Options, rest: list[str]) -> None:
    progress = Progress((*environment.STEPS, environment.ASSETS + STARTING))
    python = environment.prepare("demo", progress, options)
    environment.build_assets(python, progress, beside=("-m", "referendum", "demo", "--fill", *rest))
    _become(python, "referendum", "demo", *rest)


def test(options: environment.Options, rest: list[str]) -> None:
    progress = Progress((*environment.STEPS, environment.ASSETS, machine.SECONDS))
    python = environment.prepare("dev", progress, options)
    environment.build_assets(python, progress)
    found = machine.prepare_for_tests(progress)
    sys.exit(checks.run(python, rest, found))


def bench(options: environment.Options, rest: list[str]) -> None:
    progress = Progress((*environment.STEPS, environment.ASSETS))
    python = environment.prepare("dev", progress, options)
    environment.build_assets(python, progress)
    _become(python, "tests.load", *rest)


def setup(options: environment.Options, rest: list[str]) -> None:
    _nothing_more(rest)
    environment.prepare("dev", Progress(environment.STEPS), options)


def assets(options: environment.Options, rest: list[str]) -> None:
    _nothing_more(rest)
    progress = Progress((*environment.STEPS, environment.ASSETS))
    python = environment.prepare("dev", progress, options)
    environment.build_assets(python, progress)


def _nothing_more(rest: list[str]) -> None:
    if rest:
        sys.exit(f"not understood: {' '.join(rest)}\n\n{USAGE}")


def _become(python: environment.Python, module: str, *arguments: str) -> None:
    """No process of ours stays in between, so signals and exit codes are the module's own."""
    sys.stdout.flush()
    os.execv(  # noqa: S606  # this is the point: no shell, no process in between
        python, [str(python), "-m", module, *arguments]
    )
