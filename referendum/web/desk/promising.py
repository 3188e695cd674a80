"""The mayor's promises at the desk: drafted, previewed, signed, published, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from referendum.doors.languages import words
from referendum.i18n.words import Language
from referendum.identity.staff import names_of
from referendum.identity.tables import Staff as Account
from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Role
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import promising, seconding
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.office import approving
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.errors import BeyondEnvelope, PromiseFrozen
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.promising import Hand
from referendum.web.desk.approving import FILED, SIGNED, approval_of, seated
from referendum.web.desk.confirming import by_code, by_password_and_code
from referendum.web.desk.form import Context, Desk, Does, Errors, Form, Page, Went
from referendum.web.desk.promise_forms import BLANK, LISTS, SHOWN, TermsTable, errors_of, values_of
from referendum.web.fields import Fields, Given, Text
from referendum.web.promise_pages import shown
from referendum.web.promises import constants, mark

TERMS: Final[Fields] = {"terms": TermsTable()}


@dataclass(frozen=True, slots=True)
class Found:
    """A promise of the office; none while its first draft is being written."""

    found: Delegation | None = None


def _office(desk: Desk) -> Found:
    if desk.officer.authority is not Authority.MAYOR:
        raise NotYourAct(act="promise", by=desk.officer.authority.value)
    desk.officer.insist(Role.CLERK)
    return Found()


def _promise(desk: Desk, promise_id: UUID) -> Found:
    _office(desk)
    return Found(delegating.get(desk.session, desk.place, promise_id))


def _draft_of(desk: Desk, promise_id: UUID) -> Found:
    """A draft, to be rewritten; a signed text has no form."""
    about = _promise(desk, promise_id)
    if about.found is not None and about.found.signed_at is not None:
        raise PromiseFrozen(number=about.found.number)
    return about


def _listing(desk: Desk, _about: Found) -> Context:
    """All of them, drafts among them."""
    place = desk.place
    today = delegating.today(desk.uow, place)
    running = delegating.in_force(desk.session, place, today)
    found = delegating.listed(desk.session, place)
    promises = [shown(one, today, running) for one in found]
    return {"vote_label": mark(desk.request), "promises": promises}


def _one(desk: Desk, about: Found) -> Context:
    """The text as it will be, or is, published, and what can be done with it."""
    found, words = about.found, desk.words
    assert found is not None
    today = delegating.today(desk.uow, found.jurisdiction_id)
    running = delegating.in_force(desk.session, found.jurisdiction_id, today)
    return {
        "vote_label": mark(desk.request),
        "title": words("promises.numbered", number=found.number)
        if found.number
        else words("promises.desk.untitled"),
        "promise": shown(found, today, running, approving.of(desk.session, found.id)),
        "waiting": _waiting(desk, found),
        **seated(desk),
        **constants(),
    }


def _sheet(desk: Desk, about: Found) -> Context:
    values = BLANK if about.found is None else values_of(delegating.terms_of(about.found))
    return {
        "vote_label": mark(desk.request),
        "action": desk.request.url.path,
        "values": values,
        "ticked": {name: desk.ticked(name, values.get(name, "").split()) for name in LISTS},
        **SHOWN,
    }


def _beyond(desk: Desk, error: DomainError) -> Errors | None:
    """What goes too far is said at each of its fields."""
    if desk.sent is None or not isinstance(error, BeyondEnvelope):
        return None
    return errors_of(desk.sent, error, desk.words)


def _draft(desk: Desk, _about: Found, given: Given) -> Went:
    made = delegating.draft(desk.uow, **given, by=desk.officer, demo=desk.services.is_demo)
    return Went(f"{PROMISES.path}/{made.id}", "promises.flash.saved")


def _waiting(desk: Desk, found: Delegation) -> Proposal | None:
    """What waits for a second officer about this promise."""
    waiting = proposals.waiting(desk.session, desk.place, desk.uow.now())
    return next((one for one in waiting if one.subject_id == found.id), None)


def _sign(desk: Desk, _about: Found, given: Given) -> None:
    """Freeze it as the mayor's paper has it, with the officer's own password and code."""
    account = desk.session.get_one(Account, desk.officer.id)
    hand = Hand(
        officer=desk.officer,
        officer_name=account.display_name,
        officer_office=_title(desk, account),
    )
    promising.sign(desk.uow, desk.at["promise_id"], hand=hand, approval=approval_of(given))


def _publish(desk: Desk, _about: Found, given: Given) -> Went:
    """Propose to make it known; a second officer sees the whole text."""
    put = seconding.propose_publishing(
        desk.uow, desk.at["promise_id"], approval=approval_of(given), by=desk.officer
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _revoke(desk: Desk, _about: Found, given: Given) -> Went:
    put = seconding.propose_ending(
        desk.uow,
        desk.at["promise_id"],
        approval=approval_of(given),
        reason=given["reason"],
        by=desk.officer,
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _title(desk: Desk, account: Account) -> str:
    """As the paper says it, which is Korean: a deputy's with whoever is away."""
    away = desk.officer.deputising_for
    if away is None:
        return account.office_title
    absent = names_of(desk.session, [away])[away]
    return words(Language.KO)("absence.in-stead", name=account.office_title, absent=absent)


PROMISES: Final = Page("/desk/promises", "promises", "promises.desk.title", _office, _listing)
PROMISE: Final = PROMISES.below("/{promise_id}", "promise", "promises.desk.title", _promise, _one)
DRAFTING: Final = Form(
    PROMISES.below("/new", "promise-form", "promises.desk.new", _office, _sheet),
    _draft,
    TERMS,
    usual="title-ko",
    tells=_beyond,
)
EDITING: Final = Form(
    PROMISES.below("/{promise_id}/edit", "promise-form", "promises.desk.edit", _draft_of, _sheet),
    Does(delegating.edit, ("found.id",)),
    TERMS,
    usual="title-ko",
    tells=_beyond,
    to=PROMISE,
    flash="promises.flash.saved",
)
SIGNING: Final = Form(
    PROMISE,
    _sign,
    FILED,
    path="/signature",
    confirm=by_password_and_code,
    usual="password",
    flash="promises.flash.signed",
)
PUBLISHING: Final = Form(PROMISE, _publish, SIGNED, path="/publication", confirm=by_code)
REVOKING: Final = Form(
    PROMISE,
    _revoke,
    {**SIGNED, "reason": Text(needed=True, label="promises.desk.reason")},
    path="/revocation",
    confirm=by_code,
)
