"""What is said of one project, cell by cell: in a line of a file or in an officer's form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final

from referendum.kernel import won
from referendum.kernel.days import day_of
from referendum.kernel.spreadsheet import meant
from referendum.projects.tables import Project
from referendum.roll.tables import District
from referendum.roll.usual_names import Gazetteer
from thresholds.terms import ProjectKind

COLUMNS: Final = {
    "code": ("사업코드", "사업번호", "코드"),
    "name": ("사업명", "현안명"),
    "name_en": ("영문명", "영문사업명"),
    "kind": ("분야", "종류"),
    "department": ("부서", "담당부서", "소관부서"),
    "total_budget": ("총사업비", "총예산"),
    "yearly_budget": ("올해예산", "연간예산", "당해연도예산"),
    "stage": ("단계", "추진단계"),
    "districts": ("대상동", "대상지역", "행정동"),
    "decision_date": ("결정예정일", "결정일"),
    "summary": ("개요", "사업개요"),
}
"""Every column of the file, with the Korean headings it may have instead."""

LONGEST: Final = {"name": 100, "name_en": 110, "department": 60, "summary": 2_000}
"""Characters; a measure's title and a card must hold them."""
MOST_WON: Final = 10**15
EARLIEST, LATEST = date(1980, 1, 1), date(2199, 12, 31)

_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_CODE: Final = re.compile(r"[0-9A-Za-z가-힣][0-9A-Za-z가-힣._/-]{0,39}")
_PARTS: Final = re.compile(r"[|;]")


class ProjectStage(StrEnum):
    """How far a project is, from the first plan to its end."""

    PLANNED = "planned"
    STUDIED = "studied"
    DESIGNED = "designed"
    BUDGETED = "budgeted"
    CONTRACTED = "contracted"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    STOPPED = "stopped"

    @property
    def is_open(self) -> bool:
        """Whether its decision still lies ahead: no promise covers a concluded contract."""
        return self in (self.PLANNED, self.STUDIED, self.DESIGNED, self.BUDGETED)


KINDS: Final = {
    "건축": ProjectKind.BUILDING,
    "교통": ProjectKind.TRANSPORT,
    "환경": ProjectKind.ENVIRONMENT,
    "복지": ProjectKind.WELFARE,
    "문화": ProjectKind.CULTURE,
    "디지털": ProjectKind.DIGITAL,
    "기타": ProjectKind.OTHER,
    **{kind.value: kind for kind in ProjectKind},
}
STAGES: Final = {
    "계획": ProjectStage.PLANNED,
    "타당성조사": ProjectStage.STUDIED,
    "설계": ProjectStage.DESIGNED,
    "예산편성": ProjectStage.BUDGETED,
    "계약": ProjectStage.CONTRACTED,
    "시행": ProjectStage.UNDER_WAY,
    "완료": ProjectStage.FINISHED,
    "중단": ProjectStage.STOPPED,
    **{stage.value: stage for stage in ProjectStage},
}
"""How a file may write them; spaces do not count."""


class Reason(StrEnum):
    """What is wrong with a cell or a line."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    CONTROL_CHARACTER = "control-character"
    WRONG_NUMBER_OF_FIELDS = "wrong-number-of-fields"
    REPEATED = "repeated"
    NOT_A_CODE = "not-a-code"
    NOT_AN_AMOUNT = "not-an-amount"
    AMOUNT_OUT_OF_RANGE = "amount-out-of-range"
    TOTAL_MISSING = "total-missing"
    ABOVE_TOTAL = "above-total"
    KIND_UNKNOWN = "kind-unknown"
    STAGE_UNKNOWN = "stage-unknown"
    DISTRICT_UNKNOWN = "district-unknown"
    NOT_A_DATE = "not-a-date"
    DATE_OUT_OF_RANGE = "date-out-of-range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """All that is said of a project, in the names of its table."""

    code: str
    name_ko: str
    name_en: str | None
    kind: str
    department: str
    total: int | None
    yearly: int | None
    stage: str
    districts: tuple[str, ...]
    """Ids, in the place's own order; none: everywhere."""
    decision_on: date | None
    summary: str

    @classmethod
    def of(cls, project: Project) -> Entry:
        told = {one.name: getattr(project, one.name) for one in fields(cls)}
        return cls(**{**told, "districts": tuple(project.districts or ())})

    def values(self) -> dict[str, Any]:
        """The columns of the table."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**told, "districts": list(self.districts) or None}

    def differences(self, before: Entry | None) -> dict[str, list[Any]]:
        """By field what it was and what it is now, as JSON; without a before, all that is given."""
        found = {}
        for one in fields(self):
            was = None if before is None else _plain(getattr(before, one.name))
            now = _plain(getattr(self, one.name))
            if was != now:
                found[one.name] = [was, now]
        return found


class Fault(Exception):
    """What is wrong with one cell; caught where the line is read."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Known:
    """The districts of a place, by every name that a file may call them, in their order."""

    named: Gazetteer[District]
    order: Sequence[str]

    def read(self, cell: str) -> tuple[str, ...]:
        named = [part.strip() for part in _PARTS.split(cell) if part.strip()]
        found = [self.named.get(name) for name in named]
        chosen = {str(one.id) for one in found if one is not None}
        if None in found:
            raise Fault(Reason.DISTRICT_UNKNOWN)
        return (
            ()
            if len(chosen) == len(self.order)
            else tuple(one for one in self.order if one in chosen)
        )


