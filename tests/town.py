"""A town that tests speak through: it drafts, admits, signs, waits, counts and certifies.

Everything is real: the database, the rules, the record. Only people and numbers are invented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from ballots import batches, stations
from ballots.batches import CountRow, TurnoutRow
from referendum.kernel import clock, log, proposals
from referendum.kernel.addresses import Addresses
from referendum.kernel.log import LogKey
from referendum.kernel.people import Assurance, Authority, Officer, Resident, Role
from referendum.kernel.proposals import Proposal
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.lifecycle import (
    acting,
    calendar,
    certifying,
    confirming,
    counting,
    drafting,
    enveloping,
    handing_over,
    holding,
    keying,
    locating,
    performing,
    polling,
    promising,
    proposing,
    reviewing,
    seconding,
    serving,
    signing,
    stages,
)
from referendum.lifecycle.acting import Document, Means, Particulars
from referendum.lifecycle.advisory import answering
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.certifying import Certified, Signatory
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.enveloping import Scope
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promising import Hand
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import StepTaken
from referendum.papers import filing, naming
from referendum.roll import inventing, places
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.tables import District, Person
from signatures import petitions, tallying
from signatures.collecting import NotOnRoll, Signed
from signatures.handing_in import Sheet
from signatures.lines import PaperLine
from tests import scans
from tests.ground import SEED, Ground, laid, people_of
from tests.papers import CONSENTS, OF_A_RECALL, PAPER, PROMISED, WORDS
from tests.scans import pdf, scan
from tests.seeing import Seen
from thresholds.delegation import Asker, ExcludedMatter
from thresholds.vocabulary import Instrument, Route


def seconded(officer: Officer) -> Officer:
    """The officer as they act once another has confirmed what they proposed."""
    return replace(officer, seconded_by=f"officer:{uuid4()}")


@dataclass
class Town(Seen):
    """One city with 44 districts, its officers, and a clock that can be waited on."""

    vault: Vault
    log_key: LogKey
    ground: Ground | None = None
    """Of the template that this town's database was copied from."""
    place: UUID = field(init=False)
    districts: list[District] = field(init=False)
    people: dict[UUID, range] = field(init=False)
    sheets: int = 0
    """Keyed in so far: each is another."""

    def __post_init__(self) -> None:
        if self.ground is None:
            self.ground = Ground.read(self.begin)
        self.place = self.ground.place
        self.districts = list(self.ground.districts)
        self.people = people_of(self.districts)

    @classmethod
    def settles(cls, begin: Begin, vault: Vault, log_key: LogKey) -> Town:
        """The town in an empty database."""
        return cls(begin, vault, log_key, laid(begin, vault))

    # People

    @property
    def means(self) -> Means:
        return Means(self.vault, self.log_key, Addresses("https://referendum.example"))

    def officer(self, authority: Authority, *roles: Role, fresh: bool = True) -> Officer:
        return Officer(uuid4(), self.place, authority, frozenset(roles or Role), fresh=fresh)

    def pair(self, authority: Authority) -> Officer:
        """An officer for whom another has confirmed what they do."""
        return seconded(self.officer(authority))

    def brought(self, document: Document) -> Document:
        """The same paper with its file in hand."""
        return replace(document, scan=scans.scan(scans.pdf(document.number), self.vault))

    def resident(self, number: int) -> Resident:
        """The resident of that number, who has just shown who they are."""
        register_no = inventing.register_no(number)
        assert self.ground is not None
        person = self.ground.persons.get(register_no)
        if person is None:
            with self.begin() as uow:
                this = select(Person.id).where(Person.register_no == register_no)
                person = uow.session.scalars(this).one()
        return Resident(person, self.place, Assurance.PHONE_ON_FILE)

    def some(self, count: int, *, district: int = 0) -> list[int]:
        """The numbers of so many residents, beginning in a district and going on to the next."""
        everyone = [number for one in self.districts[district:] for number in self.people[one.id]]
        return everyone[:count]

    def examiner_of(self, measure: UUID) -> Officer:
        with self.begin() as uow:
            instrument = Instrument(locating.get(uow.session, measure).instrument)
        return self.officer(stages.examining_authority(instrument))

    # Time

    def waits(self, **how_long: float) -> None:
        """Time goes by, and the calendar does what is due."""
        with self.begin() as uow:
            clock.advance(uow.session, timedelta(**how_long))
        self.calendar_catches_up()

    def waits_for(self, deadline: str, measure: UUID, *, seconds: int = 0) -> None:
        """Time goes by until a deadline's moment (or so many seconds from it)."""
        at = self.deadline(measure, deadline) + timedelta(seconds=seconds)
        self.waits(seconds=(at - self.now()).total_seconds())

    def phones_serve(self) -> None:
        """Of every phone that came onto the register the former holders were told, long ago."""
        long_ago = PhoneChange.changed_at - timedelta(days=100)
        with self.begin() as uow:
            uow.session.execute(update(PhoneChange).values(told_at=long_ago))

    def calendar_catches_up(self) -> list[str]:
        """Do what is due, and what becomes due by it; gives the acts in order."""
        done: list[str] = []
        while True:
            with self.begin() as uow:
                due = list(calendar.due(uow.session, uow.now()))
            taken = []
            for one in due:
                with self.begin() as uow:
                    if calendar.act(uow, self.means, one.measure_id, one.act):
                        taken.append(one.act.value)
            if not taken:
                return done
            done += taken

    # A petition

    def drafts(
        self, instrument: Instrument, *, by: Resident | Officer | None = None, **changed: Any
    ) -> UUID:
        words: dict[str, Any] = {name: getattr(WORDS, name) for name in WORDS.__slots__}
        if instrument is Instrument.RECALL:
            words |= OF_A_RECALL
        route: Route | None = changed.pop("route", None)
        if instrument is Instrument.ADVISORY:
            self.has_a_promise()
        with self.begin() as uow:
            author = by or self.resident(self.some(1)[0])
            drafted = drafting.draft(
                uow,
                instrument=instrument,
                words=DraftText(**(words | changed)),
                by=author,
                route=route,
            ).id
        if instrument is Instrument.ADVISORY:
            self.states(drafted, Asker.MAYOR if isinstance(author, Officer) else Asker.RESIDENTS)
        return drafted

    # The mayor's promise

    def delegates(self, *, published: bool = True, **changed: Any) -> UUID:
        """The mayor's office drafts, signs and publishes a promise; `changed` are its terms."""
        officer = self.officer(Authority.MAYOR)
        hand = Hand(officer=officer, officer_name="담당관", officer_office="과장")
        with self.begin() as uow:
            first = delegating.today(uow, self.place)
            terms = delegating.read(PROMISED | {"valid_from": first.isoformat()} | changed)
            made = delegating.draft(uow, terms=terms, by=officer)
            if published:
                approval = Approval(self.letter(f"사전약속-{made.id.int % 100_000}"))
                promising.sign(uow, made.id, hand=hand, approval=approval)
        if published:
            self.publishes(made.id)
        return made.id

    def letter(self, number: str = "시험-공문") -> Document:
        """A paper of the mayor's office of today, with its file."""
        return Document(number, self.now().date(), scan=scan(pdf(number), self.vault))

    def publishes(self, promise: UUID) -> None:
        """One officer proposes to make it known, another confirms."""
        one = self.officer(Authority.MAYOR)
        with self.begin() as uow:
            put = seconding.propose_publishing(
                uow,
                promise,
                approval=Approval(self.letter(f"공고-{promise.int % 100_000}")),
                by=one,
            )
        self.seconds(put, one)

    def revokes(self, promise: UUID, *, reason: str = "사정 변경") -> None:
        """One officer proposes to revoke it, another confirms."""
        one = self.officer(Authority.MAYOR)
        with self.begin() as uow:
            put = seconding.propose_ending(
                uow,
                promise,
                approval=Approval(self.letter(f"철회-{promise.int % 100_000}")),
                reason=reason,
                by=one,
            )
        self.seconds(put, one)

    def has_a_promise(self) -> None:
        """One that runs today: an advisory vote follows it."""
        with self.begin() as uow:
            day = delegating.today(uow, self.place)
            running = delegating.in_force(uow.session, self.place, day)
        if running is None:
            self.delegates()

    def states(self, measure: UUID, asker: Asker, **changed: Any) -> None:
        """What an advisory vote is about: one of the promised matters, none of the excluded."""
        given: dict[str, Any] = {
            "asked_by": asker,
            "subject": 0,
            "confirmed": frozenset(ExcludedMatter),
        }
        with self.begin() as uow:
            enveloping.state(
                uow, measure, scope=Scope(**(given | changed)), by=self.officer(Authority.MAYOR)
            )

    def acts(
        self,
        measure: UUID,
        act: Act,
        by: Officer | Resident,
        given: Particulars | None = None,
    ) -> StepTaken:
        """Taken; where it takes two officers, proposed by one and confirmed by another."""
        particulars = given or Particulars()
        with self.begin() as uow:
            if not isinstance(by, Officer):
                return performing.perform(uow, self.means, measure, act, by, particulars)
            taken = proposing.take(uow, self.means, measure, act, by, particulars)
            if isinstance(taken, StepTaken):
                return taken
        self.seconds(taken, by)
        with self.begin() as uow:
            return acting.history(uow.session, measure)[-1]

    def seconds(self, proposal: Proposal, by: Officer) -> None:
        """Another officer of the same office confirms."""
        with self.begin() as uow:
            confirming.confirm(
                uow,
                self.means,
                proposal.id,
                version=proposal.version,
                by=self.officer(by.authority),
            )

    def seconds_all(self) -> int:
        """Whatever waits for a second officer is confirmed by one of the office; gives how many."""
        with self.begin() as uow:
            waiting = proposals.waiting(uow.session, self.place, uow.now())
        for one in waiting:
            self.seconds(one, self.officer(Authority(one.proposer_authority)))
        return len(waiting)

    def opens(self, instrument: Instrument, **changed: Any) -> UUID:
        """A petition that collects: drafted, applied for and admitted."""
        measure = self.drafts(instrument, **changed)
        self.acts(measure, Act.APPLY, self.resident(self.some(1)[0]))
        self.acts(measure, Act.ADMIT, self.examiner_of(measure))
        return measure

    def petition(self, measure: UUID) -> UUID:
        with self.begin() as uow:
            found = petitions.of_measure(uow.session, measure)
            assert found is not None
            return found.id

    def signs(self, measure: UUID, number: int) -> Signed | NotOnRoll:
        petition, resident = self.petition(measure), self.resident(number)
        with self.begin() as uow:
            return signing.sign(uow, self.vault, petition, resident, consents=CONSENTS)

    def brings(
        self, measure: UUID, numbers: Sequence[int], *, bad: int = 0, signed: str | None = None
    ) -> None:
        """Paper lines of these residents, and so many that name nobody, signed today or then."""
        on = signed or self.now().date().isoformat()
        self.sheets += 1
        lines = [self._line(number, row, on) for row, number in enumerate(numbers, 1)]
        lines += [
            PaperLine(
                f"X-{self.sheets}", row, f"없는이름{row}", "1970-01-01", "-", "", on, has_mark=True
            )
            for row in range(1, bad + 1)
        ]
        if self.stage(measure) is Stage.CURING:
            self.hands_over(measure, lines)
        with self.begin() as uow:
            keying.bring(
                uow,
                self.vault,
                self.petition(measure),
                lines,
                by=self.examiner_of(measure),
                received_on=places.today(uow, self.place),
            )

    def hands_over(self, measure: UUID, lines: Iterable[PaperLine]) -> None:
        """The sheets of these lines are registered, in answer to a cure order."""
        written = Counter(line.sheet for line in lines)
        with self.begin() as uow:
            handing_over.register(
                uow,
                measure,
                sheets=[Sheet(number, count) for number, count in written.items()],
                by=self.examiner_of(measure),
            )

    def _line(self, number: int, row: int, on: str) -> PaperLine:
        name, born = inventing.invented_identity(number, SEED)
        sheet = f"A-{self.sheets}"
        return PaperLine(sheet, row, name, born.isoformat(), "견본로 1", "", on, has_mark=True)

    def collects(
        self, measure: UUID, numbers: Iterable[int], *, bad: int = 0, sheets: Sequence[Sheet] = ()
    ) -> None:
        """Collect on paper until the period ends, and hand the lists in, with sheets yet to key."""
        self.brings(measure, list(numbers), bad=bad)
        self.waits_for("collection_ends", measure)
        given = Particulars(sheets=tuple(sheets))
        self.acts(measure, Act.FILE, self.resident(self.some(1)[0]), given)

    def examines(self, measure: UUID, *, void_rest: bool = True) -> None:
        """The automatic pass, and one decision for all that it left unidentifiable."""
        officer = self.examiner_of(measure)
        reviewing.examine(self.begin, self.means, measure, officer)
        if void_rest:
            with self.begin() as uow:
                petition = self.petition(measure)
                if tallying.exact(uow.session, petition).open:
                    keying.void_remaining(
                        uow, self.vault, petition, note="명부에 없음", by=seconded(officer)
                    )

    def inspects(self, measure: UUID) -> None:
        """Inspection, objections, and every line decided."""
        officer = self.examiner_of(measure)
        self.acts(measure, Act.OPEN_INSPECTION, officer)
        self.waits_for("inspection_ends", measure)
        self.acts(
            measure, Act.SETTLE_OBJECTIONS, officer, Particulars(document=PAPER, reason="이의 없음")
        )

    def reviews(self, measure: UUID, numbers: Iterable[int], *, bad: int = 0) -> None:
        """Collected on paper, examined and inspected: it can be certified."""
        self.collects(measure, numbers, bad=bad)
        self.examines(measure)
        self.inspects(measure)

    def certifies(
        self,
        measure: UUID,
        authority: Authority,
        *,
        officers: int = 2,
        document: Document = PAPER,
    ) -> Certified:
        """Two different officers certify, one after the other; who transcribes brings the file."""
        for number in range(1, officers + 1):
            with self.begin() as uow:
                last = certifying.certify(
                    uow,
                    self.means,
                    measure,
                    by=Signatory(self.officer(authority), f"담당관 {number}", "과장"),
                    document=document,
                )
        return last

    def qualifies(self, instrument: Instrument, signers: int, **changed: Any) -> UUID:
        """A petition with so many good lines, spread over the districts, found sufficient."""
        measure = self.opens(instrument, **changed)
        self.reviews(measure, self.spread(signers))
        self.certifies(measure, self.examiner_of(measure).authority)
        return measure

    def spread(self, signers: int) -> list[int]:
        """Residents taken from the districts in turn."""
        turns = zip(*(self.people[district.id] for district in self.districts), strict=True)
        return [number for turn in turns for number in turn][:signers]

    # A poll

    def calls(self, measure: UUID, authority: Authority, *, day: date | None = None) -> None:
        given = Particulars(day=day, document=PAPER)
        self.acts(measure, Act.CALL, self.officer(authority), given)

    def votes(
        self, measure: UUID, *, turnout: int, votes: Mapping[str, int] | None, invalid: int = 0
    ) -> None:
        """Polls open and close; so many of each district's electors vote, and so they voted."""
        self.waits_for("polls_close", measure)
        with self.begin() as uow:
            found = locating.get(uow.session, measure)
            officer = self.officer(stages.counting_authority(Instrument(found.instrument)))
            poll = polling.poll_of(uow.session, found).id
            boxes = stations.boxes_of(uow.session, poll)
        turnouts = [TurnoutRow(line, box.id, turnout, turnout) for line, box in enumerate(boxes, 1)]
        with self.begin() as uow:
            counting.insist_on_canvasser(uow.session, measure, officer)
            batches.enter_turnouts(uow, poll, turnouts, by=officer)
            if votes is not None:
                counts = [
                    CountRow(one.line, one.box_id, turnout, votes, invalid) for one in turnouts
                ]
                batches.enter_counts(uow, poll, counts, by=officer)

    def answers(self, measure: UUID, decision: Decision) -> None:
        """The mayor answers an advisory vote."""
        reply = Reply(reasons_ko="시험용 이유", approval=Approval(PAPER))
        with self.begin() as uow:
            answering.answer(
                uow,
                self.means,
                measure,
                decision=decision,
                reply=reply,
                by=self.pair(Authority.MAYOR),
            )

    # Halts

    def halts(
        self,
        measure: UUID,
        *,
        kind: HoldKind = HoldKind.COURT,
        stops_clock: bool = True,
        by: Officer | None = None,
        filed: bool = True,
    ) -> UUID:
        """One officer places it at once, with the file of its paper or without."""
        document = self.brought(PAPER) if filed else PAPER
        with self.begin() as uow:
            return holding.place(
                uow,
                measure,
                kind=kind,
                document=document,
                reason="집행정지",
                stops_clock=stops_clock,
                by=by or self.examiner_of(measure),
            ).id

    def files_papers(self) -> None:
        """Of every paper that was entered without its file, the file is brought."""
        clerk = self.officer(Authority.MAYOR)
        with self.begin() as uow:
            for paper in naming.latest(uow.session, self.place, limit=1000):
                if filing.own(uow.session, paper.id) is None:
                    brought = scan(pdf(paper.number), self.vault)
                    serving.add_file(uow, paper.id, scan=brought, by=clerk)

    def lifts(self, measure: UUID, hold: UUID) -> None:
        officer = self.examiner_of(measure)
        with self.begin() as uow:
            put = proposing.propose_lifting(
                uow, self.means, measure, hold, document=PAPER, reason="기각", by=officer
            )
        self.seconds(put, officer)

    def seals(self) -> int:
        with self.begin() as uow:
            return log.seal(uow.session, self.log_key)
