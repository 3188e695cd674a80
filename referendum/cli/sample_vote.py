"""The demo's called vote: about three weeks ahead, with a polling place for every door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from ballots import early, planning, plans, stations
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.cli.conducting import SEOUL, Conductor
from referendum.cli.sample_calls import SampleCalls
from referendum.kernel import spreadsheet
from referendum.lifecycle import calling, locating, polling
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

DOGS: Final = DraftText(
    title_ko="공원 안 반려견 동반 구역 자문투표 (시연)",
    title_en="Advisory vote on dogs in parks (demo)",
    question_ko="큰 공원마다 반려견과 함께 다니는 구역을 두는 것에 찬성하십니까?",
    question_en="Shall every large park have an area where dogs are welcome?",
    reason="반려견과 걷는 주민이 갈 곳이 생기지만, 개를 무서워하는 주민이 쓸 자리는 줄어든다.",
    body="3만 제곱미터가 넘는 공원마다 울타리를 둔 동반 구역을 정한다. (시연용 가상 안건)",
)
TEXTS: Final = {
    "yes": (
        "함께 걷는 사람들 (가상)",
        [
            Point("정해진 구역이 있으면 다른 길에서 마주치는 불편이 줄어듭니다.",
                  "With an area of their own, dogs are met less often elsewhere."),
            Point("울타리와 배변 봉투함을 한곳에서 관리할 수 있습니다.",
                  "Fences and bins are looked after in one place."),
        ],
    ),
    "no": (
        "아이와 쉬는 공원 모임 (가상)",
        [
            Point("공원에서 가장 넓은 잔디밭을 아이들이 쓰지 못하게 됩니다.",
                  "Children would lose the widest lawns."),
            Point("관리 인력을 늘리지 않으면 냄새와 소음이 남습니다.",
                  "Without more staff, smell and noise remain."),
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
        measure = calls.draft(DOGS, subject=PARKS)
        called = self._call_day(measure)
        if called is None:
            return
        self.by.until(self.now - (self.now.astimezone(SEOUL).date() - called))
        calls.call(measure)
        calls.argue(measure, TEXTS)
        calls.draw(measure)
        self.by.until(self.now)
        self._name_places(measure, calls)

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
