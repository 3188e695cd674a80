"""What the promise covers, what became of it, and the public decision not to call a vote."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import enveloping
from referendum.lifecycle.acting import Deputy, Document
from referendum.lifecycle.advisory import declining, narrowing, soon
from referendum.lifecycle.advisory.considered import Considered, State
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.advisory.declining import (
    NOT_CALLED,
    ProjectNotPromised,
    ProjectVoteCalled,
)
from referendum.lifecycle.advisory.narrowing import Narrowing
from referendum.lifecycle.dates import elections
from referendum.lifecycle.drafting import edit
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.promise import delegating
from referendum.projects.errors import NotCalledBefore, ProjectNotFound, ProjectsOfTheMayor
from referendum.projects.lines import ProjectStage
from tests.papers import PAPER, PROMISED, WORDS
from tests.projects.listing import MATTER, line, projects, takes
from tests.town import Town, seconded
from thresholds.delegation import Asker
from thresholds.terms import ProjectKind, Terms
from thresholds.vocabulary import ElectionKind

TERMS = Terms.model_validate_json(json.dumps(PROMISED | {"valid_from": "2027-01-01"}))
LEAST = 10_000_000_000
"""The town's promise: from ten billion won, from one for digital ones, and matters too."""
DEPUTY = Deputy(name="나국장", office="기획조정실장")
LARGE = {"total_budget": f"{LEAST}"}


def seen(town: Town) -> dict[str, Considered]:
    with town.begin() as uow:
        found = narrowing.listed(Board.of(uow.session, town.place), Narrowing())
        return {one.project.code.rpartition("-")[2]: one for one in found}


def mayor(town: Town) -> Officer:
    return town.officer(Authority.MAYOR)


def declines(
    town: Town,
    code: str = "GY-2027-001",
    *,
    reason: str = "이미 공청회에서 물었다.",
    by: Officer | None = None,
) -> UUID:
    project = projects(town)[code].id
    with town.begin() as uow:
        return declining.decide_not_to_call(
            uow,
            project,
            approval=Approval(PAPER, DEPUTY),
            reason=reason,
            by=by or seconded(mayor(town)),
        ).id


def calls(town: Town, code: str = "GY-2027-001") -> UUID:
    """A vote on it, drafted from the register, written out and called."""
    project = projects(town)[code].id
    with town.begin() as uow:
        measure = declining.draft_vote(uow, project, by=mayor(town)).id
    with town.begin() as uow:
        edit(uow, measure, words=WORDS, by=mayor(town))
    town.states(measure, Asker.MAYOR)
    town.calls(measure, Authority.MAYOR)
    return measure


@given(
    kind=st.sampled_from(list(ProjectKind)),
    total=st.one_of(st.none(), st.integers(1, 10**15)),
    least=st.one_of(st.none(), st.integers(1, 10**15)),
    own=st.dictionaries(st.sampled_from(list(ProjectKind)), st.integers(1, 10**15)),
    matters=st.booleans(),
)
def test_a_project_falls_under_a_promise_exactly_from_the_least_of_its_kind(
    *,
    kind: ProjectKind,
    total: int | None,
    least: int | None,
    own: dict[ProjectKind, int],
    matters: bool,
) -> None:
    terms = TERMS.model_copy(
        update={"least_budget": least, "least_by_kind": own, "matters": matters}
    )
    named = own.get(kind, least)
    expected = matters if total is None else named is not None and total >= named
    assert terms.falls_under(kind=kind, total=total) is expected


def test_what_reaches_the_least_is_flagged_with_the_reason_and_nothing_else_is(
    town: Town,
) -> None:
    promise = town.delegates()
    takes(
        town,
        line(1, **LARGE),
        line(2, total_budget=f"{LEAST - 1}"),
        line(3, kind="디지털", total_budget="1000000000"),
        line(4, **MATTER),
    )
    found = seen(town)
    flags = {code: one.flag for code, one in found.items()}
    assert [code for code, flag in flags.items() if flag] == ["001", "003", "004"]
    least = {code: flag.least for code, flag in flags.items() if flag}
    assert least == {"001": LEAST, "003": 1_000_000_000, "004": None}
    assert flags["001"] is not None
    assert flags["001"].promise.id == promise
    assert (found["001"].state, found["002"].state) == (State.TO_DECIDE, State.OUTSIDE)


def test_without_a_promise_nothing_is_flagged(town: Town) -> None:
    takes(town, line(1, **LARGE), line(2, **MATTER))
    assert {one.state for one in seen(town).values()} == {State.OUTSIDE}


