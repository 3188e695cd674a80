"""A city's pages are written by who operates the service, bind with two, and lose no version."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.proposals import OwnProposal, ProposedAlready, SecondOfficerNeeded
from referendum.lifecycle import confirming, seconding
from referendum.lifecycle.errors import NotYourAct, ParticularMissing
from referendum.lifecycle.office import city_pages
from referendum.lifecycle.office.city_pages import BINDING, LONGEST, Leaf, Texts
from referendum.lifecycle.office.errors import TextTooLong, TextUnchanged
from referendum.lifecycle.office.tables import CityPage
from tests.town import Town, seconded
from tests.web.city import says

SAID = Texts("## 무엇을 보관하나요\n\n이름을 보관합니다.", "## What is kept\n\nNames.")


def administrator(town: Town, authority: Authority = Authority.MAYOR) -> Officer:
    return town.officer(authority, Role.ADMINISTRATOR)


def versions(town: Town, leaf: Leaf) -> list[CityPage]:
    with town.begin() as uow:
        return list(city_pages.versions(uow.session, town.place, leaf))


def publishes(town: Town, leaf: Leaf, texts: Texts, by: Officer) -> None:
    with town.begin() as uow:
        city_pages.publish(uow, leaf, texts, by=by)


@pytest.mark.parametrize("leaf", Leaf)
def test_what_binds_takes_two_and_what_only_tells_takes_one(town: Town, leaf: Leaf) -> None:
    alone = administrator(town)
    if leaf in BINDING:
        with pytest.raises(SecondOfficerNeeded):
            publishes(town, leaf, SAID, alone)
        assert versions(town, leaf) == []
        publishes(town, leaf, SAID, seconded(alone))
    else:
        publishes(town, leaf, SAID, alone)
    (row,) = versions(town, leaf)
    assert (row.version, row.text_ko, row.text_en) == (1, SAID.ko, SAID.en)
    assert (row.confirmed_by is not None) is (leaf in BINDING)


def test_two_administrators_of_one_office_say_what_binds(town: Town) -> None:
    one = administrator(town)
    with town.begin() as uow:
        put = seconding.propose_page(uow, Leaf.PRIVACY, SAID, by=one)
    assert put.changes == [
        {"what": "page.version", "before": None, "after": "1"},
        {"what": "page.text", "before": None, "after": SAID.sha256},
    ]
    for by, refused in (
        (one, OwnProposal),
        (administrator(town, Authority.COUNCIL_CHAIR), NotYourAct),
        (town.officer(Authority.MAYOR, Role.CLERK), RoleMissing),
    ):
        with pytest.raises(refused), town.begin() as uow:
            confirming.confirm(uow, town.means, put.id, version=put.version, by=by)
    assert versions(town, Leaf.PRIVACY) == []
    with pytest.raises(ProposedAlready), town.begin() as uow:
        seconding.propose_page(uow, Leaf.PRIVACY, Texts("다른 글"), by=one)
    with town.begin() as uow:
        seconding.propose_page(uow, Leaf.TERMS, SAID, by=one)
    town.seconds(put, one)
    (row,) = versions(town, Leaf.PRIVACY)
    assert row.published_by == one.mark
    assert row.confirmed_by not in (None, one.mark)


def test_only_who_operates_the_service_writes_for_it(town: Town) -> None:
    """The election commission of this town does not operate it."""
    for by, refused in (
        (administrator(town, Authority.ELECTION_COMMISSION), NotYourAct),
        (town.officer(Authority.MAYOR, Role.CLERK), RoleMissing),
    ):
        with pytest.raises(refused):
            publishes(town, Leaf.QUESTIONS, SAID, by)
        with pytest.raises(refused), town.begin() as uow:
            seconding.propose_page(uow, Leaf.TERMS, SAID, by=by)
    assert versions(town, Leaf.QUESTIONS) == []


def test_every_version_stays_and_the_latest_is_shown(town: Town) -> None:
    first, second = says(town, Leaf.QUESTIONS), says(town, Leaf.QUESTIONS)
    kept = versions(town, Leaf.QUESTIONS)
    assert [one.version for one in kept] == [2, 1]
    assert [one.text_ko for one in kept] == [second.text_ko, first.text_ko]
    with town.begin() as uow:
        assert city_pages.written(uow.session, town.place)[Leaf.QUESTIONS].version == 2


@pytest.mark.parametrize(
    ("texts", "refused"),
    [
        (Texts(" \n", "Only English"), ParticularMissing),
        (Texts("가" * (LONGEST + 1)), TextTooLong),
        (Texts("가", "a" * (LONGEST + 1)), TextTooLong),
    ],
)
def test_what_cannot_be_a_page_is_refused(
    town: Town, texts: Texts, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        publishes(town, Leaf.CONTACT, texts, administrator(town))


def test_what_is_said_already_makes_no_version(town: Town) -> None:
    publishes(town, Leaf.CONTACT, SAID, administrator(town))
    with pytest.raises(TextUnchanged):
        publishes(town, Leaf.CONTACT, SAID, administrator(town))


def test_two_that_come_at_once_are_two_versions(town: Town) -> None:
    with ThreadPoolExecutor(4) as many:
        said = [
            many.submit(publishes, town, Leaf.QUESTIONS, Texts(f"{n}번"), administrator(town))
            for n in range(4)
        ]
        for one in said:
            one.result()
    assert [one.version for one in versions(town, Leaf.QUESTIONS)] == [4, 3, 2, 1]


def test_the_record_tells_of_the_text_by_its_fingerprint(town: Town) -> None:
    publishes(town, Leaf.QUESTIONS, SAID, administrator(town))
    with town.begin() as uow:
        leaf = uow.session.execute(
            text("select convert_from(leaf, 'UTF8') from record_entry where act = 'page.published'")
        ).scalar_one()
    assert SAID.sha256 in leaf


def test_line_ends_of_a_browser_are_no_other_text() -> None:
    assert Texts.of("가\r\n나\r\n", " a ") == Texts.of("가\n나", "a")
