"""OPS-01 and OPS-02: every route against everyone who may call it, and ids of another place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from uuid import UUID, uuid4

import pytest

from ballots import stations
from referendum.api.app import routes
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating, polling
from referendum.lifecycle.stages import Act
from signatures import tallying
from tests.api.admissions import MAYOR, RULES, Rule
from tests.api.callers import EVERY_ROLE, Caller, Switchboard, code_of
from tests.lifecycle.test_designating import known
from tests.projects.listing import line as project
from tests.projects.listing import projects, takes
from tests.town import Town
from thresholds.vocabulary import Instrument

DENIALS = frozenset(
    {
        "not-signed-in",
        "role-missing",
        "fresh-code-needed",
        "not-your-act",
        "projects-of-the-mayor",
        "not-representative",
        "other-authority",
        "foreign-form",
        "result-not-published",
    }
)
ELSEWHERE = frozenset(
    {
        "absence-not-found",
        "not-deputising",
        "measure-not-found",
        "petition-not-found",
        "poll-not-found",
        "box-not-found",
        "intake-not-found",
        "proposal-not-found",
        "other-jurisdiction",
        "paper-not-found",
        "project-not-found",
        "designation-not-found",
    }
)
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
    takes(town, project(1))
    listed = projects(town)["GY-2027-001"].id
    with town.begin() as uow:
        petition = town.petition(measure)
        tallying.fold(uow, petition)
        poll = polling.poll_of(uow.session, locating.get(uow.session, vote)).id
        box = stations.boxes_of(uow.session, poll)[0]
    return Things(
        {
            "absence_id": str(uuid4()),
            "measure_id": str(measure),
            "petition_id": str(petition),
            "counting": str(vote),
            "poll_id": str(poll),
            "box_id": str(box.id),
            "station_id": str(box.station_id),
            "line_id": str(uuid4()),
            "examination_id": str(uuid4()),
            "hold_id": str(uuid4()),
            "proposal_id": str(uuid4()),
            "certificate_id": str(uuid4()),
            "challenge_id": str(uuid4()),
            "project_id": str(listed),
            "paper_id": str(uuid4()),
            "designation_id": str(known(town)[0].row.id),
            "intake_id": str(uuid4()),
            "batch_id": str(uuid4()),
            "voiding_id": str(uuid4()),
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
        case "whole" | "administrator":
            manages = rule.role is Role.ADMINISTRATOR
            mine = manages is (who == "administrator") and rule.role is not None
            return rule.any_officer or (mine and authority in rule.of)
    return False


def callers(line: Switchboard) -> Iterator[tuple[str, Authority | None, Caller]]:
    yield "visitor", None, line.visitor()
    yield "resident", None, line.resident(line.town.some(9)[8])
    yield "representative", None, line.resident(line.town.some(1)[0])
    for authority in Authority:
        yield "bare", authority, line.officer(authority)
        yield "whole", authority, line.officer(authority, *EVERY_ROLE)
        yield "administrator", authority, line.officer(authority, Role.ADMINISTRATOR)


def tells(rule: Rule, who: str, authority: Authority | None) -> bool:
    """Whether something is learned from this caller.

    What is open to a visitor may only be closed to somebody for being signed in, as a resident or
    as an officer. Who lacks the role is refused for that where nothing else is lacking.
    """
    if rule.open:
        return authority in {None, Authority.MAYOR}
    return who not in {"bare", "administrator"} or authority in rule.of


def last(name: str) -> bool:
    return name == "DELETE /session"


def test_ops_01_every_route_lets_in_whom_it_should_and_nobody_else(
    line: Switchboard, things: Things
) -> None:
    everyone = list(callers(line))
    wrong = []
    for allowed, name in product((False, True), sorted(RULES, key=last)):
        for who, authority, caller in everyone:
            rule = RULES[name]
            if is_let_in(rule, who, authority) is not allowed or not tells(rule, who, authority):
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
        # Whoever certifies reads the canvass, and the papers, too.
        if rule.role is None or "canvass" in name or "reading" in name:
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
