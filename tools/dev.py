"""The commands of a checkout: demo, test, bench, setup and assets.

Needs nothing but Python. This file keeps to old syntax, so that an old Python, too, reads as far
as the sentence that tells what to install.
"""

import sys
from pathlib import Path

OLDEST = (3, 11)


def refusal(version: "tuple[int, ...]") -> "str | None":
    """What to tell the user of a Python that is too old; nothing to the others."""
    if version >= OLDEST:
        return None
    return (
        f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed and this is {version[0]}.{version[1]}."
        "\nInstall python3.11 or newer and say which one to use, for example:"
        "\n    make demo PYTHON=python3.11        or        python3.11 tools/dev.py demo"
    )


if __name__ == "__main__":
    too_old = refusal(sys.version_info[:2])
    if too_old:
        sys.exit(too_old)
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from tools.commands import main

    main(sys.argv[1:])
