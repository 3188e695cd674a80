"""Signatures examined at the desk of the deciding authority, and of no other (SIG-04, SIG-05)."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from referendum.kernel.people import Authority
from referendum.lifecycle.stages import Act
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument


@pytest.fixture
def examiner(town: Town) -> Colleague:
    return hire(town, "examiner")


@pytest.fixture
def client(site: Open, examiner: Colleague, database_url: str) -> TestClient:
    return sits(site(database=database_url), examiner)


def base(town: Town, measure: UUID) -> str:
    return f"/desk/measures/{town.measure(measure).number}/examination"


def test_the_pass_runs_and_what_is_left_is_decided_by_a_person(
    client: TestClient, town: Town
) -> None:
    measure = town.opens(Instrument.REFERENDUM)
    town.collects(measure, town.spread(5), bad=3)
    path = base(town, measure)
    assert sends(client, f"{path}/run").status_code == 303
    page = client.get(path).text
    assert "없는이름1" not in page or "결정을 기다리는 줄" in page
    lines = re.findall(rf'href="({path}/lines/[0-9a-f-]+)"', page)
    assert lines
    first = client.get(lines[0]).text
    assert "적힌 그대로" in first
    nothing = sends(client, lines[0], decision="")
    assert nothing.status_code == 422
    voided = sends(client, lines[0], decision="void:", reason="unidentifiable", note="명부에 없음")
    assert voided.status_code == 303
    again = sends(client, lines[0], decision="void:", reason="form", note="")
    assert (again.status_code, 'id="error-note"' in again.text) == (422, True)
    silent = sends(client, f"{path}/remaining", note=" ")
    assert (silent.status_code, 'id="error-note"' in silent.text) == (422, True)


def test_a_sheet_is_keyed_in_as_written_and_a_broken_file_is_named_by_line(
    client: TestClient, town: Town
) -> None:
    measure = town.opens(Instrument.REFERENDUM)
    path = base(town, measure)
    empty = sends(client, f"{path}/paper", sheet="", received_on="")
    assert empty.status_code == 422
    assert {"error-sheet", "error-received_on"} <= set(re.findall(r'id="(error-\w+)"', empty.text))
    row = {"name-1": "홍길동", "birth_date-1": "1990-01-01", "mark-1": "yes"}
    kept = sends(client, f"{path}/paper", sheet="A-1", received_on="2027-02-01", **row)
    assert kept.status_code == 303
    head = "sheet,row,name,birth_date,address,district,signed_on,mark\n"
    broken = f"{head}A,1,홍,1990-01-01,가,나,2027-02-01,1\nA,x,홍,1990-01-01,가,나,2027-02-01,?\n"
    refused = sends(
        client,
        f"{path}/paper/import",
        received_on="2027-02-01",
        files={"file": ("s.csv", broken.encode("cp949"))},
    )
    assert refused.status_code == 422
    assert "3" in refused.text[refused.text.index("notice-danger") :]
    whole = head + "B,1,홍길순,1991-01-01,가,나,2027-02-01,1\n"
    taken = sends(
        client,
        f"{path}/paper/import",
        received_on="2027-02-01",
        files={"file": ("s.csv", whole.encode())},
    )
    assert taken.status_code == 303


def test_nobody_of_the_city_opens_who_signed_a_recall(client: TestClient, town: Town) -> None:
    measure = town.opens(Instrument.RECALL)
    path = base(town, measure)
    assert client.get(path).status_code == 403
    assert client.get(f"{path}/paper").status_code == 403
    assert sends(client, f"{path}/run").status_code == 403


def test_the_examiners_of_the_commission_do(site: Open, town: Town, database_url: str) -> None:
    measure = town.opens(Instrument.RECALL)
    commission = hire(town, "commission", authority=Authority.ELECTION_COMMISSION)
    client = sits(site(database=database_url), commission)
    assert client.get(base(town, measure)).status_code == 200
    assert Act.ADMIT.value in town.steps(measure)
