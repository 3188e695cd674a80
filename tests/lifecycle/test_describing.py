"""Easy-read texts, the drafter's estimate and the place: kept, frozen, restored, found."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from referendum.kernel.canonical import canonical
from referendum.lifecycle import agreed, describing, drafting, listing, searching, versions
from referendum.lifecycle.describing import Cost, CostKind, DescribedAmiss, Place
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.joint_tables import DraftVersion
from referendum.lifecycle.searching import Asked, Kind
from referendum.roll.tables import Jurisdiction
from tests.papers import WORDS
from tests.town import Town
from thresholds.vocabulary import Instrument

YEARLY = Cost(kind=CostKind.YEARLY, amount=120_000_000, years=3, said="10곳 × 1천2백만원")
EASY = {"title_ko": "밤에도 여는 도서관", "reason": "밤에도 책을 읽고 싶은 사람이 많습니다."}


def rewrites(town: Town, measure: UUID, **changed: Any) -> None:
    words = {name: getattr(WORDS, name) for name in WORDS.__slots__} | changed
    with town.begin() as uow:
        drafting.edit(uow, measure, words=DraftText(**words), by=town.resident(town.some(1)[0]))


def test_the_digest_of_a_text_without_additions_is_what_it_was(town: Town) -> None:
    """Signatures and certificates that refer to it must go on doing so."""
    measure = town.measure(town.drafts(Instrument.INITIATIVE))
    plain = {
        "title": WORDS.title_ko,
        "question": WORDS.question_ko,
        "reason": WORDS.reason,
        "body": WORDS.body,
        "official": None,
        "options": measure.options,
    }
    assert drafting.fingerprint(measure) == hashlib.sha256(canonical(plain)).digest()


@pytest.mark.parametrize(
    "added", [{"easy": EASY}, {"cost": YEARLY}, {"place": Place(ko="호수공원")}], ids=str
)
def test_what_is_added_is_frozen_with_the_text(town: Town, added: dict[str, Any]) -> None:
    """Nobody changes it under signatures, or under the consent of who represents it too."""
    draft = town.drafts(Instrument.INITIATIVE)
    before = town.measure(draft)
    rewrites(town, draft, **added)
    after = town.measure(draft)
    assert drafting.fingerprint(after) != drafting.fingerprint(before)
    assert agreed.mark_of(after) != agreed.mark_of(before)


def test_an_earlier_version_comes_back_with_what_was_added_to_it(town: Town) -> None:
    here = Place(districts=(town.districts[2].id,), ko="호수공원", en="The lake park")
    draft = town.drafts(Instrument.INITIATIVE, easy=EASY, cost=YEARLY, place=here)
    rewrites(town, draft)
    assert not town.measure(draft).easy
    with town.begin() as uow:
        drafting.restore(uow, draft, number=1, by=town.resident(town.some(1)[0]))
    back = town.measure(draft)
    assert back.easy == EASY
    assert describing.cost_of(back) == YEARLY
    assert describing.place_of(back) == here


def test_a_version_kept_before_there_was_any_of_it_comes_back_without(town: Town) -> None:
    draft = town.drafts(Instrument.INITIATIVE, easy=EASY, cost=YEARLY)
    rewrites(town, draft, cost=YEARLY)
    with town.begin() as uow:
        kept = uow.session.get_one(DraftVersion, (draft, 1))
        old = {name: said for name, said in kept.words.items() if name in versions.TEXTS[:10]}
        days = dict.fromkeys(versions.DAYS)
        uow.session.execute(
            update(DraftVersion)
            .where(DraftVersion.measure_id == draft, DraftVersion.number == 1)
            .values(words=old | days)
        )
    with town.begin() as uow:
        drafting.restore(uow, draft, number=1, by=town.resident(town.some(1)[0]))
    back = town.measure(draft)
    assert (back.easy, back.cost, back.place, back.in_force) == ({}, None, None, "")


@pytest.mark.parametrize(
    ("added", "field", "why"),
    [
        ({"easy": {"body": "가" * 6_001}}, "easy_body", "too-long"),
        ({"cost": Cost(kind=CostKind.ONCE, said="셈")}, "cost_amount", "empty"),
        ({"cost": Cost(kind=CostKind.ONCE, amount=5)}, "cost_said", "empty"),
        ({"cost": Cost(kind=CostKind.ONCE, amount=-1, said="셈")}, "cost_amount", "too-large"),
        ({"cost": Cost(kind=CostKind.ONCE, amount=5, years=2, said="셈")}, "cost_years", "beside"),
        ({"cost": Cost(kind=CostKind.YEARLY, amount=5, said="셈")}, "cost_years", "empty"),
        (
            {"cost": Cost(kind=CostKind.YEARLY, amount=5, years=101, said="셈")},
            "cost_years",
            "too-large",
        ),
        (
            {"cost": Cost(kind=CostKind.NOT_ESTIMATED, amount=5, said="모름")},
            "cost_amount",
            "beside",
        ),
        ({"cost": Cost(kind=CostKind.NOT_ESTIMATED)}, "cost_said", "empty"),
        ({"place": Place(districts=(uuid4(),))}, "place_districts", "elsewhere"),
        ({"place": Place(ko="가" * 101)}, "place_ko", "too-long"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    town: Town, added: dict[str, Any], field: str, why: str
) -> None:
    with pytest.raises(DescribedAmiss) as refused:
        town.drafts(Instrument.INITIATIVE, **added)
    assert (refused.value.facts["field"], refused.value.facts["why"]) == (field, why)


def test_where_a_field_has_no_easy_version_the_original_is_read(town: Town) -> None:
    easy = EASY | {"title_en": "Libraries that open at night", "question_en": " "}
    measure = town.measure(town.drafts(Instrument.INITIATIVE, title_en="", easy=easy))
    told = describing.said(measure, easily=True)
    assert (told.title_ko, told.title_en) == (EASY["title_ko"], None), "of no English original"
    assert (told.reason, told.body) == (EASY["reason"], WORDS.body)
    assert told.question_en == WORDS.question_en
    assert describing.said(measure, easily=False).title_ko == WORDS.title_ko


def test_a_measure_is_found_by_its_easy_text_and_by_its_place(town: Town) -> None:
    here = Place(ko="견본천 둘레길", en="Sample brook loop")
    town.opens(Instrument.INITIATIVE, easy={"reason": "어르신도 걷기 좋습니다"}, place=here)
    for typed in ("어르신도 걷기", "견본천", "brook"):
        with town.begin() as uow:
            asked, every = Asked.read(typed), frozenset(Kind)
            hits = searching.find(uow.session, town.place, asked, kinds=every, most=5)
        assert len(hits) == 1, typed


def test_a_measure_is_of_a_district_also_by_its_place_and_its_area_stays(town: Town) -> None:
    """Whoever narrows a list by their district sees it; who may sign does not follow from that."""
    area, there, neither = (one for one in town.districts[:3])
    measure = town.opens(
        Instrument.REFERENDUM, districts=(area.id,), place=Place(districts=(there.id,))
    )
    with town.begin() as uow:
        code = uow.session.get_one(Jurisdiction, town.place).code
        seen = {
            one.code: [
                row.measure.id
                for row in listing.narrowed(
                    uow.session, code, district=one.code, before=None, limit=9
                ).shown
            ]
            for one in (area, there, neither)
        }
    assert seen == {area.code: [measure], there.code: [measure], neither.code: []}
    assert town.measure(measure).districts == [str(area.id)]
