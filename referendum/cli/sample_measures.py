"""The demo's measures, each carried to another stage through the same acts as any."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from ballots import returns, stations
from referendum.cli import sample_attachments, sample_described, sample_promises
from referendum.cli.conducting import SEOUL, Conductor
from referendum.cli.sample_answers import SampleAnswers
from referendum.cli.sample_vote import SampleVote
from referendum.identity import staff
from referendum.kernel.people import Assurance, Authority, Officer, Resident, Role
from referendum.lifecycle import (
    counting,
    drafting,
    keying,
    locating,
    petitioning,
    polling,
    progressing,
    reviewing,
    signing,
    stages,
)
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.attachments.attaching import Telling
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.stages import Act
from referendum.roll import finding, places
from referendum.roll.tables import District
from signatures import petitions
from signatures.collecting import Consent
from signatures.handing_in import Sheet
from signatures.lines import PaperLine
from thresholds.delegation import Asker
from thresholds.vocabulary import Instrument, Office

PAPER: Final = "시연-1"
NOT_KEYED_YET: Final = (Sheet("15", 20), Sheet("16", 12))
Tell = Callable[[str], None]

WORKING: Final = (Role.REGISTRAR, Role.EXAMINER, Role.CANVASSER, Role.CLERK)
CERTIFYING: Final = (Role.CERTIFIER,)
SIGNING: Final = (Role.CLERK, Role.CERTIFIER)
"""Who signs what the mayor promises also drafts it."""
MANAGING: Final = (Role.ADMINISTRATOR,)
ACCOUNTS: Final = (
    ("mayor.one", "김시연 (가상)", "시민참여과장", Authority.MAYOR, WORKING),
    ("mayor.two", "이시연 (가상)", "시민참여국장", Authority.MAYOR, SIGNING),
    ("mayor.three", "조시연 (가상)", "감사담당관", Authority.MAYOR, CERTIFYING),
    ("mayor.four", "남시연 (가상)", "시민참여팀장", Authority.MAYOR, WORKING),
    ("mayor.admin", "오시연 (가상)", "정보통신과장", Authority.MAYOR, MANAGING),
    ("mayor.admin2", "서시연 (가상)", "총무과장", Authority.MAYOR, MANAGING),
    ("council.one", "박시연 (가상)", "의사과장", Authority.COUNCIL_CHAIR, WORKING),
    ("council.two", "최시연 (가상)", "의회사무국장", Authority.COUNCIL_CHAIR, CERTIFYING),
    ("council.three", "강시연 (가상)", "의정담당관", Authority.COUNCIL_CHAIR, CERTIFYING),
    ("council.four", "배시연 (가상)", "의사팀장", Authority.COUNCIL_CHAIR, WORKING),
    ("council.admin", "윤시연 (가상)", "의회총무과장", Authority.COUNCIL_CHAIR, MANAGING),
    ("council.admin2", "임시연 (가상)", "의회전산팀장", Authority.COUNCIL_CHAIR, MANAGING),
    ("election.one", "정시연 (가상)", "관리과장", Authority.ELECTION_COMMISSION, WORKING),
    ("election.two", "한시연 (가상)", "사무국장", Authority.ELECTION_COMMISSION, CERTIFYING),
    ("election.three", "송시연 (가상)", "지도과장", Authority.ELECTION_COMMISSION, CERTIFYING),
    ("election.four", "노시연 (가상)", "관리팀장", Authority.ELECTION_COMMISSION, WORKING),
    ("election.admin", "류시연 (가상)", "선거담당관", Authority.ELECTION_COMMISSION, MANAGING),
    ("election.admin2", "문시연 (가상)", "홍보담당관", Authority.ELECTION_COMMISSION, MANAGING),
)
"""Invented officers with their roles apart: two who do the work, one the other's second pair of
eyes; two who certify it; and two who manage the accounts, of each authority.
"""


@dataclass(frozen=True, slots=True)
class SampleMeasures:
    """Plays the stories; `now` is where the demo's clock ends."""

    by: Conductor
    now: datetime
    people: Sequence[tuple[UUID, UUID]]
    """(person, district) of adults, in the order of the register."""
    tell: Tell

    def play(self) -> None:
        """One after the other, in the order of their beginnings."""
        self._promise()
        self.by.seat(Authority.ELECTION_COMMISSION, "도시연 (가상)", "시연시선거관리위원장")
        self.tell("referendum")
        self._referendum()
        self.tell("answers")
        self._answers()
        self.tell("recall")
        recall = self._recall()
        self.tell("initiative")
        self._initiative()
        self._hand_in(recall)
        self.tell("advisory")
        self._advisory()
        self.tell("vote")
        SampleVote(self.by, self.now).play()
        self.by.until(self.now)

    def _promise(self) -> None:
        """The mayor's promise that advisory votes follow, signed under a sample account."""
        username, name, office, authority, roles = ACCOUNTS[1]
        with self.by.begin() as uow:
            account = staff.named(uow.session, username)
        assert account is not None
        officer = Officer(account.id, self.by.place, authority, frozenset(roles), fresh=True)
        sample_promises.publish(
            self.by, officer=officer, hand=("한가람 (가상)", "시연시장"), account=(name, office)
        )

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
                body="호수공원의 개방 시간을 오전 5시부터 밤 12시까지로 한다. (시연용 가상 안건)",
            ),
        )
        needed = self._needed(measure)
        self._bring(measure, self.people[: needed + needed // 8], strangers=260)
        self.by.until_deadline(measure, "collection_ends")
        self._qualify(measure)
        paper = self.by.paper("주민투표발의", "청구 요건을 갖춤 (시연)")
        self.by.act(measure, Act.CALL, self.by.officer(Authority.MAYOR), paper)
        self.by.until_deadline(measure, "polls_close")
        self._count(measure)
        self._certify(measure, Authority.ELECTION_COMMISSION)

    def _answers(self) -> None:
        """Two advisory votes that are over."""
        chosen = tuple(district.id for district in self._districts()[8:10])
        SampleAnswers(self.by, self.now, chosen, self._certify).play()

    def _recall(self) -> UUID:
        """On paper, in three districts, as today's law has it."""
        chosen = [district.id for district in self._districts()[21:24]]
        living = [one for one in self.people if one[1] in chosen]
        self.by.until(self.now - timedelta(days=75))
        today = self.now.astimezone(SEOUL).date()
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
        return measure

    def _hand_in(self, recall: UUID) -> None:
        """What the pass could not decide waits for the examiner, and two sheets to be keyed."""
        self.by.until_deadline(recall, "collection_ends")
        self.by.in_the_morning()
        given = Particulars(sheets=NOT_KEYED_YET)
        self.by.act(recall, Act.FILE, self._representative(), given)
        officer = self.by.officer(Authority.ELECTION_COMMISSION)
        reviewing.examine(self.by.begin, self.by.means, recall, officer)

    def _initiative(self) -> None:
        """Collecting: a few signatures short of what the ordinance needs."""
        self.by.until(self.now - timedelta(days=33))
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
                **sample_described.libraries([one.id for one in self._districts()[24:27]]),
            ),
            sample_attachments.libraries(),
        )
        needed = self._needed(measure)
        online, paper = needed * 2 // 3, needed // 4
        neighbours = self._neighbours(online + paper)
        for person, _ in neighbours[:online]:
            self._sign(measure, person)
        self._bring(measure, neighbours[online:], strangers=2)

    def _advisory(self) -> None:
        """A draft of the mayor's office in three districts: to be carried by hand to its end."""
        chosen = tuple(district.id for district in self._districts()[:3])
        with self.by.begin() as uow:
            drafted = drafting.draft(
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
                by=self.by.officer(Authority.MAYOR),
                demo=True,
            )
        sample_promises.state(self.by, drafted.id, Asker.MAYOR)

    def _open(
        self, instrument: Instrument, words: DraftText, files: Sequence[tuple[bytes, Telling]] = ()
    ) -> UUID:
        initiator = self._representative()
        with self.by.begin() as uow:
            measure = drafting.draft(
                uow, instrument=instrument, words=words, by=initiator, demo=True
            ).id
            for content, telling in files:
                attaching.add(uow, measure, content=content, telling=telling, by=initiator)
        self.by.act(measure, Act.APPLY, initiator)
        self.by.act(measure, Act.ADMIT, self.by.officer(stages.examining_authority(instrument)))
        return measure

    def _needed(self, measure: UUID) -> int:
        with self.by.begin() as uow:
            shown = progressing.progress(uow.session, locating.get(uow.session, measure))
        assert shown is not None
        return shown.needed

    def _sign(self, measure: UUID, person: UUID) -> None:
        with self.by.begin() as uow:
            petition = petitions.of_measure(uow.session, measure)
            assert petition is not None
            resident = Resident(person, self.by.place, Assurance.PHONE_ON_FILE)
            signing.sign(
                uow,
                self.by.means.vault,
                petition.id,
                resident,
                consents=dict.fromkeys(Consent, "1"),
            )

    def _bring(
        self, measure: UUID, signers: Sequence[tuple[UUID, UUID]], *, strangers: int
    ) -> None:
        """Paper lines of residents, of some of them again, and of people nobody knows."""
        with self.by.begin() as uow:
            instrument = Instrument(locating.get(uow.session, measure).instrument)
            lines = list(self._lines(uow.session, signers, strangers, uow.now()))
            keying.bring(
                uow,
                self.by.means.vault,
                petitioning.petition_of(uow.session, locating.get(uow.session, measure)).id,
                lines,
                by=self.by.officer(stages.examining_authority(instrument)),
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
        told = finding.person_details(session, self.by.means.vault, person)
        assert told is not None
        return told

    def _qualify(self, measure: UUID) -> None:
        officer = self.by.officer(Authority.MAYOR)
        self.by.in_the_morning()
        self.by.act(measure, Act.FILE, self._representative())
        self.by.examine(measure, officer)
        self.by.act(measure, Act.OPEN_INSPECTION, officer)
        self.by.until_deadline(measure, "inspection_ends")
        self.by.act(measure, Act.SETTLE_OBJECTIONS, officer, self.by.paper(PAPER, "이의신청 없음"))
        self._certify(measure, Authority.MAYOR)

    def _count(self, measure: UUID) -> None:
        """Returns of every box: about two of five vote, a little over half of them yes."""
        officer = self.by.officer(Authority.ELECTION_COMMISSION)
        with self.by.begin() as uow:
            held = counting.insist_on_canvasser(uow.session, measure, officer)
            poll = polling.poll_of(uow.session, held)
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
        """The two sample certifiers of that authority, under their own accounts."""
        signatories = []
        for username, name, office, belongs, roles in ACCOUNTS:
            if belongs is not authority or Role.CERTIFIER not in roles:
                continue
            with self.by.begin() as uow:
                account = staff.named(uow.session, username)
            assert account is not None
            officer = Officer(account.id, self.by.place, authority, frozenset(roles), fresh=True)
            signatories.append(Signatory(officer, name, office))
        document = self.by.paper(PAPER, "").document
        self.by.certify(measure, signatories, document=document)

    def _neighbours(self, count: int) -> list[tuple[UUID, UUID]]:
        """So many people of eight districts: signatures come in where the idea comes from."""
        near = {district.id for district in self._districts()[24:32]}
        return [one for one in self.people if one[1] in near][:count]

    def _representative(self) -> Resident:
        return Resident(self.people[0][0], self.by.place, Assurance.PHONE_ON_FILE)

    def _districts(self) -> list[District]:
        with self.by.begin() as uow:
            return places.districts_on(
                uow.session, self.by.place, self.now.astimezone(SEOUL).date()
            )
