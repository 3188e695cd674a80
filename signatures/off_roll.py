"""Why somebody in the register is not on a petition's frozen roll."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from referendum.roll.eligibility import order_of_episodes, refusal_in_sql
from referendum.roll.freezing import get
from referendum.roll.tables import Residence
from referendum.roll.versions import at_version
from signatures.lines import Reason
from thresholds.electorate import Electorate, Ineligibility

_REASONS: Final = {
    Ineligibility.UNDER_AGE: Reason.UNDER_AGE,
    Ineligibility.FOREIGNER_STATUS: Reason.NO_VOTING_RIGHT,
    Ineligibility.FOREIGNER_STATUS_TOO_RECENT: Reason.NO_VOTING_RIGHT,
    Ineligibility.NO_VOTING_RIGHT: Reason.NO_VOTING_RIGHT,
}


def why_off_roll(
    session: Session, roll_id: UUID, people: Collection[UUID], electorate: Electorate
) -> dict[UUID, Reason]:
    """The reason for each of these people, none of whom is on the roll.

    Judged as the roll was: from its version of the register, its days and the episode that
    decided, by the same rule.
    """
    roll = get(session, roll_id)
    assert roll.register_version is not None, "a roll to sign from is always a register's"
    refusal = refusal_in_sql(electorate, base=roll.base_date, age_on=roll.age_date)
    ended = Residence.registered_to <= roll.base_date
    deciding = (
        select(Residence.person_id, refusal.label("refusal"), ended.label("ended"))
        .where(Residence.person_id.in_(people), at_version(roll.register_version))
        .ext(distinct_on(Residence.person_id))
        .order_by(Residence.person_id, *order_of_episodes(roll.base_date))
    )
    reasons = dict.fromkeys(people, Reason.OUTSIDE_CITY)
    for person, refused, over in session.execute(deciding):
        # Whom the rule does not refuse lives here, outside the area that the roll covers.
        if refused == Ineligibility.NOT_RESIDENT:
            reasons[person] = Reason.REGISTRATION_ENDED if over else Reason.OUTSIDE_CITY
        elif refused is not None:
            reasons[person] = _REASONS[Ineligibility(refused)]
    return reasons
