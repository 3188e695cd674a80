"""Signing a petition: whether one may, and doing it. The one way for page, API, command and kiosk.

What decides stands on the petition's row and is looked at again, under its lock, by the very
statement that writes (`signatures.states`): nothing slips past a halt or a barred day that is
placed meanwhile. A crowd comes by `look`, `prepare` and `enter`, lists at a time; whatever is not
plain sailing there is done again by itself in `sign`, which knows all reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.identity import masking
from referendum.identity.sessions import TOUCH_EVERY, SessionKind, SessionView, mark
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Assurance, Resident
from referendum.kernel.sealing import Vault, Wrapped
from referendum.kernel.uow import UnitOfWork
from referendum.kernel.wire import Wire
from referendum.lifecycle import acting, locating, petitioning, rules
from referendum.lifecycle.dates import barring
from referendum.lifecycle.tables import Measure
from referendum.roll import finding, freezing
from signatures import collecting, petitions, same_phone, states
from signatures.collecting import Consent, Details, NotOnRoll, Signed
from signatures.errors import (
    ChannelNotAllowed,
    CollectionOverHere,
    PetitionClosed,
    PetitionHalted,
    PetitionNotOpen,
    PhoneChangedSince,
    SigningBarred,
)
from signatures.lines import Reason, Receipt
from signatures.off_roll import why_off_roll
from signatures.petitions import PetitionKeys
from signatures.states import Entered, Fresh, Seat
from signatures.tables import Petition
from thresholds.rulebook import Channel

ANY: Final = dict.fromkeys(Consent, "asked later")
"""For who asks whether they may, before they consent to anything."""


@dataclass(frozen=True, slots=True)
class Open:
    """They may sign now."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nobody, or this person, can sign this here. `article`: where the rules say so."""

    why: str
    article: str | None = None
    reason: Reason | None = None
    base: date | None = None
    """The day that decides, where a person is not on the roll."""
    opens: date | None = None
    """The first day on which it will be possible, where a district is barred."""

    KINDS: ClassVar[Mapping[type[DomainError], str]] = {
        PetitionNotOpen: "not-open",
        PetitionClosed: "closed",
        PetitionHalted: "on-hold",
        SigningBarred: "barred",
        CollectionOverHere: "over-here",
        PhoneChangedSince: "phone-changed",
    }


def may_sign(
    uow: UnitOfWork, vault: Vault, measure: Measure, resident: Resident | None = None
) -> Open | Obstacle:
    """Whether a signature can be given now; with a `resident`, whether theirs can.

    What is particular to a person is told to that person alone.
    """
    petition = petitions.of_measure(uow.session, measure.id)
    if petition is None:
        return Obstacle("no-petition")
    now = uow.now()
    try:
        assurance = resident.assurance if resident else list(Assurance)[-1]
        collecting.insist_may_sign(petition, now, assurance, ANY)
        return Open() if resident is None else _theirs(uow, vault, measure, petition, resident)
    except ChannelNotAllowed:
        return _closed_channel(measure)
    except (PetitionNotOpen, PetitionClosed, PetitionHalted) as refused:
        return Obstacle(Obstacle.KINDS[type(refused)])


def sign(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    resident: Resident,
    *,
    consents: Mapping[Consent, str],
) -> Signed | NotOnRoll:
    """Sign, as the register states who one is; refusals are raised with their facts."""
    petition = petitions.get(uow.session, petition_id)
    measure = locating.get(uow.session, petition.measure_id)
    if petition.closed_days is None:
        _close_days(uow, measure, petition)
    return collecting.sign(
        uow,
        vault,
        petition_id,
        resident,
        consents=consents,
        details=details_of(uow.session, vault, resident),
        electorate=petitioning.signing_of(rules.pinned(measure)).electorate,
    )


def details_of(session: Session, vault: Vault, resident: Resident) -> Details:
    """What the signer would have written on a sheet, as the register states it."""
    told = finding.person_details(session, vault, resident.person)
    if told is not None:
        return Details(told.name, told.birth_date, told.address)
    row = finding.latest_residence(session, resident.person)
    assert row is not None, "who is signed in was found in the register"
    return Details("", row.birth_date, "")


def _close_days(uow: UnitOfWork, measure: Measure, petition: Petition) -> None:
    """Write what is not yet written on an older petition, in the one order of locks."""
    held = acting.lock(uow.session, measure.id)
    petitions.close_days(uow, petition.id, barring.closed_days(uow.session, held))


