"""Importing a register: versions beside each other, all or nothing, nobody deleted."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from referendum.kernel.db import violates
from referendum.kernel.errors import DomainError
from referendum.kernel.people import FreshCodeNeeded, Officer, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.kernel.sealing import DataKey, SealedDataKey, Vault
from referendum.kernel.spreadsheet import Refused
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.roll import completing, importing, intakes, publishing, staging
from referendum.roll.comparing import said
from referendum.roll.copying import day, fields, whole
from referendum.roll.errors import (
    IntakeNotFound,
    RegisterBusy,
    RegisterColumnsWrong,
    RegisterFromTheFuture,
    RegisterMostlyBroken,
    RegisterMovedOn,
    RegisterOlder,
    RegisterShrinks,
)
from referendum.roll.finding import (
    candidates,
    latest_residence,
    name_index,
    person_details,
    phone_index,
    seal_place,
)
from referendum.roll.intake_tables import (
    IntakeLine,
    IntakeMissing,
    IntakePiece,
    IntakeRepeated,
    IntakeRows,
    RegisterIntake,
)
from referendum.roll.intakes import ImportReport, Stage
from referendum.roll.lines import Reason, read_line
from referendum.roll.sealer import RESIDENCE, Sealer
from referendum.roll.tables import (
    District,
    FormerName,
    Jurisdiction,
    Person,
    RegisterVersion,
    Residence,
)
from referendum.roll.versions import latest_version, people_now
from tests.roll.city import JANUARY, MARCH, City, csv_of


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.ended, report.unchanged


def test_a_first_import_adds_everybody(city: City) -> None:
    report = city.imports({"register_no": "1"}, {"register_no": "2", "name": "이몽룡"})
    assert (report.version, counts(report)) == (1, (2, 0, 0, 0))
    assert city.episodes("1") == [(date(2015, 3, 1), None, "jugyo")]


def test_the_same_file_again_changes_nothing_but_the_version(city: City) -> None:
    people = [{"register_no": "1"}, {"register_no": "2", "phone": "010-0000-0002"}]
    city.imports(*people)
    report = city.imports(*people, as_of=MARCH)
    assert (report.version, counts(report)) == (2, (0, 0, 0, 2))
    with city.begin() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Residence)) == 2


def test_equal_name_and_birth_date_are_two_people(city: City) -> None:
    report = city.imports({"register_no": "1"}, {"register_no": "2"})
    assert counts(report) == (2, 0, 0, 0)
    assert city.person("1") != city.person("2")


def test_a_corrected_name_changes_the_row_and_keeps_the_old_one(city: City) -> None:
    city.imports({"register_no": "1", "name": "홍길둥"})
    report = city.imports({"register_no": "1", "name": "홍길동"}, as_of=MARCH)
    assert counts(report) == (0, 1, 0, 0)
    with city.begin() as uow:
        versions = uow.session.execute(
            select(Residence.version_from, Residence.version_to).order_by(Residence.version_from)
        ).all()
        details = person_details(uow.session, city.vault, city.person("1"))
    assert [tuple(row) for row in versions] == [(1, 2), (2, None)]
    assert details is not None
    assert details.name == "홍길동"


def test_a_person_missing_from_the_file_ends_and_is_not_deleted(city: City) -> None:
    city.imports({"register_no": "1"}, {"register_no": "2"})
    report = city.imports({"register_no": "1"}, as_of=MARCH)
    assert counts(report) == (0, 0, 1, 1)
    assert city.episodes("2") == [(date(2015, 3, 1), MARCH, "jugyo")]
    with city.begin() as uow:
        assert people_now(uow.session, city.id) == 1
        gone = person_details(uow.session, city.vault, city.person("2"))
    assert gone is not None
    assert gone.registered_to == MARCH


def test_a_person_who_was_missing_by_mistake_comes_back_as_they_were(city: City) -> None:
    city.imports({"register_no": "1"}, {"register_no": "2"})
    city.imports({"register_no": "1"}, as_of=MARCH)
    report = city.imports({"register_no": "1"}, {"register_no": "2"}, as_of=date(2026, 4, 1))
    assert counts(report) == (0, 1, 0, 1)
    assert city.episodes("2") == [(date(2015, 3, 1), None, "jugyo")]


def test_a_later_registration_is_a_new_episode(city: City) -> None:
    city.imports({"register_no": "1"})
    city.imports(
        {"register_no": "1", "registered_from": "2026-02-01", "district": "가좌동"}, as_of=MARCH
    )
    assert city.episodes("1") == [
        (date(2015, 3, 1), date(2026, 2, 1), "jugyo"),
        (date(2026, 2, 1), None, "gajwa"),
    ]


def test_a_return_after_moving_out_leaves_the_gap(city: City) -> None:
    city.imports({"register_no": "1", "registered_to": "2020-06-01"})
    city.imports({"register_no": "1", "registered_from": "2026-02-01"}, as_of=MARCH)
    assert city.episodes("1") == [
        (date(2015, 3, 1), date(2020, 6, 1), "jugyo"),
        (date(2026, 2, 1), None, "jugyo"),
    ]


def test_another_district_under_the_same_date_is_an_episode_from_the_day_of_the_file(
    city: City,
) -> None:
    city.imports({"register_no": "1"})
    moved = {"register_no": "1", "district": "Gajwa-dong"}
    city.imports(moved, as_of=MARCH)
    again = city.imports(moved, as_of=date(2026, 4, 1))
    assert counts(again) == (0, 0, 0, 1)
    assert city.episodes("1") == [
        (date(2015, 3, 1), MARCH, "jugyo"),
        (MARCH, None, "gajwa"),
    ]


def test_a_move_that_is_taken_back_leaves_one_episode(city: City) -> None:
    city.imports({"register_no": "1"})
    city.imports({"register_no": "1", "registered_from": "2026-02-01"}, as_of=MARCH)
    city.imports({"register_no": "1", "address": "다른 길 2"}, as_of=date(2026, 4, 1))
    assert city.episodes("1") == [(date(2015, 3, 1), None, "jugyo")]


def test_broken_lines_are_refused_with_their_place_and_the_rest_goes_in(city: City) -> None:
    report = city.imports(
        {"register_no": "1"},
        {"register_no": "2", "birth_date": "1980-13-01"},
        {"register_no": "3", "district": "없는동"},
        {"register_no": "4", "registered_from": "2026-01-06"},
        {"register_no": "5"},
        {"register_no": "6"},
        {"register_no": "7"},
    )
    assert report.added == 4
    assert report.refused == [
        Refused(3, "birth_date", Reason.NOT_A_DATE),
        Refused(4, "district", Reason.DISTRICT_UNKNOWN),
        Refused(5, "registered_from", Reason.AFTER_REGISTER_DAY),
    ]


def test_people_of_refused_lines_stay_as_they_are(city: City) -> None:
    people = [{"register_no": str(no)} for no in range(1, 7)]
    city.imports(*people)
    broken = [{"register_no": "1", "birth_date": "?"}, {"register_no": "2", "district": "?"}]
    report = city.imports(*broken, *people[2:], as_of=MARCH)
    assert (report.ended, len(report.refused)) == (0, 2)
    assert city.episodes("1") == city.episodes("2") == [(date(2015, 3, 1), None, "jugyo")]


def test_a_line_without_a_number_may_be_anybodys_so_nobody_ends(city: City) -> None:
    people = [{"register_no": str(no)} for no in range(1, 7)]
    city.imports(*people)
    report = city.imports({"register_no": ""}, *people[2:], as_of=MARCH)
    assert (report.ended, report.spared) == (0, 2)


def test_a_repeated_number_refuses_all_its_lines(city: City) -> None:
    report = city.imports(
        {"register_no": "1"}, {"register_no": "2"}, {"register_no": "3"}, {"register_no": "1"}
    )
    assert report.added == 2
    assert report.refused == [
        Refused(2, "register_no", Reason.REPEATED),
        Refused(5, "register_no", Reason.REPEATED),
    ]


def test_what_a_later_line_makes_doubtful_does_not_go_in(city: City) -> None:
    """Whether the first line with a number was of somebody new, the same or changed."""
    known = [{"register_no": no} for no in ("same", "changed", "other")]
    city.imports(*known)
    moved = {"register_no": "changed", "district": "gajwa", "former_names": "옛이름"}
    given = [known[0], moved, {"register_no": "new"}, {"register_no": "kept", "birth_date": "x"}]
    again = [{"register_no": str(one["register_no"])} for one in given]
    single = [{"register_no": f"{no}", "former_names": "다른이름"} for no in range(9)]
    file = csv_of(*given, single[0], *again, *single[1:], again[2], known[2])
    intake = city.brings(file, as_of=MARCH)
    staging.read(city.begin, city.vault, intake, batch=3)
    with city.begin() as uow:
        report = importing.import_register(
            uow, city.begin, city.vault, intake, by=city.registrar, ending_percent=0
        )
    importing.settle(city.begin, city.vault, intake)
    assert {(fault.line, fault.reason) for fault in report.refused} == {
        *((line, Reason.REPEATED) for line in (2, 3, 4, 7, 8, 9, 10, 19)),
        (5, Reason.NOT_A_DATE),
    }
    assert counts(report) == (9, 0, 0, 1)
    assert city.episodes("changed") == [(date(2015, 3, 1), None, "jugyo")]
    with city.begin() as uow:
        numbers = select(Person.register_no).order_by(Person.register_no)
        assert uow.session.scalars(numbers).all() == [*"012345678", "changed", "other", "same"]
        assert uow.session.scalar(select(func.count()).select_from(Residence)) == 12
        former = select(FormerName.person_id).distinct()
        assert len(uow.session.scalars(former).all()) == 9


def test_a_number_beyond_all_measure_may_be_anybodys(city: City) -> None:
    people = [{"register_no": str(no)} for no in range(1, 7)]
    city.imports(*people)
    report = city.imports({"register_no": "가" * 3_000}, *people[2:], as_of=MARCH)
    assert report.refused == [Refused(2, "register_no", Reason.TOO_LONG)]
    assert (report.ended, report.spared) == (0, 2)


def test_a_number_with_a_break_in_it_is_no_two_numbers(city: City) -> None:
    """It is nobody's: the register holds none like it."""
    people = [{"register_no": str(no)} for no in range(1, 7)]
    city.imports(*people)
    report = city.imports({"register_no": "1\n2"}, *people[:4], as_of=MARCH)
    assert [fault.reason for fault in report.refused] == [Reason.CONTROL_CHARACTER]
    assert (report.unchanged, report.ended, report.spared) == (4, 0, 2)


