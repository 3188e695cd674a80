"""Those who follow hear what happened, once each, and are never asked to sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from referendum.bootstrap import Services
from referendum.kernel.people import Authority
from referendum.kernel.sealing import SealedDataKey
from referendum.lifecycle import locating
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.advisory import following_up
from referendum.lifecycle.advisory.answering import Decision
from referendum.lifecycle.advisory.following_up import Content, ItemKind
from referendum.lifecycle.news import following, sending, spreading
from referendum.lifecycle.news.errors import NothingToFollow
from referendum.lifecycle.news.following import Channel, Subject, Told
from referendum.lifecycle.news.sending import Outgoing
from referendum.lifecycle.news.tables import Following, FollowLetter, NewsItem
from referendum.lifecycle.stages import Act
from referendum.notices.sending import Handover
from referendum.worker import news
from tests.notices.postbox import Postbox
from tests.papers import PAPER
from tests.town import Town
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

PHONE = "+82100000{:04d}"


def follows(
    town: Town,
    number: int,
    measure: UUID | None = None,
    *,
    district: str | None = None,
    only_end: bool = False,
    language: str = "ko",
) -> UUID:
    """Somebody who has proved their phone."""
    subject = Subject(place=town.place, measure=measure, district=district, only_end=only_end)
    told = Told(Channel.SMS, PHONE.format(number), language)
    with town.begin() as uow:
        return following.follow(uow, town.vault, subject, told, proved=True).id


def goes_out(office: Office, *, times: int = 2) -> None:
    """All that happened is noted, spread and sent; each as often as it may come."""
    office.empties(times=times)
    for _ in range(times):
        news.spread(office.services)
        news.send(office.services)


def heard(office: Office) -> list[str]:
    """What those who follow were told, in its order, by the name of the sentence."""
    rows = office.rows(
        "select template from demo_message where template like 'follow.%' order by at, template"
    )
    return [template.rpartition(".")[2] for (template,) in rows]


def test_who_follows_a_petition_hears_of_its_beginning_and_its_end_and_no_word_between(
    town: Town, office: Office
) -> None:
    """Once each, though every task runs twice; nothing asks for a signature."""
    measure = town.drafts(Instrument.INITIATIVE)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    follows(town, 1, measure)
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    goes_out(office)
    assert heard(office) == ["opened"]
    for number in town.some(5):
        town.signs(measure, number)
    town.waits(days=30)
    goes_out(office)
    assert heard(office) == ["opened"], "nothing of how far it is, or how soon it ends"
    town.waits_for("collection_ends", measure)
    goes_out(office)
    assert heard(office) == ["opened", "closed"]
    texts = [text for (text,) in office.rows("select facts::text from demo_message")]
    assert not any("서명해" in text for text in texts)
    assert office.count(FollowLetter) == 0
    assert office.count(NewsItem, NewsItem.done_at.is_(None)) == 0


def test_more_time_is_told_and_less_is_not(
    town: Town, office: Office, referendum_open: UUID
) -> None:
    follows(town, 1, referendum_open)
    hold = town.halts(referendum_open)
    town.waits(days=7)
    town.lifts(referendum_open, hold)
    goes_out(office)
    assert heard(office).count("extended") == 1


@pytest.mark.usefixtures("services")
def test_of_a_recall_nothing_is_told_from_the_certificate_on_and_nobody_follows_it(
    town: Town, office: Office
) -> None:
    everything = follows(town, 1)
    measure = town.opens(Instrument.RECALL)
    with pytest.raises(NothingToFollow):
        follows(town, 2, measure)
    town.waits_for("collection_ends", measure)
    goes_out(office)
    assert heard(office) == []
    with town.begin() as uow:
        assert uow.session.get(Following, everything) is not None


def test_who_follows_a_district_hears_of_what_concerns_it_and_of_nothing_else(
    town: Town, office: Office
) -> None:
    here, there = town.districts[0], town.districts[5]
    follows(town, 1, district=here.code)
    follows(town, 2, district=there.code)
    follows(town, 3)
    measure = town.drafts(Instrument.REFERENDUM, districts=[str(here.id)])
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    goes_out(office)
    told = office.rows("select recipient from demo_message where template like 'follow.%'")
    assert sorted(to[-4:] for (to,) in told) == ["0001", "0003"]


def test_a_vote_is_told_from_its_call_to_what_followed(
    town: Town, office: Office, referendum_open: UUID
) -> None:
    """Who wanted the end alone hears it once, and nothing is kept of them afterwards."""
    del referendum_open
    drafted = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(drafted, Authority.MAYOR)
    follows(town, 1, drafted, language="en")
    end = follows(town, 2, drafted, only_end=True)
    office.empties()
    town.votes(drafted, turnout=6, votes={"yes": 2, "no": 4})
    town.certifies(drafted, Authority.MAYOR)
    goes_out(office)
    with town.begin() as uow:
        key = uow.session.get_one(Following, end).key_id
    town.answers(drafted, Decision.FOLLOWED)
    goes_out(office)
    rows = office.rows(
        "select template, recipient, language, facts from demo_message"
        " where template like 'follow.%' order by at, recipient"
    )
    told = [(name.rpartition(".")[2], to[-1], language) for name, to, language, _ in rows]
    assert [one for one in told if one[1] == "2"] == [("answer", "2", "ko")]
    own = [one for one in told if one[1] == "1"]
    assert own[-2:] == [("result", "1", "en"), ("answer", "1", "en")]
    number = town.measure(drafted).number
    assert all(facts["link"].startswith("http") for *_, facts in rows)
    assert all(f"/measures/{number}" in facts["link"] for *_, facts in rows)
    with town.begin() as uow:
        assert uow.session.get(Following, end) is None
        assert uow.session.get_one(SealedDataKey, key).wrapped is None


def test_what_followed_an_answer_is_told_once_a_day_however_much_there_is(
    town: Town, office: Office
) -> None:
    drafted = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(drafted, Authority.MAYOR)
    town.votes(drafted, turnout=6, votes={"yes": 2, "no": 4})
    town.certifies(drafted, Authority.MAYOR)
    town.answers(drafted, Decision.FOLLOWED)
    goes_out(office)
    follows(town, 1, drafted)
    town.waits(days=3)
    planned = town.now().date() + timedelta(days=30)
    for title in ("설계", "공사"):
        content = Content(kind=ItemKind.MILESTONE, title_ko=title, planned=planned)
        with town.begin() as uow:
            mayor = town.pair(Authority.MAYOR)
            following_up.add(uow, drafted, content=content, by=mayor)
    goes_out(office)
    assert heard(office) == ["follow_up"]
    town.waits(days=2)
    news.forget(office.services)
    assert office.count(Following) == 1, "more may follow"
    town.waits(days=401)
    news.forget(office.services)
    assert office.count(Following) == 0


def test_the_link_of_a_letter_stops_it_and_takes_the_address_with_its_key(
    town: Town, office: Office, initiative_open: UUID
) -> None:
    one = follows(town, 1, initiative_open)
    token = following.token_of(town.vault, one)
    with town.begin() as uow:
        key = uow.session.get_one(Following, one).key_id
    for _ in range(2):
        with town.begin() as uow:
            following.stop(uow, town.vault, token)
    town.waits_for("collection_ends", initiative_open)
    goes_out(office)
    assert heard(office) == []
    with town.begin() as uow:
        assert uow.session.get(Following, one) is None
        assert uow.session.get_one(SealedDataKey, key).wrapped is None


def test_to_follow_twice_is_to_follow_once(
    town: Town, initiative_open: UUID, office: Office
) -> None:
    assert follows(town, 1, initiative_open) == follows(town, 1, initiative_open)
    assert office.count(Following) == 1
    assert follows(town, 1) != follows(town, 1, initiative_open)
    with town.begin() as uow:
        hashes = uow.session.scalars(select(Following.to_index)).all()
    assert len(set(hashes)) == 2, "nobody sees that one number follows both"


def test_a_spreading_that_breaks_off_writes_to_everybody_once(
    town: Town, office: Office, initiative_open: UUID
) -> None:
    """Piece by piece, with a crash after each: what had committed is not done again."""
    goes_out(office)
    for number in range(7):
        follows(town, number, initiative_open)
    town.waits_for("collection_ends", initiative_open)
    office.empties()

    def breaks() -> None:
        with town.begin() as uow:
            spreading.spread(uow, size=3)
            raise ZeroDivisionError

    more = True
    while more:
        with pytest.raises(ZeroDivisionError):
            breaks()
        with town.begin() as uow:
            more = spreading.spread(uow, size=3)
    for _ in range(3):
        news.spread(office.services)
    assert office.count(FollowLetter) == 7
    news.send(office.services)
    assert heard(office) == ["closed"] * 7


def test_a_sender_that_is_lost_with_letters_in_hand_sends_none_twice(
    town: Town, office: Office, initiative_open: UUID
) -> None:
    """A lost worker's letters come again under their keys, once its time is over."""
    goes_out(office)
    follows(town, 1, initiative_open)
    town.waits_for("collection_ends", initiative_open)
    office.empties()
    news.spread(office.services)
    compose = partial(news.compose, office.services)

    def lost(letters: Sequence[Outgoing]) -> Sequence[Handover]:
        news.deliver(office.services, letters)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sending.send_due(town.begin, town.vault, compose, lost)
    news.send(office.services)
    assert office.count(FollowLetter) == 1, "it is in somebody's hands"
    with town.begin() as uow:
        over = func.clock_timestamp() - timedelta(seconds=1)
        uow.session.execute(update(FollowLetter).values(claimed_until=over))
    news.send(office.services)
    assert (office.count(FollowLetter), heard(office)) == (0, ["closed"])


