"""What an advisory vote is about: stated and confirmed by the mayor's office before its call."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from referendum.api.access import ACTING, document_of, measure_here
from referendum.api.labelling import Labelled, binding_of
from referendum.api.refusing import Route
from referendum.api.repeating import act
from referendum.api.shapes import Asked, DocumentIn, OneOf
from referendum.doors.sessions import Staff
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import enveloping, errors
from referendum.lifecycle.enveloping import Project, Scope
from referendum.lifecycle.promise import errors as promise_errors
from referendum.lifecycle.promise.tables import ScopeStated
from referendum.lifecycle.tables import Measure
from thresholds.delegation import Asker, ExcludedMatter, ProjectKind

router = APIRouter(prefix="/measures/{measure_id}/scope", tags=["delegations"], route_class=Route)

REFUSALS: Final = (
    promise_errors.NoPromiseInForce,
    promise_errors.AskerNotPromised,
    promise_errors.ExcludedNotConfirmed,
    promise_errors.OutsidePromise,
    errors.DocumentAhead,
    errors.DocumentNeeded,
    errors.ParticularMissing,
)


class ProjectIn(Asked):
    """Its kind and its total in whole won."""

    kind: OneOf[ProjectKind]
    total: Annotated[int, Field(gt=0, lt=10**16)]


class ScopeIn(Asked):
    """Who asked, and what it is about: a project, or a subject of the promise by its place in it.

    Of a measure on a project of the city's register, kind and total are the register's.
    """

    asked_by: OneOf[Asker]
    asked: DocumentIn | None = None
    project: ProjectIn | None = None
    subject: Annotated[int, Field(ge=0, lt=1_000)] | None = None
    confirmed: Annotated[list[OneOf[ExcludedMatter]], Field(max_length=len(ExcludedMatter))]
    opinion: DocumentIn | None = None

    @property
    def scope(self) -> Scope:
        named = self.project
        project = None if named is None else Project(kind=named.kind, total=named.total)
        return Scope(
            asked_by=self.asked_by,
            asked=document_of(self.asked),
            project=project,
            subject=self.subject,
            confirmed=frozenset(self.confirmed),
            opinion=document_of(self.opinion),
        )


class ScopeOut(Labelled):
    """As it was kept."""

    asked_by: Asker
    project: ProjectIn | None
    subject: int | None
    confirmed: list[ExcludedMatter]

    @classmethod
    def of(cls, kept: ScopeStated, measure: Measure) -> ScopeOut:
        scope = enveloping.scope_of(kept)
        about = scope.project
        project = None if about is None else ProjectIn(kind=about.kind, total=about.total)
        return cls(
            asked_by=scope.asked_by,
            project=project,
            subject=scope.subject,
            confirmed=sorted(scope.confirmed),
            **binding_of(measure),
        )


@act(router, "", *ACTING, *REFUSALS)
def state_scope(uow: UnitOfWork, measure_id: UUID, given: ScopeIn, by: Staff) -> ScopeOut:
    """State, or before the call restate, what the vote is about."""
    measure = measure_here(uow, measure_id, by)
    kept = enveloping.state(uow, measure_id, scope=given.scope, by=by)
    return ScopeOut.of(kept, measure)
