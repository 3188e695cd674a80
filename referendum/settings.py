"""What an operator may set, from the environment (prefix REFERENDUM_). Read by bootstrap alone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, IPvAnyNetwork
from pydantic_settings import BaseSettings, SettingsConfigDict

from referendum.identity.directories import Directory
from referendum.kernel.people import Authority
from referendum.notices.mail import Security


class Mode(StrEnum):
    """What kind of deployment this is. Only the last three may shift the clock."""

    CITY = "city"
    DEMO = "demo"
    REHEARSAL = "rehearsal"
    TEST = "test"


class Settings(BaseSettings):
    """Every setting, with what it means. `docs/settings.md` is made from this class."""

    model_config = SettingsConfigDict(
        env_prefix="REFERENDUM_", extra="forbid", hide_input_in_errors=True
    )

    mode: Mode = Field(Mode.CITY, description="city, demo, rehearsal or test")
    database_url: str = Field(
        description="The database, as the application's role (postgresql+psycopg://…)"
    )
    owner_database_url: str | None = Field(
        None, description="The same database as its owner: for `referendum migrate` only"
    )
    broker_url: str = Field(
        "pgmq://", description="pgmq:// (the same database) or redis://… (Valkey or Redis)"
    )
    keys_folder: Path = Field(description="Where `referendum keys init` put the key files")
    jurisdiction: str = Field("kr-goyang", description="The code of the place served")
    log_origin: str = Field(
        "referendum.example/record", description="The record's name in its signed checkpoints"
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="The address that people and QR codes use"
    )
    trusted_proxies: list[str] = Field(
        default_factory=list,
        description="Addresses whose X-Forwarded-For and -Proto are believed; none by default",
    )
    body_limit: int = Field(
        128 * 1024, description="Largest request body in bytes, except for file imports"
    )
    import_limit: int = Field(
        1024 * 1024 * 1024,
        description="Largest imported file in bytes, from officers alone; of files that are looked"
        " at whole (returns, stations, projects, sheets by API) at most 64 MiB",
    )
    paper_limit: int = Field(
        20 * 1024 * 1024,
        gt=0,
        description="Largest file of a paper (PDF, scan) in bytes, from officers alone",
    )
    attachment_limit: int = Field(
        5 * 1024 * 1024,
        gt=0,
        description="Largest attachment of a measure's text in bytes, from the draft's authors",
    )
    register_ending_percent: int = Field(
        2,
        ge=0,
        le=50,
        description="Share of the residents, in per cent, whose residence a file may end on one"
        " registrar's word; beyond it a second registrar confirms",
    )
    register_adding_percent: int = Field(
        5, ge=0, le=50, description="The same of new residents; the first register is no addition"
    )
    register_moving_percent: int = Field(
        5, ge=0, le=50, description="The same of residents who move to another district"
    )
    register_rights_percent: int = Field(
        1, ge=0, le=50, description="The same of residents who lose the right to sign and vote"
    )
    register_phones_percent: int = Field(
        2, ge=0, le=50, description="The same of residents whose telephone on file changes"
    )
    requests_per_minute: int = Field(
        1_200,
        gt=0,
        description="Requests that one address may make in a minute; further ones wait in line",
    )
    codes_for_address_an_hour: int = Field(
        20,
        ge=0,
        description="Unanswered codes of one address in an hour before further ones go out later",
    )
    codes_for_asker_an_hour: int = Field(
        5, gt=0, le=5, description="Codes to one number in an hour from one browser or address"
    )
    codes_for_asker_a_day: int = Field(
        10, gt=0, le=10, description="Codes to one number in a day from one browser or address"
    )
    codes_for_number_a_day: int = Field(
        10,
        gt=0,
        le=20,
        description="Unanswered codes to one number in a day, whoever asks; then one an hour",
    )
    codes_for_range_an_hour: int = Field(
        100,
        gt=0,
        description="Unanswered codes in an hour for 10,000 neighbouring numbers; then no more",
    )
    codes_an_hour: int = Field(
        100_000,
        gt=0,
        description="Codes that the SMS gateway is paid for in an hour; then no more",
    )
    phone_rests_days: int = Field(
        7,
        ge=1,
        le=30,
        description="Days for which a phone that an import changed, or first set, lets nobody in;"
        " counted from the message to the former number",
    )
    done_kept_days: int = Field(
        30,
        ge=3,
        description="Days for which it is kept that a code was sent or a background task done;"
        " then they are deleted by the piece. Neither holds a number, an address or a name",
    )
    follow_kept_days: int = Field(
        400,
        ge=30,
        description="Days after an advisory vote's last step for which its followers are kept, for"
        " what may follow the answer (assumed); other measures' go with the last news",
    )
    plain_networks: list[IPvAnyNetwork] = Field(
        default_factory=list,
        description="Networks where many share an address (a town hall, a library, a carrier): "
        "requests and codes from there are not counted by address",
    )
    page_seconds: float = Field(
        3,
        ge=0,
        description="How long an answer that is the same for all visitors is given again, in "
        "seconds; browsers are told the same. 0: never. The demo keeps none: its clock jumps",
    )
    pool: int = Field(20, description="Database connections of one process")
    statement_timeout_ms: int = Field(30_000, description="Longest statement")
    lock_timeout_ms: int = Field(5_000, description="Longest wait for a lock")
    sms_url: str | None = Field(None, description="The SMS gateway's address; none: no codes sent")
    sms_token: str | None = Field(
        None, repr=False, description="What signs messages to the gateway, as account:secret"
    )
    sms_sender: str | None = Field(None, description="The registered sender number")
    directories: dict[Authority, Directory] = Field(
        default_factory=dict,
        repr=False,
        description="Offices that sign in by their own directory (OpenID Connect), as JSON by"
        " authority: `issuer`, `client_id`, `client_secret_file` (or `client_secret`), and"
        " `claims` that a token must state. See `running.md`",
    )
    certifier_waits_days: int = Field(
        2,
        ge=0,
        description="Days before a certifier's account certifies that is new, was changed or was"
        " set up again (assumed: no text gives a number)",
    )
    confirmation_grace_days: int = Field(
        30,
        ge=0,
        description="Days after the half-year within which an administrator confirms an account,"
        " until its roles rest (assumed)",
    )
    mail_host: str | None = Field(
        None,
        description="The mail server to which set-up links of officers are handed; none: they are"
        " printed under seal",
    )
    mail_port: int = Field(587, gt=0, lt=65_536, description="Its port")
    mail_security: Security = Field(
        Security.STARTTLS,
        description="starttls (port 587), tls (port 465), or none, to this very machine only",
    )
    mail_user: str | None = Field(None, description="The user at the mail server, if it asks")
    mail_password: str | None = Field(None, repr=False, description="And the password")
    mail_sender: str | None = Field(None, description="The address that mail comes from")
    mail_trusted: Path | None = Field(
        None, description="A file of certificates that are trusted in place of the machine's own"
    )
    mail_timeout_seconds: float = Field(
        10, gt=0, le=10, description="Longest wait for one answer of the mail server"
    )
    reminder_hour: int = Field(
        8,
        ge=0,
        le=23,
        description="From which hour of the place's day officers get the daily mail of what waits"
        " for them; what presses is mailed at any hour",
    )
    reminder_days: int = Field(
        3, ge=0, le=30, description="How many days ahead that mail names what is due"
    )
