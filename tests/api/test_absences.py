"""Absences by program: the same acts, the same refusals."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from referendum.identity.tables import Staff
from referendum.kernel.people import Authority, Role
from tests.api.callers import Caller, Switchboard, code_of

MAYOR = Authority.MAYOR


def id_of(caller: Caller) -> str:
    return str(caller.get("/session").json()["officer"]["id"])


def seated(line: Switchboard, *roles: Role, fresh: bool = True) -> Caller:
    """An officer of the mayor's office whose account was set up."""
    caller = line.officer(MAYOR, *roles, fresh=fresh)
    with line.town.begin() as uow:
        set_up = update(Staff).where(Staff.id == UUID(id_of(caller))).values(password_hash="set up")
        uow.session.execute(set_up)
    return caller


def away(line: Switchboard, deputy: Caller, **given: str) -> dict[str, str]:
    today = (line.town.now() + timedelta(hours=9)).date()
    return {"deputy": id_of(deputy), "first": str(today), "last": str(today), **given}


def test_absent_lent_acted_on_and_back(line: Switchboard) -> None:
    park, jung = seated(line, Role.CLERK), seated(line, Role.EXAMINER)
    made = park.post("/absences", away(line, jung))
    assert made.status_code == 201, made.text
    absence = made.json()
    assert (absence["roles"], absence["awaits_consent"]) == (["clerk"], False)
    assert park.get("/session").json()["officer"]["roles"] == []
    assert jung.get("/absences").json()["absences"] == [absence]
    assert jung.post(f"/absences/{absence['id']}/deputising").status_code == 201
    told = jung.get("/session").json()["officer"]
    assert (told["roles"], told["deputising_for"]) == (["clerk"], id_of(park))
    assert jung.post("/absences/own").status_code == 201
    assert jung.get("/session").json()["officer"]["roles"] == ["examiner"]
    assert park.post(f"/absences/{absence['id']}/end").status_code == 201
    assert park.get("/session").json()["officer"]["roles"] == ["clerk"]
    again = park.post(f"/absences/{absence['id']}/end")
    assert (again.status_code, code_of(again)) == (409, "absence-over")
    late = jung.post(f"/absences/{absence['id']}/deputising")
    assert (late.status_code, code_of(late)) == (404, "not-deputising")


def test_what_weighs_waits_for_a_second_administrator(line: Switchboard) -> None:
    first, second = (seated(line, Role.ADMINISTRATOR) for _ in range(2))
    choi, jung = seated(line, Role.CERTIFIER), seated(line, Role.CLERK)
    made = first.post("/absences", away(line, jung, who=id_of(choi))).json()
    assert made["awaits_consent"]
    own = first.post(f"/absences/{made['id']}/consent")
    assert (own.status_code, code_of(own)) == (403, "consent-not-yours")
    agreed = second.post(f"/absences/{made['id']}/consent").json()
    assert (agreed["awaits_consent"], agreed["certifies_from"] is None) == (False, False)
    late = second.post(f"/absences/{made['id']}/refusal")
    assert (late.status_code, code_of(late)) == (409, "consent-not-awaited")


def test_a_second_administrator_refuses(line: Switchboard) -> None:
    first, second = (seated(line, Role.ADMINISTRATOR) for _ in range(2))
    choi, jung = seated(line, Role.CERTIFIER, Role.CLERK), seated(line, Role.CLERK)
    made = first.post("/absences", away(line, jung, who=id_of(choi))).json()
    refused = second.post(f"/absences/{made['id']}/refusal").json()
    assert refused["roles"] == [], "all of it waited: an administrator lends what is another's"
    park = seated(line, Role.CERTIFIER, Role.CLERK)
    own = park.post("/absences", away(line, jung, first="2027-09-01", last="2027-09-02"))
    assert own.status_code == 201, own.text
    refused = second.post(f"/absences/{own.json()['id']}/refusal").json()
    assert refused["roles"] == ["clerk"], "what is one's own to lend goes on"


def test_what_is_wrong_is_named(line: Switchboard) -> None:
    park, jung = seated(line, Role.CLERK), seated(line, Role.EXAMINER)
    past = park.post("/absences", away(line, jung, first="2001-01-01"))
    assert (past.status_code, code_of(past)) == (422, "absence-days-not-usable")
    own = park.post("/absences", away(line, park))
    assert (own.status_code, code_of(own)) == (422, "deputy-not-usable")
    stale = seated(line, Role.CLERK, fresh=False).post("/absences", away(line, jung))
    assert (stale.status_code, code_of(stale)) == (403, "fresh-code-needed")
    other = line.officer(Authority.COUNCIL_CHAIR, Role.ADMINISTRATOR)
    made = park.post("/absences", away(line, jung)).json()
    hidden = other.post(f"/absences/{made['id']}/end")
    assert (hidden.status_code, code_of(hidden)) == (404, "absence-not-found")
    assert line.visitor().get("/absences").status_code == 401
