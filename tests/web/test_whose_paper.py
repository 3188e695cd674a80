"""A form says whose paper it asks for before it is sent, and that paper is what is kept."""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.i18n.words import Language, Words
from referendum.kernel.people import Authority
from referendum.lifecycle import days_declared
from referendum.lifecycle.days_declared import Sort
from referendum.papers.naming import Issuer
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.staff import Colleague, hire

FORMS = {
    "/desk/register/days-off": Issuer.STATE,
    "/desk/register/elections": Issuer.ELECTION_COMMISSION,
    "/desk/register/outages": Issuer.MAYOR,
    "/desk/designations": Issuer.STATE,
}


@pytest.fixture
def clerk(town: Town) -> Colleague:
    return hire(town, "mayor")


@pytest.fixture
def client(site: Open, clerk: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), clerk)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("path", FORMS)
def test_a_form_says_whose_paper_it_means(client: Browser, path: str, language: Language) -> None:
    words = Words.load(language)
    client.headers["accept-language"] = language
    issuer = words(f"papers.issuer.{FORMS[path].value}")
    html = client.get(path).text
    assert words("papers.must-be", issuer=issuer) in html
    others = {words(f"papers.issuer.{one.value}") for one in Issuer} - {issuer}
    assert not any(words("papers.must-be", issuer=other) in html for other in others)


def test_it_is_the_one_that_is_kept(town: Town) -> None:
    by = town.officer(Authority.MAYOR)
    said = {sort: days_declared.issuer_of(sort, by) for sort in Sort}
    assert said == {
        Sort.DAY_OFF: FORMS["/desk/register/days-off"],
        Sort.ELECTION: FORMS["/desk/register/elections"],
        Sort.OUTAGE: FORMS["/desk/register/outages"],
    }


@pytest.mark.parametrize("language", list(Language))
def test_a_halt_rests_on_a_courts_paper_or_on_the_own_offices(
    client: Browser, town: Town, referendum_open: UUID, language: Language
) -> None:
    words = Words.load(language)
    client.headers["accept-language"] = language
    html = client.get(f"/desk/measures/{town.measure(referendum_open).number}/holds").text
    for kind, issuer in (("court", Issuer.COURT), ("postponement", Issuer.MAYOR)):
        said = words(
            "papers.must-be-for",
            case=words(f"measure.hold.{kind}"),
            issuer=words(f"papers.issuer.{issuer.value}"),
        )
        assert said in html
