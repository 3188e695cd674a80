"""Signatures examined at the desk of the deciding authority, and of no other (SIG-04, SIG-05)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from referendum.identity import staff
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import keying
from referendum.lifecycle.stages import Act
from referendum.web.desk.sheets import PAGE
from signatures import examinations
from signatures.lines import PaperLine
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import Colleague, hire
from tests.worker.office import Office


@pytest.fixture
def examiner(town: Town) -> Colleague:
    return hire(town, "examiner")


@pytest.fixture
def client(site: Open, examiner: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), examiner)


@pytest.fixture
def office(keyring: Keyring, database_url: str) -> Iterator[Office]:
    """The background, which does what was asked of it when it is told to."""
    service = services(keyring, database_url)
    yield Office(service)
    service.engine.dispose()


def base(town: Town, measure: UUID) -> str:
    return f"/desk/measures/{town.measure(measure).number}/examination"


def test_the_pass_runs_and_what_is_left_is_decided_by_a_person(
    client: Browser, town: Town, office: Office, referendum_open: UUID
) -> None:
    measure = referendum_open
    town.collects(measure, town.spread(5), bad=3)
    path = base(town, measure)
    assert sends(client, f"{path}/run").status_code == 303
    office.empties()
    page = client.get(path).text
    assert re.search("결정을 기다리는 줄 [1-9]", page)
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
    assert "명부에 없음" in client.get(lines[0]).text, "why it is void is shown afterwards"
    silent = sends(client, f"{path}/remaining", note=" ")
    assert (silent.status_code, 'id="error-note"' in silent.text) == (422, True)
    asked = sends(client, f"{path}/remaining", note="명부에 없음")
    assert asked.status_code == 303
    proposal = client.get(asked.headers["location"]).text
    assert "없는이름" in proposal, "a sample of what would be voided"
    assert town.seconds_all() == 1
    page = client.get(path).text
    assert "결정을 기다리는 줄 0" in page
    (back,) = re.findall(rf'action="({path}/voidings/[0-9a-f-]+/undoing)"', page)
    mute = sends(client, back, note=" ")
    field = f"error-undo-{back.split('/')[-2]}"
    assert (mute.status_code, f'id="{field}"' in mute.text) == (422, True)
    asked = sends(client, back, note="다시 봄")
    assert "없는이름" in client.get(asked.headers["location"]).text, "a sample of what stands again"
    assert town.seconds_all() == 1
    page = client.get(path).text
    assert "결정을 기다리는 줄 2" in page
    assert "2줄이 전과 같은 상태로 돌아왔습니다" in page
    assert back not in page
    told = client.get(lines[1]).text
    assert "한꺼번에 정한 결정을 되돌려 2줄이" in told
    assert "다시 봄" in told


def test_after_a_decision_the_next_line_comes_with_its_reason_and_the_list_is_not_lost(
    client: Browser, town: Town, office: Office, referendum_open: UUID
) -> None:
    """From any line on to the next that waits, back to those left before, and then to the list."""
    measure = referendum_open
    town.collects(measure, town.some(2), bad=3)
    path = base(town, measure)
    assert sends(client, f"{path}/run").status_code == 303
    office.empties()
    one, two, three = re.findall(rf'href="({path}/lines/[0-9a-f-]+)"', client.get(path).text)
    page = client.get(two).text
    assert "결정을 기다리는 서명: 3건" in page
    assert f'href="{three}"' in page, "the next can be looked at without deciding this one"
    for line, following in ((two, three), (three, one), (one, path)):
        told = sends(client, line, decision="void:", reason="unidentifiable", note="명부에 없음")
        assert told.headers["location"] == following
        shown = client.get(following).text
        assert "결정했습니다" in shown
        assert (following == path) or "남은 까닭" in shown


def test_what_is_told_is_what_was_recorded_and_the_other_line_is_named(
    client: Browser, town: Town, office: Office, referendum_open: UUID
) -> None:
    """Found valid for somebody who stands already: that line is void, and the page says so."""
    measure = referendum_open
    town.collects(measure, town.some(2), bad=1)
    path = base(town, measure)
    assert sends(client, f"{path}/run").status_code == 303
    office.empties()
    (line,) = re.findall(rf'href="({path}/lines/[0-9a-f-]+)"', client.get(path).text)
    person = town.resident(town.some(1)[0]).person
    told = sends(client, line, what="decide", decision=f"valid:{person}", note="주소가 같음")
    page = client.get(told.headers["location"]).text
    assert "이 줄은 무효(중복)로 기록했습니다" in page
    (other,) = re.findall(r'이 사람의 것으로 세는 줄:\s*<a href="([^"]+)"', page)
    assert other != line
    assert "무효: " not in client.get(other).text


def test_a_sheet_is_keyed_in_as_written_and_a_broken_file_is_named_by_line(
    client: Browser, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
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


def test_of_all_sheets_that_were_keyed_in_a_page_lists_the_last(
    client: Browser, town: Town, referendum_open: UUID
) -> None:
    petition, officer = town.petition(referendum_open), town.examiner_of(referendum_open)
    path, day = f"{base(town, referendum_open)}/paper", town.now().date()
    with town.begin() as uow:
        for at in range(1, PAGE + 3):
            row = PaperLine(f"A-{at}", 1, "홍길동", "", "", "", "", has_mark=True)
            keying.bring(uow, town.vault, petition, [row], by=officer, received_on=day)

    def listed(address: str) -> tuple[list[int], list[str]]:
        html = client.get(address).text
        numbers = [int(one) for one in re.findall(r'<h3 id="batch-(\d+)"', html)]
        return numbers, re.findall(r'rel="next" href="([^"]+)"', html)

    numbers, following = listed(path)
    assert numbers == list(range(PAGE + 2, 2, -1))
    assert following == [f"{path}?before=3"]
    assert listed(following[0]) == ([2, 1], [])
    without = sends(client, f"{path}/miskeyed", batch="", note="")
    assert without.status_code == 422


HEAD = "sheet,row,name,birth_date,address,district,signed_on,mark\n"
LARGE = 2_000
LONG = "상세주소 " * 40
"""With so much written in each line, so many lines are a large file."""


def file_of(rows: int) -> bytes:
    lines = (
        f"S{at // 20},{at % 20 + 1},홍길동,1990-01-01,견본로 {at} {LONG},가,2027-02-01,1\n"
        for at in range(rows)
    )
    data = (HEAD + "".join(lines)).encode()
    assert (len(data) > keying.SMALL) == (rows == LARGE)
    return data


def sends_file(client: Browser, path: str, data: bytes, *, day: str = "2027-02-01") -> Any:
    file = {"file": ("s.csv", data)}
    return sends(client, f"{path}/paper/import", received_on=day, files=file)


def test_a_large_file_goes_in_while_nobody_waits_and_its_page_says_how_far_it_is(
    client: Browser, town: Town, office: Office, referendum_open: UUID
) -> None:
    path = base(town, referendum_open)
    no_day = sends_file(client, path, file_of(LARGE), day="")
    assert (no_day.status_code, 'id="error-file_received"' in no_day.text) == (422, True)
    sent = sends_file(client, path, file_of(LARGE))
    assert sent.status_code == 303
    way = sent.headers["location"]
    waits = client.get(way).text
    assert "<progress" in waits
    assert 'http-equiv="refresh"' in waits
    assert way in client.get(f"{path}/paper").text
    with town.begin() as uow:
        assert uow.session.scalar(text("select count(*) from line_state")) == 0
    office.empties()
    done = client.get(way).text
    assert "2,000줄" in done
    assert 'http-equiv="refresh"' not in done
    page = client.get(f"{path}/paper").text
    assert way not in page
    assert "2,000줄" in page
    with town.begin() as uow:
        assert uow.session.scalar(text("select count(*) from line_state")) == LARGE
        assert uow.session.scalar(text("select count(*) from sheet_intake_rows")) == 0
    again = sends_file(client, path, file_of(LARGE)).headers["location"]
    office.empties()
    assert "이미" in client.get(again).text, "it is here already"


def test_a_large_file_that_is_broken_says_where_and_one_thrown_away_is_gone(
    client: Browser, town: Town, office: Office, referendum_open: UUID
) -> None:
    path = base(town, referendum_open)
    broken = file_of(LARGE).replace(b"S7,3,", b"S7,x,")
    way = sends_file(client, path, broken).headers["location"]
    office.empties()
    told = client.get(way).text
    assert "notice-danger" in told
    assert f"{7 * 20 + 3 + 1}" in told
    way = sends_file(client, path, file_of(LARGE)).headers["location"]
    assert sends(client, f"{way}/removal").status_code == 303
    office.empties()
    assert "버렸습니다" in client.get(way).text
    with town.begin() as uow:
        assert uow.session.scalar(text("select count(*) from line")) == 0
        assert uow.session.scalar(text("select count(*) from sheet_intake_piece")) == 0
    assert client.get(f"{way[:-36]}{UUID(int=1)}").status_code == 404


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ko", ["3줄에 고칠 곳이 4곳 있습니다", "(3곳). 줄 번호: 줄 번호는 1 이상의 정수여야"]),
        ("en", ["Lines with faults: 3; faults in all: 4", "(3 times): row number: "]),
    ],
)
def test_a_refused_file_is_summed_up_before_it_is_told_place_by_place(
    client: Browser, town: Town, referendum_open: UUID, language: str, told: list[str]
) -> None:
    client.headers["accept-language"] = language
    rows = ["A,0,홍,1990-01-01,가,나,2027-02-01,1", "A,x,홍,1990-01-01,가,나,2027-02-01,?"]
    rows += ["A,1,홍,1990-01-01,가,나,2027-02-01,1", "A,y,홍,1990-01-01,가,나,2027-02-01,1"]
    head = "sheet,row,name,birth_date,address,district,signed_on,mark"
    refused = sends(
        client,
        f"{base(town, referendum_open)}/paper/import",
        received_on="2027-02-01",
        files={"file": ("s.csv", "\n".join([head, *rows]).encode())},
    )
    assert refused.status_code == 422
    said = " ".join(re.sub(r"<[^>]+>", " ", refused.text).split())
    assert [one for one in told if one not in said] == []


def test_nobody_of_the_city_opens_who_signed_a_recall(
    client: Browser, town: Town, recall_open: UUID
) -> None:
    measure = recall_open
    path = base(town, measure)
    assert client.get(path).status_code == 403
    assert client.get(f"{path}/paper").status_code == 403
    assert sends(client, f"{path}/run").status_code == 403


def test_the_examiners_of_the_commission_do(
    site: Open, town: Town, database_url: str, recall_open: UUID
) -> None:
    measure = recall_open
    commission = hire(town, "commission", authority=Authority.ELECTION_COMMISSION)
    client = sits(site(database=database_url), commission)
    assert client.get(base(town, measure)).status_code == 200
    assert Act.ADMIT.value in town.steps(measure)


POLL = 'hx-trigger="every'
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def handed_in(town: Town, referendum_open: UUID) -> UUID:
    measure = referendum_open
    town.collects(measure, town.spread(5), bad=3)
    return measure


def test_the_page_tells_how_the_pass_is_going_until_its_end(
    client: Browser, town: Town, office: Office, handed_in: UUID
) -> None:
    path = base(town, handed_in)
    before = client.get(path).text
    assert "자동 심사 실행 (8줄)" in before
    assert POLL not in before

    assert sends(client, f"{path}/run").headers["location"] == path
    waiting = client.get(path).text
    assert "자동 심사를 시작했습니다." in waiting
    assert "심사 중입니다. 곧 시작합니다." in waiting
    assert (POLL in waiting, "자동 심사 실행" in waiting) == (True, False)
    assert f'href="{path}">새로고침' in waiting

    (ask,) = office.waiting("petitions.examine")
    asked = UUID(ask.arguments["examination_id"])
    with town.begin() as uow:
        examinations.start(uow, asked)
    part = client.get(f"{path}/progress", headers=FRAGMENT).text
    assert part.lstrip().startswith("<section")
    assert "준비를 하고 있습니다" in part
    with town.begin() as uow:
        examinations.keep(uow, asked, done=2, lines=8)
    part = client.get(f"{path}/progress", headers=FRAGMENT).text
    assert "8줄 가운데 2줄을 대조했습니다" in part
    assert 'max="8" value="2"' in part
    assert POLL in part

    office.empties()
    part = client.get(f"{path}/progress", headers=FRAGMENT).text
    assert POLL not in part
    assert f'hx-get="{path}" hx-trigger="load"' in part
    ended = client.get(path).text
    assert "8줄을 심사했습니다: 유효 5, 무효 0, 결정 대기 3." in ended
    assert "아직 심사하지 않은 줄이 없어" in ended
    assert (POLL in ended, '<form id="field-form"' in ended) == (False, False)


def test_a_second_press_shows_the_pass_that_is_under_way(
    client: Browser, town: Town, office: Office, handed_in: UUID
) -> None:
    path = base(town, handed_in)
    for _ in range(2):
        assert sends(client, f"{path}/run").status_code == 303
    assert "자동 심사가 이미 진행되고 있습니다." in client.get(path).text
    assert len(office.waiting("petitions.examine")) == 1


def test_why_it_failed_is_said_and_it_can_be_started_again(
    client: Browser, town: Town, office: Office, examiner: Colleague, handed_in: UUID
) -> None:
    path = base(town, handed_in)
    sends(client, f"{path}/run")
    with town.begin() as uow:
        staff.held(uow.session, examiner.id).roles = [Role.CLERK.value]
    office.empties()
    with town.begin() as uow:
        staff.held(uow.session, examiner.id).roles = [role.value for role in Role]
    failed = client.get(path).text
    assert "자동 심사를 하지 못했습니다. 결정된 줄은 없습니다." in failed
    assert "이 일에는 ‘서명 심사’ 역할이 필요합니다." in failed
    assert "자동 심사 다시 시작 (8줄)" in failed
    client.headers["accept-language"] = "en"
    assert "No line was decided." in client.get(path).text
    assert sends(client, f"{path}/run").status_code == 303
    office.empties()
    assert "The pass has ended." in client.get(path).text


def test_a_pass_of_which_nothing_is_heard_is_said_to_be_quiet(
    client: Browser, town: Town, handed_in: UUID
) -> None:
    path = base(town, handed_in)
    sends(client, f"{path}/run")
    with town.begin() as uow:
        uow.session.execute(text("update examination set seen_at = seen_at - interval '1 hour'"))
    page = client.get(path).text
    assert "한동안 진행 소식이 없습니다." in page
    assert POLL not in page, "a page does not ask for ever"


def test_the_part_alone_is_for_htmx_and_for_examiners(
    site: Open, client: Browser, town: Town, database_url: str, handed_in: UUID
) -> None:
    path = base(town, handed_in)
    asked = client.get(f"{path}/progress")
    assert (asked.status_code, asked.headers["location"]) == (303, path)
    clerk = sits(site(database=database_url), hire(town, "clerk", roles=(Role.CLERK,)))
    assert clerk.get(f"{path}/progress", headers=FRAGMENT).status_code == 403
    assert sends(clerk, f"{path}/run").status_code == 403
