"""The demo's called vote: about three weeks ahead, with a polling place for every door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from ballots import early, planning, plans, stations
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.cli import sample_described
from referendum.cli.conducting import SEOUL, Conductor
from referendum.cli.sample_calls import SampleCalls
from referendum.kernel import spreadsheet
from referendum.lifecycle import calling, furnishing, locating, polling
from referendum.lifecycle.advisory.arguing import Point
from referendum.lifecycle.drafting import DraftText
from referendum.roll import places, specimens, streets
from referendum.roll.places import DistrictPlan

AHEAD: Final = timedelta(days=20)
"""So far off the vote is at the most: with its list of electors made, and so its stations."""
CALLED_AGO: Final = range(5, 15)
"""Days since the call, the fewest first: the order was drawn since then."""
PAPER: Final = "시연-투표-1"
PARKS: Final = 1
"""The place of the use of parks among the promise's subjects."""
EARLY: Final = (timedelta(days=5), timedelta(days=4))
"""First and last day of early voting before the vote, as the city chose for this one."""
OPENS, CLOSES = time(6), time(18)
INVENTED: Final = "(가상 주소)"

CYCLING: Final = DraftText(
    title_ko="하천 산책로 자전거 통행 자문투표 (시연)",
    title_en="Advisory vote on cycling by the stream (demo)",
    question_ko="주말 낮에 하천 산책로의 자전거 통행을 막는 것에 찬성하십니까?",
    question_en="Shall the paths by the stream be closed to cycling on weekend days?",
    reason="걷는 사람은 편해지지만, 자전거로 다니는 주민은 다른 길로 돌아가야 한다.",
    body="토·일요일 오전 10시부터 오후 5시까지 자전거 통행을 막는다. (시연용 가상 안건)",
)
TEXTS: Final = {
    "yes": (
        "천천히 걷는 모임 (가상)",
        [
            Point("아이와 어르신이 부딪힐 걱정 없이 걸을 수 있습니다.",
                  "Children and the old can walk without fear of a collision."),
            Point("주말 낮에만 막으므로 출퇴근 길은 그대로입니다.",
                  "Only weekend days are closed, so nobody's way to work changes."),
        ],
    ),
    "no": (
        "자전거로 다니는 이웃 (가상)",
        [
            Point("가까운 우회로가 없어 차도로 나가야 합니다.",
                  "There is no way round nearby but the road."),
            Point("길을 나누어 그으면 막지 않아도 됩니다.",
                  "Lanes drawn apart would make a closure needless."),
        ],
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleVote:
    """Calls it and names where to vote; `now` is where the demo's clock ends."""

    by: Conductor
    now: datetime

    def play(self) -> None:
        """Within sixty days before an election none may be called: then it stays a draft."""
        calls = SampleCalls(self.by, PAPER)
        measure = calls.draft(replace(CYCLING, **self._added()), subject=PARKS)
        called = self._call_day(measure)
        if called is None:
            return
        self.by.until(self.now - (self.now.astimezone(SEOUL).date() - called))
        calls.call(measure)
        calls.argue(measure, TEXTS)
        calls.draw(measure)
        self.by.until(self.now)
        self._name_places(measure, calls)

    def _added(self) -> dict[str, Any]:
        """What its drafter says beside the text; the stream runs through four districts."""
        day = self.now.astimezone(SEOUL).date()
        with self.by.begin() as uow:
            there = places.districts_on(uow.session, self.by.place, day)
        return sample_described.cycling([one.id for one in there[8:12]])

    def _call_day(self, measure: UUID) -> date | None:
        today = self.now.astimezone(SEOUL).date()
        with self.by.begin() as uow:
            held = locating.get(uow.session, measure)
            for ago in CALLED_AGO:
                day = today - timedelta(days=ago)
                allowed, _ = calling.days_or_bar(uow.session, held, day)
                if allowed is not None and allowed.first <= today + AHEAD:
                    return day
        return None

    def _name_places(self, measure: UUID, calls: SampleCalls) -> None:
        """Two stations in each district, one for early votes in each borough, and the streets."""
        officer = calls.officer("mayor.one")
        with self.by.begin() as uow:
            poll = polling.poll_of(uow.session, locating.get(uow.session, measure))
            day = polling.polling_day_of(uow.session, locating.get(uow.session, measure)).day
            boxes = stations.boxes_of(uow.session, poll.id)
            columns = [*plans.COLUMNS, *plans.MORE]
            data = "".join(spreadsheet.text_of(columns, _plan(boxes))).encode()
            rows = plans.read_plan(data, boxes=boxes)
            furnishing.insist_on_furnisher(uow.session, measure, officer)
            planning.replace_plan(uow, poll.id, rows, by=officer)
            first, last = EARLY
            early.set_hours(
                uow,
                poll.id,
                begins=datetime.combine(day - first, OPENS),
                ends=datetime.combine(day - last, CLOSES),
                by=officer,
            )
            listed = spreadsheet.text_of(list(streets.COLUMNS), _streets())
            streets.load(uow, data="".join(listed).encode(), by=officer)


def _halves() -> Iterator[tuple[DistrictPlan, int, range]]:
    """Each district's doors, half of them at its first station and half at its second."""
    for at, district in enumerate(places.read_place().districts):
        doors = specimens.doors(at)
        middle = len(doors) // 2
        yield district, 1, doors[:middle]
        yield district, 2, doors[middle:]


def _plan(boxes: list[BoxView]) -> Iterator[tuple[object, ...]]:
    electors = stations.electors_by_district(boxes)
    of_district = {box.district: electors[box.district_id] or 0 for box in boxes}
    boroughs = set[str]()
    for district, number, doors in _halves():
        whole = of_district[district.code]
        door = f"{district.borough_ko} {district.name_ko} {specimens.STREET} {doors[0]} {INVENTED}"
        if district.borough_ko not in boroughs:
            boroughs.add(district.borough_ko)
            names = f"{district.borough_ko} 사전투표소", f"{district.borough_en} early voting"
            yield district.code, 1, Kind.EARLY.value, *names, "", door
        names = f"{district.name_ko} 제{number}투표소", f"{district.name_en} station {number}"
        share = whole - whole // 2 if number == 1 else whole // 2
        yield district.code, number, Kind.REGULAR.value, *names, share, door


def _streets() -> Iterator[tuple[object, ...]]:
    for district, number, doors in _halves():
        yield specimens.STREET, doors[0], doors[-1], district.name_ko, number
