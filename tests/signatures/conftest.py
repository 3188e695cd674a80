"""What the tests of signing and examining stand on."""

from __future__ import annotations

import pytest

from referendum.kernel.uow import Begin
from tests.signatures.city import City
from tests.stages import Standing


@pytest.fixture
def signing_city(standing: Standing) -> City:
    """As it was founded once, in a template."""
    founded = standing("signing_city").founded
    assert isinstance(founded, City)
    return founded


@pytest.fixture
def city(begin: Begin, signing_city: City) -> City:
    return signing_city.again(begin)
