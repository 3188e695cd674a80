"""What waits for a second officer: all of it, one thing with all that it changes, yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from referendum.identity.staff import names_of
from referendum.kernel import log, proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Role
from referendum.kernel.proposals import ChangesOtherwise, Proposal, State
from referendum.lifecycle import (
    announced,
    area,
    confirmable,
    confirming,
    days_declared,
    holding,
    proposable,
    trying,
    undoing,
)
from referendum.lifecycle.advisory import declining
from referendum.lifecycle.certifying import CERTIFY
from referendum.lifecycle.confirmable import Sort
from referendum.lifecycle.entrusting import OFFICERS
from referendum.lifecycle.office import approving, city_pages
from referendum.lifecycle.office.city_pages import Texts
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.tables import Measure
from referendum.web.desk import detailing
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Form, Page, Went, every_officer
from referendum.web.fields import Given, Text
from referendum.web.promise_pages import shown
from referendum.web.promises import constants
from signatures import settling
from signatures.settling import OpenLine

VALUES: Final = {
    "stage": "measure.stage",
    "outcome": "measure.outcome",
    "officers": "proposal.officers",
    "project-state": "projects.state",
}
"""Where the words of what changes stand."""
CONFIRMED_AT: Final = {Sort.IMPORT: "/desk/register/intakes", Sort.ACCOUNT: "/desk/staff"}
"""Below which page each is confirmed that is no proposal."""
PAGES: Final = {
    "designation": "/desk/designations",
    "office": "/desk/offices",
    "officers": "/desk/four-eyes",
    "page": "/desk/pages",
    "promise": "/desk/promises",
    "totals": "/desk/register/totals",
}
"""By sort: the page of what belongs to the place."""
FIGURES: Final = frozenset({"totals.number", "totals.numbers", "follow.amount", "project.total"})
"""What is a number: no day, however it looks."""
SAMPLE: Final = 20
"""So many lines are shown of those that would be decided together."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One proposal as this officer sees it."""

    row: Proposal
    measure: Measure | None
    """None of what is a place's."""
    named: str
    """What it is, in words."""
    kept_at: str | None
    """Where the place's own thing is kept, where it is about one that there is already."""
    mine: bool
    """Whether this officer proposed it."""
    may: bool
    """Whether this officer could confirm it."""


@dataclass(frozen=True, slots=True)
class Worded:
    """One thing that changes: its label, what stands there and what would."""

    label: str
    before: str | date | None
    after: str | date | None


def _all(desk: Desk, _nothing: None) -> Context:
    """What waits in the place for the own office, one's own apart."""
    rows = confirming.waiting(desk.session, desk.officer, desk.uow.now())
    all_seen = [seen(desk, row) for row in rows]
    elsewhere = confirmable.elsewhere(desk.session, desk.officer)
    return {
        "theirs": [one for one in all_seen if not one.mine],
        "own": [one for one in all_seen if one.mine],
        "people": names_of(
            desk.session,
            [*(f"officer:{row.proposed_by}" for row in rows), *(one.by for one in elsewhere)],
        ),
        "elsewhere": elsewhere,
        "confirmed_at": CONFIRMED_AT,
        "came_back": came_back(desk),
    }


def came_back(desk: Desk) -> list[tuple[Waiting, str]]:
    """What this officer proposed and lately came to nothing, and how."""
    now = desk.uow.now()
    rows = confirming.came_to_nothing(desk.session, desk.officer, now)
    return [(seen(desk, row), proposals.standing(row, now).value) for row in rows]


def _one(desk: Desk, proposal_id: UUID) -> Waiting:
    row = confirming.of_office(desk.session, proposal_id, desk.officer)
    return seen(desk, row)


def seen(desk: Desk, row: Proposal) -> Waiting:
    """A proposal with whether this officer made it, or could confirm it."""
    measure = confirming.measure_of(desk.session, row)
    mine = row.proposed_by == desk.officer.id
    try:
        may = not mine and confirming.refusal(desk.session, measure, row, desk.officer) is None
    except DomainError:
        # The measure stands elsewhere by now: the page says so when it is tried.
        may = not mine
    return Waiting(row, measure, named(desk, row), page_of(row), mine, may)


