"""Objections to phones that came onto the register: listed, entered for a caller, settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from referendum.identity import objecting, phones
from referendum.identity.objecting import HOLDER
from referendum.identity.staff import names_of
from referendum.roll import finding
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.renumbering import Outcome, register_number
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Form, Went
from referendum.web.desk.register import REGISTER
from referendum.web.fields import Choice, Given, Text


@dataclass(frozen=True, slots=True)
class Disputed:
    """An open objection, with whom the register's keeper finds under which number."""

    change: PhoneChange
    register_no: str | None
    name: str | None
    """None where the register holds no particulars, as of invented people."""
    from_holder: bool


@dataclass(frozen=True, slots=True)
class Objections:
    """What is to be settled here."""

    all: list[Disputed]


def _all(desk: Desk) -> Objections:
    return Objections([_of(desk, one) for one in objecting.open_ones(desk.session, desk.officer)])


def _of(desk: Desk, change: PhoneChange) -> Disputed:
    told = finding.person_details(desk.session, desk.vault, change.person_id)
    return Disputed(
        change,
        register_number(desk.session, change.person_id),
        told.name if told else None,
        from_holder=change.objected_by == HOLDER,
    )


def _one(desk: Desk, change_id: UUID) -> Disputed:
    return _of(desk, objecting.open_one(desk.session, change_id, desk.officer))


def _object(desk: Desk, _about: Objections, given: Given) -> str:
    number = phones.mobile(given["phone"], invented=desk.services.invents_people)
    objecting.at_desk(desk.uow, desk.vault, number, by=desk.officer)
    return "desk.flash.phone-objected"


def _settle(desk: Desk, about: Disputed, given: Given) -> Went:
    objecting.settle(desk.uow, about.change.id, given["outcome"], by=desk.officer)
    return Went(PHONES, "desk.flash.phone-settled")


def _show(desk: Desk, about: Objections) -> Context:
    """Who entered the objections that came by word."""
    by = [one.change.objected_by or "" for one in about.all if not one.from_holder]
    return {"people": names_of(desk.session, by)}


def _choices(desk: Desk, _about: Disputed) -> Context:
    return {"outcomes": desk.choices(Outcome, "desk.phones")}


PHONES: Final = REGISTER.below("/phones", "phones", "desk.phones.title", _all, _show)
OBJECTING: Final = Form(
    PHONES, _object, {"phone": Text(needed=True)}, confirm=by_code, usual="phone"
)
SETTLING: Final = Form(
    PHONES.below("/{change_id}", "phone", "desk.phones.settle-title", _one, _choices),
    _settle,
    {"outcome": Choice(Outcome, label="desk.phones.outcome")},
    confirm=by_code,
    usual="outcome",
)
