"""A deployment on the test's own database, with its keys in files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from referendum.bootstrap import Services, assemble
from referendum.kernel import keys
from referendum.settings import Settings
from tests.patience import LIMITS


@pytest.fixture
def keys_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    keys.create(folder)
    return folder


@pytest.fixture
def services(database_url: str, keys_folder: Path) -> Iterator[Services]:
    made = assemble(
        Settings(mode="test", database_url=database_url, keys_folder=keys_folder, pool=5, **LIMITS)
    )
    yield made
    made.engine.dispose()