def test_numbers_are_compared_a_part_at_a_time(city: City) -> None:
    """However they are divided, those that are given twice and those that are missing are found."""
    city.imports(*({"register_no": f"R{no}"} for no in range(50)))
    given = [{"register_no": f"R{no}"} for no in (*range(10, 50), *range(100, 130), 105, 7, 7)]
    intake = city.brings(csv_of(*given), as_of=MARCH)
    staging.read(city.begin, city.vault, intake, batch=10)
    with city.begin() as uow:
        whole = intakes.report(uow.session, intakes.get(uow.session, intake))
    assert (whole.added, whole.unchanged, whole.ended, whole.refused_lines) == (29, 40, 9, 4)
    for part in (5, 3, 1):
        completing.refuse_repeated(city.begin, intake, part=part)
        completing.note_missing(city.begin, intake, part=part)
        with city.begin() as uow:
            assert intakes.report(uow.session, intakes.get(uow.session, intake)) == whole


def test_a_residence_is_somebodys_and_stays_theirs(city: City) -> None:
    city.imports({"register_no": "1"}, {"register_no": "2"})
    first, second = city.person("1"), city.person("2")
    with city.begin() as uow:
        row = uow.session.scalars(select(Residence).where(Residence.person_id == first)).one()
        named = {column.key for column in Residence.__table__.columns} - {"id", "person_id"}
        theirs = {name: getattr(row, name) for name in named}
        home = uow.session.get_one(District, row.district_id)
        told = {"code": home.code, "name_ko": home.name_ko, "name_en": home.name_en}
        elsewhere = Jurisdiction(code="else", name_ko="딴", name_en="E", level="city", population=1)
        uow.session.add(elsewhere)
        uow.session.flush()
        there = District(**told, jurisdiction_id=elsewhere.id, valid_from=home.valid_from)
        uow.session.add(there)
    for wrong, constraint in (
        ({"person_id": uuid4()}, "fk_residence_person_id_person"),
        ({"person_id": second, "district_id": uuid4()}, "fk_residence_district_id_district"),
        ({"person_id": second, "district_id": there.id}, "fk_residence_district_id_district"),
    ):
        with pytest.raises(IntegrityError) as refusal, city.begin() as uow:
            uow.session.add(Residence(**theirs | wrong | {"registered_from": MARCH}))
        assert violates(refusal.value, constraint)
    moved = update(Residence).where(Residence.person_id == first)
    with pytest.raises(IntegrityError) as refusal, city.begin() as uow:
        uow.session.execute(moved.values(person_id=second, version_to=9))
    assert violates(refusal.value, "fk_residence_person_id_person")


