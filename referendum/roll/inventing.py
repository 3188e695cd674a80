"""Residents invented by the hundred thousand, so that a rehearsal has somebody to sign."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, func, select, text
from sqlalchemy.orm import Session

from referendum.kernel.canonical import canonical
from referendum.kernel.people import Actor, Calendar
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.roll.intakes import ImportReport, hold_register
from referendum.roll.invented_names import FAMILIES, FIRSTS, SECONDS
from referendum.roll.publishing import add_version
from referendum.roll.tables import Person
from referendum.roll.versions import next_version

BATCH: Final = 50_000
"""People a statement makes, so that none outlives the statement timeout."""

FIRST_BIRTH: Final = date(1936, 1, 1)
BIRTH_DAYS: Final = 17_500
"""Births up to the end of 1983: of age under every rule since 2004, whose voters were 20."""

NAMES: Final = len(FAMILIES) * len(FIRSTS) * len(SECONDS)
IDENTITIES: Final = NAMES * BIRTH_DAYS
STRIDE: Final = 1_000_000_007
"""A prime that divides no part of IDENTITIES: so the numbers 0.. all give different identities."""

SINCE: Final = date(2000, 1, 1)
"""Since when all of them live where they live."""

REHEARSAL: Final = Calendar()

MAKE: Final = text(
    "with invented as materialized ("
    " select gen_random_uuid() as id, n, (n * :stride + :offset) % :identities as identity"
    " from generate_series(cast(:first as bigint), cast(:last as bigint)) as n"
    "), named as ("
    " select id, n, :first_birth + cast(identity % :days as integer) as birth_date,"
    "  cast(identity / :days as integer) as name from invented"
    "), entered as ("
    " insert into person (id, jurisdiction_id, register_no)"
    " select id, :jurisdiction, 'R' || lpad(cast(n as text), 9, '0') from invented"
    ") insert into residence (id, person_id, version_from, district_id, birth_date, nationality,"
    "  stated_from, registered_from, name_index)"
    " select gen_random_uuid(), id, :version, :district, birth_date, 'KR', :since, :since,"
    "  hmac_padded(:inner, :outer,"
    "   (cast(:families as text[]))[1 + name % :family_count]"
    "   || (cast(:firsts as text[]))[1 + name / :family_count % :first_count]"
    "   || (cast(:seconds as text[]))[1 + name / (:family_count * :first_count)]"
    "   || chr(10) || to_char(birth_date, 'YYYY-MM-DD'))"
    " from named"
)


@dataclass(frozen=True, slots=True)
class Invented:
    """What was invented: under which numbers live whose identities are to be had."""

    version: int
    numbers: dict[UUID, range]
    """By district; `invented_identity` tells the name and birth date of a number."""


def register_no(number: int) -> str:
    return f"R{number:09d}"


def invented_identity(number: int, seed: int) -> tuple[str, date]:
    """The name and birth date of an invented resident; no two numbers share both."""
    name, day = divmod((number * STRIDE + _offset(seed)) % IDENTITIES, BIRTH_DAYS)
    rest, family = divmod(name, len(FAMILIES))
    second, first = divmod(rest, len(FIRSTS))
    born = FIRST_BIRTH + timedelta(days=day)
    return FAMILIES[family] + FIRSTS[first] + SECONDS[second], born


def invent_residents(
    uow: UnitOfWork,
    vault: Vault,
    *,
    jurisdiction_id: UUID,
    per_district: Mapping[UUID, int],
    seed: int,
    as_of: date,
    by: Actor = REHEARSAL,
) -> Invented:
    """Add so many adults to each district, as a version of the register. Nothing is sealed."""
    hold_register(uow.session, jurisdiction_id)
    version = next_version(uow.session, jurisdiction_id, as_of)
    numbers = _numbers(per_district, after=_last_number(uow.session, jurisdiction_id))
    inner, outer = vault.mac("name").pads
    fixed = {
        "stride": STRIDE,
        "offset": _offset(seed),
        "identities": IDENTITIES,
        "first_birth": FIRST_BIRTH,
        "days": BIRTH_DAYS,
        "jurisdiction": jurisdiction_id,
        "version": version,
        "since": SINCE,
        "inner": inner,
        "outer": outer,
        "families": list(FAMILIES),
        "firsts": list(FIRSTS),
        "seconds": list(SECONDS),
        "family_count": len(FAMILIES),
        "first_count": len(FIRSTS),
    }
    for district_id, living in numbers.items():
        for first in range(living.start, living.stop, BATCH):
            last = min(first + BATCH, living.stop) - 1
            here = {"district": district_id, "first": first, "last": last}
            uow.session.execute(MAKE, fixed | here)
    people = sum(map(len, numbers.values()))
    report = _report(version, as_of, people, seed)
    add_version(uow, report, jurisdiction_id=jurisdiction_id, by=by.mark, key_id=None)
    return Invented(version, numbers)


def _numbers(per_district: Mapping[UUID, int], *, after: int) -> dict[UUID, range]:
    numbers, start = {}, after + 1
    for district_id, people in per_district.items():
        numbers[district_id] = range(start, start + people)
        start += people
    return numbers


def _last_number(session: Session, jurisdiction_id: UUID) -> int:
    """The highest number invented here before, so that a second crowd joins the first."""
    number = func.substr(Person.register_no, 2).cast(Integer)
    rows = select(func.max(number)).where(
        Person.jurisdiction_id == jurisdiction_id, Person.register_no.regexp_match(r"^R\d{9}$")
    )
    return session.scalar(rows) or 0


def _report(version: int, as_of: date, people: int, seed: int) -> ImportReport:
    told = canonical({"invented": people, "seed": seed})
    return ImportReport(
        version=version,
        as_of=as_of,
        added=people,
        changed=0,
        ended=0,
        unchanged=0,
        refused_lines=0,
        noted_lines=0,
        refused=[],
        noted=[],
        sha256=hashlib.sha256(told).hexdigest(),
        encoding="invented",
    )


def _offset(seed: int) -> int:
    """Where the walk through the identities begins."""
    digest = hashlib.sha256(f"invented residents {seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % IDENTITIES
