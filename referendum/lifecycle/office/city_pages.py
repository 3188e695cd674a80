"""What a city says of its own service: questions, contact, privacy, terms, accessibility.

Whoever operates the service writes it. What binds the city or its residents takes two officers.
Nothing is edited: what is written anew is the next version, and those before it stay readable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.canonical import canonical
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.dates import following
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.office.errors import TextTooLong, TextUnchanged
from referendum.lifecycle.office.tables import CityPage
from referendum.roll.tables import Jurisdiction

PUBLISH: Final = "page."
"""How the kinds of such proposals begin; the page follows."""
LONGEST: Final = 30_000
"""Characters of one text: more than any of these pages needs, less than a form may carry."""
LOCK: Final = 0x0C17


class Leaf(StrEnum):
    """One of the pages that a city writes."""

    QUESTIONS = "questions"
    CONTACT = "contact"
    PRIVACY = "privacy"
    TERMS = "terms"
    ACCESSIBILITY = "accessibility"


BINDING: Final = frozenset({Leaf.PRIVACY, Leaf.TERMS})
"""What the city promises, or asks of whoever uses the service: one officer alone says neither."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What a page says, in plain Markdown. The English may be empty."""

    ko: str
    en: str = ""

    @classmethod
    def of(cls, ko: str, en: str) -> Texts:
        """The same, however a browser ends its lines."""
        return cls(*("\n".join(said.strip().splitlines()) for said in (ko, en)))

    @property
    def sha256(self) -> str:
        """SHA-256 (hex) over the canonical JSON (RFC 8785) of both."""
        return hashlib.sha256(canonical({"ko": self.ko, "en": self.en})).hexdigest()


def refusal(session: Session, by: Officer) -> DomainError | None:
    """Why an officer may not write for the city."""
    if by.authority.value not in session.get_one(Jurisdiction, by.jurisdiction).operated_by:
        return NotYourAct(act="page", by=by.authority.value)
    return None if Role.ADMINISTRATOR in by.roles else by.lacking(Role.ADMINISTRATOR)


def insist(session: Session, by: Officer) -> None:
    """Refuse whoever may not write for the city."""
    found = refusal(session, by)
    if found is not None:
        raise found


def publish(uow: UnitOfWork, leaf: Leaf, texts: Texts, *, by: Officer) -> CityPage:
    """Say it from now on, in place of what was said before."""
    insist(uow.session, by)
    insist_sayable(texts)
    if leaf in BINDING:
        proposals.insist_seconded(by, act=f"{PUBLISH}{leaf.value}")
    row = write(uow, by.jurisdiction, leaf, texts, mark=by.mark, second=by.seconded_by)
    facts = {"page": leaf.value, "version": row.version, "sha256": row.sha256}
    uow.record("page.published", by=by, facts=facts)
    return row


def write(
    uow: UnitOfWork,
    place: UUID,
    leaf: Leaf,
    texts: Texts,
    *,
    mark: str,
    second: str | None = None,
    demo: bool = False,
) -> CityPage:
    """The same where a whole city is set up at once, which the record need not tell."""
    # Two versions that come at once get two numbers; nothing else waits for this.
    uow.session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    before = current(uow.session, place, leaf)
    if before is not None and before.sha256 == texts.sha256:
        raise TextUnchanged(version=before.version)
    row = CityPage(
        jurisdiction_id=place,
        page=leaf.value,
        version=1 if before is None else before.version + 1,
        text_ko=texts.ko,
        text_en=texts.en,
        sha256=texts.sha256,
        published_by=mark,
        confirmed_by=second,
        demo=demo,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def insist_sayable(texts: Texts) -> None:
    """Refuse what says nothing in Korean, or more than a page should."""
    following.insist_written(text_ko=texts.ko)
    for name, said in (("text_ko", texts.ko), ("text_en", texts.en)):
        if len(said) > LONGEST:
            raise TextTooLong(field=name, most=LONGEST)


def current(session: Session, place: UUID, leaf: Leaf) -> CityPage | None:
    """What a page says now; None where the city has not written it yet."""
    return next(iter(versions(session, place, leaf)), None)


def versions(session: Session, place: UUID, leaf: Leaf) -> Sequence[CityPage]:
    """All that a page ever said, the latest first."""
    here = select(CityPage).where(CityPage.jurisdiction_id == place, CityPage.page == leaf.value)
    return session.scalars(here.order_by(CityPage.version.desc())).all()


def written(session: Session, place: UUID) -> Mapping[Leaf, CityPage]:
    """Of each page that is written, what it says now."""
    latest = (
        select(CityPage)
        .where(CityPage.jurisdiction_id == place)
        .ext(distinct_on(CityPage.page))
        .order_by(CityPage.page, CityPage.version.desc())
    )
    return {Leaf(row.page): row for row in session.scalars(latest)}


def as_proposed(leaf: Leaf, texts: Texts) -> dict[str, Any]:
    """What is proposed, in JSON's own types."""
    return {"page": leaf.value, "ko": texts.ko, "en": texts.en}


def read(what: Mapping[str, Any]) -> tuple[Leaf, Texts]:
    """What was proposed."""
    return Leaf(what["page"]), Texts(what["ko"], what["en"])
