"""Through a phone that came later, nobody sees or changes what was signed before it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from referendum.kernel.people import Assurance
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.tables import RegisterVersion
from signatures import collecting
from signatures.errors import NotSigned, PhoneChangedSince
from signatures.lines import Origin
from tests.signatures.city import City, Inhabitant, paper


def gets_a_phone(city: City, who: Inhabitant) -> None:
    """The next version of the register, as of now, has another phone for them."""
    with city.begin() as uow:
        versions = select(RegisterVersion).where(RegisterVersion.jurisdiction_id == city.place)
        last = uow.session.scalars(versions.order_by(RegisterVersion.number.desc())).first()
        assert last is not None
        uow.session.add(
            RegisterVersion(
                jurisdiction_id=city.place,
                number=last.number + 1,
                as_of=last.as_of,
                imported_by="nobody",
                file_sha256="",
                **dict.fromkeys(("added", "changed", "ended", "refused", "unchanged"), 0),
            )
        )
        uow.session.add(
            PhoneChange(
                person_id=city.ids[who.number],
                version=last.number + 1,
                replaced=True,
                phone_index=uuid4().bytes * 2,
                former=[],
                changed_at=uow.now(),
                told_at=uow.now(),
            )
        )


def seen(city: City, who: Inhabitant, assurance: Assurance = Assurance.PHONE_ON_FILE) -> set[UUID]:
    """The petitions on which they see a signature of theirs."""
    with city.begin() as uow:
        resident = city.resident(who, assurance)
        return {one.petition_id for one in collecting.mine(uow.session, city.vault, resident)}


def test_what_was_signed_before_the_phone_came_is_not_shown_through_it(city: City) -> None:
    petition, (who, neighbour, *_) = city.opens(), city.inhabitants
    city.signs(petition, who)
    city.signs(petition, neighbour)
    gets_a_phone(city, who)
    assert seen(city, who) == set()
    assert seen(city, neighbour) == {petition}


def test_the_desk_that_saw_the_person_shows_it(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.signs(petition, who)
    gets_a_phone(city, who)
    assert seen(city, who, Assurance.DESK) == {petition}


def test_a_line_on_paper_is_not_shown_through_it_whenever_it_came(city: City) -> None:
    before, who = city.opens(), city.inhabitants[0]
    city.brings(before, [paper(who, 1, on=city.today())])
    city.examines(before)
    assert seen(city, who) == {before}
    gets_a_phone(city, who)
    after = city.opens()
    city.brings(after, [paper(who, 1, on=city.today())])
    city.examines(after)
    assert seen(city, who) == set()


@pytest.mark.parametrize("how", ["online", "on paper", "not at all"])
def test_signing_and_withdrawing_answer_alike_whether_they_signed_or_not(
    city: City, how: str
) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    if how == "online":
        city.signs(petition, who)
    if how == "on paper":
        city.brings(petition, [paper(who, 1, on=city.today())])
        city.examines(petition)
    counted = city.counts(petition)
    gets_a_phone(city, who)
    with pytest.raises(PhoneChangedSince) as refused:
        city.signs(petition, who)
    assert refused.value.facts == {}
    with pytest.raises(NotSigned):
        city.withdraws(petition, who)
    assert city.counts(petition) == counted


def test_on_a_petition_that_opens_later_the_phone_serves_like_any_other(city: City) -> None:
    who = city.inhabitants[0]
    gets_a_phone(city, who)
    city.waits(days=1)
    petition = city.opens()
    city.signs(petition, who)
    assert seen(city, who) == {petition}
    with city.begin() as uow:
        (own,) = collecting.mine(uow.session, city.vault, city.resident(who))
    assert own.origin is Origin.ONLINE
    city.withdraws(petition, who)
    assert seen(city, who) == set()
