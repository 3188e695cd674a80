"""JSON in the one form that is hashed and signed (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

LARGEST: Final = 2**53 - 1
"""Beyond this an IEEE double, and so a JavaScript reader, loses the number (RFC 8785 §3.2.2.3)."""


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of a value of strings, whole numbers, booleans, None, lists and maps.

    A float is refused (TypeError): no number of ours is one.
    """
    return _text(value).encode("utf-8")


def _text(value: Any) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int():
            if abs(value) > LARGEST:
                raise ValueError(f"{value} is beyond what every JSON reader keeps")
            return str(int(value))
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("keys are text")
            # RFC 8785 §3.2.3: order by UTF-16 code units.
            keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
            return "{" + ",".join(f"{_text(key)}:{_text(value[key])}" for key in keys) + "}"
        case Sequence() if not isinstance(value, (bytes, bytearray)):
            return "[" + ",".join(_text(item) for item in value) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form here")
