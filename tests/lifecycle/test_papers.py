"""A paper is one thing: its number names it, its file is what it was, and others read it or not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.kernel.sealing import SealBroken
from referendum.lifecycle import holding, papering, serving
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.errors import DocumentAhead, ParticularMissing
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.promise.tables import ScopeStated
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import StepTaken
from referendum.papers import errors, filing, recognising
from referendum.papers.filing import PIECE
from referendum.papers.naming import Issuer
from referendum.papers.recognising import Kind
from referendum.papers.tables import Paper, PaperFile, PaperPiece
from tests import scans
from tests.papers import PAPER
from tests.town import Town
from thresholds.delegation import Asker
from thresholds.vocabulary import Instrument

COMMISSION = Issuer.ELECTION_COMMISSION
DAY = date(2027, 2, 1)


@pytest.fixture
def clerk(town: Town) -> Officer:
    return town.officer(Authority.ELECTION_COMMISSION, Role.CLERK)


def enters(
    town: Town,
    by: Officer,
    number: str = "선관위-17",
    *,
    day: date = DAY,
    data: bytes | None = None,
    issuer: Issuer = COMMISSION,
) -> UUID:
    document = Document(number, day, scan=scans.scan(data, town.vault) if data else None)
    with town.begin() as uow:
        return serving.enter(uow, issuer=issuer, document=document, by=by).id


def refused(run: Callable[[], object], kind: type[DomainError]) -> DomainError:
    with pytest.raises(kind) as found:
        run()
    return found.value


def papers_of(town: Town) -> list[Paper]:
    with town.begin() as uow:
        return list(uow.session.scalars(select(Paper).order_by(Paper.entered_at)))


def entries(town: Town) -> list[dict[str, Any]]:
    """All that the record says, oldest first."""
    with town.begin() as uow:
        leaves = uow.session.scalars(select(RecordEntry.leaf).order_by(RecordEntry.number))
        return [json.loads(leaf) for leaf in leaves]


def last_entry(town: Town) -> dict[str, object]:
    """What the record says last: its act, with its facts."""
    body = entries(town)[-1]
    return {**body["facts"], "entry": body["act"]}


# What names a paper


def test_one_number_of_one_issuer_names_one_paper(town: Town, clerk: Officer) -> None:
    first = enters(town, clerk, "선관위-17")
    assert enters(town, clerk, " 선관위 - １７ ") == first
    assert enters(town, clerk, issuer=Issuer.COURT) != first
    assert [one.number for one in papers_of(town)] == ["선관위-17", "선관위-17"]


def test_of_many_who_enter_one_paper_at_once_all_get_the_same(town: Town, clerk: Officer) -> None:
    with ThreadPoolExecutor(6) as many:
        got = list(many.map(lambda _: enters(town, clerk), range(6)))
    assert len(set(got)) == len(papers_of(town)) == 1


def test_what_is_entered_again_leaves_no_second_entry(town: Town, clerk: Officer) -> None:
    enters(town, clerk)
    with town.begin() as uow:
        before = uow.session.scalar(select(func.count()).select_from(RecordEntry))
    enters(town, clerk)
    with town.begin() as uow:
        assert uow.session.scalar(select(func.count()).select_from(RecordEntry)) == before
    enters(town, clerk, data=scans.pdf())
    assert last_entry(town)["document_sha256"] == hashlib.sha256(scans.pdf()).hexdigest()


def test_the_same_number_with_another_day_is_refused_and_the_paper_is_named(
    town: Town, clerk: Officer
) -> None:
    first = enters(town, clerk)
    fault = refused(lambda: enters(town, clerk, day=date(2027, 1, 31)), errors.PaperDatedOtherwise)
    assert fault.field == "document_number"
    assert fault.facts["paper"] == str(first)
    assert fault.facts["day"] == DAY.isoformat()


def test_the_same_number_with_another_file_is_refused_at_the_file(
    town: Town, clerk: Officer
) -> None:
    first = enters(town, clerk, data=scans.pdf("원본"))
    assert enters(town, clerk, data=scans.pdf("원본")) == first
    fault = refused(
        lambda: enters(town, clerk, data=scans.pdf("다른 글")), errors.PaperReadsOtherwise
    )
    assert (fault.field, fault.facts["paper"]) == ("document_file", str(first))


def test_an_act_rests_on_the_paper_that_was_entered_before_it(
    town: Town, referendum_open: UUID
) -> None:
    by = town.officer(Authority.MAYOR)
    given = Particulars(document=Document("시민-9", DAY), reason="철회하지 않음")
    paper = enters(town, by, "시민-9", data=scans.pdf(), issuer=Issuer.MAYOR)
    step = town.acts(referendum_open, Act.ANNUL, by, given)
    assert (step.paper_id, step.document_number, step.document_date) == (paper, "시민-9", DAY)
    entry = last_entry(town)
    assert (entry["entry"], entry["document"]) == ("measure.step_taken", "시민-9")
    assert entry["document_sha256"] == hashlib.sha256(scans.pdf()).hexdigest()


def test_an_act_enters_its_paper_with_its_file_and_writes_one_entry(
    town: Town, referendum_open: UUID
) -> None:
    by = town.officer(Authority.MAYOR)
    before = len(entries(town))
    document = Document("시민-10", DAY, scan=scans.scan(scans.jpeg(), town.vault))
    town.acts(referendum_open, Act.ANNUL, by, Particulars(document=document, reason="사유"))
    written = [one["act"] for one in entries(town)[before:]]
    assert written == ["proposal.put", "proposal.confirmed", "measure.step_taken"]
    with town.begin() as uow:
        (paper,) = uow.session.scalars(select(Paper))
        own = filing.own(uow.session, paper.id)
        assert own is not None
        assert (own.kind, own.authority) == ("jpeg", "mayor")


def test_a_paper_of_another_office_that_was_chosen_does_not_carry_this_act(
    town: Town, referendum_open: UUID, clerk: Officer
) -> None:
    chosen = enters(town, clerk, "선관위-3")
    given = Particulars(document=Document("선관위-3", DAY, paper=chosen), reason="사유")
    fault = refused(
        lambda: town.acts(referendum_open, Act.ANNUL, town.officer(Authority.MAYOR), given),
        errors.PaperOfAnother,
    )
    assert fault.facts["issuer"] == "election_commission"
    assert fault.facts["needed"] == "mayor"


def test_the_database_upholds_that_an_act_says_what_its_paper_says(
    town: Town, referendum_open: UUID
) -> None:
    town.halts(referendum_open)
    with town.begin() as uow, pytest.raises(Exception, match="fk_hold_paper_id_document_number"):
        uow.session.execute(text("update hold set document_number = 'other'"))


def test_a_halt_by_a_court_rests_on_the_courts_paper(town: Town, referendum_open: UUID) -> None:
    town.halts(referendum_open)
    (paper,) = papers_of(town)
    assert (paper.issuer, paper.number) == ("court", PAPER.number)


def test_a_paper_of_tomorrow_and_one_without_a_number_are_not_entered(
    town: Town, clerk: Officer
) -> None:
    assert refused(lambda: enters(town, clerk, day=date(2099, 1, 1)), DocumentAhead)
    assert refused(lambda: enters(town, clerk, "  "), ParticularMissing).field == "document_number"
    fault = refused(lambda: enters(town, clerk, "9" * 101), errors.PaperNumberTooLong)
    assert fault.field == "document_number"
    assert papers_of(town) == []


def test_a_scope_rests_on_the_councils_paper_and_tells_faults_at_its_own_fields(town: Town) -> None:
    vote = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.states(vote, Asker.COUNCIL, asked=Document("의회-7", DAY), opinion=Document("검토-1", DAY))
    with town.begin() as uow:
        kept = uow.session.get_one(ScopeStated, vote)
        asked = uow.session.get_one(Paper, kept.asked_paper_id)
        assert (asked.issuer, asked.number) == ("council_chair", "의회-7")
        assert [one.what for one in serving.serves(uow.session, asked)] == ["scope"]
        assert {one.number for one in serving.of_measure(uow.session, vote)} == {"의회-7", "검토-1"}
    other = Document("의회-7", date(2027, 1, 31))
    fault = refused(
        lambda: town.states(vote, Asker.COUNCIL, asked=other), errors.PaperDatedOtherwise
    )
    assert fault.field == "asked_number"


# What a file is


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (scans.pdf(), Kind.PDF),
        (scans.png(), Kind.PNG),
        (scans.jpeg(), Kind.JPEG),
        (scans.tiff("<"), Kind.TIFF),
        (scans.tiff(">"), Kind.TIFF),
    ],
    ids=["pdf", "png", "jpeg", "tiff", "tiff, the other way round"],
)
def test_a_file_is_known_by_its_content_and_refused_where_its_end_is_cut_off(
    town: Town, clerk: Officer, data: bytes, kind: Kind
) -> None:
    assert recognising.recognise(scans.scan(data, town.vault).file, most=scans.MOST) is kind
    for left in (20, len(data) // 2, len(data) - 3):
        fault = refused(
            lambda: enters(town, clerk, data=data[:left]),  # noqa: B023  # run at once
            errors.PaperFileBroken,
        )
        assert fault.field == "document_file"
    assert papers_of(town) == [], "what was refused leaves nothing"


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\0" + b"\0" * 60,
        b"PK\x03\x04" + b"\0" * 60,
        b"GIF89a" + b"\0" * 60,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b" %PDF-1.7",
    ],
    ids=["page", "program", "archive", "gif", "svg", "pdf, but for its first byte"],
)
def test_whatever_is_neither_a_pdf_nor_a_scan_is_refused(
    town: Town, clerk: Officer, data: bytes
) -> None:
    fault = refused(lambda: enters(town, clerk, data=data), errors.PaperFileUnknown)
    assert fault.field == "document_file"


def test_a_tiff_that_points_round_in_a_circle_is_refused(town: Town, clerk: Officer) -> None:
    data = bytearray(scans.tiff())
    data[58:62] = (8).to_bytes(4, "little")
    assert refused(lambda: enters(town, clerk, data=bytes(data)), errors.PaperFileBroken)


def test_a_file_above_the_limit_is_refused(town: Town, clerk: Officer) -> None:
    brought = scans.scan(scans.pdf(size=5_000), town.vault, most=4_000)
    document = Document("선관위-1", DAY, scan=brought)
    with town.begin() as uow, pytest.raises(errors.PaperFileTooLarge) as found:
        serving.enter(uow, issuer=COMMISSION, document=document, by=clerk)
    assert found.value.facts["most"] == 4_000


# How a file is kept


def test_a_file_is_sealed_by_the_piece_and_read_as_it_was(town: Town, clerk: Officer) -> None:
    data = scans.pdf("비밀", size=2 * PIECE + 7)
    paper = enters(town, clerk, data=data)
    with town.begin() as uow:
        sealed = uow.session.scalars(select(PaperPiece.sealed).order_by(PaperPiece.number)).all()
        opened = serving.read(uow, town.begin, town.vault, paper, reason="접수 확인", by=clerk)
    assert len(sealed) == 3
    assert "비밀".encode() not in b"".join(sealed)
    assert b"".join(opened.pieces()) == data
    assert (opened.kind, opened.size) == (Kind.PDF, len(data))


def test_a_piece_that_was_moved_or_touched_does_not_open(town: Town, clerk: Officer) -> None:
    paper = enters(town, clerk, data=scans.pdf())
    with town.begin() as uow:
        opened = serving.read(uow, town.begin, town.vault, paper, reason="확인", by=clerk)
    moved = replace(opened, key=replace(opened.key, secret=b"\0" * 32))
    with pytest.raises(SealBroken):
        list(moved.pieces())


def test_reading_a_file_needs_a_reason_and_stands_in_the_record(town: Town, clerk: Officer) -> None:
    paper = enters(town, clerk, data=scans.pdf())
    with town.begin() as uow, pytest.raises(ParticularMissing):
        serving.read(uow, town.begin, town.vault, paper, reason=" ", by=clerk)
    with town.begin() as uow:
        serving.read(uow, town.begin, town.vault, paper, reason="이의 검토", by=clerk)
    entry = last_entry(town)
    assert (entry["entry"], entry["paper"]) == ("paper.read", str(paper))
    assert entry["reason"] == "이의 검토"


def test_ops_02_a_file_is_read_by_its_authorities_alone(town: Town, clerk: Officer) -> None:
    """By whose paper it is and who brought it: not by the mayor's office, not by another place."""
    paper = enters(town, clerk, data=scans.pdf())

    def reads(by: Officer) -> None:
        with town.begin() as uow:
            serving.read(uow, town.begin, town.vault, paper, reason="궁금함", by=by)

    assert refused(lambda: reads(town.officer(Authority.MAYOR)), errors.PaperNotYours)
    stranger = replace(clerk, jurisdiction=uuid4())
    assert refused(lambda: reads(stranger), errors.PaperNotFound)
    canvasser = town.officer(Authority.ELECTION_COMMISSION, Role.CANVASSER)
    assert refused(lambda: reads(canvasser), RoleMissing)
    reads(town.officer(Authority.ELECTION_COMMISSION, Role.CERTIFIER))


