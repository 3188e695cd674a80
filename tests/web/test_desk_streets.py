"""The list of streets at the desk: loaded whole, or refused with every fault of it at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from referendum.kernel.people import Authority, Role
from referendum.kernel.record import RecordEntry
from referendum.roll import streets
from referendum.roll.tables import Street
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.handing_in import read
from tests.web.reading import csrf_of
from tests.web.staff import hire

PAGE = "/desk/register/streets"
HEAD = "도로명,시작번호,끝번호,행정동,투표소번호\n"


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    registrar = hire(town, "city.one", authority=Authority.MAYOR, roles=(Role.REGISTRAR,))
    return sits(site(database=database_url), registrar)


def loads(client: Browser, data: str | bytes) -> str:
    html = client.get(PAGE).text
    file = data if isinstance(data, bytes) else data.encode()
    answer = client.post(
        PAGE,
        data={"csrf": csrf_of(html)},
        files={"streets": ("list.csv", file, "text/csv")},
        follow_redirects=True,
    )
    return answer.text


def lines(town: Town) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(Street)) or 0


def test_the_template_can_be_loaded_and_the_list_taken_away_and_loaded_again(
    client: Browser, town: Town
) -> None:
    page = client.get(PAGE).text
    assert "아직 넣은 목록이 없습니다." in page
    assert all(f"<code>{one}</code>" in page for one in HEAD.strip().split(","))
    template = client.get(f"{PAGE}/template.csv").content
    assert "도로명 목록을 바꿨고 기록에 남겼습니다." in loads(client, template)
    assert lines(town) == 2
    present = client.get(f"{PAGE}/present.csv").content
    assert loads(client, present).count("지금 목록은 2줄입니다.") == 1
    assert client.get(f"{PAGE}/present.csv").content == present
    with town.begin() as uow:
        entries = uow.session.query(RecordEntry).filter_by(act="streets.loaded").count()
    assert entries == 2


def test_every_fault_is_told_with_its_line_and_what_is_written_there(
    client: Browser, town: Town
) -> None:
    first, second = (one.name_ko for one in town.districts[:2])
    wrong = (
        f"견본로,1,50,{first},\n"
        f"견본로,40,90,{second},\n"
        f"새길,12-3,20,{first},\n"
        f"새길,30,20,{first},\n"
        f",,,{first},\n"
        "옛길,,,없는동,첫째\n"
        f"옛길,1,2,{first}\n"
    )
    html = loads(client, HEAD + wrong)
    assert lines(town) == 0
    said = read(html)
    for line, value, told in (
        (3, "견본로 40–90", "다른 줄에 같은 건물번호가 있습니다."),
        (4, "12-3", "1부터 99,999까지의 건물번호가 아닙니다."),
        (5, "20", "시작번호보다 앞섭니다."),
        (6, "", "80자 이내의 도로명이 아닙니다."),
        (7, "없는동", "오늘 이 지역에 있는 읍·면·동이 아닙니다."),
        (7, "첫째", "투표소 번호가 아닙니다."),
        (8, "", "칸의 수가 제목줄과 다릅니다."),
    ):
        assert told in said, told
        assert f"{line}번째 줄" in said, line
        assert value in said, value


def test_what_is_no_such_table_is_refused_at_the_file(client: Browser, town: Town) -> None:
    assert "도로명 목록이 아닙니다." in loads(client, HEAD)
    said = read(loads(client, "도로명,전화\n가,나\n"))
    assert "빠짐: 행정동, 알 수 없음: 전화" in said
    assert lines(town) == 0


def test_only_a_registrar_opens_it(site: Open, town: Town, database_url: str) -> None:
    clerk = hire(town, "city.two", authority=Authority.MAYOR, roles=(Role.CLERK,))
    assert sits(site(database=database_url), clerk).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("견본로 12", ["견본로 1–50"]),
        ("견본로12", ["견본로 1–50"]),
        ("고양시 덕양구 견본로 60, 101동 502호", ["견본로 51–90"]),
        ("견본로 12번길 3", ["견본로12번길"]),
        ("견본로", ["견본로 1–50", "견본로 51–90"]),
        ("견본로 999", ["견본로 1–50", "견본로 51–90"]),
        ("견본", ["견본로 1–50", "견본로 51–90", "견본로12번길"]),
        ("없는길 1", []),
        ("%", []),
        ("", []),
    ],
)
def test_a_door_is_found_however_its_address_is_written(
    client: Browser, town: Town, typed: str, found: list[str]
) -> None:
    first, second = (one.name_ko for one in town.districts[:2])
    loads(
        client, f"{HEAD}견본로,1,50,{first},\n견본로,51,90,{second},2\n견본로12번길,,,{first},1\n"
    )
    with town.begin() as uow:
        doors = streets.find(uow.session, town.place, typed)
    assert [
        f"{one.street} {one.numbers[0]}–{one.numbers[1]}" if one.numbers else one.street
        for one in doors
    ] == found
