"""Recall: enough districts must each reach their own floor."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.thresholds.cases_at_hand import law
from thresholds.requirement import Area, Finding, RequirementName
from thresholds.verdict import PetitionNumbers, PetitionVerdict, judge_petition
from thresholds.vocabulary import PetitionOutcome

MAYOR = law("recall", date(2026, 1, 1), office="mayor")
GOVERNOR = law("recall", date(2026, 1, 1), office="governor", level="province")

sizes = st.lists(st.integers(1, 100_000), min_size=3, max_size=60)


def judged(sizes: list[int], valid: list[int] | None = None, total: int = 0) -> PetitionVerdict:
    counts: list[int | None] = [None] * len(sizes) if valid is None else list(valid)
    districts = tuple(
        Area(name=f"동{n}", whole=size, counted=count)
        for n, (size, count) in enumerate(zip(sizes, counts, strict=True))
    )
    return judge_petition(
        MAYOR, PetitionNumbers(claimants=sum(sizes), valid=total, districts=districts)
    )


def spread(verdict: PetitionVerdict) -> Finding:
    (found,) = (f for f in verdict.findings if f.requirement is RequirementName.SPREAD)
    return found


@given(sizes=sizes)
def test_every_floor_is_the_clamped_share_in_whole_numbers(sizes: list[int]) -> None:
    """An oracle in integers only: 15 % of the district between 0.05 % and 1 % of the whole."""
    total = sum(sizes)
    finding = spread(judged(sizes))
    assert finding.needed == -(-len(sizes) // 3)
    for size, district in zip(sizes, finding.districts or (), strict=True):
        in_2000ths = min(max(300 * size, total), 20 * total)
        assert district.needed == -(-in_2000ths // 2000)


@given(sizes=sizes, data=st.data())
def test_the_spread_counts_the_districts_that_reach_their_floor(
    sizes: list[int], data: st.DataObject
) -> None:
    floors = [d.needed for d in spread(judged(sizes)).districts or ()]
    reach = data.draw(st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)))
    valid = [floor if does else floor - 1 for floor, does in zip(floors, reach, strict=True)]
    finding = spread(judged(sizes, valid))
    assert finding.counted == sum(reach)
    assert finding.met is (3 * sum(reach) >= len(sizes))


@pytest.mark.parametrize(("total", "needed"), [(559_661, 5_597), (416_485, 4_165)])
def test_with_two_districts_each_needs_a_hundredth_of_the_whole(total: int, needed: int) -> None:
    """Notices of Jeju, 2009 and 2025."""
    halves = (total // 3, total - total // 3)
    for counts, met in (((needed, needed), True), ((needed, needed - 1), False)):
        districts = tuple(
            Area(name=name, whole=whole, counted=count)
            for name, whole, count in zip(("제주시", "서귀포시"), halves, counts, strict=True)
        )
        verdict = judge_petition(
            GOVERNOR, PetitionNumbers(claimants=total, valid=total, districts=districts)
        )
        finding = spread(verdict)
        assert [d.needed for d in finding.districts or ()] == [needed, needed]
        assert (finding.needed, finding.met) == (2, met)
        assert verdict.outcome is (
            PetitionOutcome.SUFFICIENT if met else PetitionOutcome.INSUFFICIENT
        )


def test_with_one_district_the_law_has_no_rule_and_the_total_decides() -> None:
    verdict = judged([1000], [150], total=150)
    assert [f.requirement for f in verdict.findings] == [RequirementName.SIGNATURES]
    assert verdict.outcome is PetitionOutcome.SUFFICIENT


def test_districts_not_stated_are_said_to_be_so_and_the_total_decides() -> None:
    verdict = judge_petition(MAYOR, PetitionNumbers(claimants=1000, valid=150))
    finding = spread(verdict)
    assert (finding.stated, finding.met, finding.districts) == (False, None, ())
    assert verdict.outcome is PetitionOutcome.SUFFICIENT


def test_a_large_total_from_too_few_districts_is_insufficient() -> None:
    verdict = judged([500, 300, 200, 100], [400, 0, 0, 0], total=400)
    assert verdict.outcome is PetitionOutcome.INSUFFICIENT


@pytest.mark.parametrize(("reached", "missed", "met"), [(1, 0, None), (3, 0, True), (0, 5, False)])
def test_a_spread_known_in_part_is_decided_only_where_the_rest_cannot_matter(
    reached: int,
    missed: int,
    met: bool | None,  # noqa: FBT001  # a column of the table above
) -> None:
    counts = [500] * reached + [0] * missed + [None] * (7 - reached - missed)
    districts = tuple(
        Area(name=f"동{n}", whole=1000, counted=count) for n, count in enumerate(counts)
    )
    numbers = PetitionNumbers(claimants=7000, valid=2000, districts=districts)
    assert spread(judge_petition(MAYOR, numbers)).met is met


def test_goyang_needs_fifteen_of_forty_four_districts() -> None:
    assert spread(judged([20_000] * 44)).needed == 15