def test_a_file_of_which_most_is_broken_is_refused_whole(city: City) -> None:
    city.imports({"register_no": "1"})
    with pytest.raises(RegisterMostlyBroken) as refusal:
        city.imports({"register_no": "2"}, *[{"register_no": "3", "birth_date": "x"}] * 2)
    assert refusal.value.facts["refused"] == 2
    with city.begin() as uow:
        latest = latest_version(uow.session, city.id)
        assert latest is not None
        assert latest.number == 1
        assert uow.session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_structural_fault_leaves_nothing_behind(city: City) -> None:
    with pytest.raises(RegisterColumnsWrong):
        city.imports_file(csv_of({"register_no": "1"}).replace(b"phone", b"fax"))
    with city.begin() as uow:
        for table in (Person, Residence, RegisterVersion, RecordEntry):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0


def test_the_report_can_be_read_before_anything_is_written(city: City) -> None:
    city.imports(*[{"register_no": str(no)} for no in range(5)])
    file = csv_of({"register_no": "0"}, {"register_no": "new"})
    foreseen = city.compares(file, as_of=MARCH)
    assert counts(foreseen) == (1, 0, 4, 1)
    with city.begin() as uow:
        assert people_now(uow.session, city.id) == 5
    assert city.imports_file(file, as_of=MARCH, as_version=foreseen.version) == foreseen


