"""Every address that leaves the service is a page that is there, whoever may read it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.certificates.tables import Certificate
from referendum.identity import demonstrating, phones
from referendum.identity.accounts import Wanted
from referendum.kernel.addresses import Addresses
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import inviting, locating, proposing
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.news import following as follows
from referendum.lifecycle.news.following import Channel, Subject, Told
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Representative
from tests.papers import PAPER
from tests.together import all_agree
from tests.town import Town
from tests.web.desk import sits
from tests.web.staff import hire
from tests.web.visitors import Visitor, phone_of, registers_phone
from tests.worker.office import Office
from tests.worker.residents import lives_with_phone
from thresholds.vocabulary import Instrument

INITIATOR, FRIEND = 1, 20
AT = "https://vote.city.example/"
BOOK = Addresses(AT)


def number_of(town: Town, measure: UUID) -> int:
    with town.begin() as uow:
        return locating.get(uow.session, measure).number


def measure(visitor: Visitor) -> str:
    return BOOK.measure(number_of(visitor.town, visitor.town.opens(Instrument.INITIATIVE)))


def certificate(visitor: Visitor) -> str:
    visitor.town.qualifies(Instrument.REFERENDUM, 40)
    with visitor.town.begin() as uow:
        return BOOK.certificate(uow.session.scalars(select(Certificate.id)).one())


def invitation(visitor: Visitor) -> str:
    """As the message gives it to whoever's phone was invited."""
    town = visitor.town
    drafted = town.drafts(Instrument.INITIATIVE, by=town.resident(INITIATOR))
    registers_phone(town, FRIEND)
    phone = phones.mobile(phone_of(FRIEND), invented=True)
    with town.begin() as uow:
        made = inviting.invite(uow, town.vault, drafted, phone=phone, by=town.resident(INITIATOR))
    visitor.is_signed_in(FRIEND)
    return BOOK.invitation(number_of(town, drafted), made.id)


def workspace(visitor: Visitor) -> str:
    town = visitor.town
    drafted = town.drafts(Instrument.INITIATIVE, by=town.resident(INITIATOR))
    visitor.is_signed_in(INITIATOR)
    return BOOK.workspace(number_of(town, drafted))


def set_up(visitor: Visitor) -> str:
    with visitor.town.begin() as uow:
        made = demonstrating.account(
            uow,
            visitor.town.vault,
            Wanted(username="lee", display_name="이담당", office_title="과장", roles=[Role.CLERK]),
            of=visitor.town.place,
            authority=Authority.MAYOR,
            invented=True,
        )
    return BOOK.set_up(made.token)


def directory_return(_visitor: Visitor) -> str:
    """Whoever comes without having been sent there begins anew."""
    return BOOK.directory_return()


def proposal(visitor: Visitor) -> str:
    """As a reminder names it to whoever could confirm it."""
    town = visitor.town
    measure = town.opens(Instrument.REFERENDUM)
    given = Particulars(document=PAPER, reason="법원 판결")
    with town.begin() as uow:
        put = proposing.propose(
            uow, town.means, measure, Act.ANNUL, town.officer(Authority.MAYOR), given
        )
    sits(visitor.client, hire(town, "lee", roles=(Role.CLERK,)))
    return BOOK.proposal(put.id)


def following(visitor: Visitor) -> str:
    """As every letter has it."""
    told = Told(Channel.MAIL, "resident@example.com", "ko")
    with visitor.town.begin() as uow:
        subject = Subject(place=visitor.town.place)
        made = follows.follow(uow, visitor.town.vault, subject, told, proved=False)
    return BOOK.following(follows.token_of(visitor.town.vault, made.id))


def voting(visitor: Visitor) -> str:
    town = visitor.town
    drafted = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(drafted, Authority.MAYOR)
    return BOOK.voting(number_of(town, drafted))


def page(_visitor: Visitor) -> str:
    return BOOK.page("/results")


def picture(visitor: Visitor) -> str:
    return BOOK.picture(number_of(visitor.town, visitor.town.opens(Instrument.INITIATIVE)), "en")


LEAVING: dict[str, Callable[[Visitor], str]] = {
    one.__name__: one
    for one in (
        *(measure, picture, page, certificate, invitation, workspace, set_up),
        *(directory_return, proposal, following, voting),
    )
}


def test_this_is_the_whole_book() -> None:
    entries = {name for name, _ in inspect.getmembers(Addresses, inspect.isfunction)}
    assert {name for name in entries if not name.startswith("_")} == set(LEAVING)


@pytest.mark.parametrize("entry", LEAVING)
def test_an_address_opens_a_page(visitor: Visitor, entry: str) -> None:
    address = LEAVING[entry](visitor)
    assert address.startswith("https://vote.city.example/")
    assert "//" not in urlsplit(address).path
    assert visitor.client.get(urlsplit(address).path).status_code == 200


def test_the_desk_and_the_choice_of_mail_are_where_a_digest_says(visitor: Visitor) -> None:
    sits(visitor.client, hire(visitor.town, "lee", roles=(Role.CLERK,)))
    for address in (BOOK.desk, BOOK.mail):
        assert visitor.client.get(urlsplit(address).path).status_code == 200


def test_a_notice_names_the_page_and_the_day_as_it_is_there(
    visitor: Visitor, office: Office
) -> None:
    """An act at half past eight in the morning is of that day, not of the day before in London."""
    town = visitor.town
    drafted = town.drafts(Instrument.REFERENDUM)
    town.waits(hours=23, minutes=30)
    person = lives_with_phone(town)
    with town.begin() as uow:
        uow.session.add(Representative(measure_id=drafted, person_id=person))
    all_agree(town, drafted, Act.APPLY)
    (told,) = office.waiting("notices.tell_step")
    office.carries(told)
    ((facts,),) = office.rows("select facts from notice")
    assert "2027년 2월 2일 " in facts["ko"]
    assert "2 February 2027" in facts["en"]
    for said in facts.values():
        assert visitor.client.get(urlsplit(said.rpartition(" ")[2]).path).status_code == 200
