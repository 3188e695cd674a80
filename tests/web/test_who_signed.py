"""Nobody of a city reads who signed a measure about its officers, at no page and by no form.

Generated: every page of the desk and every form of it, as officers of the council and the mayor's
office, for a recall that people signed. What is not there today is asked for as soon as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import delete, select, update

import referendum.cli
from referendum.doors import cookies
from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.identity.tables import SessionRow, SignInLock
from referendum.kernel.people import Authority, Role
from referendum.roll import inventing
from referendum.web.desk.routes import DESK
from signatures.petitions import PetitionKeys
from signatures.tables import Line, PaperBatch, Petition
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.staff import WORKING, hire
from tests.web.visitors import identity_of

ROUTES = [route for router in DESK for route in router.routes if isinstance(route, APIRoute)]
CITY = (Authority.MAYOR, Authority.COUNCIL_CHAIR)
DRAWN = re.compile(r'[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|<p class="countdown".*?</p>', re.DOTALL)
"""Identifiers of requests, the forms' own tokens, the session's clock: other ones each time."""
OF_A_CITY = (
    *("judging", "keeping", "placing", "recording", "registering", "ruling", "running"),
    *("staffing", "speaking", "serving"),
)
"""The commands that a city has; the others play in a demo or a rehearsal, or make their ground."""


@dataclass(frozen=True)
class Signed:
    """A recall with signatures on paper, and somebody who signed beside somebody who did not."""

    town: Town
    number: int
    petition: UUID
    signer: int
    other: int
    lines: list[Line]
    batch: UUID

    def secrets(self) -> list[str]:
        """What must be nowhere: the signer's names, keys and lines."""
        town = self.town
        person = town.resident(self.signer).person
        with town.begin() as uow:
            petition = uow.session.get_one(Petition, self.petition)
            key = PetitionKeys.open(uow.session, town.vault, petition).person_key(person)
        lines = [str(one.id) for one in self.lines] + [one.id.hex for one in self.lines]
        name = identity_of(self.signer)[0]
        return [name, inventing.register_no(self.signer), str(person), key.hex(), *lines]

    def fills(self, path: str) -> str:
        known = {
            "number": str(self.number),
            "line_id": str(self.lines[0].id),
            "act": "open_inspection",
            "name": "collection_ends",
            "kind": "turnout",
        }
        return re.sub(r"\{(\w+)[^}]*\}", lambda one: known.get(one[1]) or str(uuid4()), path)

    def said_of(self, number: int) -> dict[str, str]:
        """A form about somebody, by every name that a form of the desk has for that."""
        name, born = identity_of(number)
        return {
            "name": name,
            "name-1": name,
            "birth_date": born.isoformat(),
            "birth_date-1": born.isoformat(),
            "sheet": self.lines[0].sheet or "1",
            "line": "1",
            "lines": "1",
            "batch": str(self.batch),
            "what": "search",
            "decision": f"valid:{self.town.resident(number).person}",
            "phone": "010-0000-0001",
            "note": "사유",
            "reason": "사유",
            "document_number": "1",
            "version": "1",
        }

    def bare(self, answer: str, number: int) -> str:
        """An answer without what was typed, and without what is another each time."""
        for typed in sorted(self.said_of(number).values(), key=len, reverse=True):
            answer = answer.replace(typed, "") if len(typed) > 2 else answer
        return DRAWN.sub("", answer)


@pytest.fixture
def signed(town: Town, recall_open: UUID) -> Signed:
    signers, other = town.some(6)[3:6], town.some(9)[8]
    town.brings(recall_open, signers)
    petition = town.petition(recall_open)
    with town.begin() as uow:
        lines = list(uow.session.scalars(select(Line).where(Line.petition_id == petition)))
        batches = select(PaperBatch.id).where(PaperBatch.petition_id == petition)
        batch = uow.session.scalars(batches).first()
    assert batch is not None
    number = town.measure(recall_open).number
    return Signed(town, number, petition, signers[0], other, lines, batch)


