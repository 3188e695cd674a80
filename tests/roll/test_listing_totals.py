"""A file of published totals: all of it or nothing, and every fault by its line."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from referendum.roll import entering_totals, listing_totals, totals
from referendum.roll.errors import (
    TotalColumnsWrong,
    TotalFileFaulty,
    TotalFileNotTable,
    TotalFileOther,
)
from referendum.roll.listing_totals import Group, Reason, TotalsReport
from referendum.roll.totals import Sum, TotalKind
from tests.roll.city import City
from thresholds.vocabulary import Instrument

HEAD = "base_year,instrument,kind,district,number,source,published_on"
WHOLE = "2025,recall,claimants,,100,Notice 1,2026-01-08"
PARTS = (
    "2025,recall,claimants,jugyo,60,Notice 1,2026-01-08",
    "2025,recall,claimants,gajwa,30,Notice 1,2026-01-08",
)


def file_of(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows, ""]).encode()


def reads(city: City, *rows: str) -> TotalsReport:
    with city.begin() as uow:
        return listing_totals.read(uow, jurisdiction_id=city.id, data=file_of(*rows))


def enters(city: City, *rows: str) -> TotalsReport:
    data = file_of(*rows)
    with city.begin() as uow:
        sha256 = hashlib.sha256(data).hexdigest()
        seen = listing_totals.read(uow, jurisdiction_id=city.id, data=data)
        by = replace(city.registrar, seconded_by="officer:another")
        for one in listing_totals.notices(uow, city.id, data=data, sha256=sha256):
            entering_totals.publish_notice(uow, one, jurisdiction_id=city.id, by=by)
        return seen


def faults(city: City, *rows: str) -> list[tuple[int, str, str]]:
    with pytest.raises(TotalFileFaulty) as refusal:
        reads(city, *rows)
    facts: dict[str, Any] = refusal.value.facts
    return [(one["line"], one["column"], one["reason"]) for one in facts["faults"]]


def held(city: City) -> dict[str, int]:
    codes = {one: code for code, one in city.districts.items()}
    with city.begin() as uow:
        return {
            codes[row.district_id] if row.district_id else "": row.number
            for row, _ in totals.all_holding(uow.session, city.id)
        }


def test_a_file_enters_the_whole_and_its_districts_and_tells_their_sum(city: City) -> None:
    seen = reads(city, WHOLE, *PARTS)
    assert held(city) == {}
    assert (seen.entries, list(seen.sums.values())) == (3, [Sum(100, 90, 2)])
    assert seen.sums[Group(2025, Instrument.RECALL, TotalKind.CLAIMANTS)].differs
    assert enters(city, WHOLE, *PARTS) == seen
    assert held(city) == {"": 100, "jugyo": 60, "gajwa": 30}


def test_a_file_may_follow_another_and_is_held_against_it(city: City) -> None:
    enters(city, WHOLE)
    assert list(reads(city, *PARTS).sums.values()) == [Sum(100, 90, 2)]
    above = PARTS[0].replace(",60,", ",101,")
    assert faults(city, above, PARTS[1]) == [(2, "number", Reason.ABOVE_WHOLE)]
    assert faults(city, WHOLE) == [(2, "number", Reason.PUBLISHED)]


def test_korean_words_and_numbers_with_signs_between_are_read(city: City) -> None:
    rows = (
        "기준연도,제도,구분,행정동,총수,출처,공표일",
        '2025,주민소환,청구권자,전체,"1,060,000",공고 1호,2026. 1. 8.',
        "2025,주민소환,청구권자,주교동,17000,공고 1호,20260108",
    )
    with city.begin() as uow:
        data = "\n".join(rows).encode("cp949")
        seen = listing_totals.read(uow, jurisdiction_id=city.id, data=data)
    assert list(seen.sums.values()) == [Sum(1_060_000, 17_000, 1)]


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        (("2025", "2099"), "base_year", Reason.YEAR_NOT_OVER),
        (("2025", "1999"), "base_year", Reason.YEAR),
        (("2025", "x"), "base_year", Reason.YEAR),
        (("recall", "lottery"), "instrument", Reason.INSTRUMENT),
        (("claimants", "people"), "kind", Reason.KIND),
        (("jugyo", "nowhere"), "district", Reason.DISTRICT),
        ((",60,", ",-1,"), "number", Reason.NUMBER),
        ((",60,", ",6e9,"), "number", Reason.NUMBER),
        ((",60,", ",101,"), "number", Reason.ABOVE_WHOLE),
        (("Notice 1", ""), "source", Reason.SOURCE),
        (("2026-01-08", "soon"), "published_on", Reason.DAY),
    ],
)
def test_every_fault_is_named_by_its_line_and_column_and_nothing_is_entered(
    city: City, change: tuple[str, str], column: str, reason: Reason
) -> None:
    broken = PARTS[0].replace(*change)
    assert faults(city, WHOLE, broken, PARTS[1]) == [(3, column, reason.value)]
    assert faults(city, WHOLE, broken, "2025", PARTS[1])[1][0] == 4
    assert held(city) == {}


def test_one_number_given_twice_is_refused(city: City) -> None:
    assert faults(city, WHOLE, PARTS[0], PARTS[0]) == [(4, "district", Reason.REPEATED)]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\0", HEAD.encode(), b'"'])
def test_what_is_no_table_of_totals_is_refused(city: City, data: bytes) -> None:
    with pytest.raises(TotalFileNotTable), city.begin() as uow:
        listing_totals.read(uow, jurisdiction_id=city.id, data=data)


def test_columns_that_are_none_of_it_are_named(city: City) -> None:
    with pytest.raises(TotalColumnsWrong) as wrong, city.begin() as uow:
        listing_totals.read(uow, jurisdiction_id=city.id, data=b"a,b\n1,2\n")
    assert wrong.value.facts["unknown"] == ["a", "b"]
    assert wrong.value.facts["missing"] == [*listing_totals.COLUMNS]


def test_only_the_file_that_was_looked_at_is_entered(city: City) -> None:
    with pytest.raises(TotalFileOther), city.begin() as uow:
        listing_totals.notices(uow, city.id, data=file_of(WHOLE), sha256="0" * 64)
    assert held(city) == {}
