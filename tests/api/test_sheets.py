"""A long file of sheets at the interface: received as it comes, and followed to its end."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from referendum.identity.tables import Staff
from referendum.kernel.people import Authority, Role
from signatures import intakes
from tests.api.callers import Caller, Switchboard, code_of
from tests.api.test_signing import lines_of, rows_of
from tests.town import Town
from tests.worker.office import Office

HEAD = "sheet,row,name,birth_date,address,district,signed_on,mark"


def file_of(town: Town, rows: int) -> bytes:
    day = town.now().date().isoformat()
    lines = (f"A,{row},홍길동,1970-01-01,견본로 1,,{day},1" for row in range(1, rows + 1))
    return "\n".join([HEAD, *lines]).encode()


def sends(town: Town, caller: Caller, path: str, data: bytes, more: str = "") -> str:
    day = town.now().date().isoformat()
    sent = caller.post(f"{path}/lines/intakes/import?received_on={day}{more}", data)
    assert sent.status_code == 202, sent.text
    assert (sent.json()["stage"], sent.json()["made"]) == ("reading", 0)
    return f"{path}/lines/intakes/{sent.json()['id']}"


def test_a_file_is_followed_until_it_is_a_batch(
    line: Switchboard, town: Town, office: Office, initiative_open: UUID
) -> None:
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    path = f"/petitions/{town.petition(initiative_open)}"
    way = sends(town, chair, path, file_of(town, 30))
    assert lines_of(town) == 0
    (moving,) = chair.get(f"{path}/lines/intakes").json()
    assert way.endswith(moving["id"])
    office.empties()
    done = chair.get(way).json()
    assert (done["stage"], done["made"], done["lines"]) == ("done", 30, 30)
    (batch,) = chair.get(f"{path}/batches").json()["items"]
    assert (batch["id"], batch["lines"], batch["number"]) == (done["batch"], 30, 1)
    assert chair.get(f"{path}/lines/intakes").json() == []
    assert rows_of(town, "sheet_intake_rows") == rows_of(town, "sheet_intake_piece") == 0

    again = sends(town, chair, path, file_of(town, 30))
    office.empties()
    refused = chair.get(again).json()
    assert (refused["stage"], refused["refusal"]) == ("refused", "batch-already-brought")
    assert (refused["batch"], lines_of(town)) == (None, 30)


def test_a_file_sent_again_under_its_key_is_the_one_that_came_first(
    line: Switchboard, town: Town, office: Office, initiative_open: UUID
) -> None:
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    path = f"/petitions/{town.petition(initiative_open)}"
    way = f"{path}/lines/intakes/import?received_on={town.now().date().isoformat()}"
    data = file_of(town, 30)
    first = chair.post(way, data, key="once")
    assert chair.post(way, data, key="once").json() == first.json()
    assert code_of(chair.post(way, file_of(town, 3), key="once")) == "idempotency-key-reused"
    (moving,) = chair.get(f"{path}/lines/intakes").json()
    assert moving["id"] == first.json()["id"]
    office.empties()
    assert lines_of(town) == 30
    assert rows_of(town, "sheet_intake_piece") == 0


def test_what_is_wrong_with_it_is_said_at_the_end_or_at_once(
    line: Switchboard, town: Town, office: Office, initiative_open: UUID
) -> None:
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    path = f"/petitions/{town.petition(initiative_open)}"
    day = town.now().date().isoformat()
    broken = sends(town, chair, path, file_of(town, 3) + b"\nA,x,,,,,,1")
    office.empties()
    told = chair.get(broken).json()
    assert (told["refusal"], told["lines"]) == ("lines-refused", None)
    assert told["facts"]["faults"] == [{"line": 5, "column": "row", "reason": "row_number"}]
    no_text = chair.post(f"{path}/lines/intakes/import?received_on={day}", b"\xff\xff\x00")
    assert code_of(no_text) == "lines-refused"
    assert lines_of(town) == 0


def test_a_file_that_is_thrown_away_leaves_nothing(
    line: Switchboard, town: Town, office: Office, initiative_open: UUID
) -> None:
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    path = f"/petitions/{town.petition(initiative_open)}"
    way = sends(town, chair, path, file_of(town, 3))
    assert chair.post(f"{way}/removal").status_code == 204
    office.empties()
    assert chair.get(way).json()["stage"] == "given_up"
    assert (lines_of(town), rows_of(town, "sheet_intake_piece")) == (0, 0)
    nowhere = f"{path}/lines/intakes/{UUID(int=1)}"
    assert code_of(chair.get(nowhere)) == code_of(chair.post(f"{nowhere}/removal"))
    assert code_of(chair.get(nowhere)) == "sheet-intake-not-found"


def test_it_goes_in_with_the_rights_of_then_and_at_a_stage_at_which_lines_come(
    line: Switchboard, town: Town, office: Office, initiative_open: UUID
) -> None:
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    path = f"/petitions/{town.petition(initiative_open)}"
    way = sends(town, chair, path, file_of(town, 3))
    intake = UUID(way.rpartition("/")[2])
    with town.begin() as uow:
        by = intakes.get(uow.session, intake).asked_by
        uow.session.execute(update(Staff).where(Staff.id == by).values(roles=[Role.CLERK.value]))
    office.empties()
    with town.begin() as uow:
        assert intakes.get(uow.session, intake).refusal == "role-missing"

    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    late = sends(town, chair, path, file_of(town, 3))
    town.reviews(initiative_open, town.some(3))
    office.empties()
    told = chair.get(late).json()
    assert told["refusal"] == "act-not-allowed"
    assert rows_of(town, "sheet_intake where not cleared") == 0