def test_an_import_between_the_report_and_its_confirmation_is_noticed(city: City) -> None:
    foreseen = city.compares(csv_of({"register_no": "1"}))
    city.imports({"register_no": "2"})
    with pytest.raises(RegisterMovedOn):
        city.imports_file(csv_of({"register_no": "1"}), as_version=foreseen.version)


def test_a_file_older_than_the_register_or_later_than_today_is_refused(city: City) -> None:
    city.imports({"register_no": "1"}, as_of=MARCH)
    with pytest.raises(RegisterOlder):
        city.imports({"register_no": "1"}, as_of=JANUARY)
    with pytest.raises(RegisterFromTheFuture):
        city.imports({"register_no": "1"}, as_of=date(2190, 1, 1))


def test_only_a_registrar_of_the_place_with_a_fresh_code_imports(city: City) -> None:
    registrar = city.registrar
    tries: list[tuple[Officer, type[DomainError]]] = [
        (dataclasses.replace(registrar, roles=frozenset()), RoleMissing),
        (dataclasses.replace(registrar, fresh=False), FreshCodeNeeded),
        (dataclasses.replace(registrar, jurisdiction=uuid4()), IntakeNotFound),
    ]
    for officer, refusal in tries:
        stranger = dataclasses.replace(city, registrar=officer)
        with pytest.raises(refusal):
            stranger.imports({"register_no": "1"})


