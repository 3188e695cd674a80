"""Counting lines into a tally that always adds up, and what of it the public may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Integer, cast, func, select, text
from sqlalchemy.orm import Session

from referendum.kernel.uow import UnitOfWork
from signatures import states
from signatures.lines import Origin, Reason, Status
from signatures.tables import PetitionTally
from signatures.writing import NOWHERE

Key = TypeVar("Key", bound=Hashable)

SMALLEST_CELL: Final = 5
"""SIG-08: a smaller count in a small area points at single people."""

BATCH: Final = 20_000
"""Changes, or lines, that are taken up by one statement of the folding."""

WAITING: Final = text("""
select petition_id from petition_tally_delta
union
select petition_id from line_state where number is null
order by petition_id
""")

FOLD: Final = text("""
with taken as (
    delete from petition_tally_delta
     where petition_id = :petition
       and id in (select id from petition_tally_delta where petition_id = :petition
                   order by id limit :size for update skip locked)
    returning district_id, origin, status, reason, lines
),
counted as (
    insert into petition_tally
           (petition_id, district_id, origin, status, reason, lines, folded_at)
    select :petition, district_id, origin, status, reason, sum(lines),
           date_trunc('hour', cast(:now as timestamptz))
      from taken group by 2, 3, 4, 5 order by 2, 3, 4, 5
        on conflict on constraint pk_petition_tally
        do update set lines = petition_tally.lines + excluded.lines, folded_at = excluded.folded_at
)
select count(*) from taken
""")
"""What was taken is in the tally with the same commit: the watermark is what is left."""

EXACT: Final = text("""
select district_id, origin, status, reason, sum(lines) as lines
  from (select district_id, origin, status, reason, lines
          from petition_tally where petition_id = :petition
        union all
        select district_id, origin, status, reason, lines
          from petition_tally_delta where petition_id = :petition) as cells
 group by 1, 2, 3, 4 having sum(lines) <> 0
