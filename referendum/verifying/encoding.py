"""Base64 that has only one spelling, so that no two texts stand for the same bytes."""

import base64
import binascii

from referendum.verifying.refusal import Refused


def from_base64(text: str, *, code: str) -> bytes:
    """Decode padded base64 (RFC 4648 §4); stray bits, spaces and line breaks are refused."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise Refused(code) from error
    if to_base64(data) != text:
        raise Refused(code)
    return data


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
