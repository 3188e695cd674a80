"""Programs that call the interface: with nobody's session, a resident's, an officer's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import update
from starlette.types import ASGIApp

from referendum.identity import demonstrating, sessions, staff
from referendum.identity.accounts import Wanted
from referendum.identity.sessions import Opened
from referendum.identity.tables import SessionRow
from referendum.identity.timing import machine_now
from referendum.kernel.people import Assurance, Authority, Resident, Role
from referendum.roll import inventing
from referendum.roll.finding import phone_index
from referendum.roll.tables import Person, Residence
from tests.doors.browser import Browser
from tests.entering import comes_in
from tests.ground import SEED, elsewhere
from tests.town import Town

BASE = "https://testserver"
API = "/api/v1"
EVERY_ROLE = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
"""That one account may have at once."""


@dataclass
class Caller:
    """One program with its cookies."""

    client: Browser
    csrf: str | None = None

    def get(self, path: str, **given: Any) -> httpx2.Response:
        return self.client.get(f"{API}{path}", **given)

    def post(self, path: str, body: Any = None, **given: Any) -> httpx2.Response:
        return self.sends("POST", path, body, **given)

    def sends(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **given: Any
    ) -> httpx2.Response:
        """A dict goes as JSON; bytes as CSV unless another type is named."""
        headers = dict(given.pop("headers", {}))
        if self.csrf is not None:
            headers.setdefault("X-CSRF-Token", self.csrf)
        if key is not None:
            headers["Idempotency-Key"] = key
        if isinstance(body, bytes):
            headers.setdefault("Content-Type", "text/csv")
            given["content"] = body
        elif body is not None:
            headers.setdefault("Content-Type", "application/json")
            given["content"] = json.dumps(body)
        return self.client.request(method, f"{API}{path}", headers=headers, **given)

    def is_in(self, opened: Opened) -> Caller:
        self.client.cookies.set("__Host-session", opened.token, domain="testserver.local")
        self.csrf = opened.csrf
        return self


@dataclass
class Switchboard:
    """Puts callers through to the town's interface."""

    app: ASGIApp
    town: Town
    elsewhere: UUID = field(init=False)

    def __post_init__(self) -> None:
        """Another place of the same deployment, for ids that must not work across."""
        self.elsewhere = elsewhere(self.town.begin)

    def visitor(self) -> Caller:
        return Caller(Browser(self.app, base_url=BASE))

    def resident(self, number: int) -> Caller:
        """The town's resident of that number, signed in."""
        return self._resident(self.town.resident(number))

    def stranger(self) -> Caller:
        """A resident of the other place."""
        with self.town.begin() as uow:
            person = Person(id=uuid4(), jurisdiction_id=self.elsewhere, register_no="E1")
            uow.session.add(person)
        return self._resident(Resident(person.id, self.elsewhere, Assurance.PHONE_ON_FILE))

    def officer(
        self,
        authority: Authority,
        *roles: Role,
        fresh: bool = True,
        place: UUID | None = None,
    ) -> Caller:
        username = f"o-{uuid4().hex[:12]}"
        with self.town.begin() as uow:
            made = demonstrating.account(
                uow,
                self.town.vault,
                Wanted(
                    username=username,
                    display_name=f"담당자 {username}",
                    office_title="주무관",
                    roles=roles,
                ),
                of=place or self.town.place,
                authority=authority,
                invented=True,
            )
            opened = sessions.open_staff(uow, staff.held(uow.session, made.staff_id))
            if fresh:
                until = machine_now(uow.session) + timedelta(minutes=30)
                row = SessionRow.id_hash == opened.view.id_hash
                uow.session.execute(update(SessionRow).where(row).values(fresh_until=until))
        return self.visitor().is_in(opened)

    def _resident(self, who: Resident) -> Caller:
        with self.town.begin() as uow:
            opened = comes_in(uow, self.town.vault, who)
        return self.visitor().is_in(opened)

    def puts_phone_on_file(self, number: int, e164: str) -> dict[str, str]:
        """As at the desk; gives what the resident would say of themselves."""
        person = self.town.resident(number).person
        index = phone_index(self.town.vault, e164)
        with self.town.begin() as uow:
            theirs = Residence.person_id == person
            uow.session.execute(update(Residence).where(theirs).values(phone_index=index))
        name, born = inventing.invented_identity(number, SEED)
        return {"name": name, "birth_date": born.isoformat(), "phone": e164}


def code_of(response: httpx2.Response) -> str:
    """The problem's code; and that it is one, in the form of RFC 9457."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = response.json()
    assert document["status"] == response.status_code
    assert unquote(document["instance"]) == response.request.url.path
    assert document["title"]
    return str(document["type"]).removeprefix("/problems/")
