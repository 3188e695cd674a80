"""Attaching files to a draft: added, told of, put in order, taken away; frozen with the text.

Which files are attached, with what is said of each, stands with the text and goes with its earlier
versions: what is taken away can be had back until the draft is applied for. Then what no text has
any more is deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from referendum.kernel.people import Officer, Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, drafting, entries, versions
from referendum.lifecycle.attachments import imaging
from referendum.lifecycle.attachments.errors import (
    AttachmentNotFound,
    AttachmentUntold,
    TooManyAttachments,
)
from referendum.lifecycle.attachments.tables import AttachedFile
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import NotADraft
from referendum.lifecycle.tables import Measure
from referendum.papers.recognising import Kind

MOST: Final = 5
"""Attachments of one text."""
LIMITS: Final = {"title": 120, "description": 1_000}
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What is said of an attachment. A picture's description stands for it to a blind reader."""

    title_ko: str
    title_en: str = ""
    description_ko: str = ""
    description_en: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment as the text has it."""

    number: int
    """From one, in the text's own order."""
    id: UUID
    telling: Telling
    kind: Kind
    size: int
    """Bytes."""
    sha256: str
    width: int | None
    height: int | None
    """Of a picture, in pixels."""

    @property
    def is_picture(self) -> bool:
        return self.kind is not Kind.PDF


def of_measure(measure: Measure) -> Sequence[Attached]:
    """The attachments of a text, in its order: all but the files stands in the text itself."""
    return [_attached(number, said) for number, said in enumerate(measure.attachments, 1)]


def numbered(session: Session, measure: Measure, number: int) -> tuple[Attached, AttachedFile]:
    """One of them with its content; refused where the text has none of that number."""
    if not 1 <= number <= len(measure.attachments):
        raise AttachmentNotFound(number=number)
    said = measure.attachments[number - 1]
    wanted = select(AttachedFile).where(AttachedFile.id == UUID(said["id"]))
    whole = wanted.options(undefer(AttachedFile.content), undefer(AttachedFile.preview))
    file = session.scalars(whole).one()
    return _attached(number, said), file


def add(
    uow: UnitOfWork,
    measure_id: UUID,
    *,
    content: bytes,
    telling: Telling,
    by: Resident | Officer,
) -> Measure:
    """Put a file last. Refused with the field that is wrong; nothing is kept then."""
    measure = _draft(uow, measure_id, by)
    if len(measure.attachments) >= MOST:
        raise TooManyAttachments(most=MOST)
    ready = imaging.ready(content)
    told = _checked(telling, ready.kind)
    file = AttachedFile(
        id=uuid4(),
        measure_id=measure.id,
        kind=ready.kind.value,
        size=len(ready.content),
        sha256=hashlib.sha256(ready.content).hexdigest(),
        width=ready.width,
        height=ready.height,
        content=ready.content,
        preview=ready.preview,
        brought_by=by.mark,
    )
    uow.session.add(file)
    uow.session.flush()
    _write(uow, measure, [*measure.attachments, said(file, told)])
    settle(uow.session, measure)
    return measure


def tell(
    uow: UnitOfWork,
    measure_id: UUID,
    number: int,
    *,
    telling: Telling,
    by: Resident | Officer,
) -> Measure:
    """Say something else of one of them."""
    measure = _draft(uow, measure_id, by)
    one, file = numbered(uow.session, measure, number)
    changed = list(measure.attachments)
    changed[number - 1] = said(file, _checked(telling, one.kind))
    _write(uow, measure, changed)
    return measure


def move_up(uow: UnitOfWork, measure_id: UUID, number: int, *, by: Resident | Officer) -> Measure:
    """Put one of them before the one that stands before it; the first stays where it is."""
    measure = _draft(uow, measure_id, by)
    numbered(uow.session, measure, number)
    if number > 1:
        order = list(measure.attachments)
        order[number - 2 : number] = reversed(order[number - 2 : number])
        _write(uow, measure, order)
    return measure


def remove(uow: UnitOfWork, measure_id: UUID, number: int, *, by: Resident | Officer) -> Measure:
    """Take one away. An earlier version of the draft still has it."""
    measure = _draft(uow, measure_id, by)
    numbered(uow.session, measure, number)
    left = [said for at, said in enumerate(measure.attachments, 1) if at != number]
    _write(uow, measure, left)
    return measure


def settle(session: Session, measure: Measure) -> None:
    """Delete what neither the text nor an earlier version of it has: none can be had back."""
    kept = versions.of_draft(session, measure.id)
    lists: Iterable[Any] = (measure.attachments, *(one.words.get("attachments") for one in kept))
    used = {UUID(said["id"]) for one in lists for said in one or ()}
    here = AttachedFile.measure_id == measure.id
    session.execute(delete(AttachedFile).where(here, AttachedFile.id.not_in(used)))


def _draft(uow: UnitOfWork, measure_id: UUID, by: Resident | Officer) -> Measure:
    measure = acting.lock(uow.session, measure_id)
    drafting.insist_on_author(uow, measure, by)
    if not entries.possible(measure, Entry.WRITE_DRAFT):
        raise NotADraft(stage=measure.stage)
    return measure


def _write(uow: UnitOfWork, measure: Measure, attachments: list[dict[str, Any]]) -> None:
    versions.keep(uow.session, measure)
    measure.attachments = attachments
    uow.session.flush()


def _checked(telling: Telling, kind: Kind) -> Telling:
    said = {name: value.strip() for name, value in asdict(telling).items()}
    for name, value in said.items():
        most = LIMITS[name.partition("_")[0]]
        if len(value) > most:
            raise AttachmentUntold(field=name, most=most)
    needed = ("title_ko",) if kind is Kind.PDF else ("title_ko", "description_ko")
    if empty := next((name for name in needed if not said[name]), None):
        raise AttachmentUntold(field=empty, most=LIMITS[empty.partition("_")[0]])
    return Telling(**said)


def said(file: AttachedFile, told: Telling) -> dict[str, Any]:
    """An attachment within the text (`described.OF_ATTACHMENTS`: what is frozen)."""
    kept = ("kind", "sha256", "size", "width", "height")
    return {"id": str(file.id), **{name: getattr(file, name) for name in kept}, **asdict(told)}


def _attached(number: int, said: dict[str, Any]) -> Attached:
    return Attached(
        number,
        UUID(said["id"]),
        Telling(**{name: said[name] for name in Telling.__slots__}),
        Kind(said["kind"]),
        said["size"],
        said["sha256"],
        said["width"],
        said["height"],
    )