def _theirs(
    uow: UnitOfWork, vault: Vault, measure: Measure, petition: Petition, resident: Resident
) -> Open | Obstacle:
    session = uow.session
    standing = freezing.place_on_roll(session, petition.roll_id, resident.person)
    if standing is None:
        electorate = petitioning.signing_of(rules.pinned(measure)).electorate
        why = why_off_roll(session, petition.roll_id, {resident.person}, electorate)
        base = freezing.get(session, petition.roll_id).base_date
        reason = why[resident.person]
        return Obstacle("not-on-roll", article=electorate.citation, reason=reason, base=base)
    try:
        # Before all that would tell whether they have signed.
        same_phone.insist(session, petition, resident)
    except PhoneChangedSince as refused:
        return Obstacle(Obstacle.KINDS[type(refused)])
    if collecting.has_signed(session, vault, petition, resident.person):
        return Obstacle("already-signed")
    try:
        collecting.insist_open_there(petition, uow.now(), standing.district_id)
    except (SigningBarred, CollectionOverHere) as refused:
        return _closed_there(uow, measure, refused)
    return Open()


def _closed_channel(measure: Measure) -> Obstacle:
    """Why the rules let nobody sign this online, with their article."""
    signing = petitioning.signing_of(rules.pinned(measure))
    online, paper = signing.channel(Channel.ONLINE), signing.channel(Channel.PAPER)
    if online is not None:
        return Obstacle("not-designated", article=online.citation)
    return Obstacle("paper-only", article=paper.citation if paper else None)


def _closed_there(
    uow: UnitOfWork, measure: Measure, refused: SigningBarred | CollectionOverHere
) -> Obstacle:
    """Why nobody of a district can sign today, and from when on they can."""
    today = rules.today(uow, measure)
    here = [one for one in barring.barred(uow.session, measure) if today in one.span]
    opens = refused.facts.get("opens")
    return Obstacle(
        Obstacle.KINDS[type(refused)],
        article=here[0].article if here else None,
        opens=date.fromisoformat(str(opens)) if opens else None,
    )


