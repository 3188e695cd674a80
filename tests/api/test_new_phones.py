"""Who comes by a phone that was put on file while a petition ran learns nothing of its person."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from referendum.kernel.people import Assurance
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.tables import RegisterVersion
from tests.api.callers import Caller, Switchboard, code_of
from tests.papers import CONSENTS
from tests.town import Town

EACH = {consent.value: version for consent, version in CONSENTS.items()}


def gets_a_phone(town: Town, number: int) -> None:
    """The version of the register that is there gave it to them, just now; its days are over."""
    with town.begin() as uow:
        here = RegisterVersion.jurisdiction_id == town.place
        version = uow.session.scalar(select(func.max(RegisterVersion.number)).where(here))
        uow.session.add(
            PhoneChange(
                person_id=town.resident(number).person,
                version=version,
                replaced=True,
                phone_index=uuid4().bytes * 2,
                former=[],
                changed_at=uow.now(),
                told_at=uow.now() - timedelta(days=8),
            )
        )


def signs(caller: Caller, petition: UUID) -> tuple[int, str]:
    answer = caller.post(f"/petitions/{petition}/signatures", {"consents": EACH})
    return answer.status_code, code_of(answer) if answer.status_code >= 400 else ""


@pytest.mark.parametrize("has_signed", [True, False])
def test_the_answers_are_the_same_whether_they_signed_or_not(
    line: Switchboard, town: Town, initiative_open: UUID, *, has_signed: bool
) -> None:
    """By the crowd's way and by the one that knows every reason."""
    number, petition = town.some(9)[8], town.petition(initiative_open)
    if has_signed:
        town.signs(initiative_open, number)
    gets_a_phone(town, number)
    caller = line.resident(number)
    assert signs(caller, petition) == (403, "phone-changed-since")
    back = caller.sends("DELETE", f"/petitions/{petition}/signatures/mine")
    assert code_of(back) == "not-signed"
    assert caller.get("/signatures/mine").json()["items"] == []


def test_whoever_always_had_the_phone_is_told_as_before(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    number, petition = town.some(9)[8], town.petition(initiative_open)
    caller = line.resident(number)
    assert town.resident(number).assurance is Assurance.PHONE_ON_FILE
    assert signs(caller, petition) == (201, "")
    (own,) = caller.get("/signatures/mine").json()["items"]
    assert own["petition"] == str(petition)
