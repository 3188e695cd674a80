"""The first steps of an office: what is missing is said until it is there, each with its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from referendum.identity import staff
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import beginning
from referendum.lifecycle.beginning import First
from tests.doors.browser import Browser
from tests.ground import elsewhere
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.staff import hire

PATH = "/desk/first-steps"


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    """Signed in as the only officer of the council's office."""
    return sits(
        site(database=database_url),
        hire(town, "council.one", authority=Authority.COUNCIL_CHAIR, roles=(Role.CLERK,)),
    )


def missing(town: Town, authority: Authority) -> set[First]:
    """What the office still needs."""
    with town.begin() as uow:
        officer = Officer(town.officer(authority).id, town.place, authority, frozenset())
        found = beginning.steps(uow.session, officer, uow.now())
        assert [one.first for one in found] == [one.first for one in sorted(found, key=_order)]
        return {one.first for one in found if not one.done}


def _order(step: beginning.Step) -> int:
    return list(First).index(step.first)


def test_what_an_office_needs_is_said_until_it_is_there(client: Browser, town: Town) -> None:
    council = Authority.COUNCIL_CHAIR
    everybody = {First.ADMINISTRATORS, First.CLERKS, First.CERTIFIERS}
    assert everybody <= missing(town, council)
    assert f'href="{PATH}"' in client.get("/desk").text
    shown = client.get(PATH, headers={"accept-language": "en"}).text
    assert "1 (2 needed)" in shown
    assert f'href="{PATH}"' in client.get("/desk").text
    assert 'href="/desk/staff"' not in shown, "a page that this officer may not open"
    hire(town, "council.four", authority=council, roles=(Role.CLERK,))
    assert First.CLERKS not in missing(town, council)
    for name in ("two", "three"):
        hire(town, f"council.{name}", authority=council, roles=(Role.CERTIFIER,))
        hire(town, f"council.admin.{name}", authority=council, roles=(Role.ADMINISTRATOR,))
    assert not everybody & missing(town, council)


def test_an_account_whose_role_rests_does_not_count(town: Town) -> None:
    """A certifier who waits cannot certify, and one who was never set up can do nothing."""
    commission = Authority.ELECTION_COMMISSION
    first = hire(town, "election.two", authority=commission, roles=(Role.CERTIFIER,))
    hire(town, "election.three", authority=commission, roles=(Role.CERTIFIER,))
    assert First.CERTIFIERS not in missing(town, commission)
    with town.begin() as uow:
        staff.held(uow.session, first.id).certifies_from = uow.now() + timedelta(days=2)
    assert First.CERTIFIERS in missing(town, commission)
    with town.begin() as uow:
        staff.held(uow.session, first.id).certifies_from = None
        staff.held(uow.session, first.id).disabled_at = uow.now()
    assert First.CERTIFIERS in missing(town, commission)


def test_what_a_place_needs_is_counted_by_what_is_recorded(town: Town) -> None:
    """The town has a register, its totals, designations and a mayor, and no promise yet."""
    before = missing(town, Authority.MAYOR)
    assert not before & {First.REGISTER, First.TOTALS, First.DESIGNATION, First.HOLDER}
    assert First.PROMISE in before
    assert First.PROMISE not in missing(town, Authority.COUNCIL_CHAIR), "no promise of theirs"
    town.has_a_promise()
    assert First.PROMISE not in missing(town, Authority.MAYOR)


def test_a_place_that_has_nothing_needs_all_of_it(town: Town) -> None:
    bare = elsewhere(town.begin)
    with town.begin() as uow:
        officer = replace(town.officer(Authority.MAYOR), jurisdiction=bare)
        found = beginning.steps(uow.session, officer, uow.now())
    assert [one.first for one in found] == list(First)
    assert not any(one.have for one in found)
    pressing = {one.first for one in found if one.pressing}
    assert pressing == set(First) - beginning.OPTIONAL
