"""Boxes by what people write for them: a station's number or its name, in its district."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ballots.errors import KindUnknown, StationAmbiguous, StationUnknown
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.kernel.spreadsheet import plain
from referendum.roll.usual_names import Gazetteer

KINDS: Final[Mapping[str, Kind]] = {
    **{one.value: one for one in Kind},
    **dict.fromkeys(("일반", "선거일", "투표일", "투표일투표", "pollingday"), Kind.REGULAR),
    **dict.fromkeys(("사전", "사전투표", "관내사전", "earlyvoting"), Kind.EARLY),
    **dict.fromkeys(("우편", "거소", "거소투표", "우편거소투표", "postalvoting"), Kind.MAIL),
}
"""How a file may say which kind of box it means; case, spaces and signs do not count."""
_NUMBERED: Final = re.compile(
    r"(?P<district>.*?)\s*(?:제|no\.?|station|polling place)?\s*(?P<number>[0-9]{1,5})"
    r"\s*번?\s*(?:투표소|투표구|station|polling place)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Called:
    """A box's district, as a gazetteer asks for it."""

    code: str
    name_ko: str
    name_en: str
    borough_ko: str
    borough_en: str


def kind_of(cell: str) -> Kind | None:
    """The kind that a cell says; where it is empty, that of the day itself. None: no kind."""
    return KINDS.get(plain(cell)) if cell.strip() else Kind.REGULAR


def districts_of(boxes: Sequence[BoxView]) -> Gazetteer[UUID]:
    """The districts of a poll by every usual name."""
    city = (boxes[0].city_ko, boxes[0].city_en) if boxes else ("", "")
    return Gazetteer.of(_districts(boxes), city=city)


def _districts(boxes: Sequence[BoxView]) -> Iterator[tuple[_Called, UUID]]:
    one_each = {box.district_id: box for box in boxes}
    for district, box in one_each.items():
        names = box.district, box.district_ko, box.district_en
        yield _Called(*names, box.borough_ko, box.borough_en), district


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a poll, to be found by a line of a file."""

    boxes: Sequence[BoxView]
    districts: Gazetteer[UUID]

    @classmethod
    def of(cls, boxes: Sequence[BoxView]) -> Boxes:
        return cls(boxes, districts_of(boxes))

    def meant(self, cells: Mapping[str, str]) -> BoxView:
        """By number or name, and by kind and district where the line names them.

        Refused where it is no box, or several: nobody guesses which.
        """
        station, district = cells["station"], cells.get("district", "")
        kind = kind_of(cells.get("kind", ""))
        if kind is None:
            raise KindUnknown(kind=cells["kind"])
        here = [box for box in self.boxes if self._lies_in(box, district)]
        found = self._called(here, station, kind if cells.get("kind") else None)
        found = found or self._numbered(here, station, kind)
        if not found:
            raise StationUnknown(station=station)
        if len(found) > 1:
            raise StationAmbiguous(station=station)
        return found[0]

    def _lies_in(self, box: BoxView, district: str) -> bool:
        return not district or self.districts.get(district) == box.district_id

    def _called(self, boxes: Sequence[BoxView], station: str, kind: Kind | None) -> list[BoxView]:
        name = plain(station)
        return [
            box
            for box in boxes
            if name in {plain(box.name_ko), plain(box.name_en)} and kind in {None, box.kind}
        ]

    def _numbered(self, boxes: Sequence[BoxView], station: str, kind: Kind) -> list[BoxView]:
        told = _NUMBERED.fullmatch(station)
        if told is None:
            return []
        number = int(told["number"])
        return [
            box
            for box in boxes
            if box.number == number
            and box.kind is kind
            and self._lies_in(box, told["district"].strip())
        ]
