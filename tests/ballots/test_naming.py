"""A box is found by what an office writes for its station, and never guessed."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from ballots.errors import KindUnknown, StationAmbiguous, StationUnknown
from ballots.naming import Boxes
from ballots.stations import BoxView
from ballots.tables import Kind

FIRST, SECOND = uuid4(), uuid4()


def box(district: UUID, number: int, name: str, kind: Kind = Kind.REGULAR) -> BoxView:
    one = district is FIRST
    return BoxView(
        id=uuid4(),
        station_id=uuid4(),
        district_id=district,
        position=1,
        district="h1" if one else "j1",
        district_ko="행신1동" if one else "주교동",
        district_en="Haengsin 1-dong" if one else "Jugyo-dong",
        number=number,
        kind=kind,
        electors=100,
        name_ko=name,
        name_en=f"{name} (en)",
        borough_ko="덕양구",
        borough_en="Deogyang-gu",
        city_ko="고양시",
        city_en="Goyang",
    )


HALL = box(FIRST, 1, "행신1동 주민센터")
SCHOOL = box(FIRST, 2, "가람초등학교")
EARLY = box(FIRST, 1, "행신1동 사전투표소", Kind.EARLY)
OTHER = box(SECOND, 2, "주교동 제2투표소")
BOXES = Boxes.of([HALL, SCHOOL, EARLY, OTHER])


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"station": "1"}, HALL),
        ({"station": "제1투표소"}, HALL),
        ({"station": "1 투표소", "district": "덕양구 행신제1동"}, HALL),
        ({"station": "행신1동 제2투표소"}, SCHOOL),
        ({"station": "고양시 덕양구 행신1동 2투표소"}, SCHOOL),
        ({"station": "가람 초등학교"}, SCHOOL),
        ({"station": "Station 2", "district": "Haengsin 1-dong"}, SCHOOL),
        ({"station": "2", "district": "j1"}, OTHER),
        ({"station": "1", "kind": "사전투표"}, EARLY),
        ({"station": "행신1동 사전투표소"}, EARLY),
        ({"station": "1", "kind": "Early"}, EARLY),
    ],
)
def test_a_box_is_found_by_its_usual_names(cells: dict[str, str], found: BoxView) -> None:
    assert BOXES.meant(cells) is found


def test_what_could_be_two_boxes_or_is_none_is_refused() -> None:
    with pytest.raises(StationAmbiguous):
        BOXES.meant({"station": "제2투표소"})
    for cells in ({"station": "9"}, {"station": "1", "district": "없는동"}, {"station": "강당"}):
        with pytest.raises(StationUnknown):
            BOXES.meant(cells)
    with pytest.raises(KindUnknown):
        BOXES.meant({"station": "1", "kind": "balloon"})
