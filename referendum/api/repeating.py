"""Idempotency-Key: a request sent twice is done once, and answered twice alike.

The key's row is written in the transaction of the effect, so that neither is without the other.
An answer may hold what only its caller should have (a receipt): it is sealed under a key of
its day, which the next days destroy. A receipt is kept apart from the rest of its answer, and for
minutes; afterwards the answer is given again without it. Nothing that opens a session is kept.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, get_args, get_type_hints

from fastapi import APIRouter, Depends, Header
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from referendum.api.errors import KeyReused
from referendum.api.refusing import every_refusal, possible
from referendum.api.shapes import Told
from referendum.bootstrap import Services
from referendum.doors import csrf
from referendum.doors.cookies import services_of
from referendum.doors.repeats import (
    BRIEF,
    LIFE,
    IdempotencyDay,
    IdempotencyKey,
    forget_days,
    last_moment,
)
from referendum.doors.sessions import Caller, anyone
from referendum.identity.errors import Refused
from referendum.identity.timing import machine_now
from referendum.kernel.clock import universal_day
from referendum.kernel.errors import DomainError
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import UnitOfWork

KEPT_DAYS: Final = timedelta(days=2)
REPLAYED: Final = "Idempotency-Replayed"
CREATED: Final = 201
ACCEPTED: Final = 202
EMPTY: Final = 204


@dataclass(frozen=True, slots=True)
class Done:
    """What an effect is answered with."""

    body: Told | None
    status: int = CREATED
    browser: str | None = field(default=None, repr=False)
    """The cookie that was made for a browser which had none."""
    briefly: tuple[str, ...] = ()
    """Parts of the body that are stored nowhere else, and here for minutes only: a receipt."""


Effect = Callable[[UnitOfWork], Done | Refused]


@dataclass(frozen=True, slots=True)
class Once:
    """Runs an effect in a transaction of its own, once for each key of a caller."""

    request: Request
    services: Services
    key_hash: bytes | None
    request_hash: bytes

    def __call__(self, effect: Effect) -> Response:
        """The answer, new or as it was; a refusal that has left traces is told after the commit."""
        with self.services.begin() as uow:
            kept = self._kept(uow.session)
            outcome = effect(uow) if kept is None else kept
            if kept is None:
                self._keep(uow.session, outcome)
        if isinstance(outcome, Refused):
            raise outcome.because
        return answered(self.request, outcome, replayed=kept is not None)

    def _kept(self, session: Session) -> _Kept | Refused | None:
        """The answer given before; whoever sends the same at the same moment waits here."""
        if self.key_hash is None:
            return None
        turn = int.from_bytes(self.key_hash[:8], "big", signed=True)
        session.execute(text("select pg_advisory_xact_lock(:turn)"), {"turn": turn})
        row = session.get(IdempotencyKey, self.key_hash, populate_existing=True)
        if row is None:
            return None
        if row.expires_at <= machine_now(session):
            session.delete(row)
            session.flush()
            return None
        if row.request_hash != self.request_hash:
            raise KeyReused
        answer = self._opened(session, row)
        brief = session.get(IdempotencyKey, _brief(self.key_hash), populate_existing=True)
        if brief is not None and brief.expires_at > machine_now(session):
            answer["body"] |= self._opened(session, brief)
        return _read(answer)

    def _opened(self, session: Session, row: IdempotencyKey) -> dict[str, Any]:
        day = session.get_one(IdempotencyDay, row.day)
        seal = self.services.vault.open_key(session, day.key_id)
        return seal.unseal_fields(row.answer, place=_place(row.key_hash))

    def _keep(self, session: Session, outcome: Done | Refused | _Kept) -> None:
        if self.key_hash is None:
            return
        written = _written(outcome)
        briefly = outcome.briefly if isinstance(outcome, Done) else ()
        if briefly:
            body = written["body"]
            self._put(session, _brief(self.key_hash), {one: body[one] for one in briefly}, BRIEF)
            body |= dict.fromkeys(briefly)
        self._put(session, self.key_hash, written, LIFE)

    def _put(
        self, session: Session, key_hash: bytes, answer: Mapping[str, Any], life: timedelta
    ) -> None:
        now = machine_now(session)
        seal = _seal_of(session, self.services.vault, now)
        row = IdempotencyKey(
            key_hash=key_hash,
            request_hash=self.request_hash,
            day=universal_day(now),
            expires_at=last_moment(now, life),
            answer=seal.seal_fields(dict(answer), place=_place(key_hash)),
        )
        session.merge(row)
        session.flush()


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer as it was given."""

    body: Any
    status: int
    browser: str | None = field(repr=False)


def answered(request: Request, done: Done | _Kept, *, replayed: bool = False) -> Response:
    """The answer to what was done, with the cookie of a browser that had none."""
    if done.browser is not None:
        request.state.browser = done.browser
    response: Response
    if done.status == EMPTY:
        response = Response(status_code=EMPTY)
    elif isinstance(done.body, Told):
        body = done.body.model_dump_json().encode()
        response = Response(body, done.status, media_type=JSONResponse.media_type)
    else:
        response = JSONResponse(done.body, status_code=done.status)
    if replayed:
        response.headers[REPLAYED] = "true"
    csrf.settle(request, response)
    return response


RepeatKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Chosen by you, new for each thing to be done. The same request sent "
        "again with it within 24 hours is answered as before and done no second time; an "
        "answer with a receipt is given again for five minutes only.",
    ),
]


async def once_alone(request: Request, key: str | None, effect: Effect) -> Response:
    """For a step of the hot path that is not plain sailing, or has a key: done by itself."""
    caller = await anyone(request)
    return await run_in_threadpool(await once(request, caller, key), effect)


async def once(
    request: Request,
    caller: Annotated[Caller, Depends(anyone)],
    idempotency_key: RepeatKey = None,
) -> Once:
    body = b"" if idempotency_key is None else await request.body()
    sha256 = hashlib.sha256(body).hexdigest()
    return once_of(request, caller, idempotency_key, body_sha256=sha256)


def once_of(request: Request, caller: Caller, key: str | None, *, body_sha256: str) -> Once:
    """For a request whose body is known by its hash alone: a file is read as it comes."""
    services = services_of(request)
    if key is None:
        return Once(request, services, None, b"")
    hashed = services.vault.mac("idempotency")
    asked = f"{request.method} {request.url.path}?{request.url.query}\n{body_sha256}"
    return Once(request, services, hashed.of(f"{_scope(caller)}\n{key}"), hashed.of(asked))


Repeatable = Annotated[Once, Depends(once)]
Run = TypeVar("Run", bound=Callable[..., Any])


def act(
    router: APIRouter, path: str, *refusals: type[DomainError], status: int = CREATED
) -> Callable[[Run], Run]:
    """Makes a function a route that does what it says once for each key.

    It gets the transaction first, and gives the body of the answer or what it was refused with;
    its type is the schema.
    """

    def registered(run: Run) -> Run:
        hints = get_type_hints(run, include_extras=True)
        body = _body(hints.pop("return"))
        router.add_api_route(
            path,
            _repeatable(run, hints, status),
            methods=["POST"],
            status_code=status,
            response_model=None if body is NoneType else body,
            responses=possible(*refusals),
        )
        return run

    return registered


def _body(said: Any) -> Any:
    """The type of the answer alone: a refusal that leaves traces is returned beside it."""
    if isinstance(said, UnionType):
        return next(one for one in get_args(said) if one is not Refused)
    return said


def _repeatable(run: Callable[..., Any], hints: Mapping[str, Any], status: int) -> Any:
    """The function as a route: in place of the transaction it asks whether it was done before."""

    def route(*, once: Once, **given: Any) -> Response:
        def effect(uow: UnitOfWork) -> Done | Refused:
            said = run(uow, **given)
            return said if isinstance(said, Refused) else Done(said, status)

        return once(effect)

    asked = list(inspect.signature(run).parameters.values())[1:]
    by_name = inspect.Parameter.KEYWORD_ONLY
    repeats = inspect.Parameter("once", by_name, annotation=Repeatable)
    named = [one.replace(kind=by_name, annotation=hints[one.name]) for one in asked]
    route.__name__, route.__doc__ = run.__name__, run.__doc__
    vars(route)["__signature__"] = inspect.Signature([*named, repeats])
    return route


def _scope(caller: Caller) -> str:
    """Whose key it is: a session's, a browser's, or else an address's."""
    if caller.session is not None:
        return f"session:{caller.session.id_hash.hex()}"
    if caller.browser is not None:
        return f"browser:{caller.browser.hex()}"
    return f"address:{caller.address}"


def _written(outcome: Done | Refused | _Kept) -> dict[str, Any]:
    if isinstance(outcome, Refused):
        return {"refused": outcome.because.code, "facts": outcome.because.facts}
    body = outcome.body.model_dump(mode="json") if isinstance(outcome.body, Told) else outcome.body
    return {"status": outcome.status, "body": body, "browser": outcome.browser}


def _read(kept: dict[str, Any]) -> _Kept | Refused:
    if "refused" not in kept:
        return _Kept(kept["body"], kept["status"], kept["browser"])
    kinds: dict[str, type[DomainError]] = {kind.code: kind for kind in every_refusal()}
    return Refused(kinds[kept["refused"]](**kept["facts"]))


def _brief(key_hash: bytes) -> bytes:
    """Where the part of an answer is kept that is gone after minutes."""
    return hashlib.sha256(b"briefly" + key_hash).digest()


def _place(key_hash: bytes) -> str:
    return f"idempotency_key.answer:{key_hash.hex()}"


def _seal_of(session: Session, vault: Vault, now: datetime) -> DataKey:
    """The day's key; the first answer of a day makes it and forgets the days before."""
    found = select(IdempotencyDay.key_id).where(IdempotencyDay.day == universal_day(now))
    key_id = session.scalar(found)
    if key_id is None:
        made = vault.new_key(session, purpose="idempotency")
        # Two first answers of a day may meet: the second waits here, then takes the first's key.
        day = insert(IdempotencyDay).values(day=universal_day(now), key_id=made.id)
        session.execute(day.on_conflict_do_nothing())
        key_id = session.execute(found).scalar_one()
        forget_days(session, vault, before=universal_day(now - KEPT_DAYS))
    return vault.open_key(session, key_id)
