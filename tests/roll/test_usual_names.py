"""Districts are known by what people write for them, and what could be two is none."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from referendum.roll.usual_names import Gazetteer


@dataclass(frozen=True)
class Called:
    code: str
    name_ko: str
    name_en: str
    borough_ko: str = ""
    borough_en: str = ""


FIRST = Called("4128101", "행신1동", "Haengsin 1-dong", "덕양구", "Deogyang-gu")
SECOND = Called("4128102", "주교동", "Jugyo-dong", "덕양구", "Deogyang-gu")
TWIN = Called("4128501", "주교동", "Jugyo-dong", "일산동구", "Ilsandong-gu")
OTHER = Called("4128502", "장항동", "Janghang-dong", "일산동구", "Ilsandong-gu")
NAMES = Gazetteer.of(
    ((one, one) for one in (FIRST, SECOND, TWIN, OTHER)), city=("고양시", "Goyang")
)


@pytest.mark.parametrize(
    "written",
    [
        *("4128101", "행신1동", "행신제1동", "행신 1동", "행신１동", "덕양구 행신1동"),
        *("고양시 덕양구 행신1동", "고양 행신1동", "경기도 고양시 덕양구 행신제1동"),
        *("Haengsin 1-dong", "haengsin1dong", "Haengsin 1-dong, Deogyang-gu"),
        *("Haengsin 1-dong, Deogyang-gu, Goyang-si", "행신1동 (Haengsin 1-dong)", " 행신1동 "),
    ],
)
def test_a_district_is_found_by_every_usual_name(written: str) -> None:
    assert NAMES.get(written) is FIRST


@pytest.mark.parametrize(
    "written",
    ["", "행신동", "행신11동", "일산동구 행신1동", "서울시 행신1동", "종로구 행신1동", "주교동"],
)
def test_another_place_and_a_name_that_two_have_are_none(written: str) -> None:
    assert NAMES.get(written) is None


def test_of_two_with_one_name_the_borough_says_which() -> None:
    assert NAMES.get("덕양구 주교동") is SECOND
    assert NAMES.get("고양시 일산동구 주교동") is TWIN
