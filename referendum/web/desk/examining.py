"""Examining signatures: the automatic pass and its course, one decision for each line left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from referendum.identity.staff import names_of
from referendum.lifecycle import (
    entries,
    examined,
    keying,
    petitioning,
    proposing,
    reviewing,
    undoing,
)
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import VoidingNotFound
from referendum.lifecycle.examined import LineSeen
from referendum.lifecycle.preparing import EXAMINED_AT
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.lifecycle.undoing import Decided
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Faulty, Form, Shown, Went
from referendum.web.desk.measure import on_desk
from referendum.web.fields import Figure, Given, Text
from referendum.web.measures import LARGEST, Number
from referendum.web.pages import wants_fragment
from signatures import examinations, settling, tallying
from signatures.errors import ExaminationUnderWay, LineNotFound
from signatures.lines import Reason, Status
from signatures.settling import OpenLine
from signatures.tables import Petition

PAGE: Final = 20
CHOOSABLE: Final = tuple(
    reason
    for reason in Reason
    if reason.voids and reason not in (Reason.DUPLICATE, Reason.WITHDRAWN)
)
"""Why an officer may void a line; duplicates and withdrawals are found otherwise."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A petition, for examiners of the deciding authority."""

    measure: Measure
    petition: Petition
    after: int = 0


@dataclass(frozen=True, slots=True)
class OneLine:
    """One line with what is written and what was decided."""

    measure: Measure
    petition: Petition
    seen: LineSeen


def opened(
    desk: Desk, number: Number, after: Annotated[int, Query(ge=0, le=LARGEST)] = 0
) -> Examined:
    """The petition; all who do not examine it are refused here."""
    measure = on_desk(desk, number)
    reviewing.insist_on_examiner(measure, desk.officer)
    return Examined(measure, petitioning.petition_of(desk.session, measure), after)


def _line(desk: Desk, number: Number, line_id: UUID) -> OneLine:
    about, vault = opened(desk, number), desk.vault
    seen = examined.line(desk.session, vault, about.petition, line_id, by=desk.officer)
    return OneLine(about.measure, about.petition, seen)


def _course(desk: Desk, about: Examined) -> Context | Went:
    """How the pass is going, for the page that asks again and again."""
    if not wants_fragment(desk.request):
        return Went(EXAMINATION)
    course = examinations.latest(desk.session, about.petition.id)
    return {"course": course, "just_ended": course is None or not course.under_way}


def _overview(desk: Desk, about: Examined) -> Context:
    """The counts by reason, and the lines that wait."""
    session, petition = desk.session, about.petition
    lines = settling.open_lines(
        session,
        desk.vault,
        petition.id,
        by=desk.officer,
        after=about.after,
        limit=PAGE + 1,
    )
    counted = tallying.exact(session, petition.id)
    together = undoing.of_petition(session, petition.id)
    return {
        "together": together,
        "people": names_of(session, _deciders(together)),
        "tally": counted,
        "course": examinations.latest(session, petition.id),
        "just_ended": False,
        "lines": lines[:PAGE],
        "further": lines[PAGE - 1].number if len(lines) > PAGE else None,
        "unexamined": counted.open_by_reason.get(Reason.UNEXAMINED, 0),
        "unidentified": counted.open_by_reason.get(Reason.UNIDENTIFIABLE, 0),
        "can_run": Stage(about.measure.stage) in EXAMINED_AT,
        "can_decide": entries.possible(about.measure, Entry.EXAMINE),
        "can_register": entries.possible(about.measure, Entry.REGISTER_SHEETS),
    }


def _deciders(together: Sequence[Decided]) -> list[str]:
    """Everybody who decided of many lines, or took that back, for their names."""
    acts = [act for one in together for act in (one.voiding, one.undone) if act is not None]
    return [mark for act in acts for mark in (act.decided_by, act.confirmed_by) if mark]


def _together(desk: Desk, petition: Petition) -> dict[datetime, tuple[str, int, str | None]]:
    """By its moment, what was decided of many lines: how, of how many, and who confirmed it."""
    found = {}
    for one in undoing.of_petition(desk.session, petition.id):
        for how, act in (("voided", one.voiding), ("restored", one.undone)):
            if act is not None:
                found[act.decided_at] = (how, act.lines, act.confirmed_by)
    return found


def _one(desk: Desk, about: OneLine) -> Context:
    """What is written, whom the register knows by it, and the decision to be made."""
    found = examined.candidates(
        desk.session,
        desk.vault,
        about.petition,
        about.seen,
        by=desk.officer,
        name=desk.typed.get("name"),
        birth_date=desk.typed.get("birth_date"),
    )
    together = _together(desk, about.petition)
    marks = [one.decided_by for one in about.seen.history]
    following = _following(desk, about)
    return {
        "title": desk.words("desk.examine.line", number=about.seen.number or "–"),
        "waiting": tallying.exact(desk.session, about.petition.id).open,
        "following": following.line_id if following else None,
        "candidates": found,
        "can_decide": entries.possible(about.measure, Entry.EXAMINE),
        "people": names_of(
            desk.session, [*marks, *(one[2] for one in together.values() if one[2])]
        ),
        "together": together,
        "reasons": [(one.value, _reason(desk, about.measure, one)) for one in CHOOSABLE],
    }


