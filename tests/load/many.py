"""Bulk paths besides a register's import and a pass: what each costs a row, how much it holds.

`python -P many.py PATH ROWS` runs one of them in a process and on a database of its own and says
its figures as JSON. Rows that only have to be there are put in by the database itself.
"""

from __future__ import annotations

import csv
import io
import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from referendum.kernel import log
from referendum.kernel.log import LogKey
from referendum.kernel.people import Authority, Calendar, Officer, Role
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.projects import exporting, importing
from referendum.projects.lines import COLUMNS
from referendum.roll.freezing import Purpose, Wanted, freeze, size_by_district
from referendum.verifying.records import verify_export
from signatures import intakes, miskeying, recounting, sheets, taking_in, tallying
from signatures.lines import Origin, PaperLine
from tests.load.figures import Figures, measured, puts
from tests.load.measured import CHUNK, processor, standing
from tests.load.tidying import answers, outbox_done, traces
from tests.signatures.city import ADULTS, BASE, City, Inhabitant, paper
from thresholds.vocabulary import Instrument

KEY: Final = LogKey("referendum.example/bench", secrets.token_bytes(32))
HEADING: Final = ["sheet", "row", "name", "birth_date", "address", "district", "signed_on", "mark"]
DISTRICT: Final = "(select id from district limit 1)"


