"""Where, when and in which ways people vote on a called measure, and where a resident does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ballots import early, stations
from ballots.early import Early
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.kernel.people import Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import qualified, rules
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.qualified import Verdict
from referendum.lifecycle.surveying import Overview
from referendum.roll import finding, streets
from referendum.roll.freezing import Purpose
from thresholds.rulebook import Channel, ChannelRule


@dataclass(frozen=True, slots=True)
class Places:
    """The stations of a vote. Before its electors are known there are none."""

    regular: Mapping[UUID, Sequence[BoxView]] = field(default_factory=dict)
    """By the district in which they stand."""
    before: Sequence[BoxView] = ()
    """Where people vote early."""
    by_mail: bool = False
    """Whether papers come by post."""
    hosted: Mapping[UUID, UUID] = field(default_factory=dict)
    """Districts whose people vote in another."""
    early: Early | None = None

    def at(self, district: UUID, number: int | None = None) -> Sequence[BoxView]:
        """Where people of a district vote on the day; those of one station, where that is known."""
        here = self.regular.get(self.hosted.get(district, district), ())
        return [one for one in here if one.number == number] or here


@dataclass(frozen=True, slots=True)
class Ways:
    """The channels that a vote's rules know; None of one that they do not."""

    paper: ChannelRule | None
    online: ChannelRule | None


def places(session: Session, view: Overview) -> Places:
    """The stations of the poll that is to be held, or is being held."""
    if view.poll is None or view.polling_day is None:
        return Places()
    boxes = stations.boxes_of(session, view.poll.id)
    regular: dict[UUID, list[BoxView]] = {}
    for one in boxes:
        if one.kind is Kind.REGULAR:
            regular.setdefault(one.district_id, []).append(one)
    return Places(
        regular,
        [one for one in boxes if one.kind is Kind.EARLY],
        any(one.kind is Kind.MAIL for one in boxes),
        enrolled.hosted(view.steps),
        early.of_day(view.polling_day, ZoneInfo(view.place.zone)),
    )


def ways(session: Session, view: Overview) -> Ways:
    """By the rulebook that decides on the vote."""
    events = deadlines.events_of(session, view.measure, view.steps, ZoneInfo(view.place.zone))
    voting = rules.for_poll(view.measure, events).voting
    channels = {one.channel: one for one in voting.channels} if voting else {}
    return Ways(channels.get(Channel.PAPER), channels.get(Channel.ONLINE))


def own(
    uow: UnitOfWork, vault: Vault, view: Overview, resident: Resident, there: Places
) -> Sequence[BoxView]:
    """Where a resident votes, for their own eyes; nowhere for who may not."""
    told = qualified.answer(uow, vault, view, resident)
    if told is None or told.verdict is not Verdict.MAY or told.district is None:
        return ()
    if told.asked.purpose is not Purpose.VOTING:
        return ()
    here = there.at(told.district)
    if len(here) < 2:  # noqa: PLR2004  # one leaves nothing to ask
        return here
    details = finding.person_details(uow.session, vault, resident.person)
    doors = streets.find(uow.session, resident.jurisdiction, details.address) if details else []
    numbers = {one.station for one in doors if one.district == told.district}
    return there.at(told.district, numbers.pop()) if len(numbers) == 1 else here
