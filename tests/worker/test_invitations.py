"""Set-up links go to their holders by mail, through a real mail server."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select, text

from referendum.bootstrap import Services
from referendum.identity import accounts, entering, inviting, sessions
from referendum.identity.accounts import Wanted
from referendum.identity.inviting import TASK, TRIES
from referendum.identity.tables import SetupLink
from referendum.kernel.people import Authority, Officer, Role
from tests.identity.desk import hire
from tests.identity.neighbourhood import Neighbourhood
from tests.notices.postbox import Postbox
from tests.worker.office import Office

MAILBOX = "choi@city.example"


@pytest.fixture
def link(city: Services) -> UUID:
    """An administrator has invited a colleague."""
    village = Neighbourhood.build(city.begin, city.vault)
    kim = hire(village)
    hire(village, "lee")
    roles = frozenset({Role.ADMINISTRATOR})
    by = Officer(kim.id, village.jurisdiction_id, Authority.MAYOR, roles, fresh=True)
    choi = Wanted(
        username="choi",
        display_name="최담당",
        office_title="주무관",
        roles={Role.CLERK},
        email=MAILBOX,
    )
    with city.begin() as uow:
        assert accounts.invite(uow, city.vault, city.terms, choi, by=by) is None
    with city.begin() as uow:
        made = select(SetupLink).where(SetupLink.way == "mail")
        return uow.session.scalars(made).one().id


def row(services: Services, link: UUID) -> SetupLink:
    with services.begin() as uow:
        return uow.session.scalars(select(SetupLink).where(SetupLink.id == link)).one()


def test_the_link_comes_to_its_holder_and_opens_the_account(
    city: Services, postbox: Postbox, link: UUID
) -> None:
    Office(city).empties()
    (letter,) = postbox.letters
    assert letter["To"] == MAILBOX
    found = re.search(r"/desk/set-up/([\w-]+)", letter.get_content())
    assert found
    assert found[1] not in letter["Subject"]
    assert row(city, link).sent_at is not None
    assert row(city, link).token_hash == sessions.mark(found[1])
    with city.begin() as uow:
        offer = entering.offer_set_up(uow, city.vault, found[1], issuer="Referendum")
    assert (offer.username, offer.printed) == ("choi", False)


def test_neither_table_nor_task_holds_link_or_mailbox(
    city: Services, postbox: Postbox, link: UUID
) -> None:
    Office(city).empties()
    content = postbox.letters[0].get_content()
    token = re.findall(r"/desk/set-up/([\w-]+)", content)[0]
    assert row(city, link).id == link
    tables = ("outbox_message", "setup_link", "staff", "notice", "record_entry")
    with city.begin() as uow:
        for table in tables:
            rows = uow.session.scalars(text(f"select t::text from {table} t")).all()  # constants
            assert not [one for one in rows if token in one or MAILBOX in one], table


def test_a_link_that_nobody_takes_comes_again_and_is_given_up(
    city: Services, postbox: Postbox, link: UUID
) -> None:
    postbox.full = True
    office = Office(city)
    (message,) = office.waiting(TASK)
    office.carries(message, times=TRIES - 1)
    assert row(city, link).failed_at is None
    assert office.waiting(TASK)
    office.carries(message)
    assert row(city, link).failed_at is not None
    assert not office.waiting(TASK)
    assert not postbox.letters


def test_a_link_that_was_replaced_is_not_sent(city: Services, postbox: Postbox, link: UUID) -> None:
    office = Office(city)
    with city.begin() as uow:
        ended = uow.session.scalars(select(SetupLink).where(SetupLink.id == link)).one()
        inviting.end_unused(uow.session, ended.staff_id)
    office.empties()
    assert not postbox.letters
