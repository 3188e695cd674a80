"""What an authority leaves to one officer, by machine (OPS-02)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from referendum.identity import accounts, sessions
from referendum.kernel.people import Authority, Role
from tests.api.callers import Caller, Switchboard, code_of
from tests.identity.desk import TERMS
from tests.town import Town
from tests.web.staff import hire

CHAIR = Authority.COUNCIL_CHAIR
ASKED = {"act": "settle_objections", "officers": "1", "reason": "담당자가 적음"}


def test_two_administrators_leave_an_act_to_one_and_the_list_says_who(line: Switchboard) -> None:
    one, other = (line.officer(CHAIR, Role.ADMINISTRATOR) for _ in range(2))
    put = one.post("/four-eyes/proposals", ASKED).json()
    assert (put["measure"], put["changes"]) == (
        None,
        [{"what": "officers", "before": "2", "after": "1"}],
    )
    (waits,) = [act for act in other.get("/four-eyes").json()["acts"] if act["proposal"]]
    assert (waits["act"], waits["officers"], waits["proposal"]) == (ASKED["act"], "2", put["id"])
    confirmation = f"/proposals/{put['id']}/confirmation"
    assert code_of(one.post(confirmation, {"version": put["version"]})) == "own-proposal"
    unseen = other.post(confirmation, {"version": "0" * 64})
    assert code_of(unseen) == "changes-otherwise"
    done = other.post(confirmation, {"version": put["version"]})
    assert done.json()["state"] == "confirmed"
    clerk = line.officer(CHAIR, Role.CLERK)
    (left,) = [act for act in clerk.get("/four-eyes").json()["acts"] if act["officers"] == "1"]
    assert left["act"] == ASKED["act"]
    assert left["left_by"] != left["confirmed_by"]
    assert code_of(one.post("/four-eyes/proposals", ASKED)) == "officers-already"
    assert all(act["officers"] == "2" for act in _acts(line, Authority.MAYOR))


def test_what_is_locked_says_why_and_is_refused(line: Switchboard) -> None:
    locks = {act["act"]: act["lock"] for act in _acts(line, Authority.ELECTION_COMMISSION)}
    assert (locks["annul"], locks["call"], locks["settle_objections"]) == (
        "ends",
        "moves_dates",
        None,
    )
    one = line.officer(Authority.ELECTION_COMMISSION, Role.ADMINISTRATOR)
    for act, lock in locks.items():
        answer = one.post("/four-eyes/proposals", ASKED | {"act": act})
        assert (code_of(answer) if lock else answer.status_code) == (
            "act-always-for-two" if lock else 201
        )
    assert code_of(one.post("/four-eyes/proposals", ASKED | {"act": "enact"})) == "act-not-for-two"


def _acts(line: Switchboard, authority: Authority) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = line.officer(authority).get("/four-eyes").json()["acts"]
    return found


def test_a_first_certification_is_confirmed_as_any_other_proposal(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    """CER-02: one function underneath, by whichever address the second officer comes."""
    town.reviews(initiative_open, town.some(6))
    one, other = (line.officer(CHAIR, Role.CERTIFIER) for _ in range(2))
    measure = f"/measures/{initiative_open}"
    first = one.post(f"{measure}/certifications", {}).json()
    assert (first["attested"], first["certificate"]) == (1, None)
    (waits,) = other.get("/proposals").json()["proposals"]
    assert (waits["id"], waits["kind"]) == (first["proposal"], "certify.petition")
    assert waits["what"]["verdict_sha256"] == first["verdict_sha256"]
    assert other.get(f"{measure}/verdict").json()["proposal"] == first["proposal"]
    clerk = line.officer(CHAIR, Role.CLERK)
    assert clerk.get("/proposals").json()["proposals"] == []
    confirmation = f"/proposals/{waits['id']}/confirmation"
    version = {"version": waits["version"]}
    assert code_of(clerk.post(confirmation, version)) == "proposal-not-found"
    assert code_of(one.post(confirmation, version)) == "own-proposal"
    stale = line.officer(CHAIR, Role.CERTIFIER, fresh=False)
    assert code_of(stale.post(confirmation, version)) == "fresh-code-needed"
    assert other.post(confirmation, version).json()["state"] == "confirmed"
    (certificate,) = line.visitor().get(f"{measure}/certificates").json()["items"]
    officers = line.visitor().get(f"/certificates/{certificate['id']}").json()["officers"]
    assert len({officer["id"] for officer in officers}) == 2
    assert other.get("/proposals").json()["proposals"] == []


def test_what_waits_and_is_no_proposal_stands_beside_them(line: Switchboard, town: Town) -> None:
    one, other = (line.officer(CHAIR, Role.ADMINISTRATOR) for _ in range(2))
    choi = hire(town, "choi", authority=CHAIR, roles=(Role.CLERK,))
    with town.begin() as uow:
        asker = replace(town.officer(CHAIR, Role.ADMINISTRATOR), id=_account_of(town, one))
        accounts.change_roles(uow, TERMS, choi.id, [Role.CERTIFIER], by=asker)
    (mine,) = one.get("/proposals").json()["elsewhere"]
    (theirs,) = other.get("/proposals").json()["elsewhere"]
    assert (mine["sort"], mine["id"], mine["ends"]) == ("account", str(choi.id), None)
    assert (mine["mine"], mine["may"]) == (True, False)
    assert (theirs["mine"], theirs["may"]) == (False, True)
    assert line.officer(CHAIR, Role.CLERK).get("/proposals").json()["elsewhere"] == []


def _account_of(town: Town, caller: Caller) -> UUID:
    """Whose session a caller has."""
    (token,) = (one.value for one in caller.client.cookies.jar if "session" in one.name)
    with town.begin() as uow:
        view = sessions.find_session(uow.session, str(token))
    assert view is not None
    assert view.staff_id is not None
    return view.staff_id