# A crowd


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Who comes to sign, by the session's cookie, and what."""

    petition: UUID
    token: str = field(repr=False)
    consents: Mapping[Consent, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one statement found for one who comes; None where there is no plain way on."""

    session: SessionView
    measure: Measure
    """What marks its objects: instrument and route, no more."""
    petition: Petition
    seal: Wrapped
    district: UUID
    details: Wrapped | None
    sealed: bytes | None = field(repr=False)
    birth_date: date
    now: datetime

    @property
    def resident(self) -> Resident:
        return self.session.resident


LOOK: Final = """
select g.place, s.id_hash, w.person_id, s.jurisdiction_id, s.assurance, s.last_seen_at,
       s.idle_until, s.expires_at, s.extensions, clock_timestamp() as seen_at,
       p.id, p.measure_id, p.zone, p.opens_at, p.closes_at, p.closed_at, p.halted, p.closed_days,
       p.channels, p.online_days, p.minimum_assurance, p.text_sha256, p.key_id,
       m.instrument, m.route, k.purpose, k.wrapped_by, k.wrapped, e.district_id, r.sealed,
       r.birth_date, r.key_id as own_id, o.purpose as own_purpose, o.wrapped_by as own_by,
       o.wrapped as own_wrapped, referendum_now() as now
  from unnest(%(petitions)s::uuid[], %(tokens)s::bytea[], %(masks)s::uuid[]) with ordinality
       as g(petition_id, token, mask, place)
  join session_row s on s.id_hash = g.token and s.whose is not null
   and s.idle_until > clock_timestamp() and s.expires_at > clock_timestamp()
   and s.last_seen_at > clock_timestamp() - %(touched)s::interval
 cross join lateral (select masked(s.whose, g.mask) as person_id) as w
  join petition p on p.id = g.petition_id and p.jurisdiction_id = s.jurisdiction_id
  join measure m on m.id = p.measure_id
  join sealed_data_key k on k.id = p.key_id
  join roll_entry e on e.roll_id = p.roll_id and e.person_id = w.person_id
  join lateral (select sealed, birth_date, key_id from residence
                 where person_id = w.person_id and version_to is null
                 order by registered_from desc limit 1) as r on true
  left join sealed_data_key o on o.id = r.key_id
 where s.assurance = 'desk'
    or not exists (select from phone_change c
                    where c.person_id = w.person_id and c.changed_at >= p.opens_at)"""
"""The door and the look in one: session, petition, roll and register of each who comes."""


def look(wire: Wire, coming: Sequence[Coming]) -> list[Seen | None]:
    """What is needed to prepare each signature; None for whoever needs a closer look."""
    given = {
        "petitions": [one.petition for one in coming],
        "tokens": [mark(one.token) for one in coming],
        "masks": [masking.of_token(one.token) for one in coming],
        "touched": TOUCH_EVERY,
    }
    rows = {row.place: row for row in wire.ask(LOOK, given)}
    return [_seen(rows.get(place)) for place in range(1, len(coming) + 1)]


def is_open(seen: Seen, consents: Mapping[Consent, str]) -> bool:
    """Whether the petition, as it was seen, takes this person's signature of today."""
    try:
        collecting.insist_may_sign(seen.petition, seen.now, seen.resident.assurance, consents)
        collecting.insist_open_there(seen.petition, seen.now, seen.district)
    except DomainError:
        return False
    return seen.petition.closed_days is not None


def seat_of(vault: Vault, seen: Seen) -> Seat:
    """Where a standing signature of who was seen would be found."""
    keys = PetitionKeys.of(vault, vault.unwrap(seen.seal), seen.petition.measure_id)
    return seen.petition.id, keys.person_key(seen.resident.person)


def today_of(seen: Seen) -> date:
    """The day it was there."""
    return petitions.local_day(seen.petition, seen.now)


def prepare(vault: Vault, seen: Seen, coming: Coming) -> tuple[Fresh, Receipt] | None:
    """A signature ready to be written; None where something stands in its way."""
    if not is_open(seen, coming.consents):
        return None
    return collecting.prepare(
        vault,
        vault.unwrap(seen.seal),
        seen.petition,
        seen.resident,
        district=seen.district,
        now=seen.now,
        consents=coming.consents,
        details=details_seen(vault, seen),
    )


def enter(wire: Wire, fresh: Sequence[Fresh]) -> list[Entered | None]:
    """Write them, each if its petition still takes it: `signatures.states.enter`."""
    return states.enter(wire, fresh)


def told(fresh: Fresh, receipt: Receipt, entered: Entered | None) -> Signed | None:
    """The line as it was written; None where none was, for whatever reason."""
    if entered is None or not entered.kept:
        return None
    return Signed(fresh.line_id, fresh.entry_id, entered.stands, receipt.text)


def _seen(row: Any) -> Seen | None:
    if row is None:
        return None
    own = Wrapped(row.own_id, row.own_purpose, row.own_by, row.own_wrapped) if row.own_id else None
    return Seen(
        SessionView(
            id_hash=row.id_hash,
            kind=SessionKind.RESIDENT,
            jurisdiction_id=row.jurisdiction_id,
            person_id=row.person_id,
            staff_id=None,
            assurance=Assurance(row.assurance),
            seen_at=row.seen_at,
            last_seen_at=row.last_seen_at,
            idle_until=row.idle_until,
            expires_at=row.expires_at,
            extensions=row.extensions,
            fresh=False,
        ),
        Measure(id=row.measure_id, instrument=row.instrument, route=row.route),
        Petition(
            id=row.id,
            measure_id=row.measure_id,
            zone=row.zone,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            closed_at=row.closed_at,
            halted=row.halted,
            closed_days=row.closed_days,
            channels=row.channels,
            online_days=row.online_days,
            minimum_assurance=row.minimum_assurance,
            text_sha256=row.text_sha256,
        ),
        Wrapped(row.key_id, row.purpose, row.wrapped_by, row.wrapped),
        row.district_id,
        own,
        row.sealed,
        row.birth_date,
        row.now,
    )


def details_seen(vault: Vault, seen: Seen) -> Details:
    """The same as `details_of`, from what was found already."""
    if seen.sealed is None or seen.details is None:
        return Details("", seen.birth_date, "")
    place = finding.seal_place(seen.resident.person)
    fields = vault.unwrap(seen.details).unseal_fields(seen.sealed, place=place)
    return Details(fields["name"], seen.birth_date, fields["address"])
