"""What a carrier of messages is, and the one that only shows them, in the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, Protocol, runtime_checkable
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.uow import Begin
from referendum.notices.tables import DemoMessage

SHOWN: Final = 4
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""This very machine: the only one that is spoken to without encryption."""


class CarrierDown(Exception):
    """The carrier surely took nothing. Another may be tried."""


class CarrierUnsure(Exception):
    """The carrier may have taken it. Only the same one may be asked again, with the same key."""


class DemoCarrierRefused(DomainError):
    """The carrier that sends nothing was to be used outside the demo."""

    code: ClassVar[str] = "demo-carrier-refused"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Sentences of the catalogues for one number or mailbox.

    `secrets` go into the text and nowhere else.
    """

    to: str = field(repr=False)
    template: str
    language: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    about: UUID | None = None
    """The challenge whose code it brings, by which the demo's page derives it."""

    headed: str | None = None
    """The catalogue's key of its subject, where it goes by mail."""

    unsubscribe: str | None = field(default=None, repr=False)
    """Where whoever gets it stops getting more, for the header of mail that says so (RFC 2369)."""

    @property
    def text(self) -> str:
        return Words.load(self.language)(self.template, **self.facts, **self.secrets)

    @property
    def subject(self) -> str:
        """What stands above it in a mailbox. No secret is in it: lists of mail show it."""
        words = Words.load(self.language)
        return words(self.headed, **self.facts) if self.headed else words("notices.subject")


class Carrier(Protocol):
    """Sends once per key, however often it is called; gives its own reference."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message, *, key: str) -> str: ...


@runtime_checkable
class Bulk(Carrier, Protocol):
    """A carrier that takes a list, and cannot fail for a part of it."""

    def send_all(self, messages: Sequence[tuple[Message, str]]) -> list[str]:
        """Each message with its key; gives a reference for each, in order."""
        ...


class DemoCarrier:
    """Puts messages on the demo's outbox page: masked, and without any code."""

    name: Final = "demo"

    def __init__(self, begin: Begin, *, demo: bool) -> None:
        if not demo:
            raise DemoCarrierRefused
        self._begin = begin

    def send(self, message: Message, *, key: str) -> str:
        (reference,) = self.send_all([(message, key)])
        return reference

    def send_all(self, messages: Sequence[tuple[Message, str]]) -> list[str]:
        with self._begin() as uow:
            # The service's own clock: beside it a page with the machine's would be a riddle.
            now = uow.now()
            rows = [
                {
                    "key": key,
                    "at": now,
                    "recipient": masked(message.to),
                    "template": message.template,
                    "language": message.language,
                    "facts": dict(message.facts),
                    "about": message.about,
                }
                for message, key in messages
            ]
            uow.session.execute(insert(DemoMessage).values(rows).on_conflict_do_nothing())
        return [key for _, key in messages]


def masked(number: str) -> str:
    """A number or mailbox as its owner knows it again: by its last four signs, or its first."""
    name, at, domain = number.partition("@")
    if at:
        return f"{name[:1]}{'•' * (len(name) - 1)}@{domain}"
    return "•" * (len(number) - SHOWN) + number[-SHOWN:]
