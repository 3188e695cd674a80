"""The demo's city: Goyang's districts, invented residents and officers, and four measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pyotp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ballots import returns, stations
from referendum.bootstrap import Services
from referendum.identity import demonstrating, entering, staff
from referendum.kernel import clock, log
from referendum.kernel.people import Assurance, Authority, Officer, Resident, Role
from referendum.lifecycle import (
    calendar,
    certifying,
    performing,
    proposing,
    qualifying,
    reading,
    voting,
)
from referendum.lifecycle.acting import NOTHING, Document, Particulars
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.proposing import DraftText
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Designation, OrdinanceKept
from referendum.roll import eligibility, finding, importing, places, specimens, totals
from referendum.roll.places import PlacePlan
from referendum.roll.tables import District, Jurisdiction, Person, Residence
from referendum.roll.totals import TotalKind
from signatures import collecting, petitions, settling, sheets, tallying
from signatures.collecting import Consent, Details
from signatures.lines import PaperLine
from thresholds import library
from thresholds.vocabulary import Instrument, Office

PEOPLE: Final = 20_000
SEED: Final = 44
SEOUL: Final = ZoneInfo("Asia/Seoul")
HISTORY: Final = timedelta(days=160)
"""How far back the demo's history begins, so that one measure has already been voted on."""

OPERATORS: Final = (Authority.MAYOR, Authority.COUNCIL_CHAIR)
NOTICE: Final = "시연용 공고 (가상)"
PAPER: Final = "시연-1"
Tell = Callable[[str], None]

ACCOUNTS: Final = (
    ("mayor.one", "김시연 (가상)", "시민참여과장", Authority.MAYOR, tuple(Role)),
    ("mayor.two", "이시연 (가상)", "시민참여국장", Authority.MAYOR, tuple(Role)),
    ("council.one", "박시연 (가상)", "의사과장", Authority.COUNCIL_CHAIR, tuple(Role)),
    ("council.two", "최시연 (가상)", "의회사무국장", Authority.COUNCIL_CHAIR, tuple(Role)),
    ("election.one", "정시연 (가상)", "관리과장", Authority.ELECTION_COMMISSION, tuple(Role)),
    ("election.two", "한시연 (가상)", "사무국장", Authority.ELECTION_COMMISSION, tuple(Role)),
)
"""Invented officers: two of each authority, so that two different ones can certify."""


