"""Every act, tried by every role of every authority, alone and seconded, at every stage.

What should happen is written down by hand in `tests/data/powers.toml`, beside the tables that the
service runs on; here both are held against each other, combination by combination (OPS-01, CER-03).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Actor, Authority, Calendar, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, taking, trying
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.advisory import declining
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import LeftToOne, Measure
from referendum.roll.tables import Jurisdiction
from tests.ground import elsewhere
from tests.lifecycle.advisory.test_considering import LARGE, declines, seen
from tests.papers import PAPER
from tests.projects.listing import line, projects, takes
from tests.town import Town, seconded
from thresholds.vocabulary import Instrument

POWERS: Final = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "powers.toml").read_text("utf-8")
)
HOWS: Final = ("one", "paper", "always", "certified")
LETS: Final = "let through"
MAYOR: Final = Authority.MAYOR
UNREASONED: Final = frozenset({Act.CALL})
"""It rests on the paper that its office signed, which says all that there is to say."""
GIVEN: Final = Particulars(document=PAPER, reason="공문에 따름")


@dataclass(frozen=True)
class Power:
    """Whose act it is from a stage, and how many officers it takes."""

    by: str
    how: str


def powers(instrument: Instrument) -> dict[tuple[Stage, Act], Power]:
    """The hand-written table: what is not in it is possible for nobody."""
    found: dict[tuple[Stage, Act], Power] = {}

    def read(acts: Mapping[str, list[str]], power: Power) -> None:
        for act, sources in acts.items():
            for source in sources:
                found[Stage(source), Act(act)] = power

    for by, said in POWERS[instrument.value].items():
        if by in ("initiator", "calendar"):
            read(said, Power(by, "alone"))
        else:
            for how in HOWS:
                read(said.get(how, {}), Power(by, how))
    return found


@dataclass(frozen=True)
class Setting:
    """Who works here: an office that does not has its papers written down by those who do."""

    name: str
    operated_by: tuple[Authority, ...]
    left: frozenset[Act] = frozenset()
    """What every authority leaves to one officer."""

    def transcribes(self, by: Authority, deciding: Authority) -> bool:
        return by in self.operated_by and deciding not in self.operated_by


SETTINGS: Final = (
    Setting("all-work-here", tuple(Authority)),
    Setting("the-mayor-writes-for-all", (Authority.MAYOR,)),
    Setting("all-is-left-to-one", tuple(Authority), frozenset(Act)),
)


@dataclass(frozen=True)
class Attempt:
    """Somebody tries an act."""

    by: Authority
    roles: frozenset[Role]
    two: bool
    fresh: bool

    def officer(self, place: UUID) -> Officer:
        alone = Officer(uuid4(), place, self.by, self.roles, fresh=self.fresh)
        return seconded(alone) if self.two else alone

    def expected(self, power: Power | None, setting: Setting, act: Act) -> str:
        """What is said to them: the code of the refusal, or that it goes through."""
        if power is None:
            return "act-not-allowed"
        if power.how == "alone":
            return "not-your-act"
        needed = Role.CERTIFIER if power.how == "certified" else Role.CLERK
        if needed not in self.roles:
            return "role-missing"
        deciding = Authority(power.by)
        recorded = self.by is not deciding
        if recorded and not setting.transcribes(self.by, deciding):
            return "not-your-act"
        if power.how == "certified":
            return LETS if self.fresh else "fresh-code-needed"
        left = power.how == "one" or (power.how == "paper" and act in setting.left)
        return LETS if self.two or (left and not recorded) else "second-officer-needed"


def attempts(*, code: bool) -> Iterator[Attempt]:
    """Every authority with no role, with each and with all, alone and seconded; where a code is
    asked for, with and without it.
    """
    sets = [frozenset[Role](), frozenset(Role), *(frozenset({role}) for role in Role)]
    for by in Authority:
        for roles in sets:
            for two in (False, True):
                for fresh in {True, not code}:
                    yield Attempt(by, roles, two, fresh)


MIGHTIEST: Final = [Attempt(by, frozenset(Role), two=True, fresh=True) for by in Authority]
"""Who would be let through if anybody was: where nobody is, they stand for the others."""


@dataclass
class Matrix:
    """A measure that is put to every stage, and everything that is tried there."""

    town: Town
    uow: UnitOfWork
    measure: Measure
    setting: Setting

    def at(self, stage: Stage) -> None:
        self.uow.session.execute(
            update(Measure).where(Measure.id == self.measure.id).values(stage=stage.value)
        )
        self.uow.session.refresh(self.measure)

    def says(self, act: Act, by: Actor, given: Particulars = GIVEN) -> str:
        try:
            taking.allow(self.uow, self.town.means, self.measure, act, by, given)
        except DomainError as refused:
            return refused.code
        return LETS


def laid(town: Town, uow: UnitOfWork, measure: UUID, setting: Setting) -> Matrix:
    place = uow.session.get_one(Jurisdiction, town.place)
    place.operated_by = [one.value for one in setting.operated_by]
    uow.session.add_all(
        LeftToOne(
            jurisdiction_id=town.place, authority=authority.value, act=act.value, since=uow.now()
        )
        for authority in Authority
        for act in sorted(setting.left)
    )
    uow.session.flush()
    return Matrix(town, uow, acting.lock(uow.session, measure), setting)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
@pytest.mark.parametrize("instrument", Instrument)
def test_ops_01_every_act_is_for_whom_the_table_says_and_refused_to_all_others(
    town: Town, instrument: Instrument, setting: Setting
) -> None:
    """OPS-01, CER-03: act by role, authority, stage, one officer or two."""
    measure, table = town.drafts(instrument), powers(instrument)
    wrong, tried = [], 0
    with town.begin() as uow:
        matrix = laid(town, uow, measure, setting)
        for stage in Stage:
            matrix.at(stage)
            for act in Act:
                power = table.get((stage, act))
                code = power is not None and power.how == "certified"
                for one in attempts(code=code) if power else MIGHTIEST:
                    expected = one.expected(power, setting, act)
                    said = matrix.says(act, one.officer(town.place))
                    tried += 1
                    if said != expected:
                        wrong.append((stage.value, act.value, one, said, expected))
        uow.session.rollback()
    assert wrong[:5] == []
    sets, codes = len(Role) + 2, sum(one.how == "certified" for one in table.values())
    possible = (len(table) + codes) * len(Authority) * sets * 2
    assert tried == possible + (len(Stage) * len(Act) - len(table)) * len(Authority)


@pytest.mark.parametrize("instrument", Instrument)
def test_ops_02_neither_strangers_nor_the_calendar_nor_another_place_take_a_step_of_others(
    town: Town, instrument: Instrument
) -> None:
    """OPS-02: residents by representation, the calendar by its days, officers by place."""
    other = elsewhere(town.begin)
    measure, table = town.drafts(instrument), powers(instrument)
    author, stranger = town.resident(town.some(1)[0]), town.resident(town.some(8)[7])
    wrong = []
    with town.begin() as uow:
        matrix = laid(town, uow, measure, SETTINGS[0])
        for stage in Stage:
            matrix.at(stage)
            for act in Act:
                power = table.get((stage, act))
                by = power.by if power else None
                none = "act-not-allowed" if power is None else "not-your-act"
                away = seconded(town.officer(Authority(by) if by in list(Authority) else MAYOR))
                said = {
                    "stranger": matrix.says(act, stranger),
                    "author": matrix.says(act, author),
                    "calendar": matrix.says(act, Calendar()),
                    "away": matrix.says(act, replace(away, jurisdiction=other)),
                }
                expected = dict.fromkeys(said, none)
                if by == "initiator":
                    alone = "all-must-agree" if act is Act.WITHDRAW else LETS
                    expected |= {"stranger": "not-representative", "author": alone}
                if by == "calendar":
                    expected["calendar"] = LETS
                if said != expected:
                    wrong.append((stage.value, act.value, said, expected))
        uow.session.rollback()
    assert wrong[:5] == []


@pytest.mark.parametrize("instrument", Instrument)
def test_what_rests_on_a_paper_is_refused_without_it_and_without_a_reason(
    town: Town, instrument: Instrument
) -> None:
    """Whoever comes with everything else: the paper that is missing is named."""
    measure, table = town.drafts(instrument), powers(instrument)
    wrong = []
    with town.begin() as uow:
        matrix = laid(town, uow, measure, SETTINGS[0])
        for (stage, act), power in table.items():
            if power.how == "alone":
                continue
            matrix.at(stage)
            by = town.pair(Authority(power.by))
            bare = matrix.says(act, by, Particulars())
            unreasoned = matrix.says(act, by, Particulars(document=PAPER, reason=" "))
            needs = "document-needed" if power.how in ("paper", "always") else LETS
            expected = (needs, LETS if act in UNREASONED else needs)
            if (bare, unreasoned) != expected:
                wrong.append((stage.value, act.value, bare, unreasoned, expected))
        uow.session.rollback()
    assert wrong == []


def test_ops_01_a_promised_vote_is_kept_from_residents_by_two_clerks_of_the_office_alone(
    town: Town,
) -> None:
    """OPS-01: that a vote is not called, by role, authority, state, one officer or two."""
    table = POWERS["project"]["mayor"]["always"]["not_call"]
    town.delegates()
    takes(
        town,
        line(1, **LARGE),
        line(2),
        line(3, **LARGE, decision_date=""),
        line(4, **LARGE),
        line(5, **LARGE, decision_date="2027-06-01"),
    )
    declines(town, "GY-2027-004")
    town.waits(days=60)
    states = {code: one.state.value for code, one in seen(town).items()}
    assert set(states.values()) >= {*table, "outside", "not_called"}
    listed = {project.code.rpartition("-")[2]: project.id for project in projects(town).values()}
    refusals = {"outside": "project-not-promised", "not_called": "project-not-called-before"}
    wrong, tried = [], 0
    with town.begin() as uow:
        for code, state in states.items():
            for one in attempts(code=True):
                expected = refusals.get(state) or (LETS if one.two else "second-officer-needed")
                if Role.CLERK not in one.roles:
                    expected = "role-missing"
                elif not one.fresh:
                    expected = "fresh-code-needed"
                elif one.by is not MAYOR:
                    expected = "projects-of-the-mayor"
                said = _declined(uow, listed[code], one.officer(town.place))
                tried += 1
                if said != expected:
                    wrong.append((state, one, said, expected))
        uow.session.rollback()
    assert wrong[:5] == []
    assert tried == len(states) * len(Authority) * (len(Role) + 2) * 4


def _declined(uow: UnitOfWork, project: UUID, by: Officer) -> str:
    """What is said to whoever decides it; what was let through is undone."""
    approval = Approval(PAPER)
    try:
        with trying.undone(uow):
            declining.decide_not_to_call(uow, project, approval=approval, reason="사유", by=by)
    except DomainError as refused:
        return refused.code
    return LETS
