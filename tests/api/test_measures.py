"""A measure through the interface: drafted, listed, moved, halted, and carried to its end."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from referendum.certificates.tables import CertificatePdf
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import amending
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act, Stage
from tests.api.callers import EVERY_ROLE, Caller, Switchboard, code_of
from tests.papers import PAPER, WORDS
from tests.town import Town
from thresholds.vocabulary import Instrument

TEXT = {
    name: getattr(WORDS, name)
    for name in ("title_ko", "title_en", "question_ko", "question_en", "reason", "body")
}
DOCUMENT = {"number": PAPER.number, "day": PAPER.day.isoformat()}


def acts_of(caller: Caller, measure: str | UUID) -> set[str]:
    return {one["act"] for one in caller.get(f"/measures/{measure}/acts").json()["acts"]}


def test_a_resident_drafts_edits_applies_and_everyone_can_follow(
    line: Switchboard, town: Town
) -> None:
    author, visitor = line.resident(1), line.visitor()
    chair = line.officer(Authority.COUNCIL_CHAIR, *EVERY_ROLE)
    made = author.post("/measures", {"instrument": "initiative", "text": TEXT | {"reason": ""}})
    assert made.status_code == 201
    measure = made.json()["id"]
    assert made.json()["stage"] == "draft"
    assert [one["id"] for one in author.get("/measures/mine").json()["items"]] == [measure]
    (needed,) = author.get(f"/measures/{measure}/needed").json()["findings"]
    assert needed["needed"] > 0

    refused = author.post(f"/measures/{measure}/acts", {"act": "apply"})
    assert code_of(refused) == "draft-incomplete"
    assert refused.json()["facts"] == {"fields": ["reason"]}
    edited = author.sends("PUT", f"/measures/{measure}/text", TEXT)
    assert edited.json()["reason"] == WORDS.reason

    assert acts_of(author, measure) == {"apply", "withdraw"}
    taken = author.post(f"/measures/{measure}/acts", {"act": "apply"})
    assert (taken.status_code, taken.json()["target"]) == (201, "applied")
    assert code_of(author.sends("PUT", f"/measures/{measure}/text", TEXT)) == "not-a-draft"
    assert acts_of(visitor, measure) == set()
    assert acts_of(chair, measure) == {"admit", "refuse"}
    refused = chair.post(f"/measures/{measure}/acts", {"act": "refuse"})
    assert code_of(refused) == "document-needed"
    chair.post(f"/measures/{measure}/acts", {"act": "admit"})

    told = visitor.get(f"/measures/{measure}").json()
    assert (told["stage"], told["rulebook"]["id"]) == ("collecting", "kr-initiative-2024-02-17")
    ends = next(one for one in told["deadlines"] if one["name"] == "collection_ends")
    assert ends["article"]
    assert ends["sum"]["ko"]
    steps = visitor.get(f"/measures/{measure}/timeline").json()["items"]
    assert [one["act"] for one in steps] == ["apply", "admit"]
    (roll,) = visitor.get(f"/measures/{measure}/rolls").json()["items"]
    assert (roll["purpose"], roll["size"]) == ("signing", 528)
    assert town.stage(UUID(measure)) is Stage.COLLECTING


def test_the_ordinance_in_force_is_told_with_the_text(line: Switchboard, town: Town) -> None:
    author = line.resident(1)
    made = author.post("/measures", {"instrument": "initiative", "text": TEXT}).json()
    assert made["in_force"] is None
    with town.begin() as uow:
        amending.put_beside(
            uow, UUID(made["id"]), name="견본 조례", text="제1조 견본", by=town.resident(1)
        )
    told = author.get(f"/measures/{made['id']}").json()["in_force"]
    assert told == {"name": "견본 조례", "text": "제1조 견본"}


def test_easy_text_cost_and_place_are_drafted_and_told(line: Switchboard, town: Town) -> None:
    author, here = line.resident(1), str(town.districts[1].id)
    added = {
        "easy": {"title_ko": "밤에도 여는 도서관"},
        "cost": {"kind": "yearly", "amount": 5_000_000, "years": 3, "said": "한 곳의 운영비"},
        "site": {"districts": [here], "name_ko": "견본 도서관"},
    }
    made = author.post("/measures", {"instrument": "initiative", "text": {**TEXT, **added}}).json()
    assert made["easy"]["title"] == {"ko": "밤에도 여는 도서관", "en": None}
    assert made["easy"]["body"] is None
    assert made["cost"]["total"] == 15_000_000
    assert made["site"] == {"districts": [here], "name": {"ko": "견본 도서관", "en": None}}
    assert made["districts"] is None, "the area stays the whole city"
    beside = {**added, "cost": {"kind": "once", "amount": 1, "years": 2, "said": "셈"}}
    refused = author.sends("PUT", f"/measures/{made['id']}/text", {**TEXT, **beside})
    assert (refused.status_code, code_of(refused)) == (422, "described-amiss")
    assert refused.json()["facts"]["field"] == "cost_years"
    assert "비용이 드는 햇수" in refused.json()["title"]
    emptied = author.sends("PUT", f"/measures/{made['id']}/text", TEXT).json()
    assert [emptied[name] for name in added] == [None, None, None]


def test_an_act_out_of_turn_says_what_is_possible(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    chair = line.officer(Authority.COUNCIL_CHAIR, *EVERY_ROLE)
    refused = chair.post(f"/measures/{measure}/acts", {"act": "table"})
    assert (refused.status_code, code_of(refused)) == (409, "act-not-allowed")
    assert "close_collection" in refused.json()["facts"]["possible"]
    assert town.steps(measure) == ["apply", "admit"]


def test_a_list_is_read_to_its_end_whatever_comes_meanwhile(line: Switchboard, town: Town) -> None:
    author = town.resident(1)
    made = [town.drafts(Instrument.INITIATIVE) for _ in range(5)]
    for measure in made:
        town.acts(measure, Act.APPLY, author)
    visitor, seen = line.visitor(), []
    answer = visitor.get("/measures?limit=2&instrument=initiative").json()
    while True:
        seen += [UUID(one["id"]) for one in answer["items"]]
        if answer["next"] is None:
            break
        assert len(answer["items"]) == 2
        assert "instrument=initiative" in answer["next"]
        if len(seen) == 2:
            town.acts(town.drafts(Instrument.INITIATIVE), Act.APPLY, author)
        answer = visitor.client.get(answer["next"]).json()
    assert seen == made[::-1]
    assert visitor.get("/measures?instrument=recall").json() == {"items": [], "next": None}
    assert visitor.get("/measures?place=kr-elsewhere").json()["items"] == []
    assert len(visitor.get("/measures?under_way=true&stage=applied").json()["items"]) == 6


def test_a_cursor_means_nothing_in_another_list(line: Switchboard) -> None:
    visitor = line.visitor()
    following = visitor.get("/rules?limit=1").json()["next"]
    cursor = following.partition("after=")[2]
    assert visitor.client.get(following).status_code == 200
    for broken in (cursor[:-2], "x", "e30", cursor + "AAAA"):
        refused = visitor.get("/rules", params={"after": broken})
        assert (refused.status_code, code_of(refused)) == (422, "cursor-unreadable"), broken
    assert code_of(visitor.get(f"/problems?after={cursor}")) == "cursor-unreadable"
    assert code_of(visitor.get(f"/record/entries?after={cursor}")) == "cursor-unreadable"


def test_a_hold_stops_acts_until_it_is_lifted(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.CLERK)
    body = {"kind": "court", "document": DOCUMENT, "reason": "집행정지", "stops_clock": True}
    hold = chair.post(f"/measures/{measure}/holds", body)
    assert hold.status_code == 201
    author = line.resident(town.some(1)[0])
    refused = author.post(f"/measures/{measure}/acts", {"act": "withdraw"})
    assert code_of(refused) == "measure-on-hold"
    assert len(line.visitor().get(f"/measures/{measure}").json()["holds"]) == 1
    lifting = f"/measures/{measure}/holds/{hold.json()['id']}/lifting"
    lifted = {"reason": "기각", "document": {"number": "2027구합9", "day": DOCUMENT["day"]}}
    assert code_of(chair.post(lifting, lifted | {"reason": " "})) == "particular-missing"
    assert chair.post(lifting, {"reason": "기각"}).status_code == 422, "it rests on a paper"
    assert chair.post(lifting, lifted).json()["state"] == "waiting"
    assert code_of(chair.post(lifting, lifted)) == "proposed-already"
    town.files_papers()
    assert town.seconds_all() == 2, "lifting, and a look at the halt"
    assert code_of(chair.post(lifting, lifted)) == "measure-not-on-hold"
    alone = author.post(f"/measures/{measure}/acts", {"act": "withdraw"})
    assert code_of(alone) == "all-must-agree", (
        "nothing halts it now, and it rests a day all the same"
    )


def test_a_deadline_is_moved_with_a_reason_and_the_petition_follows(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.CLERK)
    path = f"/measures/{measure}/deadlines/collection_ends"
    override = f"{path}/override"
    given = {"day": "2027-07-01", "reason": "공고 정정", "document": DOCUMENT}
    assert code_of(chair.post(override, given | {"reason": ""})) == "particular-missing"
    assert code_of(chair.post(override, given | {"seen": "0" * 64})) == "moves-unseen"
    seen = chair.get(f"{path}/moves?day=2027-07-01").json()
    assert {one["deadline"] for one in seen["moved"]} == {"collection_ends", "submission_due"}
    before = _collection_ends(line, measure)
    put = chair.post(override, given | {"seen": seen["seen"]})
    assert (put.status_code, put.json()["state"]) == (201, "waiting")
    assert code_of(chair.post(override, given)) == "proposed-already"
    assert _collection_ends(line, measure) == before, "it takes a second officer"
    assert town.seconds_all() == 1
    moved = _collection_ends(line, measure)
    assert (moved["day"], moved["overridden_reason"]) == ("2027-07-01", "공고 정정")
    petition = line.visitor().get(f"/petitions/{town.petition(measure)}").json()
    assert petition["closes_at"] == moved["at"]
    assert "deadline.overridden" in town.recorded(measure)
    unknown = chair.post(f"/measures/{measure}/deadlines/dispute_due/override", given)
    assert code_of(unknown) == "deadline-not-found"
    back = {"reason": "착오", "document": {"number": "정정-2", "day": DOCUMENT["day"]}}
    restored = chair.post(f"{path}/restoration", back)
    assert (restored.status_code, restored.json()["state"]) == (201, "waiting")
    assert _collection_ends(line, measure) == moved
    assert town.seconds_all() == 1
    assert _collection_ends(line, measure) == before
    assert code_of(chair.post(f"{path}/restoration", back)) == "deadline-not-overridden"


def _collection_ends(line: Switchboard, measure: UUID) -> dict[str, Any]:
    """The deadline as anybody is told it."""
    told = line.visitor().get(f"/measures/{measure}").json()
    (ends,) = [one for one in told["deadlines"] if one["name"] == "collection_ends"]
    return dict(ends)


@pytest.fixture
def called(advisory_called: UUID) -> UUID:
    """An advisory vote that has been called."""
    return advisory_called


@pytest.fixture
def counted(town: Town, called: UUID) -> UUID:
    """The same when the polls have closed."""
    town.waits_for("polls_close", called)
    return called


def file_of(boxes: list[dict[str, Any]], columns: str, row: str) -> bytes:
    rows = [f"{box['label'].partition('/')[0]},1,{row}" for box in boxes]
    return "\n".join([f"district,station,{columns}", *rows]).encode()


def all_of(caller: Caller, path: str) -> list[dict[str, Any]]:
    answer, items = caller.get(path).json(), []
    while True:
        items += answer["items"]
        if answer["next"] is None:
            return items
        answer = caller.client.get(answer["next"]).json()


def test_returns_come_in_are_corrected_and_certified_and_only_then_public(
    line: Switchboard, counted: UUID
) -> None:
    visitor = line.visitor()
    canvasser = line.officer(Authority.MAYOR, Role.CANVASSER)
    poll = visitor.get(f"/measures/{counted}").json()["poll"]
    boxes = all_of(canvasser, f"/polls/{poll}/boxes?limit=10")
    assert len(boxes) == 44
    first, rest = boxes[0], boxes[1:]

    turnouts = f"/boxes/{first['id']}/turnouts"
    assert code_of(canvasser.post(turnouts, {"issued": 6})) == "figure-missing"
    assert code_of(canvasser.post(turnouts, {"issued": "6", "cast": 6})) == "input-not-usable"
    assert code_of(canvasser.post(turnouts, {"issued": -1, "cast": 6})) == "figure-too-small"
    assert code_of(canvasser.post(turnouts, {"issued": 10**12, "cast": 6})) == "figure-too-large"
    assert canvasser.post(turnouts, {"issued": 5, "cast": 5}).json()["version"] == 1
    assert code_of(canvasser.post(turnouts, {"issued": 6, "cast": 6})) == "return-already-entered"
    again = {"issued": 6, "cast": 6, "reason": "잘못 옮겨 적음"}
    assert canvasser.post(f"{turnouts}/corrections", again).json()["version"] == 2

    broken = canvasser.post(
        f"/polls/{poll}/turnouts/import", file_of(rest, "issued,cast", "여섯,6")
    )
    assert code_of(broken) == "returns-refused"
    fault = broken.json()["facts"]["faults"][0]
    assert (fault["line"], fault["column"], fault["reason"]) == (2, "issued", "figure-not-whole")
    brought = canvasser.post(f"/polls/{poll}/turnouts/import", file_of(rest, "issued,cast", "6,6"))
    assert brought.json()["returns"] == 43

    counts = {"papers": 6, "votes": {"yes": 4, "no": 1}, "invalid": 0}
    refused = canvasser.post(f"/boxes/{first['id']}/counts", counts)
    assert code_of(refused) == "does-not-add-up"
    assert refused.json()["facts"]["difference"] == -1
    unknown = counts | {"votes": {"yes": 4, "maybe": 2}}
    assert code_of(canvasser.post(f"/boxes/{first['id']}/counts", unknown)) == "option-unknown"
    counted_file = file_of(boxes, "papers,yes,no,invalid", "6,4,1,1")
    assert canvasser.post(f"/polls/{poll}/counts/import", counted_file).json()["returns"] == 44
    versions = canvasser.get(f"/boxes/{first['id']}/returns").json()
    assert [one["cast"] for one in versions["turnouts"]] == [5, 6]

    canvass = f"/polls/{poll}/canvass"
    assert canvasser.get(canvass).json()["votes"] == {"yes": 176, "no": 44}
    assert code_of(visitor.get(canvass)) == "result-not-published"
    assert code_of(line.resident(1).get(canvass)) == "result-not-published"
    certify(line, counted)
    told = visitor.get(canvass).json()
    assert (told["certified"], told["votes"]) == (True, {"yes": 176, "no": 44})
    assert len(told["districts"]) == 44
    assert visitor.get(f"/measures/{counted}").json()["outcome"] == "advisory"


def certify(line: Switchboard, measure: UUID) -> str:
    """Two officers certify through the interface; gives the certificate's id."""
    first, second = (line.officer(Authority.MAYOR, Role.CERTIFIER) for _ in range(2))
    pending = first.get(f"/measures/{measure}/verdict").json()
    assert (pending["act"], pending["attestations"]) == ("declare", [])
    path = f"/measures/{measure}/certifications"
    one = first.post(path, {}).json()
    assert (one["attested"], one["needed"], one["certificate"]) == (1, 2, None)
    assert code_of(first.post(path, {})) == "attested-before"
    assert len(second.get(f"/measures/{measure}/verdict").json()["attestations"]) == 1
    two = second.post(path, {"document": DOCUMENT}).json()
    assert two["verdict_sha256"] == one["verdict_sha256"]
    assert two["certificate"]
    return str(two["certificate"])