@dataclass
class Seeding:
    """Fills an empty database through the same functions as the pages use."""

    services: Services
    tell: Tell
    place: UUID = field(init=False)
    plan: PlacePlan = field(init=False)
    people: list[tuple[UUID, UUID]] = field(init=False)
    """(person, district) of adults, in the order of the register."""

    def run(self) -> None:
        """The whole city; its clock ends at the real time."""
        self.tell("city")
        self._city()
        self.tell("residents")
        self._residents()
        self.tell("officers")
        self._officers()
        self.tell("totals")
        self._totals()
        self.tell("referendum")
        self._referendum()
        self.tell("recall")
        self._recall()
        self.tell("initiative")
        self._initiative()
        self._until(self._real_now())
        self.tell("advisory")
        self._advisory()
        with self.services.begin() as uow:
            for measure in reading.listed(uow.session, self.place, limit=50):
                petition = petitions.of_measure(uow.session, measure.id)
                if petition is not None:
                    tallying.fold(uow, petition.id)
        with self.services.begin() as uow:
            log.seal(uow.session, self.services.log_key)

    # The city

    def _city(self) -> None:
        self.plan = places.read_place()
        with self.services.begin() as uow:
            clock.start_at(uow.session, self._real_now() - HISTORY)
        with self.services.begin() as uow:
            self.place = places.settle(uow, self.plan, operated_by=OPERATORS).id
            for instrument in (Instrument.INITIATIVE, Instrument.REFERENDUM):
                uow.session.add(
                    Designation(
                        jurisdiction_id=self.place,
                        instrument=instrument.value,
                        system="시연용 서명 시스템 (가상 지정)",
                        document="시연용 지정서",
                        day=date(2026, 1, 1),
                        demo=True,
                    )
                )
            uow.session.add(
                OrdinanceKept(
                    jurisdiction_id=self.place,
                    instrument=Instrument.REFERENDUM.value,
                    valid_from=date(2022, 4, 26),
                    numbers={"share": "1/20", "collection_days": 60, "cure_days": 10},
                    source="시연용 가정: 실제 조례의 수가 아님",
                    assumed=True,
                )
            )

    def _residents(self) -> None:
        with self.services.begin() as uow:
            as_of = uow.now().astimezone(SEOUL).date()
        data = specimens.sample_register(self.plan, people=PEOPLE, seed=SEED, as_of=as_of)
        with self.services.begin() as uow:
            importing.import_register(
                uow,
                jurisdiction_id=self.place,
                data=data,
                as_of=as_of,
                by=self._officer(Authority.MAYOR),
                vault=self.services.vault,
            )
        grown = as_of - timedelta(days=21 * 365)
        with self.services.begin() as uow:
            rows = uow.session.execute(
                select(Residence.person_id, Residence.district_id)
                .join(Person, Person.id == Residence.person_id)
                .where(
                    Residence.birth_date < grown,
                    Residence.nationality == "KR",
                    Residence.registered_to.is_(None),
                    Residence.registered_from < as_of - timedelta(days=700),
                    Residence.lost_from.is_(None),
                    Residence.phone_index.is_not(None),
                )
                .order_by(Person.register_no)
            )
            self.people = [(row[0], row[1]) for row in rows]

    def _officers(self) -> None:
        vault = self.services.vault
        for username, name, office, authority, roles in ACCOUNTS:
            with self.services.begin() as uow:
                link = staff.add(
                    uow,
                    vault=vault,
                    jurisdiction_id=self.place,
                    username=username,
                    display_name=name,
                    office_title=office,
                    authority=authority,
                    roles=roles,
                    by=None,
                )
            with self.services.begin() as uow:
                offer = entering.offer_set_up(uow, vault, link.token, issuer="Referendum")
                entering.set_up(
                    uow,
                    vault,
                    link.token,
                    password=demonstrating.password(vault, username, demo=True),
                    code=pyotp.TOTP(offer.secret).at(self._real_now()),
                )

    def _totals(self) -> None:
        """Publish invented totals for the last two base years, as the notices of a real city."""
        year = self._real_now().year
        for base_year in (year - 2, year - 1):
            for instrument in Instrument:
                self._publish(instrument, base_year)

    def _publish(self, instrument: Instrument, base_year: int) -> None:
        base, published = date(base_year, 12, 31), date(base_year + 1, 1, 8)
        rulebook = library.in_force(
            country="kr",
            level="city",
            instrument=instrument,
            on=published,
            office=Office.MAYOR if instrument is Instrument.RECALL else None,
        )
        assert rulebook.signing is not None
        refused = eligibility.refusal_in_sql(rulebook.signing.electorate, base=base, age_on=base)
        with self.services.begin() as uow:
            rows = uow.session.execute(
                select(Residence.district_id, func.count())
                .where(refused.is_(None))
                .group_by(Residence.district_id)
            )
            figures: dict[UUID | None, int] = {row[0]: row[1] for row in rows}
            figures[None] = sum(figures.values())
            for district_id, number in figures.items():
                totals.publish_total(
                    uow,
                    jurisdiction_id=self.place,
                    instrument=instrument,
                    kind=TotalKind.CLAIMANTS,
                    base_year=base_year,
                    number=number,
                    source=NOTICE,
                    published_on=published,
                    by=self._officer(Authority.MAYOR),
                    district_id=district_id,
                )

    # The four measures

    def _referendum(self) -> None:
        """Voted on, counted and declared: what a finished measure looks like."""
        measure = self._open(
            Instrument.REFERENDUM,
            DraftText(
                title_ko="호수공원 야간 개방 시간을 늘릴 것인가 (시연)",
                title_en="Shall the lake park stay open later? (demo)",
                question_ko="호수공원을 밤 12시까지 여는 것에 찬성하십니까?",
                question_en="Shall the lake park stay open until midnight?",
                reason="퇴근이 늦은 주민도 공원을 쓸 수 있다. 다만 빛과 소음, 관리 비용이 는다.",
                body="호수공원의 개방 시간을 05:00부터 24:00까지로 한다. (시연용 가상 안건)",
            ),
        )
        self._bring(measure, self.people[:1_000], strangers=260)
        self._until_deadline(measure, "collection_ends")
        self._qualify(measure)
        self._act(measure, Act.CALL, self._officer(Authority.MAYOR))
        self._until_deadline(measure, "polls_close")
        self._count(measure)
        self._certify(measure, Authority.ELECTION_COMMISSION)

    def _recall(self) -> None:
        """Handed in on paper; lines are waiting for the examiner's decision."""
        chosen = [district.id for district in self._districts()[21:24]]
        living = [one for one in self.people if one[1] in chosen]
        self._until(self._real_now() - timedelta(days=75))
        today = self._real_now().date()
        measure = self._open(
            Instrument.RECALL,
            DraftText(
                title_ko="가상 선거구 시의원 주민소환 (시연)",
                title_en="Recall of a councillor of an invented constituency (demo)",
                question_ko="가상 선거구 시의원을 소환하는 것에 찬성하십니까?",
                question_en="Shall the councillor be recalled?",
                reason="시연을 위해 지어낸 사유입니다. 실제 인물이나 사건과 관계가 없습니다.",
                body="주민소환투표 청구서 (시연용 가상 안건)",
                office=Office.COUNCILLOR.value,
                official="가상 선거구 시의원",
                term_started=today - timedelta(days=800),
                term_ends=today + timedelta(days=660),
                districts=tuple(chosen),
            ),
        )
        self._bring(measure, living[:260], strangers=40)
        self._until_deadline(measure, "collection_ends")
        self._act(measure, Act.FILE, self._representative())
        with self.services.begin() as uow:
            qualifying.examine(
                uow,
                self.services.means,
                measure,
                self._officer(Authority.ELECTION_COMMISSION),
            )

    def _initiative(self) -> None:
        """Collecting: a few signatures short of what the ordinance needs."""
        self._until(self._real_now() - timedelta(days=33))
        measure = self._open(
            Instrument.INITIATIVE,
            DraftText(
                title_ko="작은도서관 야간 운영 조례 (시연)",
                title_en="Small libraries open in the evening (demo)",
                question_ko="작은도서관을 밤 10시까지 여는 조례를 제정할 것을 청구합니다.",
                question_en="An ordinance that keeps small libraries open until ten.",
                reason="늦게까지 일하는 주민과 학생이 가까운 곳에서 책을 읽을 수 있어야 한다.",
                body=(
                    "제1조(목적) 이 조례는 작은도서관의 야간 운영에 필요한 사항을 정한다.\n"
                    "제2조(운영 시간) 작은도서관은 평일 밤 10시까지 연다.\n"
                    "제3조(지원) 시장은 예산의 범위에서 운영비를 지원할 수 있다.\n"
                    "(시연용 가상 조례안)"
                ),
            ),
        )
        with self.services.begin() as uow:
            shown = reading.progress(uow.session, reading.get(uow.session, measure))
        assert shown is not None
        online, paper = shown.needed * 2 // 3, shown.needed // 4
        for person, _ in self.people[2_000 : 2_000 + online]:
            self._sign(measure, person)
        self._bring(measure, self.people[3_000 : 3_000 + paper], strangers=2)

    def _advisory(self) -> None:
        """A draft of the mayor's office in three districts: to be carried by hand to its end."""
        chosen = tuple(district.id for district in self._districts()[:3])
        with self.services.begin() as uow:
            proposing.draft(
                uow,
                instrument=Instrument.ADVISORY,
                words=DraftText(
                    title_ko="마을버스 노선 조정 자문투표 (시연)",
                    title_en="Advisory vote on a bus route (demo)",
                    question_ko="마을버스 노선을 학교 앞으로 바꾸는 것에 찬성하십니까?",
                    question_en="Shall the village bus pass by the school?",
                    reason="등하교가 편해지지만 전체 운행 시간이 7분 늘어난다.",
                    body=(
                        "시장의 사전 약속: 투표 결과를 따라 노선 조정안을 마련한다. "
                        "법적 구속력은 없다. (시연용 가상 안건)"
                    ),
                    districts=chosen,
                ),
                by=self._officer(Authority.MAYOR),
                demo=True,
            )

    # What they are made of

    def _open(self, instrument: Instrument, words: DraftText) -> UUID:
        initiator = self._representative()
        with self.services.begin() as uow:
            measure = proposing.draft(
                uow, instrument=instrument, words=words, by=initiator, demo=True
            ).id
        self._act(measure, Act.APPLY, initiator)
        self._act(measure, Act.ADMIT, self._officer(qualifying.authority_of(instrument)))
        return measure

    def _sign(self, measure: UUID, person: UUID) -> None:
        with self.services.begin() as uow:
            petition = petitions.of_measure(uow.session, measure)
            assert petition is not None
            told = self._told(uow.session, person)
            rulebook = reading.overview(uow.session, reading.get(uow.session, measure)).rulebook
            assert rulebook is not None
            assert rulebook.signing is not None
            collecting.sign(
                uow,
                self.services.vault,
                petition.id,
                Resident(person, self.place, Assurance.PHONE_ON_FILE),
                consents=dict.fromkeys(Consent, "1"),
                details=Details(told.name, told.birth_date, told.address),
                electorate=rulebook.signing.electorate,
            )

    def _bring(
        self, measure: UUID, signers: Sequence[tuple[UUID, UUID]], *, strangers: int
    ) -> None:
        """Paper lines of residents, of some of them again, and of people nobody knows."""
        with self.services.begin() as uow:
            instrument = Instrument(reading.get(uow.session, measure).instrument)
            lines = list(self._lines(uow.session, signers, strangers, uow.now()))
            sheets.bring_lines(
                uow,
                self.services.vault,
                qualifying.petition_of(uow.session, reading.get(uow.session, measure)).id,
                lines,
                by=self._officer(qualifying.authority_of(instrument)),
                received_on=uow.now().astimezone(SEOUL).date(),
            )

    def _lines(
        self,
        session: Session,
        signers: Sequence[tuple[UUID, UUID]],
        strangers: int,
        now: datetime,
    ) -> Iterator[PaperLine]:
        signed_on = now.astimezone(SEOUL).date().isoformat()
        names = {one.id: one.name_ko for one in self._districts()}
        again = signers[: strangers // 3]
        for row, (person, district) in enumerate([*signers, *again], start=1):
            told = self._told(session, person)
            yield PaperLine(
                sheet=f"{1 + row // 20}",
                row=1 + row % 20,
                name=told.name,
                birth_date=told.birth_date.isoformat(),
                address=told.address,
                district=names[district],
                signed_on=signed_on,
                has_mark=True,
            )
        for row in range(1, strangers + 1):
            yield PaperLine(
                sheet="X",
                row=row,
                name=f"불명{row}",
                birth_date="1970-01-01",
                address="알아볼 수 없음",
                district="",
                signed_on=signed_on,
                has_mark=True,
            )

    def _told(self, session: Session, person: UUID) -> finding.Details:
        """What the register's file said of somebody: everybody in the demo comes from one."""
        told = finding.person_details(session, self.services.vault, person)
        assert told is not None
        return told

    def _qualify(self, measure: UUID) -> None:
        officer = self._officer(Authority.MAYOR)
        self._act(measure, Act.FILE, self._representative())
        with self.services.begin() as uow:
            qualifying.examine(uow, self.services.means, measure, officer)
        with self.services.begin() as uow:
            petition = qualifying.petition_of(uow.session, reading.get(uow.session, measure))
            settling.void_remaining(
                uow, self.services.vault, petition.id, note="명부에서 확인되지 않음", by=officer
            )
        self._act(measure, Act.OPEN_INSPECTION, officer)
        self._until_deadline(measure, "inspection_ends")
        self._act(measure, Act.SETTLE_OBJECTIONS, officer, self._paper("이의신청 없음"))
        self._certify(measure, Authority.MAYOR)

    def _count(self, measure: UUID) -> None:
        """Returns of every box: about two of five vote, a little over half of them yes."""
        officer = self._officer(Authority.ELECTION_COMMISSION)
        with self.services.begin() as uow:
            poll = voting.poll_of(uow.session, reading.get(uow.session, measure))
            boxes = stations.boxes_of(uow.session, poll.id)
            cast = {
                box.id: (box.electors or 0) * (35 + at % 9) // 100 for at, box in enumerate(boxes)
            }
            for box in boxes:
                returns.enter_turnout(
                    uow, box.id, issued=cast[box.id], cast=cast[box.id], by=officer
                )
            for box in boxes:
                invalid = cast[box.id] // 60
                yes = (cast[box.id] - invalid) * 54 // 100
                votes = {"yes": yes, "no": cast[box.id] - invalid - yes}
                returns.enter_count(
                    uow, box.id, papers=cast[box.id], votes=votes, invalid=invalid, by=officer
                )

    def _certify(self, measure: UUID, authority: Authority) -> None:
        for username, name, office, belongs, _ in ACCOUNTS:
            if belongs is not authority:
                continue
            with self.services.begin() as uow:
                account = staff.named(uow.session, username)
                assert account is not None
                officer = Officer(account.id, self.place, authority, frozenset(Role), fresh=True)
                certifying.certify(
                    uow,
                    self.services.means,
                    measure,
                    by=Signatory(officer, name, office),
                    document=Document(PAPER, uow.now().astimezone(SEOUL).date()),
                )

    def _act(
        self, measure: UUID, act: Act, by: Officer | Resident, given: Particulars = NOTHING
    ) -> None:
        with self.services.begin() as uow:
            performing.perform(uow, self.services.means, measure, act, by, given)

    def _paper(self, reason: str) -> Particulars:
        with self.services.begin() as uow:
            today = uow.now().astimezone(SEOUL).date()
        return Particulars(document=Document(PAPER, today), reason=reason)

    def _officer(self, authority: Authority) -> Officer:
        return Officer(uuid4(), self.place, authority, frozenset(Role), fresh=True)

    def _representative(self) -> Resident:
        return Resident(self.people[0][0], self.place, Assurance.PHONE_ON_FILE)

    def _districts(self) -> list[District]:
        with self.services.begin() as uow:
            return places.districts_on(uow.session, self.place, self._real_now().date())

    # Time

    def _until_deadline(self, measure: UUID, name: str) -> None:
        with self.services.begin() as uow:
            kept = reading.overview(uow.session, reading.get(uow.session, measure)).deadlines
            at = next(one.at for one in kept if one.name == name)
        self._until(at)

    def _until(self, moment: datetime) -> None:
        """Let time go by in the steps in which the calendar has something to do."""
        while True:
            with self.services.begin() as uow:
                now = uow.now()
                ahead = calendar.next_date(uow.session, now) or moment
                if now < moment:
                    clock.advance(uow.session, min(moment, ahead) - now)
                due = list(calendar.due(uow.session, uow.now()))
            for one in due:
                with self.services.begin() as uow:
                    calendar.act(uow, self.services.means, one.measure_id, one.act)
            if now >= moment and not due:
                return

    def _real_now(self) -> datetime:
        with self.services.begin() as uow:
            real: datetime = uow.session.execute(select(func.clock_timestamp())).scalar_one()
        return real


def is_seeded(services: Services) -> bool:
    """Whether the database already has a city."""
    with services.begin() as uow:
        return uow.session.scalar(select(Jurisdiction.id).limit(1)) is not None
