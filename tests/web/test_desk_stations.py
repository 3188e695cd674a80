"""A vote's stations at the desk: seen, added, renamed, divided, and planned from a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest

from ballots import stations
from ballots.stations import BoxView
from referendum.identity.staff import held
from referendum.kernel.people import Authority, Role
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import locating, polling
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act, Stage
from tests.doors.browser import Browser
from tests.papers import PAPER
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import csrf_of
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument

HEAD = "district,number,kind,name_ko,name_en,electors\n"


@pytest.fixture
def clerk(town: Town) -> Colleague:
    return hire(town, "election.one", authority=Authority.ELECTION_COMMISSION)


@pytest.fixture
def client(site: Open, clerk: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), clerk)


@pytest.fixture
def called(town: Town, referendum_furnished: UUID) -> int:
    """A referendum that has been called, its roll frozen and its stations furnished."""
    assert town.stage(referendum_furnished) is Stage.CALLED
    return town.measure(referendum_furnished).number


def boxes(town: Town, number: int) -> list[BoxView]:
    with town.begin() as uow:
        measure = locating.numbered(uow.session, town.place, number)
        return stations.boxes_of(uow.session, polling.poll_of(uow.session, measure).id)


def has(town: Town, number: int, district: BoxView) -> dict[str, int | None]:
    here = (box for box in boxes(town, number) if box.district_id == district.district_id)
    return {box.label.partition("/")[2]: box.electors for box in here}


def entries(town: Town, act: str) -> int:
    with town.begin() as uow:
        return uow.session.query(RecordEntry).filter_by(act=act).count()


def values(html: str) -> dict[str, str]:
    """What stands in the fields of a form."""
    found = re.findall(r'<input[^>]*\bname="([^"]+)"[^>]*\bvalue="([^"]*)"', html)
    return {name: unescape(value) for name, value in found if name != "csrf"}


def opens_station(client: Browser, number: int, district: BoxView, **typed: str) -> str:
    """Through the page, with what it suggests wherever nothing else is typed."""
    base = f"/desk/measures/{number}/stations"
    html = client.get(f"{base}/new?district={district.district_id}").text
    answer = sends(client, f"{base}/new", html=html, **{**values(html), **typed})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_the_page_says_where_every_elector_is(client: Browser, town: Town, called: int) -> None:
    page = client.get(f"/desk/measures/{called}/stations").text
    here = boxes(town, called)
    total = sum(box.electors or 0 for box in here)
    assert len(here) == len(town.districts)
    assert f"투표소별 투표권자의 합이 이 투표의 투표권자 {total:,}명과 같습니다." in page
    assert all(box.name_ko in page and box.name_en in page for box in here)
    assert (
        f"/desk/measures/{called}/stations" in client.get(f"/desk/measures/{called}/polling").text
    )
    with town.begin() as uow:
        uow.session.delete(stations.get_box(uow.session, here[0].id))
    page = client.get(f"/desk/measures/{called}/stations").text
    assert "투표권자의 합이 맞지 않습니다" in page
    assert f"{here[0].electors}명이 어느 투표소에도 배정되지 않았습니다." in page


def test_a_station_is_added_with_suggested_number_and_names_and_electors_of_the_first(
    client: Browser, town: Town, called: int
) -> None:
    district = boxes(town, called)[0]
    whole = district.electors or 0
    location = opens_station(client, called, district, electors="3")
    assert location == f"/desk/measures/{called}/stations#district-{district.district_id}"
    assert has(town, called, district) == {"1": whole - 3, "2": 3}
    added = next(box for box in boxes(town, called) if box.number == 2)
    assert added.name_ko == f"{district.district_ko} 제2투표소"
    assert added.name_en == f"{district.district_en} station 2"
    assert entries(town, "electors.moved") == 1
    assert entries(town, "station.named") == len(town.districts) + 1
    page = client.get(location).text
    assert "투표소를 추가했습니다." in page
    assert "투표소별 투표권자의 합이 이 투표의 투표권자" in page


def test_an_early_station_is_added_without_electors(
    client: Browser, town: Town, called: int
) -> None:
    district = boxes(town, called)[0]
    base = f"/desk/measures/{called}/stations"
    html = client.get(f"{base}/new?district={district.district_id}&kind=early").text
    assert 'name="electors"' not in html
    assert sends(client, f"{base}/new", html=html, **values(html)).status_code == 303
    assert has(town, called, district) == {"1": district.electors, "1/early": None}


def test_electors_are_moved_and_too_many_are_refused_at_the_figure(
    client: Browser, town: Town, called: int
) -> None:
    district = boxes(town, called)[0]
    whole = district.electors or 0
    opens_station(client, called, district, electors="3")
    first, second = [b for b in boxes(town, called) if b.district_id == district.district_id]
    path = f"/desk/measures/{called}/stations/move"
    common = {"district": str(district.district_id)}
    html = client.get(f"{path}?district={district.district_id}").text
    assert f"3명 · {second.name_ko}" in html
    too_many = sends(
        client, path, html=html, giver=str(second.id), taker=str(first.id), electors="4", **common
    )
    assert (too_many.status_code, 'id="error-electors"' in too_many.text) == (422, True)
    assert f"{district.district_ko} {second.name_ko} 투표소의 투표권자는 3명" in too_many.text
    assert 'value="4"' in too_many.text
    for wrong, typed in (("electors", "셋"), ("electors", ""), ("electors", "-1")):
        refused = sends(
            client, path, giver=str(second.id), taker=str(first.id), **common, electors=typed
        )
        assert (refused.status_code, f'id="error-{wrong}"' in refused.text) == (422, True)
        assert (typed != "셋") or "‘옮길 투표권자 수’ 수치는 정수" in refused.text
    nobody = sends(client, path, **common, electors="1")
    assert (nobody.status_code, 'id="error-giver"' in nobody.text) == (422, True)
    same = sends(client, path, giver=str(first.id), taker=str(first.id), electors="1", **common)
    assert (same.status_code, 'id="error-taker"' in same.text) == (422, True)
    moved = sends(client, path, giver=str(second.id), taker=str(first.id), electors="2", **common)
    assert moved.status_code == 303
    assert has(town, called, district) == {"1": whole - 1, "2": 1}
    assert entries(town, "electors.moved") == 2


def test_a_station_is_renamed(client: Browser, town: Town, called: int) -> None:
    box = boxes(town, called)[0]
    path = f"/desk/measures/{called}/stations/boxes/{box.id}/name"
    assert box.name_ko in client.get(path).text
    empty = sends(client, path, name_ko="", name_en="Hall")
    assert (empty.status_code, 'id="error-name_ko"' in empty.text) == (422, True)
    assert 'value="Hall"' in empty.text
    assert sends(client, path, name_ko="<b>회관</b>", name_en="Hall").status_code == 303
    page = client.get(f"/desk/measures/{called}/stations").text
    assert "&lt;b&gt;회관&lt;/b&gt;" in page
    assert entries(town, "station.renamed") == 1
    assert client.get(path.replace(str(box.id), str(uuid4()))).status_code == 404


def plan_of(here: Sequence[BoxView], *more: str, without: str = "") -> bytes:
    lines = [
        f"{box.district},{box.number},,{box.name_ko},{box.name_en},{box.electors}"
        for box in here
        if box.district != without
    ]
    return (HEAD + "\n".join([*lines, *more]) + "\n").encode()


def test_the_plan_is_downloaded_changed_and_put_in_place_whole_or_not_at_all(
    client: Browser, town: Town, called: int
) -> None:
    here = boxes(town, called)
    path = f"/desk/measures/{called}/stations"
    present = client.get(f"{path}/plan.csv")
    assert present.headers["content-type"].startswith("text/csv")
    same = sends(client, f"{path}/import", files={"file": ("p.csv", present.content)})
    assert same.status_code == 303
    assert boxes(town, called) == here

    one, electors = here[0], here[0].electors or 0
    lines = (f"{one.district},1,,가관,A,{electors - 4}", f"{one.district},2,,나관,B,5")
    bad = plan_of(here, *lines, "zz,1,,가,A,1", without=one.district)
    refused = sends(client, f"{path}/import", files={"file": ("p.csv", bad)})
    assert refused.status_code == 422
    assert f"{len(here) + 3}번째 줄" in refused.text
    assert "zz은(는) 이 투표를 하는 읍·면·동이 아닙니다." in refused.text
    sums = plan_of(here, *lines, without=one.district)
    differs = sends(client, f"{path}/import", files={"file": ("p.csv", sums)})
    assert f"{one.district_ko}: 투표소별 투표권자의 합이 {electors + 1}명인데" in differs.text
    forgotten = plan_of(here, without=one.district)
    missing = sends(client, f"{path}/import", files={"file": ("p.csv", forgotten)})
    assert f"{one.district_ko}의 투표소가 파일에 없습니다" in missing.text
    nothing = sends(client, f"{path}/import", files={"file": ("p.csv", b"")})
    assert (nothing.status_code, 'id="error-file"' in nothing.text) == (422, True)
    assert boxes(town, called) == here

    good = plan_of(here, lines[0], lines[1].replace(",5", ",4"), without=one.district)
    assert sends(client, f"{path}/import", files={"file": ("p.csv", good)}).status_code == 303
    assert has(town, called, one) == {"1": electors - 4, "2": 4}
    assert entries(town, "stations.planned") == 2


def test_once_the_polls_have_opened_everything_stays(
    client: Browser, town: Town, called: int
) -> None:
    district = boxes(town, called)[0]
    opens_station(client, called, district, electors="3")
    before = boxes(town, called)
    with town.begin() as uow:
        measure = locating.numbered(uow.session, town.place, called).id
    town.waits_for("polls_open", measure)
    base = f"/desk/measures/{called}/stations"
    page = client.get(base).text
    assert "투표가 시작되어" in page
    assert '<form class="form"' not in page
    one, other = before[0], before[1]
    place = str(district.district_id)
    forms: tuple[tuple[str, dict[str, str]], ...] = (
        ("new", {"district": place, "kind": "early", "name_ko": "가", "name_en": "A"}),
        (
            "move",
            {"district": place, "giver": str(one.id), "taker": str(other.id), "electors": "1"},
        ),
        (f"boxes/{one.id}/name", {"name_ko": "가", "name_en": "A"}),
    )
    for path, typed in forms:
        refused = sends(client, f"{base}/{path}", **typed)
        assert (refused.status_code, "투표가 시작되어" in refused.text) == (409, True)
        assert client.get(f"{base}/{path}", params=typed).status_code == 409
    plan = sends(client, f"{base}/import", files={"file": ("p.csv", plan_of(before))})
    assert plan.status_code == 409
    assert boxes(town, called) == before


def test_a_vote_that_shares_the_day_is_furnished_beside_the_other(
    site: Open, client: Browser, clerk: Colleague, town: Town, database_url: str
) -> None:
    """Four recalls shared one day in Hanam."""
    first = town.qualifies(Instrument.REFERENDUM, 40)
    second = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    for measure in (first, second):
        town.calls(measure, Authority.MAYOR)
    town.waits_for("roll_base", first)
    town.waits(days=1)
    one, other = town.measure(first).number, town.measure(second).number
    district = boxes(town, one)[0]
    opens_station(client, one, district, electors="3")
    base = f"/desk/measures/{one}/stations"
    html = client.get(f"{base}/new?district={district.district_id}&kind=early").text
    assert sends(client, f"{base}/new", html=html, **values(html)).status_code == 303
    assert has(town, other, district) == {"1": district.electors}

    figures = {box.district_id: 100 for box in boxes(town, other)}
    town.acts(
        second,
        Act.STATE_ELECTORS,
        town.officer(Authority.MAYOR),
        Particulars(electors=figures, source="공고", document=PAPER, reason="공고"),
    )
    assert has(town, other, district) == {"1": 100}, "it stands at the first station of the day"
    assert len(boxes(town, other)) == len(town.districts)

    mayor = sits(site(database=database_url), hire(town, "mayor.one"))
    theirs = boxes(town, other)[0]
    rename = f"/desk/measures/{other}/stations/boxes/{theirs.id}/name"
    assert "같은 날의 다른 투표도 이 투표소를 씁니다." in mayor.get(rename).text
    typed = {"name_ko": "새 이름", "name_en": "New name"}
    assert sends(client, f"{base}/boxes/{district.id}/name", **typed).status_code == 403, (
        "the commission does not count the mayor's advisory vote"
    )
    assert sends(mayor, rename, **typed).status_code == 403, (
        "nobody transcribes for a commission whose officers have accounts"
    )
    with town.begin() as uow:
        held(uow.session, clerk.id).disabled_at = uow.now()
    assert sends(mayor, rename, **typed).status_code == 303, "who transcribes may rename for both"
    assert "새 이름" in {box.name_ko for box in boxes(town, one)}
    joined = opens_station(mayor, other, theirs, electors="10", name_ko="다른 이름")
    assert "이름은 그대로입니다." in mayor.get(joined).text
    assert has(town, other, district) == {"1": 90, "2": 10}
    town.waits_for("polls_close", first)
    assert town.stage(first) is town.stage(second) is Stage.COUNTING


def test_only_those_who_count_arrange_stations(
    site: Open, town: Town, called: int, database_url: str
) -> None:
    base = f"/desk/measures/{called}/stations"
    district = boxes(town, called)[0].district_id
    for username, authority, roles in (
        ("examiner", Authority.ELECTION_COMMISSION, (Role.EXAMINER,)),
        ("council.one", Authority.COUNCIL_CHAIR, (Role.EXAMINER, Role.CERTIFIER)),
    ):
        other = sits(
            site(database=database_url), hire(town, username, authority=authority, roles=roles)
        )
        for path in ("", "/plan.csv", f"/new?district={district}", f"/move?district={district}"):
            assert other.get(f"{base}{path}").status_code == 403
        typed = {"district": str(district), "kind": "early", "name_ko": "가", "name_en": "A"}
        assert sends(other, f"{base}/new", **typed).status_code == 403
    assert len(boxes(town, called)) == len(town.districts)


def uploads(client: Browser, path: str, file: str) -> str:
    """The plan or list of a page, sent back; gives the page that answers."""
    html = client.get(path.removesuffix("/import")).text
    answer = client.post(
        path,
        data={"csrf": csrf_of(html)},
        files={"file": ("plan.csv", file.encode(), "text/csv")},
        follow_redirects=True,
    )
    return answer.text


def test_early_voting_is_entered_and_its_faults_are_told_at_their_field(
    client: Browser, town: Town, called: int
) -> None:
    base = f"/desk/measures/{called}/stations"
    with town.begin() as uow:
        measure = locating.numbered(uow.session, town.place, called)
        day = polling.polling_day_of(uow.session, measure).day
    first, last = day - timedelta(days=5), day - timedelta(days=4)
    for begins, ends in (
        (f"{first}T06:00", f"{day}T18:00"),
        (f"{first}T18:00", f"{last}T06:00"),
        (f"{last}T06:00", f"{first}T18:00"),
        (f"{first}T06:00", ""),
        ("soon", f"{last}T18:00"),
    ):
        refused = sends(client, f"{base}/early", early_from=begins, early_until=ends)
        assert refused.status_code == 422, (begins, ends)
        assert "사전투표는 투표일 전에 끝나야 하고" in refused.text
    sent = sends(client, f"{base}/early", early_from=f"{first}T06:00", early_until=f"{last}T18:00")
    assert sent.status_code == 303
    page = client.get(base).text
    assert values(page)["early_until"] == f"{last}T18:00"
    assert entries(town, "polling_day.early_set") == 1
    sends(client, f"{base}/early", early_from="", early_until="")
    assert values(client.get(base).text)["early_from"] == ""


def test_a_plan_names_districts_as_people_do_and_brings_addresses(
    client: Browser, town: Town, called: int
) -> None:
    base = f"/desk/measures/{called}/stations"
    head = "district,number,kind,name_ko,name_en,electors,address\n"
    lines = [
        f"{box.district_ko},1,regular,{box.district_ko} 주민센터,Hall,{box.electors},견본로 {at}"
        for at, box in enumerate(boxes(town, called), 1)
    ]
    assert "투표소 계획을 바꾸고 기록에 남겼습니다." in uploads(
        client, f"{base}/import", head + "\n".join(lines)
    )
    assert [box.address for box in boxes(town, called)][:2] == ["견본로 1", "견본로 2"]
    present = client.get(f"{base}/plan.csv").text
    assert present.splitlines()[0].endswith("투표권자 수,주소")
    assert "견본로 44" in present
