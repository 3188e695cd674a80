"""A service with its doors, and an application small enough to see what they do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy.orm import sessionmaker

from referendum.bootstrap import Services
from referendum.kernel.keys import Keyring
from referendum.kernel.log import LogKey
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import beginner
from referendum.settings import Settings
from tests.patience import patient

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
"""A database that is not there: most of what the doors do must not need one."""


class Given(Settings):
    """As they are given. Looking for each of them in the environment costs as much as a page."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def services(keyring: Keyring, database: str = NOWHERE, **settings: Any) -> Services:
    given = {
        "mode": "test",
        "database_url": database,
        "keys_folder": Path("unused"),
        "public_url": "http://testserver",
        "page_seconds": 0,
        # A quick machine asks more in a minute than a person does, and would be kept waiting.
        "requests_per_minute": 1_000_000,
    }
    engine = patient(database)
    return Services(
        settings=Given(**{**given, **settings}),
        engine=engine,
        begin=beginner(sessionmaker(engine, expire_on_commit=False)),
        vault=Vault(keyring),
        log_key=LogKey("referendum.example/record", keyring.log),
    )
