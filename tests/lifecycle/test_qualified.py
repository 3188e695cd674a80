"""May I?: persons, measures and moments, against what was written down by hand (tests/data)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import select, update

from referendum.kernel.people import Authority
from referendum.lifecycle import locating, qualified, surveying
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.qualified import Verdict, Why
from referendum.lifecycle.stages import Act
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.tables import RegisterVersion, Residence
from tests.ground import PER_DISTRICT
from tests.papers import PAPER
from tests.town import Town
from thresholds.electorate import Ineligibility
from thresholds.vocabulary import Instrument

TABLE: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "may_i.toml").read_text("utf-8")
)
PEOPLE: Final = {
    name: PER_DISTRICT * facts.get("district", 0) + 1 + at
    for at, (name, facts) in enumerate(TABLE["person"].items())
}
"""By name: the resident of that number, of the first district or the second."""
OTHERS: Final = sorted({*range(1, PER_DISTRICT + 1)} - {*PEOPLE.values()})
"""Of the first district, who sign on paper and ask nothing."""
ADULT: Final = {
    "birth_date": date(1980, 5, 5),
    "nationality": "KR",
    "stated_from": date(2015, 3, 1),
    "registered_from": date(2015, 3, 1),
}
Walk = Callable[[Town, dict[str, Any]], Iterator[tuple[str, UUID]]]
"""A measure's life, told moment by moment."""


def people(town: Town) -> None:
    for name, facts in TABLE["person"].items():
        told = {key: value for key, value in facts.items() if key != "district"}
        with town.begin() as uow:
            uow.session.execute(
                update(Residence)
                .where(Residence.person_id == town.resident(PEOPLE[name]).person)
                .values(**ADULT | told)
            )


def answers(town: Town, measure: UUID) -> dict[str, str]:
    """What each person is told, and what is asked of everyone."""
    found = dict[str, str]()
    with town.begin() as uow:
        view = surveying.overview(uow.session, locating.get(uow.session, measure))
        for name, number in PEOPLE.items():
            told = qualified.answer(uow, town.vault, view, town.resident(number))
            if told is None:
                return {"asked": "nothing"}
            found["asked"] = f"{told.asked.purpose} {told.asked.when}"
            verdict = told.why if told.verdict is Verdict.NOT else told.verdict
            found[name] = f"{verdict} {told.obstacle.why}" if told.obstacle else f"{verdict}"
    return found


def expected(row: dict[str, str]) -> dict[str, str]:
    if row["asked"] == "nothing":
        return row
    others = row.get("others")
    return {
        name: told for name in ("asked", *PEOPLE) if (told := row.get(name, others)) is not None
    }


def petitioned(instrument: Instrument) -> Walk:
    """From the draft to the verdict on the signatures."""

    def walk(town: Town, about: dict[str, Any]) -> Iterator[tuple[str, UUID]]:
        changed: dict[str, Any] = {
            "districts": tuple(town.districts[one].id for one in about["area"])
        }
        if "office" in about:
            changed["office"] = about["office"]
        author = town.resident(PEOPLE["home"])
        measure = town.drafts(instrument, by=author, **changed)
        yield "draft", measure
        town.acts(measure, Act.APPLY, author)
        yield "applied", measure
        town.acts(measure, Act.ADMIT, town.examiner_of(measure))
        paper = instrument is Instrument.RECALL
        if paper:
            town.brings(measure, [PEOPLE["signer"]])
        else:
            town.signs(measure, PEOPLE["signer"])
        yield "collecting", measure
        further = [] if about["area"] else town.some(2, district=2)
        town.collects(measure, [*OTHERS, *further])
        yield "filed", measure
        town.examines(measure)
        town.inspects(measure)
        town.certifies(measure, town.examiner_of(measure).authority)
        yield "sufficient", measure

    return walk


def voted(town: Town, measure: UUID, *, count: Authority) -> Iterator[str]:
    yield "called"
    if "freeze_roll" not in town.steps(measure):
        town.waits_for("roll_base", measure)
        town.waits(days=1)
    assert "freeze_roll" in town.steps(measure)
    yield "frozen"
    town.waits_for("polls_open", measure, seconds=60)
    yield "polling"
    town.votes(measure, turnout=4, votes={"yes": 3, "no": 1})
    town.certifies(measure, count)
    yield "ended"


def initiative(town: Town, about: dict[str, Any]) -> Iterator[tuple[str, UUID]]:
    for moment, measure in petitioned(Instrument.INITIATIVE)(town, about):
        yield moment, measure
    chair = town.officer(Authority.COUNCIL_CHAIR)
    town.acts(measure, Act.ACCEPT, chair)
    town.acts(measure, Act.TABLE, chair)
    town.acts(measure, Act.ENACT, chair, Particulars(document=PAPER, reason="원안 가결"))
    yield "ended", measure


def referendum(town: Town, about: dict[str, Any]) -> Iterator[tuple[str, UUID]]:
    for moment, measure in petitioned(Instrument.REFERENDUM)(town, about):
        yield moment, measure
    town.calls(measure, Authority.MAYOR)
    count = Authority.ELECTION_COMMISSION
    for moment in voted(town, measure, count=count):
        yield moment, measure


