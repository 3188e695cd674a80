"""The carrier of mail against a real server: what it hands over, and how it reads every ending."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from referendum.notices.carriers import CarrierDown, CarrierUnsure, Message, masked
from referendum.notices.mail import Security, SmtpMail
from tests.notices.postbox import PASSWORD, SENDER, USER, Postbox, opened

WORD = Message(
    to="kim@city.example",
    template="notices.code",
    language="ko",
    facts={"minutes": 5},
    secrets={"code": "271828"},
)


@pytest.fixture
def postbox(tmp_path: Path) -> Iterator[Postbox]:
    with opened(tmp_path) as box:
        yield box


def test_it_hands_over_one_letter_to_one_mailbox(postbox: Postbox) -> None:
    reference = postbox.carrier().send(WORD, key="c-1")
    (letter,) = postbox.letters
    assert postbox.to == [["kim@city.example"]]
    assert (letter["From"], letter["To"]) == (SENDER, "kim@city.example")
    assert letter["Message-ID"] == reference == "<c-1@city.example>"
    assert letter["Date"] == "Fri, 15 Jan 2027 08:00:00 -0000"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "ko"
    assert letter.get_content().rstrip("\n") == WORD.text
    assert "271828" not in letter["Subject"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_user_password_and_letter_go_encrypted(tmp_path: Path, security: Security) -> None:
    # The server lets nobody give a password before it encrypts.
    with opened(tmp_path, security, asks_who=security is Security.STARTTLS) as box:
        box.carrier().send(WORD, key="c-1")
        assert box.encrypted == [True]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_server_whose_certificate_is_not_trusted_is_handed_nothing(
    tmp_path: Path, security: Security
) -> None:
    with opened(tmp_path, security) as box:
        with pytest.raises(CarrierDown):
            box.carrier(trusted=None).send(WORD, key="c-1")
        assert not box.letters


def test_a_server_that_does_not_encrypt_is_handed_nothing(postbox: Postbox) -> None:
    with pytest.raises(CarrierDown):
        postbox.carrier(security=Security.STARTTLS).send(WORD, key="c-1")
    assert not postbox.letters


def test_a_server_that_does_not_know_us_took_nothing(tmp_path: Path) -> None:
    secured = opened(tmp_path, Security.STARTTLS, asks_who=True)
    with secured as box, pytest.raises(CarrierDown):
        box.carrier(password="wrong").send(WORD, key="c-1")


def test_a_mailbox_that_is_none_took_nothing(postbox: Postbox) -> None:
    postbox.unknown.add(WORD.to)
    with pytest.raises(CarrierDown):
        postbox.carrier().send(WORD, key="c-1")


def test_a_server_that_is_full_took_nothing(postbox: Postbox) -> None:
    postbox.full = True
    with pytest.raises(CarrierDown):
        postbox.carrier().send(WORD, key="c-1")


def test_a_server_that_hangs_up_may_have_taken_it(postbox: Postbox) -> None:
    postbox.hangs_up = True
    with pytest.raises(CarrierUnsure):
        postbox.carrier().send(WORD, key="c-1")
    postbox.hangs_up = False
    postbox.carrier().send(WORD, key="c-1")
    first, second = postbox.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_server_that_says_nothing_took_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(CarrierDown):
            Postbox(port=port).carrier(timeout=0.1).send(WORD, key="c-1")


def test_nobody_listening_took_nothing() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(CarrierDown):
            Postbox(port=held.getsockname()[1]).carrier().send(WORD, key="c-1")


def test_an_address_that_breaks_out_of_its_header_is_refused(postbox: Postbox) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        postbox.carrier().send(
            Message(
                to="a@b.example\r\nBcc: c@d.example",
                template=WORD.template,
                language="ko",
                facts=WORD.facts,
                secrets=WORD.secrets,
            ),
            key="c-1",
        )
    assert not postbox.letters


def test_mail_leaves_the_machine_encrypted_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="TLS"):
        Postbox(port=25).carrier(host="mail.city.example")
    with pytest.raises(ValueError, match="together"):
        Postbox(port=25).carrier(user=USER)


def test_its_password_is_not_printed() -> None:
    known = SmtpMail(
        name="mail",
        host="mail.city.example",
        port=587,
        security=Security.STARTTLS,
        sender=SENDER,
        user=USER,
        password=PASSWORD,
        clock=lambda: 0,
    )
    assert PASSWORD not in repr(known)


def test_a_masked_mailbox_shows_its_first_letter_and_where_it_is() -> None:
    assert masked("kim@city.example") == "k••@city.example"
