"""The demo's carrier shows messages and keeps neither number nor code."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select, text

from referendum.kernel.uow import Begin
from referendum.notices.carriers import DemoCarrier, DemoCarrierRefused, Message, masked
from referendum.notices.tables import DemoMessage

CODE = Message(
    to="+821023456789",
    template="notices.code",
    language="ko",
    facts={"minutes": 5},
    secrets={"code": "314159"},
    about=uuid4(),
)


def test_the_demos_carrier_does_not_exist_outside_the_demo(begin: Begin) -> None:
    with pytest.raises(DemoCarrierRefused):
        DemoCarrier(begin, demo=False)


def test_otp_07_it_keeps_what_the_page_derives_the_code_from_and_not_the_code(
    begin: Begin,
) -> None:
    DemoCarrier(begin, demo=True).send(CODE, key="c:1")
    with begin() as uow:
        row = uow.session.scalars(select(DemoMessage)).one()
        kept = uow.session.execute(text("select m::text from demo_message m")).scalar_one()
    assert (row.template, row.about, row.facts) == ("notices.code", CODE.about, {"minutes": 5})
    assert row.recipient == "•••••••••6789"
    assert "314159" not in kept
    assert "2345" not in kept


def test_it_takes_each_key_once(begin: Begin) -> None:
    carrier = DemoCarrier(begin, demo=True)
    assert [carrier.send(CODE, key=key) for key in ("a", "a", "b")] == ["a", "a", "b"]
    with begin() as uow:
        assert len(uow.session.scalars(select(DemoMessage)).all()) == 2


def test_the_text_holds_the_code_and_its_print_does_not() -> None:
    assert "314159" in CODE.text
    assert "314159" not in repr(CODE)
    assert "2345" not in repr(CODE)


def test_a_korean_code_fits_one_short_message() -> None:
    assert len(CODE.text.encode("euc-kr")) <= 90  # beyond it gateways charge for a long one


def test_a_masked_number_shows_its_last_four_digits() -> None:
    assert masked("+821023456789").lstrip("•") == "6789"
