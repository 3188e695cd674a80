"""What the demo's drafters add to their texts: easy-read versions, estimates, and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from referendum.lifecycle.describing import Cost, CostKind, Place

LIBRARIES: Final[Mapping[str, Any]] = {
    "easy": {
        "title_ko": "작은도서관을 밤에도 열어요 (시연)",
        "title_en": "Small libraries stay open at night (demo)",
        "question_ko": "작은도서관을 밤 10시까지 열자는 조례를 만들어 달라고 시의회에 부탁합니다.",
        "question_en": "We ask the council for a rule: small libraries stay open until ten.",
        "reason": (
            "늦게까지 일하는 사람이 있습니다. 밤에 공부하는 학생도 있습니다.\n\n"
            "지금은 저녁에 문을 닫아서 책을 읽을 곳이 없습니다."
        ),
        "body": (
            "- 작은도서관은 월요일부터 금요일까지 밤 10시까지 문을 엽니다.\n"
            "- 시는 돈이 있는 만큼 도와줄 수 있습니다.\n\n"
            "(시연을 위해 지어낸 글입니다.)"
        ),
    },
    "cost": Cost(
        kind=CostKind.YEARLY,
        amount=180_000_000,
        years=3,
        said=(
            "작은도서관 10곳에서 밤에 한 사람씩 더 일한다고 보았다. 한 해 1천8백만원 × 10곳. "
            "(시연용 가상 수치)"
        ),
    ),
}
CYCLING: Final[Mapping[str, Any]] = {
    "easy": {
        "title_ko": "주말 낮에는 하천 길에서 자전거를 타지 말까요? (시연)",
        "title_en": "No bicycles by the stream on weekend days? (demo)",
        "question_ko": "토요일과 일요일 낮에 하천 길에서 자전거를 못 타게 할까요?",
        "question_en": "Should bicycles stay off the paths by the stream on Saturdays and Sundays?",
        "reason": ("걷는 사람은 편해집니다.\n\n자전거를 타는 사람은 다른 길로 돌아가야 합니다."),
        "body": (
            "- 토요일과 일요일에만 막습니다.\n"
            "- 오전 10시부터 오후 5시까지만 막습니다.\n\n"
            "(시연을 위해 지어낸 글입니다.)"
        ),
    },
    "cost": Cost(
        kind=CostKind.ONCE,
        amount=45_000_000,
        said="들머리 15곳에 안내판을 세운다. 한 곳에 3백만원 × 15곳. (시연용 가상 수치)",
    ),
}


def libraries(districts: Sequence[UUID]) -> dict[str, Any]:
    """Of the initiative, which has its libraries in these districts."""
    place = Place(
        districts=tuple(districts),
        ko="작은도서관 열 곳 (가상)",
        en="Ten small libraries (invented)",
    )
    return {**LIBRARIES, "place": place}


def cycling(districts: Sequence[UUID]) -> dict[str, Any]:
    """Of the called vote; its stream runs through these districts."""
    place = Place(
        districts=tuple(districts), ko="하천 산책로 (가상)", en="The paths by the stream (invented)"
    )
    return {**CYCLING, "place": place}