def test_mail_says_in_its_header_how_it_is_stopped(
    town: Town, city: Services, postbox: Postbox, initiative_open: UUID
) -> None:
    """RFC 2369; the letter that asks first has nothing to stop."""
    goes_out(Office(city))
    subject = Subject(place=town.place, measure=initiative_open)
    told = Told(Channel.MAIL, "Resident@example.com", "en")
    with town.begin() as uow:
        row = following.follow(uow, town.vault, subject, told, proved=False)
    token = following.token_of(town.vault, row.id)
    goes_out(Office(city))
    (asks,) = postbox.letters
    assert token in _text(asks)
    assert asks["List-Unsubscribe"] is None
    town.waits_for("collection_ends", initiative_open)
    goes_out(Office(city))
    assert len(postbox.letters) == 1, "nobody has confirmed that they want it"
    with town.begin() as uow:
        following.confirm(uow, town.vault, token)
    given = Particulars(document=PAPER, reason="각하")
    town.acts(initiative_open, Act.ANNUL, town.examiner_of(initiative_open), given)
    goes_out(Office(city))
    letter = postbox.letters[-1]
    assert postbox.to[-1] == ["Resident@example.com"]
    assert str(letter["List-Unsubscribe"]).strip() == f"<{city.addresses.following(token)}>"
    assert str(letter["Subject"]).startswith("Measure ended")
    assert token in _text(letter)


