"""The demo's projects: a dozen invented ones, as a city's file would list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from referendum.kernel import spreadsheet
from referendum.kernel.people import Officer
from referendum.kernel.uow import Begin
from referendum.lifecycle.acting import Deputy, Document
from referendum.lifecycle.advisory import declining
from referendum.lifecycle.office.approving import Approval
from referendum.projects import importing
from referendum.projects.lines import COLUMNS
from referendum.projects.tables import Project

INVENTED: Final = "시연을 위해 지어낸 사업입니다. 실제 계획이나 예산과 관계가 없습니다."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One invented project; its day of decision counts from today."""

    name: str
    name_en: str
    kind: str
    department: str
    total: int | None
    yearly: int | None
    stage: str
    in_days: int | None
    districts: str = ""


EOK: Final = 100_000_000
SAMPLES: Final = (
    Sample(
        name="가상 환승 주차장 건립", name_en="An invented park-and-ride",
        kind="교통", department="교통정책과 (가상)",
        total=620 * EOK, yearly=80 * EOK, stage="설계", in_days=150, districts="행신1동|행신2동",
    ),
    Sample(
        name="가상 시립 체육관 신축", name_en="An invented municipal gymnasium",
        kind="건축", department="체육정책과 (가상)",
        total=1_840 * EOK, yearly=120 * EOK, stage="타당성 조사", in_days=240,
    ),
    Sample(
        name="가상 하천 산책로 조명 교체", name_en="Invented lights along a stream",
        kind="환경", department="생태하천과 (가상)",
        total=38 * EOK, yearly=12 * EOK, stage="예산 편성", in_days=120,
    ),
    Sample(
        name="가상 어르신 돌봄센터 확충", name_en="Invented day centres for the elderly",
        kind="복지", department="노인복지과 (가상)",
        total=255 * EOK, yearly=45 * EOK, stage="계획", in_days=300,
    ),
    Sample(
        name="가상 도서관 통합 예약 시스템", name_en="An invented booking system for libraries",
        kind="디지털", department="도서관센터 (가상)",
        total=54 * EOK, yearly=18 * EOK, stage="설계", in_days=200,
    ),
    Sample(
        name="가상 야외 공연장 조성", name_en="An invented open-air stage",
        kind="문화", department="문화예술과 (가상)",
        total=410 * EOK, yearly=30 * EOK, stage="계획", in_days=75,
    ),
    Sample(
        name="가상 마을버스 차고지 이전", name_en="An invented bus depot moves",
        kind="교통", department="대중교통과 (가상)",
        total=173 * EOK, yearly=None, stage="타당성 조사", in_days=None,
    ),
    Sample(
        name="가상 자원순환 시설 현대화", name_en="An invented recycling plant renewed",
        kind="환경", department="자원순환과 (가상)",
        total=960 * EOK, yearly=210 * EOK, stage="계약", in_days=400,
    ),
    Sample(
        name="가상 골목 보행로 정비", name_en="Invented footpaths mended",
        kind="교통", department="도로정책과 (가상)",
        total=9 * EOK + 8_000_000, yearly=9 * EOK, stage="시행", in_days=60,
    ),
    Sample(
        name="가상 작은도서관 공기청정기 교체", name_en="Air filters for invented small libraries",
        kind="문화", department="도서관센터 (가상)",
        total=1 * EOK + 24_500_000, yearly=1 * EOK, stage="예산 편성", in_days=45,
    ),
    Sample(
        name="가상 공공건물 태양광 설치", name_en="Invented solar roofs on public buildings",
        kind="환경", department="기후에너지과 (가상)",
        total=128 * EOK, yearly=40 * EOK, stage="설계", in_days=180,
    ),
    Sample(
        name="공원 안 반려견 동반 구역 지정 (가상 현안)",
        name_en="Where dogs may go in parks (an invented matter)",
        kind="기타", department="공원관리과 (가상)",
        total=None, yearly=None, stage="계획", in_days=112,
    ),
)  # fmt: skip
FRIDAY: Final = 4
GROWN, DECLINED = 1, 3
"""The places in SAMPLES of the one that has grown, and of the one that nobody is asked about."""
BEFORE: Final = 1_520 * EOK


@dataclass(frozen=True, slots=True)
class SampleProjects:
    """Takes the lists in and has one vote not called; `today` is where the demo's clock ends."""

    begin: Begin
    officer: Officer
    today: date

    def list_first(self) -> None:
        """Last year's list: one project was smaller then, and another was not on it."""
        first = replace(SAMPLES[GROWN], total=BEFORE)
        self._import([*SAMPLES[:GROWN], first, *SAMPLES[GROWN + 1 : -1]])

    def list_now(self) -> None:
        """The list of today, and the decision of the mayor's office not to call one vote."""
        self._import(SAMPLES)
        with self.begin() as uow:
            project = uow.session.scalars(
                select(Project).where(Project.code == self._code(SAMPLES[DECLINED]))
            ).one()
            declining.decide_not_to_call(
                uow,
                project.id,
                reason=(
                    "시설 수를 정하기 전에 이용자와 보호자의 의견을 먼저 듣기로 했습니다. "
                    "계획이 나온 뒤 다시 판단합니다. (시연용 가상 결정)"
                ),
                approval=Approval(
                    Document("시연-사업-1", self.today),
                    Deputy(name="나한결 (가상)", office="기획조정실장"),
                ),
                by=self.officer,
            )

    def _import(self, samples: Iterable[Sample]) -> None:
        data = spreadsheet.write(list(COLUMNS), self._rows(samples))
        with self.begin() as uow:
            importing.import_projects(uow, data=data, by=self.officer)

    def _rows(self, samples: Iterable[Sample]) -> Iterable[tuple[str, ...]]:
        for one in samples:
            decision = self._working_day(one.in_days) if one.in_days else None
            yield (
                self._code(one),
                one.name,
                one.name_en,
                one.kind,
                one.department,
                "" if one.total is None else str(one.total),
                "" if one.yearly is None else str(one.yearly),
                one.stage,
                one.districts,
                decision.isoformat() if decision else "",
                INVENTED,
            )

    def _working_day(self, in_days: int) -> date:
        """That many days from today, and never on a weekend."""
        day = self.today + timedelta(days=in_days)
        return day + timedelta(days=7 - day.weekday() if day.weekday() > FRIDAY else 0)

    def _code(self, sample: Sample) -> str:
        names = [one.name for one in SAMPLES]
        return f"시연-{self.today.year}-{names.index(sample.name) + 1:02d}"
