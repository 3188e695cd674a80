"""People at the site of the town: they open pages, prove their phone, and send forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
from sqlalchemy import update

from referendum.identity import codes
from referendum.roll import inventing
from referendum.roll.finding import phone_index
from referendum.roll.tables import Residence
from signatures import tallying
from tests.doors.browser import Browser
from tests.entering import comes_in
from tests.ground import SEED
from tests.town import Town
from tests.web.reading import csrf_of


def phone_of(number: int) -> str:
    """A number that no subscriber has (it begins with 0 after 010)."""
    return f"010-0000-{number:04d}"


def identity_of(number: int) -> tuple[str, date]:
    return inventing.invented_identity(number, SEED)


def registers_phone(town: Town, number: int) -> None:
    """The resident's phone is put on file, as at the desk."""
    index = phone_index(town.vault, f"+82{phone_of(number).replace('-', '')[1:]}")
    person = town.resident(number).person
    with town.begin() as uow:
        uow.session.execute(
            update(Residence).where(Residence.person_id == person).values(phone_index=index)
        )


def folds(town: Town, measure: UUID) -> None:
    """The public figures are counted, as the worker does every minute."""
    petition = town.petition(measure)
    with town.begin() as uow:
        tallying.fold(uow, petition)


@dataclass
class Visitor:
    """One browser."""

    client: Browser
    town: Town

    def opens(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.text

    def sends(self, path: str, *, seen: str, **fields: str | list[str]) -> httpx2.Response:
        """Send the form of a page that was seen."""
        return self.client.post(path, data={"csrf": csrf_of(seen), **fields})

    def is_signed_in(self, number: int) -> Visitor:
        """Signed in without the way there."""
        with self.town.begin() as uow:
            opened = comes_in(uow, self.town.vault, self.town.resident(number))
        self.client.cookies.set("session", opened.token, domain="testserver.local")
        return self

    def asks_for_a_code(self, number: int, *, way: str = "/") -> str:
        """Describe oneself; gives the address of the page that takes the code."""
        name, born = identity_of(number)
        seen = self.opens(f"/sign-in?next={way}")
        response = self.sends(
            "/sign-in",
            seen=seen,
            next=way,
            name=name,
            birth_date=born.isoformat(),
            phone=phone_of(number),
        )
        assert response.status_code == 303, response.text
        return response.headers["location"]

    def types(self, page: str, code: str, *, way: str = "/") -> httpx2.Response:
        return self.sends(urlsplit(page).path, seen=self.opens(page), code=code, next=way)

    def code_for(self, page: str) -> str:
        return codes.derive(self.town.vault, UUID(re.findall(r"[0-9a-f-]{36}", page)[0]))

    def proves(self, number: int, *, way: str = "/") -> httpx2.Response:
        """Sign in with a code, as a person does."""
        page = self.asks_for_a_code(number, way=way)
        return self.types(page, self.code_for(page), way=way)
