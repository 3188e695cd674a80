"""A resident at the interface: a code, a session, a signature, its receipt, and its end."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from referendum.identity import codes
from referendum.kernel.people import Authority, Role
from referendum.kernel.record import RecordEntry
from referendum.verifying.receipts import verify_receipt
from signatures import tallying
from signatures.lines import receipt_commitment
from signatures.tables import Line
from tests.api.callers import Caller, Switchboard, code_of
from tests.town import Town
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

PHONE = "+821023456789"
AWAY = "+821087654321"
CONSENTS = {"consents": {"purpose": "1", "sensitive": "1", "retention": "1"}}


def code_for(town: Town, challenge: str) -> str:
    """What the message says."""
    with town.begin() as uow:
        code = codes.show_code(uow.session, town.vault, UUID(challenge), demo=True)
    assert code is not None
    return code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def rows_of(town: Town, table: str) -> int:
    with town.begin() as uow:
        return int(uow.session.scalar(text(f"select count(*) from {table}")) or 0)


def lines_of(town: Town) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(Line)) or 0


def test_from_the_code_to_the_receipt_that_anyone_can_check(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    petition = town.petition(measure)
    who = line.puts_phone_on_file(7, PHONE)
    caller = line.visitor()
    asked = caller.post("/challenges", who)
    assert (asked.status_code, set(asked.json())) == (
        201,
        {"id", "expires_at", "sends_at"},
    )
    challenge = asked.json()["id"]
    assert caller.get(f"/challenges/{challenge}").json() == {"delivery": "waiting"}
    assert caller.post(f"/challenges/{challenge}/resends").status_code == 201
    assert caller.post(f"/challenges/{challenge}/prolongation").status_code == 201

    answer = {"challenge": challenge, "code": code_for(town, challenge)}
    stranger = line.visitor()
    stranger.get("/session")
    assert code_of(stranger.post("/sessions", answer)) == "code-unknown"
    opened = caller.post("/sessions", answer)
    assert opened.status_code == 201
    assert "httponly" in opened.headers["set-cookie"].lower()
    caller.csrf = opened.json()["csrf"]
    told = caller.get("/session").json()
    assert (told["kind"], told["assurance"]) == ("resident", "phone_on_file")
    assert told["csrf"] == caller.csrf
    assert code_of(caller.post("/sessions", answer)) == "code-used"

    refused = caller.post(f"/petitions/{petition}/signatures", {"consents": {"purpose": "1"}})
    assert refused.json()["facts"] == {"missing": ["sensitive", "retention"]}
    signed = caller.post(f"/petitions/{petition}/signatures", CONSENTS)
    assert signed.status_code == 201
    (mine,) = caller.get("/signatures/mine").json()["items"]
    assert (mine["measure"], mine["may_withdraw"]) == (str(measure), True)

    receipt = signed.json()["receipt"]
    early = line.visitor().post("/record/receipts", {"receipt": receipt})
    assert (early.status_code, code_of(early)) == (503, "entry-not-sealed")
    town.seals()
    proof = line.visitor().post("/record/receipts", {"receipt": receipt}).json()
    included = verify_receipt(json.dumps(proof), vkey=town.log_key.vkey)
    assert isinstance(included.entry, dict)
    assert included.entry["facts"]["commitment"] == receipt_commitment(receipt).hex()
    entry = signed.json()["entry"]
    assert line.visitor().get(f"/record/entries/{entry}/receipt").json() == proof
    assert caller.sends("DELETE", "/session").status_code == 204
    assert code_of(caller.get("/signatures/mine")) == "not-signed-in"


def test_a_wrong_code_is_counted_though_it_is_refused(line: Switchboard, town: Town) -> None:
    who = line.puts_phone_on_file(7, PHONE)
    caller = line.visitor()
    challenge = caller.post("/challenges", who).json()["id"]
    code = code_for(town, challenge)
    refused = caller.post("/sessions", {"challenge": challenge, "code": wrong(code)})
    assert (refused.status_code, code_of(refused)) == (401, "code-wrong")
    assert refused.json()["facts"]["tries_left"] == 4
    refused = caller.post("/sessions", {"challenge": challenge, "code": wrong(code)})
    assert refused.json()["facts"]["tries_left"] == 3
    early = caller.post("/sessions", {"challenge": challenge, "code": code})
    assert (early.status_code, code_of(early)) == (429, "code-too-soon")
    assert early.headers["retry-after"] == "1"


def test_otp_16_the_answer_is_the_same_whoever_is_described(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    known, signer = line.puts_phone_on_file(7, PHONE), line.puts_phone_on_file(8, AWAY)
    town.signs(measure, 8)
    unknown = {"name": "없는사람", "birth_date": "1971-01-01", "phone": "+821055556666"}
    line.visitor().post("/challenges", {**unknown, "phone": "+821011112222"})  # makes the day's key
    told = [_asks(line.visitor(), town, who) for who in (known, signer, unknown)]
    assert told[0] == told[1] == told[2]
    assert told[0][1:] == (201, {"challenge": 1, "code_send": 1, "outbox_message": 0})


def _asks(caller: Caller, town: Town, who: dict[str, str]) -> tuple[Any, ...]:
    tables = ("challenge", "code_send", "outbox_message")
    before = {table: rows_of(town, table) for table in tables}
    answer = caller.post("/challenges", who)
    shape = {name: len(value) for name, value in answer.json().items()}
    added = {table: rows_of(town, table) - before[table] for table in tables}
    headers = sorted(name for name in answer.headers if name != "x-request-id")
    return (shape, headers), answer.status_code, added


def test_signing_again_gives_the_same_answer_and_no_line_sig_01(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    petition = town.petition(initiative_open)
    caller, path = line.resident(7), f"/petitions/{petition}/signatures"
    first = caller.post(path, CONSENTS)
    for _ in range(4):
        again = caller.post(path, CONSENTS)
        assert again.status_code == 201
        assert again.json() == {**first.json(), "receipt": None}
    assert lines_of(town) == 1
    with town.begin() as uow:
        counted = tallying.exact(uow.session, petition)
    assert (counted.submitted, counted.standing) == (1, 1)


def test_a_signature_is_taken_back_and_may_be_given_again(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    petition = town.petition(initiative_open)
    caller, path = line.resident(7), f"/petitions/{petition}/signatures"
    assert code_of(caller.sends("DELETE", f"{path}/mine")) == "not-signed"
    caller.post(path, CONSENTS)
    assert caller.sends("DELETE", f"{path}/mine").status_code == 204
    assert caller.get("/signatures/mine").json()["items"] == []
    assert caller.post(path, CONSENTS).status_code == 201


def test_after_the_deadline_nothing_is_signed(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    path = f"/petitions/{town.petition(measure)}/signatures"
    caller = line.resident(7)
    town.waits_for("collection_ends", measure)
    refused = caller.post(path, CONSENTS)
    assert (refused.status_code, code_of(refused)) == (410, "petition-closed")


def test_a_recall_is_signed_on_paper_alone(
    line: Switchboard, town: Town, recall_open: UUID
) -> None:
    petition = town.petition(recall_open)
    refused = line.resident(7).post(f"/petitions/{petition}/signatures", CONSENTS)
    assert (refused.status_code, code_of(refused)) == (403, "channel-not-allowed")


def test_public_figures_are_the_folded_ones_and_no_small_number_shows(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    petition, visitor = town.petition(measure), line.visitor()
    for number in [*town.some(7), *town.some(2, district=1)]:
        town.signs(measure, number)
    assert visitor.get(f"/petitions/{petition}").json()["standing"] == 0
    with town.begin() as uow:
        tallying.fold(uow, petition)
    told = visitor.get(f"/petitions/{petition}").json()
    assert (told["standing"], told["examined"]) == (9, False)
    assert told["findings"][0]["counted"] is None
    districts = visitor.get(f"/petitions/{petition}/districts?limit=100").json()["items"]
    shown = {one["standing"] for one in districts}
    assert len(districts) == 44
    assert shown <= {None, 7}


def test_may_i_answers_the_one_who_asks(line: Switchboard, initiative_open: UUID) -> None:
    measure = initiative_open
    caller = line.resident(7)
    told = caller.get(f"/eligibility/{measure}").json()
    assert (told["eligible"], told["decided_on"]) == (True, "2026-12-31")
    assert told["citation"]
    assert caller.get("/eligibility?instrument=recall&office=mayor").json()["eligible"] is True
    vote = caller.get("/eligibility?instrument=referendum&purpose=voting").json()
    assert (vote["purpose"], vote["eligible"]) == ("voting", True)
    assert code_of(caller.get(f"/eligibility/{measure}?purpose=voting")) == "rule-refused"


def test_who_is_on_no_list_of_a_measure_is_told_so(line: Switchboard, town: Town) -> None:
    """A councillor's recall is a few districts' own: the page says so, and signing refuses it."""
    home, other = town.some(1)[0], town.some(1, district=1)[0]
    own: dict[str, Any] = {"office": "councillor", "districts": (town.districts[0].id,)}
    measure = town.opens(Instrument.RECALL, **own)
    inside = line.resident(home).get(f"/eligibility/{measure}").json()
    assert (inside["eligible"], inside["reason"]) == (True, None)
    outside = line.resident(other).get(f"/eligibility/{measure}").json()
    assert (outside["eligible"], outside["reason"]) == (False, None)
    vote = line.resident(other).get(f"/eligibility/{measure}?purpose=voting").json()
    assert vote["eligible"] is False
    assert line.resident(home).get(f"/eligibility/{measure}?purpose=voting").json()["eligible"]


def test_sheets_are_brought_examined_and_decided(
    line: Switchboard, town: Town, office: Office, initiative_open: UUID
) -> None:
    measure = initiative_open
    petition, chair = town.petition(measure), line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    path, day = f"/petitions/{petition}", town.now().date().isoformat()
    head = "sheet,row,name,birth_date,address,district,signed_on,mark"
    good = line.puts_phone_on_file(3, PHONE)
    row = f"A,1,{good['name']},{good['birth_date']},견본로 1,,{day},1"
    broken = f"{head}\n{row}\nA,0,가,,,,,maybe".encode()
    refused = chair.post(f"{path}/lines/import?received_on={day}", broken)
    assert code_of(refused) == "lines-refused"
    assert refused.json()["facts"]["faults"] == [
        {"line": 3, "column": "row", "reason": "row_number"},
        {"line": 3, "column": "mark", "reason": "mark_unknown"},
    ]
    assert lines_of(town) == 0
    file = f"{head}\n{row}\nA,2,없는이름,1970-01-01,견본로 2,,{day},1".encode("cp949")
    brought = chair.post(f"{path}/lines/import?received_on={day}", file)
    assert (brought.json()["lines"], brought.json()["number"]) == (2, 1)
    again = chair.post(f"{path}/lines/import?received_on={day}", file)
    assert code_of(again) == "batch-already-brought"
    keyed = {"sheet": "B", "row": 1, "name": "", "birth_date": "", "address": "", "district": ""}
    keyed_line = {**keyed, "signed_on": day, "has_mark": True}
    body = {"received_on": day, "lines": [keyed_line]}
    assert chair.post(f"{path}/lines", body).status_code == 201

    assert code_of(chair.post(f"{path}/examinations")) == "act-not-allowed"
    town.waits_for("collection_ends", measure)
    representative = line.resident(town.some(1)[0])
    representative.post(f"/measures/{measure}/acts", {"act": "file"})
    begun = chair.post(f"{path}/examinations", key="examine")
    assert (begun.status_code, begun.json()["state"]) == (202, "waiting")
    assert chair.post(f"{path}/examinations", key="examine").json() == begun.json()
    assert code_of(chair.post(f"{path}/examinations")) == "examination-under-way"
    course = f"{path}/examinations/{begun.json()['id']}"
    assert chair.get(course).json() == begun.json()
    assert office.empties() >= 1
    ended = chair.get(course).json()
    assert (ended["state"], ended["done"], ended["lines"]) == ("finished", 3, 3)
    assert ended["refusal"] is None
    report = ended["report"]
    assert (report["examined"], report["valid"]) == (3, 1)
    assert (report["void"], report["open"]) == ({"missing_field": 1}, {"unidentifiable": 1})
    (waiting,) = chair.get(f"{path}/lines/open").json()["items"]
    assert waiting["written"]["name"] == "없는이름"
    assert "secret" not in waiting["written"]

    decisions = f"{path}/lines/{waiting['id']}/decisions"
    whole = {"status": "valid"}
    assert code_of(chair.post(decisions, whole)) == "decision-invalid"
    asked = {"name": good["name"], "birth_date": good["birth_date"], "reference": day}
    (candidate,) = chair.post(f"{path}/candidates", asked).json()["candidates"]
    assert candidate["on_roll"] is True
    found = chair.post(decisions, {"status": "valid", "person": candidate["person"]})
    assert (found.json()["status"], found.json()["reason"]) == ("void", "duplicate")
    assert len(chair.get(decisions).json()["items"]) == 2
    assert (
        code_of(chair.post(f"{path}/lines/voiding", {"note": "명부에 없음"})) == "nothing-to-void"
    )


def test_no_entry_of_a_signature_names_its_signer(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    petition = town.petition(initiative_open)
    line.resident(7).post(f"/petitions/{petition}/signatures", CONSENTS, key="once")
    town.seals()
    entries: list[dict[str, Any]] = []
    answer = line.visitor().get("/record/entries?limit=3").json()
    while True:
        entries += answer["items"]
        if answer["next"] is None:
            break
        answer = line.visitor().client.get(answer["next"]).json()
    with town.begin() as uow:
        assert len(entries) == uow.session.scalar(select(func.count(RecordEntry.id)))
    (signature,) = [one for one in entries if one["entry"]["act"] == "signature.recorded"]
    assert set(signature["entry"]["facts"]) == {"commitment", "petition"}
    assert len(signature["entry"]["at"]) == len("2027-02-01")
    assert str(town.resident(7).person) not in json.dumps(entries)
