"""What two officers do for a place and not for a measure: proposed, confirmed, sent back.

As of a measure's acts (`proposing`), what is proposed is tried first and undone, and both officers
are shown the same. What is particular to each sort stands in the module that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.proposals import ChangesOtherwise, Proposal, Put
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    announced,
    city_said,
    days_declared,
    designated,
    designating,
    entrusting,
    not_calling,
    papering,
    promising,
    stages,
    trying,
)
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import declining
from referendum.lifecycle.designating import Plan
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.matter import Matter, What
from referendum.lifecycle.office import approving, city_pages, holders
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.office.city_pages import Leaf, Texts
from referendum.lifecycle.office.holders import Seat
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.trying import Change
from referendum.papers.naming import Issuer
from referendum.projects import keeping
from referendum.projects.keeping import insist_on_office
from thresholds.vocabulary import Instrument

WOULD_BE: Final = "nobody yet"
"""Who confirms while it is only tried: what is written with it is undone."""


def is_of_place(kind: str) -> bool:
    """Whether a kind of proposal is of this sort, and not about a measure."""
    return kind in MATTERS or _sort(kind) in MATTERS


def _sort(kind: str) -> str:
    return kind[: kind.index(".") + 1]


def _matter(kind: str) -> Matter:
    return MATTERS.get(kind) or MATTERS[_sort(kind)]


def propose_designation(uow: UnitOfWork, plan: Plan, *, by: Officer) -> Proposal:
    """Propose to write down a designation."""
    designating.insist(uow.session, by, plan.instrument)
    what = designating.written(uow, plan, by)
    return put(
        uow,
        designated.DESIGNATION,
        None,
        what,
        by=by,
        authority=designating.office_for(plan.instrument),
    )


def propose_revoking(
    uow: UnitOfWork,
    designation_id: UUID,
    *,
    document: Document,
    reason: str,
    from_day: date | None = None,
    by: Officer,
) -> Proposal:
    """Propose to write down that a designation is over."""
    found = designating.get(uow.session, by.jurisdiction, designation_id)
    designating.insist(uow.session, by, Instrument(found.row.instrument))
    what = {
        "from_day": from_day.isoformat() if from_day else None,
        "document": papering.written(uow, by.jurisdiction, Issuer.STATE, document, by=by),
        "reason": reason,
    }
    deciding = designating.office_for(Instrument(found.row.instrument))
    return put(
        uow,
        designated.DESIGNATION_OVER,
        designation_id,
        what,
        by=by,
        authority=deciding,
        reason=reason,
    )


def put(
    uow: UnitOfWork,
    kind: str,
    subject: UUID | None,
    what: What,
    *,
    by: Officer,
    authority: Authority,
    reason: str | None = None,
) -> Proposal:
    """Propose it, once it was tried. Refused with all that it would be refused with."""
    changes = _tried(uow, kind, subject, what, replace(by, seconded_by=WOULD_BE))
    given = Put(
        kind=kind,
        place=by.jurisdiction,
        authority=authority,
        subject=subject,
        what=what,
        changes=changes,
        reason=reason,
    )
    return proposals.put(uow, given, by=by)


def confirm(uow: UnitOfWork, row: Proposal, *, version: str, by: Officer) -> Proposal:
    """The second pair of eyes: it is done, in this transaction."""
    row = proposals.held(uow, row.id, by=by)
    proposals.insist_another(row, by)
    insist(uow.session, row, by)
    if row.version != version or row.changes != would_change(uow, row):
        raise ChangesOtherwise(proposal=str(row.id))
    _matter(row.kind).run(uow, row.subject_id, row.what, proposals.confirm(uow, row, by=by))
    return row


def would_change(uow: UnitOfWork, row: Proposal) -> list[Change]:
    """What it would change if it were confirmed now."""
    trial = proposals.proposer(row, seconded_by=WOULD_BE)
    return _tried(uow, row.kind, row.subject_id, row.what, trial)


def refusal(session: Session, row: Proposal, by: Officer) -> DomainError | None:
    """Why somebody could not be the second officer."""
    if by.authority.value != row.proposer_authority:
        return NotYourAct(act=row.kind, by=row.proposer_authority)
    return _matter(row.kind).refusal(session, row.subject_id, row.what, by)


def insist(session: Session, row: Proposal, by: Officer) -> None:
    """Refuse whoever could not be the second officer."""
    found = refusal(session, row, by)
    if found is not None:
        raise found


def tried(uow: UnitOfWork, run: Callable[[Officer], object], *, by: Officer) -> None:
    """Do it as if somebody had confirmed it, and undo it: it is refused as it would be refused."""
    with trying.undone(uow):
        run(replace(by, seconded_by=WOULD_BE))
        uow.session.flush()


def _tried(
    uow: UnitOfWork, kind: str, subject: UUID | None, what: What, by: Officer
) -> list[Change]:
    """What it changes; it was done and undone, so that it is refused now as it would be then."""
    changes = _matter(kind).changes(uow, subject, what, by)
    tried(uow, lambda trial: _matter(kind).run(uow, subject, what, trial), by=by)
    return changes


# What an authority leaves to one of its officers


def _entrust(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> None:
    entrusting.carry_out(uow, what, by)


def _entrusted(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> list[Change]:
    return [*entrusting.changes(uow, what, by)]


def _may_entrust(
    _session: Session, _subject: UUID | None, _what: What, by: Officer
) -> DomainError | None:
    return entrusting.refusal(by)


# That a vote on a project of the city is not called


def propose_not_calling(
    uow: UnitOfWork, project_id: UUID, *, approval: Approval, reason: str, by: Officer
) -> Proposal:
    """Propose not to call it, with the reasons that become public."""
    by.insist(Role.CLERK, fresh=True)
    number = keeping.here(uow.session, project_id, by).number
    insist_on_office(by)
    declining.insist_on_words(reason)
    what = {
        **_approved(uow, approval, by, act=declining.NOT_CALLED),
        "project": number,
        "reason": reason.strip(),
    }
    return put(
        uow,
        declining.NOT_CALLED,
        project_id,
        what,
        by=by,
        authority=Authority.MAYOR,
        reason=reason.strip(),
    )


# Who holds an office

HOLDER: Final = "office.hold"


def propose_holder(uow: UnitOfWork, seat: Seat, *, by: Officer) -> Proposal:
    """Propose to write down who holds an office."""
    holders.insist(uow.session, by, seat.office)
    return put(uow, HOLDER, None, holders.written(uow, seat, by), by=by, authority=seat.office)


def _hold(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> None:
    holders.record(uow, holders.read(what), by=by)


def _held(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> list[Change]:
    first = date.fromisoformat(what["from_day"])
    before = holders.on(uow.session, by.jurisdiction, Authority(what["office"]), first)
    return [
        {
            "what": "office.holder",
            "before": f"{before.title} {before.name}" if before else None,
            "after": f"{what['title']} {what['name']}",
        },
        {"what": "office.from", "before": None, "after": what["from_day"]},
        {"what": "office.until", "before": None, "after": what["until_day"]},
    ]


def _may_hold(
    session: Session, _subject: UUID | None, what: What, by: Officer
) -> DomainError | None:
    return holders.refusal(session, by, Authority(what["office"]))


# A page of the city that says something binding


def propose_page(uow: UnitOfWork, leaf: Leaf, texts: Texts, *, by: Officer) -> Proposal:
    """Propose what such a page says from now on."""
    city_pages.insist(uow.session, by)
    what = city_pages.as_proposed(leaf, texts)
    kind = f"{city_pages.PUBLISH}{leaf.value}"
    return put(uow, kind, None, what, by=by, authority=by.authority)


# A promise of the mayor


def propose_publishing(
    uow: UnitOfWork, delegation_id: UUID, *, approval: Approval, by: Officer
) -> Proposal:
    """Propose to make a signed promise known, with all that becomes public then."""
    delegating.insist_on_office(by, Role.CLERK, fresh=True)
    delegating.get(uow.session, by.jurisdiction, delegation_id)
    what = _approved(uow, approval, by, act=promising.PUBLISHED)
    return put(uow, promising.PUBLISHED, delegation_id, what, by=by, authority=Authority.MAYOR)


def propose_ending(
    uow: UnitOfWork, delegation_id: UUID, *, approval: Approval, reason: str, by: Officer
) -> Proposal:
    """Propose to revoke a promise."""
    delegating.insist_on_office(by, Role.CERTIFIER, fresh=True)
    delegating.get(uow.session, by.jurisdiction, delegation_id)
    what = {**_approved(uow, approval, by, act=promising.REVOKED), "reason": reason}
    return put(
        uow,
        promising.REVOKED,
        delegation_id,
        what,
        by=by,
        authority=Authority.MAYOR,
        reason=reason,
    )


def _approved(uow: UnitOfWork, approval: Approval, by: Officer, *, act: str) -> dict[str, Any]:
    return approving.written(uow, by.jurisdiction, Authority.MAYOR, approval, by, act=act)


def _publish(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> None:
    assert subject is not None
    promising.publish(uow, subject, approval=approving.read(what), by=by)


def _published(uow: UnitOfWork, subject: UUID | None, _what: What, by: Officer) -> list[Change]:
    assert subject is not None
    found = delegating.get(uow.session, by.jurisdiction, subject)
    today = delegating.today(uow, by.jurisdiction)
    running = delegating.in_force(uow.session, by.jurisdiction, today)
    before = None if running is None else str(running.number)
    return [
        {"what": "promise.number", "before": before, "after": str(found.number)},
        {"what": "promise.text", "before": None, "after": found.sha256},
        {"what": "promise.first", "before": None, "after": found.terms["valid_from"]},
    ]


def _end(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> None:
    assert subject is not None
    promising.revoke(uow, subject, approval=approving.read(what), reason=what["reason"], by=by)


def _ended(uow: UnitOfWork, subject: UUID | None, _what: What, by: Officer) -> list[Change]:
    assert subject is not None
    found = delegating.get(uow.session, by.jurisdiction, subject)
    notice = delegating.terms_of(found).revocation_notice_days
    under_way = [
        one
        for one in delegating.followed(uow.session, subject)
        if Stage(one.stage) not in stages.ENDINGS
    ]
    return [
        {"what": "promise.number", "before": str(found.number), "after": None},
        {"what": "promise.notice", "before": None, "after": str(notice)},
        {"what": "promise.measures", "before": None, "after": str(len(under_way))},
    ]


def _may(role: Role) -> Callable[[Session, UUID | None, What, Officer], DomainError | None]:
    def refused(
        session: Session, subject: UUID | None, _what: What, by: Officer
    ) -> DomainError | None:
        assert subject is not None
        return promising.refusal(delegating.get(session, by.jurisdiction, subject), by, role)

    return refused


MATTERS: Final[Mapping[str, Matter]] = {
    entrusting.OFFICERS: Matter(run=_entrust, changes=_entrusted, refusal=_may_entrust),
    **designated.MATTERS,
    **not_calling.MATTERS,
    **announced.MATTERS,
    **days_declared.MATTERS,
    HOLDER: Matter(run=_hold, changes=_held, refusal=_may_hold),
    **city_said.MATTERS,
    promising.PUBLISHED: Matter(run=_publish, changes=_published, refusal=_may(Role.CLERK)),
    promising.REVOKED: Matter(run=_end, changes=_ended, refusal=_may(Role.CERTIFIER)),
}
"""By kind; of totals, days, pages and what an authority leaves to one officer, by sort."""
