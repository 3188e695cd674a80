"""Reminders go to officers by mail, through a real mail server: once each (OPS-03)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from referendum.bootstrap import Services
from referendum.i18n.words import Language, Words
from referendum.identity import absenting, accounts, inviting, mailing, staff
from referendum.identity.absenting import Away
from referendum.identity.mailing import Chosen
from referendum.kernel import errands
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import assigning, confirming, holding, proposing, telling
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.dates import daysoff
from referendum.lifecycle.stages import Act
from referendum.notices.reminders import TASK, Reminder, Reminding
from referendum.notices.sending import TRIES
from referendum.notices.tables import DemoMessage
from referendum.settings import Settings
from referendum.worker import reminders
from referendum.worker.carriers import mail_of
from tests.identity.desk import TERMS
from tests.notices.postbox import Postbox
from tests.papers import PAPER
from tests.scenarios.deciding import SEOUL
from tests.town import Town, seconded
from tests.web.staff import Colleague, hire
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

CLERK = (Role.CLERK,)


def hires(town: Town, name: str, *roles: Role, of: Authority = Authority.MAYOR) -> Colleague:
    """An officer whose mailbox is known."""
    colleague = hire(town, name, authority=of, roles=roles or CLERK)
    with town.begin() as uow:
        account = staff.held(uow.session, colleague.id)
        inviting.keep_mailbox(uow.session, town.vault, account, f"{name}@city.example")
    return colleague


def signs_in(town: Town, colleague: Colleague) -> Officer:
    with town.begin() as uow:
        return replace(staff.officer_now(uow.session, colleague.id), fresh=True)


def until(town: Town, hour: int, *, minute: int = 0) -> None:
    """Time goes by to that hour of the place, today or else tomorrow."""
    zone = timedelta(hours=9)
    local = town.now() + zone
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if at <= local:
        at += timedelta(days=1)
    town.waits(seconds=(at - local).total_seconds())


def applied(town: Town) -> UUID:
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    return measure


def goes_out(city: Services, *, times: int = 2) -> None:
    """What the pulse asks for, and all that comes of it; each as often as it may come."""
    for _ in range(times):
        reminders.ask(city)
    Office(city).empties(times=times)


def to(postbox: Postbox, name: str) -> list[EmailMessage]:
    return [one for one in postbox.letters if one["To"] == f"{name}@city.example"]


def rows(city: Services) -> list[Reminder]:
    with city.begin() as uow:
        return list(uow.session.scalars(select(Reminder).order_by(Reminder.asked_at)))


def test_once_a_day_from_the_hour_on_whoever_has_something_to_do_is_told(
    city: Services, town: Town, postbox: Postbox, referendum_sufficient: UUID
) -> None:
    hires(town, "kim")
    hires(town, "seo", Role.REGISTRAR)
    last = town.deadline(referendum_sufficient, "call_due")
    town.waits(seconds=(last - timedelta(days=2) - town.now()).total_seconds())
    until(town, 7, minute=59)
    goes_out(city)
    assert not postbox.letters, "before the hour"
    until(town, 8)
    goes_out(city)
    goes_out(city)
    (letter,) = to(postbox, "kim")
    assert letter["Subject"] == "주민참여 서비스: 기다리는 일"
    said = letter.get_content()
    assert "3일 안에 기한이 오는 일:" in said
    assert Words.load("ko")("measure.act.call") in said
    assert "(D-1)" in said
    assert f"{town.measure(referendum_sufficient).title_ko}" in said, "everybody may know that"
    assert not to(postbox, "seo"), "nothing waits for a registrar"
    until(town, 8)
    goes_out(city)
    assert len(to(postbox, "kim")) == 2, "the next day's"
    sent = {one["Message-ID"] for one in to(postbox, "kim")}
    assert len(sent) == 2


def test_it_is_in_the_officers_language_and_says_what_is_overdue(
    city: Services, town: Town, postbox: Postbox, referendum_sufficient: UUID
) -> None:
    kim = hires(town, "kim")
    with town.begin() as uow:
        mailing.choose(uow, Chosen(Language.EN), by=signs_in(town, kim))
    last = town.deadline(referendum_sufficient, "call_due")
    town.waits(seconds=(last + timedelta(days=1) - town.now()).total_seconds())
    until(town, 9)
    goes_out(city)
    (letter,) = postbox.letters
    assert letter["Content-Language"] == "en"
    said = letter.get_content()
    assert said.index("Overdue:") < said.index("D+")
    assert "기다리는" not in said


def test_no_resident_and_no_count_is_in_it(
    city: Services, town: Town, postbox: Postbox, referendum_counting: UUID
) -> None:
    """Returns are owed, lines were examined: neither how many nor whose is told."""
    hires(town, "han", Role.CANVASSER, of=Authority.ELECTION_COMMISSION)
    until(town, 9)
    goes_out(city)
    (letter,) = postbox.letters
    said = letter.get_content()
    assert "부터" in said, "since when the returns are owed"
    number = town.measure(referendum_counting).number
    with town.begin() as uow:
        names = uow.session.scalars(text("select username from staff")).all()
    lines = [one for one in said.splitlines() if one.startswith("- ")]
    assert lines
    for line in lines:
        told = line.replace(f"{number}", "", 1)
        assert "투표함" not in told
        assert not set(names) & set(told.split())
    with city.begin() as uow:
        kept = uow.session.scalars(text("select r::text from reminder r")).all()
        asked = uow.session.scalars(text("select o::text from outbox_message o")).all()
    assert not [one for one in (*kept, *asked) if "city.example" in one]


def test_what_a_colleague_has_taken_on_is_not_mine(
    city: Services, town: Town, postbox: Postbox, referendum_sufficient: UUID
) -> None:
    kim, lee = hires(town, "kim"), hires(town, "lee")
    last = town.deadline(referendum_sufficient, "call_due")
    town.waits(seconds=(last - timedelta(days=1, hours=10) - town.now()).total_seconds())
    by = signs_in(town, kim)
    with town.begin() as uow:
        for one in assigning.of_office(uow.session, by, uow.now()):
            if one.task.role is Role.CLERK:
                assigning.take(uow, one.task.measure.number, one.task.name, seen=0, by=by)
    until(town, 9)
    goes_out(city)
    assert to(postbox, "kim")
    assert not to(postbox, "lee")
    assert lee


def proposes(town: Town, measure: UUID, by: Officer) -> Proposal:
    with town.begin() as uow:
        given = Particulars(document=PAPER, reason="법원 판결")
        return proposing.propose(uow, town.means, measure, Act.ANNUL, by, given)


def test_who_wants_no_digest_is_told_of_what_presses_all_the_same(
    city: Services, town: Town, postbox: Postbox, referendum_open: UUID
) -> None:
    kim, lee = hires(town, "kim"), hires(town, "lee")
    hires(town, "seo", Role.REGISTRAR)
    for colleague in (kim, lee):
        with town.begin() as uow:
            mailing.choose(uow, Chosen(daily=False), by=signs_in(town, colleague))
    put = proposes(town, referendum_open, signs_in(town, kim))
    until(town, 9)
    goes_out(city)
    assert not postbox.letters, "neither a digest nor anything that presses"
    town.waits(days=6)
    goes_out(city)
    assert [len(to(postbox, name)) for name in ("kim", "lee", "seo")] == [1, 1, 0]
    letter = to(postbox, "lee")[0]
    assert letter["Subject"].startswith("급함")
    assert f"/desk/proposals/{put.id}" in letter.get_content()
    goes_out(city)
    assert len(postbox.letters) == 2, "once a day"


def test_a_hold_that_nobody_looked_at_presses_until_somebody_has(
    city: Services, town: Town, postbox: Postbox, referendum_open: UUID
) -> None:
    kim, lee = hires(town, "kim"), hires(town, "lee")
    with town.begin() as uow:
        holding.place(
            uow, referendum_open, kind=holding.HoldKind.COURT, document=PAPER,
            reason="집행정지", stops_clock=True, by=signs_in(town, kim),
        )  # fmt: skip
    town.files_papers()
    goes_out(city)
    assert not [one for one in postbox.letters if one["Subject"].startswith("급함")]
    town.waits(days=1)
    reminders.ask(city)
    with town.begin() as uow:
        (row,) = confirming.pressing(uow.session, town.place, uow.now())
        confirming.confirm(uow, town.means, row.id, version=row.version, by=signs_in(town, lee))
    Office(city).empties()
    urgent = [one for one in postbox.letters if one["Subject"].startswith("급함")]
    assert not urgent, "it was looked at before the mail went out"
    assert [one.dropped_at is not None for one in rows(city) if one.about != "daily"] == [True] * 2


def test_a_server_that_took_it_and_hung_up_gets_the_same_letter_and_no_other(
    city: Services, town: Town, postbox: Postbox, referendum_sufficient: UUID
) -> None:
    """SMTP takes a letter by no key: it comes again under its own, by which mailboxes know it."""
    hires(town, "kim")
    last = town.deadline(referendum_sufficient, "call_due")
    town.waits(seconds=(last - timedelta(days=1) - town.now()).total_seconds())
    until(town, 9)
    reminders.ask(city)
    postbox.hangs_up = True
    (message,) = Office(city).waiting(TASK)
    Office(city).carries(message)
    postbox.hangs_up = False
    Office(city).carries(message, times=3)
    assert len({one["Message-ID"] for one in to(postbox, "kim")}) == 1
    (row,) = [one for one in rows(city) if one.about == "daily"]
    assert row.sent_at is not None
    before = len(postbox.letters)
    goes_out(city)
    assert len(postbox.letters) == before


def test_a_worker_that_is_lost_after_sending_sends_no_other_letter(
    city: Services, town: Town, postbox: Postbox, referendum_sufficient: UUID
) -> None:
    hires(town, "kim")
    last = town.deadline(referendum_sufficient, "call_due")
    town.waits(seconds=(last - timedelta(days=1) - town.now()).total_seconds())
    until(town, 9)
    reminders.ask(city)
    (message,) = Office(city).waiting(TASK)

    class Lost(Exception):  # what happens, not what is wrong
        pass

    class Losing(Reminding):
        def settle(self, *_given: object) -> list[UUID]:
            raise Lost

    losing = Losing(mail_of(city), partial(reminders.compose, city))
    with pytest.raises(Lost):
        errands.run(city.begin, losing, [message.id], lease=timedelta(0))
    assert len(postbox.letters) == 1
    Office(city).carries(message, times=2)
    assert len({one["Message-ID"] for one in postbox.letters}) == 1
    assert not Office(city).waiting(TASK)


def test_what_nobody_takes_is_given_up(
    city: Services, town: Town, postbox: Postbox, referendum_sufficient: UUID
) -> None:
    hires(town, "kim")
    last = town.deadline(referendum_sufficient, "call_due")
    town.waits(seconds=(last - timedelta(days=1) - town.now()).total_seconds())
    until(town, 9)
    postbox.full = True
    reminders.ask(city)
    (message,) = Office(city).waiting(TASK)
    Office(city).carries(message, times=TRIES)
    (row,) = rows(city)
    assert (row.failed_at is not None, row.tries, row.sent_at) == (True, TRIES, None)
    assert not Office(city).waiting(TASK)


def test_a_closed_account_and_one_without_a_mailbox_are_written_nothing(
    city: Services, town: Town, postbox: Postbox
) -> None:
    applied(town)
    kim = hires(town, "kim")
    hire(town, "without", roles=CLERK)
    until(town, 9)
    reminders.ask(city)
    with town.begin() as uow:
        accounts.disable(uow, kim.id, by=town.officer(Authority.MAYOR, Role.ADMINISTRATOR))
    Office(city).empties()
    assert not postbox.letters
    assert [one.dropped_at is not None for one in rows(city)] == [True]


def test_where_no_mail_is_set_up_nothing_is_asked_for(
    city: Services, town: Town, postbox: Postbox
) -> None:
    applied(town)
    hires(town, "kim")
    until(town, 9)
    without = replace(
        city,
        settings=Settings(
            mode="city",
            database_url=city.settings.database_url,
            keys_folder=Path("unused"),
        ),
    )
    goes_out(without)
    assert not rows(city)
    assert not postbox.letters


def test_what_moved_is_told_with_old_and_new_day_until_it_is_read(
    city: Services, town: Town, postbox: Postbox, referendum_open: UUID
) -> None:
    kim, lee = hires(town, "kim"), hires(town, "lee")
    ends = town.deadline(referendum_open, "collection_ends") + timedelta(hours=9)
    day: date = (ends - timedelta(days=1)).date()
    with town.begin() as uow:
        daysoff.add(
            uow, day=day, off=True, title_ko="임시공휴일", title_en="Day off", reason="관보",
            document=PAPER, by=seconded(signs_in(town, kim)),
        )  # fmt: skip
    with town.begin() as uow:
        found = telling.unread(uow.session, signs_in(town, kim), uow.now())
        assert found
        telling.read(uow, found[0].shift.id, by=signs_in(town, kim))
    until(town, 9)
    goes_out(city)
    assert not [one for one in to(postbox, "kim") if "바뀐 기한" in one.get_content()]
    (letter,) = to(postbox, "lee")
    said = letter.get_content()
    words = Words.load("ko")
    (moved,) = [one for one in found if one.moved.name == "collection_ends"]
    assert "바뀐 기한:" in said
    assert words(f"dates.cause.{moved.shift.cause}") in said
    old, new = words.date(moved.moved.latest_before), words.date(moved.moved.latest_after)
    assert old != new
    assert f"{old} → {new}" in said
    assert lee


def test_the_demo_shows_them_in_place_of_sending_them(services: Services, town: Town) -> None:
    applied(town)
    hires(town, "kim")
    with town.begin() as uow:
        put = uow.session.scalars(select(DemoMessage)).all()
    assert not put
    until(town, 9)
    measure = town.opens(Instrument.REFERENDUM)
    proposes(town, measure, town.officer(Authority.MAYOR))
    goes_out(services)
    with town.begin() as uow:
        (shown,) = uow.session.scalars(select(DemoMessage)).all()
    assert (shown.template, shown.recipient) == ("notices.digest", "k••@city.example")
    assert Words.load("ko")("notices.digest-seconds", count=1) in shown.facts["lines"]


def test_whoever_is_away_is_not_written_to(
    city: Services, town: Town, postbox: Postbox, referendum_sufficient: UUID
) -> None:
    kim, lee = hires(town, "kim"), hires(town, "lee")
    last = town.deadline(referendum_sufficient, "call_due")
    town.waits(seconds=(last - timedelta(days=2) - town.now()).total_seconds())
    today = town.now().astimezone(SEOUL).date()
    days = Away(who=kim.id, deputy=lee.id, first=today, last=today + timedelta(days=2))
    with town.begin() as uow:
        absenting.enter(uow, TERMS, days, by=signs_in(town, kim))
    until(town, 9)
    goes_out(city)
    assert (len(to(postbox, "kim")), len(to(postbox, "lee"))) == (0, 1)