def test_the_record_and_the_tables_hold_counts_and_no_personal_data(city: City) -> None:
    """LOG-05, and docs/design.md, Trust."""
    city.imports({"register_no": "secret-no", "phone": "010-0000-0001", "former_names": "홍판서"})
    told = ("홍길동", "홍판서", "견본로", "1000000001", "00000001")
    with city.begin() as uow:
        leaf = uow.session.scalars(select(RecordEntry.leaf)).one()
        assert json.loads(leaf)["act"] == "register.imported"
        assert json.loads(leaf)["facts"]["added"] == 1
        for word in (*told, "secret-no"):
            assert word.encode() not in leaf
        row = uow.session.scalars(select(Residence)).one()
        stored = uow.session.execute(text("select residence::text from residence")).scalar_one()
        details = person_details(uow.session, city.vault, row.person_id)
    for word in told:
        assert word not in stored
        assert word.encode().hex() not in stored
    assert details is not None
    assert (details.former_names, details.phone) == (("홍판서",), "+821000000001")


def test_two_imports_at_once_become_two_versions(city: City) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            while True:
                try:
                    city.imports({"register_no": "1"}, {"register_no": "2"})
                except (RegisterBusy, RegisterMovedOn):
                    continue  # Whoever is refused brings the file again.
                return
        except BaseException as error:  # noqa: BLE001  # carried to the main thread
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with city.begin() as uow:
        numbers = uow.session.scalars(select(RegisterVersion.number)).all()
        added = uow.session.scalars(select(RegisterVersion.added)).all()
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert sum(added) == 2


class PowerCut(Exception):
    pass


def test_what_breaks_off_before_its_version_is_there_is_seen_by_nobody_and_finished_by_the_next(
    city: City,
) -> None:
    city.imports({"register_no": "1", "name": "이몽룡"}, {"register_no": "2"})
    changed = csv_of({"register_no": "1", "name": "홍길동"}, {"register_no": "3"})
    intake = city.brings(changed, as_of=MARCH)

    def fail_after_writing() -> None:
        with city.begin() as uow:
            importing.import_register(
                uow, city.begin, city.vault, intake, by=city.registrar, ending_percent=100
            )
            raise PowerCut

    with pytest.raises(PowerCut):
        fail_after_writing()
    before = {"version_from": 1, "name": "이몽룡", "people": 2, "1": True, "2": True, "3": False}
    assert as_seen(city) == before, "rows are written, and nobody sees any of them"
    importing.carry_on(city.begin, city.vault, intake)
    after = {"version_from": 2, "name": "홍길동", "people": 2, "1": True, "2": False, "3": True}
    assert as_seen(city) == after
    again = city.imports_file(changed, as_of=MARCH)
    assert (again.version, counts(again)) == (3, (0, 0, 0, 2))


def as_seen(city: City) -> dict[str, object]:
    """What whoever looks is told of the people 1 to 3."""
    born = date(1980, 5, 5)
    with city.begin() as uow:
        row = latest_residence(uow.session, city.person("1"))
        details = person_details(uow.session, city.vault, city.person("1"))
        assert row is not None
        assert details is not None
        found = [
            uow.session.get_one(Person, one.person_id).register_no
            for name in ("이몽룡", "홍길동")
            for one in candidates(
                uow.session, city.vault, jurisdiction_id=city.id, name=name, birth_date=born
            )
        ]
        living = {
            number: any(until is None for _, until, _ in city.episodes(number))
            for number in found
            if number
        }
        return {
            "version_from": row.version_from,
            "name": details.name,
            "people": people_now(uow.session, city.id),
            **{number: living.get(number, False) for number in ("1", "2", "3")},
        }