def read_entry(
    cells: Mapping[str, str], districts: Known
) -> tuple[Entry | None, list[tuple[str, Reason]]]:
    """What the cells of COLUMNS say, and every fault in them by column; no entry with a fault."""
    faults: list[tuple[str, Reason]] = []

    def read(column: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(_clean(column, cells[column]))
        except Fault as fault:
            faults.append((column, fault.reason))
            return None

    told: dict[str, Any] = {
        "code": read("code", _code),
        "name_ko": read("name", _given),
        "name_en": read("name_en", lambda cell: cell or None),
        "kind": read("kind", lambda cell: _word(cell, KINDS, Reason.KIND_UNKNOWN)),
        "department": read("department", _given),
        "total": read("total_budget", _amount),
        "yearly": read("yearly_budget", lambda cell: _amount(cell, least=0)),
        "stage": read("stage", lambda cell: _word(cell, STAGES, Reason.STAGE_UNKNOWN)),
        "districts": read("districts", districts.read),
        "decision_on": read("decision_date", _day),
        "summary": read("summary", str),
    }
    total, yearly = told["total"], told["yearly"]
    if yearly is not None and not any(column == "total_budget" for column, _ in faults):
        if total is None:
            faults.append(("total_budget", Reason.TOTAL_MISSING))
        elif yearly > total:
            faults.append(("yearly_budget", Reason.ABOVE_TOTAL))
    return (None if faults else Entry(**told)), faults


def _clean(column: str, cell: str) -> str:
    """Trimmed, in composed letters, and without what no eye sees; a summary may have lines."""
    text = meant(cell.strip())
    if column == "summary":
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        searched = text.replace("\n", "")
    else:
        searched = text
    if _CONTROL.search(searched):
        raise Fault(Reason.CONTROL_CHARACTER)
    text = unicodedata.normalize("NFC", text)
    if column in LONGEST and len(text) > LONGEST[column]:
        raise Fault(Reason.TOO_LONG)
    return text if column == "summary" else " ".join(text.split())


def _given(cell: str) -> str:
    if not cell:
        raise Fault(Reason.MISSING)
    return cell


def _code(cell: str) -> str:
    if not _CODE.fullmatch(_given(cell)):
        raise Fault(Reason.NOT_A_CODE)
    return cell


def _word(cell: str, known: Mapping[str, StrEnum], unknown: Reason) -> str:
    found = known.get(_given(cell).replace(" ", "").casefold())
    if found is None:
        raise Fault(unknown)
    return found.value


def _amount(cell: str, *, least: int = 1) -> int | None:
    """Whole won, also in millions or hundreds of millions by their unit; nothing where empty."""
    if not cell:
        return None
    amount = won.read(cell)
    if amount is None:
        raise Fault(Reason.NOT_AN_AMOUNT)
    if not least <= amount <= MOST_WON:
        raise Fault(Reason.AMOUNT_OUT_OF_RANGE)
    return amount


def _day(cell: str) -> date | None:
    if not cell:
        return None
    day = day_of(cell)
    if day is None:
        raise Fault(Reason.NOT_A_DATE)
    if not EARLIEST <= day <= LATEST:
        raise Fault(Reason.DATE_OUT_OF_RANGE)
    return day


def _plain(value: Any) -> Any:
    """As JSON keeps it; what is empty is null."""
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return list(value) or None
        case _:
            return value if value != "" else None
