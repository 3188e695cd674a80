"""The city's list of projects: its encodings, every fault's place, and what a second file does."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from referendum.kernel import spreadsheet
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, FreshCodeNeeded, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.kernel.spreadsheet import Refused
from referendum.projects import exporting, importing, keeping, reading
from referendum.projects.errors import (
    ProjectCodeTaken,
    ProjectColumnsWrong,
    ProjectFileEmpty,
    ProjectFileFaulty,
    ProjectFileNotCsv,
    ProjectFileTooLong,
    ProjectFileUnreadable,
    ProjectReasonMissing,
    ProjectsMovedOn,
    ProjectsOfTheMayor,
    ProjectWrong,
)
from referendum.projects.lines import COLUMNS, KINDS, STAGES, Reason
from referendum.projects.tables import ProjectChange
from tests.projects.listing import LINE, MATTER, file_of, line, looks, projects, takes
from tests.town import Town


def changes(town: Town, code: str) -> list[tuple[str, dict[str, Any]]]:
    """Oldest first."""
    with town.begin() as uow:
        kept = keeping.history(uow.session, projects(town)[code].id)
        return [(one.act, one.fields) for one in reversed(kept)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_the_three_encodings_read_alike(town: Town, encoding: str) -> None:
    report = looks(town, file_of(line(), encoding=encoding))
    assert (report.encoding, report.refused) == (encoding, [])
    (entry,) = report.added
    assert (entry.name_ko, entry.kind, entry.stage) == (LINE["name"], "transport", "designed")
    assert (entry.total, entry.yearly) == (6_200_000_000, 1_000_000_000)
    assert entry.decision_on == date(2027, 9, 1)


def test_headings_may_be_korean_and_stand_in_any_order(town: Town) -> None:
    korean = {name: aliases[-1] for name, aliases in COLUMNS.items()}
    order = list(reversed(COLUMNS))
    rows = [[korean[name] for name in order], [line()[name] for name in order]]
    data = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()
    assert looks(town, data).added == looks(town, file_of(line())).added


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"code": ""}, "code", Reason.MISSING),
        ({"code": "a b"}, "code", Reason.NOT_A_CODE),
        ({"code": "-1"}, "code", Reason.NOT_A_CODE),
        ({"code": "가" * 41}, "code", Reason.NOT_A_CODE),
        ({"name": " "}, "name", Reason.MISSING),
        ({"name": "가" * 101}, "name", Reason.TOO_LONG),
        ({"name": "앞\u202e뒤"}, "name", Reason.CONTROL_CHARACTER),
        ({"name": "앞\n뒤"}, "name", Reason.CONTROL_CHARACTER),
        ({"name_en": "x" * 111}, "name_en", Reason.TOO_LONG),
        ({"department": ""}, "department", Reason.MISSING),
        ({"kind": ""}, "kind", Reason.MISSING),
        ({"kind": "도로"}, "kind", Reason.KIND_UNKNOWN),
        ({"stage": "거의 끝"}, "stage", Reason.STAGE_UNKNOWN),
        ({"total_budget": "62억쯤"}, "total_budget", Reason.NOT_AN_AMOUNT),
        ({"total_budget": "62억 5"}, "total_budget", Reason.NOT_AN_AMOUNT),
        ({"total_budget": "6,20,0000"}, "total_budget", Reason.NOT_AN_AMOUNT),
        ({"total_budget": "6200000000.0"}, "total_budget", Reason.NOT_AN_AMOUNT),
        ({"total_budget": "-6200000000"}, "total_budget", Reason.NOT_AN_AMOUNT),
        ({"total_budget": "６２００"}, "total_budget", Reason.NOT_AN_AMOUNT),
        ({"total_budget": "6.2e9"}, "total_budget", Reason.NOT_AN_AMOUNT),
        ({"total_budget": "0", "yearly_budget": ""}, "total_budget", Reason.AMOUNT_OUT_OF_RANGE),
        ({"total_budget": f"{10**15 + 1}"}, "total_budget", Reason.AMOUNT_OUT_OF_RANGE),
        ({"total_budget": ""}, "total_budget", Reason.TOTAL_MISSING),
        ({"yearly_budget": "6,200,000,001"}, "yearly_budget", Reason.ABOVE_TOTAL),
        ({"districts": "없는동"}, "districts", Reason.DISTRICT_UNKNOWN),
        ({"decision_date": "2027-02-30"}, "decision_date", Reason.NOT_A_DATE),
        ({"decision_date": "내년"}, "decision_date", Reason.NOT_A_DATE),
        ({"decision_date": "1027-02-03"}, "decision_date", Reason.DATE_OUT_OF_RANGE),
        ({"summary": "가" * 2_001}, "summary", Reason.TOO_LONG),
        ({"summary": "\x07"}, "summary", Reason.CONTROL_CHARACTER),
    ],
)
def test_a_fault_is_told_with_its_line_its_column_and_its_reason_and_nothing_is_taken(
    town: Town, cells: dict[str, str], column: str, reason: Reason
) -> None:
    lines = (line(1), line(2, **cells) | ({} if "code" not in cells else cells), line(3))
    assert looks(town, file_of(*lines)).refused == [Refused(3, column, reason)]
    with pytest.raises(ProjectFileFaulty) as refusal:
        takes(town, *lines)
    assert refusal.value.facts == {
        "count": 1,
        "lines": 1,
        "commonest": [{"column": column, "reason": reason.value, "count": 1}],
        "faults": [{"line": 3, "column": column, "reason": reason.value}],
    }
    assert projects(town) == {}


def test_an_amount_may_stand_in_the_unit_of_the_offices_own_tables(town: Town) -> None:
    takes(town, line(1, total_budget="62억원", yearly_budget="1,250백만원"))
    (project,) = projects(town).values()
    assert (project.total, project.yearly) == (6_200_000_000, 1_250_000_000)


def test_every_fault_of_a_file_is_told_at_once(town: Town) -> None:
    data = file_of(line(1, kind="x", total_budget="y"), line(2), line(2)) + b"only,three,cells\r\n"
    assert looks(town, data).refused == [
        Refused(2, "kind", Reason.KIND_UNKNOWN),
        Refused(2, "total_budget", Reason.NOT_AN_AMOUNT),
        Refused(3, "code", Reason.REPEATED),
        Refused(4, "code", Reason.REPEATED),
        Refused(5, None, Reason.WRONG_NUMBER_OF_FIELDS),
    ]


def test_a_refused_file_says_how_much_is_wrong_and_what_most_of_it_is(town: Town) -> None:
    with pytest.raises(ProjectFileFaulty) as refusal:
        takes(town, line(1, kind="x", stage="y"), line(2), line(3, kind="z"))
    facts = refusal.value.facts
    assert (facts["count"], facts["lines"]) == (3, 2)
    assert facts["commonest"] == [{"column": "kind", "reason": "kind-unknown", "count": 2}]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", ProjectFileEmpty),
        (file_of(), ProjectFileEmpty),
        (b"a,b\n1,2\n", ProjectColumnsWrong),
        (file_of(line()) + b'2,"open', ProjectFileNotCsv),
        (b"\xff\xfe\x00broken", ProjectFileUnreadable),
        (file_of(line(), encoding="utf-16"), ProjectFileUnreadable),
    ],
)
def test_what_is_no_list_of_projects_is_refused(
    town: Town, data: bytes, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        looks(town, data)


def test_a_file_beyond_all_measure_is_refused(town: Town) -> None:
    data = file_of(line()) + b"x\n" * reading.MOST_LINES
    with pytest.raises(ProjectFileTooLong):
        looks(town, data)


def test_kinds_and_stages_may_be_written_in_both_languages() -> None:
    assert {kind.value for kind in KINDS.values()} <= set(KINDS)
    assert {stage.value for stage in STAGES.values()} <= set(STAGES)


def test_districts_are_found_by_name_and_all_of_them_are_everywhere(town: Town) -> None:
    first, second = town.districts[0], town.districts[1]
    named = f"{second.name_ko}|{first.name_en}; {first.code}"
    everywhere = "|".join(one.name_ko for one in town.districts)
    takes(town, line(1, districts=named), line(2, districts=everywhere), line(3))
    found = projects(town)
    assert found["GY-2027-001"].districts == [str(first.id), str(second.id)]
    assert found["GY-2027-002"].districts is None
    assert found["GY-2027-003"].districts is None


def test_a_second_file_changes_by_code_and_keeps_what_it_does_not_have(town: Town) -> None:
    takes(town, line(1), line(2), line(3, **MATTER))
    before = projects(town)
    second = (line(1), line(2, total_budget="7000000000"), line(4))
    report = takes(town, *second)
    assert report.counts == {"added": 1, "changed": 1, "unchanged": 1, "absent": 1}
    after = projects(town)
    assert [after[code].id for code in before] == [one.id for one in before.values()]
    assert after["GY-2027-002"].total == 7_000_000_000
    assert [after[code].listed for code in sorted(after)] == [True, True, False, True]
    assert [after[code].number for code in sorted(after)] == [1, 2, 3, 4]
    assert changes(town, "GY-2027-002")[1:] == [
        ("changed", {"total": [6_200_000_000, 7_000_000_000]})
    ]
    assert [act for act, _ in changes(town, "GY-2027-003")] == ["added", "unlisted"]
    third = takes(town, line(1), line(2, total_budget="7000000000"), line(3, **MATTER), line(4))
    assert third.counts == {"added": 0, "changed": 1, "unchanged": 3, "absent": 0}
    assert [act for act, _ in changes(town, "GY-2027-003")] == ["added", "unlisted", "relisted"]
    with town.begin() as uow:
        assert [one.number for one in importing.history(uow.session, town.place)] == [3, 2, 1]


def test_an_import_is_one_entry_of_the_record_with_the_root_of_its_changes(town: Town) -> None:
    report = takes(town, line(1), line(2))
    with town.begin() as uow:
        entries = uow.session.scalars(
            select(RecordEntry).where(RecordEntry.act == "projects.imported")
        ).all()
        kept = uow.session.query(ProjectChange).count()
    (told,) = [json.loads(entry.leaf)["facts"] for entry in entries]
    assert (told["added"], told["file_sha256"], kept) == (2, report.sha256, 2)
    assert len(bytes.fromhex(told["merkle_root"])) == 32


def test_a_report_that_was_read_before_another_change_is_not_confirmed(town: Town) -> None:
    basis = looks(town, file_of(line(1))).basis
    takes(town, line(2))
    with pytest.raises(ProjectsMovedOn):
        takes(town, line(1), on_basis=basis)


def test_only_a_clerk_of_the_mayors_office_with_a_fresh_code_imports(town: Town) -> None:
    data = file_of(line())
    for by, refusal in (
        (town.officer(Authority.COUNCIL_CHAIR), ProjectsOfTheMayor),
        (town.officer(Authority.MAYOR, Role.REGISTRAR), RoleMissing),
        (town.officer(Authority.MAYOR, fresh=False), FreshCodeNeeded),
    ):
        with pytest.raises(refusal), town.begin() as uow:
            importing.import_projects(uow, data=data, by=by)


def test_five_thousand_lines_go_in_and_are_changed(town: Town) -> None:
    lines = [line(number, districts=town.districts[number % 44].name_ko) for number in range(5_000)]
    assert takes(town, *lines).counts["added"] == 5_000
    again = [{**one, "total_budget": "6200000001"} for one in lines]
    assert takes(town, *again).counts["changed"] == 5_000


# By hand


def test_one_is_added_and_changed_by_hand_with_a_reason(town: Town) -> None:
    by = town.officer(Authority.MAYOR)
    with town.begin() as uow:
        made = keeping.add(uow, cells=line(9, **MATTER), reason="현안으로 등록", by=by)
    with town.begin() as uow:
        keeping.change(uow, made.id, cells=line(9), reason="사업비 확정 전 추정", by=by)
        keeping.change(uow, made.id, cells=line(9), reason="그대로", by=by)
    with town.begin() as uow:
        kept = keeping.history(uow.session, made.id)
    assert [one.reason for one in kept] == ["사업비 확정 전 추정", "현안으로 등록"]
    assert kept[0].fields == {
        "total": [None, 6_200_000_000],
        "yearly": [None, 1_000_000_000],
    }


def test_by_hand_a_fault_names_its_field(town: Town) -> None:
    by = town.officer(Authority.MAYOR)
    with town.begin() as uow:
        made = keeping.add(uow, cells=line(1), reason="등록", by=by)
    for cells, reason, refusal, field in (
        (line(2, kind="도로"), "등록", ProjectWrong, "kind"),
        (line(2), " ", ProjectReasonMissing, "reason"),
        (line(1), "등록", ProjectCodeTaken, "code"),
    ):
        with pytest.raises(refusal) as refused, town.begin() as uow:
            keeping.add(uow, cells=cells, reason=reason, by=by)
        assert refused.value.facts["field"] == field
    assert made.number == 1


# Strange input


def test_ops_08_what_is_downloaded_is_no_formula_and_comes_back_as_it_was(town: Town) -> None:
    """OPS-08: a cell is text in every spreadsheet program, and the same text when it returns."""
    takes(
        town,
        line(1, name="=HYPERLINK(x)", department="+부서", summary="@합계\n'=두 줄"),
        line(2, name="'-아포스트로피", districts=town.districts[3].name_ko, **MATTER),
    )
    with town.begin() as uow:
        data = exporting.as_file(uow.session, town.place)
    rows = list(spreadsheet.rows(io.StringIO(spreadsheet.decode(data)[0], newline="")))
    assert all(not cell.startswith(("=", "+", "-", "@")) for _, row in rows for cell in row)
    assert looks(town, data).changes_anything is False
    assert looks(town, data).unchanged == 2


@given(cell=st.text(max_size=40))
def test_ops_08_no_cell_begins_like_a_formula(cell: str) -> None:
    """OPS-08."""
    written = spreadsheet.harmless(cell)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert spreadsheet.meant(written) == cell


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=1, max_size=60), summary=st.text(max_size=80))
def test_ops_08_any_text_is_taken_whole_or_refused(town: Town, name: str, summary: str) -> None:
    """OPS-08: nothing that people write is anything but a fault or the same text again."""
    try:
        data = file_of(line(1, name=name, summary=summary))
    except UnicodeEncodeError:
        return
    try:
        report = looks(town, data)
    except DomainError:
        return
    assert len(report.refused) + len(report.added) >= 1
    for entry in report.added:
        assert entry.name_ko == " ".join(entry.name_ko.split())
        assert "\0" not in entry.name_ko + entry.summary


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(max_size=200))
def test_no_bytes_after_a_good_line_are_more_than_a_refusal(town: Town, tail: bytes) -> None:
    try:
        report = looks(town, file_of(line()) + tail)
    except DomainError:
        return
    assert len(report.added) + len(report.refused) >= 1
