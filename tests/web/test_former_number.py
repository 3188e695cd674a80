"""A registrar gives somebody another phone, and whoever held the former number stops it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from referendum.i18n.words import Words
from referendum.identity import codes
from referendum.identity.tables import Challenge
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.record import RecordEntry
from referendum.notices.tables import Notice
from referendum.roll import importing, renumbering
from referendum.roll.intakes import Mode
from referendum.roll.phone_tables import PhoneChange
from tests.api.test_new_phones import gets_a_phone
from tests.doors.browser import Browser
from tests.roll.city import ANYTHING, csv_of
from tests.town import Town
from tests.web.desk import sends
from tests.web.staff import Colleague
from tests.web.visitors import Visitor, phone_of
from tests.worker.office import Office

HERE = "/former-number"
UUIDS = r"[0-9a-f-]{36}"
OWN, OTHERS = 7_001, 7_002
"""The number that the resident has held for long, and one that a registrar gave her."""


@dataclass
class Story:
    """Kim, whose phone was on file, and a registrar who puts another one there."""

    town: Town
    office: Office
    registrar: Officer
    kim: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        district = self.town.districts[0].code
        self.kim = {"register_no": "K1", "name": "김하나", "district": district}
        self.has_phone(OWN)
        self.town.waits(days=8)

    def has_phone(self, number: int, *, second: Officer | None = None) -> None:
        """The whole register of the place, and she is in it with this number.

        With a `second` registrar the first one alone may change no phone.
        """
        town, data = self.town, csv_of(self.kim | {"phone": phone_of(number)})
        intake = importing.receive(
            town.begin,
            town.vault,
            [data],
            jurisdiction_id=town.place,
            as_of=town.now().date(),
            mode=Mode.WHOLE,
            by=self.registrar.mark,
            invented=True,
        )
        preview = importing.compare(town.begin, town.vault, intake).preview
        limits = replace(ANYTHING, phone=0) if second else ANYTHING
        for registrar in filter(None, (self.registrar, second)):
            with town.begin() as uow:
                importing.import_register(
                    uow,
                    town.begin,
                    town.vault,
                    intake,
                    by=registrar,
                    preview=preview,
                    limits=limits,
                )
        self.office.empties()

    @property
    def change(self) -> PhoneChange:
        with self.town.begin() as uow:
            rows = select(PhoneChange).order_by(PhoneChange.version.desc()).limit(1)
            return uow.session.scalars(rows).one()

    def messages(self) -> list[Notice]:
        with self.town.begin() as uow:
            changed = Notice.kind == "phone-changed"
            return list(uow.session.scalars(select(Notice).where(changed)))

    def entries(self, act: str) -> list[bytes]:
        with self.town.begin() as uow:
            return list(uow.session.scalars(select(RecordEntry.leaf).where(RecordEntry.act == act)))


@pytest.fixture
def story(town: Town, office: Office) -> Story:
    registrar = Officer(
        uuid4(), town.place, Authority.MAYOR, frozenset({Role.REGISTRAR}), fresh=True
    )
    return Story(town, office, registrar)


def comes(visitor: Visitor, number: int) -> tuple[int, str]:
    """Somebody proves a phone in Kim's name; gives what they are answered."""
    visitor.client.cookies.clear()
    seen = visitor.opens("/sign-in?next=/my-signatures")
    given = {"name": "김하나", "birth_date": "1980-05-05", "phone": phone_of(number)}
    sent = visitor.sends("/sign-in", seen=seen, next="/my-signatures", **given)
    page = sent.headers["location"]
    answer = visitor.types(page, visitor.code_for(page), way="/my-signatures")
    return answer.status_code, answer.text


def objects(visitor: Visitor, number: int) -> str:
    """Somebody proves a phone to object; gives the page on which it ends."""
    sent = visitor.sends(HERE, seen=visitor.opens(HERE), phone=phone_of(number))
    page = sent.headers["location"]
    code = codes.derive(visitor.town.vault, UUID(page.rpartition("/")[2]))
    answer = visitor.sends(page, seen=visitor.opens(page), code=code)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    return visitor.opens(page)


def test_an_expired_code_is_replaced_at_one_press(visitor: Visitor) -> None:
    sent = visitor.sends(HERE, seen=visitor.opens(HERE), phone=phone_of(OWN))
    page = sent.headers["location"]
    seen = visitor.opens(page)
    with visitor.town.begin() as uow:
        long_ago = Challenge.created_at - timedelta(seconds=1)
        uow.session.execute(update(Challenge).values(expires_at=long_ago))
    over = visitor.sends(page, seen=seen, code="123456")
    assert (over.status_code, f'action="{page}/anew"' in over.text) == (410, True)
    newer = visitor.sends(f"{page}/anew", seen=over.text).headers["location"]
    assert newer != page
    code = codes.derive(visitor.town.vault, UUID(newer.rpartition("/")[2]))
    answer = visitor.sends(newer, seen=visitor.opens(newer), code=code)
    assert answer.headers["location"] == newer


