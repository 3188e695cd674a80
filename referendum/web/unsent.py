"""What somebody wrote at length into a form that was not taken: shown again, and so not lost.

A session ends while a text is written, in another window one signs out: the refusal must not take
an hour's work with it. Only to the window that sent it, and nothing of it is kept.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request

WRITING: Final = ("/workspace/", "/desk/")
"""How the addresses begin at which people write texts."""
LONG: Final = 20
"""Characters from which on a text is work: names and numbers are shorter, and not shown again."""


def texts(request: Request) -> list[tuple[str, str]]:
    """The long texts of the form by the names of their fields, in its order."""
    sent = getattr(request.state, "sent", None)
    here = request.headers.get("sec-fetch-site") == "same-origin"
    if not here or not isinstance(sent, FormData) or not request.url.path.startswith(WRITING):
        return []
    return [
        (name, said)
        for name, said in sent.multi_items()
        if isinstance(said, str) and len(said) >= LONG and name != "csrf"
    ]
