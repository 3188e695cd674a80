"""What may be drafted by whom, and which options the rulebook lets a ballot offer."""

from __future__ import annotations

from typing import Any

import pytest

from referendum.kernel.people import Authority, Role, RoleMissing
from referendum.lifecycle import drafting, offering, starting
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.offering import (
    OptionMissing,
    OptionsAlike,
    OptionsNotAllowed,
    OptionsTooFew,
    OptionTooLong,
)
from tests.town import Town
from thresholds.rulebook import Question
from thresholds.vocabulary import Instrument, Route

TWO = (("east", "동쪽", "East"), ("west", "서쪽", "West"))
THREE = (*TWO, ("middle", "가운데", ""))
EVERY = frozenset(Question)


def keys(town: Town, measure: Any) -> list[str]:
    return [option["key"] for option in town.measure(measure).options]


@pytest.mark.parametrize(
    ("instrument", "options", "kept"),
    [
        (Instrument.REFERENDUM, TWO, True),
        (Instrument.REFERENDUM, THREE, False),
        (Instrument.ADVISORY, TWO, True),
        (Instrument.ADVISORY, THREE, True),
        (Instrument.INITIATIVE, TWO, False),
        (Instrument.RECALL, TWO, False),
    ],
)
def test_the_rulebook_says_what_a_ballot_may_offer(
    town: Town, instrument: Instrument, options: Any, *, kept: bool
) -> None:
    """주민투표법 §15 has yes and no or one of two; a recall's ballot has yes and no (REC §15)."""
    if kept:
        assert keys(town, town.drafts(instrument, options=options)) == [key for key, *_ in options]
        return
    with pytest.raises(OptionsNotAllowed) as refused:
        town.drafts(instrument, options=options)
    assert refused.value.facts == {"most": 2 if instrument is Instrument.REFERENDUM else 0}


def test_a_draft_without_options_asks_yes_or_no_again(town: Town) -> None:
    measure = town.drafts(Instrument.ADVISORY, options=TWO)
    with town.begin() as uow:
        drafting.edit(uow, measure, words=DraftText(), by=town.resident(town.some(1)[0]))
    assert keys(town, measure) == ["yes", "no"]


@pytest.mark.parametrize(
    ("options", "error", "facts"),
    [
        (TWO[:1], OptionsTooFew, {"least": 2}),
        ((*TWO, ("c", " ", "C")), OptionMissing, {"option": 3}),
        ((*TWO, ("c", "동쪽 ", "")), OptionsAlike, {"option": 3, "language": "ko", "other": 1}),
        ((*TWO, ("c", "다", "WEST")), OptionsAlike, {"option": 3, "language": "en", "other": 2}),
        (
            (*TWO, ("c", "다" * 101, "")),
            OptionTooLong,
            {"option": 3, "language": "ko", "most": offering.LONGEST},
        ),
        (
            tuple((f"o{n}", f"{n}", "") for n in range(6)),
            OptionsNotAllowed,
            {"most": 5},
        ),
        ((*TWO, ("no", "반대", "No")), OptionsNotAllowed, {"most": 5}),
    ],
)
def test_options_that_a_voter_could_not_choose_from_are_refused(
    options: Any, error: type[Exception], facts: dict[str, Any]
) -> None:
    found = list(offering.faults(options, EVERY))
    assert [(type(one), one.facts) for one in found] == [(error, facts)]
    with pytest.raises(error):
        offering.insist(options, EVERY)


def test_yes_and_no_need_nobodys_leave() -> None:
    spelt = (("yes", "찬성", "Yes"), ("no", "반대", "No"))
    assert list(offering.faults(spelt, [])) == []
    assert list(offering.faults((), [])) == []


def test_each_authority_begins_what_its_own_step_leads_out_of_the_draft(town: Town) -> None:
    begun = {
        authority: {one.name: one.step.act.value for one in starting.beginnings(officer)}
        for authority in Authority
        for officer in [town.officer(authority, Role.CLERK)]
    }
    assert begun == {
        Authority.COUNCIL_CHAIR: {"initiative": "take_up"},
        Authority.MAYOR: {
            "referendum-residents": "take_up",
            "referendum-mayor": "request_vote",
            "referendum-council": "request_vote",
            "referendum-state": "request_vote",
            "advisory": "call",
        },
        Authority.ELECTION_COMMISSION: {"recall": "take_up"},
    }
    with pytest.raises(RoleMissing):
        starting.beginnings(town.officer(Authority.MAYOR, Role.CANVASSER))


def test_an_offices_draft_is_changed_by_that_office_alone(town: Town) -> None:
    mayor = town.officer(Authority.MAYOR, Role.CLERK)
    measure = town.drafts(Instrument.REFERENDUM, by=mayor, route=Route.COUNCIL)
    for other in (Authority.COUNCIL_CHAIR, Authority.ELECTION_COMMISSION):
        by = town.officer(other, Role.CLERK)
        with town.begin() as uow, pytest.raises(NotYourAct):
            drafting.edit(uow, measure, words=DraftText(title_ko="남의 손"), by=by)
    with town.begin() as uow:
        drafting.edit(uow, measure, words=DraftText(title_ko="우리 손"), by=mayor)
    assert town.measure(measure).title_ko == "우리 손"


def test_who_joins_again_is_the_representative_they_were(town: Town) -> None:
    """A form is sent twice; and who has left does not come back by an old invitation."""
    measure, author = town.drafts(Instrument.INITIATIVE), town.resident(town.some(1)[0])
    friend = town.resident(5)
    rows = []
    for _ in range(2):
        with town.begin() as uow:
            rows.append(drafting.join(uow, measure, person=friend.person, by=author).id)
    assert rows[0] == rows[1]
    with town.begin() as uow:
        drafting.leave(uow, measure, by=friend)
    with town.begin() as uow:
        assert drafting.join(uow, measure, person=friend.person, by=author).left_at is not None
    assert town.recorded(measure).count("representative.joined") == 1