def _show(desk: Desk, waiting: Waiting) -> Context:
    """Everything affected, as it was shown to whoever proposed it, and whether it still is so."""
    row, measure = waiting.row, waiting.measure
    state = proposals.standing(row, desk.uow.now())
    marks = [f"officer:{one}" for one in (row.proposed_by, row.settled_by) if one]
    districts = area.districts(desk.session, measure) if measure else []
    korean = desk.words.language == "ko"
    placed, papered = row.kind.startswith(holding.PLACED), detailing.paper_of(desk, row)
    return {
        "state": state.value,
        "open": state is State.WAITING,
        "title": waiting.named,
        "people": names_of(desk.session, marks),
        "changes": [_worded(desk, change) for change in detailing.in_time(row.changes)],
        "details": detailing.details(desk, row, measure),
        "papered": papered,
        "unfiled": placed and papered is not None and papered.own is None,
        "stale": _stale(desk, waiting) if state is State.WAITING else None,
        "document": _document(row.what),
        "transcript": row.authority != row.proposer_authority,
        "sample": _sample(desk, waiting) if state is State.WAITING else [],
        "note": _note(desk, row),
        "placed": placed,
        "rule": row.kind.startswith(OFFICERS),
        "verdict": row.kind.startswith(CERTIFY),
        "city_page": _city_page(row),
        **_promise(desk, row),
        "districts": {str(one.id): one.name_ko if korean else one.name_en for one in districts},
        "day": date.fromisoformat(row.what["day"]) if row.what.get("day") else None,
    }


def _promise(desk: Desk, row: Proposal) -> Context:
    """The whole promise that would be made known or revoked, as everybody would read it."""
    if not row.kind.startswith("promise.") or row.subject_id is None:
        return {"promise": None}
    found = delegating.get(desk.session, desk.place, row.subject_id)
    today = delegating.today(desk.uow, desk.place)
    running = delegating.in_force(desk.session, desk.place, today)
    acts = approving.of(desk.session, found.id)
    return {"promise": shown(found, today, running, acts), **constants()}


def _city_page(row: Proposal) -> Texts | None:
    """What a page of the city would say."""
    return city_pages.read(row.what)[1] if row.kind.startswith(city_pages.PUBLISH) else None


def _note(desk: Desk, row: Proposal) -> str | None:
    """The reason of what is decided of many lines, for those who may see lines."""
    if not _of_lines(row) or Role.EXAMINER not in desk.officer.roles:
        return None
    return proposable.note_of(desk.session, desk.vault, row.what)


def _sample(desk: Desk, waiting: Waiting) -> list[OpenLine]:
    """Some of the lines that would be decided together, for those who may see lines."""
    row = waiting.row
    if not _of_lines(row) or Role.EXAMINER not in desk.officer.roles:
        return []
    if row.kind.startswith(proposable.UNVOIDING):
        voiding = undoing.get(desk.session, UUID(row.what["voiding"]))
        return undoing.sampled(desk.session, desk.vault, voiding, by=desk.officer, limit=SAMPLE)
    return settling.sampled(
        desk.session, desk.vault, UUID(row.what["petition"]), by=desk.officer, limit=SAMPLE
    )


def _of_lines(row: Proposal) -> bool:
    return row.kind.startswith(tuple(proposable.OF_LINES))


def named(desk: Desk, row: Proposal) -> str:
    """What is proposed, in words."""
    key, about = confirmable.called(row)
    return desk.words(key, name=desk.words(about) if about else "")


def page_of(row: Proposal) -> str | None:
    """The page of what a place's proposal is about."""
    sort = row.kind.partition(".")[0]
    if row.kind == declining.NOT_CALLED:
        return f"/desk/projects/{row.what['project']}"
    if sort == "promise" and row.subject_id is not None:
        return f"/desk/promises/{row.subject_id}"
    return PAGES.get(sort)


def _stale(desk: Desk, waiting: Waiting) -> DomainError | None:
    """Why it could not be done any more as it was proposed."""
    try:
        now = confirming.would_change(desk.uow, desk.services.means, waiting.measure, waiting.row)
    except DomainError as refused:
        return refused
    return (
        None if list(now) == waiting.row.changes else ChangesOtherwise(proposal=str(waiting.row.id))
    )


def _document(what: Mapping[str, Any]) -> tuple[str, date, str | None] | None:
    paper = what.get("document")
    if not paper:
        return None
    return paper["number"], date.fromisoformat(paper["day"]), paper.get("issuer")


