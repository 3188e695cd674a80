"""What follows an answer, entered by one officer; that it is over is said by two.

Residents read in it whether the mayor did what was answered. Plans and their progress are one
officer's to keep; that an item is done or dropped, or is so no longer, a second one confirms.
"""

from __future__ import annotations

from uuid import UUID

from referendum.kernel.people import Authority, Officer
from referendum.kernel.proposals import Proposal
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import proposing
from referendum.lifecycle.acting import Means
from referendum.lifecycle.advisory import following_up
from referendum.lifecycle.advisory.answer_tables import FollowUp
from referendum.lifecycle.advisory.following_up import Content
from referendum.lifecycle.proposable import FOLLOWING, Thing


def enter(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    *,
    item: int | None,
    content: Content,
    by: Officer,
) -> FollowUp | Proposal:
    """Enter what follows an answer; that it is done or dropped is proposed to a second officer."""
    measure = following_up.answered(uow, measure_id, by)
    if following_up.takes_two(uow.session, measure, item, content):
        return propose(uow, means, measure_id, item=item, content=content, by=by)
    if item is None:
        return following_up.add(uow, measure_id, content=content, by=by)
    return following_up.change(uow, measure_id, item, content=content, by=by)


def propose(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    *,
    item: int | None,
    content: Content,
    by: Officer,
) -> Proposal:
    """Propose what is to be said of an item, a new one or one that is there."""
    measure = following_up.answered(uow, measure_id, by)
    thing = Thing(f"{FOLLOWING}{item or 0}", measure, following_up.written(item, content))
    return proposing.put(uow, means, thing, by, Authority.MAYOR)
