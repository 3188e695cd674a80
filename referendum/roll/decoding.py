"""Which encoding a city's file is in: UTF-8, or the CP949 of Korean office software."""

from __future__ import annotations

from typing import Final

from referendum.roll.errors import RegisterEncodingUnknown

BOM: Final = b"\xef\xbb\xbf"


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; refused with line and byte where it is neither.

    A damaged UTF-8 file often is well-formed CP949 with other letters in it: it is refused, not
    read as nonsense.
    """
    if data.startswith(BOM):
        return _strict(data.removeprefix(BOM), "utf-8", skipped=len(BOM)), "utf-8-sig"
    if b"\0" in data:
        raise _refused(data, data.index(b"\0"))
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as broken:
        if _mostly_utf8(data):
            raise _refused(data, broken.start) from broken
    return _strict(data, "cp949"), "cp949"


def _strict(data: bytes, encoding: str, *, skipped: int = 0) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as broken:
        raise _refused(data, broken.start, skipped=skipped) from broken
    if "\0" in text:
        raise _refused(data, data.index(b"\0"), skipped=skipped)
    return text


def _mostly_utf8(data: bytes) -> bool:
    """Whether at least half of the lines that could tell the two apart are UTF-8."""
    telling = [line for line in data.split(b"\n") if not line.isascii()]
    return 2 * sum(map(_is_utf8, telling)) >= len(telling)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refused(data: bytes, at: int, *, skipped: int = 0) -> RegisterEncodingUnknown:
    return RegisterEncodingUnknown(line=data.count(b"\n", 0, at) + 1, byte=at + skipped + 1)
