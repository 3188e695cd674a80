"""Certificates as JSON, with the numbers of votes that were really held where there are any."""

from typing import Any

GOYANG = [
    "주교동",
    "원신동",
    "흥도동",
    "성사1동",
    "성사2동",
    "효자동",
    "삼송1동",
    "삼송2동",
    "창릉동",
    "고양동",
    "관산동",
    "능곡동",
    "화정1동",
    "화정2동",
    "행주동",
    "행신1동",
    "행신2동",
    "행신3동",
    "행신4동",
    "화전동",
    "대덕동",
    "식사동",
    "중산1동",
    "중산2동",
    "정발산동",
    "풍산동",
    "백석1동",
    "백석2동",
    "마두1동",
    "마두2동",
    "장항1동",
    "장항2동",
    "고봉동",
    "일산1동",
    "일산2동",
    "일산3동",
    "탄현1동",
    "탄현2동",
    "주엽1동",
    "주엽2동",
    "대화동",
    "송포동",
    "덕이동",
    "가좌동",
]


def certificate(**changes: Any) -> dict[str, Any]:
    """Hanam 2007: a councillor is recalled (cases/hanam-2007-councillor)."""
    document: dict[str, Any] = {
        "format": "referendum-certificate-v1",
        "class": "certificate",
        "serial": "하남선관위-2007-0012",
        "jurisdiction": {"ko": "하남시", "en": "Hanam"},
        "instrument": "recall",
        "measure": {
            "id": "8a7d5c9e-6f0e-4f0e-9a3e-0d8a4a0c2b11",
            "number": "2007-소환-2",
            "title": {
                "ko": "하남시의회 가선거구 의원 주민소환투표",
                "en": "Recall of a district councillor",
            },
            "question": {
                "ko": "하남시의회 가선거구 의원의 주민소환에 찬성하십니까?",
                "en": "Do you agree to the recall of the councillor of district Ga?",
            },
            "options": [
                {"key": "yes", "label": {"ko": "찬성", "en": "Yes"}},
                {"key": "no", "label": {"ko": "반대", "en": "No"}},
            ],
            "office": {
                "ko": "하남시의회 가선거구 의원",
                "en": "Member of Hanam council, district Ga",
            },
        },
        "rulebook": {
            "id": "kr-recall-2007",
            "title": {"ko": "주민소환에 관한 법률 (2007)", "en": "Recall Act (2007)"},
            "fingerprint": "5f" * 32,
            "laws": ["주민소환에 관한 법률 제22조", "주민소환에 관한 법률 제23조"],
            "assumed": ["valid_from"],
        },
        "petition": None,
        "poll": {
            "outcome": "adopted",
            "counted": True,
            "winner": "yes",
            "findings": [
                {
                    "requirement": "turnout",
                    "citation": "주민소환에 관한 법률 제22조제1항",
                    "whole": 55_775,
                    "counted": 21_004,
                    "needed": 18_592,
                    "met": True,
                    "sum": "ceil(55,775 × 1/3) = 18,592",
                },
                {
                    "requirement": "majority",
                    "citation": "주민소환에 관한 법률 제22조제1항",
                    "whole": 20_283,
                    "counted": 17_400,
                    "needed": 10_142,
                    "met": True,
                    "sum": "floor(20,283 × 1/2) + 1 = 10,142",
                },
            ],
            "electors": 55_775,
            "issued": 21_004,
            "cast": 21_004,
            "papers": 20_970,
            "invalid": 687,
            "options": [{"key": "yes", "count": 17_400}, {"key": "no", "count": 2_883}],
            "gap": {"difference": -34, "reason": "투표용지를 받고 넣지 않은 사람이 있음"},
            "districts": [],
        },
        "outcome": "adopted",
        "effects": [
            {"key": "office_lost", "on": "2007-12-13", "citation": "주민소환에 관한 법률 제23조"},
            {"key": "powers_restored", "on": "2007-12-13", "citation": None},
            {"key": "dispute_until", "on": "2007-12-27", "citation": "주민소환에 관한 법률 제24조"},
        ],
        "authority": {"ko": "하남시선거관리위원회", "en": "Hanam Election Commission"},
        "officers": [
            {
                "id": "officer-1",
                "name": "사무국장",
                "role": "확인",
                "authority": "하남시선거관리위원회",
                "certified_at": "2007-12-13T01:10:00Z",
            },
            {
                "id": "officer-2",
                "name": "위원장",
                "role": "증명",
                "authority": "하남시선거관리위원회",
                "certified_at": "2007-12-13T01:35:00Z",
            },
        ],
        "transcript_of": None,
        "times": {
            "issued_at": "2007-12-13T01:36:00Z",
            "petition_closed_at": None,
            "polls_closed_at": "2007-12-12T11:00:00Z",
            "decided_at": "2007-12-13T01:35:00Z",
        },
        "checkpoint": {
            "origin": "referendum.hanam.example/record",
            "size": 1_284,
            "root": "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
            "note": (
                "referendum.hanam.example/record\n1284\n"
                "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n"
                "— referendum.hanam.example/record x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG"
                "UgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
            ),
        },
        "verification_url": "https://referendum.hanam.example/verify/hanam-2007-0012",
        "assumed": ["poll.issued"],
        "demo": False,
        "rehearsal": False,
        "no_legal_effect": False,
    }
    return document | changes


