"""One person, one enrolment: one stands for a phone and for a name, and may be taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import text

from referendum.lifecycle.enrolment.errors import NotEnrolled
from tests.lifecycle.enrolment.enrolling import (
    calls_by_enrolment,
    enrols,
    lines,
    own,
    standing,
    withdraws,
)
from tests.town import Town


def test_sig_02_one_stands_for_a_phone_and_one_for_a_name_and_the_others_are_kept(
    town: Town, measure: UUID
) -> None:
    enrols(town, measure, 1)
    enrols(town, measure, 2, phone=1)
    enrols(town, measure, 1, phone=3)
    assert [each.enrolment_id for each in standing(town, measure)] == [lines(town, measure)[0].id]
    assert len(lines(town, measure)) == 3


def test_a_second_phone_is_told_the_same(town: Town, measure: UUID) -> None:
    """OTP-16: who enrolled before is not told apart from who did not."""
    enrols(town, measure, 1)
    enrols(town, measure, 1, phone=2)
    first, second = own(town, measure, 1), own(town, measure, 2)
    assert (first.name, first.birth_date, first.district) == (
        second.name,
        second.birth_date,
        second.district,
    )


def test_two_at_once_with_one_phone_and_one_stands(town: Town, measure: UUID) -> None:
    both = Barrier(2)

    def goes(number: int) -> None:
        both.wait()
        enrols(town, measure, number, phone=9)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(goes, (1, 2)))
    assert len(standing(town, measure)) == 1
    assert len(lines(town, measure)) == 2


def test_a_name_is_the_same_however_it_is_written(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1, name="Ana-María Díaz")
    enrols(town, measure, 2, name="ana maria diaz")
    assert len(standing(town, measure)) == 1


def test_the_hashes_of_two_votes_cannot_be_joined(town: Town, measure: UUID) -> None:
    """SIG-02: the pepper is the vote's own, and nothing in clear says who it was."""
    other = calls_by_enrolment(town)
    enrols(town, measure, 1)
    enrols(town, other, 1)
    (first,), (second,) = lines(town, measure), lines(town, other)
    assert first.name_key != second.name_key
    assert first.phone_key != second.phone_key
    with town.begin() as uow:
        for table in ("enrolment", "standing_enrolment", "record_entry"):
            rows = uow.session.scalars(text(f"select t::text from {table} t"))  # own names
            told_all = "\n".join(rows)
            assert "낯선이" not in told_all
            assert "1990-05-05" not in told_all


def test_who_takes_it_back_may_enrol_again(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1)
    withdraws(town, measure, 1)
    assert own(town, measure, 1) is None
    assert standing(town, measure) == []
    enrols(town, measure, 1, district=town.districts[1].id)
    assert own(town, measure, 1).district == town.districts[1].id
    assert len(standing(town, measure)) == 1


def test_who_waited_behind_stands_when_the_first_takes_it_back(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1, phone=8)
    enrols(town, measure, 1)
    withdraws(town, measure, 8)
    (one,) = standing(town, measure)
    assert one.enrolment_id == lines(town, measure)[1].id


def test_nobody_takes_back_what_another_phone_enrolled(town: Town, measure: UUID) -> None:
    enrols(town, measure, 1)
    with pytest.raises(NotEnrolled):
        withdraws(town, measure, 2)
    assert own(town, measure, 2) is None
