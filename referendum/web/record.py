"""The record's pages: what it is, its entries, and the live check of a receipt."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response, StreamingResponse

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.kernel import log
from referendum.kernel.errors import DomainError
from referendum.kernel.log import EntryNotFound, LogKey
from referendum.kernel.proposals import Proposal, State
from referendum.kernel.record import RecordEntry, RecordPlace
from referendum.lifecycle import locating
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.verifying.receipts import Included, verify_receipt
from referendum.verifying.refusal import Refused
from referendum.web.pages import page
from signatures import collecting

router = APIRouter(prefix="/record")

PAGE: Final = 60
OFFERED: Final = 200
"""Measures to choose from; older ones are reached from their own pages."""
LARGEST: Final = 2**63 - 1
"""What the column of an entry's place holds."""
Index = Annotated[int, Path(ge=0, le=LARGEST)]
Before = Annotated[int | None, Query(ge=0, le=LARGEST)]
LETTERS: Final = re.compile(r"(?:[a-z2-7]{4}-){20,}[a-z2-7]{1,4}", re.IGNORECASE)
"""A signer's receipt within what the button of its page copies: the measure and the day as well."""
STEP: Final = "measure.step_taken"


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed entry as its leaf states it."""

    index: int
    id: UUID
    body: dict[str, Any]
    measure: Measure | None
    done: Proposal | None = None
    """What it is of, where that is a proposal that was done: until then it is an office's own."""

    @property
    def act(self) -> str:
        return str(self.body["act"])

    @property
    def what(self) -> str | None:
        """The catalogue's key of which step it was, or of what was proposed once that is public."""
        if self.act == STEP:
            return f"measure.done.{self.body['facts']['act']}"
        if self.done is None:
            return None
        sort, _, named = self.done.kind.partition(".")
        if sort == "act":
            return f"measure.act.{named}"
        return f"record.proposed.{sort}" if self.measure else "record.proposed.place"

    @property
    def moment(self) -> datetime | None:
        """When; None where the record keeps the day alone, as of one signer's act."""
        at = str(self.body["at"])
        return datetime.fromisoformat(at) if "T" in at else None

    @property
    def day(self) -> date:
        return date.fromisoformat(str(self.body["at"])[:10])


@dataclass(frozen=True, slots=True)
class Run:
    """Entries that follow one another and say the same of one measure on one day."""

    entries: Sequence[Entry]

    @property
    def first(self) -> Entry:
        """The newest, which stands for all of them."""
        return self.entries[0]

    @property
    def last(self) -> Entry:
        return self.entries[-1]


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a receipt: proved, or which step failed and why."""

    included: Included | None
    problem: str | None
    """A catalogue key."""
    signer: bool = False


@router.get("")
def show(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    before: Before = None,
    measure: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The newest acts in words, of all measures or of one, and the log behind them."""
    return _page(request, before=before, about=measure)


@router.post("/verification")
def verify(request: Request, caller: Visitor, receipt: Annotated[str, Form()] = "") -> Response:  # noqa: ARG001  # the door
    """Check a receipt. By POST: a signer's receipt must stand in no address."""
    services = services_of(request)
    with services.look() as uow:
        checked = _check(uow.session, services.log_key, receipt.strip())
    return _page(request, checked=checked, given=receipt)


