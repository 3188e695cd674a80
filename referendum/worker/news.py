"""News to those who follow: noted, spread, put into each one's language and handed to a carrier."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from referendum.bootstrap import Services
from referendum.i18n.words import Language, Words
from referendum.kernel.erasing import PIECE
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.news import asking, ending, following, sending, spreading
from referendum.lifecycle.news.ending import PIECE as FOLLOWERS
from referendum.lifecycle.news.following import CONFIRM, Channel
from referendum.lifecycle.news.sending import BATCH, Outgoing
from referendum.lifecycle.news.tables import Following, FollowLetter
from referendum.lifecycle.news.telling import Kind
from referendum.lifecycle.tables import Measure
from referendum.notices.carriers import Message
from referendum.notices.sending import Handover, Parcel, hand_over_all
from referendum.roll import places
from referendum.worker.carriers import carriers_of, mail_of
from referendum.worker.carrying import once
from thresholds.vocabulary import DeadlineName


def note_follow_up(
    services: Services, *, message_id: str, measure_id: str, item: str, version: str
) -> None:
    """Note that an office said something new of what followed an answer."""
    once(
        services.begin,
        message_id,
        lambda uow: spreading.note_follow_up(uow, UUID(measure_id), int(item), int(version)),
    )


def spread(services: Services) -> None:
    """Write to all who follow, a piece to a transaction."""
    more = True
    while more:
        with services.begin() as uow:
            more = spreading.spread(uow)


def send(services: Services) -> None:
    """Send all that is due, a hundred at a time: no transaction is open on the wire."""
    composing, delivering = partial(compose, services), partial(deliver, services)
    while sending.send_due(services.begin, services.vault, composing, delivering) == BATCH:
        pass


def forget(services: Services) -> None:
    """Let go of what is over, in pieces."""
    gone = FOLLOWERS
    while gone == FOLLOWERS:
        with services.begin() as uow:
            gone = ending.forget_over(uow, services.vault, kept=services.follow_kept)
    gone = PIECE
    while gone == PIECE:
        with services.begin() as uow:
            gone = asking.forget(uow.session)


def deliver(services: Services, letters: Sequence[Outgoing]) -> Sequence[Handover]:
    """By mail and by message, each to its own carriers."""
    outcomes: dict[UUID, Handover] = {}
    for channel, carriers in (
        (Channel.MAIL, mail_of(services)),
        (Channel.SMS, carriers_of(services)),
    ):
        some = [one for one in letters if one.channel is channel]
        parcels = [Parcel(one.message, str(one.letter), one.only) for one in some]
        handovers = hand_over_all(carriers, parcels) if parcels else []
        outcomes |= {one.letter: how for one, how in zip(some, handovers, strict=True)}
    return [outcomes[one.letter] for one in letters]


def compose(
    services: Services, uow: UnitOfWork, letter: FollowLetter, row: Following, to: str
) -> Message | None:
    """In the follower's language.

    The link that stops it stands in every letter, and is a secret: whoever has it can stop it.
    """
    words = Words.load(row.language, zone=places.zone_of(uow.session, row.jurisdiction_id))
    facts: dict[str, str | int]
    if letter.kind == CONFIRM:
        facts = {"what": called(uow, row, words)}
    else:
        assert letter.measure_id is not None
        measure = uow.session.get_one(Measure, letter.measure_id)
        facts = _facts(services, uow, measure, Kind(letter.kind), words)
    link = services.addresses.following(following.token_of(services.vault, row.id))
    return Message(
        to=to,
        template=f"follow.letter.{letter.kind}",
        headed=f"follow.subject.{letter.kind}",
        language=row.language,
        facts=facts,
        secrets={"stop": link},
        about=row.id,
        unsubscribe=None if letter.kind == CONFIRM else link,
    )


def called(uow: UnitOfWork, row: Following, words: Words) -> str:
    """What is followed, by name."""
    korean = words.language is Language.KO
    if row.measure_id is not None:
        return _title(uow.session.get_one(Measure, row.measure_id), words)
    if row.district_code is not None:
        everywhere = places.districts_ever(uow.session, row.jurisdiction_id)
        # The last that bore the code: a city divided anew has renamed it, if at all, since.
        there = [one for one in everywhere if one.code == row.district_code][-1]
        name = there.name_ko if korean else there.name_en
        return words("follow.what.district", district=name)
    return words("follow.what.all")


def _title(measure: Measure, words: Words) -> str:
    korean = words.language is Language.KO
    return measure.title_ko if korean else measure.title_en or measure.title_ko


def _facts(
    services: Services, uow: UnitOfWork, measure: Measure, kind: Kind, words: Words
) -> dict[str, str | int]:
    facts: dict[str, str | int] = {
        "measure": _title(measure, words),
        "link": services.addresses.measure(measure.number),
    }
    if kind is Kind.CALLED:
        vote = deadlines.kept(uow.session, measure.id, DeadlineName.VOTE_DAY)
        facts["day"] = words.date(vote.day) if vote else ""
        facts["link"] = services.addresses.voting(measure.number)
    if kind in {Kind.OPENED, Kind.EXTENDED}:
        ends = deadlines.kept(uow.session, measure.id, DeadlineName.COLLECTION_ENDS)
        facts["until"] = words.last_day(ends.day) if ends else ""
    if kind is Kind.ENDED:
        facts["how"] = words(f"measure.stage.{measure.stage}")
    return facts
