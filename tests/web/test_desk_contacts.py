"""Where an authority's desk is: written down by its administrator, told to those who need it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referendum.kernel.people import Authority, Role, RoleMissing
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.office import contacts
from referendum.lifecycle.office.contacts import Reached
from referendum.lifecycle.office.tables import Contact
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import hire

HERE = "/desk/contacts"
DESK = {
    "name_ko": "민원 창구",
    "address_ko": "시청 1층",
    "telephone": "031-000-0001",
    "hours_ko": "평일 오전 9시부터 오후 6시까지",
}


@pytest.fixture
def administrator(site: Open, town: Town, database_url: str) -> Browser:
    browser = site(database=database_url)
    sits(browser, hire(town, "admin.one", roles=(Role.ADMINISTRATOR,)))
    return browser


def test_an_administrator_writes_down_the_desk_of_their_own_authority(
    administrator: Browser, town: Town
) -> None:
    assert "적어 둔 창구가 없습니다." in administrator.get(HERE).text
    assert sends(administrator, HERE, **DESK).status_code == 303
    assert "창구 안내를 고쳤습니다." in administrator.get(HERE).text
    sends(administrator, HERE, **(DESK | {"telephone": "031-000-0002", "name_en": "The desk"}))
    with town.begin() as uow:
        (row,) = uow.session.scalars(select(Contact)).all()
        assert (row.authority, row.telephone) == ("mayor", "031-000-0002")
        assert contacts.desk(uow.session, town.place) is row
    english = administrator.get(f"{HERE}?lang=en").text
    assert "The desk" in english
    assert '<span lang="ko">시청 1층</span>' in english, "what has no English is told in Korean"


def test_what_is_missing_is_said_at_its_field(administrator: Browser) -> None:
    refused = sends(administrator, HERE, **(DESK | {"hours_ko": " "}))
    assert refused.status_code == 422
    assert 'href="#field-hours_ko"' in refused.text
    assert 'value="시청 1층"' in refused.text


def test_nobody_else_writes_it_and_nothing_in_it_is_empty(town: Town) -> None:
    reached = Reached(**DESK)
    with town.begin() as uow, pytest.raises(RoleMissing):
        contacts.change(uow, reached, by=town.officer(Authority.MAYOR, Role.CLERK))
    empty = Reached(**(DESK | {"telephone": "  "}))
    with town.begin() as uow, pytest.raises(ParticularMissing):
        contacts.change(uow, empty, by=town.officer(Authority.MAYOR, Role.ADMINISTRATOR))


def test_the_desk_people_are_sent_to_is_the_citys(town: Town) -> None:
    with town.begin() as uow:
        assert contacts.desk(uow.session, town.place) is None
        for authority in (Authority.COUNCIL_CHAIR, Authority.MAYOR):
            told = Reached(**(DESK | {"name_ko": authority.value}))
            contacts.change(uow, told, by=town.officer(authority, Role.ADMINISTRATOR))
    with town.begin() as uow:
        found = contacts.desk(uow.session, town.place)
        assert found is not None
        assert found.name_ko == "mayor"
        assert list(contacts.listed(uow.session, town.place)) == [
            Authority.MAYOR,
            Authority.COUNCIL_CHAIR,
        ]
