"""What a bulk path costs a row, how much it holds, and how large its statements are."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event, text

from tests.load.measured import processor
from tests.signatures.city import City

Figures = dict[str, float]
Work = Callable[[], object]


@dataclass(slots=True)
class Watch:
    """What the database was asked meanwhile."""

    statements: int = 0
    longest: float = 0
    most: int = 0
    began: float = 0

    def before(self, *_told: object) -> None:
        self.began = time.perf_counter()

    def after(self, _connection: object, cursor: Any, *_told: object) -> None:
        self.statements += 1
        self.longest = max(self.longest, time.perf_counter() - self.began)
        self.most = max(self.most, cursor.rowcount)


def measured(city: City, rows: int, work: Work) -> Figures:
    """The work's processor time with the database's, its memory, and its largest statements."""
    watch, held = Watch(), _peak()
    engine = _engine(city)
    event.listen(engine, "before_cursor_execute", watch.before)
    event.listen(engine, "after_cursor_execute", watch.after)
    spent, began = sum(processor(city).values()), time.perf_counter()
    work()
    took, used = time.perf_counter() - began, sum(processor(city).values()) - spent
    return {
        "rows": rows,
        "s": took,
        "CPU s": used,
        "CPU µs a row": used / rows * 1e6,
        "memory it added, MB": _peak() - held,
        "statements": watch.statements,
        "longest statement, s": watch.longest,
        "most rows of a statement": watch.most,
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _engine(city: City) -> Engine:
    with city.begin() as uow:
        return uow.session.get_bind().engine


def puts(city: City, *statements: str, **given: object) -> None:
    for statement in statements:
        with city.begin() as uow:
            uow.session.execute(text(statement), given)
