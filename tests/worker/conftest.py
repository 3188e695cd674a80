"""A deployment on the test's own database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from referendum.bootstrap import Services
from referendum.identity import demonstrating
from referendum.identity.accounts import Wanted
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Officer, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.notices.mail import Security
from referendum.settings import Settings
from tests.notices.postbox import SENDER, Postbox, opened
from tests.patience import patient
from tests.town import Town
from tests.worker.office import Office
from tests.worker.passes import BAD, GOOD, kill


@pytest.fixture
def services(database_url: str, begin: Begin, vault: Vault, log_key: LogKey) -> Services:
    settings = Settings(mode="demo", database_url=database_url, keys_folder=Path("unused"))
    return Services(settings, patient(database_url), begin, vault, log_key)


@pytest.fixture
def office(services: Services) -> Office:
    return Office(services)


@pytest.fixture
def measure(town: Town, referendum_open: UUID) -> UUID:
    """Lines handed in, of which some name nobody."""
    measure = referendum_open
    town.collects(measure, town.some(GOOD), bad=BAD)
    return measure


@pytest.fixture
def examiner(town: Town, referendum_open: UUID) -> Officer:
    """Of the authority that examines that petition."""
    authority = town.examiner_of(referendum_open).authority
    roles = frozenset({Role.EXAMINER})
    with town.begin() as uow:
        account = demonstrating.account(
            uow,
            town.vault,
            Wanted(
                username="examiner", display_name="심사관", office_title="주무관", roles=list(roles)
            ),
            of=town.place,
            authority=authority,
            invented=True,
        )
    return Officer(account.staff_id, town.place, authority, roles)


@pytest.fixture
def killed(
    owner: Engine, keyring: Keyring, database_url: str
) -> Callable[[OutboxMessage, str], None]:
    """A worker carries a message and is killed as it comes to a table."""
    return partial(kill, owner, keyring, database_url)


@pytest.fixture
def postbox(tmp_path: Path) -> Iterator[Postbox]:
    with opened(tmp_path, Security.STARTTLS, asks_who=True) as box:
        yield box


@pytest.fixture
def city(services: Services, postbox: Postbox) -> Services:
    """A city whose mail goes to that server."""
    known = postbox.carrier()
    settings = Settings(
        mode="city",
        database_url=services.settings.database_url,
        keys_folder=Path("unused"),
        mail_host=known.host,
        mail_port=known.port,
        mail_sender=SENDER,
        mail_user=known.user,
        mail_password=known.password,
        mail_trusted=known.trusted,
    )
    return replace(services, settings=settings)