def test_a_file_is_gone_on_with_from_where_reading_had_stopped(city: City) -> None:
    """Batch by batch, each by somebody else: the same as all of it at once."""
    people = [{"register_no": f"{no}", "former_names": f"옛이름{no % 7}"} for no in range(1, 101)]
    people[20]["register_no"] = people[70]["register_no"] = "가"
    people[30]["birth_date"] = "?"
    people[40]["phone"] = "02-120"
    people[50]["address"] = 'a, "b" \\ c'
    data = csv_of(*people)
    intake = city.brings(data)
    rounds = 0
    while True:
        rounds += 1
        with city.begin() as uow:
            row = intakes.get(uow.session, intake)
            if row.stage != Stage.READING:
                break
        stops = Stops(city.begin, after=3 + rounds)
        with contextlib.suppress(PowerCut):
            staging.read(stops.begin, city.vault, intake, batch=20)
    assert rounds > 3
    with city.begin() as uow:
        pieced = intakes.report(uow.session, intakes.get(uow.session, intake))
    intakes.give_up(city.begin, city.vault, intake)
    assert city.compares(data) == pieced
    assert (pieced.added, pieced.refused_lines, pieced.noted_lines) == (97, 3, 1)
    assert [fault.line for fault in pieced.refused] == [22, 32, 72]


@dataclass
class Stops:
    """Begins so many transactions, and then the power is cut."""

    real: Begin
    after: int

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self.after -= 1
        if self.after < 0:
            raise PowerCut
        with self.real() as uow:
            yield uow


def test_a_version_goes_in_once_however_often_it_is_broken_off(city: City) -> None:
    """Every transaction of the publishing is the last one, in turn."""
    city.imports(*({"register_no": str(no)} for no in range(1, 13)))
    intake = city.brings(
        csv_of(*({"register_no": str(no), "name": "이몽룡"} for no in range(4, 16))), as_of=MARCH
    )
    importing.compare(city.begin, city.vault, intake)
    with city.begin() as uow:
        publishing.confirm(uow, intake, by="officer:x", as_version=2, ending_percent=0)
    for cut in range(1, 12):
        stops = Stops(city.begin, after=cut)
        with contextlib.suppress(PowerCut):
            importing.carry_on(stops.begin, city.vault, intake)
    with city.begin() as uow:
        row = intakes.get(uow.session, intake)
        assert (row.stage, row.cleared) == (Stage.DONE, True)
        assert (row.added, row.changed, row.missing) == (3, 9, 3)
        assert people_now(uow.session, city.id) == 12
        rows = uow.session.scalar(select(func.count()).select_from(Residence))
        assert rows == 12 + 12 + 3
        numbers = uow.session.scalars(select(RegisterVersion.number)).all()
    assert sorted(numbers) == [1, 2]


@pytest.mark.parametrize("end", ["done", "refused", "given up"])
def test_nothing_of_a_file_is_left_once_it_has_ended(city: City, end: str) -> None:
    city.imports({"register_no": "0"})
    good = csv_of({"register_no": "1"}, {"register_no": "2"})
    if end == "done":
        city.imports_file(good)
    elif end == "refused":
        with pytest.raises(RegisterMostlyBroken):
            city.imports({"register_no": "1"}, *[{"register_no": "3", "birth_date": "x"}] * 2)
    else:
        city.compares(good)
    with city.begin() as uow:
        for table in (IntakePiece, IntakeLine, IntakeRows, IntakeRepeated, IntakeMissing):
            assert uow.session.scalar(select(func.count()).select_from(table)) == 0
        newest = uow.session.scalars(
            select(RegisterIntake).order_by(RegisterIntake.opened_at.desc())
        ).first()
        assert newest is not None
        assert newest.cleared
        assert uow.session.get_one(SealedDataKey, newest.key_id).wrapped is None
        assert newest.version_key_id is not None
        left = uow.session.get_one(SealedDataKey, newest.version_key_id).wrapped
        assert (left is not None) is (end == "done")


def test_what_waits_is_sealed(city: City) -> None:
    line = {"register_no": "1", "phone": "010-0765-4321", "former_names": "옛이름"}
    intake = city.brings(csv_of(line))
    importing.compare(city.begin, city.vault, intake)
    with city.begin() as uow:
        held = [
            uow.session.execute(text(f"select string_agg({one}::text, '') from {one}")).scalar_one()
            for one in ("register_intake_piece", "register_intake_line", "register_intake_rows")
        ]
    for word in ("홍길동", "옛이름", "견본로", "7654321"):
        for stored in held:
            assert word not in stored
            assert word.encode().hex() not in stored