def officers(
    town: Town, site: Open, url: str, *, alone: bool
) -> Iterator[tuple[str, Browser, str]]:
    """Of both offices: with all roles that go together, who makes accounts, each role alone."""
    for authority in CITY:
        each = [(role,) for role in Role] if alone else [(Role.ADMINISTRATOR,)]
        for roles in [WORKING, *each]:
            name = f"{authority.value}.{'.'.join(roles) if len(roles) == 1 else 'whole'}"
            one = hire(town, name, authority=authority, roles=roles)
            with town.begin() as uow:
                opened = sessions.open_staff(uow, held(uow.session, one.id))
            browser = site(database=url)
            browser.cookies.set("session", opened.token, domain="testserver.local")
            yield name, browser, opened.csrf


def forgives(town: Town) -> None:
    """No form's answer is about how often the officer's own code was wrong before."""
    with town.begin() as uow:
        uow.session.execute(delete(SignInLock))
        uow.session.execute(update(SessionRow).values(missed=0, paused_until=None))


def found_in(text: str, secrets: list[str]) -> list[str]:
    return [one for one in secrets if one in text]


def test_no_page_of_the_desk_names_a_signer_of_a_recall(
    signed: Signed, site: Open, database_url: str
) -> None:
    secrets, told, opened = signed.secrets(), [], 0
    pages = [route for route in ROUTES if "GET" in (route.methods or ())]
    assert len(pages) > 30, "the walk finds nothing any more"
    for who, browser, _ in officers(signed.town, site, database_url, alone=True):
        for route in pages:
            path = signed.fills(route.path)
            for query in ("", "?line=1"):
                answer = browser.get(path + query)
                assert answer.status_code < 500, route.path
                opened += answer.status_code == 200
                # The address itself is what was asked for, and stands in links to other languages.
                text = answer.text.replace(path, "") + answer.headers.get("location", "")
                told += [(who, route.path, one) for one in found_in(text, secrets)]
    assert opened > 50, "the officers see no page at all"
    assert told == []


def forgets_flashes(browser: Browser) -> None:
    """What the form before said of itself is not this one's answer."""
    for name in [one.name for one in browser.cookies.jar if one.name.endswith(cookies.FLASH)]:
        browser.cookies.delete(name)


def test_no_form_of_the_desk_answers_otherwise_of_who_signed_than_of_who_did_not(
    signed: Signed, site: Open, database_url: str
) -> None:
    # What is typed is shown again to whoever typed it.
    typed = " ".join(signed.said_of(signed.signer).values())
    secrets = [one for one in signed.secrets() if one not in typed]
    forms = [route for route in ROUTES if "POST" in (route.methods or ())]
    assert len(forms) > 40, "the walk finds nothing any more"
    otherwise, told = [], []
    for who, browser, csrf in officers(signed.town, site, database_url, alone=False):
        for route in forms:
            if "sign-" in route.path or "sign_" in route.path:
                continue  # The officer's own sign-in and sign-out.
            answers = []
            for number in (signed.signer, signed.other):
                path = signed.fills(route.path)
                forgives(signed.town)
                forgets_flashes(browser)
                answer = browser.post(path, data={"csrf": csrf, **signed.said_of(number)})
                assert answer.status_code < 500, route.path
                text = answer.text.replace(path, "") + answer.headers.get("location", "")
                told += [(who, route.path, one) for one in found_in(text, secrets)]
                answers.append((answer.status_code, signed.bare(text, number)))
            if answers[0] != answers[1]:
                otherwise.append((who, route.path, [status for status, _ in answers]))
    assert told == []
    assert otherwise == []


@pytest.mark.parametrize("module", OF_A_CITY)
def test_no_command_of_a_city_knows_lines_or_signatures(module: str) -> None:
    """What a command cannot reach it cannot print."""
    source = Path(referendum.cli.__path__[0], f"{module}.py").read_text("utf-8")
    named = {
        name
        for node in ast.walk(ast.parse(source))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert not [one for one in named if one.split(".")[0] == "signatures"]


def test_every_command_is_one_of_a_city_or_plays() -> None:
    """A new one says which, here."""
    plays = {
        *("conducting", "demo", "main", "peopling", "playing", "probing", "rehearsing", "seeding"),
        *(
            "sample_answers",
            "sample_attachments",
            "sample_calls",
            "sample_described",
            "sample_measures",
            "sample_projects",
        ),
        *("sample_desks", "sample_pages", "sample_promises", "sample_vote"),
        *("binaries", "cluster", "postgres", "postmaster", "supervising", "__init__"),
    }
    there = {one.stem for one in Path(referendum.cli.__path__[0]).glob("*.py")}
    assert there == plays | set(OF_A_CITY)
