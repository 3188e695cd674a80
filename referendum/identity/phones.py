"""Which numbers a code may be sent to: valid mobile ones of the allowed countries (OTP-11)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from referendum.identity.errors import PhoneNotUsable
from referendum.kernel.phones import is_korean_mobile, plain_digits

SUBSCRIBER: Final = 4
"""The last digits, which tell the numbers of one range apart."""


class PhoneProblem(StrEnum):
    """Why a number is refused."""

    UNREADABLE = "unreadable"
    NOT_VALID = "not_valid"
    COUNTRY = "country"
    EXTENSION = "extension"
    LANDLINE = "landline"
    VOIP = "voip"
    PERSONAL = "personal"
    PREMIUM = "premium"
    TOLL_FREE = "toll_free"
    COMPANY = "company"
    NOT_MOBILE = "not_mobile"


KINDS: Final = {
    PhoneNumberType.FIXED_LINE: PhoneProblem.LANDLINE,
    PhoneNumberType.VOIP: PhoneProblem.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: PhoneProblem.PERSONAL,
    PhoneNumberType.PREMIUM_RATE: PhoneProblem.PREMIUM,
    PhoneNumberType.TOLL_FREE: PhoneProblem.TOLL_FREE,
    PhoneNumberType.UAN: PhoneProblem.COMPANY,
}


def mobile(text: str, *, countries: tuple[str, ...] = ("KR",), invented: bool = False) -> str:
    """The number in E.164, or PhoneNotUsable with the reason.

    A number without a country code is read as one of the first country. `invented` lets those
    through that nobody has: for a demo, a rehearsal or a test.
    """
    try:
        number = phonenumbers.parse(plain_digits(text), countries[0])
    except phonenumbers.NumberParseException:
        raise PhoneNotUsable(reason=PhoneProblem.UNREADABLE.value) from None
    problem = _problem(number, countries, invented=invented)
    if problem is not None:
        raise PhoneNotUsable(reason=problem.value)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _problem(
    number: PhoneNumber, countries: tuple[str, ...], *, invented: bool
) -> PhoneProblem | None:
    if number.extension:
        return PhoneProblem.EXTENSION
    allowed_codes = {phonenumbers.country_code_for_region(country) for country in countries}
    if number.country_code not in allowed_codes:
        return PhoneProblem.COUNTRY
    if not phonenumbers.is_valid_number(number):
        return PhoneProblem.NOT_VALID
    country = phonenumbers.region_code_for_number(number)
    if country not in countries:
        return PhoneProblem.COUNTRY
    kind = phonenumbers.number_type(number)
    if kind != PhoneNumberType.MOBILE:
        return KINDS.get(kind, PhoneProblem.NOT_MOBILE)
    return _korean(number, invented=invented) if country == "KR" else None


def _korean(number: PhoneNumber, *, invented: bool) -> PhoneProblem | None:
    """In Korea 010 alone, though the library calls more of them mobile.

    012 is for machines, and 011 and 016 to 019 are given up (assumed from the numbering plan).
    """
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if is_korean_mobile(e164, invented=invented):
        return None
    return PhoneProblem.NOT_VALID if e164.startswith("+8210") else PhoneProblem.NOT_MOBILE


def dialled(e164: str, *, country: str = "KR") -> str:
    """The number as people of the country write and dial it: 010-1234-5678 for +821012345678."""
    return phonenumbers.format_out_of_country_calling_number(phonenumbers.parse(e164), country)


def prefix(e164: str) -> str:
    """The range a number lies in: all but its last four digits."""
    return e164[:-SUBSCRIBER]
