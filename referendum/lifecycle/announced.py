"""Published totals as two registrars enter and correct them, with all that they make needed.

How many signatures a petition needs is a share of them. So a number comes in on its notice, by two
officers, who are both shown which petitions need more or fewer than before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import corrections, judging, papering, trying
from referendum.lifecycle.acting import Document
from referendum.lifecycle.errors import TotalNotPublished
from referendum.lifecycle.matter import Matter, What
from referendum.lifecycle.stages import ENDINGS
from referendum.lifecycle.tables import Measure
from referendum.lifecycle.trying import Change
from referendum.papers.naming import Issuer
from referendum.roll import entering_totals, places
from referendum.roll.entering_totals import Notice
from referendum.roll.errors import TotalNotFound
from referendum.roll.tables import PublishedTotal
from referendum.roll.totals import TotalKind
from signatures import petitions
from thresholds.vocabulary import Instrument

PUBLISHED: Final = "totals."
"""The sort of proposal with which numbers are entered."""
CORRECTED: Final = corrections.CORRECTED
NEEDED: Final = corrections.NEEDED
FLOOR: Final = corrections.FLOOR


def insist(by: Officer) -> None:
    """Refuse whoever keeps no register: totals are theirs."""
    by.insist(Role.REGISTRAR)


def refusal(
    _session: Session, _subject: UUID | None, _what: What, by: Officer
) -> DomainError | None:
    """Why somebody of the same office could not be the second one."""
    return None if Role.REGISTRAR in by.roles else by.lacking(Role.REGISTRAR)


def get(session: Session, by: Officer, total_id: UUID) -> PublishedTotal:
    """A number of the officer's own place."""
    found = session.get(PublishedTotal, total_id)
    if found is None or found.jurisdiction_id != by.jurisdiction:
        raise TotalNotFound(total=str(total_id))
    return found


def written(
    uow: UnitOfWork, notices: Sequence[Notice], document: Document, by: Officer
) -> dict[str, Any]:
    """They as they are proposed, in JSON's own types, with the names of their districts."""
    ever = {one.id: one for one in places.districts_ever(uow.session, by.jurisdiction)}
    return {
        "document": papering.written(
            uow, by.jurisdiction, Issuer(by.authority.value), document, by=by
        ),
        "notices": [
            {
                "instrument": one.instrument.value,
                "kind": one.kind.value,
                "base_year": one.base_year,
                "published_on": one.published_on.isoformat(),
                "source": one.source.strip(),
                "numbers": [
                    {
                        "district": str(district) if district else None,
                        "ko": ever[district].name_ko if district in ever else None,
                        "en": ever[district].name_en if district in ever else None,
                        "number": number,
                    }
                    for district, number in one.numbers.items()
                ],
            }
            for one in notices
        ],
    }


def publish(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> None:
    """Enter all of them, or none."""
    paper = _paper(uow, what, by)
    for one in _read(what):
        entering_totals.publish_notice(
            uow, one, jurisdiction_id=by.jurisdiction, by=by, paper=paper
        )


def published(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> list[Change]:
    """How many numbers come, or which one, and what becomes needed by them."""
    every = [number for one in _read(what) for number in one.numbers.values()]
    told: Change = (
        {"what": "totals.number", "before": None, "after": str(every[0])}
        if len(every) == 1
        else {"what": "totals.numbers", "before": None, "after": str(len(every))}
    )
    return [told, *_moved(uow, by.jurisdiction, lambda: publish(uow, subject, what, by))]


def correct(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> None:
    """Enter what was announced instead of a number."""
    assert subject is not None
    get(uow.session, by, subject)
    (notice,) = _read(what)
    (number,) = notice.numbers.values()
    entering_totals.correct_total(
        uow,
        subject,
        number=number,
        source=notice.source,
        published_on=notice.published_on,
        by=by,
        paper=_paper(uow, what, by),
    )


def corrected(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> list[Change]:
    """The number before and after, and what becomes needed by it."""
    assert subject is not None
    (notice,) = _read(what)
    (number,) = notice.numbers.values()
    before = get(uow.session, by, subject).number
    return [
        {"what": "totals.number", "before": str(before), "after": str(number)},
        *_moved(uow, by.jurisdiction, lambda: correct(uow, subject, what, by)),
    ]


def _paper(uow: UnitOfWork, what: What, by: Officer) -> dict[str, str]:
    document = papering.read(what["document"])
    assert document is not None
    named = papering.name(uow, by.jurisdiction, Issuer(by.authority.value), document, by=by)
    return {"document": named.paper.number, **named.facts}


def _read(what: What) -> list[Notice]:
    return [
        Notice(
            instrument=Instrument(one["instrument"]),
            kind=TotalKind(one["kind"]),
            base_year=one["base_year"],
            numbers={
                UUID(each["district"]) if each["district"] else None: each["number"]
                for each in one["numbers"]
            },
            source=one["source"],
            published_on=date.fromisoformat(one["published_on"]),
        )
        for one in what["notices"]
    ]


def _moved(uow: UnitOfWork, place: UUID, run: Callable[[], None]) -> list[Change]:
    """What petitions under way need before and after: it is done, looked at and undone."""
    return trying.differences(uow, lambda: _needed(uow.session, place), run)


def _needed(session: Session, place: UUID) -> dict[str, str]:
    """Of every measure that has not ended and has a petition: what is needed, by its number."""
    under_way = select(Measure).where(
        Measure.jurisdiction_id == place,
        Measure.rulebook.is_not(None),
        Measure.stage.not_in([one.value for one in ENDINGS]),
    )
    found = dict[str, str]()
    for measure in session.scalars(under_way.order_by(Measure.number)).all():
        if petitions.of_measure(session, measure.id) is None:
            continue
        try:
            findings = judging.judged(session, measure, None).findings
        except TotalNotPublished:
            continue
        for finding in findings:
            of = f"{NEEDED}{measure.number}."
            if finding.needed is not None:
                found[f"{of}{finding.requirement.value}"] = str(int(finding.needed))
            for one in finding.districts or ():
                found[f"{of}{FLOOR}{one.name}"] = str(int(one.needed))
    return found


MATTERS: Final = {
    PUBLISHED: Matter(run=publish, changes=published, refusal=refusal),
    CORRECTED: Matter(run=correct, changes=corrected, refusal=refusal),
}
