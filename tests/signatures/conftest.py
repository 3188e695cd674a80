"""What the tests of signing and examining stand on."""

from __future__ import annotations

import pytest

from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from tests.signatures.city import City


@pytest.fixture
def city(begin: Begin, vault: Vault) -> City:
    return City(begin, vault)