def recall(town: Town, about: dict[str, Any]) -> Iterator[tuple[str, UUID]]:
    commission = Authority.ELECTION_COMMISSION
    for moment, measure in petitioned(Instrument.RECALL)(town, about):
        yield moment, measure
    town.acts(measure, Act.REQUEST_EXPLANATION, town.officer(commission))
    town.calls(measure, commission, day=(town.now() + timedelta(days=25)).date())
    for moment in voted(town, measure, count=commission):
        yield moment, measure


def advisory(town: Town, about: dict[str, Any]) -> Iterator[tuple[str, UUID]]:
    area = tuple(town.districts[one].id for one in about["area"])
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR), districts=area)
    yield "draft", measure
    town.calls(measure, Authority.MAYOR)
    for moment in voted(town, measure, count=Authority.MAYOR):
        yield moment, measure


WALKS: Final[dict[str, Walk]] = {
    "initiative": initiative,
    "referendum": referendum,
    "recall": recall,
    "advisory": advisory,
}


@pytest.mark.parametrize("instrument", WALKS)
def test_everyone_is_told_what_holds_at_each_moment(town: Town, instrument: str) -> None:
    about = TABLE[instrument]
    people(town)
    told = {moment: answers(town, measure) for moment, measure in WALKS[instrument](town, about)}
    moments = {key: expected(row) for key, row in about.items() if isinstance(row, dict)}
    assert told == moments


def phone_came(town: Town, number: int, days: int) -> None:
    """Another phone came onto the register for them, so many days ago."""
    with town.begin() as uow:
        uow.session.add(
            PhoneChange(
                person_id=town.resident(number).person,
                version=1,
                replaced=True,
                phone_index=bytes(32),
                former=[],
                changed_at=uow.now() - timedelta(days=days),
            )
        )


def answer(town: Town, measure: UUID, number: int) -> qualified.Answer:
    with town.begin() as uow:
        view = surveying.overview(uow.session, locating.get(uow.session, measure))
        told = qualified.answer(uow, town.vault, view, town.resident(number))
        assert told is not None
        return told


@pytest.mark.parametrize("days", [0, 30], ids=["while it was open", "before it was opened"])
def test_who_came_by_another_phone_is_told_the_same_signed_or_not(
    town: Town, initiative_open: UUID, days: int
) -> None:
    one, other, third = town.some(3)
    town.signs(initiative_open, one)
    town.brings(initiative_open, [other])
    for number in (one, other, third):
        phone_came(town, number, days)
    told = [answer(town, initiative_open, number) for number in (one, other, third)]
    seen_by_this_phone = Verdict.SIGNED if days else Verdict.GENERAL
    assert [one.verdict for one in told] == [
        seen_by_this_phone, Verdict.GENERAL, Verdict.GENERAL
    ]  # fmt: skip


def registers_anew(town: Town, number: int, since: date) -> None:
    """Another version of the register has them living there since that day."""
    person = town.resident(number).person
    with town.begin() as uow:
        first = uow.session.scalars(select(RegisterVersion)).one()
        row = uow.session.scalars(select(Residence).where(Residence.person_id == person)).one()
        told = {
            one.key: getattr(row, one.key)
            for one in Residence.__table__.columns
            if one.key not in {"id", "version_from", "registered_from"}
        }
        row.version_to = 2
        uow.session.flush()
        uow.session.add(
            RegisterVersion(
                jurisdiction_id=town.place,
                number=2,
                as_of=first.as_of,
                imported_by="officer:somebody",
                file_sha256="0" * 64,
                added=0,
                changed=1,
                ended=0,
                refused=0,
                unchanged=0,
            )
        )
        uow.session.add(Residence(**told, version_from=2, registered_from=since))


def test_who_came_onto_the_register_later_is_told_that_the_list_is_older(
    town: Town, referendum_called: UUID
) -> None:
    late = town.some(1)[0]
    whose = Residence.person_id == town.resident(late).person
    with town.begin() as uow:
        uow.session.execute(update(Residence).where(whose).values(registered_from=date(2028, 1, 1)))
    town.waits_for("roll_base", referendum_called)
    town.waits(days=1)
    assert answer(town, referendum_called, late).why is Ineligibility.NOT_RESIDENT
    registers_anew(town, late, date(2015, 3, 1))
    told = answer(town, referendum_called, late)
    assert (told.verdict, told.why) == (Verdict.NOT, Why.LIST)


def test_a_list_made_for_a_day_that_was_moved_decides_nothing_any_more(
    town: Town, referendum_furnished: UUID
) -> None:
    leaver = town.some(1)[0]
    whose = Residence.person_id == town.resident(leaver).person
    with town.begin() as uow:
        uow.session.execute(update(Residence).where(whose).values(registered_to=uow.now().date()))
    assert answer(town, referendum_furnished, leaver).verdict is Verdict.MAY, "the list has them"
    given = Particulars(day=town.now().date() + timedelta(days=60), document=PAPER, reason="연기")
    town.acts(referendum_furnished, Act.RESET_DAY, town.officer(Authority.MAYOR), given)
    told = answer(town, referendum_furnished, leaver)
    assert (told.verdict, told.why) == (Verdict.NOT, Ineligibility.NOT_RESIDENT)


def test_of_a_vote_that_one_enrols_for_the_register_says_nothing(
    town: Town, enrolment_called: UUID
) -> None:
    told = answer(town, enrolment_called, town.some(1)[0])
    assert told.verdict is Verdict.GENERAL
    assert told.asked.enrols
