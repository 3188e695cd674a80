"""How a date was worked out, in both languages: base, length, days left out, move, end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from thresholds.periods import Length, Unit
from thresholds.reading import Bilingual
from thresholds.vocabulary import DeadlineName, Event

_START_KO: Final[Mapping[str, str]] = {
    Event.CERTIFICATE_PUBLISHED: "증명서 공표",
    Event.COLLECTION_CLOSED: "서명기간 종료",
    Event.SUBMITTED: "명부 제출",
    Event.LIST_PUBLISHED: "명부 공표",
    Event.INSPECTION_OPENED: "열람 시작",
    Event.INSPECTION_CLOSED: "열람 종료",
    Event.OBJECTIONS_DECIDED: "이의신청 결정",
    Event.CURE_ORDERED: "보정 요구",
    Event.ACCEPTED: "수리",
    Event.EXPLANATION_REQUESTED: "소명 요청",
    Event.CALLED: "투표 공고",
    Event.RESULT_PUBLISHED: "결과 공표",
    DeadlineName.COLLECTION_ENDS: "서명기간 만료",
    DeadlineName.INSPECTION_ENDS: "열람기간 만료",
    DeadlineName.EXPLANATION_DUE: "소명기간 만료",
    DeadlineName.VOTE_DAY: "투표일",
}
_START_EN: Final[Mapping[str, str]] = {
    Event.CERTIFICATE_PUBLISHED: "the notice",
    Event.COLLECTION_CLOSED: "the end of collection",
    Event.SUBMITTED: "the submission",
    Event.LIST_PUBLISHED: "the publication of the list",
    Event.INSPECTION_OPENED: "the opening of the inspection",
    Event.INSPECTION_CLOSED: "the end of the inspection",
    Event.OBJECTIONS_DECIDED: "the decision on objections",
    Event.CURE_ORDERED: "the order to cure",
    Event.ACCEPTED: "the acceptance",
    Event.EXPLANATION_REQUESTED: "the request for an explanation",
    Event.CALLED: "the call",
    Event.RESULT_PUBLISHED: "the publication of the result",
    DeadlineName.COLLECTION_ENDS: "the end of collection",
    DeadlineName.INSPECTION_ENDS: "the end of the inspection",
    DeadlineName.EXPLANATION_DUE: "the end of the explanation period",
    DeadlineName.VOTE_DAY: "the vote",
}
_UNIT_KO: Final = {Unit.DAYS: "일", Unit.MONTHS: "개월", Unit.YEARS: "년"}
_UNIT_EN: Final = {Unit.DAYS: "day", Unit.MONTHS: "month", Unit.YEARS: "year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Days that were not counted, and the article that says so, where there is one."""

    first: date
    last: date
    days: int
    title: Bilingual
    article: str

    def ko(self) -> str:
        """The days left out, in a Korean phrase."""
        by = f"({self.article})" if self.article else ""
        return f"{self.title.ko} {self.first}~{self.last} {self.days}일 제외{by}"

    def en(self) -> str:
        """The same in English."""
        span = f"{self.first} to {self.last}"
        by = f" ({self.article})" if self.article else ""
        return f"{self.title.en} {span} excluded, {self.days} days{by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """The facts of the sum; `ko` and `en` say them."""

    start_event: str
    start: date
    length: Length
    end: date
    first_day: bool = False
    first_day_article: str = ""
    left_out: tuple[LeftOut, ...] = ()
    moved_from: date | None = None
    moved_article: str = ""
    point: bool = False
    assumed: bool = False

    @property
    def offset(self) -> bool:
        """Whether it counts back from the event: so many days before it, or the day itself."""
        return self.length.unit is Unit.DAYS and self.length.number <= 0

    def texts(self) -> dict[str, str]:
        """The whole sum by language: {"ko": ..., "en": ...}."""
        return {"ko": self.ko(), "en": self.en()}

    def ko(self) -> str:
        """The sum in Korean."""
        name = _START_KO.get(self.start_event, self.start_event)
        number = abs(self.length.number)
        if self.offset:
            when = f"{number}일 전" if number else "당일"
            return f"{name} {self.start}의 {when} = {self.end}"
        parts = [f"{name} {self.start}부터 {number}{_UNIT_KO[self.length.unit]}"]
        counted = "그날부터 셈" if self.first_day else f"그날은 세지 않음({self.first_day_article})"
        parts.append(counted)
        parts += [out.ko() for out in self.left_out]
        if self.moved_from is not None:
            parts.append(f"{self.moved_from}에서 다음 날로 옮김({self.moved_article})")
        if self.assumed:
            parts.append("기간은 가정한 값")
        return ", ".join(
            [*parts, f"그날은 {self.end}" if self.point else f"{self.end} 24:00에 끝남"]
        )

    def en(self) -> str:
        """The sum in English."""
        name = _START_EN.get(self.start_event, self.start_event)
        number = abs(self.length.number)
        unit = _UNIT_EN[self.length.unit] + ("" if number == 1 else "s")
        if self.offset:
            when = f"{number} {unit} before" if number else "the day of"
            return f"{when} {name} of {self.start} = {self.end}"
        parts = [f"{number} {unit} from {name} of {self.start}"]
        not_counted = f"that day not counted ({self.first_day_article})"
        parts.append("that day counted" if self.first_day else not_counted)
        parts += [out.en() for out in self.left_out]
        if self.moved_from is not None:
            parts.append(f"moved on from {self.moved_from} ({self.moved_article})")
        if self.assumed:
            parts.append("the length is assumed")
        return ", ".join(
            [*parts, f"falls on {self.end}" if self.point else f"ends {self.end} 24:00"]
        )


@dataclass(frozen=True, slots=True)
class Passed:
    """A weekday of the vote that was passed over: for this holiday, else for an election."""

    day: date
    holiday: date | None = None

    def ko(self) -> str:
        """The day passed over and why, in Korean."""
        why = "선거 전 기간" if self.holiday is None else f"공휴일 {self.holiday}"
        return f"{self.day} 건너뜀({why})"

    def en(self) -> str:
        """The same in English."""
        why = "before an election" if self.holiday is None else f"holiday {self.holiday}"
        return f"{self.day} passed over ({why})"


def vote_day_texts(
    *,
    called: date,
    counted_days: int,
    reached: date,
    day: date,
    left_out: tuple[LeftOut, ...],
    passed: tuple[Passed, ...] = (),
) -> dict[str, str]:
    """The sum of a computed vote day: the day counted to, what was skipped, the day chosen."""
    spans_ko = "".join(f", {out.ko()}" for out in left_out)
    spans_en = "".join(f", {out.en()}" for out in left_out)
    over_ko = "".join(f"{one.ko()}, " for one in passed)
    over_en = "".join(f"{one.en()}; " for one in passed)
    return {
        "ko": f"투표 공고 {called}부터 {counted_days}일{spans_ko} → {reached}, {over_ko}"
        f"그날 이후 공휴일과 맞닿지 않고 선거 전 기간이 아닌 첫 수요일 = {day}",
        "en": f"{counted_days} counted days from the call of {called}{spans_en} → {reached}; "
        f"{over_en}first Wednesday from then on, clear of holidays and of pre-election days = "
        f"{day}",
    }


def announced_texts(*, called: date, day: date) -> dict[str, str]:
    """Of a vote day that was announced with the call, or set again since."""
    return {
        "ko": f"{called} 공고에 따른 투표일 = {day}",
        "en": f"the vote day announced after the call of {called} = {day}",
    }
