"""Who may sign and vote, on the day that the law names (SIG-03)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.thresholds.cases_at_hand import law
from thresholds.electorate import Electorate, Ineligibility, PersonFacts, anniversary
from thresholds.rulebook import Rulebook

BASE = date(2025, 12, 31)
ONE_DAY = timedelta(days=1)
KOREAN = PersonFacts(
    birth_date=date(1980, 1, 1), nationality="KR", registered_from=date(2020, 1, 1)
)


def signers(book: Rulebook) -> Electorate:
    assert book.signing is not None
    return book.signing.electorate


INITIATIVE = signers(law("initiative", date(2026, 3, 3)))
REFERENDUM = signers(law("referendum", date(2026, 3, 3)))
RECALL = signers(law("recall", date(2026, 3, 3), office="mayor"))


def refusal(electorate: Electorate, facts: PersonFacts) -> Ineligibility | None:
    return electorate.refusal(facts, base=BASE, age_on=BASE)


@given(birth=st.dates(date(1900, 1, 1), date(2025, 12, 31)))
def test_sig_03_age_counts_from_the_birthday_itself(birth: date) -> None:
    """SIG-03: an oracle that compares months and days instead of adding years."""
    age = BASE.year - birth.year - ((BASE.month, BASE.day) < (birth.month, birth.day))
    found = refusal(RECALL, replace(KOREAN, birth_date=birth))
    assert (found is Ineligibility.UNDER_AGE) is (age < 19)


def test_sig_03_the_three_electorates_differ_in_age() -> None:
    assert (INITIATIVE.minimum_age, REFERENDUM.minimum_age, RECALL.minimum_age) == (18, 18, 19)
    eighteen_today = replace(KOREAN, birth_date=date(2007, 12, 31))
    assert refusal(INITIATIVE, eighteen_today) is None
    assert refusal(RECALL, eighteen_today) is Ineligibility.UNDER_AGE
    tomorrow = replace(KOREAN, birth_date=date(2008, 1, 1))
    assert refusal(INITIATIVE, tomorrow) is Ineligibility.UNDER_AGE


@pytest.mark.parametrize(
    ("moved_in", "moved_out", "reason"),
    [
        (BASE, None, None),
        (BASE + ONE_DAY, None, Ineligibility.NOT_RESIDENT),
        (date(2020, 1, 1), BASE, Ineligibility.NOT_RESIDENT),
        (date(2020, 1, 1), BASE + ONE_DAY, None),
        (None, None, Ineligibility.NOT_RESIDENT),
    ],
)
def test_sig_03_residence_is_half_open(
    moved_in: date | None, moved_out: date | None, reason: Ineligibility | None
) -> None:
    found = refusal(RECALL, replace(KOREAN, registered_from=moved_in, registered_to=moved_out))
    assert found is reason


@pytest.mark.parametrize(
    ("status", "since", "initiative", "referendum"),
    [
        ("F-5", date(2022, 12, 31), None, None),
        ("F-5", date(2023, 1, 1), Ineligibility.FOREIGNER_STATUS_TOO_RECENT, None),
        ("F-5", None, Ineligibility.FOREIGNER_STATUS_TOO_RECENT, None),
        ("F-6", date(2010, 1, 1), Ineligibility.FOREIGNER_STATUS, None),
        ("D-2", date(2010, 1, 1), Ineligibility.FOREIGNER_STATUS, Ineligibility.FOREIGNER_STATUS),
        (None, None, Ineligibility.FOREIGNER_STATUS, Ineligibility.FOREIGNER_STATUS),
    ],
)
def test_sig_03_residents_of_another_nationality(
    status: str | None,
    since: date | None,
    initiative: Ineligibility | None,
    referendum: Ineligibility | None,
) -> None:
    facts = replace(KOREAN, nationality="VN", status=status, status_since=since)
    assert refusal(INITIATIVE, facts) is initiative
    assert refusal(REFERENDUM, facts) is referendum


def test_sig_03_a_lost_voting_right_counts_while_it_is_lost() -> None:
    lost = replace(KOREAN, lost_from=date(2025, 1, 1), lost_to=BASE)
    assert refusal(RECALL, lost) is None
    still_lost = replace(lost, lost_to=None)
    assert refusal(RECALL, still_lost) is Ineligibility.NO_VOTING_RIGHT


def test_age_and_residence_may_be_measured_on_different_days() -> None:
    facts = replace(KOREAN, birth_date=date(2007, 6, 1))
    assert RECALL.refusal(facts, base=BASE, age_on=BASE) is Ineligibility.UNDER_AGE
    assert RECALL.refusal(facts, base=BASE, age_on=date(2026, 6, 1)) is None


def test_a_leap_day_birthday_is_completed_with_february() -> None:
    assert anniversary(date(2004, 2, 29), 18) == date(2022, 3, 1)
    assert anniversary(date(2004, 2, 29), 20) == date(2024, 2, 29)
