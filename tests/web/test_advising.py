"""The commands that a page shows for the lot do what it says, whatever officers have typed."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from referendum.kernel.draw import Source
from referendum.kernel.people import Authority
from referendum.lifecycle.advisory import drawing
from referendum.web.advising import checks
from tests.town import Town


@pytest.mark.parametrize("name", ["default", """it's "$(touch made)" %s \\n; `id`"""])
def test_a_reader_who_copies_the_commands_gets_the_same_hash_and_nothing_else(
    town: Town, advisory_called: UUID, tmp_path: Path, name: str
) -> None:
    mayor = town.officer(Authority.MAYOR)
    day = town.now().date() + timedelta(days=1)
    with town.begin() as uow:
        drawing.commit(
            uow, advisory_called, kind=Source.LOTTERY, name=name, number="12", day=day, by=mayor
        )
    town.waits(days=1)
    for officer in (mayor, town.officer(Authority.MAYOR)):
        with town.begin() as uow:
            found = drawing.enter_value(
                uow, advisory_called, value="3, 11, 29", published_in="공고", by=officer
            )
    shown = checks(found, town.measure(advisory_called))
    assert len(shown) == 2
    for check in shown:
        for command in (["sh", "-c", check.command], [sys.executable, "-c", check.python]):
            said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
            assert said.stdout.split()[0] == check.drawn.sha256
    assert list(tmp_path.iterdir()) == []
