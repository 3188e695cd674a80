"""Returns keyed in, corrected and imported, and the verdict certified (CAN-02, CER-06)."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from ballots import stations
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating, polling
from referendum.lifecycle.stages import Stage
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import Colleague, hire


@pytest.fixture
def clerk(town: Town) -> Colleague:
    return hire(town, "election.one", authority=Authority.ELECTION_COMMISSION)


@pytest.fixture
def client(site: Open, clerk: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), clerk)


@pytest.fixture
def counting(town: Town, referendum_counting: UUID) -> int:
    """A referendum whose polls have just closed."""
    assert town.stage(referendum_counting) is Stage.COUNTING
    return town.measure(referendum_counting).number


def boxes(town: Town, number: int) -> list[stations.BoxView]:
    with town.begin() as uow:
        measure = locating.numbered(uow.session, town.place, number)
        return stations.boxes_of(uow.session, polling.poll_of(uow.session, measure).id)


def test_a_return_is_refused_at_its_field_and_kept_as_typed(
    client: Browser, town: Town, counting: int
) -> None:
    box = boxes(town, counting)[0]
    path = f"/desk/measures/{counting}/polling/boxes/{box.id}/turnout"
    letters = sends(client, path, issued="5", cast="다섯")
    assert letters.status_code == 422
    assert 'id="error-cast"' in letters.text
    assert 'value="다섯"' in letters.text
    assert box.name_ko in letters.text
    assert "투표" in letters.text[letters.text.index("error-summary") :]
    client.headers["accept-language"] = "en"
    missing = sends(client, path, issued="5", cast="")
    assert "fill in the figure “Papers cast”" in missing.text
    negative = sends(client, path, issued="-1", cast="0")
    assert (negative.status_code, 'id="error-issued"' in negative.text) == (422, True)
    absurd = sends(client, path, issued="999999999", cast="0")
    assert (absurd.status_code, 'id="error-issued"' in absurd.text) == (422, True)
    assert "Entries to correct: 1" in missing.text
    hint = "Needed where more papers were cast than handed out."
    assert hint in client.get(path).text
    more = sends(client, path, issued="4", cast="5")
    assert more.status_code == 422
    assert sends(client, path, issued="5", cast="4").status_code == 303, "fewer need no reason"
    corrected = client.get(path).text
    assert "A correction always needs one." in corrected
    assert hint not in corrected
    assert sends(client, path, issued="5", cast="5", reason="다시 세어 봄").status_code == 303
    again = sends(client, path, issued="6", cast="6")
    assert (again.status_code, 'id="error-reason"' in again.text) == (422, True)
    assert sends(client, path, issued="6", cast="6", reason="다시 세어 봄").status_code == 303
    page = client.get(path).text
    assert "다시 세어 봄" in page
    assert 'value="6"' in page


def test_a_whole_vote_is_imported_corrected_and_certified_by_two(
    site: Open, client: Browser, town: Town, counting: int, clerk: Colleague, database_url: str
) -> None:
    base = f"/desk/measures/{counting}"
    here = boxes(town, counting)
    bad = "district,station,issued,cast\n" + "".join(f"{b.district},1,5,x\n" for b in here[:2])
    refused = sends(
        client, f"{base}/polling/turnout/import", files={"file": ("r.csv", bad.encode())}
    )
    assert refused.status_code == 422
    assert refused.text.count("번째 줄") == 2
    rows = "".join(f"{b.district},1,5,5\n" for b in here)
    taken = sends(
        client,
        f"{base}/polling/turnout/import",
        files={"file": ("r.csv", f"district,station,issued,cast\n{rows}".encode())},
    )
    assert taken.status_code == 303
    first, *rest = here
    path = f"{base}/polling/boxes/{first.id}/count"
    figures = {"papers": "5", "votes-yes": "3", "votes-no": "1", "invalid": "0"}
    wrong = sends(client, path, **figures)
    assert (wrong.status_code, 'id="error-papers"' in wrong.text) == (422, True)
    letters = sends(client, path, **(figures | {"votes-yes": "셋", "votes-no": "하나"}))
    assert (letters.status_code, letters.text.count('id="error-votes-')) == (422, 2)
    assert "‘찬성’ 수치는" in letters.text
    assert "‘반대’ 수치는" in letters.text
    assert sends(client, path, **(figures | {"votes-no": "2"})).status_code == 303
    assert "아직 확인할 수 없습니다" in client.get(f"{base}/certify").text
    counts = "".join(f"{b.district},1,5,3,2,0\n" for b in rest)
    head = "district,station,papers,yes,no,invalid\n"
    done = sends(
        client,
        f"{base}/polling/count/import",
        files={"file": ("c.csv", (head + counts).encode("cp949"))},
    )
    assert done.status_code == 303

    page = client.get(f"{base}/certify").text
    assert "가결" in page
    assert "직접 입력하거나 결정한 것이 있습니다" in page
    assert sends(client, f"{base}/certify", code=clerk.code()).status_code == 403
    certifiers = [
        hire(town, name, authority=Authority.ELECTION_COMMISSION, roles=(Role.CERTIFIER,))
        for name in ("election.two", "election.three")
    ]
    one, other = (sits(site(database=database_url), each) for each in certifiers)
    assert sends(one, f"{base}/certify", code="000000").status_code == 403
    first = sends(one, f"{base}/certify", code=certifiers[0].code())
    assert first.headers["location"] == f"{base}/certify"
    again = sends(one, f"{base}/certify")
    assert again.status_code == 409
    issued = sends(other, f"{base}/certify", code=certifiers[1].code())
    certificate = issued.headers["location"]
    assert certificate.startswith("/certificates/")
    _the_certificate_can_be_checked(site(database=database_url), certificate)


def _the_certificate_can_be_checked(visitor: Browser, path: str) -> None:
    """CER-02: its page, its bytes, a PDF that is still being made, and a copy compared."""
    page = visitor.get(path).text
    exact = visitor.get(f"{path}.json")
    document = json.loads(exact.content)
    assert document["serial"] in page
    assert "담당 election.two" in page
    assert "담당 election.three" in page
    assert visitor.get(f"{path}.pdf").status_code == 202
    check = f"{path}/check"
    same = sends(visitor, check, html=page, files={"file": ("c.json", exact.content)})
    assert "한 글자도 다르지 않은" in same.text
    other = sends(visitor, check, html=page, files={"file": ("c.json", exact.content + b" ")})
    assert "이 문서가 아닙니다" in other.text
    english = visitor.get(f"{path}?lang=en").text
    assert "Certificate: result of a referendum" in english
    assert visitor.get("/certificates/00000000-0000-4000-8000-000000000000").status_code == 404


def test_only_canvassers_open_the_returns(
    site: Open, town: Town, counting: int, database_url: str
) -> None:
    examiner = hire(town, "examiner", roles=(Role.EXAMINER,))
    client = sits(site(database=database_url), examiner)
    assert client.get(f"/desk/measures/{counting}/polling").status_code == 403
    box = boxes(town, counting)[0]
    path = f"/desk/measures/{counting}/polling/boxes/{box.id}/turnout"
    assert sends(client, path, issued="1", cast="1").status_code == 403
