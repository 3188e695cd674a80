"""A counting hall for each test."""

import pytest

from referendum.kernel.uow import Begin
from tests.ballots.hall import Hall


@pytest.fixture
def hall(begin: Begin) -> Hall:
    return Hall.built(begin)
