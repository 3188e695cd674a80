"""Who is let through each route of the interface, with a body that is whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from referendum.kernel.people import Authority, Role
from tests.papers import PAPER

DAY = "2027-02-01"
DOCUMENT = {"number": PAPER.number, "day": DAY}
TURNOUT = {"issued": 1, "cast": 1}
REPLY = {"reasons_ko": "가", "document": DOCUMENT}
COUNT = {"papers": 1, "votes": {"yes": 1, "no": 0}, "invalid": 0}
CSV = b"station,issued,cast\n1,1,1\n"

ALL = frozenset(Authority)
COUNCIL = frozenset({Authority.COUNCIL_CHAIR})
MAYOR = frozenset({Authority.MAYOR})


@dataclass(frozen=True)
class Rule:
    """Who is let through a route, and a body that is whole."""

    body: Any = None
    open: bool = False
    resident: bool = False
    representative: bool = False
    role: Role | None = None
    of: frozenset[Authority] = ALL
    any_officer: bool = False
    fresh: bool = False
    query: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    """Which of the town's things stand for a parameter, where it is not the usual one."""


OPEN = Rule(open=True)
POLL = {"measure_id": "counting"}
RULES: dict[str, Rule] = {
    "GET /places": OPEN,
    "GET /places/{code}": OPEN,
    "GET /places/{code}/districts": OPEN,
    "GET /places/{code}/calendar": OPEN,
    "GET /places/{code}/totals": OPEN,
    "GET /rules": OPEN,
    "GET /rules/{rulebook_id}": OPEN,
    "GET /rules/sets": OPEN,
    "GET /rules/simulate": Rule(open=True, query="rules=kr-today&limit=1"),
    "GET /rules/{rulebook_id}/needed": OPEN,
    "POST /rules/judgements": Rule(b"x", open=True),
    "GET /problems": OPEN,
    "GET /problems/{code}": OPEN,
    "POST /challenges": Rule(
        {"name": "가", "birth_date": "1980-01-01", "phone": "010-2345-6789"}, open=True
    ),
    "GET /challenges/{challenge_id}": OPEN,
    "POST /challenges/{challenge_id}/resends": OPEN,
    "POST /challenges/{challenge_id}/prolongation": OPEN,
    "POST /sessions": Rule({"challenge": str(uuid4()), "code": "123456"}, open=True),
    "POST /staff/sessions": Rule({"username": "x", "password": "y", "code": "1"}, open=True),
    "GET /session": OPEN,
    "POST /session/extensions": Rule(resident=True, any_officer=True),
    "POST /session/confirmations": Rule({"code": "1"}, any_officer=True),
    "DELETE /session": Rule(resident=True, any_officer=True),
    "GET /absences": Rule(any_officer=True),
    "POST /absences": Rule(
        {"deputy": str(uuid4()), "first": DAY, "last": DAY}, any_officer=True, fresh=True
    ),
    "POST /absences/own": Rule(any_officer=True),
    "POST /absences/{absence_id}/consent": Rule(any_officer=True),
    "POST /absences/{absence_id}/refusal": Rule(any_officer=True),
    "POST /absences/{absence_id}/end": Rule(any_officer=True),
    "POST /absences/{absence_id}/deputising": Rule(any_officer=True),
    "GET /register/versions": Rule(role=Role.REGISTRAR),
    "POST /register/preview/import": Rule(
        b"x", role=Role.REGISTRAR, query=f"as_of={DAY}&mode=whole"
    ),
    "POST /register/import": Rule(
        b"x", role=Role.REGISTRAR, fresh=True, query=f"as_of={DAY}&mode=whole"
    ),
    "GET /register/intakes": Rule(role=Role.REGISTRAR),
    "GET /register/intakes/{intake_id}": Rule(role=Role.REGISTRAR),
    "GET /register/intakes/{intake_id}/words": Rule(role=Role.REGISTRAR),
    "PUT /register/intakes/{intake_id}/meanings": Rule({}, role=Role.REGISTRAR),
    "DELETE /register/intakes/{intake_id}": Rule(role=Role.REGISTRAR),
    "POST /register/intakes/{intake_id}/confirmation": Rule(role=Role.REGISTRAR, fresh=True),
    "GET /eligibility": Rule(resident=True, query="instrument=initiative"),
    "GET /eligibility/{measure_id}": Rule(resident=True),
    "GET /delegations": OPEN,
    "GET /delegations/{number}": OPEN,
    "GET /offices": OPEN,
    "POST /offices": Rule(
        {
            "office": "mayor",
            "holder": "가",
            "title": "시장",
            "from_day": DAY,
            "document": DOCUMENT,
        },
        role=Role.CLERK,
        of=MAYOR,
    ),
    "GET /designations": OPEN,
    "POST /designations": Rule(
        {"instrument": "initiative", "system": "가", "from_day": DAY, "document": DOCUMENT},
        role=Role.CLERK,
        of=COUNCIL,
    ),
    "POST /designations/{designation_id}/revocation": Rule(
        {"document": DOCUMENT, "reason": "가"}, role=Role.CLERK, of=COUNCIL
    ),
    "GET /measures/{measure_id}/papers": OPEN,
    "GET /papers": Rule(role=Role.CLERK),
    "POST /papers": Rule({"issuer": "mayor", "number": "견본-1", "day": DAY}, role=Role.CLERK),
    "GET /papers/{paper_id}": Rule(role=Role.CLERK),
    "POST /papers/{paper_id}/file": Rule(b"x", role=Role.CLERK),
    "POST /papers/{paper_id}/reading": Rule({"reason": "가"}, role=Role.CLERK),
    "POST /papers/{paper_id}/copy": Rule(b"x", role=Role.CLERK, fresh=True),
    "GET /papers/{paper_id}/copy": OPEN,
    "POST /papers/{paper_id}/copy/removal": Rule({"reason": "가"}, role=Role.CLERK),
    "GET /projects": OPEN,
    "GET /projects/{project_id}": OPEN,
    "POST /projects/{project_id}/not-calling": Rule(
        {"reason": "가", "document": DOCUMENT}, role=Role.CLERK, of=MAYOR, fresh=True
    ),
    "GET /measures": OPEN,
    "GET /measures/mine": Rule(resident=True),
    "POST /measures": Rule(
        {"instrument": "initiative", "text": {}}, resident=True, role=Role.CLERK, of=COUNCIL
    ),
    "GET /measures/{measure_id}": OPEN,
    "PUT /measures/{measure_id}/text": Rule({}, representative=True),
    "GET /measures/{measure_id}/needed": Rule(resident=True, any_officer=True),
    "GET /measures/{measure_id}/timeline": OPEN,
    "GET /measures/{measure_id}/rolls": OPEN,
    "GET /measures/{measure_id}/enrolment": OPEN,
    "GET /measures/{measure_id}/certificates": OPEN,
    "GET /measures/{measure_id}/acts": OPEN,
    "POST /measures/{measure_id}/acts": Rule(
        {"act": "open_inspection"}, role=Role.CLERK, of=COUNCIL
    ),
    "POST /measures/{measure_id}/proposals": Rule(
        {"act": "open_inspection"}, role=Role.CLERK, of=COUNCIL
    ),
    "GET /proposals": Rule(any_officer=True),
    "GET /proposals/{proposal_id}": Rule(any_officer=True),
    "POST /proposals/{proposal_id}/confirmation": Rule({"version": "0" * 64}, any_officer=True),
    "POST /proposals/{proposal_id}/refusal": Rule({"reason": "다름"}, any_officer=True),
    "POST /proposals/{proposal_id}/withdrawal": Rule(any_officer=True),
    "GET /four-eyes": Rule(any_officer=True),
    "POST /four-eyes/proposals": Rule(
        {"act": "settle_objections", "officers": "1", "reason": "인원 부족"},
        role=Role.ADMINISTRATOR,
    ),
    "GET /measures/{measure_id}/sheets": Rule(representative=True, role=Role.EXAMINER, of=COUNCIL),
    "POST /measures/{measure_id}/sheets": Rule(
        {"sheets": [{"number": "A-1", "lines": 20}]},
        representative=True,
        role=Role.EXAMINER,
        of=COUNCIL,
    ),
    "GET /measures/{measure_id}/verdict": Rule(role=Role.CERTIFIER, of=MAYOR, ids=POLL),
    "POST /measures/{measure_id}/certifications": Rule(
        {"document": DOCUMENT}, role=Role.CERTIFIER, of=MAYOR, ids=POLL
    ),
    "POST /measures/{measure_id}/holds": Rule(
        {"kind": "court", "document": DOCUMENT, "reason": "", "stops_clock": True},
        role=Role.CLERK,
        of=COUNCIL,
    ),
    "POST /measures/{measure_id}/holds/{hold_id}/lifting": Rule(
        {"reason": "기각", "document": DOCUMENT}, role=Role.CLERK, of=COUNCIL
    ),
    "POST /measures/{measure_id}/deadlines/{name}/override": Rule(
        {"day": DAY, "reason": "정정", "document": DOCUMENT},
        role=Role.CLERK,
        of=COUNCIL,
        fresh=True,
    ),
    "GET /measures/{measure_id}/deadlines/{name}/moves": Rule(
        any_officer=True, query="day=2027-07-01"
    ),
    "POST /measures/{measure_id}/deadlines/{name}/restoration": Rule(
        {"reason": "착오", "document": DOCUMENT}, role=Role.CLERK, of=COUNCIL, fresh=True
    ),
    "POST /measures/{measure_id}/scope": Rule(
        {"asked_by": "mayor", "confirmed": []}, role=Role.CLERK, of=MAYOR, ids=POLL
    ),
    "GET /measures/{measure_id}/arguments": OPEN,
    "POST /measures/{measure_id}/arguments": Rule(
        {"option": "yes", "document": DOCUMENT}, role=Role.CLERK, of=MAYOR, ids=POLL
    ),
    "GET /measures/{measure_id}/draw": OPEN,
    "POST /measures/{measure_id}/draw": Rule(
        {"kind": "drand", "name": "default", "number": "1", "day": DAY},
        role=Role.CLERK,
        of=MAYOR,
        ids=POLL,
    ),
    "POST /measures/{measure_id}/draw/values": Rule(
        {"value": "ab" * 32, "published_in": "공고"}, role=Role.CLERK, of=MAYOR, ids=POLL
    ),
    "GET /measures/{measure_id}/answer": OPEN,
    "POST /measures/{measure_id}/answer": Rule(
        {"decision": "not", **REPLY}, role=Role.CLERK, of=MAYOR, ids=POLL
    ),
    "POST /measures/{measure_id}/answer/supplements": Rule(
        REPLY, role=Role.CLERK, of=MAYOR, ids=POLL
    ),
    "GET /measures/{measure_id}/follow-up": OPEN,
    "POST /measures/{measure_id}/follow-up": Rule(
        {"kind": "milestone", "title_ko": "설명회", "planned": DAY},
        role=Role.CLERK,
        of=MAYOR,
        ids=POLL,
    ),
    "POST /measures/{measure_id}/follow-up/proposals": Rule(
        {"kind": "milestone", "title_ko": "설명회", "planned": DAY},
        role=Role.CLERK,
        of=MAYOR,
        ids=POLL,
    ),
    "POST /measures/{measure_id}/follow-up/{item}/versions": Rule(
        {"kind": "milestone", "title_ko": "설명회", "planned": DAY},
        role=Role.CLERK,
        of=MAYOR,
        ids=POLL,
    ),
    "GET /certificates/{certificate_id}": OPEN,
    "GET /certificates/{certificate_id}/pdf": OPEN,
    "GET /petitions/{petition_id}": OPEN,
    "GET /petitions/{petition_id}/districts": OPEN,
    "POST /petitions/{petition_id}/signatures": Rule({"consents": {}}, resident=True),
    "DELETE /petitions/{petition_id}/signatures/mine": Rule(resident=True),
    "GET /signatures/mine": Rule(resident=True),
    "POST /petitions/{petition_id}/lines": Rule(
        {
            "received_on": DAY,
            "lines": [
                {
                    "sheet": "A",
                    "row": 1,
                    "name": "",
                    "birth_date": "",
                    "address": "",
                    "district": "",
                    "signed_on": "",
                    "has_mark": False,
                }
            ],
        },
        role=Role.EXAMINER,
        of=COUNCIL,
    ),
    "POST /petitions/{petition_id}/lines/import": Rule(
        b"x", role=Role.EXAMINER, of=COUNCIL, query=f"received_on={DAY}"
    ),
    "POST /petitions/{petition_id}/lines/intakes/import": Rule(
        b"x", role=Role.EXAMINER, of=COUNCIL, query=f"received_on={DAY}"
    ),
    "GET /petitions/{petition_id}/lines/intakes": Rule(role=Role.EXAMINER, of=COUNCIL),
    "GET /petitions/{petition_id}/lines/intakes/{intake_id}": Rule(role=Role.EXAMINER, of=COUNCIL),
    "POST /petitions/{petition_id}/lines/intakes/{intake_id}/removal": Rule(
        role=Role.EXAMINER, of=COUNCIL
    ),
    "POST /petitions/{petition_id}/examinations": Rule(role=Role.EXAMINER, of=COUNCIL),
    "GET /petitions/{petition_id}/examinations/{examination_id}": Rule(
        role=Role.EXAMINER, of=COUNCIL
    ),
    "GET /petitions/{petition_id}/lines/open": Rule(role=Role.EXAMINER, of=COUNCIL),
    "POST /petitions/{petition_id}/candidates": Rule(
        {"name": "가", "birth_date": "", "reference": DAY}, role=Role.EXAMINER, of=COUNCIL
    ),
    "GET /petitions/{petition_id}/lines/{line_id}/decisions": Rule(role=Role.EXAMINER, of=COUNCIL),
    "POST /petitions/{petition_id}/lines/{line_id}/decisions": Rule(
        {"status": "void", "reason": "form"}, role=Role.EXAMINER, of=COUNCIL
    ),
    "POST /petitions/{petition_id}/lines/voiding": Rule(
        {"note": "없음"}, role=Role.EXAMINER, of=COUNCIL
    ),
    "GET /petitions/{petition_id}/voidings": Rule(role=Role.EXAMINER, of=COUNCIL),
    "POST /petitions/{petition_id}/voidings/{voiding_id}/undoing": Rule(
        {"note": "다시 봄"}, role=Role.EXAMINER, of=COUNCIL
    ),
    "POST /petitions/{petition_id}/lines/{line_id}/withdrawal": Rule(
        {"document": "제1호"}, role=Role.EXAMINER, of=COUNCIL
    ),
    "GET /petitions/{petition_id}/batches": Rule(role=Role.EXAMINER, of=COUNCIL),
    "POST /petitions/{petition_id}/batches/{batch_id}/miskeyed": Rule(
        {"note": "줄을 잘못 옮김"}, role=Role.EXAMINER, of=COUNCIL
    ),
    "POST /petitions/{petition_id}/batches/{batch_id}/restoration": Rule(
        {"note": "맞게 옮김"}, role=Role.EXAMINER, of=COUNCIL
    ),
    "GET /polls/{poll_id}": OPEN,
    "GET /polls/{poll_id}/stations": OPEN,
    "POST /polls/{poll_id}/stations": Rule(
        {"district": str(uuid4()), "number": 9, "name_ko": "투표소", "name_en": "Station"},
        role=Role.CANVASSER,
        of=MAYOR,
    ),
    "POST /polls/{poll_id}/stations/import": Rule(CSV, role=Role.CANVASSER, of=MAYOR),
    "PUT /polls/{poll_id}/stations/{station_id}/name": Rule(
        {"name_ko": "투표소", "name_en": "Station"}, role=Role.CANVASSER, of=MAYOR
    ),
    "GET /polls/{poll_id}/boxes": Rule(role=Role.CANVASSER),
    "POST /polls/{poll_id}/boxes": Rule({"station": str(uuid4())}, role=Role.CANVASSER, of=MAYOR),
    "POST /polls/{poll_id}/boxes/divisions": Rule(
        {"district": str(uuid4()), "name_ko": "투표소", "name_en": "Station", "electors": 1},
        role=Role.CANVASSER,
        of=MAYOR,
    ),
    "POST /polls/{poll_id}/boxes/moves": Rule(
        {"giver": str(uuid4()), "taker": str(uuid4()), "electors": 1},
        role=Role.CANVASSER,
        of=MAYOR,
    ),
    "GET /polls/{poll_id}/canvass": Rule(role=Role.CANVASSER, of=MAYOR),
    "GET /boxes/{box_id}/returns": Rule(role=Role.CANVASSER, of=MAYOR),
    "POST /boxes/{box_id}/turnouts": Rule(TURNOUT, role=Role.CANVASSER, of=MAYOR),
    "POST /boxes/{box_id}/turnouts/corrections": Rule(TURNOUT, role=Role.CANVASSER, of=MAYOR),
    "POST /boxes/{box_id}/counts": Rule(COUNT, role=Role.CANVASSER, of=MAYOR),
    "POST /boxes/{box_id}/counts/corrections": Rule(COUNT, role=Role.CANVASSER, of=MAYOR),
    "POST /polls/{poll_id}/turnouts/import": Rule(CSV, role=Role.CANVASSER, of=MAYOR),
    "POST /polls/{poll_id}/counts/import": Rule(CSV, role=Role.CANVASSER, of=MAYOR),
    "GET /record/checkpoint": OPEN,
    "GET /record/entries": OPEN,
    "GET /record/entries/{entry_id}/receipt": OPEN,
    "POST /record/receipts": Rule({"receipt": "x"}, open=True),
    "GET /record/consistency": Rule(open=True, query="old=1"),
    "GET /record/export": OPEN,
}