def test_the_same_file_brought_again_goes_on_where_it_was_broken_off(city: City) -> None:
    data = csv_of({"register_no": "1"}, {"register_no": "2"})
    first = city.brings(data)
    importing.compare(city.begin, city.vault, first)
    assert city.brings(data) == first
    assert city.brings(data, as_of=MARCH) != first


def test_a_small_file_over_a_large_register_needs_the_version_of_its_report(city: City) -> None:
    city.imports(*({"register_no": str(no)} for no in range(20)))
    short = csv_of(*({"register_no": str(no)} for no in range(5)))
    with pytest.raises(RegisterShrinks) as refusal:
        city.imports_file(short, as_of=MARCH, ending_percent=10)
    assert refusal.value.facts == {"ended": 15, "people": 20, "percent": 10, "version": 2}
    few = csv_of(*({"register_no": str(no)} for no in range(18)))
    assert city.imports_file(few, as_of=MARCH, ending_percent=10).ended == 2
    assert city.imports_file(short, as_of=MARCH, as_version=3, ending_percent=10).ended == 13


def test_zeros_that_a_spreadsheet_dropped_are_told_by_their_place(city: City) -> None:
    city.imports(*({"register_no": f"{no:04d}"} for no in range(1, 9)))
    lost = [{"register_no": f"{no:04d}"} for no in range(1, 6)]
    report = city.imports(*lost, {"register_no": "7"}, {"register_no": "9"}, as_of=MARCH)
    assert report.refused == [Refused(7, "register_no", Reason.ZEROS_LOST)]
    assert counts(report) == (1, 0, 3, 5)


def test_a_line_is_sealed_as_everything_else_is(city: City, vault: Vault) -> None:
    """The fast way with a million lines gives what the plain one gives with one."""
    cells = "1,Đặng Q Lan,옛|이름,1980-05-05,길 \\ 1,주교동,VN,F5,,2015-03-01,,,,010-2345-6789"
    line = read_line(2, cells.replace("Q", '"Q"').split(","))
    district = city.districts["jugyo"]
    key = DataKey(uuid4(), b"k" * 32)
    sealer = Sealer.of(vault, key, version=7)
    person, row = uuid4(), uuid4()
    residence, begins, ends, former = sealer.seal(
        line,
        mac=sealer.mac(line, district),
        district=sealer.district(district),
        known=None,
        as_of=JANUARY,
        person=person.bytes,
        row=row.bytes,
        nonce=b"n" * 12,
    )
    [(_, made)] = fields(residence)
    told = dict(zip(re.findall(r"\w+", RESIDENCE)[1:], made, strict=True))
    assert key.unseal_fields(told.pop("sealed") or b"", place=seal_place(person)) == {
        "name": line.name,
        "former_names": list(line.former_names),
        "address": line.address,
        "phone": "+821023456789",
    }
    assert told == {
        "id": row.bytes,
        "person_id": person.bytes,
        "version_from": whole(7)[4:],
        "district_id": district.bytes,
        "birth_date": day(line.birth_date)[4:],
        "nationality": b"VN",
        "status": b"F-5",
        "status_since": None,
        "stated_from": day(line.registered_from)[4:],
        "registered_from": day(line.registered_from)[4:],
        **dict.fromkeys(("registered_to", "lost_from", "lost_to")),
        "line_mac": vault.mac("register-line").of(said(line, district)),
        "key_id": key.id.bytes,
        "name_index": name_index(vault, line.name, line.birth_date),
        "phone_index": phone_index(vault, "+821023456789"),
    }
    assert (begins, ends) == (line.registered_from, None)
    assert former == sorted(name_index(vault, one, line.birth_date) for one in ("옛", "이름"))


def test_no_version_holds_two_rows_of_one_episode(city: City) -> None:
    city.imports({"register_no": "1"})
    with city.begin() as uow:
        row = uow.session.scalars(select(Residence)).one()
        twin = {
            column.key: getattr(row, column.key)
            for column in Residence.__table__.columns
            if column.key != "id"
        }
    with pytest.raises(IntegrityError) as refusal, city.begin() as uow:
        uow.session.add(Residence(**twin))
    assert violates(refusal.value, "uq_residence_episode")
