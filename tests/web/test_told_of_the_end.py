"""Whoever signed or registered to vote, and ticked that they want it, hears once how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from referendum.kernel.keys import Keyring
from referendum.kernel.sealing import SealedDataKey
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.news import following
from referendum.lifecycle.news.tables import Following
from referendum.lifecycle.stages import Act
from referendum.roll.finding import seal_place
from referendum.roll.tables import Residence
from signatures.tables import Line
from tests.doors.gate import services
from tests.papers import PAPER
from tests.town import Town
from tests.web.test_enrolling import fills_in, proves
from tests.web.visitors import Visitor, phone_of, registers_phone
from tests.worker.office import Office
from tests.worker.test_news import goes_out, heard

AGREED = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
CONSENT = "/measures/1/sign/consent"
SIGNER = 30


@pytest.fixture
def office(keyring: Keyring, database_url: str) -> Iterator[Office]:
    """A background that shows what it would send."""
    service = services(keyring, database_url, mode="demo")
    yield Office(service)
    service.engine.dispose()


def is_on_file(town: Town, number: int, phone: str | None) -> None:
    """With a name, an address and perhaps a phone, as a file of the register brings them."""
    registers_phone(town, number)
    person = town.resident(number).person
    told: dict[str, Any] = {
        "name": "김하나",
        "former_names": [],
        "address": "견본로 1",
        "phone": phone,
    }
    with town.begin() as uow:
        key = town.vault.new_key(uow.session, purpose="register")
        sealed = key.seal_fields(told, place=seal_place(person))
        theirs = update(Residence).where(Residence.person_id == person)
        uow.session.execute(theirs.values(sealed=sealed, key_id=key.id))


def e164(number: int) -> str:
    return f"+82{phone_of(number).replace('-', '')[1:]}"


def signs(visitor: Visitor, **ticked: str) -> str:
    """Through the last two steps; gives the page with the receipt."""
    seen = visitor.sends(CONSENT, seen=visitor.opens(CONSENT), **AGREED, **ticked).text
    carried = {"tell": "yes"} if 'name="tell" value="yes"' in seen else {}
    answer = visitor.sends("/measures/1/sign", seen=seen, **AGREED, **carried)
    assert answer.status_code == 200, answer.text
    assert "서명 확인증" in answer.text
    return str(answer.text)


def followers(town: Town) -> list[Following]:
    with town.begin() as uow:
        return list(uow.session.scalars(select(Following)))


def test_a_signer_who_wants_it_hears_once_and_nothing_before_the_end(
    town: Town, visitor: Visitor, office: Office, initiative_open: UUID
) -> None:
    """The address is wrapped to whoever examines the petition, not to the city."""
    is_on_file(town, SIGNER, e164(SIGNER))
    goes_out(office)
    visitor.is_signed_in(SIGNER)
    assert 'name="tell" value="yes" checked' not in visitor.opens(CONSENT), "nobody ticks it for us"
    signs(visitor, tell="yes")
    (row,) = followers(town)
    assert (row.only_end, row.measure_id, row.confirmed) == (True, initiative_open, True)
    with town.begin() as uow:
        assert following.address_of(uow.session, town.vault, row) == e164(SIGNER)
        assert uow.session.get_one(SealedDataKey, row.key_id).wrapped_by == "council_chair"
    town.waits_for("collection_ends", initiative_open)
    goes_out(office)
    assert (len(followers(town)), heard(office)) == (1, [])
    given = Particulars(document=PAPER, reason="각하")
    town.acts(initiative_open, Act.ANNUL, town.examiner_of(initiative_open), given)
    goes_out(office)
    assert (followers(town), heard(office)) == ([], ["ended"])


@pytest.mark.parametrize(("phone", "ticked"), [(True, {}), (False, {"tell": "yes"})])
def test_nothing_is_kept_of_who_said_no_and_of_who_has_no_phone_on_file(
    town: Town,
    visitor: Visitor,
    initiative_open: UUID,
    *,
    phone: bool,
    ticked: dict[str, str],
) -> None:
    assert initiative_open
    is_on_file(town, SIGNER, e164(SIGNER) if phone else None)
    visitor.is_signed_in(SIGNER)
    signs(visitor, **ticked)
    assert followers(town) == []
    with town.begin() as uow:
        assert len(uow.session.scalars(select(Line.id)).all()) == 1


def test_what_was_ticked_stays_ticked_where_a_consent_is_missing(
    town: Town, visitor: Visitor, initiative_open: UUID
) -> None:
    assert initiative_open
    visitor.is_signed_in(SIGNER)
    seen = visitor.sends(CONSENT, seen=visitor.opens(CONSENT), purpose="yes", tell="yes")
    assert seen.status_code == 422
    ticked = seen.text.partition('id="field-tell"')[2].partition(">")[0]
    assert " checked" in ticked
    assert town.measure(initiative_open).stage == "collecting"


@pytest.mark.parametrize("wants", [True, False])
def test_a_voter_who_registered_is_told_by_the_number_that_was_proved(
    town: Town, visitor: Visitor, enrolment_called: UUID, *, wants: bool
) -> None:
    page = proves(visitor, 1)
    answer = fills_in(visitor, page, **({"tell": "yes"} if wants else {}))
    assert answer.status_code == 303
    rows = followers(town)
    assert [row.measure_id for row in rows] == ([enrolment_called] if wants else [])
    with town.begin() as uow:
        to = [following.address_of(uow.session, town.vault, row) for row in rows]
    assert to == ([e164(1)] if wants else [])
