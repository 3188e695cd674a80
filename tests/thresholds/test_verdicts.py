"""What findings together decide: quorum, count gate, majority and ties, by the law of the day."""

from datetime import date
from fractions import Fraction

import pytest

from tests.thresholds.cases_at_hand import law
from thresholds.errors import NotItsQuestion, NotOfThisLaw, NumberMissing, OutsideEnvelope
from thresholds.requirement import RequirementName
from thresholds.rulebook import Rulebook
from thresholds.share import Share
from thresholds.verdict import (
    PetitionNumbers,
    PetitionStatus,
    PollNumbers,
    PollVerdict,
    judge_petition,
    judge_poll,
)
from thresholds.vocabulary import PetitionOutcome, PollOutcome

TODAY = date(2026, 9, 1)
OLD_REFERENDUM = law("referendum", date(2021, 1, 1))
REFERENDUM = law("referendum", TODAY)
STATE = law("referendum", TODAY, route="state")
RECALL = law("recall", TODAY, office="mayor")
ADVISORY = law("advisory", TODAY)
INITIATIVE = law("initiative", TODAY)

ADOPTED, REJECTED, NEITHER, NOT_COUNTED = (
    PollOutcome.ADOPTED,
    PollOutcome.REJECTED,
    PollOutcome.NEITHER,
    PollOutcome.NOT_COUNTED,
)


def poll(book: Rulebook, electors: int, voted: int, **options: int) -> PollVerdict:
    return judge_poll(book, PollNumbers(electors=electors, voted=voted, options=options or None))


@pytest.mark.parametrize(
    ("book", "quorum", "short", "tied"),
    [
        (OLD_REFERENDUM, Fraction(1, 3), NOT_COUNTED, NEITHER),
        (REFERENDUM, Fraction(1, 4), NEITHER, NEITHER),
        (RECALL, Fraction(1, 3), NOT_COUNTED, REJECTED),
    ],
    ids=["referendum before 2022", "referendum", "recall"],
)
def test_cer_01_every_small_vote_agrees_with_an_oracle_in_exact_fractions(
    book: Rulebook, quorum: Fraction, short: PollOutcome, tied: PollOutcome
) -> None:
    """CER-01: all votes of up to fifteen electors, with every number of blank papers."""
    for electors in range(1, 16):
        for voted in range(electors + 1):
            for yes in range(voted + 1):
                for no in range(voted - yes + 1):
                    verdict = poll(book, electors, voted, yes=yes, no=no)
                    if Fraction(voted, electors) < quorum:
                        expected = short
                    elif yes == no:
                        expected = tied
                    else:
                        expected = ADOPTED if Fraction(yes, yes + no) > Fraction(1, 2) else REJECTED
                    assert verdict.outcome is expected
                    decided = yes != no and expected in {ADOPTED, REJECTED}
                    leading = "yes" if yes > no else "no"
                    assert verdict.winner == (leading if decided else None)


@pytest.mark.parametrize("book", [OLD_REFERENDUM, RECALL])
def test_a_box_that_stays_shut_says_nothing_of_its_content(book: Rulebook) -> None:
    verdict = poll(book, 300, 99, yes=90, no=9)
    assert (verdict.outcome, verdict.winner) == (NOT_COUNTED, None)
    assert [f.requirement for f in verdict.findings] == [RequirementName.TURNOUT]


def test_the_count_gate_opens_at_a_third_and_not_one_before() -> None:
    for voted, met in ((35_478, False), (35_479, True)):
        finding = RECALL.count_gate_finding(electors=106_435, voted=voted)
        assert finding is not None
        assert (finding.needed, finding.met) == (35_479, met)
    assert REFERENDUM.count_gate_finding(electors=100, voted=0) is None
    assert ADVISORY.count_gate_finding(electors=100, voted=0) is None


def test_a_low_turnout_decides_without_options_where_the_law_counts_all_the_same() -> None:
    assert poll(REFERENDUM, 100, 24).outcome is NEITHER
    with pytest.raises(NumberMissing) as missing:
        poll(REFERENDUM, 100, 25)
    assert missing.value.facts["key"] == "options"


def test_one_of_two_options_wins_by_name() -> None:
    numbers = PollNumbers(electors=10, voted=9, options={"가안": 5, "나안": 4})
    verdict = judge_poll(REFERENDUM, numbers)
    assert (verdict.outcome, verdict.winner) == (ADOPTED, "가안")


def test_a_vote_without_a_single_valid_paper_is_a_tie() -> None:
    assert poll(REFERENDUM, 10, 10, yes=0, no=0).outcome is NEITHER
    assert poll(RECALL, 10, 10, yes=0, no=0).outcome is REJECTED


@pytest.mark.parametrize("book", [ADVISORY, STATE])
def test_an_advisory_vote_binds_nobody_at_any_turnout(book: Rulebook) -> None:
    assert not book.binding
    low = poll(book, 1000, 3, yes=2, no=1)
    assert (low.outcome, low.winner) == (PollOutcome.ADVISORY, "yes")
    tie = poll(book, 10, 10, yes=5, no=5)
    assert (tie.outcome, tie.winner) == (PollOutcome.ADVISORY, None)


