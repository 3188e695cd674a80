"""Calendar feeds: a measure's days, and those of all measures under way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n import sums
from referendum.i18n.words import Language, Words
from referendum.kernel.addresses import Addresses
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import charting, holds, locating, stages
from referendum.lifecycle.news import telling
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import DeadlineKept, Measure
from referendum.roll import places
from referendum.roll.tables import District
from referendum.web import icalendar, picturing
from referendum.web.icalendar import Event
from referendum.web.measures import Number, public
from thresholds.vocabulary import DeadlineName, Instrument

router = APIRouter(prefix="/measures")

MOST: Final = 200
"""Measures in the feed of the whole place, the newest."""
POLLING: Final = ("polls_open", "polls_close")


@router.get("/calendar.ics")
@shared("lang")
def of_the_place(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The days of every measure that is under way."""
    services, words = services_of(request), words_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        found = locating.listed(uow.session, place.id, under_way=True, limit=MOST)
        feed = _Feed.of(uow, found, words, services.addresses)
        events = [event for measure in found for event in feed.events(measure)]
        named = place.name_ko if words.language is Language.KO else place.name_en
        name = words("dates.feed.place", place=named)
        document = icalendar.write(
            events, name=name, language=words.language.value, stamp=uow.now()
        )
    return _answer(document, "measures", words)


@router.get("/{number}/calendar.ics")
@shared("lang")
def of_a_measure(request: Request, number: Number, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The days of one measure, past ones too."""
    services, words = services_of(request), words_of(request)
    with services.look() as uow:
        measure = public(uow.session, number, services.settings.jurisdiction)
        feed = _Feed.of(uow, [measure], words, services.addresses)
        name = words("dates.feed.name", number=measure.number, title=feed.title(measure))
        document = icalendar.write(
            feed.events(measure), name=name, language=words.language.value, stamp=uow.now()
        )
    return _answer(document, f"measure-{number}", words)


def _answer(document: bytes, name: str, words: Words) -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{name}.ics"',
        "Content-Language": words.language.value,
        "Vary": "Accept-Language, Cookie",
    }
    return Response(document, media_type=icalendar.MEDIA_TYPE, headers=headers)


@dataclass(frozen=True, slots=True)
class _Feed:
    """Tells deadlines as events, in one language."""

    deadlines: Mapping[UUID, Sequence[DeadlineKept]]
    """By measure."""
    names: Mapping[str, District]
    words: Words
    addresses: Addresses
    now: datetime
    stopped: frozenset[UUID]
    """The measures whose clock a halt stops now."""

    @classmethod
    def of(
        cls, uow: UnitOfWork, measures: Sequence[Measure], words: Words, addresses: Addresses
    ) -> _Feed:
        """Reads the days of all these measures at once."""
        session = uow.session
        kept = locating.deadlines_of_all(session, measures)
        named = charting.names_in(session, chain.from_iterable(kept.values()))
        living = [one.id for one in measures if Stage(one.stage) not in stages.ENDINGS]
        stopped = holds.stopped(session, living)
        return cls(kept, named, words, addresses, uow.now(), stopped)

    def title(self, measure: Measure) -> str:
        korean = self.words.language is Language.KO
        return measure.title_ko if korean else measure.title_en or measure.title_ko

    def events(self, measure: Measure) -> Iterator[Event]:
        """Last days as whole days, a vote with its hours; of what is hushed, nothing."""
        if telling.is_hushed(measure):
            return
        kept = {one.name: one for one in self.deadlines.get(measure.id, ())}
        hours = [kept.pop(name) for name in POLLING if name in kept]
        if len(hours) == len(POLLING):
            vote = kept.pop(DeadlineName.VOTE_DAY, hours[0])
            yield self._polling(measure, vote, hours[0], hours[1])
        for one in kept.values():
            yield from self._last_days(measure, one)

    def _polling(
        self, measure: Measure, vote: DeadlineKept, opens: DeadlineKept, closes: DeadlineKept
    ) -> Event:
        return Event(
            uid=self._uid(measure, DeadlineName.VOTE_DAY),
            start=opens.at,
            end=closes.at,
            summary=self.words("dates.feed.polling", **self._named(measure)),
            description=self._told(measure, vote, self._sum(vote)),
            url=self.addresses.measure(measure.number),
        )

    def _last_days(self, measure: Measure, one: DeadlineKept) -> Iterator[Event]:
        what = self.words(f"measure.deadline.{one.name}")
        point = one.name == DeadlineName.VOTE_DAY
        key = "dates.feed.event" if point else "dates.feed.last-day"
        yield Event(
            uid=self._uid(measure, one.name),
            start=one.day,
            summary=self.words(key, what=what, **self._named(measure)),
            description=self._told(measure, one, self._sum(one)),
            url=self.addresses.measure(measure.number),
        )
        for district, own in sorted(one.districts.items()):
            there = picturing.called(self.names[district], self.words)
            yield Event(
                uid=self._uid(measure, one.name, district),
                start=one.day_in(district),
                summary=self.words(
                    "dates.feed.district", what=what, district=there, **self._named(measure)
                ),
                description=self._told(measure, one, own[self.words.language.value]),
                url=self.addresses.measure(measure.number),
            )

    def _named(self, measure: Measure) -> dict[str, str]:
        instrument = self.words(f"measure.instrument.{measure.instrument}")
        return {"instrument": instrument, "title": self.title(measure)}

    def _sum(self, one: DeadlineKept) -> str:
        return one.sum_ko if self.words.language is Language.KO else one.sum_en

    def _told(self, measure: Measure, one: DeadlineKept, worked_out: str) -> str:
        """The sum and its article, and what has to be known beside them."""
        said = [sums.told(self.words, worked_out), one.article]
        if one.overridden_reason:
            said = [self.words("dates.feed.overridden", reason=one.overridden_reason), one.article]
        if measure.id in self.stopped and one.at > self.now:
            said.insert(0, self.words("dates.feed.halted"))
        if measure.instrument == Instrument.ADVISORY:
            said.insert(0, self.words("public.advisory.label"))
        if measure.demo:
            said.insert(0, self.words("public.about.demo"))
        return "\n".join(
            [*said, self.words("dates.feed.provisional"), self.addresses.measure(measure.number)]
        )

    def _uid(self, measure: Measure, *parts: str) -> str:
        return "-".join([str(measure.id), *parts]) + f"@{self.addresses.host}"
