"""A measure's course in words: what was done, by whom, on which paper, and what lies ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from referendum.i18n import sums
from referendum.i18n.words import Language, Words
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import charting, corrections, holding, screening, stages
from referendum.lifecycle.office.tables import SignedAct
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import DeadlineKept, DeadlineMoved, Hold, Shift, StepTaken
from referendum.web import presenting

WRITTEN_ELSEWHERE: Final = frozenset({Act.ANSWER.value})
"""Acts whose reasons have a section of the page to themselves."""

Moment = dict[str, Any]


def moments(overview: Overview, words: Words) -> list[Moment]:
    """The steps taken, the halts and moved days between, where it stands, what lies ahead."""
    ended = Stage(overview.measure.stage) in stages.ENDINGS
    past = [(step.taken_at, _step(overview, step, words)) for step in overview.steps]
    past += [(at, told) for at, told in happened(overview, words) if at <= overview.now]
    past.sort(key=lambda one: one[0])
    here = {
        "when": words("public.timeline.ended" if ended else "public.timeline.here"),
        "title": words(f"measure.stage.{overview.measure.stage}"),
        "state": "done" if ended else "now",
    }
    ahead = [_ahead(overview, one, words) for one in charting.still_ahead(overview)]
    if not ahead and not ended:
        here["text"] = words("public.timeline.no-day")
    return [*(told for _, told in past), here, *ahead]


def backwards(overview: Overview, words: Words) -> list[tuple[StepTaken | None, Moment | None]]:
    """What happened, the latest first: steps as they are kept, and in words what was no step."""
    steps = [(step.taken_at, (step, None)) for step in overview.steps]
    others = [(at, (None, told)) for at, told in happened(overview, words)]
    both = sorted([*steps, *others], key=lambda one: one[0])
    return [one for _, one in reversed(both)]


def happened(overview: Overview, words: Words) -> Iterator[tuple[datetime, Moment]]:
    """What happened that was no step: halts, their lifting, and what moved days."""
    for hold in overview.halts:
        yield hold.from_at, _halted(overview, hold, words)
        if hold.lifted_at is not None:
            yield hold.lifted_at, _lifted(overview, hold, words)
    for shift in overview.shifts:
        if shift.cause != holding.LIFTED:
            yield shift.at, _shifted(overview, shift, words)
    for row in overview.corrections:
        if row.settled_at is not None:
            yield row.settled_at, _corrected(overview, row, row.settled_at, words)


def is_halted(overview: Overview) -> bool:
    """Whether deadlines do not run now: their days move on by those of the halt."""
    return any(hold.stops_clock for hold in overview.holds)


def moved_back(overview: Overview) -> bool:
    """Whether every day that moved stands again where it was announced first."""
    first: dict[str, DeadlineMoved] = {}
    order = {shift.id: at for at, shift in enumerate(overview.shifts)}
    for one in sorted(overview.moved, key=lambda moved: -order[moved.shift_id]):
        first.setdefault(one.name, one)
    kept = {one.name: one for one in overview.deadlines}
    return bool(first) and all(
        name in kept
        and kept[name].day == one.before
        and {district: own["day"] for district, own in kept[name].districts.items()}
        == one.districts_before
        for name, one in first.items()
    )


def mover(overview: Overview, shift: Shift, words: Words) -> str:
    """Which office moved the days, and that two of its officers did, as far as it is known."""
    found = overview.movers.get(shift.id)
    if found is None or found.office is None:
        return ""
    said = words(f"measure.authority.{found.office}")
    return f"{said} · {words('public.by-two')}" if found.seconded else said


def _step(overview: Overview, step: StepTaken, words: Words) -> Moment:
    return {
        "when": words.end(step.at),
        "title": words(f"measure.done.{step.act}"),
        "text": _by(step.authority or step.by, words)
        + _how(step, words)
        + _signed(overview.signed.get(step.entry_id), step, words)
        + _relied_on(step, words),
        "reason": None if step.act in WRITTEN_ELSEWHERE else step.reason,
        **_paper(overview, step.document_number, step.document_date, words, paper=step.paper_id),
        "state": "done",
    }


def _halted(overview: Overview, hold: Hold, words: Words) -> Moment:
    clock = words("public.hold.clock-stopped" if hold.stops_clock else "public.hold.clock-ran")
    by, seen = overview.halters[hold.id].placed, hold.placing_confirmed_by is not None
    return {
        "when": words.moment(hold.from_at),
        "title": words(f"measure.hold.{hold.kind}"),
        "text": " · ".join(
            filter(None, [_entered(by, words, "public.hold.seen" if seen else None), clock])
        ),
        "reason": hold.reason,
        **_paper(overview, hold.document_number, hold.document_date, words, paper=hold.paper_id),
        "state": "done",
    }


def _lifted(overview: Overview, hold: Hold, words: Words) -> Moment:
    two = hold.lifting_confirmed_by is not None
    shifts = [
        one for one in overview.shifts if one.cause == holding.LIFTED and one.about == hold.id
    ]
    return {
        "when": words.moment(hold.lifted_at) if hold.lifted_at else "",
        "title": words("public.hold.lifted", hold=words(f"measure.hold.{hold.kind}")),
        "text": _entered(overview.halters[hold.id].lifted, words, "public.by-two" if two else None),
        "reason": hold.lifted_reason,
        **_paper(
            overview, hold.lifting_number, hold.lifting_date, words, paper=hold.lifting_paper_id
        ),
        "lines": _moves(overview, shifts, words),
        "state": "done",
    }


def _shifted(overview: Overview, shift: Shift, words: Words) -> Moment:
    title = words(f"dates.cause.{shift.cause}")
    named = shift.title_ko if words.language is Language.KO else shift.title_en
    return {
        "when": words.moment(shift.at),
        "title": f"{title}: {named}" if named else title,
        "text": mover(overview, shift, words),
        "reason": shift.reason if shift.cause.startswith("deadline.") else None,
        **_paper(
            overview,
            shift.document_number,
            shift.document_date,
            words,
            office=_office(overview, shift),
        ),
        "lines": _moves(overview, [shift], words),
        "state": "done",
    }


def _corrected(overview: Overview, row: Proposal, at: datetime, words: Words) -> Moment:
    """A published total that was corrected: what it was, what the measure needed and needs now."""
    office = words(f"measure.authority.{row.proposer_authority}")
    notice, paper = corrections.notice(row), row.what["document"]
    told = [corrections.total(row), *corrections.needs(row, overview.measure)]
    return {
        "when": words.moment(at),
        "title": words("public.needed.corrected"),
        "text": f"{office} · {words('public.by-two')}",
        "reason": words(
            "public.needed.announced",
            source=notice["source"],
            day=date.fromisoformat(notice["published_on"]),
        ),
        **_paper(
            overview,
            paper["number"],
            date.fromisoformat(paper["day"]),
            words,
            paper=UUID(paper["paper"]),
        ),
        "lines": [
            words(
                f"public.needed.{one.of}",
                district=one.district or "",
                old=_count(one.before, words),
                new=_count(one.after, words),
            )
            for one in told
        ],
        "state": "done",
    }


def _count(number: int | None, words: Words) -> str:
    return "–" if number is None else words.number(number)


def _office(overview: Overview, shift: Shift) -> str | None:
    found = overview.movers.get(shift.id)
    return found.office if found else None


def _moves(overview: Overview, shifts: Sequence[Shift], words: Words) -> list[str]:
    ids = {one.id for one in shifts}
    return [
        words(
            "public.timeline.moved",
            what=words(f"measure.deadline.{one.name}"),
            old=words.date(one.latest_before),
            new=words.date(one.latest_after),
        )
        for one in overview.moved
        if one.shift_id in ids
    ]


def _paper(
    overview: Overview,
    number: str | None,
    day: date | None,
    words: Words,
    *,
    paper: UUID | None = None,
    office: str | None = None,
) -> Moment:
    """The paper that it rests on: number, day, issuer, and its file's digest.

    Where it is named by number and day alone, that of the `office` that named it before another's.
    """
    if number is None or day is None:
        return {}
    named = [
        one
        for one in overview.papers
        if (one.id == paper if paper else (one.number, one.day) == (number, day))
    ]
    found = next((one for one in named if one.issuer == office), named[0] if named else None)
    if found is None:
        return {"paper": words("dates.moved.paper", number=number, day=day)}
    issuer = words(f"papers.issuer.{found.issuer}")
    said = words("public.timeline.paper", number=number, day=day, issuer=issuer)
    return {"paper": said, "sha256": found.sha256}


def _ahead(overview: Overview, deadline: DeadlineKept, words: Words) -> Moment:
    return {
        "when": presenting.due(words, deadline)
        if deadline.latest == deadline.day
        else words(
            "dates.and-later",
            day=presenting.due(words, deadline),
            latest=presenting.due(words, deadline, deadline.latest),
        ),
        "title": words(f"measure.deadline.{deadline.name}"),
        "text": deadline.overridden_reason
        or sums.told(words, getattr(deadline, f"sum_{words.language}")),
        "citation": deadline.article,
        "state": "halted" if is_halted(overview) else "next",
    }


def _entered(office: str | None, words: Words, two: str | None) -> str:
    """Which office wrote it down, and what a second officer has to do with it."""
    said = []
    if office is not None:
        said.append(words("public.hold.entered", office=words(f"measure.authority.{office}")))
    if two is not None:
        said.append(words(two))
    return " · ".join(said)


def _how(step: StepTaken, words: Words) -> str:
    """Who wrote it down where another office decided, and what a second officer did."""
    said = []
    if step.transcribed_by:
        office = words(f"measure.authority.{step.transcribed_by}")
        said.append(words("public.written-by", office=office))
    if step.recorded_from and step.document_number:
        said.append(words("public.recorded", number=step.document_number))
    if step.confirmed_by:
        said.append(words("public.by-two"))
    return "".join(f" · {one}" for one in said)


def _signed(act: SignedAct | None, step: StepTaken, words: Words) -> str:
    """Who held the office, who signed by delegation, and the document, unless the step names it."""
    if act is None:
        return ""
    said = f" · {act.holder_title} {act.holder_name}"
    if act.deputy_name:
        said += f", {words('office.by-delegation')} {act.deputy_office} {act.deputy_name}"
    if (act.document_number, act.document_date) == (step.document_number, step.document_date):
        return said
    return f"{said}, {words('office.document', number=act.document_number, day=act.document_date)}"


def _relied_on(step: StepTaken, words: Words) -> str:
    """The excluded subject that a refusal names, or nothing."""
    rule = screening.relied_on(step)
    if rule is None:
        return ""
    title = rule.title.ko if words.language is Language.KO else rule.title.en
    return f" · {words('screening.relied-on', item=title, citation=rule.citation)}"


def _by(who: str, words: Words) -> str:
    key = f"measure.authority.{who}"
    return words(key if words.has(key) else "measure.authority.initiator")
