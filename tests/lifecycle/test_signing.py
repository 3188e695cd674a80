"""One way to sign, and nothing that slips past what bars signing meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from referendum.identity.limits import DEFAULT
from referendum.kernel.db import connect
from referendum.kernel.people import Authority
from referendum.kernel.uow import beginner
from referendum.kernel.wire import Own
from referendum.lifecycle import locating, signing
from referendum.lifecycle.crowd import Crowd
from referendum.lifecycle.dates import elections
from referendum.lifecycle.signing import Coming, Obstacle, Open
from signatures import petitions, withdrawing
from signatures.closing import OnlineDays
from signatures.collecting import Signed
from signatures.errors import PetitionHalted, SigningBarred
from signatures.lines import Origin
from signatures.tables import Line
from tests.coroutines import finished
from tests.entering import comes_in
from tests.papers import CONSENTS, PAPER
from tests.town import Town, seconded
from thresholds.vocabulary import ElectionKind, Instrument

SIGNERS = 50


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = connect(database_url, pool=12)
    yield made
    made.dispose()


@pytest.fixture
def crowd(engine: Engine, town: Town) -> Iterator[Crowd]:
    begin = beginner(sessionmaker(engine, expire_on_commit=False))
    made = Crowd.of(engine, begin, town.vault, DEFAULT, place_code="kr-goyang")
    yield made
    made.close()


def come(town: Town, measure: UUID, numbers: Sequence[int]) -> list[Coming]:
    """Residents who have signed in and agreed to everything."""
    petition, coming = town.petition(measure), []
    for number in numbers:
        who = town.resident(number)
        with town.begin() as uow:
            token = comes_in(uow, town.vault, who).token
        coming.append(Coming(petition=petition, token=token, consents=CONSENTS))
    return coming


def sign(crowd: Crowd, coming: Sequence[Coming]) -> list[Signed | None]:
    async def together() -> list[Signed | None]:
        found = await asyncio.gather(*(crowd.sign(one) for one in coming))
        return [None if one is None else one[0] for one in found]

    return finished(together())


def test_a_crowd_signs_and_each_has_a_line_an_entry_and_a_receipt(
    town: Town, crowd: Crowd, initiative_open: UUID
) -> None:
    measure = initiative_open
    signed = sign(crowd, come(town, measure, town.some(20)))
    assert all(one is not None and one.standing and one.receipt for one in signed)
    assert len({one.record_entry_id for one in signed if one}) == 20
    assert town.recorded(measure).count("signature.recorded") == 20


def test_sig_01_fifty_presses_of_one_person_are_one_line(
    town: Town, crowd: Crowd, initiative_open: UUID
) -> None:
    measure = initiative_open
    (coming,) = come(town, measure, town.some(1))
    with ThreadPoolExecutor(8) as hands:
        pressed = [
            one for each in hands.map(lambda _: sign(crowd, [coming] * 7), range(8)) for one in each
        ]
    assert [one is not None for one in pressed].count(True) == 1
    assert town.recorded(measure).count("signature.recorded") == 1


def test_a_line_that_was_written_and_not_heard_of_is_told_when_it_is_written_again(
    town: Town, engine: Engine, initiative_open: UUID
) -> None:
    """Where a connection ends between commit and answer, a gatherer writes the same once more."""
    (coming,) = come(town, initiative_open, town.some(1))
    wire = Own(engine)
    (seen,) = signing.look(wire, [coming])
    assert seen is not None
    prepared = signing.prepare(town.vault, seen, coming)
    assert prepared is not None
    fresh, receipt = prepared
    heard = [signing.told(fresh, receipt, *signing.enter(wire, [fresh])) for _ in range(3)]
    assert heard == [Signed(fresh.line_id, fresh.entry_id, standing=True, receipt=receipt.text)] * 3
    another = signing.prepare(town.vault, seen, coming)
    assert another is not None
    assert signing.told(*another, *signing.enter(wire, [another[0]])) is None
    with town.begin() as uow:
        kept = select(func.count()).select_from(Line).where(Line.petition_id == coming.petition)
        assert uow.session.scalar(kept) == 1


def test_what_was_prepared_under_a_designation_is_not_written_once_it_is_over(
    town: Town, engine: Engine, initiative_open: UUID
) -> None:
    """The statement that writes reads it under the petition's lock, whoever looked before."""
    (coming,) = come(town, initiative_open, town.some(1))
    wire = Own(engine)
    (seen,) = signing.look(wire, [coming])
    assert seen is not None
    prepared = signing.prepare(town.vault, seen, coming)
    assert prepared is not None
    today = petitions.local_day(seen.petition, seen.now)
    with town.begin() as uow:
        held = [OnlineDays(today - timedelta(days=9), today)]
        petitions.set_channels(uow, coming.petition, [Origin.ONLINE, Origin.PAPER], held)
    assert signing.enter(wire, [prepared[0]]) == [None]
    assert signing.look(wire, [coming])[0] is not None
    with town.begin() as uow:
        held = [OnlineDays(today)]
        petitions.set_channels(uow, coming.petition, [Origin.ONLINE, Origin.PAPER], held)
    (entered,) = signing.enter(wire, [prepared[0]])
    assert entered is not None
    assert entered.stands


