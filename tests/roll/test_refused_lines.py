"""Lines of a register that are refused one by one: the rest goes in, and their people stay."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from referendum.kernel.spreadsheet import Refused
from referendum.roll import completing, effects, importing, intakes, staging
from referendum.roll.errors import LinesNameless
from referendum.roll.intakes import Mode
from referendum.roll.lines import Reason
from referendum.roll.tables import (
    FormerName,
    Person,
    Residence,
)
from tests.roll.city import MARCH, City, counts, csv_of


def test_broken_lines_are_refused_with_their_place_and_the_rest_goes_in(city: City) -> None:
    report = city.imports(
        {"register_no": "1"},
        {"register_no": "2", "birth_date": "1980-13-01"},
        {"register_no": "3", "district": "없는동"},
        {"register_no": "4", "registered_from": "2026-01-06"},
        {"register_no": "5"},
        {"register_no": "6"},
        {"register_no": "7"},
    )
    assert report.added == 4
    assert report.refused == [
        Refused(3, "birth_date", Reason.NOT_A_DATE),
        Refused(4, "district", Reason.DISTRICT_UNKNOWN),
        Refused(5, "registered_from", Reason.AFTER_REGISTER_DAY),
    ]


def test_people_of_refused_lines_stay_as_they_are(city: City) -> None:
    people = [{"register_no": str(no)} for no in range(1, 7)]
    city.imports(*people)
    broken = [{"register_no": "1", "birth_date": "?"}, {"register_no": "2", "district": "?"}]
    report = city.imports(*broken, *people[2:], as_of=MARCH)
    assert (report.ended, len(report.refused)) == (0, 2)
    assert city.episodes("1") == city.episodes("2") == [(date(2015, 3, 1), None, "jugyo")]


@pytest.mark.parametrize("number", ["", "가" * 3_000, "1\n2"], ids=["none", "too long", "broken"])
def test_a_line_without_a_number_may_be_anybodys_so_a_whole_file_with_one_ends_nobody(
    city: City, number: str
) -> None:
    people = [{"register_no": str(no)} for no in range(1, 7)]
    city.imports(*people)
    file = csv_of({"register_no": number}, *people[2:])
    with pytest.raises(LinesNameless) as refusal:
        city.imports_file(file, as_of=MARCH)
    assert refusal.value.facts == {"lines": 1, "people": 2}
    assert city.episodes("1") == [(date(2015, 3, 1), None, "jugyo")]
    report = city.imports_file(file, as_of=MARCH, mode=Mode.CHANGES)
    assert (report.unchanged, report.ended) == (4, 0)
    assert city.episodes("1") == [(date(2015, 3, 1), None, "jugyo")]


def test_a_repeated_number_refuses_all_its_lines(city: City) -> None:
    report = city.imports(
        {"register_no": "1"}, {"register_no": "2"}, {"register_no": "3"}, {"register_no": "1"}
    )
    assert report.added == 2
    assert report.refused == [
        Refused(2, "register_no", Reason.REPEATED),
        Refused(5, "register_no", Reason.REPEATED),
    ]


def test_what_a_later_line_makes_doubtful_does_not_go_in(city: City) -> None:
    """Whether the first line with a number was of somebody new, the same or changed."""
    known = [{"register_no": no} for no in ("same", "changed", "other")]
    city.imports(*known)
    moved = {"register_no": "changed", "district": "gajwa", "former_names": "옛이름"}
    given = [known[0], moved, {"register_no": "new"}, {"register_no": "kept", "birth_date": "x"}]
    again = [{"register_no": str(one["register_no"])} for one in given]
    single = [{"register_no": f"{no}", "former_names": "다른이름"} for no in range(9)]
    file = csv_of(*given, single[0], *again, *single[1:], again[2], known[2])
    at_once = city.compares(file, as_of=MARCH).effects
    intake = city.brings(file, as_of=MARCH)
    staging.read(city.begin, city.vault, intake, batch=3)
    foreseen = importing.compare(city.begin, city.vault, intake)
    assert foreseen.effects == at_once, "however it is divided"
    report = city.confirms(intake, foreseen.preview)
    importing.settle(city.begin, city.vault, intake)
    assert {(fault.line, fault.reason) for fault in report.refused} == {
        *((line, Reason.REPEATED) for line in (2, 3, 4, 7, 8, 9, 10, 19)),
        (5, Reason.NOT_A_DATE),
    }
    assert counts(report) == (9, 0, 0, 1)
    assert city.episodes("changed") == [(date(2015, 3, 1), None, "jugyo")]
    with city.begin() as uow:
        numbers = select(Person.register_no).order_by(Person.register_no)
        assert uow.session.scalars(numbers).all() == [*"012345678", "changed", "other", "same"]
        assert uow.session.scalar(select(func.count()).select_from(Residence)) == 12
        former = select(FormerName.person_id).distinct()
        assert len(uow.session.scalars(former).all()) == 9


def test_numbers_are_compared_a_part_at_a_time(city: City) -> None:
    """However they are divided, those that are given twice and those that are missing are found."""
    city.imports(*({"register_no": f"R{no}"} for no in range(50)))
    given = [{"register_no": f"R{no}"} for no in (*range(10, 50), *range(100, 130), 105, 7, 7)]
    intake = city.brings(csv_of(*given), as_of=MARCH)
    staging.read(city.begin, city.vault, intake, batch=10)
    with city.begin() as uow:
        whole = intakes.report(uow.session, intakes.get(uow.session, intake))
    assert (whole.added, whole.unchanged, whole.ended, whole.refused_lines) == (29, 40, 9, 4)
    with city.begin() as uow:
        scales = effects.scales(uow.session, city.id, MARCH)
    for part in (5, 3, 1):
        completing.refuse_repeated(city.begin, intake, scales, part=part)
        completing.note_missing(city.begin, intake, part=part)
        with city.begin() as uow:
            assert intakes.report(uow.session, intakes.get(uow.session, intake)) == whole


def test_zeros_that_a_spreadsheet_dropped_are_told_by_their_place(city: City) -> None:
    city.imports(*({"register_no": f"{no:04d}"} for no in range(1, 9)))
    lost = [{"register_no": f"{no:04d}"} for no in range(1, 6)]
    report = city.imports(*lost, {"register_no": "7"}, {"register_no": "9"}, as_of=MARCH)
    assert report.refused == [Refused(7, "register_no", Reason.ZEROS_LOST)]
    assert counts(report) == (1, 0, 3, 5)
