"""A deployment on the test's own database."""

from __future__ import annotations

from pathlib import Path

import pytest

from referendum.bootstrap import Services
from referendum.kernel.log import LogKey
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.settings import Settings
from tests.patience import patient


@pytest.fixture
def services(database_url: str, begin: Begin, vault: Vault, log_key: LogKey) -> Services:
    settings = Settings(mode="demo", database_url=database_url, keys_folder=Path("unused"))
    return Services(settings, patient(database_url), begin, vault, log_key)
