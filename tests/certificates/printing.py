"""Documents set in type once for all tests that read them."""

import json
from typing import Any

from referendum.certificates.layout import Fonts, render

PRINTED: dict[str, bytes] = {}


def set_once(document: dict[str, Any], *, fonts: Fonts, **given: Any) -> bytes:
    """The file of a document, set the first time; that it is the same again is told below."""
    key = json.dumps([document, given], sort_keys=True, default=str)
    if key not in PRINTED:
        PRINTED[key] = render(document, fonts=fonts, **given)
    return PRINTED[key]