def test_who_brings_anothers_paper_may_read_it_and_so_may_its_issuer(town: Town) -> None:
    council = town.officer(Authority.COUNCIL_CHAIR)
    paper = enters(town, council, issuer=Issuer.MAYOR, data=scans.pdf())
    for authority in (Authority.COUNCIL_CHAIR, Authority.MAYOR):
        with town.begin() as uow:
            by = town.officer(authority)
            serving.read(uow, town.begin, town.vault, paper, reason="확인", by=by)


def test_ops_02_another_places_paper_can_be_neither_chosen_nor_filed(
    town: Town, clerk: Officer
) -> None:
    paper = enters(town, clerk)
    stranger = replace(clerk, jurisdiction=uuid4())
    with town.begin() as uow, pytest.raises(errors.PaperNotFound):
        serving.add_file(uow, paper, scan=scans.scan(scans.pdf(), town.vault), by=stranger)
    chosen = Document("선관위-17", DAY, paper=uuid4())
    with town.begin() as uow, pytest.raises(errors.PaperNotFound):
        papering.name(uow, town.place, COMMISSION, chosen, by=clerk)


def test_a_file_can_be_brought_later_and_once(town: Town, clerk: Officer) -> None:
    paper = enters(town, clerk)

    def brings(data: bytes) -> None:
        with town.begin() as uow:
            serving.add_file(uow, paper, scan=scans.scan(data, town.vault), by=clerk)

    brings(scans.png())
    assert last_entry(town)["entry"] == "paper.filed"
    assert last_entry(town)["document_sha256"] == hashlib.sha256(scans.png()).hexdigest()
    assert refused(lambda: brings(scans.pdf()), errors.PaperFiledBefore).field == "document_file"


