"""Questions asked as one are answered as each would be alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Integer, Select, bindparam, func, inspect, select

from referendum.kernel.clock import ClockOffset
from referendum.kernel.people import Calendar
from referendum.kernel.record import RecordEntry, RecordWaiting
from referendum.kernel.together import Together
from referendum.kernel.uow import Begin

ENTRIES = select(RecordEntry).order_by(RecordEntry.act.desc())
NAMED = (
    select(
        RecordEntry.act,
        RecordWaiting.queued_at,
        func.length(RecordEntry.act, type_=Integer).label("size"),
    )
    .join(RecordWaiting, RecordWaiting.entry_id == RecordEntry.id)
    .where(RecordEntry.act == bindparam("act"))
)
BOTH = Together(entries=ENTRIES, named=NAMED)


def happen(begin: Begin, *acts: str) -> None:
    with begin() as uow:
        for act in acts:
            uow.record(
                act, by=Calendar(), facts={"what": "한글 \"'\\ 1.5", "list": [1, None, True]}
            )


def test_rows_are_those_that_each_question_gives_alone(begin: Begin) -> None:
    happen(begin, "test.began", "test.ended", "test.moved")
    columns = [column.key for column in inspect(RecordEntry).column_attrs]
    with begin() as uow:
        found = BOTH.ask(uow.session, act="test.ended")
        alone = uow.session.scalars(ENTRIES).all()
        assert len(alone) == 3
        told = [[getattr(one, name) for name in columns] for one in found["entries"]]
        assert told == [[getattr(one, name) for name in columns] for one in alone]
        assert list(found["named"]) == list(uow.session.execute(NAMED, {"act": "test.ended"}))
        assert found["named"][0].size == len("test.ended")
        assert BOTH.ask(uow.session, act="test.never")["named"] == ()


def test_what_has_not_changed_is_the_same_and_what_has_is_not(begin: Begin) -> None:
    happen(begin, "test.began")
    with begin() as uow:
        first = BOTH.ask(uow.session, act="test.began")
    with begin() as uow:
        again = BOTH.ask(uow.session, act="test.began")
        assert again["entries"] is first["entries"]
        uow.record("test.moved", by=Calendar())
        later = BOTH.ask(uow.session, act="test.began")
        assert [one.act for one in later["entries"]] == ["test.moved", "test.began"], "unflushed"
    assert [one.act for one in first["entries"]] == ["test.began"]


@pytest.mark.parametrize(
    "question", [select(ClockOffset), select(func.array_agg(RecordEntry.id)), select(func.random())]
)
def test_what_json_cannot_say_exactly_is_not_asked(question: Select[Any], begin: Begin) -> None:
    with begin() as uow, pytest.raises(TypeError, match="cannot be told exactly"):
        Together(question=question).ask(uow.session)
