"""The place where identity's tests happen."""

from __future__ import annotations

import pytest

from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from tests.identity.desk import Colleague, hire
from tests.identity.neighbourhood import Neighbourhood


@pytest.fixture
def village(begin: Begin, vault: Vault) -> Neighbourhood:
    return Neighbourhood.build(begin, vault)


@pytest.fixture
def kim(village: Neighbourhood) -> Colleague:
    return hire(village)
