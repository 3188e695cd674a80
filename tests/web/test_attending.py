"""How to vote: polling place, hours, ways and one's own standing, for whoever comes once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from ballots import early, stations
from ballots.tables import Kind
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating, polling
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act
from referendum.roll import streets
from referendum.roll.finding import seal_place
from referendum.roll.tables import Residence
from tests.lifecycle.enrolment.enrolling import all_enrol
from tests.papers import PAPER
from tests.town import Town
from tests.web.conftest import Open
from tests.web.visitors import Visitor
from thresholds.vocabulary import Instrument

PAGE = "/measures/1/vote"


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    return Visitor(site(database=database_url), town)


def found(html: str) -> str:
    """What the finder answers."""
    return html.partition('id="found"')[2].partition("<details")[0]


def second_station(town: Town, measure: UUID) -> None:
    """The first district votes at two stations; the second one has an address."""
    officer = town.officer(Authority.ELECTION_COMMISSION)
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, measure))
        made = stations.add_station(
            uow,
            polling_day_id=poll.polling_day_id,
            district_id=town.districts[0].id,
            number=2,
            name_ko="견본초등학교",
            name_en="Sample school",
            by=officer,
        )
        made.address = "견본로 70"
        stations.add_box(uow, poll_id=poll.id, station_id=made.id, electors=0, by=officer)


def lists_streets(town: Town) -> None:
    first, second = (one.name_ko for one in town.districts[:2])
    file = f"street,from,to,district,station\n견본로,1,50,{first},1\n견본로,51,90,{first},2\n"
    with town.begin() as uow:
        streets.load(
            uow,
            data=f"{file}옆길,,,{second},\n".encode(),
            by=town.officer(Authority.MAYOR, Role.REGISTRAR),
        )


@pytest.mark.usefixtures("referendum_called")
def test_before_the_stations_are_named_it_says_so_and_gives_day_and_hours(
    visitor: Visitor,
) -> None:
    html = visitor.opens(PAGE)
    assert "투표소가 아직 정해지지 않았습니다." in html
    assert "06:00부터 20:00까지" in html
    assert "고양시에 사는 18세 이상" in html
    assert f'href="{PAGE}"' in visitor.opens("/measures/1"), "the measure leads there"


def test_a_measure_that_is_not_called_has_no_such_page(
    visitor: Visitor, referendum_sufficient: UUID
) -> None:
    assert referendum_sufficient
    assert visitor.client.get(PAGE).status_code == 404
    assert f'href="{PAGE}"' not in visitor.opens("/measures/1")


def test_a_district_finds_its_stations_with_their_addresses(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    town, district = visitor.town, visitor.town.districts[0]
    second_station(town, referendum_furnished)
    told = found(visitor.opens(f"{PAGE}?district={district.code}"))
    assert f"{district.name_ko} 제1투표소" in told
    assert "견본초등학교" in told
    assert "견본로 70" in told
    assert "그런 읍·면·동이 없습니다" in visitor.opens(f"{PAGE}?district=nowhere")
    assert "읍·면·동을 고른 뒤 눌러 주세요" in found(visitor.opens(f"{PAGE}?district="))
    assert "눌러 주세요" not in found(visitor.opens(PAGE))
    tiles = re.findall(rf'<a class="tile[^"]*" href="{PAGE}\?district=([a-z0-9-]+)#found"',
                       visitor.opens(PAGE))  # fmt: skip
    assert sorted(tiles) == sorted(one.code for one in town.districts)


def test_a_street_finds_the_station_of_its_house_numbers(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    town = visitor.town
    second_station(town, referendum_furnished)
    assert 'name="street"' not in visitor.opens(PAGE), "no list, no field"
    lists_streets(town)
    assert 'name="street"' in visitor.opens(PAGE)
    told = found(visitor.opens(f"{PAGE}?street=견본로 70"))
    assert "견본로 51–90" in told
    assert "견본초등학교" in told
    assert "제1투표소" not in told
    assert "도로명이 없습니다" in visitor.opens(f"{PAGE}?street=<b>")
    assert "<b>" not in visitor.opens(f"{PAGE}?street=<b>")


def test_a_vote_of_a_part_finds_nothing_beyond_it(visitor: Visitor) -> None:
    town = visitor.town
    lists_streets(town)
    measure = town.drafts(
        Instrument.ADVISORY,
        by=town.officer(Authority.MAYOR),
        districts=(town.districts[0].id, town.districts[2].id),
    )
    town.calls(measure, Authority.MAYOR)
    town.waits_for("roll_base", measure)
    town.waits(days=1)
    html = visitor.opens(f"{PAGE}?street=옆길 3")
    assert "이 투표를 하지 않는 읍·면·동" in html
    assert f"district={town.districts[1].code}" not in html


def test_early_voting_and_the_ways_are_said_as_they_are_entered(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    town = visitor.town
    before = visitor.opens(PAGE)
    assert "2027년 6월 4일 금요일, 2027년 6월 5일 토요일" in before, "the days that the law fixes"
    assert "사전투표소:" not in before
    officer = town.officer(Authority.ELECTION_COMMISSION)
    with town.begin() as uow:
        measure = locating.get(uow.session, referendum_furnished)
        poll, day = (
            polling.poll_of(uow.session, measure),
            polling.polling_day_of(uow.session, measure),
        )
        begins = day.opens_at.astimezone().replace(tzinfo=None, hour=6) - timedelta(days=5)
        early.set_hours(
            uow, poll.id, begins=begins, ends=begins + timedelta(days=1, hours=12), by=officer
        )
        for kind, name in ((Kind.EARLY, "시청 사전투표소"), (Kind.MAIL, "우편")):
            made = stations.add_station(
                uow,
                polling_day_id=day.id,
                district_id=town.districts[0].id,
                number=1,
                name_ko=name,
                name_en=name,
                kind=kind,
                by=officer,
            )
            stations.add_box(uow, poll_id=poll.id, station_id=made.id, electors=None, by=officer)
    html = visitor.opens(PAGE)
    assert "시청 사전투표소" in html
    assert "06:00부터 18:00까지" in html
    assert "우편으로도 투표할 수 있습니다." in html
    assert "규칙에는 온라인 투표가 있지만 여기에서는 할 수 없습니다." in html
    assert "주민투표법 §18의2" in html


def test_who_is_signed_in_sees_their_own_polling_place_and_nobody_elses(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    town = visitor.town
    assert "내 투표소" not in visitor.opens(PAGE)
    for number in (town.some(1)[0], town.some(1, district=3)[0]):
        mine = visitor.is_signed_in(number).opens(PAGE)
        district = next(one for one in town.districts if number in town.people[one.id])
        own = mine.partition('id="own"')[2].partition("</section>")[0]
        assert re.findall(r"<li>(\S+) 제1투표소", own) == [district.name_ko]
    assert referendum_furnished


def lives_at(town: Town, number: int, address: str) -> None:
    """The register holds this address of them."""
    person = town.resident(number).person
    told = {"name": "가상인", "former_names": [], "address": address, "phone": ""}
    with town.begin() as uow:
        key = town.vault.new_key(uow.session, purpose="residence")
        sealed = key.seal_fields(told, place=seal_place(person))
        whose = update(Residence).where(Residence.person_id == person)
        uow.session.execute(whose.values(sealed=sealed, key_id=key.id))


def test_of_two_stations_a_resident_is_told_the_one_of_their_own_door(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    town, (low, high, elsewhere) = visitor.town, visitor.town.some(3)
    second_station(town, referendum_furnished)
    lists_streets(town)
    lives_at(town, low, "고양시 덕양구 견본로 12, 101동 502호")
    lives_at(town, high, "고양시 덕양구 견본로 70")
    lives_at(town, elsewhere, "고양시 덕양구 옆길 3")
    told = {}
    for number in (low, high, elsewhere):
        mine = visitor.is_signed_in(number).opens(PAGE)
        own = mine.partition('id="own"')[2].partition("</section>")[0]
        told[number] = ("제1투표소" in own, "견본초등학교" in own)
        assert "견본로 12" not in own
    # A door of another district says nothing of which station it is.
    assert told == {low: (True, False), high: (False, True), elsewhere: (True, True)}


def test_on_the_day_the_first_page_leads_to_it_and_after_it_no_page_sends_anybody(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    town = visitor.town
    assert "오늘 투표합니다" not in visitor.opens("/")
    town.waits_for("polls_open", referendum_furnished, seconds=-3600)
    early_morning = visitor.opens("/")
    assert "오늘 투표합니다" in early_morning
    assert f'href="{PAGE}"' in early_morning
    town.waits_for("polls_open", referendum_furnished, seconds=60)
    assert "오늘 20:00까지입니다." in visitor.opens("/")
    assert "오늘 투표합니다. 20:00까지입니다." in visitor.opens(PAGE)
    town.waits_for("polls_close", referendum_furnished)
    assert "오늘 투표합니다" not in visitor.opens("/")
    over = visitor.opens(PAGE)
    assert "투표는 " in over
    assert 'name="district"' not in over
    assert f'href="{PAGE}"' not in visitor.opens("/measures/1")


def test_a_halted_vote_sends_nobody_to_the_polls(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    visitor.town.halts(referendum_furnished)
    visitor.town.waits_for("polls_open", referendum_furnished, seconds=60)
    assert "오늘 투표합니다" not in visitor.opens("/")
    assert "투표가 멈춰 있습니다." in visitor.opens(PAGE)


def test_a_vote_that_is_to_be_held_again_sends_nobody_before_its_day_is_set(
    visitor: Visitor, referendum_furnished: UUID
) -> None:
    town, commission = visitor.town, Authority.ELECTION_COMMISSION
    town.votes(referendum_furnished, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(referendum_furnished, commission)
    court = Particulars(document=PAPER, reason="무효 판결 확정")
    officer = town.officer(commission)
    town.acts(referendum_furnished, Act.ANNUL_RESULT, officer, court)
    html = visitor.opens(PAGE)
    assert "투표가 아직 공고되지 않았습니다." in html
    assert 'name="district"' not in html
    again = (town.now() + timedelta(days=15)).date()
    town.acts(referendum_furnished, Act.CALL_REVOTE, officer, replace(court, day=again))
    html = visitor.opens(PAGE)
    assert f"투표는 {again.year}년 {again.month}월 {again.day}일" in html
    assert 'name="district"' in html


def test_where_few_enrolled_they_are_sent_to_the_station_at_which_they_vote(
    visitor: Visitor, enrolment_called: UUID
) -> None:
    town = visitor.town
    host, few, nobody = (town.districts[one] for one in (0, 5, 7))
    all_enrol(town, enrolment_called, range(1, 7))
    all_enrol(town, enrolment_called, range(21, 23), district=few.id)
    town.waits_for("roll_base", enrolment_called)
    assert f"{host.name_ko} 제1투표소" in found(visitor.opens(f"{PAGE}?district={few.code}"))
    told = found(visitor.opens(f"{PAGE}?district={nobody.code}"))
    assert "이 읍·면·동에는 투표소가 없습니다." in told
    assert "등록한 사람" in visitor.opens(PAGE)