def test_the_state_follows_the_days(town: Town) -> None:
    """The town's day is 2027-02-01; a call leads to an answer about ninety days later."""
    town.delegates()
    takes(
        town,
        line(1, **LARGE, decision_date="2027-12-01"),
        line(2, **LARGE, decision_date="2027-05-25"),
        line(3, **LARGE, decision_date="2027-04-20"),
        line(4, **LARGE, decision_date=""),
        line(5, **LARGE, stage="계약"),
        line(6, **LARGE, stage="계약", decision_date="2027-05-13"),
    )
    states = {code: one.state for code, one in seen(town).items()}
    assert states == {
        "001": State.TO_DECIDE,
        "002": State.NEAR,
        "003": State.BEFORE_PROMISE,
        "004": State.UNDATED,
        "005": State.CLOSED,
        "006": State.CLOSED,
    }
    assert near(town, Authority.MAYOR) == ["002"]
    assert near(town, Authority.ELECTION_COMMISSION) == []
    town.waits(days=60)
    later = {code: one.state for code, one in seen(town).items()}
    assert (later["001"], later["002"]) == (State.TO_DECIDE, State.MISSED)
    assert later["003"] is State.BEFORE_PROMISE
    assert later["006"] is State.MISSED, "a contract hides no day that was missed"
    assert near(town, Authority.MAYOR) == ["006", "002"], "what was missed still wants a word"


def near(town: Town, authority: Authority) -> list[str]:
    """The projects that wait in an officer's queue."""
    with town.begin() as uow:
        return [
            (one.project.code or "")[-3:]
            for one in soon.projects_near(uow.session, town.officer(authority))
        ]


def test_what_was_missed_stays_missed_when_the_promise_ends(town: Town) -> None:
    promise = town.delegates(valid_to="2027-04-30")
    takes(town, line(1, **LARGE, decision_date="2027-06-01"), line(2, **LARGE))
    town.waits(days=120)
    found = seen(town)
    assert (found["001"].state, found["002"].state) == (State.MISSED, State.OUTSIDE)
    assert found["001"].flag is not None
    assert found["001"].flag.promise.id == promise


def test_an_election_in_the_area_brings_the_last_day_forward(town: Town) -> None:
    town.delegates()
    here, there = town.districts[0], town.districts[1]
    lines = [line(n, **LARGE, decision_date="2027-07-10") for n in (1, 2, 3)]
    lines[0]["districts"], lines[1]["districts"] = here.name_ko, there.name_ko
    takes(town, *lines)
    before = {code: one.call_by.day for code, one in seen(town).items() if one.call_by}
    assert len(set(before.values())) == 1
    with town.begin() as uow:
        elections.add(
            uow,
            day=date(2027, 4, 7),
            kind=ElectionKind.BY_ELECTION,
            title_ko="보궐선거",
            title_en="By-election",
            districts=[here.id],
            document=PAPER,
            reason="공고",
            by=seconded(mayor(town)),
        )
    after = {code: one.call_by.day for code, one in seen(town).items() if one.call_by}
    assert after["001"] < before["001"]
    assert after["002"] == before["002"]
    assert after["003"] == after["001"], "one vote of the whole city is held on one day"


def test_deciding_not_to_call_is_public_with_reasons_and_on_the_record(town: Town) -> None:
    promise = town.delegates()
    takes(town, line(1, **LARGE))
    declines(town)
    found = seen(town)["001"]
    assert found.state is State.NOT_CALLED
    assert found.decision is not None
    assert not found.decided_late
    made = found.decision
    assert (made.reason, made.total) == ("이미 공청회에서 물었다.", LEAST)
    assert (made.document_number, made.delegation_number) == (PAPER.number, 1)
    with town.begin() as uow:
        leaf = uow.session.get_one(RecordEntry, made.entry_id).leaf
    told = json.loads(leaf)
    assert (told["act"], told["facts"]["delegation"]) == ("vote.not_called", str(promise))
    assert told["facts"]["by_delegation"] is True
    act = found.signed[made.entry_id]
    assert (act.what, act.holder_name, act.deputy_name) == (NOT_CALLED, "가상시장", DEPUTY.name)
    assert DEPUTY.name not in leaf.decode(), "names stand beside the record"
    with pytest.raises(NotCalledBefore):
        declines(town)


def test_a_decision_after_the_last_day_says_so(town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE, decision_date="2027-06-01"))
    town.waits(days=60)
    declines(town)
    assert seen(town)["001"].decided_late


def test_under_a_new_promise_it_is_decided_anew_and_the_old_reasons_stay(town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE))
    declines(town)
    town.waits(days=1)
    town.delegates()
    found = seen(town)["001"]
    assert found.state is State.TO_DECIDE
    assert [one.delegation_number for one in found.earlier] == [1]
    declines(town)
    assert [one.delegation_number for one in seen(town)["001"].earlier] == [1]


def test_a_vote_may_still_be_called_after_it_was_decided_not_to(town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE))
    declines(town)
    measure = calls(town)
    found = seen(town)["001"]
    assert (found.state, found.decision is not None) == (State.CALLED, True)
    assert [one.id for one in found.measures] == [measure]
    with pytest.raises(ProjectVoteCalled):
        declines(town)
    with pytest.raises(ProjectVoteCalled):
        calls(town)


