"""The last page before a signature says who signs, and what, and lets one go without hitting it."""

from __future__ import annotations

import re
from typing import Final

import pytest

from referendum.i18n.words import Words
from signatures.tables import Petition
from tests.api.test_found_in_use import PEOPLE
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.handing_in import read, takes_in
from tests.web.staff import Colleague
from tests.web.test_faults_by_page import CONSENTS, arrives
from tests.web.test_signing import SIGNER
from tests.web.visitors import Visitor, registers_phone
from thresholds.vocabulary import Instrument

CONSENT: Final = "/measures/1/sign/consent"
PHONES: Final = re.compile(r'data-label="휴대전화">([^<]+)<')


def confirms(visitor: Visitor, seen: str) -> str:
    return visitor.sends(CONSENT, seen=seen, **CONSENTS).text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_last_page_says_who_signs_and_what(
    desk: Browser, colleague: Colleague, visitor: Visitor, language: str
) -> None:
    """Each sees their own name, though the page comes from a plate."""
    takes_in(desk, colleague, *PEOPLE)
    town, words = visitor.town, Words.load(language)
    measure = town.measure(town.opens(Instrument.INITIATIVE))
    for name, born, phone in (
        ("박평범", "1980-12-31", "010-2000-0009"),
        ("한내국", "1982-12-31", "010-2000-0011"),
    ):
        visitor.client.cookies.clear()
        visitor.client.headers["accept-language"] = language
        html = confirms(visitor, arrives(visitor, name, born, phone))
        assert f"{words('signing.confirm.who')}</dt><dd>{name}</dd>" in html
        assert f"<dd>{getattr(measure, f'title_{language}')}</dd>" in html
        assert words("signing.read.means.initiative") in read(html)


def test_who_signs_is_said_on_the_slow_way_too(
    desk: Browser, colleague: Colleague, visitor: Visitor
) -> None:
    """A petition of before days were closed to districts is asked for by itself."""
    takes_in(desk, colleague, *PEOPLE)
    town = visitor.town
    opened = town.opens(Instrument.INITIATIVE)
    with town.begin() as uow:
        uow.session.get_one(Petition, town.petition(opened)).closed_days = None
    html = confirms(visitor, arrives(visitor, "박평범", "1980-12-31", "010-2000-0009"))
    assert "<dd>박평범</dd>" in html


@pytest.mark.usefixtures("initiative_open")
def test_whom_the_register_holds_no_name_of_signs_without_one(visitor: Visitor, town: Town) -> None:
    registers_phone(town, SIGNER)
    visitor.is_signed_in(SIGNER)
    html = confirms(visitor, visitor.opens(CONSENT))
    assert "서명합니다" in html
    assert "서명하는 사람" not in html


def test_the_demo_lists_numbers_as_they_are_typed_and_leads_to_its_messages(
    site: Open, desk: Browser, colleague: Colleague, town: Town, database_url: str
) -> None:
    takes_in(desk, colleague, *PEOPLE)
    demo = Visitor(site(database=database_url, mode="demo"), town)
    listed = PHONES.findall(demo.opens("/demo"))
    assert "010-2000-0009" in listed
    assert [phone for phone in listed if not phone.startswith("010-")] == []
    registers_phone(town, SIGNER)
    assert 'href="/demo/outbox"' in demo.opens(demo.asks_for_a_code(SIGNER))


def test_the_messages_are_named_nowhere_but_in_the_demo(visitor: Visitor) -> None:
    registers_phone(visitor.town, SIGNER)
    assert "/demo/outbox" not in visitor.opens(visitor.asks_for_a_code(SIGNER))
