"""The jurisdictions of a deployment and their dated districts."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import count
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Select, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Authority
from referendum.kernel.uow import UnitOfWork
from referendum.roll.errors import DistrictNotFound, JurisdictionNotFound, PlaceExists
from referendum.roll.tables import District, Jurisdiction

GOYANG: Final = files("referendum.roll") / "data" / "goyang-districts.toml"
"""The 44 districts since 2022-01-03, with a tile map and weights for invented people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictPlan:
    """A district about to be added."""

    code: str
    name_ko: str
    name_en: str
    valid_from: date
    valid_to: date | None = None
    borough_ko: str = ""
    borough_en: str = ""
    tile_x: int | None = None
    tile_y: int | None = None
    position: int | None = None
    """Where it stands in the city's own order, from 1; None: after those that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePlan:
    """A jurisdiction with its districts, as a data file describes them."""

    code: str
    name_ko: str
    name_en: str
    level: str
    zone: str
    population: int
    districts: tuple[DistrictPlan, ...]
    weights: Mapping[str, int]
    """How many people, roughly, live in a district: for invented populations only."""


def jurisdiction(session: Session, code: str) -> Jurisdiction:
    found = session.scalars(select(Jurisdiction).where(Jurisdiction.code == code)).first()
    if found is None:
        raise JurisdictionNotFound(jurisdiction=code)
    return found


def jurisdictions(session: Session) -> list[Jurisdiction]:
    """All that this deployment serves."""
    return list(session.scalars(select(Jurisdiction).order_by(Jurisdiction.code)))


def today(uow: UnitOfWork, jurisdiction_id: UUID) -> date:
    """The day it is there: the universal day is another for nine hours of Korea's."""
    return uow.now().astimezone(zone_of(uow.session, jurisdiction_id)).date()


def zone_of(session: Session, jurisdiction_id: UUID) -> ZoneInfo:
    """The zone in which a place's days begin and end.

    Asked for once a session: a row that nobody holds is forgotten at once, and read again.
    """
    known: dict[UUID, ZoneInfo] = session.info.setdefault("zones", {})
    if jurisdiction_id not in known:
        known[jurisdiction_id] = ZoneInfo(session.get_one(Jurisdiction, jurisdiction_id).zone)
    return known[jurisdiction_id]


def districts_on(session: Session, jurisdiction_id: UUID, day: date) -> list[District]:
    """The districts that exist on a day, in the city's own order."""
    return list(session.scalars(districts_there(jurisdiction_id, day)))


def districts_there(
    jurisdiction_id: UUID | BindParameter[UUID], day: date | BindParameter[date]
) -> Select[District]:
    """How `districts_on` asks."""
    return (
        select(District)
        .where(
            District.jurisdiction_id == jurisdiction_id,
            District.valid_from <= day,
            or_(District.valid_to.is_(None), District.valid_to > day),
        )
        .order_by(District.position, District.code)
    )


def districts_ever(session: Session, jurisdiction_id: UUID) -> list[District]:
    """The districts of every day, in the city's own order."""
    here = select(District).where(District.jurisdiction_id == jurisdiction_id)
    return list(session.scalars(here.order_by(District.position, District.code)))


def district(session: Session, district_id: UUID) -> District:
    found = session.get(District, district_id)
    if found is None:
        raise DistrictNotFound(district=str(district_id))
    return found


def districts_called(session: Session, ids: Collection[str]) -> dict[str, District]:
    """Many by the text of their ids, in one statement; one that is not there is an error."""
    if not ids:
        return {}
    rows = session.scalars(select(District).where(District.id.in_([UUID(one) for one in ids])))
    found = {str(row.id): row for row in rows}
    if missing := set(ids) - found.keys():
        raise DistrictNotFound(district=min(missing))
    return found


def add_jurisdiction(
    uow: UnitOfWork,
    *,
    code: str,
    name_ko: str,
    name_en: str,
    level: str,
    population: int,
    operated_by: Iterable[Authority],
    zone: str = "Asia/Seoul",
) -> Jurisdiction:
    """Add a place to the deployment; refused where the code is taken."""
    made = Jurisdiction(
        code=code,
        name_ko=name_ko,
        name_en=name_en,
        level=level,
        population=population,
        operated_by=[authority.value for authority in operated_by],
        zone=zone,
    )
    _add(uow.session, [made], taken="uq_jurisdiction_code")
    return made


def add_districts(
    uow: UnitOfWork, jurisdiction_id: UUID, plans: Iterable[DistrictPlan]
) -> list[District]:
    """Add districts; refused where one of that code and first day exists."""
    last = select(func.max(District.position)).where(District.jurisdiction_id == jurisdiction_id)
    following = count((uow.session.scalar(last) or 0) + 1)
    made = [
        District(
            jurisdiction_id=jurisdiction_id,
            code=plan.code,
            name_ko=plan.name_ko,
            name_en=plan.name_en,
            borough_ko=plan.borough_ko,
            borough_en=plan.borough_en,
            valid_from=plan.valid_from,
            valid_to=plan.valid_to,
            tile_x=plan.tile_x,
            tile_y=plan.tile_y,
            position=next(following) if plan.position is None else plan.position,
        )
        for plan in plans
    ]
    _add(uow.session, made, taken="uq_district_code_valid_from")
    return made


def settle(uow: UnitOfWork, place: PlacePlan, *, operated_by: Iterable[Authority]) -> Jurisdiction:
    """Add a place with all its districts."""
    made = add_jurisdiction(
        uow,
        code=place.code,
        name_ko=place.name_ko,
        name_en=place.name_en,
        level=place.level,
        zone=place.zone,
        population=place.population,
        operated_by=operated_by,
    )
    add_districts(uow, made.id, place.districts)
    return made


def read_place(source: Traversable = GOYANG) -> PlacePlan:
    """Read a place from its data file."""
    told = tomllib.loads(source.read_text("utf-8"))
    place, since = told["place"], told["place"]["valid_from"]
    rows: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (borough, row) for borough in told["borough"] for row in borough["district"]
    ]
    return PlacePlan(
        code=place["code"],
        name_ko=place["name_ko"],
        name_en=place["name_en"],
        level=place["level"],
        zone=place["zone"],
        population=place["population"],
        districts=tuple(
            DistrictPlan(
                code=row["code"],
                name_ko=row["ko"],
                name_en=row["en"],
                borough_ko=borough["ko"],
                borough_en=borough["en"],
                valid_from=since,
                tile_x=row["tile"][0],
                tile_y=row["tile"][1],
            )
            for borough, row in rows
        ),
        weights={row["code"]: row["weight"] for _, row in rows},
    )


def _add(session: Session, rows: Iterable[Jurisdiction | District], *, taken: str) -> None:
    try:
        with session.begin_nested():
            session.add_all(rows)
    except IntegrityError as error:
        if violates(error, taken):
            raise PlaceExists from error
        raise