def test_cer_07_a_corrected_result_is_told_with_both_documents(
    line: Switchboard, town: Town, advisory_declared: UUID
) -> None:
    """CER-07: by program it is an act like any other, proposed by one and confirmed by another."""
    mayor, visitor = line.officer(Authority.MAYOR, Role.CLERK), line.visitor()
    path = f"/measures/{advisory_declared}"
    wrong = {"act": "correct_result", "document": DOCUMENT, "reason": "잘못 읽음"}
    assert code_of(mayor.post(f"{path}/acts", wrong)) == "second-officer-needed"
    put = mayor.post(f"{path}/proposals", wrong)
    assert put.status_code == 201, put.text
    assert town.seconds_all() == 1
    (first,) = visitor.get(f"{path}/certificates").json()["items"]
    assert (first["corrected"], first["replaced_by"]) == (True, None)
    town.certifies(advisory_declared, Authority.MAYOR)
    first, second = visitor.get(f"{path}/certificates").json()["items"]
    assert (first["replaced_by"], second["replaces"]) == (second["id"], first["id"])
    assert (second["corrected"], second["replaced_by"]) == (False, None)
    told = visitor.get(f"/certificates/{second['id']}").json()
    assert told["replaces"] == {"serial": first["serial"], "sha256": first["sha256"]}


