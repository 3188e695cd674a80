"""The real cases that come with the package, and what examinations have left of signatures."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.thresholds.cases_at_hand import HERE, SHARED
from thresholds import planning, precedents
from thresholds.cases import differences, judge_case
from thresholds.errors import CaseUnreadable, UnknownCase
from thresholds.planning import Examination, Margin

ORIGINS = sorted(SHARED.glob("*.toml"))


def test_every_case_that_lies_here_comes_with_the_package_under_its_own_name() -> None:
    names = {path.stem for path in HERE.rglob("*.toml")}
    assert {one.case.id for one in precedents.all_cases()} == names
    assert len(names) > 40


def test_every_case_is_decided_as_it_was() -> None:
    wrong = {
        one.case.id: found
        for one in precedents.all_cases()
        if (found := differences(judge_case(one), one.expected))
    }
    assert wrong == {}


def test_every_case_says_where_its_numbers_were_read_or_that_they_were_not() -> None:
    silent = {one.case.id for one in precedents.all_cases() if not one.case.sources}
    assert silent == {"gimpo-2019-spread", "gwangmyeong-2022-initiative"}


def test_the_copies_have_the_numbers_of_their_origins() -> None:
    """Where the origins lie beside the project; the package's own numbers are tested above."""
    about = {"case": {"sources": True, "title": True}}
    for path in ORIGINS:
        (origin,) = precedents.load([(path.name, path.read_text("utf-8"))])
        copy = precedents.by_id(origin.case.id)
        assert copy.model_dump(exclude=about) == origin.model_dump(exclude=about), path.stem


def test_the_latest_comes_first_and_an_unknown_one_is_refused() -> None:
    days = [one.case.as_of for one in precedents.all_cases()]
    assert days == sorted(days, reverse=True)
    assert precedents.by_id("seoul-2011-free-meals").case.as_of == date(2011, 8, 24)
    with pytest.raises(UnknownCase):
        precedents.by_id("atlantis-1000")


def test_all_faults_of_all_files_are_told_together() -> None:
    with pytest.raises(CaseUnreadable) as refused:
        precedents.load([("a.toml", "["), ("b.toml", "[case]\nid = 1")])
    keys = {problem.key for problem in refused.value.problems}
    assert {"a.toml: toml", "b.toml: case.id"} <= keys


def test_korean_examinations_voided_a_quarter_to_a_half_and_a_third_in_the_middle() -> None:
    margin = planning.margin("kr")
    assert margin is not None
    assert [one.case for one in margin.examinations][:2] == [
        "goyang-2019-councillor",
        "siheung-2008-mayor",
    ]
    assert margin.least == 1 - Fraction(8_774, 11_475)
    assert margin.most == 1 - Fraction(7_451, 14_444)
    assert Fraction(32, 100) < margin.middle < Fraction(34, 100)
    assert planning.margin("xx") is None


def test_what_a_cure_added_later_is_no_part_of_the_first_examination() -> None:
    margin = planning.margin("kr")
    assert margin is not None
    (gunwi,) = (one for one in margin.examinations if one.case == "gunwi-2017-mayor")
    assert (gunwi.submitted, gunwi.valid) == (4_023, 2_705)


examined = st.integers(1, 10**6).flatmap(
    lambda valid: st.builds(
        lambda more: Examination(
            case="x", title=None, day=date(2020, 1, 1), submitted=valid + more, valid=valid
        ),
        st.integers(0, 10**6),
    )
)


@given(st.lists(examined, min_size=1, max_size=9), st.integers(0, 10**6))
def test_a_plan_is_the_fewest_lines_of_which_enough_remain(
    found: list[Examination], valid: int
) -> None:
    margin = Margin(examinations=tuple(sorted(found, key=lambda one: one.failing)))
    plan = margin.plan(valid)
    assert valid <= plan.low <= plan.middle <= plan.high
    pairs = ((plan.low, margin.least), (plan.middle, margin.middle), (plan.high, margin.most))
    for lines, failing in pairs:
        assert lines * (1 - failing) >= valid
        assert lines == 0 or (lines - 1) * (1 - failing) < valid
