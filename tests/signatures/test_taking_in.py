"""A file of sheets that goes in by the batch: all of it or nothing, whoever is killed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from referendum.kernel.keys import Keyring
from referendum.kernel.people import Officer
from referendum.kernel.receiving import PIECE
from referendum.kernel.sealing import SealBroken, Vault
from signatures import intakes, taking_in
from signatures.errors import (
    BatchAlreadyBrought,
    ChannelNotAllowed,
    LinesRefused,
    RowsAlreadyBrought,
)
from signatures.intakes import SheetStage
from signatures.lines import Origin, PaperLine, Reason
from signatures.tables import PaperBatch
from tests.killing import killed, own
from tests.signatures.city import City, paper, people

HEAD = ("sheet", "row", "name", "birth_date", "address", "district", "signed_on", "mark")
SIGNERS = people(50)
BATCH = 10


def sheets_of(city: City, *, rows: int = len(SIGNERS), **changed: Any) -> list[PaperLine]:
    today = city.today()
    return [paper(SIGNERS[at % len(SIGNERS)], at + 1, on=today, **changed) for at in range(rows)]


def csv_of(lines: Sequence[PaperLine], encoding: str = "utf-8") -> bytes:
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow(HEAD)
    for one in lines:
        cells = [getattr(one, name) for name in HEAD[:-1]]
        writer.writerow([*cells, "yes" if one.has_mark else ""])
    return page.getvalue().encode(encoding)


def begins(city: City, petition: UUID, origin: Origin = Origin.PAPER) -> UUID:
    with city.begin() as uow:
        return intakes.open_intake(
            uow,
            city.vault,
            petition,
            by=city.clerk.id,
            received_on=city.today(),
            origin=origin,
            minimum_age=0,
        )


def receives(city: City, petition: UUID, data: bytes) -> UUID:
    """In chunks of odd sizes."""
    intake = begins(city, petition)
    chunks = (data[at : at + 777] for at in range(0, len(data), 777))
    taking_in.receive(city.begin, city.vault, intake, chunks)
    return intake


def enters(city: City, intake: UUID) -> PaperBatch | None:
    with city.begin() as uow:
        return taking_in.enter(uow, intake, by=city.clerk)


def brings_file(city: City, petition: UUID, data: bytes) -> PaperBatch:
    intake = receives(city, petition, data)
    taking_in.read(city.begin, city.vault, intake, size=BATCH)
    batch = enters(city, intake)
    assert batch is not None
    return batch


def stands(city: City, intake: UUID) -> tuple[SheetStage, int, int | None]:
    with city.begin() as uow:
        far = intakes.progress(intakes.get(uow.session, intake))
        return far.stage, far.done, far.whole


def states(city: City, petition: UUID) -> list[Any]:
    rows = city.rows(
        "select s.number, s.status, s.reason, s.district_id, s.origin, l.sheet, l.row, l.missing,"
        "       l.signed_on, l.received_on, l.name_index is null as nameless"
        "  from line_state s join line l on l.petition_id = s.petition_id and l.id = s.line_id"
        " where s.petition_id = :id order by s.arrival",
        id=petition,
    )
    return [tuple(row) for row in rows]


def left(city: City, intake: UUID) -> int:
    """Pieces and lines that are kept of a file."""
    found = city.rows(
        "select (select count(*) from sheet_intake_piece where intake_id = :id)"
        "     + (select count(*) from sheet_intake_rows where intake_id = :id) as kept",
        id=intake,
    )
    return int(found[0].kept)


def seen(city: City, petition: UUID) -> int:
    """Whatever of lines there is for anybody to see."""
    counted = city.rows(
        "select (select count(*) from line where petition_id = :id)"
        "     + (select count(*) from line_state where petition_id = :id)"
        "     + (select count(*) from waiting_line where petition_id = :id)"
        "     + (select count(*) from petition_tally_delta where petition_id = :id)"
        "     + (select count(*) from paper_batch where petition_id = :id) as all",
        id=petition,
    )
    return int(counted[0].all)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_becomes_what_its_lines_become(city: City, encoding: str) -> None:
    whole, cut = city.opens(), city.opens()
    lines = sheets_of(city)
    lines[3:6] = [replace(lines[3], name=""), replace(lines[4], district="?"), lines[5]]
    one = city.brings(whole, lines)
    other = brings_file(city, cut, csv_of(lines, encoding))
    assert (other.number, other.lines, other.origin) == (one.number, one.lines, one.origin)
    assert states(city, cut) == states(city, whole)
    assert city.examines(cut) == city.examines(whole)
    assert city.counts(cut) == city.counts(whole)
    brought = city.leaves("lines.brought")
    assert len(brought) == 2
    assert other.merkle_root.hex().encode() in brought[1]


def test_nobody_sees_any_of_it_before_all_is_there(city: City) -> None:
    petition = city.opens()
    intake = receives(city, petition, csv_of(sheets_of(city)))
    assert stands(city, intake) == (SheetStage.READING, 0, None)
    taking_in.read(city.begin, city.vault, intake, size=BATCH)
    assert stands(city, intake) == (SheetStage.ENTERING, 50, 50)
    assert seen(city, petition) == 0
    with city.begin() as uow:
        (moving,) = intakes.open_ones(uow.session, petition)
        assert (moving.id, moving.ended, moving.percent, moving.batch) == (intake, False, 100, None)
    batch = enters(city, intake)
    assert batch is not None
    assert city.counts(petition).open_by_reason == {Reason.UNEXAMINED: 50}
    with city.begin() as uow:
        far = intakes.of_petition(uow.session, petition, intake)
        assert (far.stage, far.batch) == (SheetStage.DONE, batch.id)
        assert intakes.open_ones(uow.session, petition) == []
    assert enters(city, intake) is None, "once"
    intakes.clear(city.begin, city.vault, intake)
    assert left(city, intake) == 0


def test_a_broken_file_is_refused_whole_with_its_places(city: City) -> None:
    petition = city.opens()
    lines = csv_of(sheets_of(city)).splitlines(keepends=True)
    lines[7] = lines[7].replace(b"A-1,7", b"A-1,seven")
    lines[9] = lines[9].replace(b"A-1,9", b"A-1,8")
    intake = receives(city, petition, b"".join(lines))
    with pytest.raises(LinesRefused) as refusal:
        taking_in.read(city.begin, city.vault, intake)
    faults = [(8, "row", "row_number"), (10, "row", "row_repeated")]
    told: Any = refusal.value.facts["faults"]
    assert [(one["line"], one["column"], one["reason"]) for one in told] == faults
    assert stands(city, intake) == (SheetStage.REFUSED, 0, None)
    assert (left(city, intake), seen(city, petition)) == (0, 0)
    with city.begin() as uow:
        row = intakes.get(uow.session, intake)
        assert (row.refusal, row.facts) == ("lines-refused", refusal.value.facts)
        with pytest.raises(SealBroken):
            city.vault.open_key(uow.session, row.key_id)


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"\xff\xfe\x00", "encoding")])
def test_what_is_no_file_of_sheets_is_refused(city: City, data: bytes, reason: str) -> None:
    petition = city.opens()
    with pytest.raises(LinesRefused) as refusal:
        taking_in.read(city.begin, city.vault, receives(city, petition, data))
    told: Any = refusal.value.facts["faults"]
    assert [one["reason"] for one in told] == [reason]


def test_what_is_here_already_is_refused_and_can_be_brought_no_second_time(city: City) -> None:
    petition = city.opens()
    data = csv_of(sheets_of(city))
    brings_file(city, petition, data)
    for again, refused in (
        (data, BatchAlreadyBrought),
        (csv_of(sheets_of(city, rows=55)), RowsAlreadyBrought),
    ):
        with pytest.raises(refused):
            brings_file(city, petition, again)
    assert len(states(city, petition)) == 50


def test_a_channel_that_the_rules_do_not_know_takes_no_file(city: City) -> None:
    petition = city.opens(channels=[Origin.ONLINE])
    with pytest.raises(ChannelNotAllowed):
        begins(city, petition)


def test_a_file_that_breaks_off_or_is_given_up_leaves_nothing(city: City) -> None:
    petition, data = city.opens(), csv_of(sheets_of(city, sheet="S" * 90, rows=20_000))
    assert len(data) > 2 * PIECE

    def breaks_off() -> Iterator[bytes]:
        yield data[: 2 * PIECE]
        raise ConnectionError

    intake = begins(city, petition)
    with pytest.raises(ConnectionError):
        taking_in.receive(city.begin, city.vault, intake, breaks_off())
    assert (stands(city, intake)[0], left(city, intake)) == (SheetStage.GIVEN_UP, 0)

    intake = receives(city, petition, csv_of(sheets_of(city)))
    taking_in.read(city.begin, city.vault, intake, size=BATCH)
    intakes.give_up(city.begin, city.vault, intake)
    assert (enters(city, intake), left(city, intake), seen(city, petition)) == (None, 0, 0)
    taking_in.read(city.begin, city.vault, intake)
    assert stands(city, intake)[0] is SheetStage.GIVEN_UP


def test_given_up_while_it_is_read_it_ends(city: City) -> None:
    petition = city.opens()
    intake = receives(city, petition, csv_of(sheets_of(city)))
    units = 0

    @contextmanager
    def watched() -> Iterator[Any]:
        nonlocal units
        units += 1
        if stands(city, intake)[1] == 2 * BATCH:
            intakes.give_up(city.begin, city.vault, intake)
        with city.begin() as uow:
            yield uow

    taking_in.read(watched, city.vault, intake, size=BATCH)
    assert stands(city, intake) == (SheetStage.GIVEN_UP, 2 * BATCH, 50)
    assert (left(city, intake), seen(city, petition)) == (0, 0)


def reads(keyring: Keyring, url: str, intake: UUID, _by: Officer) -> None:
    """A process that makes lines, batch by batch."""
    taking_in.read(own(url), Vault(keyring), intake, size=BATCH)


def brings(_keyring: Keyring, url: str, intake: UUID, by: Officer) -> None:
    """A process that brings the lines that were made."""
    with own(url)() as uow:
        taking_in.enter(uow, intake, by=by)


def test_killed_while_lines_are_made_another_goes_on(
    city: City, owner: Engine, keyring: Keyring, database_url: str
) -> None:
    whole, broken = city.opens(), city.opens()
    one = city.brings(whole, sheets_of(city))
    intake = receives(city, broken, csv_of(sheets_of(city)))
    with killed(
        owner,
        reads,
        *(keyring, database_url, intake, city.clerk),
        held="insert into sheet_intake_rows (intake_id, first, ids, commitments, rows)"
        " values (:intake, :first, '', '', '')",
        intake=intake,
        first=2 * BATCH,
    ):
        assert stands(city, intake) == (SheetStage.READING, 2 * BATCH, 50)
        assert seen(city, broken) == 0
        with city.begin() as uow:
            kept = intakes.get(uow.session, intake).touched_at
    taking_in.read(city.begin, city.vault, intake, size=7)
    batch = enters(city, intake)
    assert batch is not None
    assert batch.lines == one.lines
    assert states(city, broken) == states(city, whole)
    with pytest.raises(BatchAlreadyBrought):
        city.brings(broken, sheets_of(city))
    with city.begin() as uow:
        assert intakes.get(uow.session, intake).touched_at > kept


def test_killed_while_they_are_brought_nothing_is_there_and_another_brings_them(
    city: City, owner: Engine, keyring: Keyring, database_url: str
) -> None:
    petition = city.opens()
    intake = receives(city, petition, csv_of(sheets_of(city)))
    taking_in.read(city.begin, city.vault, intake, size=BATCH)
    before = city.leaves()
    with killed(
        owner,
        brings,
        *(keyring, database_url, intake, city.clerk),
        held="with entry as (insert into record_entry (id, act, leaf)"
        " values (gen_random_uuid(), 'x', '') returning id)"
        " insert into paper_batch (id, petition_id, number, origin, received_on, keyed_by, lines,"
        " merkle_root, digest, record_entry_id)"
        " select gen_random_uuid(), :petition, 1, 'paper', current_date, '', 1, '', '', id"
        " from entry",
        petition=petition,
    ):
        assert stands(city, intake) == (SheetStage.ENTERING, 50, 50)
        assert seen(city, petition) == 0
        assert city.leaves() == before
    batch = enters(city, intake)
    assert batch is not None
    assert (batch.number, batch.lines) == (1, 50)
    assert city.counts(petition).open_by_reason == {Reason.UNEXAMINED: 50}
