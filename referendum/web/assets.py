"""Stylesheet, scripts and fonts, under addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MOUNT: Final = "/static"
FOR_EVER: Final = "public, max-age=31536000, immutable"
COMPRESSED: Final = (".css", ".js", ".svg", ".txt")
TYPES: Final = {".js": "text/javascript", ".woff2": "font/woff2"}
"""Types that a machine's own table may have wrong, with which a browser would refuse the file."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, read once and kept: all of them together are half a megabyte."""

    content: bytes
    compressed: bytes | None
    media_type: str


class Assets:
    """Serves what it read at the start and nothing else, so that no path leads outside.

    One digest stands for the whole folder: a script's relative import and a stylesheet's font
    then carry it too, without either being rewritten.
    """

    def __init__(self, folder: Traversable) -> None:
        self.shelf = dict(_read(folder))
        digest = hashlib.sha256()
        for path, asset in sorted(self.shelf.items()):
            digest.update(path.encode() + b"\0" + hashlib.sha256(asset.content).digest())
        self.digest = digest.hexdigest()[:16]

    def url(self, path: str) -> str:
        """The address of a file; KeyError for a file that is not there."""
        self.shelf[path]
        return f"{MOUNT}/{self.digest}/{path}"

    def has(self, path: str) -> bool:
        """Whether the file was built: without fonts and htmx the pages still work."""
        return path in self.shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"]).removeprefix(f"{MOUNT}/")
        digest, _, name = path.partition("/")
        asset = self.shelf.get(name)
        if asset is None or scope["method"] not in {"GET", "HEAD"}:
            await Response(status_code=404)(scope, receive, send)
            return
        # A page that an older process served asks for an older digest while a new one starts.
        kept = FOR_EVER if digest == self.digest else "no-cache"
        headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
        content = asset.content
        if asset.compressed and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            content = asset.compressed
            headers["Content-Encoding"] = "gzip"
        await Response(content, headers=headers, media_type=asset.media_type)(scope, receive, send)


@cache
def built() -> Assets:
    """The package's own files: read and compressed once in a process."""
    return Assets(files("referendum.web") / "static")


def _read(folder: Traversable, prefix: str = "") -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _read(entry, f"{prefix}{entry.name}/")
        elif not entry.name.startswith("."):
            found.append((f"{prefix}{entry.name}", _asset(entry.name, entry.read_bytes())))
    return found


def _asset(name: str, content: bytes) -> Asset:
    suffix = f".{name.rpartition('.')[2]}"
    media_type = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(
        content=content,
        compressed=gzip.compress(content, mtime=0) if suffix in COMPRESSED else None,
        media_type=media_type,
    )
