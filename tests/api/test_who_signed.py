"""Nobody of a city reads who signed a measure about its officers, by any route of the interface.

Generated from the table of all routes: as officers of the council and the mayor's office with every
role, for a recall that people signed.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from referendum.kernel.people import Authority
from referendum.roll import inventing
from referendum.roll.tables import Person
from signatures.petitions import PetitionKeys
from signatures.tables import Line, PaperBatch, Petition
from tests.api.admissions import RULES, Rule
from tests.api.callers import EVERY_ROLE, Caller, Switchboard
from tests.town import Town
from tests.web.visitors import identity_of

CITY = (Authority.MAYOR, Authority.COUNCIL_CHAIR)
OF_LINES = ("/lines", "/sheets", "/candidates", "/batches", "/examinations", "/files")
DRAWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture
def signers(town: Town, recall_open: UUID) -> list[int]:
    numbers = town.some(6)[3:6]
    town.brings(recall_open, numbers)
    return numbers


@pytest.fixture
def ids(town: Town, recall_open: UUID, signers: list[int]) -> dict[str, str]:
    """What the ids in addresses stand for: the recall's own things."""
    assert signers
    petition = town.petition(recall_open)
    with town.begin() as uow:
        line = uow.session.scalars(select(Line.id).where(Line.petition_id == petition)).first()
        batches = select(PaperBatch.id).where(PaperBatch.petition_id == petition)
        batch = uow.session.scalars(batches).first()
    return {
        "measure_id": str(recall_open),
        "petition_id": str(petition),
        "line_id": str(line),
        "batch_id": str(batch),
        "voiding_id": str(uuid4()),
        "number": "1",
        "item": "1",
        "code": "kr-goyang",
        "rulebook_id": "kr-unknown",
        "name": "list_publication_due",
    }


def secrets(town: Town, recall: UUID, numbers: list[int]) -> list[str]:
    """Their names, their numbers and ids in the register, their keys, their lines."""
    with town.begin() as uow:
        petition = uow.session.get_one(Petition, town.petition(recall))
        keys = PetitionKeys.open(uow.session, town.vault, petition)
        lines = uow.session.scalars(select(Line.id).where(Line.petition_id == petition.id)).all()
    people = [town.resident(number).person for number in numbers]
    return [
        *(identity_of(number)[0] for number in numbers),
        *(inventing.register_no(number) for number in numbers),
        *map(str, people),
        *(keys.person_key(person).hex() for person in people),
        *map(str, lines),
    ]


def address(path: str, ids: Mapping[str, str], rule: Rule) -> str:
    filled = re.sub(r"\{(\w+)[^}]*\}", lambda one: ids.get(one[1]) or str(uuid4()), path)
    return f"{filled}?{rule.query}" if rule.query else filled


def about(body: Any, number: int) -> Any:
    """The same body about somebody: names and birth dates wherever it has them."""
    name, born = identity_of(number)
    said = {"name": name, "birth_date": born.isoformat()}
    if isinstance(body, dict):
        return {key: said.get(key, about(value, number)) for key, value in body.items()}
    return [about(one, number) for one in body] if isinstance(body, list) else body


def asks(caller: Caller, name: str, ids: Mapping[str, str], number: int) -> tuple[int, str]:
    rule, (method, path) = RULES[name], name.split(" ")
    answer = caller.sends(method, address(path, ids, rule), about(rule.body, number))
    assert answer.status_code < 500, name
    # The address that was asked for is in every refusal.
    return answer.status_code, answer.text.replace(ids["line_id"], "")


@pytest.mark.parametrize("authority", CITY)
def test_no_route_names_a_signer_of_a_recall_or_tells_them_from_others(
    line: Switchboard,
    town: Town,
    recall_open: UUID,
    signers: list[int],
    ids: dict[str, str],
    authority: Authority,
) -> None:
    caller = line.officer(authority, *EVERY_ROLE)
    hidden = [one for one in secrets(town, recall_open, signers) if one != ids["line_id"]]
    other = town.some(9)[8]
    told, otherwise, refused = [], [], 0
    # Routes that open, end or change a session of the caller's come to an end of their own.
    names = [name for name in RULES if "session" not in name]
    for name in names:
        answers = [asks(caller, name, ids, number) for number in (signers[0], other)]
        for _, text in answers:
            told += [(name, one) for one in hidden if one in text]
        if any(part in name for part in OF_LINES) and "{petition_id}" in name:
            refused += answers[0][0] >= 400
            bare = [(status, DRAWN.sub("", text)) for status, text in answers]
            if bare[0] != bare[1]:
                otherwise.append(name)
    assert told == []
    assert otherwise == []
    assert refused >= 10, "the walk finds no route about lines any more"


@pytest.mark.parametrize("authority", CITY)
def test_every_route_about_lines_of_a_recall_is_the_examiners_alone(
    line: Switchboard, ids: dict[str, str], authority: Authority
) -> None:
    caller, commission = (
        line.officer(one, *EVERY_ROLE) for one in (authority, Authority.ELECTION_COMMISSION)
    )
    let_in, nobody = [], []
    for name in RULES:
        if "{petition_id}" not in name or not any(part in name for part in OF_LINES):
            continue
        if asks(caller, name, ids, 1)[0] not in {403, 404}:
            let_in.append(name)
        if asks(commission, name, ids, 1)[0] == 403:
            nobody.append(name)
    assert let_in == []
    assert nobody == [], "those whose it is are let in"


def test_the_record_that_everybody_exports_names_nobody(
    line: Switchboard, town: Town, recall_open: UUID, signers: list[int]
) -> None:
    town.seals()
    lines = line.visitor().get("/record/export").text.splitlines()
    leaves = [one["leaf"] for one in map(json.loads, lines) if "leaf" in one]
    exported = b"".join(map(b64decode, leaves)).decode()
    assert str(recall_open) in exported
    with town.begin() as uow:
        people = [str(one) for one in uow.session.scalars(select(Person.id))]
    hidden = [*secrets(town, recall_open, signers), *people]
    assert [one for one in hidden if one in exported] == []
