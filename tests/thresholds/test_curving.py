"""Other shares, other rules, other quorums: exact to the last signature, and nothing guessed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresholds import curving, library, precedents, sets
from thresholds.alternatives import alternatives, needed_under, quorum_of
from thresholds.curving import Shared
from thresholds.outlook import Answer, Step, outlook, totals
from thresholds.requirement import RequirementName
from thresholds.share import Share
from thresholds.simulating import simulated
from thresholds.verdict import PetitionNumbers
from thresholds.vocabulary import Level, Office, Route

INITIATIVE = library.by_id("kr-initiative-2024-02-17")
REFERENDUM = library.by_id("kr-referendum-2023-04-27")
RECALL = library.by_id("kr-recall-mayor-2007-05-25")


def signatures(book_id: str) -> Shared:
    book = library.by_id(book_id)
    assert book.petition is not None
    rule = curving.shared(book.petition.requirements, RequirementName.SIGNATURES)
    assert rule is not None
    return rule


RULES = [signatures(book.id) for book in (INITIATIVE, REFERENDUM, RECALL)]


@given(
    st.sampled_from(RULES),
    st.integers(1, 10**7),
    st.fractions(Fraction(1, 10_000), 1),
    st.integers(1, 60),
)
def test_the_curve_never_falls_and_every_point_is_the_least_count(
    rule: Shared, whole: int, top: Fraction, parts: int
) -> None:
    points = curving.curve(rule, whole=whole, top=top, parts=parts)
    assert (points[0].share, points[-1].share) == (Fraction(0), top)
    needed = [one.needed for one in points]
    assert needed == sorted(needed)
    for one in points:
        assert one.needed >= one.share * whole
        assert one.needed == 0 or one.needed - 1 < one.share * whole


def test_what_the_statute_leaves_to_the_ordinance() -> None:
    assert curving.bounds(signatures(REFERENDUM.id), statute=None) == (
        Fraction(1, 20),
        Fraction(1, 5),
    )
    assert curving.bounds(signatures(INITIATIVE.id), statute=Share.parse("1/150")) == (
        Fraction(0),
        Fraction(1, 150),
    )
    assert curving.bounds(signatures(RECALL.id), statute=None) is None


def test_past_turnouts_are_counted_and_not_forecast() -> None:
    here = [one for one in precedents.all_cases() if one.case.country == "kr"]
    found = curving.turnouts(here, ["recall"])
    assert [one.case for one in found][:1] == ["gurye-2013-mayor"]
    assert len(found) == 9
    assert curving.reaching(found, Fraction(1, 3)) == 1, "the councillor of Hanam alone"
    assert curving.reaching(found, Fraction(1, 4)) == 3
    assert curving.reaching(found, found[-1].share) == 1, "exactly as many is enough"
    assert curving.reaching(found, Fraction(0)) == len(found)
    assert curving.turnouts(here, []) == ()


def test_the_pinned_rules_come_first_and_each_rulebook_once() -> None:
    found = alternatives(RECALL, level=Level.CITY, office=Office.MAYOR, route=Route.RESIDENTS)
    ids = [book.id for book in found]
    assert ids[:2] == [RECALL.id, "kr-reform-recall-mayor"]
    assert "us-ca-recall-1976-06-08" in ids
    assert len(ids) == len(set(ids))
    assert {book.instrument for book in found} == {RECALL.instrument}


def test_rules_that_lack_a_number_say_which() -> None:
    numbers = PetitionNumbers(claimants=900_000)
    california = needed_under(library.by_id("us-ca-recall-1976-06-08"), numbers)
    assert [one.key for one in california.wanting] == ["last_vote"]
    assert california.signatures is None
    initiative = needed_under(INITIATIVE, numbers, population=1_060_081)
    assert (initiative.signatures, initiative.fixed) == (6_000, False)
    swiss = needed_under(library.by_id("ch-initiative-2000-01-01"), numbers)
    assert (swiss.signatures, swiss.fixed) == (100_000, True)
    state = library.by_id("kr-referendum-state-2022-04-26")
    assert needed_under(state, numbers).findings == ()


@pytest.mark.parametrize(
    ("book", "name"),
    [
        (RECALL.id, RequirementName.TURNOUT),
        ("tw-referendum-2018-01-05", RequirementName.APPROVAL),
        (INITIATIVE.id, None),
        ("us-ca-recall-1976-06-08", None),
    ],
)
def test_a_quorum_is_of_turnout_or_of_approval_or_there_is_none(
    book: str, name: RequirementName | None
) -> None:
    quorum = quorum_of(library.by_id(book))
    assert (None if quorum is None else quorum.name) is name


def told(case: str, rules: str) -> tuple[Answer, Answer, Answer]:
    look = outlook(simulated(precedents.by_id(case), sets.rules_called(rules)))
    return look.qualified, look.counted, look.adopted


@pytest.mark.parametrize(
    ("case", "rules", "answers"),
    [
        ("seoul-2011-free-meals", "kr-referendum-2009-02-12", ("not_asked", "no", "no")),
        ("seoul-2011-free-meals", "kr-today", ("not_asked", "yes", "unknown")),
        ("seoul-2011-free-meals-petition", "kr-goyang-today", ("no", "not_asked", "not_asked")),
        ("goyang-2019-councillor", "kr-goyang-reform", ("yes", "not_asked", "not_asked")),
        ("sangju-2023-mayor", "kr-today", ("unknown", "not_asked", "not_asked")),
        ("hanam-2007-mayor", "kr-today", ("not_asked", "no", "no")),
        ("hanam-2007-mayor", "kr-goyang-reform", ("not_asked", "yes", "unknown")),
        ("gurye-2013-mayor", "kr-goyang-reform", ("not_asked", "yes", "no")),
        ("hanam-2007-councillor", "kr-today", ("not_asked", "yes", "yes")),
        ("jeju-2005-single-tier", "kr-today", ("not_asked", "yes", "advisory")),
        ("de-by-2012-munich-runway-council", "kr-today", ("not_asked", "unknown", "unknown")),
        ("us-ca-2021-newsom", "kr-today", ("not_asked", "not_asked", "not_asked")),
        ("ch-2021-e-id", "kr-today", ("unknown", "yes", "no")),
    ],
)
def test_a_box_that_was_never_opened_has_no_votes_to_guess_from(
    case: str, rules: str, answers: tuple[str, str, str]
) -> None:
    assert tuple(one.value for one in told(case, rules)) == answers


def test_totals_count_every_case_once_for_each_step() -> None:
    cases = [one for one in precedents.all_cases() if one.case.country == "kr"]
    found = totals(outlook(simulated(one, sets.rules_called("kr-today"))) for one in cases)
    assert {step: sum(found[step].values()) for step in Step} == dict.fromkeys(Step, len(cases))
    assert found[Step.COUNTED][Answer.YES] == 6