# The copy for everybody


def test_a_copy_is_published_with_a_fresh_code_and_never_the_original(
    town: Town, clerk: Officer
) -> None:
    paper = enters(town, clerk, data=scans.pdf("이름이 있음"))

    def publishes(data: bytes, by: Officer) -> None:
        with town.begin() as uow:
            serving.publish_copy(uow, paper, scan=scans.scan(data, town.vault), by=by)

    stale = replace(clerk, fresh=False)
    assert refused(lambda: publishes(scans.pdf("가림"), stale), FreshCodeNeeded)
    mayor = town.officer(Authority.MAYOR)
    assert refused(lambda: publishes(scans.pdf("가림"), mayor), errors.PaperNotYours)
    again = refused(lambda: publishes(scans.pdf("이름이 있음"), clerk), errors.PaperCopyIsOriginal)
    assert again.field == "document_file"
    publishes(scans.pdf("가림"), clerk)
    assert refused(lambda: publishes(scans.pdf("또"), clerk), errors.PaperFiledBefore)


def test_a_copy_that_was_taken_back_opens_no_more_and_another_may_follow(
    town: Town, clerk: Officer
) -> None:
    paper = enters(town, clerk, data=scans.pdf())

    def publishes(data: bytes) -> PaperFile:
        with town.begin() as uow:
            return serving.publish_copy(uow, paper, scan=scans.scan(data, town.vault), by=clerk)

    first = publishes(scans.pdf("덜 가림"))
    with town.begin() as uow:
        serving.withdraw_copy(uow, town.vault, paper, reason="이름이 보임", by=clerk)
    with town.begin() as uow:
        assert filing.copy_of(uow.session, paper) is None
        with pytest.raises(SealBroken):
            filing.opened(uow.session, town.begin, town.vault, uow.session.get(PaperFile, first.id))
    second = publishes(scans.pdf("다 가림"))
    with town.begin() as uow:
        standing = filing.copy_of(uow.session, paper)
        assert standing is not None
        assert (standing.id, standing.copy) == (second.id, 2)


