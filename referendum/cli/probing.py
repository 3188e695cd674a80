"""Whether a process of the service works, in few words and fast: for container health checks.

Imports nothing of the service, so that asking every half minute costs next to nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

READY: Final = "http://127.0.0.1:8000/readyz"
OK: Final = 200


def reason(*, url: str | None, file: Path | None, seconds: int) -> str | None:
    """Why it does not work, or None. Without an address or a file the usual address is asked."""
    asked = url or (None if file else READY)
    return (asked and _unanswered(asked)) or (file and _silent(file, seconds)) or None


def _unanswered(url: str) -> str | None:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=10)
    try:
        connection.request("GET", parts.path or "/")
        status = connection.getresponse().status
    except (OSError, HTTPException) as fault:
        return f"{url}: {type(fault).__name__}"
    finally:
        connection.close()
    return None if status == OK else f"{url}: {status}"


def _silent(file: Path, seconds: int) -> str | None:
    try:
        age = time.time() - file.stat().st_mtime
    except OSError as fault:
        return f"{file}: {type(fault).__name__}"
    return None if age <= seconds else f"{file}: {int(age)} s"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m referendum.cli.probing")
    parser.add_argument("--url")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args(arguments)
    found = reason(url=given.url, file=given.file, seconds=given.seconds)
    if found:
        print(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