@router.get("/record.jsonl")
def download(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The whole sealed record, for `referendum record verify` and for anyone's own program."""
    services = services_of(request)

    def lines() -> Iterator[str]:
        for line in log.export(services.look, services.log_key):
            yield f"{line}\n"

    named = {"Content-Disposition": 'attachment; filename="record.jsonl"'}
    return StreamingResponse(lines(), media_type="application/jsonl", headers=named)


@router.get("/entries/{index}")
def show_entry(request: Request, index: Index, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """One entry with its canonical leaf, and its proof checked while you wait."""
    services = services_of(request)
    with services.look() as uow:
        entry = _entry(uow.session, index)
        receipt = log.receipt(uow.session, entry.id)
    checked = _proved(json.dumps(receipt), services.log_key)
    return page(
        request,
        "record/entry.html",
        entry=entry,
        of_measure=entry.measure,
        leaf=json.dumps(entry.body, ensure_ascii=False, indent=2, sort_keys=True),
        receipt=receipt,
        checked=checked,
        vkey=services.log_key.vkey,
    )


@router.get("/entries/{index}/receipt.json")
def receipt_of(request: Request, index: Index, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The proof as a file that any verifier takes."""
    with services_of(request).look() as uow:
        receipt = log.receipt(uow.session, _entry(uow.session, index).id)
    return JSONResponse(receipt)


def _check(session: Session, key: LogKey, given: str) -> Checked:
    """A signer's letters lead to the entry first; a receipt in JSON is checked as it is."""
    if not given:
        return Checked(None, "record.verify.empty")
    if given.startswith("{"):
        return _proved(given, key)
    letters = LETTERS.search(given)
    try:
        entry = collecting.entry_of_receipt(session, letters[0] if letters else given)
        receipt = log.receipt(session, entry)
    except DomainError as refused:
        return Checked(None, f"problem.{refused.code}", signer=True)
    proved = _proved(json.dumps(receipt), key)
    return Checked(proved.included, proved.problem, signer=True)


def _proved(receipt: str, key: LogKey) -> Checked:
    """With the public verifier alone: it knows nothing of this service."""
    try:
        return Checked(verify_receipt(receipt, vkey=key.vkey), None)
    except Refused as refused:
        return Checked(None, f"record.refused.{refused.code}")


def _page(
    request: Request,
    *,
    before: int | None = None,
    about: str = "",
    checked: Checked | None = None,
    given: str = "",
) -> Response:
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        known = _measures(uow.session, place.id)
        one = next((each for each in known if str(each.number) == about), None)
        found = _entries(uow.session, before=before, measure=one)
        checkpoint = log.latest_checkpoint(uow.session)
    problem = checked.problem if checked else None
    words = words_of(request)
    return page(
        request,
        "record/record.html",
        status=422 if problem else 200,
        measures=known,
        about=one,
        runs=list(_runs(found[:PAGE])),
        further=found[PAGE - 1].index if len(found) > PAGE else None,
        before=before,
        checkpoint=checkpoint,
        vkey=services.log_key.vkey,
        checked=checked,
        given=given,
        wrong=(words(problem) if words.has(problem) else words("record.refused.other"))
        if problem
        else None,
    )


def _entry(session: Session, index: int) -> Entry:
    rows = _rows(session, RecordPlace.index == index)
    if not rows:
        raise EntryNotFound(entry=index)
    return rows[0]


def _measures(session: Session, place: UUID) -> Sequence[Measure]:
    """Those of the place that everybody may read of, the newest first."""
    here = select(Measure).where(Measure.jurisdiction_id == place, locating.IS_PUBLISHED)
    return session.scalars(here.order_by(Measure.number.desc()).limit(OFFERED)).all()


def _entries(session: Session, *, before: int | None, measure: Measure | None) -> list[Entry]:
    wanted = []
    if before is not None:
        wanted.append(RecordPlace.index < before)
    if measure is not None:
        wanted.append(RecordPlace.measure_id == measure.id)
    return _rows(session, *wanted)


def _runs(entries: Sequence[Entry]) -> Iterator[Run]:
    """The same entries, those together that a reader would only count."""
    for _, alike in groupby(entries, key=_alike):
        yield Run(list(alike))


def _alike(entry: Entry) -> Hashable:
    number = entry.measure.number if entry.measure else None
    return entry.act, entry.what, entry.day, entry.moment, number


def _rows(session: Session, *conditions: ColumnElement[bool]) -> list[Entry]:
    """Newest first, each with its measure where that is public."""
    wanted = select(RecordPlace.index, RecordEntry).join(
        RecordEntry, RecordEntry.id == RecordPlace.entry_id
    )
    rows = session.execute(
        wanted.where(*conditions).order_by(RecordPlace.index.desc()).limit(PAGE + 1)
    ).all()
    bodies = {entry.id: json.loads(entry.leaf) for _, entry in rows}
    done = _done(session, bodies)
    about = {
        entry.id: entry.measure_id or (done[entry.id].subject_id if entry.id in done else None)
        for _, entry in rows
    }
    ids = set(about.values())
    named = select(Measure).where(Measure.id.in_(ids), locating.IS_PUBLISHED)
    public: dict[UUID | None, Measure] = {measure.id: measure for measure in session.scalars(named)}
    return [
        Entry(index, entry.id, bodies[entry.id], public.get(about[entry.id]), done.get(entry.id))
        for index, entry in rows
    ]


def _done(session: Session, bodies: Mapping[UUID, Mapping[str, Any]]) -> dict[UUID, Proposal]:
    """By their entries, the proposals that were done, or are of what stood already."""
    named = {
        entry: UUID(body["facts"]["proposal"])
        for entry, body in bodies.items()
        if str(body["act"]).startswith("proposal.")
    }
    told = select(Proposal).where(
        Proposal.id.in_(named.values()),
        or_(Proposal.state == State.CONFIRMED.value, Proposal.lapses_at.is_(None)),
    )
    found = {one.id: one for one in session.scalars(told)} if named else {}
    return {entry: found[one] for entry, one in named.items() if one in found}
