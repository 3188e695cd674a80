"""Readers as a process of their own: `python -m tests.load.readers ADDRESS READERS SECONDS`.

Each has one connection and reads the same page again and again, without cookies.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from urllib.parse import urlsplit

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


async def read(host: str, port: int, path: str, end: float, spent: list[float]) -> None:
    """One reader, until the end."""
    reader, writer = await asyncio.open_connection(host, port)
    asked = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Language: ko\r\n\r\n".encode()
    while (began := time.monotonic()) < end:
        writer.write(asked)
        head = await reader.readuntil(b"\r\n\r\n")
        found = LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200") or found is None:
            raise SystemExit(head.decode())
        await reader.readexactly(int(found[1]))
        spent.append(time.monotonic() - began)
    writer.close()


async def run(address: str, readers: int, seconds: int) -> dict[str, float]:
    """Pages a second, and how long one took, in milliseconds."""
    at = urlsplit(address)
    assert at.hostname is not None
    assert at.port is not None
    spent: list[float] = []
    end = time.monotonic() + seconds
    await asyncio.gather(*(read(at.hostname, at.port, at.path, end, spent) for _ in range(readers)))
    spent.sort()
    return {
        "rate": len(spent) / seconds,
        "p50": spent[len(spent) // 2] * 1000,
        "p99": spent[len(spent) * 99 // 100] * 1000,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
