"""What mail an officer wants: in which language, and whether once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ForeignKey, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.i18n.words import Language
from referendum.identity import absences
from referendum.identity.tables import Absence, Staff
from referendum.kernel.db import Base
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork


class MailChoice(Base):
    """What an officer has chosen; whoever has chosen nothing has no row."""

    __tablename__ = "mail_choice"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    language: Mapped[str]
    daily: Mapped[bool] = mapped_column(server_default=text("true"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """In which language, and whether once a day. What presses goes out whatever is chosen."""

    language: Language = Language.KO
    daily: bool = True


def of(session: Session, staff_id: UUID) -> Chosen:
    """What an officer has chosen, or what is usual."""
    row = session.get(MailChoice, staff_id)
    return Chosen() if row is None else Chosen(Language(row.language), row.daily)


def choose(uow: UnitOfWork, chosen: Chosen, *, by: Officer) -> None:
    """For one's own account, from the next mail on."""
    given = {"language": chosen.language.value, "daily": chosen.daily}
    row = insert(MailChoice).values(staff_id=by.id, **given)
    uow.session.execute(row.on_conflict_do_update(index_elements=["staff_id"], set_=given))


def reached(session: Session, place: UUID) -> Sequence[Staff]:
    """The accounts of a place that are set up and open, and whose mailbox is known.

    Whoever is away is not written to; what waits for them waits for their deputy.
    """
    away = select(Absence.staff_id).where(absences.is_now())
    rows = select(Staff).where(
        Staff.id.not_in(away),
        Staff.jurisdiction_id == place,
        Staff.disabled_at.is_(None),
        Staff.password_hash.is_not(None),
        Staff.email_sealed.is_not(None),
    )
    return session.scalars(rows.order_by(Staff.id)).all()
