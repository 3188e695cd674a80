"""A whole city's petition: brought, examined, counted."""

from __future__ import annotations

import pytest

from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from signatures.lines import Reason
from tests.signatures.city import City, Inhabitant, paper, people

ROLL, LINES, VALID = 12_000, 11_475, 9_000


@pytest.mark.slow
def test_a_citys_petition_is_brought_and_examined(begin: Begin, vault: Vault) -> None:
    city = City(begin, vault, inhabitants=people(ROLL))
    petition, today = city.opens(), city.today()
    good = [paper(who, at, on=today) for at, who in enumerate(city.inhabitants[:VALID])]
    bad = [
        paper(Inhabitant("?", f"모르는{chr(0xAC00 + at)}"), VALID + at, on=today)
        for at in range(1_000)
    ]
    again = [
        paper(who, VALID + 1_000 + at, on=today)
        for at, who in enumerate(city.inhabitants[: LINES - VALID - 1_000])
    ]
    seen: list[int] = []

    city.brings(petition, good + bad + again, progress=lambda done, _: seen.append(done))
    report = city.examines(petition)

    assert report.valid == VALID
    assert report.void == {Reason.DUPLICATE: LINES - VALID - 1_000}
    assert report.open == {Reason.UNIDENTIFIABLE: 1_000}
    assert seen == [5_000, 10_000, LINES]
    assert city.counts(petition).standing == VALID