def _reason(desk: Desk, measure: Measure, reason: Reason) -> str:
    """A reason with the article that it rests on."""
    words = desk.words
    article = words(f"signatures.article.{measure.instrument}.{reason.ground}")
    return f"{words(f'signatures.reason.{reason.value}')} ({article})"


def _run(desk: Desk, about: Examined, _given: Given) -> str:
    """Start the automatic pass over every line not yet decided; the page shows how it goes."""
    try:
        reviewing.ask(desk.uow, about.measure.id, desk.officer)
    except ExaminationUnderWay:
        return "desk.flash.examination-running"
    return "desk.flash.examination-asked"


def _void(desk: Desk, about: Examined, given: Given) -> Went:
    """What names nobody is voided once a second examiner has looked at it."""
    put = proposing.propose_voiding(
        desk.uow, desk.services.means, about.petition.id, note=given["note"], by=desk.officer
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _undo(desk: Desk, about: Examined, given: Given) -> Went:
    """What was voided together stands as before once a second examiner has looked at it."""
    voiding = undoing.get(desk.session, desk.at["voiding_id"])
    if voiding.petition_id != about.petition.id:
        raise VoidingNotFound(voiding=str(voiding.id))
    put = proposing.propose_unvoiding(
        desk.uow, desk.services.means, voiding.id, note=given["note"], by=desk.officer
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _find(desk: Desk, about: Examined, given: Given) -> Went:
    """To the line of a number, decided or not."""
    wanted = given["line"]
    if wanted is None or wanted > LARGEST:
        raise Faulty({"line": desk.words("desk.examine.no-number")})
    try:
        found = examined.numbered(desk.session, about.petition, wanted, by=desk.officer)
    except LineNotFound as none:
        raise Faulty({"line": desk.words(f"problem.{none.code}")}) from None
    return Went(f"/desk/measures/{about.measure.number}/examination/lines/{found}")


def _decide(desk: Desk, about: OneLine, given: Given) -> Shown | Went | None:
    """Look again under another reading, or decide: valid for a person, or void for a reason.

    What was recorded is what is told: a line found valid for somebody who stands already is void.
    """
    if given["what"] == "search":
        return Shown(LINE, {}, again=True)
    asked = _decision(given)
    kept = keying.decide(
        desk.uow, desk.vault, about.petition.id, about.seen.id, by=desk.officer, **asked
    )
    if kept.status is not asked["status"]:
        return Went(LINE, "desk.flash.decided-duplicate")
    following = _following(desk, about)
    if following is None:
        return Went(EXAMINATION, "desk.flash.decided-last")
    here = f"/desk/measures/{about.measure.number}/examination"
    return Went(f"{here}/lines/{following.line_id}", "desk.flash.decided")


def _following(desk: Desk, about: OneLine) -> OpenLine | None:
    """The next line that waits after this one, or the first of those before; None: it is the last.

    An examiner goes through them one after the other, and back to those that were left.
    """
    for after in (about.seen.number or 0, 0):
        found = settling.open_lines(
            desk.session, desk.vault, about.petition.id, by=desk.officer, after=after, limit=2
        )
        others = [one for one in found if one.line_id != about.seen.id]
        if others:
            return others[0]
    return None


def _decision(given: Given) -> dict[str, Any]:
    """`valid:<person>` or `void:<reason>` as the form's one choice says it."""
    verdict, _, rest = given["decision"].partition(":")
    note = given["note"] or None
    if verdict == "valid":
        try:
            return {"status": Status.VALID, "person_id": UUID(rest), "note": note}
        except ValueError:
            return {"status": Status.OPEN}
    reason = next((one for one in CHOOSABLE if one.value == given["reason"]), None)
    if verdict == "void" and reason:
        return {"status": Status.VOID, "reason": reason, "note": note}
    return {"status": Status.OPEN}


EXAMINATION: Final = MEASURE.below(
    "/examination", "examination", "desk.examine.title", opened, _overview
)
COURSE: Final = EXAMINATION.below("/progress", "course", "desk.examine.title", opened, _course)
LINE: Final = EXAMINATION.below("/lines/{line_id}", "line", "desk.examine.line", _line, _one)
RUNNING: Final = Form(EXAMINATION, _run, path="/run")
NOTE: Final = Text(label="desk.examine.note")
VOIDING: Final = Form(EXAMINATION, _void, {"note": NOTE}, path="/remaining")
UNDOING: Final = Form(
    EXAMINATION,
    _undo,
    {"note": Text(label="desk.examine.undo-note")},
    path="/voidings/{voiding_id}/undoing",
    more={"voiding_id": UUID},
    places={"note": "undo-{voiding_id}"},
    usual="undo-{voiding_id}",
)
FINDING: Final = Form(EXAMINATION, _find, {"line": Figure()}, path="/line", asks_only=True)
DECIDING: Final = Form(
    LINE,
    _decide,
    {
        "what": Text(),
        "decision": Text(),
        "reason": Text(label="desk.examine.void-reason"),
        "note": NOTE,
    },
    to=EXAMINATION,
    flash="desk.flash.decided",
)
