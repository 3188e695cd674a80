"""Sheets are registered as they are handed in; afterwards no others are keyed in, and no more."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import UUID

import pytest

from referendum.kernel.record import RecordEntry
from referendum.lifecycle import handing_over, keying
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.errors import DocumentAhead, NotRepresentative
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from signatures import handing_in, miskeying, tallying
from signatures.errors import (
    FewerLinesThanKeyed,
    ReceivedOutside,
    SheetListUnreadable,
    SheetNotRegistered,
    SheetOverfull,
    SheetRegisteredBefore,
)
from signatures.handing_in import Sheet
from signatures.handing_tables import HandingIn
from signatures.lines import PaperLine, Reason
from tests.papers import PAPER
from tests.town import Town


def keys(
    town: Town, measure: UUID, sheet: str, *rows: int, on: date | None = None, signed: str = ""
) -> None:
    """An examiner keys these rows of a sheet; each names somebody whom nobody knows."""
    lines = [
        PaperLine(sheet, row, f"없는이름{row}", "1970-01-01", "-", "", signed, has_mark=True)
        for row in rows
    ]
    with town.begin() as uow:
        keying.bring(
            uow,
            town.vault,
            town.petition(measure),
            lines,
            by=town.examiner_of(measure),
            received_on=on or uow.now().date(),
        )


def hands_in(town: Town, measure: UUID, *sheets: Sheet) -> HandingIn:
    """The representative files, with a list of what is on paper; gives the receipt."""
    if town.stage(measure) is Stage.COLLECTING:
        town.waits_for("collection_ends", measure)
    town.acts(measure, Act.FILE, town.resident(town.some(1)[0]), Particulars(sheets=sheets))
    return receipts(town, measure)[-1]


def receipts(town: Town, measure: UUID) -> list[HandingIn]:
    with town.begin() as uow:
        return list(handing_in.receipts(uow.session, town.petition(measure)))


def registers(town: Town, measure: UUID, *sheets: Sheet, by: str = "examiner") -> HandingIn:
    who = town.examiner_of(measure) if by == "examiner" else town.resident(town.some(1)[0])
    with town.begin() as uow:
        return handing_over.register(uow, measure, sheets=sheets, by=who)


def submitted(town: Town, measure: UUID) -> int:
    with town.begin() as uow:
        return tallying.exact(uow.session, town.petition(measure)).submitted


def test_after_the_handing_in_only_registered_sheets_are_keyed_and_no_more_lines(
    town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    hands_in(town, measure, Sheet("A-1", 3))
    with pytest.raises(SheetNotRegistered):
        keys(town, measure, "A-2", 1)
    keys(town, measure, "A-1", 1, 2)
    with pytest.raises(SheetOverfull) as full:
        keys(town, measure, "A-1", 3, 4)
    assert full.value.facts == {"field": "sheet", "sheet": "A-1", "lines": 3, "keyed": 4}
    keys(town, measure, "A-1", 3)
    assert submitted(town, measure) == 3, "what was refused has left nothing"


def test_what_was_keyed_wrongly_makes_room_again(town: Town, referendum_open: UUID) -> None:
    measure = referendum_open
    hands_in(town, measure, Sheet("A-1", 2))
    keys(town, measure, "A-1", 1, 2)
    with town.begin() as uow:
        ((batch, _),) = miskeying.batches(uow.session, town.petition(measure), limit=2)
        keying.mark_miskeyed(
            uow, town.vault, town.petition(measure), batch.id, note="다른 장",
            by=town.examiner_of(measure),
        )  # fmt: skip
    keys(town, measure, "A-1", 1, 2, signed="2027-02-01")


def test_the_receipt_says_number_lines_and_hash_and_the_record_says_the_same(
    town: Town, referendum_open: UUID
) -> None:
    """What was keyed in while people signed is handed in with the rest."""
    measure = referendum_open
    keys(town, measure, "B-7", 1, 2)
    receipt = hands_in(town, measure, Sheet("A-1", 20), Sheet("A-2", 15))
    assert (receipt.number, receipt.sheets, receipt.lines) == (1, 3, 37)
    with town.begin() as uow:
        kept = handing_in.sheets_of(uow.session, receipt.id)
    assert kept == [Sheet("A-1", 20), Sheet("A-2", 15), Sheet("B-7", 2)]
    told = [(one.number, one.lines) for one in kept]
    assert handing_in.digest_of(1, reversed(told)) == receipt.digest
    with town.begin() as uow:
        entry = uow.session.get_one(RecordEntry, receipt.record_entry_id)
        facts = json.loads(entry.leaf)["facts"]
    assert (facts["lines"], facts["digest"]) == (37, receipt.digest.hex())
    keys(town, measure, "A-1", *range(1, 21))


def test_at_the_desk_papers_are_counted_before_they_are_handed_in(
    town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    with pytest.raises(ActNotAllowed):
        registers(town, measure, Sheet("A-1", 20))
    town.waits_for("collection_ends", measure)
    assert registers(town, measure, Sheet("A-1", 20)).number == 1
    with pytest.raises(SheetRegisteredBefore):
        hands_in(town, measure, Sheet("A-1", 30))
    assert town.stage(measure) is Stage.COLLECTED
    with pytest.raises(SheetOverfull):
        keys(town, measure, "A-1", *range(1, 22))
    receipt = hands_in(town, measure, Sheet("A-1", 20), Sheet("A-2", 5))
    assert (receipt.number, receipt.sheets, receipt.lines) == (2, 1, 5)
    with pytest.raises(ActNotAllowed):
        registers(town, measure, Sheet("A-3", 20))


def test_a_sheet_is_not_handed_in_with_fewer_lines_than_were_keyed(
    town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    keys(town, measure, "A-1", 1, 2, 3)
    with pytest.raises(FewerLinesThanKeyed):
        hands_in(town, measure, Sheet("A-1", 2))
    assert town.stage(measure) is Stage.COLLECTED
    assert receipts(town, measure) == []


def test_a_cure_lets_in_what_is_handed_over_while_it_lasts(
    town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    town.reviews(measure, town.some(3))
    given = Particulars(document=PAPER, reason="서명 수 부족")
    with pytest.raises(ActNotAllowed):
        registers(town, measure, Sheet("C-1", 2), by="author")
    town.acts(measure, Act.ORDER_CURE, town.examiner_of(measure), given)
    with pytest.raises(SheetNotRegistered):
        keys(town, measure, "C-1", 1, on=receipts(town, measure)[-1].received_on)
    handed = registers(town, measure, Sheet("C-1", 2), by="author").received_on
    keys(town, measure, "C-1", 1, on=handed)
    town.waits_for("cure_ends", measure)
    assert town.stage(measure) is Stage.EXAMINING
    keys(town, measure, "C-1", 2, on=handed)
    with pytest.raises(ActNotAllowed):
        registers(town, measure, Sheet("C-2", 2), by="author")
    with pytest.raises(SheetNotRegistered):
        keys(town, measure, "C-2", 1, on=handed)


def test_a_stranger_hands_nothing_over(town: Town, referendum_open: UUID) -> None:
    town.waits_for("collection_ends", referendum_open)
    stranger = town.resident(town.some(5)[4])
    with pytest.raises(NotRepresentative), town.begin() as uow:
        handing_over.register(uow, referendum_open, sheets=[Sheet("A", 1)], by=stranger)


def test_sheets_came_between_the_opening_and_the_handing_in(
    town: Town, referendum_open: UUID
) -> None:
    measure, opened = referendum_open, town.now().date()
    with pytest.raises(DocumentAhead):
        keys(town, measure, "A-1", 1, on=opened + timedelta(days=1))
    with pytest.raises(ReceivedOutside):
        keys(town, measure, "A-1", 1, on=opened - timedelta(days=1))
    handed = hands_in(town, measure, Sheet("A-1", 3)).received_on
    town.waits(days=3)
    for day in (handed + timedelta(days=1), town.now().date(), opened - timedelta(days=1)):
        with pytest.raises(ReceivedOutside):
            keys(town, measure, "A-1", 1, on=day)
    keys(town, measure, "A-1", 1, on=handed)


def test_a_signature_dated_after_its_sheet_came_in_does_not_count(
    town: Town, referendum_open: UUID
) -> None:
    """Nothing is refused for what is written on it: such a line is evidence, and void."""
    measure, today = referendum_open, town.now().date()
    (one, two) = town.some(2)
    town.brings(measure, [one], signed=(today + timedelta(days=2)).isoformat())
    town.brings(measure, [two], signed=today.isoformat())
    hands_in(town, measure)
    town.examines(measure)
    with town.begin() as uow:
        tally = tallying.exact(uow.session, town.petition(measure))
    assert (tally.standing, tally.void_by_reason) == (1, {Reason.OUT_OF_PERIOD: 1})


def test_a_list_of_sheets_is_read_as_people_write_it() -> None:
    read = handing_in.read("A-1, 20\n\n  묶음 3  15 \nB-09 ~ B-11, 20\n101~103: 5\n")
    assert read == (
        Sheet("A-1", 20), Sheet("묶음 3", 15),
        Sheet("B-09", 20), Sheet("B-10", 20), Sheet("B-11", 20),
        Sheet("101", 5), Sheet("102", 5), Sheet("103", 5),
    )  # fmt: skip
    for wrong in ("A-1", "A-1, 0", "B-9 ~ A-11, 20", "B-9 ~ B-2, 20", "1 ~ 9999999, 5", ", 5"):
        with pytest.raises(SheetListUnreadable) as unread:
            handing_in.read(f"A-1, 20\n{wrong}")
        assert unread.value.facts["line"] == 2
