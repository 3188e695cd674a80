"""What mail an officer gets: the daily digest on or off, and in which language."""

from __future__ import annotations

from typing import Final

from referendum.i18n.words import Language
from referendum.identity import inviting, mailing
from referendum.identity.mailing import Chosen
from referendum.identity.tables import Staff
from referendum.notices import reminders
from referendum.notices.carriers import masked
from referendum.notices.reminders import DAILY
from referendum.web.desk.form import Context, Desk, Form, Page, every_officer
from referendum.web.fields import Choice, Given, Tick

LATELY: Final = 10
"""So many of the last mails are listed."""


def _show(desk: Desk, _nothing: None) -> Context:
    account = desk.session.get_one(Staff, desk.officer.id)
    chosen = mailing.of(desk.session, account.id)
    mailbox = inviting.mailbox_of(desk.session, desk.vault, account)
    settings = desk.services.settings
    return {
        "mailbox": masked(mailbox) if mailbox else None,
        "mails": desk.services.sends_mail,
        "hour": f"{settings.reminder_hour:02}:00",
        "ahead": settings.reminder_days,
        "languages": desk.choices(list(Language), "desk.mail.language"),
        "values": {"language": chosen.language.value, "daily": "yes" if chosen.daily else ""},
        "lately": reminders.lately(desk.session, account.id, limit=LATELY),
        "DAILY": DAILY,
    }


def _choose(desk: Desk, _nothing: None, given: Given) -> None:
    chosen = Chosen(given["language"], daily=given["daily"])
    mailing.choose(desk.uow, chosen, by=desk.officer)


MAIL: Final = Page("/desk/mail", "mail", "desk.mail.title", every_officer, _show)
CHOOSING: Final = Form(
    MAIL,
    _choose,
    {"language": Choice(Language, label="desk.mail.which"), "daily": Tick()},
    flash="desk.flash.mail-chosen",
)