def test_a_certificate_is_given_byte_for_byte(line: Switchboard, town: Town, called: UUID) -> None:
    town.votes(called, turnout=6, votes={"yes": 4, "no": 2})
    certificate, visitor = certify(line, called), line.visitor()
    document = visitor.get(f"/certificates/{certificate}")
    digest = hashlib.sha256(document.content).hexdigest()
    assert document.headers["etag"] == f'"{digest}"'
    assert "immutable" in document.headers["cache-control"]
    told = json.loads(document.content)
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical.encode() == document.content
    known = {"If-None-Match": f'W/"x", "{digest}"'}
    assert visitor.get(f"/certificates/{certificate}", headers=known).status_code == 304
    (listed,) = visitor.get(f"/measures/{called}/certificates").json()["items"]
    assert (listed["id"], listed["sha256"]) == (certificate, digest)
    assert (listed["kind"], listed["certified_by"]) == (told["class"], ["mayor"])

    assert (listed["replaces"], listed["corrected"], listed["replaced_by"]) == (None, False, None)

    waiting = visitor.get(f"/certificates/{certificate}/pdf")
    assert (waiting.status_code, code_of(waiting)) == (503, "certificate-pdf-not-ready")
    assert waiting.headers["retry-after"]
    with town.begin() as uow:
        made = CertificatePdf(certificate_id=UUID(certificate), pdf=b"%PDF-1.7", sha256="0" * 64)
        uow.session.add(made)
    pdf = visitor.get(f"/certificates/{certificate}/pdf")
    assert (pdf.headers["content-type"], pdf.content) == ("application/pdf", b"%PDF-1.7")
    assert code_of(visitor.get(f"/certificates/{uuid4()}")) == "certificate-not-found"