def not_counted() -> dict[str, Any]:
    """Seoul 2011, turnout under a third of the electors (cases/seoul-2011-free-meals)."""
    document = certificate(
        serial="서울-2011-0824",
        jurisdiction={"ko": "서울특별시", "en": "Seoul"},
        instrument="referendum",
        outcome="not_counted",
        effects=[],
        authority={"ko": "서울특별시선거관리위원회", "en": "Seoul Election Commission"},
        transcript_of={
            "number": "제2011-108호",
            "date": "2011-08-24",
            "authority": {"ko": "서울특별시선거관리위원회", "en": "Seoul Election Commission"},
        },
        rehearsal=True,
    )
    document["class"] = "transcript"
    document["measure"] = document["measure"] | {
        "number": "2011-투표-1",
        "title": {
            "ko": "서울특별시 무상급식 지원범위 주민투표",
            "en": "Seoul, scope of free school meals",
        },
        "question": {"ko": "무상급식 지원범위에 관하여 하나를 고르십시오.", "en": None},
        "options": [
            {"key": "a", "label": {"ko": "소득 하위 50%의 학생을 대상으로 단계적으로 실시"}},
            {"key": "b", "label": {"ko": "모든 학생을 대상으로 실시"}},
        ],
        "office": None,
        "route": "residents",
    }
    document["rulebook"] = document["rulebook"] | {
        "id": "kr-referendum-2004",
        "title": {"ko": "주민투표법 (2022년 개정 전)", "en": "Referendum Act before 2022"},
        "laws": ["주민투표법 제24조"],
    }
    document["poll"] = {
        "outcome": "not_counted",
        "counted": False,
        "winner": None,
        "findings": [
            {
                "requirement": "turnout",
                "citation": "주민투표법 제24조",
                "whole": 8_387_278,
                "counted": 2_157_744,
                "needed": 2_795_760,
                "met": False,
                "sum": "ceil(8,387,278 × 1/3) = 2,795,760",
            }
        ],
        "electors": 8_387_278,
        "cast": 2_157_744,
    }
    return document


