"""Somebody has a logical copy of the database, the logs and the public record, and no key.

The copy is taken at the worst moment: codes are alive, sessions open, nothing was let go of yet.
Residents came one after the other and asked for codes, signed one of two petitions or both, took a
signature back, signed out or did not; others are on sheets, or have enrolled for a vote. With
twelve residents in a district, guessing tells one line in twelve right.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from math import sqrt
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.routing import Mount

from referendum.api.app import create_api
from referendum.cli.binaries import usable_binaries
from referendum.cli.postgres import Server
from referendum.identity import phones, sending
from referendum.identity.limits import DEFAULT
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey
from referendum.kernel.people import Authority
from referendum.lifecycle.news import asking, following
from referendum.lifecycle.news.following import Channel, Subject, Told
from referendum.roll import inventing
from referendum.roll.finding import seal_place
from referendum.roll.tables import Residence
from tests import copies
from tests.api.callers import API, BASE, Caller, Switchboard
from tests.api.test_signing import CONSENTS, code_for
from tests.copies import EVERYBODY, Copy
from tests.databases import Databases
from tests.doors.gate import services
from tests.ground import PER_DISTRICT, SEED
from tests.identity.neighbourhood import Letterbox
from tests.lifecycle.enrolment.enrolling import enrols
from tests.schema import APP
from tests.stages import Standing
from tests.town import Town
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

DISTRICTS: Final = 4
CHANCE: Final = 1 / PER_DISTRICT
FAMILY: Final = ("가", "나다라", "마바사아자", "차카타파하가나다라마")


@dataclass(frozen=True, slots=True)
class Stolen:
    """The copy, and beside it the truth, which nobody has who has the copy."""

    copy: Copy
    signed: Mapping[str, str]
    """By line of a petition signed online, the person, in the order in which they signed."""
    came: frozenset[str]
    """Whoever asked for a code."""


@pytest.fixture(scope="module")
def stolen(
    server: Server,
    databases: Databases,
    standing: Standing,
    keyring: Keyring,
    log_key: LogKey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stolen:
    """Taken once for all who try."""
    programs = usable_binaries(copies=tmp_path_factory.mktemp("pg"), account=None, major=None)
    with databases.lent(standing("enrolment_called").database, untouched=True) as name:
        service = services(keyring, server.url_of(name, user=APP), public_url=BASE, pool=20)
        town = Town(service.begin, service.vault, log_key, standing("town").ground)
        line = Switchboard(Starlette(routes=[Mount(API, create_api(service))]), town)
        story = _Story(town, line, Office(service))
        with redirect_stdout(StringIO()) as logs:
            story.goes(standing("enrolment_called").measure)
        copy = Copy.taken(
            programs.program("pg_dump"),
            server.conninfo_of(name),
            logs=logs.getvalue().splitlines(),
        )
        service.crowd.close()
        service.engine.dispose()
    assert sum("/signatures" in row["line"] for row in copy.tables["log"]) > 35
    return Stolen(copy, story.signed(copy), frozenset(story.came))


@dataclass
class _Story:
    town: Town
    line: Switchboard
    office: Office
    came: list[str] = field(default_factory=list)
    signers: list[str] = field(default_factory=list)
    """Online, one for each line."""

    def goes(self, vote: UUID | None) -> None:
        town = self.town
        here = town.some(PER_DISTRICT * DISTRICTS)
        self._are_on_file(here)
        petitions = [town.opens(Instrument.INITIATIVE), town.opens(Instrument.REFERENDUM)]
        coming = here[1:]
        random.Random(11).shuffle(coming)  # in an order that says nothing
        on_paper, online = coming[:6], coming[6:]
        town.brings(petitions[0], on_paper)
        for at, number in enumerate(online):
            chosen = (petitions[:1], petitions[:1], petitions, [])[at % 4]
            self._comes(number, chosen, at)
            self._follows(number, chosen)
            town.seals()
        for message in self.office.waiting():
            self.office.carries(message)
        assert vote is not None
        for number in online[:5]:
            enrols(town, vote, number)

    def signed(self, copy: Copy) -> dict[str, str]:
        online = [row for row in copy.tables["line"] if row["origin"] == "online"]
        lines = [row["id"] for row in sorted(online, key=lambda row: int(row["arrival"]))]
        return dict(zip(lines, self.signers, strict=True))

    def _comes(self, number: int, petitions: Iterable[UUID], at: int) -> None:
        person = str(self.town.resident(number).person)
        caller = self._signs_in(number)
        self.came.append(person)
        for measure in petitions:
            petition = self.town.petition(measure)
            response = caller.post(
                f"/petitions/{petition}/signatures", CONSENTS, key=f"{number}-{measure}"
            )
            assert response.status_code == 201, response.text
            self.signers.append(person)
            if at % 9 == 1:
                gone = caller.sends("DELETE", f"/petitions/{petition}/signatures/mine")
                assert gone.status_code == 204
        if at % 3 == 0:
            assert caller.sends("DELETE", "/session").status_code == 204

    def _follows(self, number: int, petitions: Iterable[UUID]) -> None:
        """To be told of the end of what was signed, as it is asked on the way; and of all."""
        town, told = self.town, Told(Channel.SMS, phone(number), "ko")
        for measure in petitions:
            subject = Subject(place=town.place, measure=measure, only_end=True)
            with town.begin() as uow:
                chair = Authority.COUNCIL_CHAIR
                following.follow(uow, town.vault, subject, told, proved=True, owner=chair)
        mail = Told(Channel.MAIL, mailbox(number), "en")
        with town.begin() as uow:
            asking.ask(
                uow.session,
                town.vault,
                mail.to,
                browser=bytes(32),
                address=f"10.0.0.{number % 250}",
                limits=DEFAULT,
            )
            place = Subject(place=town.place)
            following.follow(uow, town.vault, place, mail, proved=number % 2 == 0)

    def _signs_in(self, number: int) -> Caller:
        caller = self.line.visitor()
        name, born = inventing.invented_identity(number, SEED)
        said = {"name": name, "birth_date": born.isoformat(), "phone": phone(number)}
        challenge = caller.post("/challenges", said).json()["id"]
        sending.send_due(self.town.begin, self.town.vault, Letterbox().all)
        answer = {"challenge": challenge, "code": code_for(self.town, challenge)}
        caller.csrf = caller.post("/sessions", answer).json()["csrf"]
        return caller

    def _are_on_file(self, numbers: Iterable[int]) -> None:
        """Sealed as a file of the register is, and with a telephone."""
        town = self.town
        with town.begin() as uow:
            key = town.vault.new_key(uow.session, purpose="register")
            for number in numbers:
                person = town.resident(number).person
                sealed = key.seal(
                    json.dumps(particulars(number), ensure_ascii=False).encode(),
                    place=seal_place(person),
                )
                uow.session.execute(
                    update(Residence)
                    .where(Residence.person_id == person)
                    .values(
                        sealed=sealed,
                        key_id=key.id,
                        phone_index=town.vault.mac("phone").of(phone(number)),
                    )
                )


def phone(number: int) -> str:
    return f"+8210{20000000 + number * 10007:08d}"


def mailbox(number: int) -> str:
    return f"resident{number:04d}@example.com"


def particulars(number: int) -> dict[str, Any]:
    name, _ = inventing.invented_identity(number, SEED)
    street = FAMILY[number % len(FAMILY)]
    return {
        "name": name,
        "former_names": [],
        "address": f"견본{street}로 {number * number}",
        "phone": phone(number),
    }


LONGER: Final = len('{"name": "", "birth_date": "1990-01-01", "address": ""}') - len(
    '{"name": "", "former_names": [], "address": "", "phone": "+821012345678"}'
)
"""By so many bytes a line's text is longer than the register's about the same person."""


def most(lines: int) -> float:
    """What guessing may come to where nothing is known: five standard deviations over the mean."""
    return lines * CHANCE + 5 * sqrt(lines * CHANCE * (1 - CHANCE))


def test_nobody_is_told_who_signed(stolen: Stolen) -> None:
    """SIG-02, LOG-05: by equal values, by order, by time, by length, a guess is a guess."""
    copy, lines = stolen.copy, list(stolen.signed)
    assert len(lines) > 35
    told = {
        "links": copies.by_links(copy, lines),
        **dict(copies.by_order(copy, lines)),
        "time": copies.by_time(copy, lines),
        "length": copies.by_length(copy, lines, longer=LONGER),
    }
    scores = {name: copies.score(guess, stolen.signed) for name, guess in told.items()}
    assert {name: hits for name, hits in scores.items() if hits > most(len(lines))} == {}


def test_nobody_is_told_who_was_there(stolen: Stolen) -> None:
    """No row of the last days leads to anybody: no code, session, message, receipt or sheet."""
    assert here(stolen.copy) == {}


def here(copy: Copy) -> dict[str, set[str]]:
    """By table, whom its rows lead to; who leads a petition does so in public."""
    told: dict[str, set[str]] = {}
    for (table, _), person in copy.told.items():
        if table not in PUBLIC:
            told.setdefault(table, set()).add(person)
    return told


PUBLIC: Final = frozenset({"representative"})


def test_nothing_is_made_of_what_is_known_of_people(stolen: Stolen) -> None:
    """Neither by a hash that anybody can compute nor by a mask that was used twice."""
    copy = stolen.copy
    measures = [row["id"] for row in copy.tables["measure"]]
    known = {word for word, owner in copy.owners.items() if owner in stolen.came}
    made = {
        digest(text).hex()[:length]
        for word in known
        for salt in ("", *measures)
        for text in (salt + word, word + salt, f"{salt}:{word}", word.replace("-", ""))
        for digest in DIGESTS
        for length in (32, 40, 64)
    }
    kept = {
        word.replace("-", "")
        for row in copy.rows()
        if row[0] not in EVERYBODY
        for word in copy.words(row)
    }
    assert made & kept == set()


def _by_hash(name: str) -> Callable[[str], bytes]:
    return lambda text: hashlib.new(name, text.encode()).digest()


DIGESTS: Final[Sequence[Callable[[str], bytes]]] = (
    *map(_by_hash, ("sha256", "sha1", "md5")),
    lambda text: hmac.digest(b"\0", text.encode(), "sha256"),
)


def test_who_knows_peoples_names_and_numbers_finds_none_of_them(stolen: Stolen) -> None:
    """OTP-07: nor the range that a number is of, which with a district is a name."""
    copy = stolen.copy
    kept = [cell for row in copy.rows() if row[0] not in EVERYBODY for _, cell in copy.cells(row)]
    everything = "\n".join(kept)
    for number in range(2, DISTRICTS * PER_DISTRICT):
        name, born = inventing.invented_identity(number, SEED)
        said = {name, born.isoformat(), phone(number), f"0{phone(number)[3:]}"}
        said |= {mailbox(number)}
        said |= {phones.prefix(phone(number)), f"0{phone(number)[3:-4]}"}
        assert {word for word in said if word in everything} == set()


def test_nobody_sees_that_one_address_follows_two_things(stolen: Stolen) -> None:
    """Nor that whoever asked for a code follows: no value of such a row is in another table."""
    rows = stolen.copy.tables["following"]
    assert len(rows) > 60
    hashes = [row["to_index"] for row in rows]
    assert len({*hashes}) == len(hashes)
    kept = {
        cell
        for row in stolen.copy.rows()
        if row[0] != "following"
        for _, cell in stolen.copy.cells(row)
    }
    assert kept & {*hashes} == set()


def test_no_length_tells_whose_a_line_is(stolen: Stolen) -> None:
    """On paper and enrolled as well: the register's own rows are as long as what is in them."""
    lengths: dict[str, set[int]] = {}
    for table in ("residence", "line", "enrolment", "following"):
        for row in stolen.copy.tables[table]:
            kind = f"{table} {row.get('origin', '')}".strip()
            lengths.setdefault(kind, set()).add(len(row.get("sealed", "")))
    assert len(lengths.pop("residence")) > 5
    assert {kind: len(different) for kind, different in lengths.items()} == {
        "line online": 1,
        "line paper": 1,
        "enrolment": 1,
        "following": 1,
    }


def test_no_mask_is_used_twice(stolen: Stolen) -> None:
    """Of two rows under one mask the difference would be that of two people."""
    tables = stolen.copy.tables
    masked = [row["meant"] for row in tables["challenge"]]
    masked += [row["whose"] for row in tables["session_row"] if "whose" in row]
    people = {row["id"] for row in tables["person"]}
    assert len(masked) > 50
    assert len({*masked}) == len(masked)
    assert differences(masked) & (differences(people) | {0}) == set()


def differences(ids: Iterable[str]) -> set[int]:
    return {UUID(one).int ^ UUID(other).int for one, other in itertools.combinations(ids, 2)}