def test_a_draft_has_the_projects_name_and_area_and_is_nobody_elses(town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE, districts=town.districts[2].name_ko))
    project = projects(town)["GY-2027-001"]
    with town.begin() as uow:
        measure = declining.draft_vote(uow, project.id, by=mayor(town))
    assert (measure.title_ko, measure.project_id) == (project.name_ko, project.id)
    assert measure.districts == [str(town.districts[2].id)]
    found = seen(town)["001"]
    assert (found.state, found.measures) == (State.TO_DECIDE, [])


def test_the_scope_of_a_vote_on_a_project_has_the_registers_numbers(town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE))
    project = projects(town)["GY-2027-001"]
    with town.begin() as uow:
        measure = declining.draft_vote(uow, project.id, by=mayor(town)).id
    typed_in = enveloping.Project(kind=ProjectKind.OTHER, total=1)
    town.states(measure, Asker.MAYOR, project=typed_in, subject=None)
    with town.begin() as uow:
        kept = enveloping.stated(uow.session, town.measure(measure))
        assert kept is not None
        assert (kept.project_kind, kept.project_total) == (project.kind, project.total)


def test_who_may_not_decide_and_what_needs_no_decision(town: Town) -> None:
    town.delegates()
    takes(town, line(1, **LARGE), line(2))
    for by, refusal in (
        (town.officer(Authority.COUNCIL_CHAIR), ProjectsOfTheMayor),
        (town.officer(Authority.MAYOR, Role.REGISTRAR), RoleMissing),
    ):
        with pytest.raises(refusal):
            declines(town, by=seconded(by))
    with pytest.raises(ProjectNotPromised):
        declines(town, "GY-2027-002")
    project = projects(town)["GY-2027-001"].id
    for reason, number, missing in (
        (" ", "1호", ParticularMissing),
        ("사유", " ", ParticularMissing),
        ("가" * 4_001, "1호", ParticularMissing),
    ):
        with pytest.raises(missing), town.begin() as uow:
            declining.decide_not_to_call(
                uow,
                project,
                approval=Approval(Document(number, date(2027, 2, 1))),
                reason=reason,
                by=seconded(mayor(town)),
            )
    with pytest.raises(ProjectNotFound), town.begin() as uow:
        declining.decide_not_to_call(
            uow,
            UUID(int=0),
            approval=Approval(PAPER),
            reason="사유",
            by=seconded(mayor(town)),
        )
    with town.begin() as uow:
        acts = uow.session.scalars(select(RecordEntry.act)).all()
    assert "vote.not_called" not in acts


def test_the_list_is_narrowed_and_in_the_order_of_what_is_urgent(town: Town) -> None:
    town.delegates()
    near = town.districts[3]
    takes(
        town,
        line(1, name="도서관 100%", decision_date="2027-05-01"),
        line(2, **LARGE, decision_date="2027-12-01", kind="문화"),
        line(3, **LARGE, decision_date="2027-11-01", districts=near.name_ko),
        line(4, **LARGE, decision_date="2027-10-01", stage="계획"),
    )
    declines(town, "GY-2027-004")

    def codes(**given: object) -> list[str]:
        with town.begin() as uow:
            board = Board.of(uow.session, town.place)
            found = narrowing.listed(board, Narrowing(**given))  # type: ignore[arg-type]  # by name
            return [one.project.code[-1] for one in found]

    assert codes() == ["3", "2", "4", "1"]
    assert codes(promised=True) == ["3", "2", "4"]
    assert codes(promised=False) == ["1"]
    assert codes(text="100%") == ["1"]
    assert codes(text="gy-2027 003") == ["3"]
    assert codes(text="_") == []
    assert codes(kind=ProjectKind.CULTURE) == ["2"]
    assert codes(stage=ProjectStage.PLANNED) == ["4"]
    assert codes(state=State.NOT_CALLED) == ["4"]
    assert codes(district=str(near.id)) == ["3", "2", "4", "1"]
    assert codes(district=str(town.districts[5].id)) == ["2", "4", "1"]


def test_five_thousand_projects_are_considered_quickly(town: Town) -> None:
    town.delegates()
    first = date(2027, 3, 1)
    takes(
        town,
        *(
            line(n, **LARGE, decision_date=(first + timedelta(days=n % 700)).isoformat())
            for n in range(5_000)
        ),
    )
    with town.begin() as uow:
        before = uow.now()
    assert len(seen(town)) == 5_000
    with town.begin() as uow:
        assert (uow.now() - before).total_seconds() < 10


def test_the_promise_in_force_is_the_boards(town: Town) -> None:
    promise = town.delegates()
    with town.begin() as uow:
        board = Board.of(uow.session, town.place)
        assert board.promise is not None
        assert board.promise.id == promise
        assert board.terms == delegating.terms_of(board.promise)
