"""Whatever happens to lines, the totals add up, and agree with a reckoning of our own."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from signatures import recounting, settling, undoing, withdrawing
from signatures.errors import NothingToUndo
from signatures.lines import Reason, Status
from signatures.settling import Voided
from signatures.tallying import Tally, exact, fold, tally
from signatures.undoing import Together
from tests.signatures.city import City, Inhabitant, paper

STRANGER = Inhabitant("?", "모르는이")


@dataclass
class Oracle:
    """The same petition on a blackboard: per line who, status and reason; per person who stands."""

    who: list[str | None] = field(default_factory=list)
    status: list[Status] = field(default_factory=list)
    reason: list[Reason | None] = field(default_factory=list)
    standing: dict[str, int] = field(default_factory=dict)
    withdrew: set[str] = field(default_factory=set)
    versions: Counter[int] = field(default_factory=Counter)

    def add(self, who: str | None) -> int:
        self.who.append(who)
        self.status.append(Status.OPEN)
        self.reason.append(Reason.UNEXAMINED)
        return len(self.who) - 1

    def settle(self, at: int, status: Status, reason: Reason | None) -> None:
        self.status[at], self.reason[at] = status, reason
        self.versions[at] += 1

    def stand(self, at: int, who: str) -> None:
        self.who[at] = who
        if self.standing.setdefault(who, at) == at:
            self.settle(at, Status.VALID, None)
        else:
            self.settle(at, Status.VOID, Reason.DUPLICATE)

    def fall(self, at: int) -> str | None:
        """Gives whose signature no longer stands."""
        who = self.who[at]
        if who is None or self.standing.get(who) != at:
            return None
        del self.standing[who]
        return who

    def raise_next(self, who: str | None) -> None:
        if who is None or who in self.standing or who in self.withdrew:
            return
        for at, (person, reason) in enumerate(zip(self.who, self.reason, strict=True)):
            if person == who and reason is Reason.DUPLICATE:
                self.stand(at, who)
                return

    def agrees(self, counted: Tally) -> bool:
        void = [why for status, why in self._both if status is Status.VOID]
        waiting = [why for status, why in self._both if status is Status.OPEN]
        return (
            counted.submitted == len(self.who)
            and counted.standing == len(self.standing) == self.status.count(Status.VALID)
            and counted.void_by_reason == Counter(void)
            and counted.open_by_reason == Counter(waiting)
        )

    @property
    def _both(self) -> list[tuple[Status, Reason | None]]:
        return list(zip(self.status, self.reason, strict=True))


@dataclass
class Story:
    """Does the same to the city and to the oracle."""

    city: City
    lot: random.Random
    petition: UUID
    told: Oracle = field(default_factory=Oracle)
    rows: int = 0
    together: list[tuple[Voided, dict[int, int]]] = field(default_factory=list)
    """What was voided together, with the version of each line that it left."""

    def step(self) -> None:
        acts = [self.sign, self.withdraw, self.bring, self.bring, self.examine]
        many = [self.void_rest, self.void_rest, self.take_back]
        self.lot.choice([*acts, self.decide, self.decide, self.strike, *many])()

    @property
    def anyone(self) -> Inhabitant:
        return self.lot.choice(self.city.inhabitants[:5])

    def line_id(self, at: int) -> UUID:
        rows = self.city.rows(
            "select id from line where petition_id = :id order by arrival", id=self.petition
        )
        found: UUID = rows[at].id
        return found

    def sign(self) -> None:
        who = self.anyone
        self.city.signed(self.petition, who)
        stands = self.told.standing.get(who.number)
        if stands is None or not self.is_online(stands):
            self.told.stand(self.told.add(who.number), who.number)

    def withdraw(self) -> None:
        online = [number for number, at in self.told.standing.items() if self.is_online(at)]
        if online:
            number = self.lot.choice(sorted(online))
            who = next(one for one in self.city.inhabitants if one.number == number)
            self.city.withdraws(self.petition, who)
            at = self.told.standing[number]
            self.told.fall(at)
            self.told.withdrew.add(number)
            self.told.settle(at, Status.VOID, Reason.WITHDRAWN)

    def is_online(self, at: int) -> bool:
        sql = "select origin from line where petition_id = :id order by arrival"
        return bool(self.city.rows(sql, id=self.petition)[at].origin == "online")

    def bring(self) -> None:
        lines = []
        for _ in range(self.lot.randint(1, 3)):
            self.rows += 1
            who = self.lot.choice([self.anyone, self.anyone, STRANGER])
            mark = self.lot.random() < 0.8
            lines.append(paper(who, self.rows, on=self.city.today(), has_mark=mark))
            at = self.told.add(None if who is STRANGER or not mark else who.number)
            if not mark:
                self.told.who[at] = "no mark"
        self.city.brings(self.petition, lines)

    def examine(self) -> None:
        self.city.examines(self.petition)
        for at, reason in enumerate(self.told.reason):
            who = self.told.who[at]
            if reason is not Reason.UNEXAMINED:
                continue
            if who == "no mark":
                self.told.who[at] = None
                self.told.settle(at, Status.VOID, Reason.MISSING_FIELD)
            elif who is None:
                self.told.settle(at, Status.OPEN, Reason.UNIDENTIFIABLE)
            else:
                self.told.stand(at, who)

    def decide(self) -> None:
        looked_at = [
            at
            for at, reason in enumerate(self.told.reason)
            if reason not in {Reason.UNEXAMINED, Reason.WITHDRAWN}
        ]
        if not looked_at:
            return
        at, who = self.lot.choice(looked_at), self.anyone
        fallen = self.told.fall(at)
        valid = self.lot.random() < 0.5
        with self.city.begin() as uow:
            settling.decide(
                uow,
                self.city.vault,
                self.petition,
                self.line_id(at),
                status=Status.VALID if valid else Status.VOID,
                reason=None if valid else Reason.IMPROPER,
                person_id=self.city.ids[who.number] if valid else None,
                note="이의신청",
                by=self.city.clerk,
            )
        if valid:
            self.told.stand(at, who.number)
        else:
            self.told.settle(at, Status.VOID, Reason.IMPROPER)
        self.told.raise_next(fallen)

    def strike(self) -> None:
        paper_lines = [
            at
            for at, reason in enumerate(self.told.reason)
            if reason is not Reason.WITHDRAWN and not self.is_online(at)
        ]
        if not paper_lines:
            return
        at = self.lot.choice(paper_lines)
        with self.city.begin() as uow:
            withdrawing.withdraw_paper(
                uow,
                self.city.vault,
                self.petition,
                self.line_id(at),
                document="주민-1",
                by=self.city.clerk,
            )
        looked_at = self.told.reason[at] is not Reason.UNEXAMINED
        who = self.told.who[at]
        self.told.fall(at)
        if looked_at and who is not None:
            self.told.withdrew.add(who)
        self.told.settle(at, Status.VOID, Reason.WITHDRAWN)

    def void_rest(self) -> None:
        with self.city.begin() as uow:
            voided = settling.void_remaining(
                uow, self.city.vault, self.petition, note="조회 불가", by=self.city.clerk
            )
        left = {}
        for at, (status, reason) in enumerate(zip(self.told.status, self.told.reason, strict=True)):
            if status is Status.OPEN and reason is Reason.UNIDENTIFIABLE:
                self.told.settle(at, Status.VOID, reason)
                left[at] = self.told.versions[at]
        assert voided.lines == len(left)
        if left:
            self.together.append((voided, left))

    def take_back(self) -> None:
        """One of the decisions over many, as a whole: those that stand as it left them."""
        if not self.together:
            return
        voided, left = self.lot.choice(self.together)
        still = [at for at, version in left.items() if self.told.versions[at] == version]
        decided = Together(self.petition, voided.at, voided.note)
        try:
            with self.city.begin() as uow:
                undone = undoing.undo(
                    uow, self.city.vault, decided, note="다시 봄", by=self.city.clerk
                )
        except NothingToUndo:
            assert not still
            return
        assert undone.root.size == len(still)
        for at in still:
            self.told.settle(at, Status.OPEN, Reason.UNIDENTIFIABLE)


@pytest.mark.parametrize("seed", range(4))
def test_totals_reconcile_through_any_story(city: City, seed: int) -> None:
    story = Story(city, random.Random(seed), city.opens())
    for _ in range(25):
        story.step()
        with city.begin() as uow:
            now = exact(uow.session, story.petition)
        assert now.reconciles
        assert story.told.agrees(now), (story.told, now)
    city.counts(story.petition)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_voided_together_and_taken_back_and_voided_again_counts_exactly(
    city: City, seed: int
) -> None:
    """Void, take back, void: the states, the counts and the recount agree at every turn."""
    lot = random.Random(seed)
    story = Story(city, lot, city.opens())
    while story.told.reason.count(Reason.UNIDENTIFIABLE) < 3:
        story.bring()
        story.examine()
    turns = [story.void_rest, story.take_back, story.void_rest, story.decide]
    for _ in range(4):
        for turn in turns:
            turn()
            with city.begin() as uow:
                assert story.told.agrees(exact(uow.session, story.petition))
        story.bring()
        story.examine()
    assert len(story.together) > 1
    with city.begin() as uow:
        assert recounting.recount(uow, story.petition) == []


def test_folding_twice_is_folding_once_and_forgets_what_is_gone(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    city.signed(petition, who)
    first = city.counts(petition)
    assert city.counts(petition) == first
    city.withdraws(petition, who)
    with city.begin() as uow:
        assert tally(uow.session, petition) == first, "the public figure waits for the fold"
        fold(uow, petition)
        assert tally(uow.session, petition).standing == 0
    assert city.rows("select * from petition_tally_delta") == []


def test_a_petition_without_lines_counts_nothing(city: City) -> None:
    counted = city.counts(city.opens())
    assert (counted.submitted, counted.standing, counted.void, counted.open) == (0, 0, 0, 0)
    assert counted.folded_at is None
