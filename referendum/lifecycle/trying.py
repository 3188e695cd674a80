"""What something would change in a measure's life: it is done, looked at, and undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import holds, polling
from referendum.lifecycle.tables import DeadlineKept, Measure, Suspension
from signatures import petitions

DEADLINE: Final = "deadline."

Change = Mapping[str, str | None]
"""{what, before, after}: `stage`, `outcome`, `signing`, `poll`, `powers`, `halts` or
`deadline.<name>`, and what stands there: a key, a day or nothing."""


def changes(uow: UnitOfWork, measure: Measure, run: Callable[[], object]) -> list[Change]:
    """What `run` changes in a measure's life."""
    return differences(uow, lambda: _standing(uow.session, measure), run)


def differences(
    uow: UnitOfWork, look: Callable[[], Mapping[str, str | None]], run: Callable[[], object]
) -> list[Change]:
    """What `run` changes of what is looked at, before and after.

    It is refused as it would be refused; nothing of it stays. Whatever it locks stays locked until
    the transaction ends.
    """
    before, after = look(), dict[str, str | None]()
    with undone(uow):
        run()
        uow.session.flush()
        after.update(look())
    return [
        {"what": what, "before": before.get(what), "after": after.get(what)}
        for what in sorted(before.keys() | after.keys())
        if before.get(what) != after.get(what)
    ]


@contextmanager
def undone(uow: UnitOfWork) -> Iterator[None]:
    """Whatever is done within is undone at its end, refused or not."""
    trial = uow.session.begin_nested()
    try:
        yield
    finally:
        trial.rollback()
        uow.session.expire_all()


def _standing(session: Session, measure: Measure) -> dict[str, str | None]:
    """What a measure's life stands at. Nothing that grows by itself is among it."""
    petition = petitions.of_measure(session, measure.id)
    poll = polling.current_poll(session, measure)
    powers = select(Suspension.until_at).where(Suspension.measure_id == measure.id)
    suspended = [until for until in session.scalars(powers) if until is None]
    deadlines = select(DeadlineKept).where(DeadlineKept.measure_id == measure.id)
    return {
        "stage": measure.stage,
        "outcome": measure.outcome,
        "signing": _open(petition is not None and petition.closed_at is None, petition),
        "poll": _open(poll is not None and poll.closed_at is None, poll),
        "powers": "suspended" if suspended else None,
        "halts": str(len(holds.lying(session, measure.id))),
        **{f"{DEADLINE}{one.name}": one.latest.isoformat() for one in session.scalars(deadlines)},
    }


def _open(going_on: bool, there: Any) -> str | None:  # noqa: FBT001
    """`open`, `closed`, or nothing where there is no such thing."""
    return None if there is None else "open" if going_on else "closed"