def test_otp_15_the_phone_on_file_serves_and_the_one_put_in_its_place_does_not(
    story: Story, visitor: Visitor
) -> None:
    assert comes(visitor, OWN)[0] == 303
    story.has_phone(OTHERS)
    status, html = comes(visitor, OTHERS)
    assert status == 401
    assert "7일 뒤부터" in html
    story.town.waits(days=6)
    assert comes(visitor, OTHERS)[0] == 401
    story.town.waits(days=1, minutes=1)
    assert comes(visitor, OTHERS)[0] == 303


def test_the_former_number_is_told_once_with_the_day_and_where_to_object(
    story: Story,
) -> None:
    assert story.messages() == [], "who had none is not told that they have one"
    story.has_phone(OTHERS)
    (message,) = story.messages()
    assert message.facts["link"].endswith(HERE)
    serves = story.town.now() + timedelta(days=7)
    assert message.facts["when"] == Words.load("ko").date(serves)


def test_who_holds_the_former_number_stops_the_new_one_at_once_and_for_good(
    story: Story, visitor: Visitor
) -> None:
    story.has_phone(OTHERS)
    html = objects(visitor, OWN)
    assert "이의를 받았습니다" in html
    story.town.waits(days=100)
    status, html = comes(visitor, OTHERS)
    assert status == 401
    assert "이의를 냈습니다" in html
    (entry,) = story.entries("phone.objected")
    assert b'"by":"former_number"' in entry
    assert str(story.change.person_id).encode() not in entry


def test_nobody_is_told_whether_anything_was_changed(story: Story, visitor: Visitor) -> None:
    before = objects(visitor, OWN)
    story.has_phone(OTHERS)
    stranger, changed = objects(visitor, 7_999), objects(visitor, OWN)
    assert len({re.sub(UUIDS, "", one) for one in (before, stranger, changed)}) == 1
    assert len(story.entries("phone.objected")) == 1


def test_a_wrong_code_stops_nothing(story: Story, visitor: Visitor) -> None:
    story.has_phone(OTHERS)
    sent = visitor.sends(HERE, seen=visitor.opens(HERE), phone=phone_of(OWN))
    page = sent.headers["location"]
    right = codes.derive(visitor.town.vault, UUID(page.rpartition("/")[2]))
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    answer = visitor.sends(page, seen=visitor.opens(page), code=wrong)
    assert answer.status_code == 401
    assert "error-summary" in answer.text
    assert story.change.objected_at is None


def test_the_desk_enters_what_a_caller_says_and_settles_it(
    story: Story, desk: Browser, colleague: Colleague, visitor: Visitor
) -> None:
    story.has_phone(OTHERS)
    path = "/desk/register/phones"
    answer = sends(desk, path, phone=phone_of(OWN), code=colleague.code())
    assert answer.status_code == 303, answer.text
    listed = desk.get(path).text
    assert "K1" in listed
    assert f"담당 {colleague.username}" in listed
    one = f"{path}/{story.change.id}"
    nothing = sends(desk, one, outcome="", code=colleague.code())
    assert nothing.status_code == 422
    answer = sends(desk, one, outcome="serves", code=colleague.code())
    assert answer.headers["location"] == path
    assert "처리할 이의가 없습니다" in desk.get(path).text
    assert comes(visitor, OTHERS)[0] == 401, "its days are not over"
    story.town.waits(days=8)
    assert comes(visitor, OTHERS)[0] == 303
    (settled,) = story.entries("phone.settled")
    assert b'"outcome":"serves"' in settled


@pytest.mark.parametrize("second", [False, True], ids=["took it in", "confirmed it"])
def test_who_had_the_phone_taken_in_does_not_settle_it(
    story: Story, desk: Browser, colleague: Colleague, visitor: Visitor, *, second: bool
) -> None:
    """Neither the registrar who took it in nor the second one, who confirmed the file."""
    me = Officer(
        colleague.id, story.town.place, Authority.MAYOR, frozenset({Role.REGISTRAR}), fresh=True
    )
    if second:
        story.has_phone(OTHERS, second=me)
    else:
        story.registrar = me
        story.has_phone(OTHERS)
    objects(visitor, OWN)
    one = f"/desk/register/phones/{story.change.id}"
    assert "전화번호에 대한 이의 1건" in desk.get("/desk").text, (
        "it stands in the registrars' queue"
    )
    answer = sends(desk, one, outcome="serves", code=colleague.code())
    assert answer.status_code == 403
    assert "다른 담당자" in answer.text
    assert story.change.settled_at is None
    with story.town.begin() as uow:
        assert len(renumbering.disputed(uow.session, story.town.place)) == 1


@pytest.mark.parametrize("has_signed", [True, False])
def test_pages_of_a_petition_that_ran_when_the_phone_came_say_the_same(
    town: Town, visitor: Visitor, initiative_open: UUID, *, has_signed: bool
) -> None:
    number, measure = town.some(9)[8], town.measure(initiative_open).number
    if has_signed:
        town.signs(initiative_open, number)
    gets_a_phone(town, number)
    visitor.is_signed_in(number)
    asked = visitor.client.get(f"/measures/{measure}/sign")
    assert "이 전화번호로는 할 수 없습니다" in asked.text
    assert "이미 서명" not in asked.text
    assert "이미 서명" not in visitor.opens(f"/measures/{measure}")
    own = visitor.opens("/my-signatures")
    assert "모두 보여 드리지는 않습니다" in own
    assert "신분증을 가지고" in own
    assert f'href="/measures/{measure}"' not in own
