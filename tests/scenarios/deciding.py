"""Who decides on a measure, and the judgement that turns it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from referendum.kernel.people import Authority
from referendum.lifecycle.acting import Document, Particulars

COURT = Particulars(document=Document("2027구합1", date(2027, 2, 1)), reason="판결")
CHAIR, MAYOR, COMMISSION = (
    Authority.COUNCIL_CHAIR,
    Authority.MAYOR,
    Authority.ELECTION_COMMISSION,
)
SEOUL = ZoneInfo("Asia/Seoul")
