"""The mayor's officer, and the advisory votes that the tests begin with."""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Officer
from tests.town import Town


@pytest.fixture
def mayor(town: Town) -> Officer:
    return town.officer(Authority.MAYOR)


@pytest.fixture
def called(advisory_called: UUID) -> UUID:
    """An advisory vote that has just been called."""
    return advisory_called


@pytest.fixture
def declared(advisory_declared: UUID) -> UUID:
    """One that was counted and certified."""
    return advisory_declared