def _worded(desk: Desk, change: trying.Change) -> Worded:
    what = change["what"] or ""
    if what.startswith(trying.DEADLINE):
        name = what.removeprefix(trying.DEADLINE)
        days = [
            _day(desk, name, date.fromisoformat(one)) if one else None for one in _sides(change)
        ]
        return Worded(desk.words(f"measure.deadline.{name}"), *days)
    if what.startswith(days_declared.MOVED):
        return _last_day(desk, what, change)
    if what.startswith(announced.NEEDED):
        number, _, of = what.removeprefix(announced.NEEDED).partition(".")
        of, _, where = of.partition(".")
        label = desk.words(f"proposal.change.needed-{of}", number=number, district=where)
        return Worded(label, *(_figure(desk, one) for one in _sides(change)))
    if what in FIGURES:
        label = desk.words(f"proposal.change.{what.replace('.', '-')}")
        return Worded(label, *(_figure(desk, one) for one in _sides(change)))
    if "." in what:
        return Worded(
            desk.words(f"proposal.change.{what.replace('.', '-')}"),
            *(_of_place(desk, one) for one in _sides(change)),
        )
    said = [_value(desk, what, one) for one in _sides(change)]
    return Worded(desk.words(f"proposal.change.{what}"), *said)


def _day(desk: Desk, name: str, day: date) -> str | date:
    """A day, or when polls open or close on it."""
    hour = detailing.hour(desk, name, day)
    return day if hour is None else desk.words.moment(hour)


def _of_place(desk: Desk, said: str | None) -> str | date | None:
    """A day as a day, a word of ours in words, anything else as it was written."""
    if said is not None and desk.words.has(f"proposal.value.{said}"):
        return desk.words(f"proposal.value.{said}")
    try:
        return date.fromisoformat(said or "")
    except ValueError:
        return said


def _last_day(desk: Desk, what: str, change: trying.Change) -> Worded:
    """A last day of one measure, or how many districts have one of their own."""
    number, _, name = what.removeprefix(days_declared.MOVED).partition(".")
    name, own = name.removesuffix(days_declared.OWN), name.endswith(days_declared.OWN)
    said = desk.words(f"measure.deadline.{name}")
    if own:
        label = desk.words("proposal.change.moved-districts", number=number, name=said)
        return Worded(label, *(_figure(desk, one) for one in _sides(change)))
    label = desk.words("proposal.change.moved", number=number, name=said)
    return Worded(label, *(_of_place(desk, one) for one in _sides(change)))


def _figure(desk: Desk, said: str | None) -> str | None:
    return desk.words.number(int(said)) if said is not None else None


def _sides(change: trying.Change) -> Sequence[str | None]:
    return change["before"], change["after"]


def _value(desk: Desk, what: str, said: str | None) -> str | None:
    if said is None or what == "halts":
        return said
    if what in ("void", "unvoid"):
        return desk.words.number(int(said))
    return desk.words(f"{VALUES.get(what, 'proposal.value')}.{said}")


def _confirm(desk: Desk, waiting: Waiting, given: Given) -> Went:
    if waiting.row.kind.startswith(CERTIFY):
        # What waits is sealed beforehand: a certificate seals only what has come since.
        log.catch_up(desk.services.begin, desk.services.log_key)
    confirming.confirm(
        desk.uow,
        desk.services.means,
        waiting.row.id,
        version=given["version"],
        by=desk.officer,
    )
    to = PROPOSALS.path
    if waiting.measure is not None:
        to = f"/desk/measures/{waiting.measure.number}"
    elif waiting.row.kind.startswith(OFFICERS):
        to = "/desk/four-eyes"
    return Went(to, "proposal.flash.confirmed")


def _decline(desk: Desk, waiting: Waiting, given: Given) -> Went:
    confirming.decline(desk.uow, waiting.row.id, reason=given["reason"], by=desk.officer)
    return Went(PROPOSALS, "proposal.flash.declined")


def _withdraw(desk: Desk, waiting: Waiting, _given: Given) -> Went:
    confirming.withdraw(desk.uow, waiting.row.id, by=desk.officer)
    return Went(PROPOSALS, "proposal.flash.withdrawn")


PROPOSALS: Final = Page("/desk/proposals", "proposals", "proposal.title", every_officer, _all)
PROPOSAL: Final = PROPOSALS.below("/{proposal_id}", "proposal", "proposal.one", _one, _show)
CONFIRMING: Final = Form(
    PROPOSAL, _confirm, {"version": Text()}, path="/confirmation", confirm=by_code
)
DECLINING: Final = Form(
    PROPOSAL,
    _decline,
    {"reason": Text(needed=True, label="proposal.why-not")},
    path="/refusal",
)
WITHDRAWING: Final = Form(PROPOSAL, _withdraw, {}, path="/withdrawal")
