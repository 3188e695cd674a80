"""Papers at the interface: entered once, named by their id, their files as bodies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Stage
from tests import scans
from tests.api.callers import Caller, Switchboard, code_of
from tests.town import Town

DAY = "2027-02-01"
PDF = {"Content-Type": "application/pdf"}


@pytest.fixture
def clerk(line: Switchboard) -> Caller:
    return line.officer(Authority.MAYOR, Role.CLERK)


def enters(caller: Caller, number: str = "시민-9", issuer: str = "mayor", day: str = DAY) -> str:
    sent = caller.post("/papers", {"issuer": issuer, "number": number, "day": day})
    assert sent.status_code == 201, sent.text
    return str(sent.json()["id"])


def proposes(caller: Caller, measure: UUID, body: Mapping[str, object]) -> None:
    """An act that rests on a paper: one officer proposes it, another confirms it later."""
    path = f"/measures/{measure}"
    assert code_of(caller.post(f"{path}/acts", body)) == "second-officer-needed"
    put = caller.post(f"{path}/proposals", body)
    assert (put.status_code, put.json()["state"]) == (201, "waiting"), put.text


def test_a_paper_is_entered_once_and_an_act_names_it_by_its_id(
    clerk: Caller, town: Town, referendum_open: UUID
) -> None:
    paper = enters(clerk)
    assert enters(clerk, "시민 - 9") == paper
    other = {"issuer": "mayor", "number": "시민-9", "day": "2027-01-31"}
    refused = clerk.post("/papers", other)
    assert code_of(refused) == "paper-dated-otherwise"
    assert refused.json()["facts"]["paper"] == paper
    body = {"act": "annul", "document": {"paper": paper}, "reason": "사유"}
    proposes(clerk, referendum_open, body)
    assert town.seconds_all() == 1
    *_, done = clerk.get(f"/measures/{referendum_open}/timeline").json()["items"]
    assert (done["act"], done["document_number"], done["document_day"]) == ("annul", "시민-9", DAY)
    assert town.measure(referendum_open).stage == Stage.ANNULLED


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"number": "시민-9"},
        {"day": DAY},
        {"number": "가", "day": DAY, "paper": str(UUID(int=1))},
    ],
    ids=["nothing", "no day", "no number", "both ways"],
)
def test_a_paper_is_named_one_way(
    clerk: Caller, referendum_open: UUID, document: dict[str, str]
) -> None:
    body = {"act": "annul", "document": document, "reason": "사유"}
    assert clerk.post(f"/measures/{referendum_open}/acts", body).status_code == 422


def test_everybody_is_told_number_day_office_and_digest(
    line: Switchboard, town: Town, clerk: Caller, referendum_open: UUID
) -> None:
    paper = enters(clerk)
    clerk.post(f"/papers/{paper}/file", scans.png(), headers={"Content-Type": "image/png"})
    path = f"/measures/{referendum_open}"
    assert line.visitor().get(f"{path}/papers").json() == []
    body = {"act": "annul", "document": {"paper": paper}, "reason": "사유"}
    proposes(clerk, referendum_open, body)
    assert line.visitor().get(f"{path}/papers").json() == [], "nothing is done yet"
    assert town.seconds_all() == 1
    (told,) = line.visitor().get(f"{path}/papers").json()
    assert told == {
        "id": paper, "issuer": "mayor", "number": "시민-9", "day": DAY,
        "sha256": hashlib.sha256(scans.png()).hexdigest(), "copied": False,
    }  # fmt: skip


def test_another_offices_paper_and_one_that_is_not_there_carry_no_act(
    clerk: Caller, referendum_open: UUID
) -> None:
    chairs = enters(clerk, issuer="council_chair")
    path = f"/measures/{referendum_open}/proposals"
    for paper, code in ((chairs, "paper-of-another"), (str(UUID(int=7)), "paper-not-found")):
        body = {"act": "annul", "document": {"paper": paper}, "reason": "사유"}
        assert code_of(clerk.post(path, body)) == code


def test_whose_paper_an_act_rests_on_is_said_or_follows_from_the_paper(
    line: Switchboard, clerk: Caller, town: Town, referendum_open: UUID
) -> None:
    path = f"/measures/{referendum_open}"
    acts = {one["act"]: one for one in clerk.get(f"{path}/acts").json()["acts"]}
    assert acts["annul"]["issuers"] == ["mayor", "court", "state"]
    body = {"act": "annul", "document": {"number": "2026구합55", "day": DAY}, "reason": "사유"}
    refused = clerk.post(f"{path}/proposals", {**body, "issuer": "other"})
    assert code_of(refused) == "issuer-not-possible"
    assert refused.json()["facts"] == {"issuer": "other", "needed": ["mayor", "court", "state"]}
    proposes(clerk, referendum_open, {**body, "issuer": "court"})
    assert town.seconds_all() == 1
    (told,) = line.visitor().get(f"{path}/papers").json()
    assert (told["number"], told["issuer"]) == ("2026구합55", "court")


def test_a_court_paper_on_file_carries_an_annulment(
    clerk: Caller, town: Town, referendum_open: UUID
) -> None:
    ruling = enters(clerk, issuer="court")
    body = {"act": "annul", "document": {"paper": ruling}, "reason": "사유"}
    proposes(clerk, referendum_open, body)
    assert town.seconds_all() == 1
    assert town.measure(referendum_open).stage == "annulled"


def test_a_file_is_a_body_that_is_known_by_its_content(clerk: Caller) -> None:
    paper = enters(clerk)
    path = f"/papers/{paper}/file"
    data = scans.pdf(size=150_000)
    assert code_of(clerk.post(path, b"<html></html>", headers=PDF)) == "paper-file-unknown"
    assert code_of(clerk.post(path, data[:-9], headers=PDF)) == "paper-file-broken"
    brought = clerk.post(path, data, headers=PDF, key="once")
    assert brought.status_code == 201, brought.text
    assert brought.json()["sha256"] == hashlib.sha256(data).hexdigest()
    assert (brought.json()["kind"], brought.json()["size"]) == ("pdf", len(data))
    assert clerk.post(path, data, headers=PDF, key="once").json() == brought.json()
    assert code_of(clerk.post(path, data, headers=PDF)) == "paper-filed-before"
    (listed,) = clerk.get("/papers", params={"number": "시민"}).json()
    assert listed == clerk.get(f"/papers/{paper}").json() == brought.json()


def test_a_file_is_given_with_a_reason_to_its_office_alone(
    line: Switchboard, clerk: Caller
) -> None:
    paper = enters(clerk)
    clerk.post(f"/papers/{paper}/file", scans.tiff(), headers={"Content-Type": "image/tiff"})
    given = clerk.post(f"/papers/{paper}/reading", {"reason": "이의 검토"})
    assert given.content == scans.tiff()
    assert given.headers["content-type"] == "image/tiff"
    assert given.headers["content-disposition"].startswith("attachment")
    commission = line.officer(Authority.ELECTION_COMMISSION, Role.CLERK)
    turned = commission.post(f"/papers/{paper}/reading", {"reason": "궁금함"})
    assert code_of(turned) == "paper-not-yours"


def test_a_copy_is_everybodys_until_it_is_taken_back(line: Switchboard, clerk: Caller) -> None:
    paper = enters(clerk)
    visitor = line.visitor()
    assert code_of(visitor.get(f"/papers/{paper}/copy")) == "paper-file-not-found"
    clerk.post(f"/papers/{paper}/file", scans.pdf("이름이 있음"), headers=PDF)
    same = clerk.post(f"/papers/{paper}/copy", scans.pdf("이름이 있음"), headers=PDF)
    assert code_of(same) == "paper-copy-is-original"
    shown = clerk.post(f"/papers/{paper}/copy", scans.pdf("가림"), headers=PDF)
    assert shown.json()["copy_sha256"] == hashlib.sha256(scans.pdf("가림")).hexdigest()
    assert visitor.get(f"/papers/{paper}/copy").content == scans.pdf("가림")
    back = clerk.post(f"/papers/{paper}/copy/removal", {"reason": "이름이 보임"})
    assert back.json()["copy_sha256"] is None
    assert code_of(visitor.get(f"/papers/{paper}/copy")) == "paper-file-not-found"
