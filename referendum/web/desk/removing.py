"""Taking out at the desk what will not be: with a reason, and refused beside its own row."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.web.desk.asking import Errors, text, told
from referendum.web.pages import go


class Removes(Protocol):
    def __call__(self, uow: UnitOfWork, row: UUID, /, *, reason: str, by: Officer) -> None: ...


class Shows(Protocol):
    def __call__(
        self, request: Request, officer: Officer, /, *, errors: Errors, status: int
    ) -> Response: ...


def removed(
    request: Request,
    officer: Officer,
    form: FormData,
    row: UUID,
    *,
    removes: Removes,
    shows: Shows,
    path: str,
    flash: str,
) -> Response:
    """Away with the row; or its page again, with what is wrong beside that row's field."""
    try:
        with services_of(request).begin() as uow:
            removes(uow, row, reason=text(form, "reason"), by=officer)
    except DomainError as refused:
        errors, status = told(request, refused)
        beside = {f"{name}-{row}": said for name, said in errors.items()}
        return shows(request, officer, errors=beside, status=status)
    return go(request, path, flash=flash)
