"""What is kept of a register tells nothing of anybody, and what is not needed is not kept."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from referendum.kernel.record import RecordEntry
from referendum.kernel.sealing import DataKey, SealedDataKey, Vault
from referendum.roll import importing
from referendum.roll.comparing import said
from referendum.roll.copying import day, fields, whole
from referendum.roll.errors import (
    RegisterMostlyBroken,
)
from referendum.roll.finding import (
    name_index,
    person_details,
    phone_index,
    seal_place,
)
from referendum.roll.intake_tables import (
    IntakeLine,
    IntakeMissing,
    IntakePiece,
    IntakeRepeated,
    IntakeRows,
    RegisterIntake,
)
from referendum.roll.lines import read_line
from referendum.roll.sealer import RESIDENCE, Sealer
from referendum.roll.tables import (
    Residence,
)
from tests.roll.city import JANUARY, City, csv_of


def test_the_record_and_the_tables_hold_counts_and_no_personal_data(city: City) -> None:
    """LOG-05, and docs/design.md, Trust."""
    city.imports({"register_no": "secret-no", "phone": "010-0000-0001", "former_names": "홍판서"})
    told = ("홍길동", "홍판서", "견본로", "1000000001", "00000001")
    with city.begin() as uow:
        leaf = uow.session.scalars(select(RecordEntry.leaf)).one()
        assert json.loads(leaf)["act"] == "register.imported"
        assert json.loads(leaf)["facts"]["added"] == 1
        for word in (*told, "secret-no"):
            assert word.encode() not in leaf
        row = uow.session.scalars(select(Residence)).one()
        stored = uow.session.execute(text("select residence::text from residence")).scalar_one()
        details = person_details(uow.session, city.vault, row.person_id)
    for word in told:
        assert word not in stored
        assert word.encode().hex() not in stored
    assert details is not None
    assert (details.former_names, details.phone) == (("홍판서",), "+821000000001")


def test_what_waits_is_sealed(city: City) -> None:
    line = {"register_no": "1", "phone": "010-0765-4321", "former_names": "옛이름"}
    intake = city.brings(csv_of(line))
    importing.compare(city.begin, city.vault, intake)
    with city.begin() as uow:
        held = [
            uow.session.execute(text(f"select string_agg({one}::text, '') from {one}")).scalar_one()
            for one in ("register_intake_piece", "register_intake_line", "register_intake_rows")
        ]
    for word in ("홍길동", "옛이름", "견본로", "7654321"):
        for stored in held:
            assert word not in stored
            assert word.encode().hex() not in stored


@pytest.mark.parametrize("end", ["done", "refused", "given up"])
def test_nothing_of_a_file_is_left_once_it_has_ended(city: City, end: str) -> None:
    city.imports({"register_no": "0"})
    good = csv_of({"register_no": "1"}, {"register_no": "2"})
    if end == "done":
        city.imports_file(good)
    elif end == "refused":
        with pytest.raises(RegisterMostlyBroken):
            city.imports({"register_no": "1"}, *[{"register_no": "3", "birth_date": "x"}] * 2)
    else:
        city.compares(good)
    with city.begin() as uow:
        for table in (IntakePiece, IntakeLine, IntakeRows, IntakeRepeated, IntakeMissing):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0
        newest = uow.session.scalars(
            select(RegisterIntake).order_by(RegisterIntake.opened_at.desc())
        ).first()
        assert newest is not None
        assert newest.cleared
        assert uow.session.get_one(SealedDataKey, newest.key_id).wrapped is None
        assert newest.version_key_id is not None
        left = uow.session.get_one(SealedDataKey, newest.version_key_id).wrapped
        assert (left is not None) is (end == "done")


def test_a_line_is_sealed_as_everything_else_is(city: City, vault: Vault) -> None:
    """The fast way with a million lines gives what the plain one gives with one."""
    cells = "1,Đặng Q Lan,옛|이름,1980-05-05,길 \\ 1,주교동,VN,F5,,2015-03-01,,,,010-2345-6789"
    line = read_line(2, cells.replace("Q", '"Q"').split(","))
    district = city.districts["jugyo"]
    key = DataKey(uuid4(), b"k" * 32)
    sealer = Sealer.of(vault, key, version=7)
    person, row = uuid4(), uuid4()
    residence, begins, ends, former, phone = sealer.seal(
        line,
        mac=sealer.mac(line, district),
        district=sealer.district(district),
        known=None,
        as_of=JANUARY,
        person=person.bytes,
        row=row.bytes,
        nonce=b"n" * 12,
    )
    [(_, made)] = fields(residence)
    told = dict(zip(re.findall(r"\w+", RESIDENCE)[1:], made, strict=True))
    assert key.unseal_fields(told.pop("sealed") or b"", place=seal_place(person)) == {
        "name": line.name,
        "former_names": list(line.former_names),
        "address": line.address,
        "phone": "+821023456789",
    }
    assert told == {
        "id": row.bytes,
        "person_id": person.bytes,
        "version_from": whole(7)[4:],
        "district_id": district.bytes,
        "birth_date": day(line.birth_date)[4:],
        "nationality": b"VN",
        "status": b"F-5",
        "status_since": None,
        "stated_from": day(line.registered_from)[4:],
        "registered_from": day(line.registered_from)[4:],
        **dict.fromkeys(("registered_to", "lost_from", "lost_to")),
        "line_mac": vault.mac("register-line").of(said(line, district)),
        "key_id": key.id.bytes,
        "name_index": name_index(vault, line.name, line.birth_date),
        "phone_index": phone_index(vault, "+821023456789"),
    }
    assert phone == phone_index(vault, "+821023456789")
    assert (begins, ends) == (line.registered_from, None)
    assert former == sorted(name_index(vault, one, line.birth_date) for one in ("옛", "이름"))
