"""Which carriers the settings name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from referendum.bootstrap import Services
from referendum.notices.gateway import HttpSms
from referendum.notices.mail import Security, SmtpMail
from referendum.settings import Settings
from referendum.worker.carriers import carriers_of, mail_of
from tests.identity.neighbourhood import Neighbourhood
from tests.worker.office import Office


def city(services: Services, **given: Any) -> Services:
    settings = Settings(
        mode="city",
        database_url=services.settings.database_url,
        keys_folder=Path("unused"),
        **given,
    )
    return replace(services, settings=settings)


def test_the_demo_shows_and_sends_nothing(services: Services) -> None:
    (carrier,) = carriers_of(services)
    assert carrier.name == "demo"


def test_a_gateway_is_used_once_it_is_set_up_in_full(services: Services) -> None:
    full = {
        "sms_url": "https://sms.example/send",
        "sms_token": "city:s3cret:with:colons",
        "sms_sender": "0311234567",
    }
    (carrier,) = carriers_of(city(services, **full))
    assert isinstance(carrier, HttpSms)
    assert (carrier.account, carrier.secret) == ("city", b"s3cret:with:colons")
    for name in full:
        assert carriers_of(city(services, **{**full, name: ""})) == ()


def test_without_a_carrier_the_resident_is_told_that_no_code_comes(services: Services) -> None:
    village = Neighbourhood.build(services.begin, services.vault)
    village.lives("홍길동", phone="+821023456789")
    village.asks()
    office = Office(city(services))
    office.sends_codes()
    assert office.rows("select sent_at is null, failed_at is not null from code_send") == [
        (True, True)
    ]


@pytest.mark.parametrize("address", ["http://sms.example/send", "ftp://sms.example"])
def test_a_gateway_without_encryption_is_refused(services: Services, address: str) -> None:
    settings = {"sms_url": address, "sms_token": "a:b", "sms_sender": "1"}
    with pytest.raises(ValueError, match="https"):
        carriers_of(city(services, **settings))


def test_a_mail_server_is_used_once_it_is_named_with_a_sender(services: Services) -> None:
    named = {"mail_host": "mail.city.example", "mail_sender": "referendum@city.example"}
    (carrier,) = mail_of(city(services, **named))
    assert isinstance(carrier, SmtpMail)
    assert (carrier.port, carrier.security) == (587, Security.STARTTLS)
    for name in named:
        assert mail_of(city(services, **{**named, name: ""})) == ()
    (shown,) = mail_of(services)
    assert shown.name == "demo"
