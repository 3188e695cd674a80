"""Playing a case from history through the real services, from the draft to the certificate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballots import returns, stations
from referendum.cli import sample_promises
from referendum.cli.conducting import SEOUL, Conductor
from referendum.cli.peopling import SOURCE, Progress, Residents, settle
from referendum.kernel.people import Assurance, Authority, Officer, Resident
from referendum.kernel.uow import Begin
from referendum.lifecycle import (
    area,
    calling,
    counting,
    drafting,
    judging,
    keying,
    locating,
    petitioning,
    polling,
    stages,
)
from referendum.lifecycle.acting import NOTHING, Document, Means, Particulars
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure
from referendum.roll import inventing
from referendum.roll.tables import Person
from thresholds.casefile import Case
from thresholds.cases import CaseJudgement
from thresholds.delegation import Asker
from thresholds.verdict import PetitionVerdict, PollVerdict
from thresholds.vocabulary import Instrument, Office, Route

REHEARSED: Final = ("재연", "재연")
DIFFERS: Final = "출처의 숫자가 서로 다름 (figures differ in the source)"
FAR_TERM: Final = timedelta(days=3 * 365)
"""A term so wide around the case that no time bar of REC §8 runs: the case states none."""


@dataclass
class Play:
    """One case on one fresh database. Each verb is an act of the service, none is a short cut."""

    case: Case
    begin: Begin
    means: Means
    progress: Progress
    by: Conductor = field(init=False)
    measure: UUID = field(init=False)
    people: Residents = field(init=False)

    def run(self) -> CaseJudgement:
        """Play to the end; gives the verdicts that the service itself came to."""
        self._settle()
        petition = self._petition() if self.case.petition else None
        poll = None
        if self.case.poll:
            poll = self._poll(after_petition=petition is not None)
        return CaseJudgement(
            case=self.case.case.id, rulebook=self.case.rulebook(), petition=petition, poll=poll
        )

    def _settle(self) -> None:
        about = self.case.case
        self.by = settle(self.case, self.begin, self.means)
        if about.instrument is Instrument.ADVISORY:
            sample_promises.publish(
                self.by,
                officer=self.by.officer(Authority.MAYOR),
                hand=REHEARSED,
                account=REHEARSED,
            )
        if self.case.petition:
            officer = self.by.officer(self._authority(Act.FIND_SUFFICIENT))
            self.people = Residents.invent(self.case, self.by, by=officer, progress=self.progress)

    # The petition

    def _petition(self) -> PetitionVerdict:
        petition = self.case.petition
        assert petition is not None
        examiner = self.by.officer(self._authority(Act.FIND_SUFFICIENT))
        initiator = self._initiator()
        self.measure = self._draft(initiator)
        self._act(Act.APPLY, initiator)
        self._act(Act.ADMIT, examiner)
        if petition.status == "not_filed" or petition.valid is None:
            return self._unexamined()
        self._bring(examiner)
        self.by.until_deadline(self.measure, "collection_ends")
        self._act(Act.FILE, initiator)
        self.progress("examination", 0, 1)
        self.by.examine(self.measure, examiner)
        self._act(Act.OPEN_INSPECTION, examiner)
        self.by.until_deadline(self.measure, "inspection_ends")
        self._act(Act.SETTLE_OBJECTIONS, examiner, self._paper("이의신청 심사 종료"))
        with self.begin() as uow:
            verdict = judging.verdict(uow.session, self._of(uow.session))
        self._certify(examiner.authority)
        return verdict

    def _unexamined(self) -> PetitionVerdict:
        """A petition of which no examined number is known: what it needed, and how it ended."""
        if self.case.petition and self.case.petition.status == "not_filed":
            self.by.until_deadline(self.measure, "submission_due")
        with self.begin() as uow:
            measure = self._of(uow.session)
            return judging.judged(uow.session, measure, None)

    def _bring(self, examiner: Officer) -> None:
        lines = list(self.people.lines())
        with self.begin() as uow:
            petition = petitioning.petition_of(uow.session, self._of(uow.session))
            keying.bring(
                uow,
                self.means.vault,
                petition.id,
                lines,
                by=examiner,
                received_on=uow.now().astimezone(SEOUL).date(),
                progress=lambda done, total: self.progress("lines", done, total),
            )

    # The poll

    def _poll(self, *, after_petition: bool) -> PollVerdict:
        if not after_petition:
            self._enter_at_the_call()
        caller = self.by.officer(self._authority(Act.CALL))
        if self.case.case.instrument is Instrument.RECALL:
            self._act(Act.REQUEST_EXPLANATION, caller)
        self.by.seat(caller.authority, *REHEARSED)
        called_by = self.by.paper("발의", "재연").document
        self._act(Act.CALL, caller, replace(self._day_in_window(), document=called_by))
        self._state_electors()
        self.by.until_deadline(self.measure, "polls_close")
        self._enter_returns()
        with self.begin() as uow:
            verdict = counting.verdict(uow.session, self._of(uow.session))
        self._certify(self._authority(Act.DECLARE))
        return verdict

    def _enter_at_the_call(self) -> None:
        """Take up a measure whose petition, or request, happened elsewhere."""
        clerk = self.by.officer(self._authority(Act.CALL))
        self.measure = self._draft(clerk)
        steps = stages.steps_from(self.case.case.instrument, Stage.DRAFT)
        possible = {step.act for step in steps}
        if Act.CALL in possible:
            return
        asked = self.case.case.route not in (None, Route.RESIDENTS)
        act = Act.REQUEST_VOTE if asked and Act.REQUEST_VOTE in possible else Act.TAKE_UP
        self._act(act, clerk, self._paper("청구 절차는 다른 곳에서 진행됨"))

    def _day_in_window(self) -> Particulars:
        """A day for instruments whose authority chooses one: the first that the window allows."""
        today = self.by.today()
        with self.begin() as uow:
            days = calling.days_allowed(uow.session, self._of(uow.session), today)
        return Particulars(day=days.first)

    def _state_electors(self) -> None:
        poll = self.case.poll
        assert poll is not None
        with self.begin() as uow:
            (everywhere, *_) = area.districts(uow.session, self._of(uow.session))
        given = Particulars(
            document=Document(SOURCE, self.case.case.as_of),
            reason="공표된 투표권자 수",
            electors={everywhere.id: poll.electors or 0},
            source=SOURCE,
        )
        self._act(Act.STATE_ELECTORS, self.by.officer(self._authority(Act.STATE_ELECTORS)), given)

    def _enter_returns(self) -> None:
        poll = self.case.poll
        assert poll is not None
        officer = self.by.officer(self._authority(Act.DECLARE))
        with self.begin() as uow:
            counting.insist_on_canvasser(uow.session, self.measure, officer)
            held = polling.poll_of(uow.session, self._of(uow.session))
            (box,) = stations.boxes_of(uow.session, held.id)
            returns.enter_turnout(uow, box.id, issued=poll.voted, cast=poll.voted, by=officer)
        with self.begin() as uow:
            gate = counting.canvass(uow.session, self._of(uow.session)).gate
            if poll.options is None or (gate is not None and gate.met is False):
                return
            papers = sum(poll.options.values()) + (poll.invalid or 0)
            differs = papers != poll.voted
            returns.enter_count(
                uow,
                box.id,
                papers=papers,
                votes=poll.options,
                invalid=poll.invalid or 0,
                reason=DIFFERS if differs else None,
                by=officer,
            )

    # What every scene needs

    def _draft(self, by: Resident | Officer) -> UUID:
        about, poll = self.case.case, self.case.poll
        title = about.title
        options = tuple(poll.options) if poll and poll.options else ("yes", "no")
        asked = () if set(options) == {"yes", "no"} else tuple((key, key, "") for key in options)
        recall = about.instrument is Instrument.RECALL
        words = DraftText(
            title_ko=title.ko if title else about.id,
            title_en=title.en if title else "",
            question_ko=title.ko if title else about.id,
            question_en=title.en if title else "",
            reason=SOURCE,
            body=SOURCE,
            office=(about.office or Office.MAYOR).value if recall else None,
            official=about.office.value if recall and about.office else None,
            term_started=about.as_of - FAR_TERM if recall else None,
            term_ends=about.as_of + FAR_TERM if recall else None,
            options=asked,
        )
        with self.begin() as uow:
            drafted = drafting.draft(
                uow, instrument=about.instrument, words=words, by=by, route=about.route
            )
        if about.instrument is Instrument.ADVISORY:
            asker = Asker.RESIDENTS if isinstance(by, Resident) else Asker.MAYOR
            sample_promises.state(self.by, drafted.id, asker)
        return drafted.id

    def _initiator(self) -> Resident:
        number = inventing.register_no(self.people.first)
        with self.begin() as uow:
            person = uow.session.scalars(
                select(Person.id).where(Person.register_no == number)
            ).one()
        return Resident(person, self.by.place, Assurance.DESK)

    def _authority(self, act: Act) -> Authority:
        """Who takes this step in the instrument's own table; the petition's decider without it."""
        for step in stages.LIVES[self.case.case.instrument]:
            if step.act is act and step.by.authority is not None:
                return step.by.authority
        return stages.examining_authority(self.case.case.instrument)

    def _act(self, act: Act, by: Officer | Resident, given: Particulars = NOTHING) -> None:
        self.progress(act.value, 1, 1)
        self.by.act(self.measure, act, by, given)

    def _paper(self, reason: str) -> Particulars:
        return self.by.paper(SOURCE, reason)

    def _certify(self, authority: Authority) -> None:
        signatories = [
            Signatory(self.by.officer(authority), f"재연 담당관 {number}", "재연")
            for number in (1, 2)
        ]
        self.by.certify(self.measure, signatories)
        self.progress("certify", 1, 1)

    def _of(self, session: Session) -> Measure:
        return locating.get(session, self.measure)
