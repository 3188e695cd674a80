"""Places: the 44 districts of Goyang, their tile map, and the days on which districts exist."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from referendum.kernel.people import Authority
from referendum.roll.errors import DistrictNotFound, JurisdictionNotFound, PlaceExists
from referendum.roll.places import (
    DistrictPlan,
    add_districts,
    district,
    districts_on,
    jurisdiction,
    jurisdictions,
    read_place,
    settle,
)
from tests.roll.city import City

BOROUGHS = {
    "덕양구": "주교 원신 흥도 성사1 성사2 효자 삼송1 삼송2 창릉 고양 관산 능곡 화정1 화정2 행주"
    " 행신1 행신2 행신3 행신4 화전 대덕",
    "일산동구": "식사 중산1 중산2 정발산 풍산 백석1 백석2 마두1 마두2 장항1 장항2 고봉",
    "일산서구": "일산1 일산2 일산3 탄현1 탄현2 주엽1 주엽2 대화 송포 덕이 가좌",
}
"""The 44 districts of Goyang as they stand since 2022."""


def test_goyang_has_its_44_districts_in_three_boroughs() -> None:
    place = read_place()
    told: dict[str, list[str]] = {}
    for plan in place.districts:
        told.setdefault(plan.borough_ko, []).append(plan.name_ko.removesuffix("동"))
    assert told == {borough: names.split() for borough, names in BOROUGHS.items()}
    assert Counter(plan.borough_ko for plan in place.districts) == {
        "덕양구": 21,
        "일산동구": 12,
        "일산서구": 11,
    }
    assert {plan.valid_from for plan in place.districts} == {date(2022, 1, 3)}


def test_codes_english_names_and_weights_are_complete() -> None:
    place = read_place()
    codes = [plan.code for plan in place.districts]
    assert len(set(codes)) == 44
    assert codes == [
        plan.name_en.removesuffix("-dong").lower().replace(" ", "-") for plan in place.districts
    ]
    assert place.weights.keys() == set(codes)
    assert min(place.weights.values()) > 0


def test_every_tile_is_its_own_and_each_borough_is_one_piece() -> None:
    tiles = {(plan.tile_x, plan.tile_y): plan.borough_ko for plan in read_place().districts}
    assert len(tiles) == 44
    for borough in BOROUGHS:
        mine = {tile for tile, name in tiles.items() if name == borough}
        reached: set[tuple[int | None, int | None]] = set()
        waiting = [min(mine, key=str)]
        while waiting:
            x, y = waiting.pop()
            if (x, y) in reached or (x, y) not in mine:
                continue
            assert x is not None
            assert y is not None
            reached.add((x, y))
            waiting += [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
        assert reached == mine


def test_a_place_is_found_by_its_code_and_settled_once(city: City) -> None:
    with city.begin() as uow:
        found = jurisdiction(uow.session, "kr-goyang")
        assert (found.id, found.operated_by) == (city.id, ["mayor"])
        assert jurisdictions(uow.session) == [found]
        assert district(uow.session, city.districts["jugyo"]).name_ko == "주교동"
        with pytest.raises(JurisdictionNotFound):
            jurisdiction(uow.session, "kr-nowhere")
        with pytest.raises(DistrictNotFound):
            district(uow.session, city.id)
        with pytest.raises(PlaceExists):
            settle(uow, read_place(), operated_by=[Authority.MAYOR])


def test_districts_exist_from_their_first_day_to_before_their_last(city: City) -> None:
    split = DistrictPlan(
        code="old",
        name_ko="옛동",
        name_en="Yet-dong",
        valid_from=date(2000, 1, 1),
        valid_to=date(2022, 1, 3),
    )
    with city.begin() as uow:
        add_districts(uow, city.id, [split])
        for day, number in ((date(2022, 1, 2), 1), (date(2022, 1, 3), 44)):
            assert len(districts_on(uow.session, city.id, day)) == number
        with pytest.raises(PlaceExists):
            add_districts(uow, city.id, [split])
