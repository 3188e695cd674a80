"""A made-up promise of a mayor, for the demo's city and for advisory votes that are rehearsed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from referendum.cli.conducting import Conductor
from referendum.kernel.people import Authority, Officer
from referendum.lifecycle import enveloping, promising, seconding
from referendum.lifecycle.acting import Deputy
from referendum.lifecycle.enveloping import Scope
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.promising import Hand
from referendum.papers.filing import Scan
from thresholds import library
from thresholds.delegation import Asker, ExcludedMatter

EXAMPLE: Final = "kr-goyang-advisory"
"""The library's example, whose numbers this promise has: its shares, ages, statuses and days."""

SHEET: Final = b"%PDF-1.7\n% a made-up promise\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
"""The smallest file that is a whole PDF."""

TERMS: Final[dict[str, Any]] = {
    "title": {
        "ko": "대규모 사업과 생활 현안에 관한 사전 약속 (시연)",
        "en": "Prior promise on large projects and everyday matters (demo)",
    },
    "subjects": [
        {"ko": "마을버스와 보행 환경", "en": "Village buses and walking"},
        {"ko": "공원과 하천의 이용", "en": "Use of parks and streams"},
        {"ko": "도서관과 문화시설의 운영", "en": "Running libraries and cultural places"},
    ],
    "matters": True,
    "least_budget": 10_000_000_000,
    "least_by_kind": {"digital": 3_000_000_000, "culture": 5_000_000_000},
    "identification": "register",
    "revocation_notice_days": 30,
    "register_basis": {"number": "시연용 근거 문서 1호 (가상)", "day": "2026-01-05"},
    "impact_assessment": {"number": "시연용 영향평가 1호 (가상)", "day": "2026-01-05"},
}
UNDERTAKINGS: Final = (
    (
        "1/4",
        "1/2",
        "다수 의견에 따른 계획을 세우고, 필요한 예산은 예산안에 반영해 제출합니다.",
        "I will plan as the majority says and put what it needs into the draft budget.",
    ),
    (
        "1/3",
        "60%",
        "다음 예산안에 우선순위로 반영해 제출하고, 진행 상황을 석 달마다 알립니다.",
        "I will put it first in the next draft budget and report on it every three months.",
    ),
)


def publish(
    by: Conductor, *, officer: Officer, hand: tuple[str, str], account: tuple[str, str]
) -> None:
    """Draft, sign and publish it today. `hand`: the mayor's name and title; `account`: ours."""
    by.seat(Authority.MAYOR, *hand)
    officer_name, officer_office = account
    signed = Hand(officer=officer, officer_name=officer_name, officer_office=officer_office)
    vault, paper = by.means.vault, by.paper("사전약속", "").document
    assert paper is not None
    scan = Scan(BytesIO(SHEET), vault, len(SHEET))
    with by.begin() as uow:
        terms = delegating.read(terms_from(by.today()))
        made: Delegation = delegating.draft(uow, terms=terms, by=officer, demo=True)
        approval = Approval(replace(paper, scan=scan))
        promising.sign(uow, made.id, hand=signed, approval=approval)
    notice = by.paper("공고", "").document
    with by.begin() as uow:
        proposer = by.officer(Authority.MAYOR)
        deputy = Deputy(name="나한결 (가상)", office="기획조정실장")
        put = seconding.propose_publishing(
            uow, made.id, approval=Approval(notice, deputy), by=proposer
        )
    by.second(put, by.officer(Authority.MAYOR))


def terms_from(first: date) -> dict[str, Any]:
    """The terms with the example's numbers, from that day on."""
    chosen = library.by_id(EXAMPLE).choices.model_dump(mode="json", exclude_none=True)
    share = chosen.pop("share")
    turnout, majority = chosen.pop("turnout"), chosen.pop("majority")
    (first_turnout, first_majority, *_), *_ = UNDERTAKINGS
    assert (turnout, majority) == (first_turnout, first_majority)
    return {
        **TERMS,
        **chosen,
        "asked_by": {"mayor": True, "council": True, "residents": share, "districts": True},
        "promises": [
            {"turnout": one, "majority": two, "undertaking": {"ko": ko, "en": en}}
            for one, two, ko, en in UNDERTAKINGS
        ],
        "valid_from": first.isoformat(),
    }


def state(by: Conductor, measure: UUID, asker: Asker, *, subject: int = 0) -> None:
    """A matter of that subject, none of the excluded."""
    scope = Scope(asked_by=asker, subject=subject, confirmed=frozenset(ExcludedMatter))
    with by.begin() as uow:
        enveloping.state(uow, measure, scope=scope, by=by.officer(Authority.MAYOR))