def _text(letter: EmailMessage) -> str:
    body = letter.get_body()
    assert body is not None
    return str(body.get_content())


def test_what_has_ended_for_good_is_forgotten_and_what_may_go_on_is_not(
    town: Town, office: Office, services: Services, initiative_open: UUID
) -> None:
    goes_out(office)
    over, everything = follows(town, 1, initiative_open), follows(town, 2)
    given = Particulars(document=PAPER, reason="각하")
    town.acts(initiative_open, Act.ANNUL, town.examiner_of(initiative_open), given)
    news.forget(services)
    goes_out(office)
    news.forget(services)
    assert heard(office) == ["ended", "ended"]
    with town.begin() as uow:
        assert uow.session.get(Following, over) is None
        assert uow.session.get(Following, everything) is not None
        assert locating.get(uow.session, initiative_open).stage == "annulled"


def test_a_mailbox_that_nobody_confirmed_is_forgotten_after_a_day(
    town: Town, services: Services, office: Office
) -> None:
    told = Told(Channel.MAIL, "somebody@example.com", "ko")
    with town.begin() as uow:
        row = following.follow(uow, town.vault, Subject(place=town.place), told, proved=False)
    news.forget(services)
    assert office.count(Following) == 1
    with town.begin() as uow:
        past = func.clock_timestamp() - timedelta(seconds=1)
        uow.session.execute(update(Following).values(ends_at=past))
    with town.begin() as uow:
        assert (
            following.shown(uow.session, town.vault, following.token_of(town.vault, row.id)) is None
        )
    news.forget(services)
    assert (office.count(Following), office.count(FollowLetter)) == (0, 0)
