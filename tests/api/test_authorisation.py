"""OPS-01 and OPS-02: every route against everyone who may call it, and ids of another place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from ballots import stations
from referendum.api.app import routes
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating, polling
from referendum.lifecycle.stages import Act
from signatures import tallying
from tests.api.callers import EVERY_ROLE, Caller, Switchboard, code_of
from tests.town import PAPER, Town
from thresholds.vocabulary import Instrument

DENIALS = frozenset(
    {
        "not-signed-in",
        "role-missing",
        "fresh-code-needed",
        "not-your-act",
        "not-representative",
        "other-authority",
        "foreign-form",
        "result-not-published",
    }
)
ELSEWHERE = frozenset(
    {
        "measure-not-found",
        "petition-not-found",
        "poll-not-found",
        "box-not-found",
        "intake-not-found",
        "other-jurisdiction",
    }
)
DAY = "2027-02-01"
DOCUMENT = {"number": PAPER.number, "day": DAY}
TURNOUT = {"issued": 1, "cast": 1}
REPLY = {"reasons_ko": "가", "answered_by": "나", "office": "시장", "document": DOCUMENT}
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
    "GET /register/versions": Rule(role=Role.REGISTRAR),
    "POST /register/preview/import": Rule(b"x", role=Role.REGISTRAR, query=f"as_of={DAY}"),
    "POST /register/import": Rule(b"x", role=Role.REGISTRAR, fresh=True, query=f"as_of={DAY}"),
    "GET /register/intakes": Rule(role=Role.REGISTRAR),
    "GET /register/intakes/{intake_id}": Rule(role=Role.REGISTRAR),
    "POST /register/intakes/{intake_id}/confirmation": Rule(role=Role.REGISTRAR, fresh=True),
    "GET /eligibility": Rule(resident=True, query="instrument=initiative"),
    "GET /eligibility/{measure_id}": Rule(resident=True),
    "GET /delegations": OPEN,
    "GET /delegations/{number}": OPEN,
    "GET /projects": OPEN,
    "GET /projects/{project_id}": OPEN,
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
        {"reason": "기각"}, role=Role.CLERK, of=COUNCIL
    ),
    "PUT /measures/{measure_id}/deadlines/{name}": Rule(
        {"day": DAY, "reason": "정정"}, role=Role.CLERK, of=COUNCIL, fresh=True
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
    "POST /petitions/{petition_id}/lines/{line_id}/withdrawal": Rule(
        {"document": "제1호"}, role=Role.EXAMINER, of=COUNCIL
    ),
    "GET /petitions/{petition_id}/batches": Rule(role=Role.EXAMINER, of=COUNCIL),
    "POST /petitions/{petition_id}/batches/{batch_id}/miskeyed": Rule(
        {"note": "줄을 잘못 옮김"}, role=Role.EXAMINER, of=COUNCIL
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
NO_ROLE_SPARED = {role: tuple(one for one in EVERY_ROLE if one is not role) for role in Role}


@dataclass
class Things:
    """What the ids in addresses stand for."""

    ids: dict[str, str]

    def address(self, name: str, rule: Rule) -> tuple[str, str]:
        method, path = name.split(" ")
        for parameter, value in self.ids.items():
            chosen = self.ids[rule.ids[parameter]] if parameter in rule.ids else value
            path = path.replace(f"{{{parameter}}}", chosen)
        return method, f"{path}?{rule.query}" if rule.query else path

    def asks(self, caller: Caller, name: str) -> str | None:
        """The problem's code; None where the request was done."""
        rule = RULES[name]
        method, address = self.address(name, rule)
        headers = {"Content-Type": "application/toml"} if "judge" in name else {}
        answer = caller.sends(method, address, rule.body, headers=headers)
        assert answer.status_code < 500 or code_of(answer) == "certificate-pdf-not-ready", name
        return code_of(answer) if answer.status_code >= 400 else None


@pytest.fixture
def things(town: Town, initiative_open: UUID) -> Things:
    """An initiative under examination, and an advisory vote whose boxes are being counted."""
    measure = initiative_open
    town.collects(measure, town.some(3), bad=1)
    vote = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(vote, Authority.MAYOR)
    town.waits_for("polls_close", vote)
    with town.begin() as uow:
        petition = town.petition(measure)
        tallying.fold(uow, petition)
        poll = polling.poll_of(uow.session, locating.get(uow.session, vote)).id
        box = stations.boxes_of(uow.session, poll)[0]
    return Things(
        {
            "measure_id": str(measure),
            "petition_id": str(petition),
            "counting": str(vote),
            "poll_id": str(poll),
            "box_id": str(box.id),
            "station_id": str(box.station_id),
            "line_id": str(uuid4()),
            "examination_id": str(uuid4()),
            "hold_id": str(uuid4()),
            "certificate_id": str(uuid4()),
            "challenge_id": str(uuid4()),
            "project_id": str(uuid4()),
            "intake_id": str(uuid4()),
            "batch_id": str(uuid4()),
            "number": "1",
            "item": "1",
            "entry_id": str(uuid4()),
            "rulebook_id": "kr-unknown",
            "code": "kr-goyang",
            "name": "list_publication_due",
        }
    )