""")

FOLDED: Final = select(
    PetitionTally.district_id,
    PetitionTally.origin,
    PetitionTally.status,
    PetitionTally.reason,
    PetitionTally.lines,
    PetitionTally.folded_at,
).where(PetitionTally.lines != 0)

SUMS: Final = select(
    PetitionTally.petition_id,
    *(
        cast(
            func.coalesce(
                func.sum(PetitionTally.lines).filter(PetitionTally.status == status.value), 0
            ),
            Integer,
        ).label(status.value)
        for status in (Status.VALID, Status.VOID, Status.OPEN)
    ),
    cast(
        func.coalesce(
            func.sum(PetitionTally.lines).filter(PetitionTally.reason == Reason.WITHDRAWN.value), 0
        ),
        Integer,
    ).label("withdrawn"),
).group_by(PetitionTally.petition_id)


@dataclass(frozen=True, slots=True)
class Cell:
    """The lines of one district, origin, status and reason."""

    district_id: UUID | None
    origin: Origin
    status: Status
    reason: Reason | None
    lines: int


@dataclass(frozen=True, slots=True)
class Part:
    """The same sum for a part of the lines: a district, an origin."""

    submitted: int
    standing: int
    void: int
    """Found so; what its signer took back is none of it."""
    open: int
    withdrawn: int

    @property
    def possible(self) -> int:
        """What may still count: neither found void nor taken back."""
        return self.standing + self.open


@dataclass(frozen=True, slots=True)
class Tally:
    """All lines of a petition, each in exactly one place."""

    submitted: int
    standing: int
    void_by_reason: Mapping[Reason, int]
    open_by_reason: Mapping[Reason, int]
    by_district: Mapping[UUID | None, Part]
    by_origin: Mapping[Origin, Part]
    folded_at: datetime | None = field(default=None, compare=False)
    """How old the count is; None where it was counted just now."""

    @property
    def possible(self) -> int:
        """What may still count: neither found void nor taken back."""
        return self.standing + self.open

    @property
    def withdrawn(self) -> int:
        return self.void_by_reason.get(Reason.WITHDRAWN, 0)

    @property
    def found_void(self) -> Mapping[Reason, int]:
        """What was found void, by why: what its signer took back is none of it."""
        found = self.void_by_reason.items()
        return {reason: count for reason, count in found if reason is not Reason.WITHDRAWN}

    @property
    def void(self) -> int:
        return sum(self.found_void.values())

    @property
    def open(self) -> int:
        return sum(self.open_by_reason.values())

    @property
    def reconciles(self) -> bool:
        """Submitted lines are valid, void for some reason, withdrawn or open, and no others."""
        parts: list[Part] = [*self.by_district.values(), *self.by_origin.values()]
        return (
            self.submitted == self.possible + self.void + self.withdrawn
            and sum(part.submitted for part in parts) == 2 * self.submitted
            and sum(part.standing for part in parts) == 2 * self.standing
            and all(part.submitted == part.possible + part.void + part.withdrawn for part in parts)
        )


def waiting(session: Session) -> Sequence[UUID]:
    """The petitions of which something waits to be folded."""
    return session.scalars(WAITING).all()


def fold(uow: UnitOfWork, petition_id: UUID, *, size: int = BATCH) -> bool:
    """Add up to `size` changes to what `tally` gives, and number the lines that came.

    It may run at any time, beside whoever signs or decides; nobody waits for it. Gives whether
    there may be more: call again, in a transaction of its own.
    """
    here = {"petition": petition_id, "now": uow.now(), "size": size}
    folded = uow.session.scalar(FOLD, here) or 0
    numbered = states.number_next(uow.session, petition_id, size=size)
    return size in (folded, numbered)


def tally(session: Session, petition_id: UUID) -> Tally:
    """The counts as they were last folded: cheap, and never the signatures themselves."""
    return folded(session.execute(FOLDED.where(PetitionTally.petition_id == petition_id)).all())


def folded(rows: Sequence[Any]) -> Tally:
    """The same of the rows of `FOLDED`, read before."""
    cells = [_cell(row.district_id, row.origin, row.status, row.reason, row.lines) for row in rows]
    return _sum(cells, folded_at=max((row.folded_at for row in rows), default=None))


def parts(rows: Sequence[Any]) -> dict[UUID, Part]:
    """By petition the rows of `SUMS`; one without lines is not among them."""
    return {row.petition_id: _part(row.valid, row.void, row.open, row.withdrawn) for row in rows}


def exact(session: Session, petition_id: UUID) -> Tally:
    """The counts of this moment, with what is not folded yet: for decisions, under a lock."""
    rows = session.execute(EXACT, {"petition": petition_id})
    return _sum([_cell(*row) for row in rows])


def unsettled(session: Session, petition_id: UUID) -> int:
    """How many lines wait for a decision at this moment."""
    return exact(session, petition_id).open


def standing(session: Session, petition_id: UUID) -> dict[UUID, int]:
    """The signatures that stand at this moment, by district."""
    parts = exact(session, petition_id).by_district
    return {
        district: part.standing
        for district, part in parts.items()
        if district is not None and part.standing
    }


def public_districts(
    counted: Tally, districts: Iterable[UUID], *, k: int = SMALLEST_CELL
) -> dict[UUID, int | None]:
    """Standing signatures by district, None where the number would point at people."""
    return open_counts(
        {district: counted.by_district.get(district, NOTHING).standing for district in districts},
        k=k,
    )


def open_counts(
    by_district: Mapping[UUID, int], *, k: int = SMALLEST_CELL
) -> dict[UUID, int | None]:
    """The counts of people by district that may be shown beside their total.

    Counts under `k` are hidden. As the total is public, what is hidden must not be found by
    subtraction: further districts, in the fixed order of their ids and whatever their counts,
    are hidden until the sum of the hidden ones leaves each small count open.
    """
    counts = {district: by_district[district] for district in sorted(by_district)}
    hidden = {district for district, count in counts.items() if count < k}
    for district in counts:
        if not hidden or _tells_nothing([counts[one] for one in hidden], k):
            break
        hidden.add(district)
    return {district: None if district in hidden else count for district, count in counts.items()}


def _tells_nothing(hidden: list[int], k: int) -> bool:
    """Whether the sum of what is hidden, which anyone can work out, leaves each part open.

    Too small a sum pins its parts near zero; the largest that small counts can reach pins each
    of them at `k - 1`.
    """
    together = sum(hidden)
    all_at_most = len(hidden) * (k - 1)
    return (
        len(hidden) > 1 and together >= 2 * k - 1 and (together < all_at_most or max(hidden) >= k)
    )


NOTHING: Final = Part(0, 0, 0, 0, 0)


def _cell(district: UUID, origin: str, status: str, reason: str, lines: int) -> Cell:
    return Cell(
        None if district == NOWHERE else district,
        Origin(origin),
        Status(status),
        Reason(reason) if reason else None,
        lines,
    )


def _sum(cells: list[Cell], *, folded_at: datetime | None = None) -> Tally:
    return Tally(
        submitted=sum(cell.lines for cell in cells),
        standing=sum(cell.lines for cell in cells if cell.status is Status.VALID),
        void_by_reason=_reasons(cells, Status.VOID),
        open_by_reason=_reasons(cells, Status.OPEN),
        by_district=_parts(cells, lambda cell: cell.district_id),
        by_origin=_parts(cells, lambda cell: cell.origin),
        folded_at=folded_at,
    )


def _reasons(cells: list[Cell], status: Status) -> dict[Reason, int]:
    counts: Counter[Reason] = Counter()
    for cell in cells:
        if cell.status is status and cell.reason is not None:
            counts[cell.reason] += cell.lines
    return dict(counts)


def _parts(cells: list[Cell], key: Callable[[Cell], Key]) -> dict[Key, Part]:
    counts: Counter[tuple[Key, Status]] = Counter()
    withdrawn: Counter[Key] = Counter()
    for cell in cells:
        counts[key(cell), cell.status] += cell.lines
        withdrawn[key(cell)] += cell.lines if cell.reason is Reason.WITHDRAWN else 0
    return {
        name: _part(
            counts[name, Status.VALID],
            counts[name, Status.VOID],
            counts[name, Status.OPEN],
            withdrawn[name],
        )
        for name in withdrawn
    }


def _part(valid: int, void: int, waiting: int, withdrawn: int) -> Part:
    """`void` as it stands in the table: with the withdrawn."""
    return Part(valid + void + waiting, valid, void - withdrawn, waiting, withdrawn)