def test_a_count_that_was_never_certified_stays_hidden_when_the_measure_ends(
    line: Switchboard, town: Town, called: UUID
) -> None:
    town.votes(called, turnout=6, votes={"yes": 4, "no": 2})
    mayor = line.officer(Authority.MAYOR, Role.CLERK)
    annulled = {"act": "annul", "document": DOCUMENT, "reason": "법원 판결"}
    alone = mayor.post(f"/measures/{called}/acts", annulled)
    assert (alone.status_code, code_of(alone)) == (403, "second-officer-needed")
    assert mayor.post(f"/measures/{called}/proposals", annulled).status_code == 201
    assert town.seconds_all() == 1
    poll = line.visitor().get(f"/measures/{called}").json()["poll"]
    assert code_of(line.visitor().get(f"/polls/{poll}/canvass")) == "result-not-published"


def test_a_day_of_the_vote_outside_the_law_is_refused(line: Switchboard, town: Town) -> None:
    vote = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    mayor = line.officer(Authority.MAYOR, Role.CLERK)
    yesterday = {"act": "call", "day": date(2027, 1, 1).isoformat(), "document": DOCUMENT}
    refused = mayor.post(f"/measures/{vote}/proposals", yesterday)
    assert (refused.status_code, code_of(refused)) == (422, "vote-day-not-allowed")
    assert town.stage(vote) is Stage.DRAFT


