"""What a proposal is about, told so that the second officer need not look elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from ballots import days
from referendum.identity.staff import names_of
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import holding, proposable, rules, serving, trying
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.tables import Hold, Measure, Representative
from referendum.papers import filing, naming
from referendum.papers.tables import Paper, PaperFile
from referendum.roll import finding
from referendum.web.desk.form import Desk
from thresholds.vocabulary import DeadlineName

ORDER: Final = (
    *(one.value for one in DeadlineName),
    deadlines.POLLS_OPEN,
    deadlines.POLLS_CLOSE,
)
"""In which order deadlines of one day are told: polls open before they close."""
HALTS: Final = (holding.PLACED, proposable.LIFTING)
"""Sorts of proposals that are about a halt."""


@dataclass(frozen=True, slots=True)
class Papered:
    """The paper that a proposal rests on, as both officers see it."""

    paper: Paper
    own: PaperFile | None
    opens: bool
    """Whether this officer may open the paper's page."""
    readable: bool
    """Whether this officer may read its file there, with a reason."""


def paper_of(desk: Desk, row: Proposal) -> Papered | None:
    """The paper of a proposal; of a halt, that on which it was placed."""
    told = row.what.get("document") or {}
    found = told.get("paper")
    hold = hold_of(desk, row)
    if found is None and hold is not None:
        found = str(hold.paper_id)
    if found is None:
        return None
    paper = naming.get(desk.session, desk.place, UUID(found))
    own = filing.own(desk.session, paper.id)
    opens = bool(serving.READERS & desk.officer.roles)
    readable = own is not None and serving.may_read(paper, own, desk.officer)
    return Papered(paper, own, opens, readable)


def hold_of(desk: Desk, row: Proposal) -> Hold | None:
    """The halt that a proposal is about, if it is about one."""
    return desk.session.get(Hold, UUID(row.what["hold"])) if row.kind.startswith(HALTS) else None


def details(desk: Desk, row: Proposal, measure: Measure | None) -> list[tuple[str, str]]:
    """What stands beside paper, reason and changes: each with its label."""
    if measure is not None and row.kind.startswith(proposable.RESTORING):
        return _set(desk, measure, row.what["deadline"])
    if row.kind.startswith(proposable.FOLLOWING):
        return [(desk.words("follow-up.desk.item"), row.what["content"]["title_ko"])]
    if row.kind.startswith(proposable.LEAVING):
        return _leaving(desk, UUID(row.what["representative"]))
    hold = hold_of(desk, row)
    if measure is None or hold is None:
        return []
    return list(_halted(desk, measure, hold, lifts=row.kind.startswith(proposable.LIFTING)))


def _set(desk: Desk, measure: Measure, name: str) -> list[tuple[str, str]]:
    """To which day a deadline was moved, and on which paper, while it is."""
    words, found = desk.words, deadlines.kept(desk.session, measure.id, name)
    if found is None or found.overridden_to is None:
        return []
    said = [(words("proposal.moved.to"), words.date(found.overridden_to))]
    if found.overridden_number:
        paper = words(
            "desk.measure.document", number=found.overridden_number, day=found.overridden_date
        )
        said.append((words("proposal.moved.paper"), paper))
    return [*said, (words("proposal.moved.why"), found.overridden_reason or "–")]


def _leaving(desk: Desk, representative: UUID) -> list[tuple[str, str]]:
    """Who is to be recorded as a representative no longer, by the name that the register holds."""
    one, words = desk.session.get_one(Representative, representative), desk.words
    details = finding.person_details(desk.session, desk.vault, one.person_id)
    since = words("desk.depart.since", at=words.moment(one.joined_at))
    return [(words("desk.depart.who"), f"{details.name} ({since})" if details else since)]


def _halted(desk: Desk, measure: Measure, hold: Hold, *, lifts: bool) -> Iterator[tuple[str, str]]:
    """A halt: which, since when, what it stops; where it ends, by whom it was placed."""
    words = desk.words
    yield words("desk.hold.kind"), words(f"measure.hold.{hold.kind}")
    yield words("proposal.hold.from"), words.moment(hold.from_at)
    if lifts:
        marks = [one for one in (hold.placed_by, hold.placing_confirmed_by) if one]
        named = names_of(desk.session, marks)
        who = ", ".join(named.get(one) or words("desk.by.officer") for one in marks)
        yield words("proposal.hold.placed-by"), who
        yield words("proposal.hold.why"), hold.reason
        number, day = hold.document_number, hold.document_date
        yield words("proposal.hold.paper"), words("desk.measure.document", number=number, day=day)
        yield words("proposal.hold.days"), _added(desk, measure, hold)
        return
    yield words("proposal.hold.stops"), words("desk.hold.lead")
    clock = "desk.hold.stops-clock" if hold.stops_clock else "desk.hold.clock-runs"
    yield words("proposal.hold.clock"), words(clock)


def _added(desk: Desk, measure: Measure, hold: Hold) -> str:
    """By how many days the deadlines that run move on, were it lifted today."""
    if not hold.stops_clock:
        return desk.words("desk.hold.clock-runs")
    began = rules.local_day(hold.from_at, rules.zone_of(desk.session, measure))
    lifted = hold.lifted_at
    until = rules.local_day(lifted or desk.uow.now(), rules.zone_of(desk.session, measure))
    key = "proposal.hold.added" if lifted is None else "proposal.hold.were-added"
    return desk.words(key, days=(until - began).days)


def in_time(changes: Sequence[trying.Change]) -> list[trying.Change]:
    """Changes as one reads them: what is no day first, then the days in their order."""
    return sorted(changes, key=_when)


def _when(change: trying.Change) -> tuple[bool, str, int, str]:
    what = change["what"] or ""
    if not what.startswith(trying.DEADLINE):
        return (False, "", 0, "")
    name = what.removeprefix(trying.DEADLINE)
    place = ORDER.index(name) if name in ORDER else len(ORDER)
    return (True, change["after"] or change["before"] or "", place, name)


def hour(desk: Desk, name: str, day: date) -> datetime | None:
    """When polls open, or close, on a day; None of any other deadline."""
    if name not in (deadlines.POLLS_OPEN, deadlines.POLLS_CLOSE):
        return None
    opens, closes = days.hours_on(desk.session, desk.place, day)
    return opens if name == deadlines.POLLS_OPEN else closes