def name_of(at: int) -> str:
    """Everybody has a name of their own: three syllables after the surname."""
    letters = [chr(0xAC00 + at // 500**power % 500) for power in range(3)]
    return "김" + "".join(letters)


def born_of(at: int) -> date:
    return date(1950, 1, 1) + timedelta(days=at % 18_000)


def _lines(city: City, count: int) -> Iterator[PaperLine]:
    today = city.today()
    for at in range(count):
        person = Inhabitant(f"B{at}", name_of(at), born_of(at))
        yield paper(person, at % 20 + 1, on=today, sheet=f"S{at // 20}", district="")


def _brings(city: City, petition: UUID, count: int, origin: Origin = Origin.PAPER) -> UUID:
    with city.begin() as uow:
        return sheets.bring_lines(
            uow,
            city.vault,
            petition,
            _lines(city, count),
            by=city.clerk,
            received_on=city.today(),
            origin=origin,
        ).id


def portal(city: City, rows: int) -> Figures:
    """A portal's list of signatures, in one batch."""
    petition = city.opens()
    return measured(city, rows, lambda: _brings(city, petition, rows, Origin.PORTAL))


def sheet_file(city: City, rows: int) -> Figures:
    """A file of sheets from its bytes to the batch; what of it is the transaction that brings."""
    petition, file = city.opens(), _file_of_sheets(city, rows)
    with city.begin() as uow:
        intake = intakes.open_intake(
            uow,
            city.vault,
            petition,
            by=city.clerk.id,
            received_on=city.today(),
            origin=Origin.PAPER,
            minimum_age=18,
        )
    last: Figures = {}

    def work() -> None:
        chunks = (file[at : at + CHUNK] for at in range(0, len(file), CHUNK))
        taking_in.receive(city.begin, city.vault, intake, chunks)
        taking_in.read(city.begin, city.vault, intake)
        spent, began = sum(processor(city).values()), time.perf_counter()
        with city.begin() as uow:
            taking_in.enter(uow, intake, by=city.clerk)
        last["of which the last transaction, CPU µs a row"] = (
            (sum(processor(city).values()) - spent) / rows * 1e6
        )
        last["the last transaction, s"] = time.perf_counter() - began
        intakes.clear(city.begin, city.vault, intake)

    return measured(city, rows, work) | last


def _file_of_sheets(city: City, rows: int) -> bytes:
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow(HEADING)
    for line in _lines(city, rows):
        writer.writerow([*(getattr(line, name) for name in HEADING[:-1]), "1"])
    return page.getvalue().encode()


def miskeyed(city: City, rows: int) -> Figures:
    """A batch that is taken back."""
    petition = city.opens()
    batch = _brings(city, petition, rows)

    def work() -> None:
        with city.begin() as uow:
            miskeying.mark(uow, city.vault, petition, batch, note="n", by=city.clerk)

    return measured(city, rows, work)


def recount(city: City, rows: int) -> Figures:
    """The nightly recount of a petition."""
    petition = city.opens()
    _brings(city, petition, rows)
    _folds(city, petition)

    def work() -> None:
        with city.begin() as uow:
            assert recounting.recount(uow, petition) == []

    return measured(city, rows, work)


def fold(city: City, rows: int) -> Figures:
    """As many changes of counts as signers leave, one each."""
    petition = city.opens()
    puts(
        city,
        "insert into petition_tally_delta"
        " (petition_id, district_id, origin, status, reason, lines)"
        f" select :petition, {DISTRICT}, 'online', 'valid', '', 1"
        " from generate_series(1, :rows)",
        petition=petition,
        rows=rows,
    )
    return measured(city, rows, lambda: _folds(city, petition))


def _folds(city: City, petition: UUID) -> None:
    more = True
    while more:
        with city.begin() as uow:
            more = tallying.fold(uow, petition)


def _writes_record(city: City, rows: int) -> None:
    log.catch_up(city.begin, KEY)
    puts(
        city,
        "insert into record_entry (id, act, leaf) select gen_random_uuid(), 'bench.happened',"
        """ convert_to('{"n":' || n || '}', 'UTF8') from generate_series(1, :rows) as n""",
        "insert into record_waiting (entry_id) select id from record_entry"
        " where act = 'bench.happened' order by number",
        rows=rows,
    )


def seal(city: City, rows: int) -> Figures:
    """A queue that waits to be sealed."""
    _writes_record(city, rows)
    return measured(city, rows, lambda: log.catch_up(city.begin, KEY))


def export(city: City, rows: int) -> Figures:
    """The record, handed out."""
    _writes_record(city, rows)
    log.catch_up(city.begin, KEY)
    return measured(city, rows, lambda: sum(1 for _ in log.export(city.begin, KEY)))


def verify(city: City, rows: int) -> Figures:
    """The record, handed out and checked as a stranger does."""
    _writes_record(city, rows)
    log.catch_up(city.begin, KEY)

    def work() -> None:
        assert verify_export(log.export(city.begin, KEY), vkey=KEY.vkey).ok

    return measured(city, rows, work)


def _enrols(city: City, rows: int) -> UUID:
    """A vote with so many who stand enrolled; no key opens what the database made up."""
    with city.begin() as uow:
        key = city.vault.new_key(uow.session, purpose="enrolment").id
        entry = uow.record("bench.happened", by=Calendar())
        measure = Measure(
            jurisdiction_id=city.place,
            number=1,
            instrument=Instrument.ADVISORY,
            stage=Stage.CALLED,
            options=[],
            **dict.fromkeys(("title_ko", "question_ko", "reason", "body"), ""),
        )
        uow.session.add(measure)
    puts(
        city,
        "insert into enrolment_book (measure_id, key_id, opened_at) values (:measure, :key, now())",
        "insert into enrolment (measure_id, id, assurance, name_key, phone_key, district_id,"
        " sealed, statements, commitment, received_on, entry_id)"
        " select :measure, gen_random_uuid(), 'phone', sha256(n::text::bytea),"
        f" sha256(n::text::bytea), {DISTRICT}, 's', '{{}}', 'c', current_date, :entry"
        " from generate_series(1, :rows) as n",
        "insert into standing_enrolment"
        " (measure_id, name_key, phone_key, enrolment_id, district_id, assurance)"
        " select measure_id, name_key, phone_key, id, district_id, assurance from enrolment",
        measure=measure.id,
        key=key,
        entry=entry,
        rows=rows,
    )
    return measure.id


def enrolment_roll(city: City, rows: int) -> Figures:
    """The roll of those who enrolled, and what is counted of it for the boxes."""
    measure = _enrols(city, rows)

    def work() -> None:
        with city.begin() as uow:
            roll = freeze(
                uow,
                Wanted(
                    jurisdiction_id=city.place,
                    purpose=Purpose.VOTING,
                    instrument=Instrument.ADVISORY,
                    measure_id=measure,
                    electorate=ADULTS,
                    base_date=BASE,
                    age_date=BASE,
                ),
                by=city.clerk,
                enrolled=enrolled.standing(measure),
            )
            assert sum(size_by_district(uow.session, roll.id).values()) == rows

    return measured(city, rows, work)


def enrolment_count(city: City, rows: int) -> Figures:
    """How many stand enrolled, as a page of the vote shows it when it is built anew."""
    measure = _enrols(city, rows)

    def work() -> None:
        with city.begin() as uow:
            assert enrolled.total(uow.session, measure) == rows
            enrolled.by_district(uow.session, measure, list(city.districts.values()))

    return measured(city, rows, work)


def _list_of_projects(rows: int) -> bytes:
    lines = [",".join(COLUMNS)]
    for at in range(rows):
        cells = (
            f"GY-{at}",
            f"사업 {at}",
            "",
            "교통",
            "교통과",
            str(10**8 + at),
            "",
            "설계",
            "",
            "",
        )
        lines.append(",".join([*cells, "지어낸 사업입니다. " * 10]))
    return "\n".join(lines).encode()


def _office(city: City) -> Officer:
    return replace(city.clerk, authority=Authority.MAYOR, roles=frozenset({Role.CLERK}), fresh=True)


def projects(city: City, rows: int) -> Figures:
    """The office's list of projects, taken whole."""
    data = _list_of_projects(rows)

    def work() -> None:
        with city.begin() as uow:
            importing.import_projects(uow, data=data, by=_office(city))

    return measured(city, rows, work)


def projects_out(city: City, rows: int) -> Figures:
    """The same list as a file."""
    with city.begin() as uow:
        importing.import_projects(uow, data=_list_of_projects(rows), by=_office(city))

    def work() -> None:
        with city.begin() as uow:
            exporting.as_file(uow.session, city.place)

    return measured(city, rows, work)


PATHS: Final[dict[str, Callable[[City, int], Figures]]] = {
    "portal": portal,
    "sheets": sheet_file,
    "miskeyed": miskeyed,
    "recount": recount,
    "fold": fold,
    "seal": seal,
    "export": export,
    "verify": verify,
    "traces": traces,
    "outbox": outbox_done,
    "answers": answers,
    "enrolment-roll": enrolment_roll,
    "enrolment-count": enrolment_count,
    "projects": projects,
    "projects-out": projects_out,
}

if __name__ == "__main__":
    with standing() as there:
        print(json.dumps(PATHS[sys.argv[1]](there, int(sys.argv[2]))))
