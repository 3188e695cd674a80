"""What the tests of votes by enrolment begin with."""

from __future__ import annotations

from uuid import UUID

import pytest


@pytest.fixture
def measure(enrolment_called: UUID) -> UUID:
    return enrolment_called
