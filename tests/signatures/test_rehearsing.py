"""Invented residents sign on paper, as a rehearsal has them do."""

from __future__ import annotations

from dataclasses import replace

from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.roll.inventing import invent_residents, invented_identity
from signatures.lines import PaperLine, Reason
from tests.signatures.city import BASE, City

SEED = 7


def test_lines_of_invented_residents_are_found_on_the_roll(begin: Begin, vault: Vault) -> None:
    city = City(begin, vault)
    crowd = dict.fromkeys(city.districts.values(), 40)
    with begin() as uow:
        invented = invent_residents(
            uow, vault, jurisdiction_id=city.place, per_district=crowd, seed=SEED, as_of=BASE
        )
    petition, today = city.opens(), city.today()
    numbers = [number for numbers in invented.numbers.values() for number in numbers]
    lines = [
        PaperLine("R-1", row, name, born.isoformat(), "동 1", "", today.isoformat(), has_mark=True)
        for row, (name, born) in enumerate((invented_identity(one, SEED) for one in numbers), 1)
    ]
    city.brings(petition, [*lines, *(replace(one, sheet="R-2") for one in lines[:5])])

    report = city.examines(petition)

    assert (report.valid, report.void) == (120, {Reason.DUPLICATE: 5})
    counted = city.counts(petition)
    stood = [part.standing for part in counted.by_district.values() if part.standing]
    assert stood == [40, 40, 40]
