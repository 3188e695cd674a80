"""Who keys returns shares the measure with others who do; an act on it waits for them."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from referendum.kernel.people import Authority
from referendum.lifecycle import counting
from tests.town import Town


def test_two_desks_key_at_once_and_the_end_of_the_count_waits_for_both(
    town: Town, referendum_counting: UUID
) -> None:
    measure = referendum_counting
    held = text("select id from measure where id = :id for update nowait")
    with town.begin() as one, town.begin() as other:
        for uow in (one, other):
            officer = town.officer(Authority.ELECTION_COMMISSION)
            counting.insist_on_canvasser(uow.session, measure, officer)
        with pytest.raises(OperationalError, match="could not obtain lock"), town.begin() as act:
            act.session.execute(held, {"id": measure})
