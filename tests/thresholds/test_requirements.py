"""How many are needed: the least whole count that satisfies, for every kind of requirement."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from thresholds.errors import NumberMissing, OutsideEnvelope
from thresholds.kinds import AnyRequirement
from thresholds.requirement import Area, Comparison, Finding, Numbers, Whole
from thresholds.share import Share

AT_LEAST, MORE_THAN = Comparison.AT_LEAST, Comparison.MORE_THAN

wholes = st.integers(0, 20_000_000)
shares = st.builds(
    lambda top, bottom: Share(Fraction(min(top, bottom), bottom)),
    st.integers(0, 400),
    st.integers(1, 400),
)


def rule(**data: object) -> AnyRequirement:
    adapter: TypeAdapter[AnyRequirement] = TypeAdapter(AnyRequirement)
    return adapter.validate_python({"citation": "§1", "name": "signatures", **data})


def only(requirement: AnyRequirement, **numbers: object) -> Finding:
    wholes = numbers.pop("wholes", {})
    (finding,) = requirement.findings(Numbers(wholes=wholes, **numbers))  # type: ignore[arg-type]  # keyword bag of a test
    return finding


@given(share=shares, whole=wholes)
def test_at_least_is_reached_by_the_needed_count_and_by_nothing_smaller(
    share: Share, whole: int
) -> None:
    needed = AT_LEAST.least(share.of(whole))
    assert needed >= share.of(whole)
    assert needed == 0 or needed - 1 < share.of(whole)


@given(share=shares, whole=wholes)
def test_more_than_is_passed_by_the_needed_count_and_by_nothing_smaller(
    share: Share, whole: int
) -> None:
    needed = MORE_THAN.least(share.of(whole))
    assert needed > share.of(whole)
    assert needed - 1 <= share.of(whole)


@given(share=shares, whole=wholes, more=st.integers(0, 1000))
def test_a_larger_whole_never_needs_fewer(share: Share, whole: int, more: int) -> None:
    for comparison in Comparison:
        smaller, larger = share.of(whole), share.of(whole + more)
        assert comparison.least(smaller) <= comparison.least(larger)


@pytest.mark.parametrize("text", ["1/2", "1/3", "1/4", "15%", "20%", "1/150", "1/7", "0.05%"])
@pytest.mark.parametrize("comparison", list(Comparison))
def test_cer_01_every_small_whole_against_counting_by_cross_multiplication(
    text: str, comparison: Comparison
) -> None:
    """CER-01: needed -1, 0, +1 agree with top*whole against bottom*count, exhaustively."""
    requirement = rule(
        kind="share", of="claimants", share=text, comparison=comparison, citation="§1"
    )
    share = Share.parse(text).value
    for whole in range(600):
        needed = next(
            count
            for count in range(whole + 2)
            if (
                share.denominator * count >= share.numerator * whole
                if comparison is AT_LEAST
                else share.denominator * count > share.numerator * whole
            )
        )
        for counted in {max(needed - 1, 0), needed, needed + 1}:
            finding = only(requirement, wholes={Whole.CLAIMANTS: whole}, signatures=counted)
            assert finding.needed == needed
            assert finding.met is (counted >= needed)
            assert finding.shortfall == max(needed - counted, 0)


def test_a_fixed_number_has_no_whole() -> None:
    finding = only(rule(kind="fixed", count=100_000), signatures=99_999)
    assert (finding.whole, finding.needed, finding.met, finding.shortfall) == (
        None,
        100_000,
        False,
        1,
    )


def test_a_tier_begins_with_its_first_number() -> None:
    requirement = rule(
        kind="tiers",
        of="claimants",
        tiers=[{"at_least": 0, "share": "1/20"}, {"at_least": 50_000, "share": "1/50"}],
    )
    for population, needed in ((49_999, 500), (50_000, 200), (50_001, 200)):
        wholes = {Whole.CLAIMANTS: 10_000, Whole.POPULATION: population}
        assert only(requirement, wholes=wholes).needed == needed


def test_a_tier_needs_the_number_it_depends_on() -> None:
    requirement = rule(kind="tiers", of="claimants", tiers=[{"at_least": 0, "share": "1/20"}])
    with pytest.raises(NumberMissing):
        only(requirement, wholes={Whole.CLAIMANTS: 10_000})


@pytest.mark.parametrize(("share", "fits"), [("1/5", 1), ("1/20", 1), ("1/21", 0), ("21%", 0)])
def test_an_ordinance_moves_a_number_only_inside_its_envelope(share: str, fits: int) -> None:
    envelope = {"low": "1/20", "high": "1/5", "citation": "§9②"}
    requirement = rule(kind="share", of="claimants", envelope=envelope)
    numbers = {"wholes": {Whole.CLAIMANTS: 1000}, "ordinance": Share.parse(share)}
    if fits:
        assert only(requirement, **numbers).needed == AT_LEAST.least(Share.parse(share).of(1000))
    else:
        with pytest.raises(OutsideEnvelope):
            only(requirement, **numbers)


def test_without_the_ordinances_share_nothing_is_known() -> None:
    envelope = {"low": "1/20", "high": "1/5", "citation": "§9②"}
    finding = only(
        rule(kind="share", of="claimants", envelope=envelope),
        wholes={Whole.CLAIMANTS: 1000},
        signatures=900,
    )
    assert (finding.needed, finding.met, finding.shortfall) == (None, None, None)


def test_an_approval_quorum_counts_the_winning_votes_of_all_electors() -> None:
    requirement = rule(kind="share", name="approval", of="electors", share="20%")
    finding = only(requirement, wholes={Whole.ELECTORS: 101}, options={"yes": 20, "no": 3})
    assert (finding.counted, finding.needed, finding.met) == (20, 21, False)


def test_more_yes_than_no_is_a_comparison_of_options() -> None:
    requirement = rule(kind="options", name="majority")
    assert only(requirement, options={"yes": 5, "no": 5}).met is False
    assert only(requirement, options={"yes": 6, "no": 5}).met is True


def test_half_cantons_count_half_and_a_half_is_said_as_text() -> None:
    requirement = rule(
        kind="weighted_areas", name="majority", share="1/2", weights={"OW": "1/2", "NW": "1/2"}
    )
    carried = [Area(name=name, whole=10, counted=6) for name in ("ZH", "OW")]
    lost = [Area(name=name, whole=10, counted=5) for name in ("BE", "NW")]
    document = only(requirement, areas=(*carried, *lost)).as_json()
    # 3 cantonal votes: more than 3/2 are two; 3/2 have been won.
    assert (document["whole"], document["counted"], document["needed"]) == (3, "3/2", 2)
    assert document["met"] is False


def test_listed_numbers_per_area_and_a_fixed_number_of_areas() -> None:
    requirement = rule(
        kind="spread", name="spread", counts={"MT": 4230, "DE": 67_680}, areas_count=2
    )
    areas = (Area(name="MT", whole=1, counted=4230), Area(name="DE", whole=1, counted=67_679))
    finding = only(requirement, areas=areas)
    assert (finding.counted, finding.needed, finding.met) == (1, 2, False)


def test_all_of_gives_the_findings_of_its_parts() -> None:
    part = {"kind": "fixed", "name": "signatures", "citation": "§1", "count": 3}
    adapter: TypeAdapter[AnyRequirement] = TypeAdapter(AnyRequirement)
    joined = adapter.validate_python({"kind": "all_of", "parts": [part, part]})
    assert len(joined.findings(Numbers(wholes={}, signatures=1))) == 2


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "share", "of": "claimants", "share": 0.15},
        {"kind": "share", "of": "claimants", "share": "150%"},
        {"kind": "fixed", "count": 1.0},
        {"kind": "fixed", "count": "1"},
        {"kind": "fixed", "count": True},
        {"kind": "fixed", "count": 1, "note": "x"},
        {"kind": "guess"},
        {"kind": "spread", "share": "1%", "counts": {"a": 1}, "areas_count": 1},
        {"kind": "spread", "share": "1%"},
    ],
)
def test_a_requirement_is_read_strictly(data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        rule(**data)