def test_nothing_is_signed_after_a_halt_however_many_are_at_the_table(
    town: Town, crowd: Crowd, initiative_open: UUID
) -> None:
    measure = initiative_open
    coming = come(town, measure, town.some(SIGNERS))
    with ThreadPoolExecutor(9) as hands:
        waves = [hands.submit(sign, crowd, coming[at::8]) for at in range(8)]
        halting = hands.submit(town.halts, measure)
        halting.result()
        for wave in waves:
            wave.result()
    acts = town.recorded(measure)
    assert "signature.recorded" not in acts[acts.index("hold.placed") :]


def test_who_waits_for_the_petition_reads_what_was_written_on_it_meanwhile(
    town: Town, crowd: Crowd, owner_url: str, initiative_open: UUID
) -> None:
    """The halt is held open in one transaction until the signer's statement waits for the row."""
    measure = initiative_open
    (coming,) = come(town, measure, town.some(1))
    beside = create_engine(owner_url, poolclass=NullPool)
    with ThreadPoolExecutor(1) as hands, beside.connect() as watching:
        with town.begin() as uow:
            petitions.halt(uow, coming.petition, by={"kind": "court", "document": "1"})
            waiting = hands.submit(sign, crowd, [coming])
            until_somebody_waits(watching)
        assert waiting.result() == [None]
    assert "signature.recorded" not in town.recorded(measure)


def until_somebody_waits(watching: Connection) -> None:
    held = text("select count(*) from pg_locks where not granted")
    pause = Event()
    while not watching.scalar(held):
        watching.rollback()
        pause.wait(0.02)


def test_a_barred_day_stands_on_the_petition_as_soon_as_its_election_is_set(
    town: Town, crowd: Crowd, referendum_open: UUID
) -> None:
    measure = referendum_open
    number = town.some(1)[0]
    (coming,) = come(town, measure, [number])
    with town.begin() as uow:
        today = petitions.local_day(petitions.get(uow.session, coming.petition), uow.now())
    holds_election(town, today + timedelta(days=20))
    assert sign(crowd, [coming]) == [None]
    with pytest.raises(SigningBarred):
        town.signs(measure, number)
    found = may(town, measure, number)
    assert isinstance(found, Obstacle)
    assert (found.why, found.opens) == ("barred", today + timedelta(days=21))
    assert found.article


def holds_election(town: Town, day: date) -> None:
    with town.begin() as uow:
        elections.add(
            uow,
            day=day,
            kind=ElectionKind.BY_ELECTION,
            title_ko="보궐선거",
            title_en="By-election",
            districts=[town.districts[0].id],
            document=PAPER,
            reason="선거일 공고",
            by=seconded(town.officer(Authority.MAYOR)),
        )


def test_may_sign_is_a_value_and_says_why_not(town: Town, initiative_open: UUID) -> None:
    measure, number = initiative_open, town.some(1)[0]
    assert may(town, measure, number) == Open()
    assert may(town, measure) == Open()
    town.signs(measure, number)
    assert may(town, measure, number) == Obstacle("already-signed")
    assert may(town, measure) == Open()
    town.halts(measure)
    assert may(town, measure) == Obstacle("on-hold")
    recall = may(town, town.opens(Instrument.RECALL))
    assert isinstance(recall, Obstacle)
    assert recall.why == "paper-only"
    assert recall.article


def test_a_signature_is_taken_back_under_a_halt_too(town: Town, initiative_open: UUID) -> None:
    """A halt stops the collection; it holds nobody to a signature."""
    measure, number = initiative_open, town.some(1)[0]
    town.signs(measure, number)
    town.halts(measure)
    with town.begin() as uow:
        withdrawing.withdraw(uow, town.vault, town.petition(measure), town.resident(number))
    assert town.recorded(measure)[-1] == "signature.withdrawn"
    with pytest.raises(PetitionHalted):
        town.signs(measure, number)


def test_a_petition_older_than_its_closed_days_has_them_written_by_its_next_signer(
    town: Town, crowd: Crowd, owner_url: str, initiative_open: UUID
) -> None:
    measure = initiative_open
    first, second = come(town, measure, town.some(2))
    with create_engine(owner_url, poolclass=NullPool).begin() as owner:
        owner.execute(text("update petition set closed_days = null"))
    assert sign(crowd, [first]) == [None]
    assert isinstance(town.signs(measure, town.some(1)[0]), Signed)
    assert sign(crowd, [second]) != [None]


def may(town: Town, measure: UUID, number: int | None = None) -> Open | Obstacle:
    who = None if number is None else town.resident(number)
    with town.begin() as uow:
        return signing.may_sign(uow, town.vault, locating.get(uow.session, measure), who)
