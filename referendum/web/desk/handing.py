"""Sheets at the desk as they are handed over: counted, registered, and a receipt given."""

from __future__ import annotations

from typing import Any, Final

from starlette.datastructures import FormData

from referendum.lifecycle import handing_over
from referendum.web import handing
from referendum.web.desk.examining import EXAMINATION, Examined, opened
from referendum.web.desk.form import Context, Desk, Form
from referendum.web.fields import Field, Given
from referendum.web.sent import text
from signatures import handing_in
from signatures.handing_in import Sheet


class Sheets(Field):
    """A list of sheets as people write it."""

    def parse(self, form: FormData, name: str) -> tuple[Sheet, ...]:
        return handing_in.read(text(form, name))

    def written(self, name: str, value: Any) -> dict[str, str]:
        return {name: "\n".join(f"{one.number}, {one.lines}" for one in value)}


def _show(desk: Desk, about: Examined) -> Context:
    """The receipts, and the way to give another where sheets may come."""
    return {
        "receipts": handing.receipts_of(desk.session, about.petition.id),
        "issuer": handing.issuer_of(desk.session, about.measure, desk.words),
        "possible": handing.may_register(about.measure),
    }


def _register(desk: Desk, about: Examined, given: Given) -> None:
    handing_over.register(desk.uow, about.measure.id, sheets=given["sheets"], by=desk.officer)


HANDING: Final = EXAMINATION.below("/handed-in", "handing", "desk.handing.title", opened, _show)
REGISTERING: Final = Form(
    HANDING,
    _register,
    {"sheets": Sheets(label="desk.handing.field")},
    usual="sheets",
    flash="desk.flash.sheets-registered",
)
