"""What an advisory vote must be before it is called: asked for, promised, and none of the excluded.

Its promise is the one that it pinned, or, of an office's own draft, the one in force that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries, locating, papering, rules
from referendum.lifecycle.acting import Document
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import DocumentAhead, DocumentNeeded
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.errors import (
    AskerNotPromised,
    ExcludedNotConfirmed,
    OutsidePromise,
    ScopeNotStated,
)
from referendum.lifecycle.promise.tables import Delegation, ScopeStated
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.papers.naming import Issuer, Named
from referendum.projects.tables import Project as ListedProject
from thresholds.delegation import Asker, ExcludedMatter, ProjectKind, Terms
from thresholds.vocabulary import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as the scope knows it: its kind and its total in won."""

    kind: ProjectKind
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is stated: who asked by which paper, what it is about, and what it is not."""

    asked_by: Asker
    asked: Document | None = None
    project: Project | None = None
    subject: int | None = None
    confirmed: frozenset[ExcludedMatter] = frozenset()
    opinion: Document | None = None


def state(uow: UnitOfWork, measure_id: UUID, *, scope: Scope, by: Officer) -> ScopeStated:
    """State, or restate, an advisory vote's scope before its call; checked at once."""
    measure = acting.lock(uow.session, measure_id)
    acting.insist_on_authority(
        uow.session, measure, by, act="state_scope", deciding=[Authority.MAYOR]
    )
    by.insist(Role.CLERK)
    entries.insist(measure, Entry.STATE_SCOPE)
    today = rules.today(uow, measure)
    promise = promise_for(uow.session, measure, today)
    _insist_not_ahead(scope, today)
    registered = project_of(uow.session, measure)
    if registered is not None:
        scope = replace(scope, project=registered, subject=None)
    _insist_on_scope(uow.session, measure, delegating.terms_of(promise), scope)
    kept = uow.session.get(ScopeStated, measure.id) or ScopeStated(measure_id=measure.id)
    _write(kept, scope)
    named = _rest(uow, measure, kept, scope, by)
    kept.stated_by, kept.stated_at = by.mark, uow.now()
    uow.session.add(kept)
    measure.asked_by = scope.asked_by.value
    uow.session.flush()
    uow.record(
        "measure.scope_stated", by=by, measure=measure.id, facts=_facts(promise, scope, named)
    )
    return kept


def project_of(session: Session, measure: Measure) -> Project | None:
    """The kind and total that the city's register has of the measure's project.

    None where it is on no project of the register, or on a matter without a budget.
    """
    listed = session.get(ListedProject, measure.project_id) if measure.project_id else None
    if listed is None or listed.total is None:
        return None
    return Project(kind=ProjectKind(listed.kind), total=listed.total)


def may_state(session: Session, measure: Measure, by: Officer) -> bool:
    """Whether it is this officer's to state a scope now, and a promise is there for it."""
    mine = by.authority is Authority.MAYOR and Role.CLERK in by.roles
    return mine and entries.possible(measure, Entry.STATE_SCOPE) and _has_promise(session, measure)


def insist_on_promise(session: Session, measure: Measure, today: date) -> None:
    """Refuse to call a vote that no promise covers; other instruments are not asked."""
    if measure.instrument != Instrument.ADVISORY:
        return
    terms = delegating.terms_of(promise_for(session, measure, today))
    kept = session.get(ScopeStated, measure.id)
    if kept is None:
        raise ScopeNotStated(measure=str(measure.id))
    _insist_on_scope(session, measure, terms, scope_of(kept))


def insist_residents_may_ask(session: Session, measure: Measure) -> None:
    """Refuse a petition where the promise gives residents no share at which they may ask."""
    if measure.instrument != Instrument.ADVISORY or measure.delegation_id is None:
        return
    terms = delegating.terms_of(session.get_one(Delegation, measure.delegation_id))
    if terms.asked_by.residents is None:
        raise AskerNotPromised(asker=Asker.RESIDENTS.value)


def promise_for(session: Session, measure: Measure, today: date) -> Delegation:
    """The promise that a measure follows, or would follow if it were called today."""
    if measure.delegation_id is not None:
        return session.get_one(Delegation, measure.delegation_id)
    return rules.promise_on(session, measure, today)


