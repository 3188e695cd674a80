"""Nationalities as offices and lists of countries write them: by rule, and never by a guess."""

from __future__ import annotations

import pytest
from babel import Locale

from referendum.kernel.spreadsheet import Refused
from referendum.roll.lines import Reason
from referendum.roll.nationalities import NO_COUNTRY, nationality_of
from tests.roll.city import csv_of
from tests.roll.files import read_register

COUNTRIES = [
    (code, name)
    for language in ("ko", "en")
    for code, name in Locale(language).territories.items()
    if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
]


@pytest.mark.parametrize(
    "form",
    ["{name}({code})", "{name} ({code})", "{code}({name})", "{code} - {name}", "{name}[{code}]",
     "{name} {code}", "{name}/{code}"],
)  # fmt: skip
def test_a_country_told_by_its_name_and_its_code_is_that_country(form: str) -> None:
    assert len(COUNTRIES) > 500
    written = {form.format(name=name, code=code): code for code, name in COUNTRIES}
    found = {one: nationality_of(one) for one in written}
    assert {one: code for one, code in found.items() if code != written[one]} == {}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("대한민국(KOR)", "KR"),
        ("Korea, Republic of", "KR"),
        ("Korea (the Republic of)", "KR"),
        ("KOREA, REPUBLIC OF (KOR)", "KR"),
        ("Korea, Democratic People's Republic of", "KP"),
        ("Korea (the Democratic People’s Republic of)", "KP"),
        ("Congo", "CG"),
        ("Congo, The Democratic Republic of the", "CD"),
        ("Taiwan (Province of China)", "TW"),
        ("Republic of China", "TW"),
        ("People's Republic of China", "CN"),
        ("Bahamas (the)", "BS"),
        ("Bolivia, Plurinational State of", "BO"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Lao People's Democratic Republic (the)", "LA"),
        ("Micronesia, Federated States of", "FM"),
        ("Moldova, Republic of", "MD"),
        ("Netherlands (Kingdom of the)", "NL"),
        ("Philippines (the)", "PH"),
        ("Saint Vincent and the Grenadines", "VC"),
        ("Sao Tome and Principe", "ST"),
        ("Tanzania, the United Republic of", "TZ"),
        ("United Kingdom of Great Britain and Northern Ireland (the)", "GB"),
        ("United States of America (the)", "US"),
        ("Virgin Islands (U.S.)", "VI"),
        ("Socialist Republic of Viet Nam", "VN"),
        ("Democratic Socialist Republic of Sri Lanka", "LK"),
        ("Federal Democratic Republic of Nepal", "NP"),
        ("Grand Duchy of Luxembourg", "LU"),
        ("Hashemite Kingdom of Jordan", "JO"),
        ("베트남사회주의공화국", "VN"),
        ("우즈베키스탄 공화국(UZB)", "UZ"),
        ("네팔연방민주공화국", "NP"),
        ("도미니카공화국", "DO"),
        ("한국계 중국인(CHN)", "CN"),
        ("Korea (North)", "KP"),
        ("Myanmar", "MM"),
    ],
)
def test_formal_names_are_read_as_lists_of_countries_write_them(written: str, code: str) -> None:
    (line,) = read_register(csv_of({"register_no": "1", "nationality": written})).lines
    assert line.nationality == code


@pytest.mark.parametrize(
    "written",
    ["대한민국(VNM)", "베트남(KOR)", "KR-VN", "KR,VN", "대한민국(F-5)", "중국(대만)",
     "한국(중국동포)", "Democratic Republic of Korea", "People's Republic of Korea", "Korea (DPRK)",
     "Republic of", "공화국", "본국", "Congo (COD)"],
)  # fmt: skip
def test_what_contradicts_itself_or_could_be_either_of_two_is_refused(written: str) -> None:
    """A guess would make a foreigner a national, or take a national's vote."""
    parsed = read_register(
        csv_of({"register_no": "1"}, {"register_no": "2", "nationality": written})
    )
    assert parsed.refused == [Refused(3, "nationality", Reason.NATIONALITY_UNKNOWN)]
