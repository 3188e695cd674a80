"""Officers who certify at the same moment, in a process with few connections.

A certification seals what waits by a second connection before it locks anything: so a process may
have no more requests at work than half of its connections, and no request waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient

from referendum.asgi import compose
from referendum.bootstrap import Services
from referendum.certificates.tables import Certificate
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Authority, Role
from referendum.kernel.uow import beginner
from tests.api.callers import API, BASE, Caller, Switchboard
from tests.doors.gate import services
from tests.patience import patient
from tests.town import Town

OFFICERS = 8
CONNECTIONS = 4


@pytest.fixture
def service(keyring: Keyring, database_url: str) -> Iterator[Services]:
    made = services(keyring, database_url, public_url=BASE, pool=CONNECTIONS)
    made.engine.dispose()
    engine = patient(database_url, pool=CONNECTIONS)
    few = replace(made, engine=engine, begin=beginner(sessionmaker(engine, expire_on_commit=False)))
    yield few
    engine.dispose()


def headers_of(caller: Caller) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in caller.client.cookies.items())
    return {"Cookie": cookies, "X-CSRF-Token": caller.csrf or ""}


def test_officers_who_certify_at_once_are_all_answered_and_one_certificate_is_issued(
    town: Town, advisory_called: UUID, service: Services
) -> None:
    town.votes(advisory_called, turnout=6, votes={"yes": 4, "no": 2})
    app = compose(service)
    line = Switchboard(app, town)
    officers = [line.officer(Authority.MAYOR, Role.CERTIFIER) for _ in range(OFFICERS)]
    path = f"{API}/measures/{advisory_called}/certifications"
    with TestClient(app, base_url=BASE) as door, ThreadPoolExecutor(OFFICERS) as desks:

        def certifies(officer: Caller) -> int:
            return int(door.post(path, json={}, headers=headers_of(officer)).status_code)

        answers = sorted(desks.map(certifies, officers))
    late = [HTTPStatus.CONFLICT] * (OFFICERS - 2)
    assert answers == [HTTPStatus.CREATED, HTTPStatus.CREATED, *late]
    with town.begin() as uow:
        issued = uow.session.scalar(select(func.count()).select_from(Certificate))
    assert issued == 1