def scope_of(kept: ScopeStated) -> Scope:
    """What was stated, as values."""
    project = None
    if kept.project_kind is not None and kept.project_total is not None:
        project = Project(kind=ProjectKind(kept.project_kind), total=kept.project_total)
    return Scope(
        asked_by=Asker(kept.asked_by),
        asked=_paper(kept.asked_document, kept.asked_on),
        project=project,
        subject=kept.subject,
        confirmed=frozenset(ExcludedMatter(one) for one in kept.excluded_confirmed),
        opinion=_paper(kept.opinion_document, kept.opinion_on),
    )


def stated(session: Session, measure: Measure) -> ScopeStated | None:
    """What was stated of an advisory vote, if anything was."""
    return session.get(ScopeStated, measure.id)


def _insist_on_scope(session: Session, measure: Measure, terms: Terms, scope: Scope) -> None:
    _insist_on_asker(session, measure, terms, scope)
    if missing := sorted(set(ExcludedMatter) - scope.confirmed):
        raise ExcludedNotConfirmed(missing=[one.value for one in missing])
    if scope.project is not None:
        kind, total = scope.project.kind, scope.project.total
        if not terms.falls_under(kind=kind, total=total):
            raise OutsidePromise(kind=kind.value, total=total, least=terms.least_for(kind))
    elif not terms.matters or scope.subject not in range(len(terms.subjects)):
        raise OutsidePromise(kind=None, total=None, least=None)


def _insist_not_ahead(scope: Scope, today: date) -> None:
    """A paper that lifts a bar, or asks for a vote, is there when it is relied on."""
    for field, paper in (("asked_day", scope.asked), ("opinion_day", scope.opinion)):
        if paper is not None and paper.day > today:
            raise DocumentAhead(field=field, day=paper.day.isoformat())


def _insist_on_asker(session: Session, measure: Measure, terms: Terms, scope: Scope) -> None:
    """Residents ask by a petition, an office by its draft; the council and districts by paper."""
    petitioned = measure.stage != Stage.DRAFT or locating.has_representatives(session, measure)
    asked_by_residents = scope.asked_by is Asker.RESIDENTS
    if not terms.asked_by.admits(scope.asked_by) or petitioned != asked_by_residents:
        raise AskerNotPromised(asker=scope.asked_by.value)
    if scope.asked_by in (Asker.COUNCIL, Asker.DISTRICTS) and scope.asked is None:
        raise DocumentNeeded(act="state_scope", authority=scope.asked_by.value)


def _has_promise(session: Session, measure: Measure) -> bool:
    if measure.delegation_id is not None:
        return True
    return any(delegating.published(session, measure.jurisdiction_id))


def _write(kept: ScopeStated, scope: Scope) -> None:
    kept.asked_by = scope.asked_by.value
    kept.subject = scope.subject if scope.project is None else None
    kept.project_kind = scope.project.kind.value if scope.project else None
    kept.project_total = scope.project.total if scope.project else None
    kept.excluded_confirmed = sorted(one.value for one in scope.confirmed)


def _rest(
    uow: UnitOfWork, measure: Measure, kept: ScopeStated, scope: Scope, by: Officer
) -> dict[str, Named]:
    """Let it rest on the papers that were named: what asked for it, and an opinion."""
    asker = Issuer.COUNCIL_CHAIR if scope.asked_by is Asker.COUNCIL else Issuer.OTHER
    named: dict[str, Named] = {}
    for called, document, issuer in (
        ("asked", scope.asked, asker), ("opinion", scope.opinion, Issuer.OTHER),
    ):  # fmt: skip
        paper = None
        if document is not None:
            meant = replace(document, called=called)
            named[called] = papering.name(uow, measure.jurisdiction_id, issuer, meant, by=by)
            paper = named[called].paper
        setattr(kept, f"{called}_paper_id", paper.id if paper else None)
        setattr(kept, f"{called}_document", paper.number if paper else None)
        setattr(kept, f"{called}_on", paper.day if paper else None)
    return named


def _facts(promise: Delegation, scope: Scope, named: Mapping[str, Named]) -> dict[str, object]:
    return {
        "delegation": promise.number,
        "asked_by": scope.asked_by.value,
        "document": named["asked"].paper.number if "asked" in named else None,
        "project": scope.project is not None,
        "excluded_confirmed": len(scope.confirmed),
        "opinion": named["opinion"].paper.number if "opinion" in named else None,
    }


def _paper(number: str | None, day: date | None) -> Document | None:
    return None if number is None or day is None else Document(number, day)
