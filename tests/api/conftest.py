"""The town's interface, mounted where the service mounts it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from referendum.api.app import create_api
from referendum.kernel.keys import Keyring
from tests.api.callers import API, BASE, Switchboard
from tests.doors.gate import services
from tests.town import Town
from tests.worker.office import Office


@pytest.fixture
def line(town: Town, keyring: Keyring, database_url: str) -> Iterator[Switchboard]:
    service = services(keyring, database_url, public_url=BASE, pool=20)
    yield Switchboard(Starlette(routes=[Mount(API, create_api(service))]), town)
    service.engine.dispose()


@pytest.fixture
def office(keyring: Keyring, database_url: str) -> Iterator[Office]:
    """The background, which does what was asked of it when it is told to."""
    service = services(keyring, database_url)
    yield Office(service)
    service.engine.dispose()
