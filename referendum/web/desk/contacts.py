"""Where an authority's desk is found: its administrator writes it down, and pages tell it."""

from __future__ import annotations

from typing import Any

from referendum.kernel.people import Role
from referendum.lifecycle.office import contacts
from referendum.lifecycle.office.contacts import Reached
from referendum.web.desk.form import Context, Desk, Form, Page
from referendum.web.fields import Given, Text


def _opened(desk: Desk) -> None:
    desk.officer.insist(Role.ADMINISTRATOR)


def _show(desk: Desk, _nothing: None) -> Context:
    found = contacts.listed(desk.session, desk.place)
    own = found.get(desk.officer.authority)
    values = {name: getattr(own, name) for name in FIELDS} if own else {}
    return {"found": found, "values": values, "most": contacts.LONGEST}


def _change(desk: Desk, _nothing: None, given: Given) -> None:
    said: dict[str, Any] = dict(given)
    contacts.change(desk.uow, Reached(**said), by=desk.officer)


FIELDS = {
    "name_ko": Text(needed=True, label="contact.name-ko"),
    "name_en": Text(label="contact.name-en"),
    "address_ko": Text(needed=True, label="contact.address-ko"),
    "address_en": Text(label="contact.address-en"),
    "telephone": Text(needed=True, label="contact.telephone"),
    "hours_ko": Text(needed=True, label="contact.hours-ko"),
    "hours_en": Text(label="contact.hours-en"),
}
CONTACTS = Page("/desk/contacts", "contacts", "contact.title", _opened, _show)
CHANGING = Form(CONTACTS, _change, FIELDS, flash="contact.flash.changed")
