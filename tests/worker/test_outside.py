"""No transaction is open while anything outside the service is called."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from referendum.bootstrap import Services
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Representative
from referendum.notices.tables import Notice
from referendum.settings import Settings
from referendum.worker import relay
from referendum.worker.app import TASKS
from tests.identity.neighbourhood import Neighbourhood
from tests.town import Town
from tests.worker.office import Office
from tests.worker.residents import PHONE, lives_with_phone
from thresholds.vocabulary import Instrument

OPEN = """
select count(*) from pg_stat_activity
 where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
"""
ANSWER = b'{"reference": "m-1"}'


class Watchful(ThreadingHTTPServer):
    """A gateway that looks, whenever it is asked, how many transactions are open."""

    daemon_threads = True
    look: Callable[[], int]
    seen: list[int]


class Handler(BaseHTTPRequestHandler):
    server: Watchful

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(self.server.look())
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's own name
        """Say nothing."""


@pytest.fixture
def gateway(database_url: str) -> Iterator[Watchful]:
    engine = create_engine(database_url, poolclass=NullPool)
    alone = threading.Lock()

    def look() -> int:
        # A look is a transaction too: one at a time, lest they see each other.
        with alone, engine.connect() as beside:
            return int(beside.scalar(text(OPEN)) or 0)

    with Watchful(("127.0.0.1", 0), Handler) as server:
        server.look, server.seen = look, []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def office(services: Services, gateway: Watchful) -> Office:
    """A city's service whose gateway is the watchful one."""
    settings = Settings(
        mode="city",
        database_url=services.settings.database_url,
        keys_folder=Path("unused"),
        sms_url=f"http://127.0.0.1:{gateway.server_address[1]}/",
        sms_token="city:secret",
        sms_sender="0311234567",
    )
    return Office(replace(services, settings=settings))


def test_none_is_open_while_a_code_is_handed_over(office: Office, gateway: Watchful) -> None:
    village = Neighbourhood.build(office.services.begin, office.services.vault)
    village.lives("홍길동", phone=PHONE)
    for each in range(3):
        village.asks(phone=f"010-{3000 + each}-5678")
    office.sends_codes()
    assert gateway.seen == [0] * 3


def test_none_is_open_while_a_notice_is_handed_over(
    town: Town, office: Office, gateway: Watchful
) -> None:
    person = lives_with_phone(town)
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    with town.begin() as uow:
        uow.session.add(Representative(measure_id=measure, person_id=person))
    office.empties(times=1)
    assert gateway.seen == [0]
    assert office.count(Notice, Notice.delivered_at.is_not(None)) == 1


def test_none_is_open_while_the_broker_takes_a_message(office: Office, gateway: Watchful) -> None:
    seen: list[int] = []
    with office.services.begin() as uow:
        for _ in range(3):
            uow.later("test.task")
    relay.carry(office.services, lambda _message: seen.append(gateway.look()))
    assert seen == [0] * 3


def test_whatever_calls_outside_is_an_errand() -> None:
    """Certificates are set, and will be signed, outside; the other tasks only write.

    Codes and the outbox itself have rows of their own to claim, and go the same way, as the tests
    above show.
    """
    tasks = {name for name, job in TASKS.items() if "errands.run" in inspect.getsource(job)}
    assert {"notices.deliver", "certificates.render"} <= tasks
