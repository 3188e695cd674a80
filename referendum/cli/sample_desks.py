"""Invented desks of the demo's authorities: numbers that nobody has, a street that is nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from referendum.kernel.people import Authority
from referendum.lifecycle.office.contacts import Reached

HOURS: Final = {
    "hours_ko": "평일 오전 9시부터 오후 6시까지 (점심시간에도 엽니다)",
    "hours_en": "Monday to Friday, 9 am to 6 pm, over lunch too",
}
SAMPLE_DESKS: Final[Mapping[Authority, Reached]] = {
    Authority.MAYOR: Reached(
        name_ko="시민참여과 민원 창구 (시연)",
        name_en="Citizens' desk (demo)",
        address_ko="시연로 1, 시청 1층",
        address_en="1 Siyeon-ro, city hall, ground floor",
        telephone="031-000-0001",
        **HOURS,
    ),
    Authority.COUNCIL_CHAIR: Reached(
        name_ko="의회사무국 민원 창구 (시연)",
        name_en="Desk of the council's office (demo)",
        address_ko="시연로 3, 시의회 2층",
        address_en="3 Siyeon-ro, city council, first floor",
        telephone="031-000-0003",
        **HOURS,
    ),
    Authority.ELECTION_COMMISSION: Reached(
        name_ko="선거관리위원회 민원 창구 (시연)",
        name_en="Desk of the election commission (demo)",
        address_ko="시연로 5, 3층",
        address_en="5 Siyeon-ro, second floor",
        telephone="031-000-0005",
        **HOURS,
    ),
}
