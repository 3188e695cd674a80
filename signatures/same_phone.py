"""What somebody sees and does through a phone that came onto the register later than their name.

Whoever changed a number on file could otherwise read what its person had signed. A petition that
was open by then, and whatever was written on sheets, is neither shown nor acted on through the new
phone; and the answer is the same whether there is a signature or not.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from referendum.kernel.people import Assurance, Resident
from referendum.roll import renumbering
from signatures.errors import PhoneChangedSince
from signatures.lines import Origin
from signatures.tables import Petition


def new_since(session: Session, resident: Resident) -> datetime | None:
    """When the phone that they were recognised by came; None where it always was, or at the desk.

    The desk saw the person, and no phone has to speak for them.
    """
    if resident.assurance is Assurance.DESK:
        return None
    return renumbering.changed_at(session, resident.person)


def is_older(petition: Petition, since: datetime | None) -> bool:
    """Whether something may have been signed there through another phone."""
    return since is not None and petition.opens_at <= since


def is_shown(petition: Petition, origin: Origin, since: datetime | None) -> bool:
    """Whether a signature may be shown to who came by the phone: else it was not made by it."""
    return since is None or (origin is Origin.ONLINE and not is_older(petition, since))


def insist(session: Session, petition: Petition, resident: Resident) -> None:
    """Refuse to sign through a phone that came after the petition was opened."""
    if is_older(petition, new_since(session, resident)):
        raise PhoneChangedSince
