"""News feeds: of a measure, of a district, of the whole place. What is hushed is in none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors import localities
from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Language, Words
from referendum.kernel.addresses import Addresses
from referendum.lifecycle import area, locating
from referendum.lifecycle.news import telling
from referendum.lifecycle.news.telling import News
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.roll.tables import District, Jurisdiction
from referendum.web import atom
from referendum.web.atom import Entry
from referendum.web.measures import Number, public

router = APIRouter(prefix="/measures")

MEASURES: Final = 100
"""The newest ones, in the feed of a place."""
ENTRIES: Final = 100


@router.get("/news.atom")
@shared("lang", "district")
def of_the_place(request: Request, caller: Visitor, district: str = "") -> Response:  # noqa: ARG001  # the door
    """What happened here, or to what concerns a district; of one that is not there, to all."""
    services, words = services_of(request), words_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        chosen = _district(uow.session, place, district, uow.now())
        found = locating.listed(uow.session, place.id, limit=MEASURES)
        if chosen is not None:
            found = [one for one in found if _concerns(uow.session, one, chosen)]
        korean = words.language is Language.KO
        name = words("follow.feed.place", place=place.name_ko if korean else place.name_en)
        query = {"lang": words.language.value}
        if chosen is not None:
            query["district"] = chosen.code
            here = chosen.name_ko if korean else chosen.name_en
            name = words("follow.feed.district", district=here)
        feed = _Feed(words, services.addresses)
        path = f"/measures/news.atom?{urlencode(query)}"
        news = telling.history(uow.session, found)[:ENTRIES]
        document = feed.write(found, news, name=name, path=path, page="/measures", stamp=uow.now())
    return _answer(document, words)


@router.get("/{number}/news.atom")
@shared("lang")
def of_a_measure(request: Request, number: Number, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What happened to one measure, from its beginning."""
    services, words = services_of(request), words_of(request)
    with services.look() as uow:
        measure = public(uow.session, number, services.settings.jurisdiction)
        feed = _Feed(words, services.addresses)
        name = words("follow.feed.measure", number=str(number), title=feed.title(measure))
        path = f"/measures/{number}/news.atom?lang={words.language}"
        news = telling.history(uow.session, [measure])[:ENTRIES]
        page, since = f"/measures/{number}", measure.created_at
        document = feed.write([measure], news, name=name, path=path, page=page, stamp=since)
    return _answer(document, words)


def _district(session: Session, place: Jurisdiction, code: str, now: datetime) -> District | None:
    if not localities.CODE.fullmatch(code):
        return None
    today = now.astimezone(places.zone_of(session, place.id)).date()
    here = places.districts_on(session, place.id, today)
    return next((one for one in here if one.code == code), None)


def _concerns(session: Session, measure: Measure, district: District) -> bool:
    if not measure.districts:
        return True
    return district.code in {one.code for one in area.districts(session, measure)}


def _answer(document: bytes, words: Words) -> Response:
    headers = {"Content-Language": words.language.value, "Vary": "Accept-Language, Cookie"}
    return Response(document, media_type=atom.MEDIA_TYPE, headers=headers)


class _Feed:
    """Tells news as entries, in one language."""

    def __init__(self, words: Words, addresses: Addresses) -> None:
        self.words, self.addresses = words, addresses

    def title(self, measure: Measure) -> str:
        korean = self.words.language is Language.KO
        return measure.title_ko if korean else measure.title_en or measure.title_ko

    def write(
        self,
        measures: Sequence[Measure],
        news: Sequence[News],
        *,
        name: str,
        path: str,
        page: str,
        stamp: datetime,
    ) -> bytes:
        return atom.write(
            self._entries(measures, news),
            id=self._tag(path),
            title=name,
            author=self.words("web.name"),
            url=self.addresses.page(path),
            page=self.addresses.page(page),
            language=self.words.language.value,
            stamp=stamp,
        )

    def _entries(self, measures: Sequence[Measure], news: Sequence[News]) -> Iterator[Entry]:
        by_id = {one.id: one for one in measures}
        for one in news:
            measure = by_id[one.measure]
            what = self.words(f"follow.news.{one.kind}")
            yield Entry(
                id=self._tag(f"/news/{one.measure}/{one.mark}"),
                title=self.words("follow.feed.entry", what=what, title=self.title(measure)),
                summary=f"{what} ({self.words.end(one.at)})",
                url=self.addresses.measure(measure.number),
                at=one.at,
            )

    def _tag(self, path: str) -> str:
        """A name for good (RFC 4151), whatever becomes of the address."""
        return f"tag:{self.addresses.host},2026:{path}"
