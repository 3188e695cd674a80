"""Designations by page: an officer proposes one from the State's letter, another confirms it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Role
from referendum.lifecycle import designating
from tests import scans
from tests.doors.browser import Browser
from tests.lifecycle.test_designating import CHAIR, known, revokes
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import Page
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument

PATH = "/desk/designations"
FILE = {"document_file": ("letter.pdf", scans.pdf("지정"), "application/octet-stream")}
TYPED = {
    "instrument": "initiative",
    "system": "주민참여 시스템",
    "from_day": "2027-02-01",
    "document_number": "행안부-2027-12",
    "document_day": "2027-01-20",
}


@pytest.fixture
def clerk(town: Town) -> Colleague:
    return hire(town, "council", authority=CHAIR)


@pytest.fixture
def client(site: Open, clerk: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), clerk)


@pytest.fixture
def undesignated(town: Town) -> UUID:
    """A petition that collects in the town without its designation."""
    revokes(town, known(town)[0].row.id, town.officer(CHAIR))
    return town.opens(Instrument.INITIATIVE)


def confirms(client: Browser, colleague: Colleague, path: str) -> Any:
    """What a second officer does on the page of a proposal."""
    html = client.get(path).text
    version = html.partition('name="version" value="')[2][:64]
    return sends(client, f"{path}/confirmation", html=html, version=version, code=colleague.code())


@pytest.mark.parametrize("language", ["ko", "en"])
def test_two_officers_open_online_signing(
    client: Browser,
    site: Open,
    town: Town,
    database_url: str,
    undesignated: UUID,
    language: str,
) -> None:
    client.headers["accept-language"] = language
    number = town.measure(undesignated).number
    missing = {"ko": "기록된 지정이 아직 없습니다", "en": "No designation is recorded yet"}[
        language
    ]
    desk = client.get(f"/desk/measures/{number}").text
    assert missing in desk
    assert f'href="{PATH}"' in desk
    page = client.get(PATH).text
    assert Page(page).faults == []
    assert missing in page
    put = sends(client, PATH, files=FILE, **TYPED)
    assert put.status_code == 303
    path = put.headers["location"]
    shown = client.get(path).text
    assert Page(shown).faults == []
    for said in (TYPED["system"], TYPED["document_number"]):
        assert said in shown
    assert "proposal." not in shown
    second = hire(town, "council2", authority=CHAIR)
    other = sits(site(database=database_url), second)
    other.headers["accept-language"] = language
    assert path in other.get("/desk/proposals").text
    assert confirms(other, second, path).status_code == 303
    public = site(database=database_url)
    public.headers["accept-language"] = language
    read = public.get("/designations").text
    assert Page(read).faults == []
    for said in (TYPED["system"], TYPED["document_number"], "SHA-256"):
        assert said in read
    assert missing not in client.get(f"/desk/measures/{number}").text
    town.signs(undesignated, 1)


@pytest.mark.parametrize(
    ("left_out", "field"),
    [("system", "system"), ("from_day", "from_day"), ("document_number", "document_number")],
)
def test_what_is_missing_is_said_at_its_field(
    client: Browser, town: Town, left_out: str, field: str
) -> None:
    typed = {name: said for name, said in TYPED.items() if name != left_out}
    answered = sends(client, PATH, files=FILE, **typed)
    assert answered.status_code == 422
    assert f'href="#field-{field}"' in answered.text
    assert len(known(town)) == 1


def test_a_number_without_its_file_is_not_enough(client: Browser) -> None:
    answered = sends(client, PATH, **TYPED)
    assert answered.status_code == 422
    assert 'href="#field-document_file"' in answered.text


def test_its_end_is_recorded_the_same_way(
    client: Browser, site: Open, town: Town, database_url: str
) -> None:
    measure = town.opens(Instrument.INITIATIVE)
    one = known(town)[0].row
    assert f"{PATH}/{one.id}/revocation" in client.get(PATH).text
    path = f"{PATH}/{one.id}/revocation"
    assert Page(client.get(path).text).faults == []
    put = sends(
        client, path, files=FILE, reason="지정 취소",
        document_number="행안부-2027-99", document_day="2027-01-21",
    )  # fmt: skip
    assert put.status_code == 303
    second = hire(town, "council2", authority=CHAIR)
    other = sits(site(database=database_url), second)
    assert confirms(other, second, put.headers["location"]).status_code == 303
    assert known(town)[0].revoked is not None
    public = site(database=database_url)
    assert "행안부-2027-99" in public.get("/designations").text
    number = town.measure(measure).number
    for leads in ("/rules", f"/measures/{number}/sign"):
        assert 'href="/designations"' in public.get(leads).text
    assert client.get(path).status_code == 409


def test_an_office_without_such_petitions_is_told_whose_it_is(
    site: Open, town: Town, database_url: str
) -> None:
    """The mayor's office examines referendums, and the chair's has nothing to say on them."""
    mayor = sits(site(database=database_url), hire(town, "mayor", authority=Authority.MAYOR))
    refused = sends(mayor, PATH, files=FILE, **TYPED)
    assert refused.status_code == 403
    with town.begin() as uow:
        mine = [one for one in designating.demanding() if one is not Instrument.INITIATIVE]
        by = town.officer(Authority.MAYOR)
        may = [one for one in mine if designating.refusal(uow.session, by, one) is None]
    page = mayor.get(PATH).text
    assert may
    assert 'value="initiative"' not in page


def test_it_is_for_those_who_act_on_papers(site: Open, town: Town, database_url: str) -> None:
    client = sits(site(database=database_url), hire(town, "registrar", roles=(Role.REGISTRAR,)))
    assert client.get(PATH).status_code == 403
    assert PATH not in client.get("/desk").text
