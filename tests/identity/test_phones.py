"""OTP-11: which numbers a code may be sent to."""

from __future__ import annotations

import pytest

from referendum.identity.errors import PhoneNotUsable
from referendum.identity.phones import PhoneProblem, dialled, mobile, prefix

TAKEN = (
    "010-2345-6789",
    "01023456789",
    "010 2345 6789",
    "010.2345.6789",
    "(010) 2345-6789",
    "+82 10-2345-6789",
    "+821023456789",
    "+82 010-2345-6789",
    "tel:+82-10-2345-6789",
    "０１０－２３４５－６７８９",
    "  010-2345-6789  ",
    "010-２３４５-6789",
    "٠١٠-2345-6789",
)

REFUSED = {
    "": PhoneProblem.UNREADABLE,
    "abc": PhoneProblem.UNREADABLE,
    "-": PhoneProblem.UNREADABLE,
    "010": PhoneProblem.NOT_VALID,
    "010-123-456": PhoneProblem.NOT_VALID,
    "010-1234-56789": PhoneProblem.NOT_VALID,
    "010-200-0009": PhoneProblem.NOT_VALID,
    "010-1000-0000": PhoneProblem.NOT_VALID,
    "010-0000-0001": PhoneProblem.NOT_VALID,
    "112": PhoneProblem.NOT_VALID,
    "119": PhoneProblem.NOT_VALID,
    "1345": PhoneProblem.NOT_VALID,
    "030-1234-5678": PhoneProblem.NOT_VALID,
    "0130-123-4567": PhoneProblem.NOT_VALID,
    "+82-2-120": PhoneProblem.NOT_VALID,
    "010-1234-5678 ext 3": PhoneProblem.EXTENSION,
    "02-123-4567": PhoneProblem.LANDLINE,
    "02-1234-5678": PhoneProblem.LANDLINE,
    "031-900-1234": PhoneProblem.LANDLINE,
    "051-234-5678": PhoneProblem.LANDLINE,
    "064-123-4567": PhoneProblem.LANDLINE,
    "070-1234-5678": PhoneProblem.VOIP,
    "070-8765-4321": PhoneProblem.VOIP,
    "050-1234-5678": PhoneProblem.PERSONAL,
    "0505-123-4567": PhoneProblem.PERSONAL,
    "0502-1234-567": PhoneProblem.PERSONAL,
    "060-700-1234": PhoneProblem.PREMIUM,
    "060-900-1234": PhoneProblem.PREMIUM,
    "080-123-4567": PhoneProblem.TOLL_FREE,
    "1588-1234": PhoneProblem.COMPANY,
    "1544-0000": PhoneProblem.COMPANY,
    "1600-1234": PhoneProblem.COMPANY,
    "1833-1234": PhoneProblem.COMPANY,
    "015-1234-5678": PhoneProblem.NOT_MOBILE,
    "012-123-4567": PhoneProblem.NOT_MOBILE,
    "011-123-4567": PhoneProblem.NOT_MOBILE,
    "016-234-5678": PhoneProblem.NOT_MOBILE,
    "019-234-5678": PhoneProblem.NOT_MOBILE,
    "+1 202 555 0123": PhoneProblem.COUNTRY,
    "+44 7911 123456": PhoneProblem.COUNTRY,
    "+86 138 0013 8000": PhoneProblem.COUNTRY,
    "+850 191 234 5678": PhoneProblem.COUNTRY,
}


def test_otp_11_the_table_is_long_enough() -> None:
    assert len(TAKEN) + len(REFUSED) >= 40


@pytest.mark.parametrize("written", TAKEN)
def test_otp_11_a_korean_mobile_number_is_taken_however_it_is_written(written: str) -> None:
    assert mobile(written) == "+821023456789"


@pytest.mark.parametrize(("written", "problem"), list(REFUSED.items()))
def test_otp_11_any_other_number_is_refused_with_its_reason(
    written: str, problem: PhoneProblem
) -> None:
    with pytest.raises(PhoneNotUsable) as refused:
        mobile(written)
    assert refused.value.facts == {"reason": problem.value}


def test_otp_11_a_number_that_nobody_has_is_taken_for_invented_people_alone() -> None:
    assert mobile("010-0000-0001", invented=True) == "+821000000001"
    for written in ("010-1000-0000", "010-200-0009", "010-000-0001"):
        with pytest.raises(PhoneNotUsable):
            mobile(written, invented=True)


def test_otp_11_another_country_is_allowed_by_setting_and_only_its_mobile_numbers() -> None:
    assert mobile("+44 7400 123456", countries=("KR", "GB")) == "+447400123456"
    with pytest.raises(PhoneNotUsable) as refused:
        mobile("+44 20 7946 0000", countries=("KR", "GB"))
    assert refused.value.facts == {"reason": "landline"}


def test_otp_10_numbers_of_one_range_share_a_prefix() -> None:
    assert prefix("+821023456789") == prefix("+821023450000") == "+82102345"


@pytest.mark.parametrize(
    ("e164", "written"), [("+821023456789", "010-2345-6789"), ("+447400123456", "+44 7400 123456")]
)
def test_a_number_is_shown_as_one_dials_it_from_here(e164: str, written: str) -> None:
    assert dialled(e164) == written
