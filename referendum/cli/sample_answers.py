"""The demo's finished advisory votes: one answered in part and followed up, one not answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ballots import returns, stations
from referendum.cli.conducting import SEOUL, Conductor
from referendum.cli.sample_calls import SampleCalls
from referendum.kernel.people import Authority
from referendum.lifecycle import counting, polling, proposing, seeing_through
from referendum.lifecycle.acting import Deputy
from referendum.lifecycle.advisory import following_up
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.advisory.arguing import Point
from referendum.lifecycle.advisory.following_up import Content, ItemKind, State
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.office.approving import Approval

BEGAN: Final = timedelta(days=120)
"""So long ago that one answer's sixty days are over, for the demo to show it as missing."""
PAPER: Final = "시연-답변-1"

SHELTER: Final = DraftText(
    title_ko="버스정류장 그늘막 설치 자문투표 (시연)",
    title_en="Advisory vote on shade at bus stops (demo)",
    question_ko="학교 앞 버스정류장마다 그늘막을 세우는 것에 찬성하십니까?",
    question_en="Shall every bus stop by a school get a shade?",
    reason="여름에 기다리기 편해지지만 설치와 관리에 비용이 든다.",
    body="학교 앞 버스정류장 12곳에 그늘막을 세운다. (시연용 가상 안건)",
)
LOT: Final = DraftText(
    title_ko="빈 터 임시 주차장 자문투표 (시연)",
    title_en="Advisory vote on parking on vacant land (demo)",
    question_ko="비어 있는 시유지를 임시 주차장으로 쓰는 것에 찬성하십니까?",
    question_en="Shall vacant city land be used for parking for a while?",
    reason="주차난을 덜 수 있지만 아이들이 노는 빈 터가 줄어든다.",
    body="시유지 한 곳을 1년 동안 임시 주차장으로 쓴다. (시연용 가상 안건)",
)
TEXTS: Final = {
    "yes": (
        "그늘막을 바라는 모임 (가상)",
        [
            Point("한여름 정류장의 온도를 낮춰 기다리는 시간이 편해집니다.",
                  "It is cooler to wait in high summer."),
            Point("어린이와 어르신이 먼저 도움을 받습니다.", "Children and the old gain first."),
        ],
    ),
    "no": (
        "골목을 걷는 사람들 (가상)",
        [
            Point("좁은 인도에 기둥이 서면 걷기가 더 불편해집니다.",
                  "Posts make narrow pavements harder to walk."),
            Point("나무를 심으면 그늘과 공기를 함께 얻을 수 있습니다.",
                  "Trees would give shade and air."),
        ],
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleAnswers:
    """Plays both between their call and today; `certify` is the two sample officers' act."""

    by: Conductor
    now: datetime
    districts: tuple[UUID, ...]
    certify: Callable[[UUID, Authority], None]

    @property
    def calls(self) -> SampleCalls:
        """What is done on both as on any."""
        return SampleCalls(self.by, PAPER)

    def play(self) -> None:
        """Both are voted on the same day, in a district each."""
        self.by.until(self.now - BEGAN)
        answered, silent = (
            self.calls.draft(words, (district,))
            for words, district in zip((SHELTER, LOT), self.districts, strict=True)
        )
        for measure in (answered, silent):
            self.calls.call(measure)
        self.calls.argue(answered, TEXTS)
        self.calls.draw(answered)
        for measure in (answered, silent):
            self.by.until_deadline(measure, "polls_close")
            self._count(measure)
            self.certify(measure, Authority.MAYOR)
        self._answer(answered)
        self._follow_up(answered)

    def _count(self, measure: UUID) -> None:
        officer = self.calls.officer("mayor.one")
        with self.by.begin() as uow:
            held = counting.insist_on_canvasser(uow.session, measure, officer)
            poll = polling.poll_of(uow.session, held)
            boxes = stations.boxes_of(uow.session, poll.id)
            cast = {box.id: (box.electors or 0) * 31 // 100 for box in boxes}
            for box, voted in cast.items():
                returns.enter_turnout(uow, box, issued=voted, cast=voted, by=officer)
            for box, voted in cast.items():
                yes = voted * 57 // 100
                votes = {"yes": yes, "no": voted - yes}
                returns.enter_count(uow, box, papers=voted, votes=votes, invalid=0, by=officer)

    def _answer(self, measure: UUID) -> None:
        reply = Reply(
            reasons_ko=(
                "학교 앞 정류장 12곳 가운데 인도 폭이 2미터를 넘는 8곳에 그늘막을 세우겠습니다.\n"
                "나머지 4곳은 보행을 막지 않도록 나무를 심는 방안으로 바꿉니다."
            ),
            reasons_en=(
                "Shades will be put up at eight of the twelve stops, where the pavement is wider "
                "than two metres.\nAt the other four, trees will be planted instead."
            ),
            approval=Approval(
                self.calls.document(), Deputy(name="나한결 (가상)", office="기획조정실장")
            ),
        )
        with self.by.begin() as uow:
            put = proposing.propose_answer(
                uow,
                self.by.means,
                measure,
                decision=Decision.PARTLY,
                reply=reply,
                by=self.calls.officer("mayor.two"),
            )
        self.by.second(put, self.calls.officer("mayor.one"))

    def _follow_up(self, measure: UUID) -> None:
        """One done, one late, one under way: what residents can watch."""
        mayor, began, last = (
            self.calls.officer("mayor.one"),
            self.calls.today(),
            self.now.astimezone(SEOUL).date(),
        )
        soon = began + timedelta(days=3)
        items = (
            Content(kind=ItemKind.MILESTONE, title_ko="현장 조사와 주민 설명회",
                    title_en="Survey and meeting with residents", planned=soon),
            Content(kind=ItemKind.MILESTONE, title_ko="그늘막 8곳 설계",
                    title_en="Design of 8 shades", planned=last - timedelta(days=12),
                    state=State.UNDER_WAY),
            Content(kind=ItemKind.BUDGET_LINE, title_ko="그늘막 설치비를 예산안에 담아 제출",
                    title_en="Cost of the shades in the draft budget", amount=96_000_000,
                    planned=last + timedelta(days=40)),
        )  # fmt: skip
        with self.by.begin() as uow:
            for content in items:
                following_up.add(uow, measure, content=content, by=mayor)
        done = Content(
            kind=ItemKind.MILESTONE,
            title_ko=items[0].title_ko,
            title_en=items[0].title_en,
            planned=soon,
            state=State.DONE,
            done_on=began,
        )
        with self.by.begin() as uow:
            put = seeing_through.propose(
                uow, self.by.means, measure, item=1, content=done, by=mayor
            )
        self.by.second(put, self.by.officer(Authority.MAYOR))
