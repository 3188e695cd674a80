"""How many codes went out, came back or failed: for the metrics and the alarm page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.identity.tables import CodeSend


@dataclass(frozen=True, slots=True)
class CodeFigures:
    """Messages since some moment, by what became of them."""

    sent: int
    completed: int
    failed: int


def code_figures(session: Session, since: datetime) -> CodeFigures:
    """Counted from the rows, by the machine's clock."""
    counts = select(
        func.count(CodeSend.sent_at),
        func.count(CodeSend.completed_at),
        func.count(CodeSend.failed_at),
    ).where(CodeSend.at >= since)
    return CodeFigures(*session.execute(counts).one())
