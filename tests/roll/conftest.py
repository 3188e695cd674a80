"""A city whose register is imported, read and frozen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referendum.kernel.uow import Begin
from tests.roll.city import City
from tests.stages import Standing


@pytest.fixture
def registering_city(standing: Standing) -> City:
    """As it was founded once, in a template."""
    founded = standing("registering_city").founded
    assert isinstance(founded, City)
    return founded


@pytest.fixture
def city(begin: Begin, registering_city: City) -> City:
    districts = dict(registering_city.districts)
    return replace(registering_city, begin=begin, districts=districts)