def test_no_route_is_missing_here_and_none_is_made_up() -> None:
    known = {f"{method} {route.path}" for route in routes() for method in route.methods or ()}
    assert known == set(RULES)


def is_let_in(rule: Rule, who: str, authority: Authority | None) -> bool:
    if rule.open:
        return True
    match who:
        case "resident":
            return rule.resident
        case "representative":
            return rule.resident or rule.representative
        case "bare":
            return rule.any_officer
        case "whole":
            return rule.any_officer or (rule.role is not None and authority in rule.of)
    return False


def callers(line: Switchboard) -> Iterator[tuple[str, Authority | None, Caller]]:
    yield "visitor", None, line.visitor()
    yield "resident", None, line.resident(line.town.some(9)[8])
    yield "representative", None, line.resident(line.town.some(1)[0])
    for authority in Authority:
        yield "bare", authority, line.officer(authority)
        yield "whole", authority, line.officer(authority, *EVERY_ROLE)


def last(name: str) -> bool:
    return name == "DELETE /session"


def test_ops_01_every_route_lets_in_whom_it_should_and_nobody_else(
    line: Switchboard, things: Things
) -> None:
    everyone = list(callers(line))
    wrong = []
    for allowed, name in product((False, True), sorted(RULES, key=last)):
        for who, authority, caller in everyone:
            if is_let_in(RULES[name], who, authority) is not allowed:
                continue
            code = things.asks(caller, name)
            if (code in DENIALS) is allowed:
                wrong.append((name, who, authority, code))
    assert wrong == []


def test_ops_01_every_other_role_together_is_not_the_role(
    line: Switchboard, things: Things
) -> None:
    wrong = []
    spared = {role: line.officer(Authority.COUNCIL_CHAIR, *NO_ROLE_SPARED[role]) for role in Role}
    mayor = {role: line.officer(Authority.MAYOR, *NO_ROLE_SPARED[role]) for role in Role}
    for name, rule in RULES.items():
        if rule.role is None or "canvass" in name:  # whoever certifies reads the canvass too
            continue
        caller = (mayor if rule.of == MAYOR else spared)[rule.role]
        code = things.asks(caller, name)
        if code != "role-missing":
            wrong.append((name, code))
    assert wrong == []


def test_ops_01_where_a_fresh_code_is_asked_for_the_role_alone_does_not_do(
    line: Switchboard, things: Things
) -> None:
    stale = line.officer(Authority.COUNCIL_CHAIR, *EVERY_ROLE, fresh=False)
    asking = [name for name, rule in RULES.items() if rule.fresh]
    assert {name: things.asks(stale, name) for name in asking} == dict.fromkeys(
        asking, "fresh-code-needed"
    )
    mayor = line.officer(Authority.MAYOR, *EVERY_ROLE, fresh=False)
    certify = "POST /measures/{measure_id}/certifications"
    assert things.asks(mayor, certify) == "fresh-code-needed"


def test_ops_02_an_id_of_another_place_is_not_found(line: Switchboard, things: Things) -> None:
    resident = line.stranger()
    officers = [
        line.officer(authority, *EVERY_ROLE, place=line.elsewhere) for authority in Authority
    ]
    wrong = []
    for name, rule in RULES.items():
        if rule.open or "_id}" not in name:
            continue
        strangers = [*([resident] if rule.resident or rule.representative else [])]
        strangers += officers if rule.role or rule.any_officer or rule.representative else []
        assert strangers, name
        for stranger in strangers:
            code = things.asks(stranger, name)
            expected = {"result-not-published"} if "canvass" in name else ELSEWHERE
            if code not in expected:
                wrong.append((name, code))
    assert wrong == []


def test_ops_02_a_draft_of_somebody_else_does_not_exist(line: Switchboard, town: Town) -> None:
    draft = town.drafts(Instrument.INITIATIVE)
    author, others = line.resident(town.some(1)[0]), [line.visitor(), line.resident(200)]
    others += [line.officer(authority, *EVERY_ROLE) for authority in Authority]
    for path in ("", "/timeline", "/rolls", "/certificates", "/acts"):
        assert author.get(f"/measures/{draft}{path}").status_code == 200
        for other in others:
            assert code_of(other.get(f"/measures/{draft}{path}")) == "measure-not-found"
    body = {"act": Act.APPLY.value}
    for other in others[1:]:
        assert code_of(other.post(f"/measures/{draft}/acts", body)) == "measure-not-found"
        edited = other.sends("PUT", f"/measures/{draft}/text", {"title_ko": "다른 제목"})
        assert code_of(edited) == "measure-not-found"
    assert _listed(line.visitor()) == []


def _listed(caller: Caller) -> list[UUID]:
    return [UUID(one["id"]) for one in caller.get("/measures").json()["items"]]
