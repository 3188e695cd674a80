"""The composition root: reads the settings once and hands out what the edges need."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.orm import sessionmaker

import ballots.tables
import referendum.certificates.tables
import referendum.identity.mailing
import referendum.identity.tables
import referendum.lifecycle.advisory.answer_tables
import referendum.lifecycle.attachments.tables
import referendum.lifecycle.enrolment.tables
import referendum.lifecycle.joint_tables
import referendum.lifecycle.news.tables
import referendum.lifecycle.promise.tables
import referendum.lifecycle.tables
import referendum.lifecycle.telling_tables
import referendum.lifecycle.voiding_tables
import referendum.notices.reminders
import referendum.notices.tables
import referendum.papers.tables
import referendum.projects.tables
import referendum.roll.intake_tables
import referendum.roll.phone_tables
import referendum.roll.tables
import signatures.handing_tables
import signatures.intake_tables
import signatures.tables
from referendum.identity.accounts import Terms
from referendum.identity.limits import Limits
from referendum.kernel import belonging, clock, keys, outbox, record, sealing
from referendum.kernel.addresses import Addresses
from referendum.kernel.belonging import KeysOfAnother
from referendum.kernel.db import Base, connect
from referendum.kernel.log import LogKey
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, beginner, looker
from referendum.lifecycle.acting import Means
from referendum.lifecycle.crowd import Crowd
from referendum.roll import finding, weighing
from referendum.settings import Mode, Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything an entry point needs, made once per process."""

    settings: Settings = field(repr=False)
    engine: Engine
    begin: Begin
    vault: Vault
    log_key: LogKey
    look: Begin = field(init=False)
    crowd: Crowd = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "look", looker(self.engine))
        crowd = Crowd.of(
            self.engine,
            self.begin,
            self.vault,
            self.limits,
            place_code=self.settings.jurisdiction,
        )
        object.__setattr__(self, "crowd", crowd)

    @property
    def mode(self) -> Mode:
        return self.settings.mode

    @property
    def is_demo(self) -> bool:
        return self.settings.mode is Mode.DEMO

    @property
    def invents_people(self) -> bool:
        """Whether phones may have numbers that no subscriber has."""
        return self.settings.mode is not Mode.CITY

    @property
    def terms(self) -> Terms:
        """What is set for accounts of officers."""
        return Terms(
            mails=self.sends_mail,
            waits=timedelta(days=self.settings.certifier_waits_days),
            grace=timedelta(days=self.settings.confirmation_grace_days),
        )

    @property
    def sends_mail(self) -> bool:
        """Whether mail goes out: the demo shows it in place of sending it."""
        return self.is_demo or bool(self.settings.mail_host and self.settings.mail_sender)

    @property
    def register_limits(self) -> weighing.Limits:
        """What one registrar's import may change."""
        settings = self.settings
        return weighing.Limits(
            arrived=settings.register_adding_percent,
            left=settings.register_ending_percent,
            moved=settings.register_moving_percent,
            lost=settings.register_rights_percent,
            phone=settings.register_phones_percent,
        )

    @property
    def done_kept(self) -> timedelta:
        """How long it is kept that something in the background was done."""
        return timedelta(days=self.settings.done_kept_days)

    @property
    def follow_kept(self) -> timedelta:
        """How long it is waited for what may follow an advisory vote's answer."""
        return timedelta(days=self.settings.follow_kept_days)

    @property
    def limits(self) -> Limits:
        """How often codes are sent, as the operator set it."""
        settings = self.settings
        return Limits(
            open_per_address_an_hour=settings.codes_for_address_an_hour,
            sends_per_asker_an_hour=settings.codes_for_asker_an_hour,
            sends_per_asker_a_day=settings.codes_for_asker_a_day,
            sends_per_number_at_once=settings.codes_for_number_a_day,
            open_per_prefix_an_hour=settings.codes_for_range_an_hour,
            sends_an_hour=settings.codes_an_hour,
            phone_rests=timedelta(days=settings.phone_rests_days),
            plain_networks=tuple(settings.plain_networks),
        )

    @property
    def addresses(self) -> Addresses:
        """What every link that leaves the service is made of."""
        return Addresses(self.settings.public_url)

    @property
    def means(self) -> Means:
        """What acts on measures need besides their transaction."""
        return Means(
            self.vault,
            self.log_key,
            self.addresses,
            demo=self.is_demo,
            rehearsal=self.mode is Mode.REHEARSAL,
        )


def read_settings() -> Settings:
    """The settings of this process, from its environment; a name that is none is refused too.

    A limit whose name was mistyped would silently be the usual one.
    """
    prefix = Settings.model_config.get("env_prefix", "").lower()
    given = ((name.lower(), value) for name, value in os.environ.items())
    ours = {name.removeprefix(prefix): value for name, value in given if name.startswith(prefix)}
    strange: dict[str, Any] = {
        name: value for name, value in ours.items() if name not in Settings.model_fields
    }
    return Settings(**strange)


def assemble(settings: Settings, *, application: str = "referendum") -> Services:
    """Build the services; refuse without keys, with another database's, with a shifted clock."""
    keyring = keys.load(settings.keys_folder)
    engine = connect(
        settings.database_url,
        pool=settings.pool,
        statement_timeout_ms=settings.statement_timeout_ms,
        lock_timeout_ms=settings.lock_timeout_ms,
        application=application,
    )
    begin = beginner(sessionmaker(engine, expire_on_commit=False))
    services = Services(
        settings=settings,
        engine=engine,
        begin=begin,
        vault=Vault(keyring),
        log_key=LogKey(settings.log_origin, keyring.log),
    )
    with ExitStack() as refusing:
        refusing.callback(engine.dispose)
        if settings.mode is Mode.CITY:
            with begin() as uow:
                clock.insist_on_real_time(uow.session)
        _insist_on_own_keys(services)
        refusing.pop_all()
    return services


def strange_keys(services: Services) -> tuple[str, ...]:
    """Which of the keys at hand are not those of the database, by the names of their files."""
    with services.begin() as uow:
        return belonging.strangers(
            uow.session, services.vault, services.log_key, pepper=finding.pepper_fits
        )


def _insist_on_own_keys(services: Services) -> None:
    """A database that is down or not migrated yet cannot be asked; `/readyz` asks it again."""
    try:
        strange = strange_keys(services)
    except (OperationalError, InterfaceError, ProgrammingError):
        return
    if strange:
        raise KeysOfAnother(keys=list(strange))


def rehearsal(database_url: str, keys_folder: Path) -> Services:
    """Services on a database that exists only to play a case."""
    settings = Settings(
        mode=Mode.REHEARSAL,
        database_url=database_url,
        keys_folder=keys_folder,
        log_origin="referendum.example/rehearsal",
        pool=4,
        statement_timeout_ms=15 * 60_000,
    )
    return assemble(settings, application="referendum-rehearsal")


ROOMS_WITH_TABLES = (
    clock,
    outbox,
    record,
    sealing,
    belonging,
    referendum.roll.tables,
    referendum.roll.intake_tables,
    referendum.identity.tables,
    referendum.notices.tables,
    referendum.certificates.tables,
    referendum.papers.tables,
    referendum.projects.tables,
    signatures.tables,
    signatures.intake_tables,
    ballots.tables,
    referendum.lifecycle.tables,
    referendum.lifecycle.advisory.answer_tables,
    referendum.lifecycle.promise.tables,
    referendum.lifecycle.enrolment.tables,
)
"""Importing a room's tables is what makes them known to the schema."""


def all_tables() -> MetaData:
    """The models of every room, for the migrations and their test."""
    return Base.metadata
