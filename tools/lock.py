"""Locks requirements/*.in with hashes and without addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SETS = ("city", "demo", "dev")


def main() -> None:
    """Resolve every set for all platforms and for Python 3.11 and newer."""
    for name in SETS:
        source, target = (ROOT / "requirements" / f"{name}.{end}" for end in ("in", "lock"))
        command = [
            *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"),
            *("--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"),
            *("--no-header", "--no-annotate", str(source), "--output-file", str(target)),
        ]
        subprocess.run(command, check=True, cwd=ROOT)
        print(f"{target.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
