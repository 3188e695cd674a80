"""Why an act on a mayor's prior promise, or a vote under one, can be refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from referendum.kernel.errors import DomainError, Refusal
from referendum.lifecycle.errors import RuleRefused
from thresholds.errors import Problem


class PromiseNotFound(DomainError):
    code: ClassVar[str] = "promise-not-found"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class PromiseFrozen(DomainError):
    """A signed text is never changed: another promise replaces it."""

    code: ClassVar[str] = "promise-frozen"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class PromiseNotReady(DomainError):
    """Published before it was signed, revoked before it was published, or either one twice."""

    code: ClassVar[str] = "promise-not-ready"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class BeyondEnvelope(DomainError):
    """The terms go further than a promise may; `problems` say where, why and by which article."""

    code: ClassVar[str] = "promise-beyond-envelope"
    refusal: ClassVar[Refusal] = Refusal.INVALID

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(keys=[one.key for one in self.problems])


class NoPromiseInForce(RuleRefused):
    """Nothing is put to an advisory vote on a day on which no promise runs."""

    code: ClassVar[str] = "no-promise-in-force"


class ScopeNotStated(DomainError):
    """Who asked, and what the vote is about, is stated before it is called."""

    code: ClassVar[str] = "scope-not-stated"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class ExcludedNotConfirmed(DomainError):
    """Each excluded matter is confirmed by itself."""

    code: ClassVar[str] = "excluded-not-confirmed"
    refusal: ClassVar[Refusal] = Refusal.INVALID
    at: ClassVar[str | None] = "confirmed"


class AskerNotPromised(DomainError):
    """The promise gives that side no right to ask, or the vote was not asked for in that way."""

    code: ClassVar[str] = "asker-not-promised"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "asked_by"


class OutsidePromise(DomainError):
    """Neither a project of the promised size nor one of its matters."""

    code: ClassVar[str] = "outside-promise"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT
    at: ClassVar[str | None] = "about"
