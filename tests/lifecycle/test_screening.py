"""Excluded subjects: answered by the authors, read by who decides, named by who refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import locating, screening, surveying
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.errors import NotADraft, NotOnTheList, NotRepresentative
from referendum.lifecycle.screening import Answer, Applies
from referendum.lifecycle.stages import Act, Stage
from tests.papers import PAPER
from tests.town import Town
from thresholds.vocabulary import Instrument

AUTHOR, OTHER = 1, 2


def answers(town: Town, measure: UUID, who: int = AUTHOR, **given: Answer) -> None:
    with town.begin() as uow:
        told = {key.replace("_", "-"): one for key, one in given.items()}
        screening.answer(uow, measure, answers=told, by=town.resident(who))


def checklist(town: Town, measure: UUID) -> dict[str, Answer]:
    with town.begin() as uow:
        kept = locating.get(uow.session, measure)
        found = screening.checklist(uow.session, kept, town.now().date())
    return {one.key: one.answer for one in found}


@pytest.mark.parametrize(
    ("instrument", "items"),
    [(Instrument.INITIATIVE, 4), (Instrument.REFERENDUM, 8), (Instrument.RECALL, 0)],
)
def test_the_list_is_the_rulebooks(town: Town, instrument: Instrument, items: int) -> None:
    measure = town.drafts(instrument)
    found = checklist(town, measure)
    assert len(found) == items
    assert set(found.values()) <= {Answer()}


def test_answers_are_kept_and_can_be_changed_while_it_is_a_draft(town: Town) -> None:
    measure = town.drafts(Instrument.INITIATIVE)
    maybe = Answer(Applies.MAYBE, "수수료를 조금 건드린다.")
    answers(town, measure, taxes=maybe, organs=Answer(Applies.NO))
    assert checklist(town, measure)["taxes"] == maybe
    assert checklist(town, measure)["facility"] == Answer()
    answers(town, measure, taxes=Answer(Applies.NO))
    assert checklist(town, measure)["taxes"] == Answer(Applies.NO)
    assert checklist(town, measure)["organs"] == Answer()


def test_only_its_authors_answer_and_only_what_the_law_asks(town: Town) -> None:
    measure = town.drafts(Instrument.INITIATIVE)
    with pytest.raises(NotRepresentative):
        answers(town, measure, OTHER, taxes=Answer(Applies.NO))
    with pytest.raises(NotOnTheList) as refused:
        answers(town, measure, mood=Answer(Applies.NO))
    assert refused.value.facts == {"item": "mood"}
    town.acts(measure, Act.APPLY, town.resident(AUTHOR))
    with pytest.raises(NotADraft):
        answers(town, measure, taxes=Answer(Applies.NO))


def test_an_answer_never_blocks(town: Town) -> None:
    """The authority decides; issuing the certificate is not discretionary (대법원 2014두40647)."""
    measure = town.drafts(Instrument.INITIATIVE)
    answers(town, measure, taxes=Answer(Applies.MAYBE, "해당할 수 있다."))
    town.acts(measure, Act.APPLY, town.resident(AUTHOR))
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    assert town.stage(measure) is Stage.COLLECTING
    assert checklist(town, measure)["taxes"].applies is Applies.MAYBE


def test_a_refusal_names_the_single_item_in_the_record(town: Town) -> None:
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(AUTHOR))
    mayor = town.officer(Authority.MAYOR)
    given = Particulars(document=PAPER, reason="계약에 관한 사항이다.")
    with pytest.raises(NotOnTheList):
        town.acts(measure, Act.REFUSE, mayor, replace(given, excluded="mood"))
    assert town.stage(measure) is Stage.APPLIED
    town.acts(measure, Act.REFUSE, mayor, replace(given, excluded="contracts"))
    assert town.stage(measure) is Stage.REFUSED
    with town.begin() as uow:
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
        rule = screening.relied_on(steps[-1])
        entry = uow.session.get(RecordEntry, steps[-1].entry_id)
        assert entry is not None
        facts = json.loads(entry.leaf)["facts"]
    assert rule is not None
    assert rule.citation == "주민투표법 §7②3 나목"
    assert facts["excluded"] == "contracts"
    assert facts["citation"] == "주민투표법 §7②3 나목"
    assert "계약" not in str(facts), "what people wrote stays out of the record"


def test_another_ground_needs_no_item(town: Town) -> None:
    measure = town.drafts(Instrument.INITIATIVE)
    town.acts(measure, Act.APPLY, town.resident(AUTHOR))
    chair = town.officer(Authority.COUNCIL_CHAIR)
    paper = Document("의회-7", PAPER.day)
    town.acts(measure, Act.REFUSE, chair, Particulars(document=paper, reason="청구권자가 아님"))
    with town.begin() as uow:
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
        assert screening.relied_on(steps[-1]) is None


def test_a_vote_of_a_part_of_the_city_counts_that_part(town: Town) -> None:
    """REF §16: shares are of the area's totals, for signatures and for the turnout."""
    part = tuple(district.id for district in town.districts[:10])
    measure = town.opens(Instrument.REFERENDUM, districts=part)
    with town.begin() as uow:
        progress = surveying.overview(uow.session, locating.get(uow.session, measure)).progress
    assert progress is not None
    assert progress.claimants == 120
    assert progress.findings[0].sum == "ceil(120 × 1/20) = 6"
