"""The project register through the interface: flags, days, decisions, changes, parts."""

from __future__ import annotations

from uuid import uuid4

from referendum.kernel import proposals
from referendum.kernel.people import Authority, Role
from tests.api.callers import Switchboard, code_of
from tests.lifecycle.advisory.test_considering import LARGE, calls, declines
from tests.projects.listing import MATTER, takes
from tests.projects.listing import line as project
from tests.town import Town


def test_flags_last_days_and_decisions_are_told(line: Switchboard, town: Town) -> None:
    promise = town.delegates()
    takes(town, project(1, **LARGE), project(2, **MATTER), project(3))
    declines(town, "GY-2027-002")
    measure = calls(town)
    caller = line.visitor()
    first, second, third = caller.get("/projects").json()["items"]
    assert (first["number"], first["total"], first["binding"]) == (1, 10_000_000_000, False)
    assert caller.get(f"/measures/{measure}").json()["project"] == first["id"]
    assert (first["state"], first["measures"]) == ("called", [str(measure)])
    assert first["flag"] == {
        "promise": str(promise),
        "promise_number": 1,
        "least": 10_000_000_000,
    }
    assert (first["call_by"]["day"], first["call_by"]["decision"]) == ("2027-06-07", "2027-09-01")
    assert first["call_by"]["answer_sum"]["article"].endswith("§9")
    assert (second["total"], second["flag"]["least"]) == (None, None)
    assert second["decision"]["reason"] == "이미 공청회에서 물었다."
    assert (third["state"], third["flag"], third["call_by"]) == ("outside", None, None)
    whole = caller.get(f"/projects/{first['id']}").json()
    assert [one["act"] for one in whole["changes"]] == ["added"]
    assert whole["changes"][0]["fields"]["total"] == [None, 10_000_000_000]


def test_not_calling_is_proposed_and_tells_who_signed_once_it_is_done(
    line: Switchboard, town: Town
) -> None:
    town.delegates()
    takes(town, project(1, **LARGE))
    caller = line.visitor()
    (one,) = caller.get("/projects").json()["items"]
    path = f"/projects/{one['id']}/not-calling"
    given = {
        "reason": "이미 공청회에서 물었다.",
        "document": {"number": "제7호", "day": "2027-02-01"},
        "deputy": {"name": "나국장", "office": "기획조정실장"},
    }
    clerk = line.officer(Authority.MAYOR, Role.CLERK)
    put = clerk.post(path, given)
    assert put.status_code == 201, put.text
    assert (put.json()["kind"], put.json()["measure"]) == ("project.not_call", None)
    assert code_of(clerk.post(path, given)) == "proposed-already"
    other = line.officer(Authority.COUNCIL_CHAIR, Role.CLERK)
    assert code_of(other.post(path, given)) == "projects-of-the-mayor"
    assert caller.get(f"/projects/{one['id']}").json()["decision"] is None
    with town.begin() as uow:
        (row,) = proposals.waiting(uow.session, town.place, uow.now())
    town.seconds(row, town.officer(Authority.MAYOR))
    told = caller.get(f"/projects/{one['id']}").json()
    (signed,) = told["signed"]
    assert signed["entry"] == told["decision"]["entry"]
    assert (signed["holder"], signed["deputy"]) == ("가상시장", "나국장")


def test_the_list_is_narrowed_and_comes_in_parts(line: Switchboard, town: Town) -> None:
    town.delegates()
    takes(town, *(project(n, **LARGE) for n in (1, 2, 3)), project(4, kind="culture"))
    caller = line.visitor()
    part = caller.get("/projects?promised=true&limit=2").json()
    assert [one["number"] for one in part["items"]] == [1, 2]
    rest = caller.client.get(part["next"]).json()
    assert ([one["number"] for one in rest["items"]], rest["next"]) == ([3], None)
    assert len(caller.get("/projects?kind=culture&state=outside").json()["items"]) == 1
    assert caller.get("/projects?kind=nonsense").status_code == 422
    assert code_of(caller.get("/projects?place=kr-nowhere")) == "jurisdiction-not-found"
    assert caller.get("/projects?place=kr-elsewhere").json()["items"] == []
    assert code_of(caller.get(f"/projects/{uuid4()}")) == "project-not-found"
