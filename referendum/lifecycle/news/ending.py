"""Letting go of those who follow what has ended for good, and of mailboxes never confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from referendum.identity.timing import machine_now
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.news import following
from referendum.lifecycle.news.tables import Following, FollowLetter, NewsItem
from referendum.lifecycle.stages import ENDINGS, Stage
from referendum.lifecycle.tables import Measure, StepTaken
from thresholds.vocabulary import Instrument

PIECE: Final = 200
"""Rows to a transaction, each with its key."""


def forget_over(uow: UnitOfWork, vault: Vault, *, kept: timedelta) -> int:
    """Forget up to a piece of them; gives how many.

    `kept`: how long after an advisory vote's last step something may still follow its answer.
    """
    session = uow.session
    over = or_(_unconfirmed(session), _ended(uow.now() - kept))
    rows = select(Following).outerjoin(Measure, Measure.id == Following.measure_id).where(over)
    found = session.scalars(rows.limit(PIECE).with_for_update(of=Following, skip_locked=True)).all()
    for row in found:
        following.forget(session, vault, row)
    return len(found)


def _unconfirmed(session: Session) -> ColumnElement[bool]:
    return Following.ends_at <= machine_now(session)


def _ended(since: datetime) -> ColumnElement[bool]:
    """Of a measure whose end was told; of an advisory vote, whose answer has led to all it will."""
    last = select(func.max(StepTaken.at)).where(StepTaken.measure_id == Following.measure_id)
    quiet_since = last.scalar_subquery() < since
    advisory = Measure.instrument == Instrument.ADVISORY.value
    over = Measure.stage.in_([one.value for one in ENDINGS])
    declared = Measure.stage == Stage.DECLARED.value
    told = exists().where(
        NewsItem.measure_id == Following.measure_id, NewsItem.final, NewsItem.done_at.is_not(None)
    )
    waits = exists().where(FollowLetter.following_id == Following.id)
    # A step is told after it was taken: until then nobody is forgotten who is to hear of it.
    ended = or_(over & ~advisory & told, quiet_since & or_(over, declared))
    return and_(Following.measure_id.is_not(None), ~waits, ended)