# What rests on it


def test_a_paper_says_all_that_it_serves_for(town: Town) -> None:
    first, second = town.opens(Instrument.INITIATIVE), town.opens(Instrument.INITIATIVE)
    council = town.officer(Authority.COUNCIL_CHAIR)
    document = Document("의회-1", DAY)
    for measure in (first, second):
        with town.begin() as uow:
            holding.place(
                uow, measure, kind=HoldKind.POSTPONEMENT, document=document,
                reason="연기", stops_clock=False, by=council,
            )  # fmt: skip
    (paper,) = papers_of(town)
    with town.begin() as uow:
        served = serving.serves(uow.session, paper)
    assert [one.what for one in served] == ["hold", "hold"]
    assert {one.measure.id for one in served if one.measure} == {first, second}


def test_where_a_paper_is_asked_for_this_measures_are_offered_first(
    town: Town, referendum_open: UUID, clerk: Officer
) -> None:
    town.halts(referendum_open)
    for number in ("선관위-1", "선관위-2"):
        enters(town, clerk, number)
    with town.begin() as uow:
        found = serving.offered(uow.session, town.place, referendum_open, limit=30)
        assert uow.session.scalar(select(func.count()).select_from(StepTaken)) is not None
    assert found[0].number == PAPER.number
    assert {one.number for one in found[1:]} == {"선관위-1", "선관위-2"}
