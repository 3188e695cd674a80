"""What is written on papers in the town: a measure's text, a promise, a recalled official."""

from __future__ import annotations

from datetime import date
from typing import Any

from referendum.lifecycle.acting import Document
from referendum.lifecycle.drafting import DraftText
from signatures.collecting import Consent
from thresholds.vocabulary import Office

CONSENTS = dict.fromkeys(Consent, "1")
PAPER = Document("제2027-1호", date(2027, 2, 1))
TYPED = {"document_number": PAPER.number, "document_day": PAPER.day.isoformat()}
"""The same as it is typed into a form."""

WORDS = DraftText(
    title_ko="도서관 야간 개관 조례",
    title_en="Libraries open at night",
    question_ko="시립도서관을 밤 10시까지 여는 것에 찬성합니까?",
    question_en="Shall the city libraries stay open until ten?",
    reason="늦게까지 일하는 주민도 도서관을 쓸 수 있어야 한다.",
    body="제1조(목적) 이 조례는 시립도서관의 야간 개관을 정한다.",
)
PROMISED: dict[str, Any] = {
    "title": {"ko": "시험용 사전 약속", "en": "A promise for tests"},
    "subjects": [{"ko": "도서관", "en": "Libraries"}, {"ko": "공원", "en": "Parks"}],
    "matters": True,
    "least_budget": 10_000_000_000,
    "least_by_kind": {"digital": 1_000_000_000},
    "asked_by": {"mayor": True, "council": True, "residents": "1/150", "districts": True},
    "minimum_age": 18,
    "foreign_statuses": ["F-2", "F-5", "F-6"],
    "channels": ["paper", "online"],
    "identification": "register",
    "promises": [
        {
            "turnout": "1/4",
            "majority": "1/2",
            "undertaking": {
                "ko": "다수 의견을 예산안에 반영해 제출합니다.",
                "en": "I will put the majority's view into the draft budget.",
            },
        },
    ],
    "argument_days": 14,
    "answer_days": 60,
    "valid_to": "2030-12-31",
    "revocation_notice_days": 30,
    "register_basis": {"number": "시험 근거 1호", "day": "2026-01-01"},
    "impact_assessment": {"number": "시험 평가 1호", "day": "2026-01-01"},
}
"""Terms of a promise with which an advisory vote can be held; `valid_from` is the day itself."""
OF_A_RECALL = {
    "office": Office.MAYOR.value,
    "official": "가상시장",
    "term_started": date(2025, 7, 1),
    "term_ends": date(2029, 6, 30),
}