def test_an_advisory_vote_shows_what_was_promised_at_which_turnout() -> None:
    verdict = poll(ADVISORY, 1000, 249, a=200, b=40, c=9)
    turnout = verdict.findings[0]
    assert (turnout.requirement, turnout.needed, turnout.met) == ("turnout", 250, False)
    assert verdict.winner == "a"


@pytest.mark.parametrize(
    ("book", "options"),
    [
        (RECALL, {"a": 1, "b": 2}),
        (REFERENDUM, {"a": 1, "b": 2, "c": 3}),
        (REFERENDUM, {"yes": 1, "maybe": 2}),
        (REFERENDUM, {"yes": 1}),
    ],
)
def test_a_law_judges_only_the_questions_it_may_put(
    book: Rulebook, options: dict[str, int]
) -> None:
    with pytest.raises(NotItsQuestion):
        poll(book, 10, 9, **options)


def test_no_vote_decides_an_initiative_and_no_petition_a_states_question() -> None:
    with pytest.raises(NotOfThisLaw):
        poll(INITIATIVE, 10, 9, yes=1, no=1)
    with pytest.raises(NotOfThisLaw):
        judge_petition(STATE, PetitionNumbers(claimants=10))


def test_the_gap_between_voters_and_papers_is_reported_and_decides_nothing() -> None:
    numbers = PollNumbers(electors=10, voted=9, options={"yes": 5, "no": 2}, invalid=1)
    verdict = judge_poll(REFERENDUM, numbers)
    assert (verdict.gap, verdict.outcome) == (1, ADOPTED)


@pytest.mark.parametrize(
    ("share", "needed"),
    [(None, 914), ("1/150", 914), ("1/300", 457)],
)
def test_sig_05_an_initiative_without_an_ordinance_takes_the_statutes_maximum(
    share: str | None, needed: int
) -> None:
    """SIG-05: with the article and the denominator."""
    verdict = judge_petition(
        INITIATIVE,
        PetitionNumbers(claimants=137_075),
        ordinance=Share.parse(share) if share else None,
        population=1_060_081,
    )
    (finding,) = verdict.findings
    assert (finding.needed, finding.whole, finding.citation) == (
        needed,
        137_075,
        "주민조례발안법 §5①",
    )


@pytest.mark.parametrize(
    ("level", "population", "share"),
    [
        ("city", 1_000_000, "1/150"),
        ("city", 999_999, "1/100"),
        ("city", 500_000, "1/100"),
        ("city", 499_999, "1/70"),
        ("city", 100_000, "1/70"),
        ("city", 99_999, "1/50"),
        ("city", 50_000, "1/50"),
        ("city", 49_999, "1/20"),
        ("province", 8_000_000, "1/200"),
        ("province", 7_999_999, "1/150"),
    ],
)
def test_the_tiers_of_an_initiative(level: str, population: int, share: str) -> None:
    book = law("initiative", TODAY, level=level)
    numbers = PetitionNumbers(claimants=1_000_000)
    (finding,) = judge_petition(book, numbers, population=population).findings
    assert finding.needed == -(-1_000_000 // int(share.removeprefix("1/")))
    above = Share.parse(f"1/{int(share.removeprefix('1/')) - 1}")
    with pytest.raises(OutsideEnvelope):
        judge_petition(book, numbers, population=population, ordinance=above)


def test_sig_05_only_valid_signatures_count() -> None:
    """SIG-05: 3,312 lines of which 22 are void are 3,290 signatures."""
    claimants = 3_291 * 70
    for valid, outcome in ((3_312 - 22, "insufficient"), (3_312 - 21, "sufficient")):
        verdict = judge_petition(
            INITIATIVE, PetitionNumbers(claimants=claimants, valid=valid), population=300_000
        )
        assert verdict.outcome == outcome


@pytest.mark.parametrize(("share", "needed"), [("1/20", 50), ("1/5", 200), ("1/12", 84)])
def test_a_referendum_takes_the_ordinances_share(share: str, needed: int) -> None:
    numbers = PetitionNumbers(claimants=1000, valid=100)
    (finding,) = judge_petition(REFERENDUM, numbers, ordinance=Share.parse(share)).findings
    assert finding.needed == needed


def test_a_referendum_without_the_ordinances_share_is_unknown() -> None:
    verdict = judge_petition(REFERENDUM, PetitionNumbers(claimants=1000, valid=999))
    assert verdict.outcome is PetitionOutcome.UNKNOWN


@pytest.mark.parametrize("share", ["1/21", "1/4", "0/1"])
def test_a_share_outside_the_envelope_is_refused_with_the_article(share: str) -> None:
    with pytest.raises(OutsideEnvelope) as refused:
        judge_petition(REFERENDUM, PetitionNumbers(claimants=10), ordinance=Share.parse(share))
    assert refused.value.facts["article"] == "주민투표법 §9②"


def test_a_recall_leaves_no_share_to_the_ordinance() -> None:
    with pytest.raises(OutsideEnvelope):
        judge_petition(RECALL, PetitionNumbers(claimants=10), ordinance=Share.parse("1/5"))


def test_an_unfiled_petition_is_no_refused_one() -> None:
    numbers = PetitionNumbers(claimants=913_830, status=PetitionStatus.NOT_FILED)
    verdict = judge_petition(RECALL, numbers)
    assert verdict.outcome is PetitionOutcome.NOT_FILED
    assert verdict.findings[0].needed == 137_075