def test_what_ended_before_its_examination_is_told_apart_and_its_halt_ended_with_it(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    visitor = line.visitor()
    town.halts(initiative_open)
    petition = town.petition(initiative_open)
    running = visitor.get(f"/petitions/{petition}").json()
    assert (running["examined"], running["broken_off"]) == (False, False)
    assert len(visitor.get(f"/measures/{initiative_open}").json()["holds"]) == 1
    chair = town.examiner_of(initiative_open)
    town.acts(initiative_open, Act.ANNUL, chair, Particulars(document=PAPER, reason="각하"))
    ended = visitor.get(f"/petitions/{petition}").json()
    assert (ended["examined"], ended["broken_off"]) == (False, True)
    assert {(one["counted"], one["met"]) for one in ended["findings"]} == {(None, None)}
    assert visitor.get(f"/measures/{initiative_open}").json()["holds"] == []


def test_a_halt_its_lifting_and_the_days_that_it_moved_are_told(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    visitor = line.visitor()
    hold = town.halts(initiative_open)
    (listed,) = visitor.get("/measures").json()["items"]
    assert listed["halted"] is True
    town.waits(days=4)
    town.lifts(initiative_open, hold)
    whole = visitor.get(f"/measures/{initiative_open}").json()
    assert (whole["halted"], whole["holds"]) == (False, [])
    assert [one["lifted_reason"] for one in whole["halts"]] == ["기각"]
    (shift,) = whole["shifts"]
    assert (shift["cause"], shift["seconded"]) == ("hold.lifted", True)
    assert {one["deadline"] for one in shift["moved"]} >= {"collection_ends"}


def test_a_step_says_whose_paper_it_rests_on_and_that_two_officers_took_it(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    given = Particulars(document=town.brought(PAPER), reason="각하")
    town.acts(initiative_open, Act.ANNUL, town.examiner_of(initiative_open), given)
    steps = line.visitor().get(f"/measures/{initiative_open}/timeline").json()["items"]
    admitted, annulled = steps[-2:]
    assert (admitted["seconded"], admitted["document_issuer"]) == (False, None)
    assert (annulled["seconded"], annulled["document_issuer"]) == (True, "council_chair")
    assert len(annulled["document_sha256"]) == 64
    assert annulled["transcribed_by"] is None


def test_a_call_says_in_the_timeline_who_held_the_office_and_who_signed(
    line: Switchboard, town: Town, referendum_sufficient: UUID
) -> None:
    mayor = line.officer(Authority.MAYOR, Role.CLERK)
    path = f"/measures/{referendum_sufficient}"
    assert code_of(mayor.post(f"{path}/proposals", {"act": "call"})) == "document-needed"
    deputy = {"name": "나국장", "office": "기획조정실장"}
    asked = {"act": "call", "document": DOCUMENT, "deputy": deputy}
    assert mayor.post(f"{path}/proposals", asked).status_code == 201
    assert town.seconds_all() == 1
    *_, call = line.visitor().get(f"{path}/timeline").json()["items"]
    signed = call["signed"]
    assert (call["act"], signed["what"], signed["entry"]) == ("call", "call", call["entry"])
    assert (signed["title"], signed["holder"]) == ("시험시장", "가상시장")
    assert (signed["deputy_office"], signed["deputy"]) == (deputy["office"], deputy["name"])
    assert signed["document_number"] == call["document_number"] == PAPER.number
