"""The place where identity's tests happen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from tests.identity.desk import Colleague, hire
from tests.identity.house import House
from tests.identity.neighbourhood import Neighbourhood


@pytest.fixture
def village(begin: Begin, vault: Vault) -> Neighbourhood:
    return Neighbourhood.build(begin, vault)


@pytest.fixture
def kim(village: Neighbourhood) -> Colleague:
    return hire(village)


@pytest.fixture
def house(village: Neighbourhood) -> House:
    return House.of(village)


@pytest.fixture
def choi(house: House) -> Colleague:
    """A certifier whose account has waited for everything."""
    made = house.certifier()
    house.consents(made.id, house.second)
    house.village.wait(timedelta(days=2))
    return made
