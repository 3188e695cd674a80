"""What an import changes is told before it, asked for again, and too much of it asks for two."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from referendum.kernel import clock
from referendum.kernel.people import Officer
from referendum.kernel.record import RecordEntry
from referendum.roll import effects, importing, intakes, versions
from referendum.roll.effects import Moved
from referendum.roll.errors import (
    IntakeNotRead,
    MeaningUnknown,
    ModeNotGiven,
    PreviewNotRead,
    RegisterMovedOn,
    SameRegistrar,
    WordsUnexplained,
)
from referendum.roll.intakes import ImportReport, Mode, Stage
from referendum.roll.meanings import Column, Meanings
from referendum.roll.tables import RegisterVersion
from referendum.roll.weighing import Change, Kind, Limits
from tests.roll.city import ANYTHING, MARCH, City, counts, csv_of

NOTHING = Limits(arrived=0, left=0, moved=0, lost=0, phone=0)
TWENTY = [{"register_no": f"R{no}"} for no in range(20)]
FOREIGN = {"nationality": "중국", "status": "F-5", "status_since": "2015-01-01"}


@pytest.fixture
def second(city: City) -> Officer:
    return replace(city.registrar, id=uuid4())


def previews(city: City, *people: dict[str, Any], mode: Mode = Mode.CHANGES) -> ImportReport:
    return city.compares(csv_of(*people), as_of=MARCH, mode=mode)


def changes(report: ImportReport) -> dict[str, int]:
    assert report.effects is not None
    return {change.value: many for change, many in report.effects.changes.items() if many}


def acts(city: City) -> list[dict[str, Any]]:
    with city.begin() as uow:
        leaves = uow.session.scalars(select(RecordEntry.leaf).order_by(RecordEntry.number))
        return [json.loads(leaf) for leaf in leaves]


def test_once_there_is_a_register_a_file_says_whether_it_is_all_of_it(city: City) -> None:
    city.imports_file(csv_of(*TWENTY), mode=Mode.WHOLE)
    with pytest.raises(ModeNotGiven) as refusal:
        city.brings(csv_of(*TWENTY[:2]), as_of=MARCH, mode=None)
    assert refusal.value.field == "mode"
    some = {"register_no": "R0", "name": "이몽룡"}
    assert counts(previews(city, some, mode=Mode.CHANGES)) == (0, 1, 0, 0)
    assert counts(previews(city, some, mode=Mode.WHOLE)) == (0, 1, 19, 0)
    report = city.imports(some, as_of=MARCH, mode=Mode.CHANGES)
    assert counts(report) == (0, 1, 0, 0)
    with city.begin() as uow:
        assert versions.people_now(uow.session, city.id) == 20


def test_the_first_file_of_all_is_the_whole_register_without_a_word(city: City) -> None:
    intake = city.brings(csv_of(*TWENTY), mode=None)
    assert importing.compare(city.begin, city.vault, intake).mode is Mode.WHOLE


def test_a_preview_counts_residents_before_and_after_by_what_they_are(city: City) -> None:
    city.imports(
        *TWENTY,
        {"register_no": "child", "birth_date": "2015-01-01"},
        {"register_no": "foreign", **FOREIGN},
    )
    report = previews(
        city,
        {"register_no": "R0", "district": "gajwa"},
        {"register_no": "R1", "registered_to": "2026-02-01"},
        {"register_no": "R2", "voting_right_lost_from": "2026-02-01"},
        {"register_no": "R3", "phone": "010-2345-6789"},
        {"register_no": "foreign", **FOREIGN, "status": "D-2"},
        {"register_no": "new", "birth_date": "1950-01-01"},
    )
    assert changes(report) == {"arrived": 1, "left": 1, "moved": 1, "lost": 2, "phone": 1}
    assert report.effects is not None
    assert report.effects.people == Moved(22, 22)
    by = report.effects.by
    assert by[Kind.DISTRICT] == {"jugyo": Moved(22, 21), "gajwa": Moved(0, 1)}
    assert by[Kind.NATIONALITY] == {"CN": Moved(1, 1), "KR": Moved(21, 21)}
    assert by[Kind.AGE] == {"0": Moved(1, 1), "40": Moved(21, 20), "70": Moved(0, 1)}
    assert by[Kind.STANDING] == {
        "entitled": Moved(21, 19),
        "foreigner_status": Moved(0, 1),
        "no_voting_right": Moved(0, 1),
        "under_age": Moved(1, 1),
    }


def test_in_a_whole_file_those_who_are_not_named_have_left(city: City) -> None:
    city.imports(*TWENTY)
    report = previews(city, *TWENTY[:5], mode=Mode.WHOLE)
    assert changes(report) == {"left": 15}
    assert report.effects is not None
    assert report.effects.people == Moved(20, 5)


people = st.fixed_dictionaries(
    {
        "register_no": st.sampled_from("ABCDEFGH"),
        "birth_date": st.sampled_from(["1955-03-01", "1980-05-05", "2008-03-02", "2008-03-03"]),
        "district": st.sampled_from(["jugyo", "gajwa"]),
        "registered_to": st.sampled_from(["", "", "2026-02-01"]),
        "voting_right_lost_from": st.sampled_from(["", "", "2026-02-01"]),
        "phone": st.sampled_from(["", "010-2345-6789"]),
    },
    optional={"former_names": st.just("옛이름")},
) | st.fixed_dictionaries(
    {
        "register_no": st.sampled_from("ABCDEFGH"),
        "nationality": st.sampled_from(["KR", "CN"]),
        "status": st.sampled_from(["", "F-5", "F-5-1", "D-2"]),
    },
    optional={"status_since": st.just("2022-01-01")},
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(people, min_size=1, max_size=9), st.sampled_from(Mode))
def test_what_was_foreseen_is_what_is_counted_afterwards(
    city: City, file: list[dict[str, Any]], mode: Mode
) -> None:
    """Lines are weighed as they are read, the register is counted: both come to the same."""
    again = {one["register_no"]: one for one in file}
    told = [{"status": "F-5", **one} if one.get("status_since") else one for one in again.values()]
    report = city.imports(*told, as_of=MARCH, mode=mode)
    assert report.effects is not None
    intake = city.brings(csv_of({"register_no": "A"}), as_of=MARCH)
    with city.begin() as uow:
        scales = effects.scales(uow.session, city.id, MARCH)
        row = intakes.get(uow.session, intake)
        now = effects.effects_of(uow.session, row, scales)
    importing.settle(city.begin, city.vault, intake)
    for kind in Kind:
        after = {what: one.after for what, one in report.effects.by[kind].items() if one.after}
        assert {what: one.before for what, one in now.by[kind].items() if one.before} == after
    assert now.people.before == report.effects.people.after


def test_who_confirms_says_which_preview_was_read(city: City) -> None:
    city.imports(*TWENTY)
    intake = city.brings(csv_of(*TWENTY[:19]), as_of=MARCH)
    foreseen = importing.compare(city.begin, city.vault, intake)
    other = previews(city, *TWENTY[:18], mode=Mode.WHOLE)
    for preview in (None, "", other.preview):
        with pytest.raises(PreviewNotRead):
            city.confirms(intake, preview)
    assert city.confirms(intake, foreseen.preview).ended == 1


def test_a_preview_is_no_longer_one_when_the_register_has_changed(city: City) -> None:
    city.imports(*TWENTY)
    intake = city.brings(csv_of(*TWENTY[:19]), as_of=MARCH)
    foreseen = importing.compare(city.begin, city.vault, intake)
    city.imports({"register_no": "between"}, as_of=MARCH, mode=Mode.CHANGES)
    with pytest.raises(RegisterMovedOn):
        city.confirms(intake, foreseen.preview)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (Change.ARRIVED, {"register_no": "new"}),
        (Change.LEFT, {"register_no": "R0", "registered_to": "2026-02-01"}),
        (Change.MOVED, {"register_no": "R0", "district": "gajwa"}),
        (Change.LOST, {"register_no": "R0", "voting_right_lost_from": "2026-02-01"}),
        (Change.PHONE, {"register_no": "R0", "phone": "010-2345-6789"}),
    ],
)
def test_beyond_each_limit_a_second_registrar_confirms_the_same_preview(
    city: City, second: Officer, change: Change, line: dict[str, Any]
) -> None:
    """One of twenty is five in a hundred: more than four is too many for one."""
    city.imports(*TWENTY)
    limits = replace(ANYTHING, **{change.value: 4})
    intake = city.brings(csv_of(line), as_of=MARCH, mode=Mode.CHANGES)
    preview = importing.compare(city.begin, city.vault, intake).preview
    first = city.confirms(intake, preview, limits=limits)
    assert (first.waits, city.stands(intake)[0]) == (True, Stage.SECONDING)
    importing.settle(city.begin, city.vault, intake)
    with pytest.raises(SameRegistrar):
        city.confirms(intake, preview, limits=limits)
    with pytest.raises(PreviewNotRead):
        city.confirms(intake, "another", by=second, limits=limits)
    with city.begin() as uow:
        assert len(versions.history(uow.session, city.id)) == 1
    assert not city.confirms(intake, preview, by=second, limits=limits).waits
    with city.begin() as uow:
        row = versions.latest_version(uow.session, city.id)
        assert row is not None
        told = (row.number, row.imported_by, row.seconded_by, row.preview)
    assert told == (2, city.registrar.mark, second.mark, preview)
    proposed, imported = acts(city)[1:]
    assert (proposed["act"], proposed["by"]) == ("register.import_proposed", city.registrar.mark)
    assert imported["facts"]["seconded_by"] == second.mark
    assert imported["facts"]["changes"][change.value] == 1


def test_up_to_the_limit_one_registrar_is_enough(city: City) -> None:
    city.imports_file(csv_of(*TWENTY), limits=NOTHING)
    five = replace(NOTHING, left=5)
    report = city.imports_file(csv_of(*TWENTY[:19]), as_of=MARCH, limits=five)
    assert (report.waits, report.ended) == (False, 1)


def test_many_small_files_of_one_registrar_are_a_large_one(city: City, second: Officer) -> None:
    """Six in a hundred at most: one of twenty goes, the next one asks for two, and after two
    have looked the sum begins anew.
    """
    city.imports(*TWENTY)
    limits = replace(ANYTHING, left=6)

    def goes(number: int) -> ImportReport:
        line = {"register_no": f"R{number}", "registered_to": "2026-02-01"}
        intake = city.brings(csv_of(line), as_of=MARCH, mode=Mode.CHANGES)
        preview = importing.compare(city.begin, city.vault, intake).preview
        report = city.confirms(intake, preview, limits=limits)
        if report.waits:
            city.confirms(intake, preview, by=second, limits=limits)
        importing.settle(city.begin, city.vault, intake)
        return report

    assert [goes(number).waits for number in range(3)] == [False, True, False]
    with city.begin() as uow:
        assert effects.alone_lately(uow.session, city.id)[Change.LEFT] == 1
        clock.advance(uow.session, effects.LATELY + timedelta(seconds=1))
    assert not goes(3).waits, "what lies further back is over"


def test_a_second_registrar_declines_and_it_is_on_record(city: City, second: Officer) -> None:
    city.imports(*TWENTY)
    intake = city.brings(csv_of(TWENTY[0]), as_of=MARCH)
    preview = importing.compare(city.begin, city.vault, intake).preview
    city.confirms(intake, preview, limits=NOTHING)
    importing.decline(city.begin, city.vault, intake, by=second)
    assert city.stands(intake)[0] == Stage.GIVEN_UP
    with pytest.raises(IntakeNotRead):
        city.confirms(intake, preview, by=second)
    assert [one["act"] for one in acts(city)][1:] == [
        "register.import_proposed",
        "register.import_declined",
    ]


def test_a_kind_of_a_status_gives_the_right_that_the_status_does(city: City) -> None:
    held = {"register_no": "1", "nationality": "중국", "status_since": "2015-01-01"}
    report = city.compares(csv_of(*({**held, "status": one} for one in ("F-5-1",))))
    assert report.effects is not None
    assert report.effects.by[Kind.STANDING] == {"entitled": Moved(0, 1)}


@pytest.fixture
def unclear(city: City) -> UUID:
    """Somebody had a right by a status that is written in other words now, and one has a country
    that nobody knows."""
    city.imports(*TWENTY, {"register_no": "F", **FOREIGN})
    return city.brings(
        csv_of(
            {"register_no": "F", **FOREIGN, "status": "영주권자"},
            {"register_no": "R0", "status": "해당 없음"},
            {"register_no": "new", "nationality": "중구"},
        ),
        as_of=MARCH,
        mode=Mode.CHANGES,
    )


def test_unknown_words_that_would_cost_a_right_are_told_and_have_to_be_explained(
    city: City, unclear: UUID
) -> None:
    foreseen = importing.compare(city.begin, city.vault, unclear)
    assert (foreseen.unexplained, changes(foreseen)) == (2, {"lost": 1})
    with city.begin() as uow:
        row = intakes.get(uow.session, unclear)
        found = intakes.words(uow.session, city.vault, row)
        assert row.words is not None
        assert "영주권자".encode() not in row.words, "anything may stand in a cell"
    assert {(one.column, one.word): (one.lines, one.costing, one.first) for one in found} == {
        (Column.NATIONALITY, "중구"): (1, 1, (4,)),
        (Column.STATUS, "영주권자"): (1, 1, (2,)),
        (Column.STATUS, "해당 없음"): (1, 0, (3,)),
    }
    with pytest.raises(WordsUnexplained) as refusal:
        city.confirms(unclear, foreseen.preview)
    assert refusal.value.facts == {"words": 2}


def test_what_an_officer_says_that_words_mean_is_part_of_the_import(
    city: City, unclear: UUID
) -> None:
    foreseen = importing.compare(city.begin, city.vault, unclear)
    meanings = Meanings({"중구": "CN"}, {"영주권자": "F-5"})
    importing.explain(city.begin, unclear, by=city.registrar, meanings=meanings)
    again = importing.compare(city.begin, city.vault, unclear)
    assert (again.unexplained, again.meanings) == (0, meanings)
    assert changes(again) == {"arrived": 1}
    assert again.preview != foreseen.preview
    with pytest.raises(PreviewNotRead):
        city.confirms(unclear, foreseen.preview)
    assert counts(city.confirms(unclear, again.preview))[0] == 1
    with city.begin() as uow:
        kept = uow.session.scalars(
            select(RegisterVersion.meanings).where(RegisterVersion.number == 2)
        ).one()
    assert Meanings.read(kept) == meanings


def test_a_word_may_mean_nothing_and_then_its_line_stays_out_or_gives_no_right(
    city: City, unclear: UUID
) -> None:
    importing.compare(city.begin, city.vault, unclear)
    meanings = Meanings({"중구": ""}, {"영주권자": ""})
    importing.explain(city.begin, unclear, by=city.registrar, meanings=meanings)
    again = importing.compare(city.begin, city.vault, unclear)
    assert (again.unexplained, again.refused_lines, changes(again)) == (0, 1, {"lost": 1})
    city.confirms(unclear, again.preview)


@pytest.mark.parametrize(
    "wrong", [{"status": {"영주권자": "영주"}}, {"nationality": {"중구": "ZZ"}}]
)
def test_a_word_means_a_code_or_nothing(
    city: City, unclear: UUID, wrong: dict[str, dict[str, str]]
) -> None:
    importing.compare(city.begin, city.vault, unclear)
    with pytest.raises(MeaningUnknown):
        importing.explain(city.begin, unclear, by=city.registrar, meanings=Meanings.read(wrong))
