"""What a decision and a count read does not grow with the petition: rows, not seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import event, text

from referendum.kernel.uow import UnitOfWork
from signatures import settling, tallying
from signatures.lines import Reason, Status
from tests.patience import patient
from tests.signatures.city import City, Inhabitant, paper, people

pytestmark = pytest.mark.untouched

READ = text("""
select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as rows
  from pg_stat_xact_user_tables
 where relname in ('line', 'line_decision', 'line_state', 'waiting_line', 'standing_signature')
""")
SMALL, LARGE = 10, 300


def petition_of(city: City, lines: int) -> UUID:
    petition, today = city.opens(), city.today()
    strangers = [Inhabitant("?", f"모르는{chr(0xAC00 + at)}") for at in range(lines)]
    city.brings(petition, [paper(who, row, on=today) for row, who in enumerate(strangers, 1)])
    city.examines(petition)
    city.counts(petition)
    return petition


def read_by(
    city: City, petition: UUID, act: Callable[[UnitOfWork, UUID], object]
) -> tuple[int, dict[str, int]]:
    """Statements and rows of an act that finds its rows by their indexes, in their order.

    In a city it does; of a table of a few pages the planner rather reads all.
    """
    said: list[str] = []
    with city.begin() as uow:
        connection = uow.session.connection()
        for way in ("seqscan", "bitmapscan", "sort"):
            uow.session.execute(text(f"set local enable_{way} = off"))
        before = Counter(dict(map(tuple, uow.session.execute(READ))))
        event.listen(connection, "before_cursor_execute", lambda *told: said.append(str(told[2])))
        act(uow, petition)
        statements = len(said)
        after = Counter(dict(map(tuple, uow.session.execute(READ))))
    return statements, dict(after - before)


def looks(owner_url: str) -> None:
    """Let the planner know how many rows of what there are."""
    engine = patient(owner_url)
    with engine.begin() as owner:
        owner.execute(text("analyze"))
    engine.dispose()


def test_statistics_of_another_petition_mislead_nobody(city: City, owner_url: str) -> None:
    """A petition that came after its tables were last looked at is not believed to be empty."""
    small = city.opens()
    some = enumerate(city.inhabitants[:3], 1)
    city.brings(small, [paper(who, row, on=city.today()) for row, who in some])
    city.examines(small)
    looks(owner_url)
    city.registers(people(LARGE))
    large = city.opens()
    signers = [paper(who, row, on=city.today()) for row, who in enumerate(people(LARGE), 1)]
    city.brings(large, signers)
    city.brings(large, [paper(Inhabitant("?", "모르는이"), LARGE + 1, on=city.today())])
    city.examines(large)
    city.counts(large)

    def decision(uow: UnitOfWork, petition: UUID) -> None:
        asked = text("select line_id from line_state where petition_id = :id and number = :number")
        line = uow.session.scalar(asked, {"id": petition, "number": LARGE + 1})
        someone = city.ids[city.inhabitants[0].number]
        settling.decide(
            uow,
            city.vault,
            petition,
            line,
            status=Status.VALID,
            person_id=someone,
            by=city.clerk,
        )

    _, read = read_by(city, large, decision)
    assert sum(read.values()) <= SMALL * 2


@pytest.mark.parametrize("looked_at", [False, True], ids=["never looked at", "looked at"])
@pytest.mark.parametrize("what", ["decision", "count", "page"])
def test_it_costs_the_same_on_a_small_petition_and_on_a_large_one(
    city: City, owner_url: str, what: str, *, looked_at: bool
) -> None:
    """The server looks at tables when it finds the time: what it then knows changes no cost."""

    def decision(uow: UnitOfWork, petition: UUID) -> None:
        asked = text("select line_id from line_state where petition_id = :id and number = 5")
        line = uow.session.scalar(asked, {"id": petition})
        settling.decide(
            uow,
            city.vault,
            petition,
            line,
            status=Status.VOID,
            reason=Reason.FORM,
            by=city.clerk,
        )

    def count(uow: UnitOfWork, petition: UUID) -> None:
        tallying.fold(uow, petition)
        assert tallying.exact(uow.session, petition).reconciles
        assert tallying.standing(uow.session, petition) == {}

    def page(uow: UnitOfWork, petition: UUID) -> None:
        found = settling.open_lines(uow.session, city.vault, petition, by=city.clerk, limit=5)
        assert len(found) == 5

    act = {"decision": decision, "count": count, "page": page}[what]

    def costs(lines: int) -> tuple[int, dict[str, int]]:
        petition = petition_of(city, lines)
        if looked_at:
            looks(owner_url)
        return read_by(city, petition, act)

    small, large = costs(SMALL), costs(LARGE)
    assert large[0] == small[0]
    # Below a handful of rows it is chance which index the planner takes.
    assert sum(large[1].values()) <= max(sum(small[1].values()), SMALL * 2)