def insufficient() -> dict[str, Any]:
    """An invented recall petition over Goyang's 44 districts that misses total and spread."""
    floors: list[dict[str, Any]] = []
    for number, name in enumerate(GOYANG):
        whole = 10_321 + 487 * number
        needed = -(-whole * 15 // 100)
        counted = needed + 13 if number % 4 == 0 else needed - 211 - number
        floors.append(
            {
                "name": name,
                "whole": whole,
                "counted": counted,
                "needed": needed,
                "met": counted >= needed,
            }
        )
    total = sum(floor["whole"] for floor in floors)
    valid = sum(floor["counted"] for floor in floors)
    needed = -(-total * 15 // 100)
    document = certificate(
        serial="시연-2026-0007",
        jurisdiction={"ko": "고양시", "en": "Goyang"},
        outcome="insufficient",
        poll=None,
        demo=True,
        effects=[],
    )
    document["measure"] = document["measure"] | {
        "number": "2026-소환-1",
        "title": {"ko": "고양시장 주민소환투표 청구", "en": "Recall of the mayor"},
        "office": {"ko": "고양시장", "en": "Mayor of Goyang"},
    }
    document["petition"] = {
        "outcome": "insufficient",
        "findings": [
            {
                "requirement": "signatures",
                "citation": "주민소환에 관한 법률 제7조제1항",
                "whole": total,
                "counted": valid,
                "needed": needed,
                "met": False,
                "sum": f"ceil({total:,} × 15%) = {needed:,}",
            },
            {
                "requirement": "spread",
                "citation": "주민소환에 관한 법률 제7조제3항, 시행령 제2조",
                "whole": 44,
                "counted": 11,
                "needed": 15,
                "met": False,
                "sum": "ceil(44 × 1/3) = 15",
                "districts": floors,
            },
        ],
        "claimants": total,
        "submitted": valid + 30_512,
        "standing": valid,
        "void": [
            {"key": "duplicate", "count": 8_417},
            {"key": "unidentifiable", "count": 17_204},
            {"key": "out_of_period", "count": 4_891},
        ],
        "channels": [{"key": "paper", "count": valid}],
        "districts": [
            {"name": floor["name"], "claimants": floor["whole"], "valid": floor["counted"]}
            for floor in floors
        ],
    }
    return document


def advisory() -> dict[str, Any]:
    """An invented advisory vote with a count in 44 districts."""
    districts: list[dict[str, Any]] = []
    for number, name in enumerate(GOYANG):
        papers, invalid = 3_019 + 83 * number, 17 + number
        first = (papers - invalid) * 57 // 100
        districts.append(
            {
                "name": name,
                "electors": 18_400 + 211 * number,
                "cast": papers,
                "papers": papers,
                "invalid": invalid,
                "options": [
                    {"key": "park", "count": first},
                    {"key": "hall", "count": papers - invalid - first},
                ],
            }
        )
    papers = sum(district["papers"] for district in districts)
    invalid = sum(district["invalid"] for district in districts)
    park = sum(district["options"][0]["count"] for district in districts)
    hall = papers - invalid - park
    electors = sum(district["electors"] for district in districts)
    document = certificate(
        serial="자문-2026-0003",
        jurisdiction={"ko": "고양시", "en": "Goyang"},
        instrument="advisory",
        outcome="advisory",
        authority={"ko": "고양시장", "en": "Mayor of Goyang"},
        effects=[{"key": "mayor_answers_until", "on": "2026-09-30", "citation": "위임 제7조"}],
        no_legal_effect=True,
        demo=True,
    )
    document["class"] = "advisory_certificate"
    document["measure"] = {
        "id": "2f1c",
        "number": "2026-자문-3",
        "title": {
            "ko": "옛 청사 터의 쓰임에 관한 의견",
            "en": "What to do with the old city hall site",
        },
        "question": {
            "ko": "옛 청사 터를 무엇으로 쓰는 것이 좋겠습니까?",
            "en": "What should the site become?",
        },
        "options": [
            {"key": "park", "label": {"ko": "시민공원", "en": "A public park"}},
            {"key": "hall", "label": {"ko": "공연장", "en": "A concert hall"}},
        ],
    }
    document["rulebook"] = document["rulebook"] | {
        "id": "demo-delegation-2026",
        "title": {"ko": "시장의 위임 (2026)", "en": "The mayor's delegation (2026)"},
        "laws": ["지방자치법 제17조제1항"],
    }
    document["poll"] = {
        "outcome": "advisory",
        "counted": True,
        "winner": "park",
        "findings": [
            {
                "requirement": "majority",
                "citation": "위임 제5조",
                "whole": park + hall,
                "counted": park,
                "needed": hall + 1,
                "met": True,
                "sum": f"{hall:,} + 1 = {hall + 1:,}",
            }
        ],
        "electors": electors,
        "cast": papers,
        "papers": papers,
        "invalid": invalid,
        "options": [{"key": "park", "count": park}, {"key": "hall", "count": hall}],
        "districts": districts,
    }
    document["label"] = {
        "ko": "자문투표 · 법적 구속력 없음",
        "en": "Advisory vote · not legally binding",
    }
    document["undertakings"] = [_undertaking(electors, papers, park, park + hall)]
    return document


def _undertaking(electors: int, papers: int, park: int, valid: int) -> dict[str, Any]:
    """A promise that a quarter's turnout and a simple majority reach."""
    turnout, majority = -(-electors // 4), valid // 2 + 1
    return {
        "number": 1,
        "text": {
            "ko": "다수 의견을 예산안에 반영해 제출합니다.",
            "en": "I will put the majority's view into the draft budget.",
        },
        "met": papers >= turnout and park >= majority,
        "turnout": {
            "requirement": "turnout",
            "citation": "위임 제7조",
            "whole": electors,
            "counted": papers,
            "needed": turnout,
            "met": papers >= turnout,
            "sum": f"ceil({electors:,} × 1/4) = {turnout:,}",
        },
        "majority": {
            "requirement": "majority",
            "citation": "위임 제7조",
            "whole": valid,
            "counted": park,
            "needed": majority,
            "met": park >= majority,
            "sum": f"floor({valid:,} × 1/2) + 1 = {majority:,}",
        },
    }
