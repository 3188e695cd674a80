"""Canonical JSON (RFC 8785) for what evidence is made of: text, whole numbers, lists, objects."""

import json
from typing import Final

from referendum.verifying.refusal import Refused

LARGEST: Final = 2**53 - 1
"""I-JSON (RFC 7493 §2.2): beyond this a reader that knows only doubles would lose digits."""

_READING: Final = json.JSONDecoder()
_QUOTING: Final = json.JSONEncoder(ensure_ascii=False)
"""Made once: a record has a million lines, and `json.loads` and `json.dumps` make one a call."""


def canonical(value: object) -> bytes:
    """Write this value the one way there is. Fractions and numbers beyond ±(2^53-1) are refused."""
    try:
        return _text(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Refused("not-unicode") from error
    except RecursionError as error:
        raise Refused("too-deep") from error


def read_canonical(data: bytes) -> object:
    """Read a value, refused unless the bytes are its canonical form to the last one."""
    try:
        value: object = _READING.decode(data.decode("utf-8"))
        again = canonical(value)
    except (ValueError, RecursionError) as error:
        raise Refused("not-canonical") from error
    if again != data:
        raise Refused("not-canonical")
    return value


def _text(value: object) -> str:
    match value:
        case str():
            return _QUOTING.encode(str(value))
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return _number(value)
        case list() | tuple():
            return "[" + ",".join(_text(item) for item in value) + "]"
        case dict():
            return _object(value)
        case _:
            raise Refused("type-not-allowed")


def _number(value: int) -> str:
    if abs(value) > LARGEST:
        raise Refused("number-too-large")
    return int.__repr__(value)


def _object(value: dict[object, object]) -> str:
    """RFC 8785 §3.2.3: names are ordered by UTF-16 code units, which is not code point order.

    In ASCII it is, and there the order comes without two bytes for each sign.
    """
    pairs: dict[str, object] = {}
    for name, item in value.items():
        if not isinstance(name, str):
            raise Refused("name-not-text")
        pairs[name] = item
    plain = all(name.isascii() for name in pairs)
    ordered = sorted(pairs, key=None if plain else lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{_text(name)}:{_text(pairs[name])}" for name in ordered) + "}"
