"""The commands that a page shows for the lot do what it says, whatever officers have typed."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from referendum.kernel.draw import Source
from referendum.kernel.people import Authority
from referendum.lifecycle.advisory import drawing
from referendum.web.advising import checks
from tests.town import Town
from thresholds.vocabulary import Instrument


@pytest.mark.parametrize("name", ["default", """it's "$(touch made)" %s \\n; `id`"""])
def test_a_reader_who_copies_the_commands_gets_the_same_hash_and_nothing_else(
    town: Town, tmp_path: Path, name: str
) -> None:
    mayor = town.officer(Authority.MAYOR)
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    town.calls(measure, Authority.MAYOR)
    day = town.now().date() + timedelta(days=1)
    with town.begin() as uow:
        drawing.commit(uow, measure, kind=Source.LOTTERY, name=name, number="12", day=day, by=mayor)
    town.waits(days=1)
    for officer in (mayor, town.officer(Authority.MAYOR)):
        with town.begin() as uow:
            found = drawing.enter_value(
                uow, measure, value="3, 11, 29", published_in="공고", by=officer
            )
    shown = checks(found, town.measure(measure))
    assert len(shown) == 2
    for check in shown:
        for command in (["sh", "-c", check.command], [sys.executable, "-c", check.python]):
            said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
            assert said.stdout.split()[0] == check.drawn.sha256
    assert list(tmp_path.iterdir()) == []
