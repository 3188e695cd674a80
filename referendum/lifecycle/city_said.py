"""A page of the city that says something binding, as two officers are shown and do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.matter import Matter, What
from referendum.lifecycle.office import city_pages
from referendum.lifecycle.trying import Change


def _say(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> None:
    leaf, texts = city_pages.read(what)
    city_pages.publish(uow, leaf, texts, by=by)


def _changes(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> list[Change]:
    leaf, texts = city_pages.read(what)
    before = city_pages.current(uow.session, by.jurisdiction, leaf)
    version = before.version if before else None
    return [
        {
            "what": "page.version",
            "before": None if version is None else str(version),
            "after": str((version or 0) + 1),
        },
        {
            "what": "page.text",
            "before": before.sha256 if before else None,
            "after": texts.sha256,
        },
    ]


def _refusal(
    session: Session, _subject: UUID | None, _what: What, by: Officer
) -> DomainError | None:
    return city_pages.refusal(session, by)


MATTERS: Final[Mapping[str, Matter]] = {
    city_pages.PUBLISH: Matter(run=_say, changes=_changes, refusal=_refusal)
}
