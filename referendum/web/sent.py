"""What a form says: its fields as typed, its ticks, its files, and figures as people write them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from signatures.lines import front_of

BIRTH_DATE: Final = "birth_date"
"""In the name of every input for one, also where a sheet has many."""
FIGURE: Final = re.compile(r"(?P<minus>[-−]?)(?P<digits>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")


async def sent(request: Request) -> AsyncIterator[FormData]:
    """The whole form, for those whose fields depend on data; its files are gone afterwards."""
    form = await request.form()
    try:
        yield form
    finally:
        await form.close()


async def asked(request: Request) -> FormData:
    """What is asked for in the address, read like a form."""
    return FormData([*request.query_params.multi_items()])


Sent = Annotated[FormData, Depends(sent)]
InAddress = Annotated[FormData, Depends(asked)]


def text(form: FormData, name: str) -> str:
    """What was typed into a field; nothing where it is missing."""
    given = form.get(name)
    return given.strip() if isinstance(given, str) else ""


def file(form: FormData, name: str = "file") -> bytes:
    """The bytes of an uploaded file; none where no file was chosen."""
    given = form.get(name)
    return given.file.read() if isinstance(given, UploadFile) else b""


def ticked(form: FormData, name: str) -> list[str]:
    """All that was ticked or chosen under one name."""
    return [given for given in form.getlist(name) if isinstance(given, str)]


def typed(form: FormData) -> dict[str, str]:
    """All that was typed, to be shown again beside what is wrong with it.

    Of a resident number only the date that it says: its back is never echoed.
    """
    return {
        name: front_of(given) if BIRTH_DATE in name else given
        for name, given in form.items()
        if isinstance(given, str)
    }


def whole(text: str) -> int | None:
    """A whole number as people write it, with separators or without; None where it is none."""
    match = FIGURE.fullmatch(text.strip())
    if match is None:
        return None
    number = int(match["digits"].replace(",", ""))
    return -number if match["minus"] else number
