"""What looking for words costs among some thousand titles, with the index and without it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine, text

from referendum.lifecycle import searching
from referendum.lifecycle.searching import Asked, Kind
from tests.town import Town
from thresholds.vocabulary import Instrument

TITLES: Final = 5_000
ASKED: Final = ("작은 도서관", "도서관을 야간에", "친환경 급식", "물", "없는말")
TIMES: Final = 20
WORDS: Final = (
    *(
        "작은도서관",
        "공공도서관",
        "야간",
        "개관",
        "운영",
        "친환경",
        "무상급식",
        "지원",
        "촉진",
        "물",
    ),
    *("재이용", "가로등", "관리", "걷고싶은", "거리", "조성", "신공항", "이전", "공원", "주차장"),
    *("어린이", "안전", "통학로", "버스", "노선", "확충", "청년", "주거", "문화", "체육관"),
)
FILLED: Final = text("""
insert into measure
select (jsonb_populate_record(one, jsonb_build_object(
           'id', gen_random_uuid(), 'number', 10000 + each.at, 'title_ko', each.title))).*
  from measure as one, unnest(cast(:titles as text[])) with ordinality as each (title, at)
 where one.id = :of
""")
BLIND: Final = text("set local enable_bitmapscan = off")
"""An index of pairs can be asked in no other way: without it every text is read."""


def measured(town: Town, owner: Engine, line: Callable[[str, float, float], None]) -> None:
    """A line for each question, as many a second, and how many times as many as without."""
    chance = random.Random(1)  # the same titles in each run
    titles = [
        f"{' '.join(chance.sample(WORDS, 4))} 조례 {number}" for number in range(1, TITLES + 1)
    ]
    with owner.begin() as connection:
        one = town.opens(Instrument.INITIATIVE)
        connection.execute(FILLED, {"titles": titles, "of": one})
        connection.execute(text("analyze measure"))
    for typed in ASKED:
        asked = Asked.read(typed)
        blind, seeing = (_rate(town, asked, blind=blind) for blind in (True, False))
        line(f"“{typed}” among {TITLES:,} titles, an index", seeing, blind)


def _rate(town: Town, asked: Asked, *, blind: bool) -> float:
    with town.begin() as uow:
        if blind:
            uow.session.execute(BLIND)
        began = time.perf_counter()
        for _ in range(TIMES):
            searching.find(uow.session, town.place, asked, kinds=frozenset({Kind.MEASURE}), most=21)
        return TIMES / (time.perf_counter() - began)
