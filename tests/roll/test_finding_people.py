"""Finding candidates: every honest way of writing a name, and nothing without the pepper."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Text, cast, func, literal, select, update

from referendum.kernel.sealing import Vault
from referendum.roll.errors import PersonNotFound
from referendum.roll.finding import (
    bearers,
    candidates,
    name_index,
    person_details,
    person_key,
    phone_index,
)
from referendum.roll.names import name_text, normalise
from referendum.roll.tables import Person, Residence
from tests.roll.city import MARCH, City

BORN = date(1980, 5, 5)


def found(city: City, name: str, birth_date: date = BORN) -> set[str]:
    with city.begin() as uow:
        rows = candidates(
            uow.session, city.vault, jurisdiction_id=city.id, name=name, birth_date=birth_date
        )
        people = [uow.session.get_one(Person, row.person_id).register_no or "" for row in rows]
    assert len(people) == len(set(people))
    return set(people)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("홍길동", unicodedata.normalize("NFD", "홍길동")),
        ("홍길동", " 홍 길 동\u200b"),
        ("KIM ANNA-MARIA", "ｋｉｍ　ａｎｎａ　ｍａｒｉａ"),
        ("O'BRIEN José", "o’brien jose"),
        ("STRASSE", "straße"),
        ("DANG THI LAN", "Đặng Thị Lan"),
        ("LUKASZ ODEGARD", "Łukasz Ødegård"),
        ("ISIK HAMRUN", "Işık Ħamrun"),
        ("ISIK", "ışık"),
        ("THORA AESA", "Þóra Æsa"),
        *(("O'BRIEN", f"O{mark}Brien") for mark in "’‘ʼʻʹ′´`＇‛ˈꞌ՚׳"),
        *(("김가나", f"김{dot}가나") for dot in "·ㆍᆞᆢ・･•‧∙⋅．․●\u3164"),
    ],
)
def test_two_ways_of_writing_a_name_are_one(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_different_names_stay_different() -> None:
    names = ["홍길동", "홍길둥", "홍길", "이몽룡", "KIM ANNA", "KIM ANNE", "ㅎㄱㄷ"]
    assert len({normalise(name) for name in names}) == len(names)


@given(st.text())
def test_a_normalised_name_stays_as_it_is(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)
    assert "\n" not in normalise(name)


@given(st.text(min_size=1), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_no_unicode_form_makes_a_difference(name: str, form: str) -> None:
    written = unicodedata.normalize(form, name)  # type: ignore[arg-type]  # one of the four
    assert normalise(written) == normalise(name)


def test_a_name_and_birth_date_find_everybody_who_bears_them(city: City) -> None:
    city.imports(
        {"register_no": "1"},
        {"register_no": "2"},
        {"register_no": "3", "birth_date": "1980-05-06"},
        {"register_no": "4", "name": "이몽룡", "former_names": "김첨지|홍 길동"},
    )
    assert found(city, unicodedata.normalize("NFD", "홍 길 동")) == {"1", "2", "4"}
    assert found(city, "김첨지") == {"4"}
    assert found(city, "성춘향") == set()


def test_a_row_under_a_name_levelled_in_an_older_way_is_written_anew(city: City) -> None:
    city.imports({"register_no": "1", "name": "Đặng Thị Lan"}, {"register_no": "2"})
    before = vault_index(city, "đangthilan")
    with city.begin() as uow:
        theirs = Residence.person_id == city.person("1")
        uow.session.execute(update(Residence).where(theirs).values(name_index=before))
    assert found(city, "Dang Thi Lan") == set()
    city.imports({"register_no": "1", "name": "Đặng Thị Lan"}, {"register_no": "2"}, as_of=MARCH)
    assert found(city, "Dang Thi Lan") == {"1"}


def vault_index(city: City, level: str) -> bytes:
    return city.vault.mac("name").of(f"{level}\n{BORN.isoformat()}")


def test_a_name_that_the_register_no_longer_shows_still_finds(city: City) -> None:
    city.imports({"register_no": "1"})
    city.imports({"register_no": "1", "name": "홍새별"}, as_of=MARCH)
    assert found(city, "홍길동") == found(city, "홍새별") == {"1"}


def test_another_places_register_is_not_searched(city: City) -> None:
    city.imports({"register_no": "1", "phone": "010-0000-0001"})
    with city.begin() as uow:
        elsewhere = {"jurisdiction_id": uuid4()}
        assert not candidates(uow.session, city.vault, name="홍길동", birth_date=BORN, **elsewhere)


def test_a_phone_finds_the_family_that_shares_it_until_it_changes(city: City) -> None:
    shared, other = "010-0000-0001", "010-0000-0002"

    def with_it() -> set[UUID]:
        """As whoever asks for a code is looked for: by name, then by the number on file."""
        name = literal(name_index(city.vault, "홍길동", BORN))
        with city.begin() as uow:
            rows = uow.session.execute(bearers(jurisdiction_id=literal(city.id), index=name)).all()
        assert len(rows) == 3
        number = phone_index(city.vault, "+821000000001")
        return {row.person_id for row in rows if row.phone_index == number}

    alone = {"register_no": "3", "phone": other}
    city.imports(
        {"register_no": "1", "phone": shared}, {"register_no": "2", "phone": shared}, alone
    )
    assert with_it() == {city.person("1"), city.person("2")}
    city.imports(
        {"register_no": "1", "phone": shared}, {"register_no": "2", "phone": ""}, alone, as_of=MARCH
    )
    assert with_it() == {city.person("1")}


def test_nobody_is_asked_for_who_does_not_exist(city: City) -> None:
    with city.begin() as uow, pytest.raises(PersonNotFound):
        person_details(uow.session, city.vault, uuid4())


def test_the_database_computes_the_same_person_key(city: City) -> None:
    city.imports({"register_no": "1"}, {"register_no": "2"})
    measure = uuid4()
    with city.begin() as uow:
        inner, outer = city.vault.mac(f"person:{measure}").pads
        keyed = func.hmac_padded(literal(inner), literal(outer), cast(Person.id, Text))
        rows = uow.session.execute(select(Person.id, keyed)).all()
    assert len(rows) == 2
    for person, key in rows:
        assert bytes(key) == person_key(city.vault, measure, person)


def test_no_hash_without_the_pepper_leads_to_a_person_key(vault: Vault) -> None:
    """SIG-02: a rainbow table over numbers, names and birth dates finds nothing."""
    measure, person = uuid4(), uuid4()
    key = person_key(vault, measure, person)
    index = name_index(vault, "홍길동", BORN)
    guesses = [
        "GY-0000001", "800505-1234567", "홍길동", "1980-05-05", name_text("홍길동", BORN),
        "홍길동1980-05-05", str(person), person.hex, f"{measure}{person}", f"person:{measure}",
    ]  # fmt: skip
    for guess in guesses:
        told = guess.encode()
        for digest in (hashlib.sha256, hashlib.sha512, hashlib.md5, hashlib.blake2b):
            assert digest(told).digest()[:32] not in (key, index)
        for known in (measure.bytes, str(measure).encode(), b"person", b""):
            assert hmac.digest(known, told, "sha256") not in (key, index)


def test_the_keys_of_one_person_on_two_measures_cannot_be_joined(vault: Vault) -> None:
    person = uuid4()
    keys = {person_key(vault, uuid4(), person) for _ in range(20)}
    assert len(keys) == 20
