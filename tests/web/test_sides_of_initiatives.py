"""For and against an initiative: where a rulebook has equal space for both, and only there."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from sqlalchemy import update

from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating
from referendum.lifecycle.advisory import arguing
from referendum.lifecycle.advisory.arguing import ArgumentsClosed, Point
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure
from referendum.papers.naming import Issuer
from referendum.papers.tables import Paper
from tests.papers import PAPER, TYPED
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import hire
from thresholds import library
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument

ARTICLE = "견본 조례 §7"
SPACE = {"after": ["certificate_published"], "length": {"days": 20}, "article": ARTICLE}


def opens_with_space(town: Town) -> UUID:
    """An initiative that collects under a rulebook like today's, but with equal space."""
    measure = town.drafts(Instrument.INITIATIVE)
    document = library.by_id("kr-initiative-2024-02-17").model_dump(mode="json")
    document["calendar"]["periods"]["arguments_end"] = SPACE
    book = Rulebook.model_validate_json(json.dumps(document))
    pinned = {
        "rulebook": book.id,
        "rulebook_fingerprint": book.fingerprint,
        "rulebook_document": document,
    }
    with town.begin() as uow:
        uow.session.execute(update(Measure).where(Measure.id == measure).values(pinned))
    town.acts(measure, Act.APPLY, town.resident(1))
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    return measure


def test_organisations_say_for_and_against_and_both_are_read_from_the_same_day(
    site: Open, town: Town, database_url: str
) -> None:
    measure = opens_with_space(town)
    council = hire(town, "council", authority=Authority.COUNCIL_CHAIR, roles=(Role.CLERK,))
    clerk, anybody = sits(site(database=database_url), council), site(database=database_url)
    number = town.measure(measure).number
    assert "양쪽의 글" in clerk.get(f"/desk/measures/{number}").text
    page = f"/desk/measures/{number}/arguments"
    assert ARTICLE in clerk.get(page).text
    assert "순서 추첨" not in clerk.get(page).text, "no ballot puts them in an order"
    for option, who, said in (
        ("yes", "책읽는모임", "밤에도 읽는다"),
        ("no", "조용한모임", "돈이 든다"),
    ):
        kept = sends(clerk, f"{page}/{option}", said_by=who, point_1_ko=said, **TYPED)
        assert kept.status_code == 303, kept.text
    with town.begin() as uow:
        row = locating.get(uow.session, measure)
        papers = uow.session.query(Paper).filter(Paper.issuer == Issuer.COUNCIL_CHAIR.value)
        assert papers.count() == 1, "it rests on the council's paper"
        assert arguing.spaces(uow.session, row)[0].argument is not None
    before = anybody.get(f"/measures/{number}").text
    assert "마감이 지나면 이곳에 함께 공개합니다" in before
    assert "책읽는모임" not in before

    town.waits_for("arguments_end", measure)
    after = anybody.get(f"/measures/{number}").text
    shown = after.partition('id="arguments"')[2].partition("</section>")[0]
    assert shown.index("찬성") < shown.index("책읽는모임") < shown.index("반대")
    assert "밤에도 읽는다" in shown
    assert "조용한모임" in shown
    assert "순서를 정한 방법" not in shown
    late = sends(clerk, f"{page}/no", said_by="조용한모임", point_1_ko="늦음", **TYPED)
    assert late.status_code == 422 or "마감" in late.text
    with pytest.raises(ArgumentsClosed), town.begin() as uow:
        arguing.enter(
            uow,
            measure,
            option="no",
            said_by="모임",
            points=[Point("늦음")],
            document=PAPER,
            by=town.officer(Authority.COUNCIL_CHAIR),
        )


def test_who_says_nothing_is_said_to_have_said_nothing(
    site: Open, town: Town, database_url: str
) -> None:
    measure = opens_with_space(town)
    town.waits_for("arguments_end", measure)
    html = site(database=database_url).get(f"/measures/{town.measure(measure).number}").text
    assert "어느 쪽도 글을 내지 않았습니다." in html
    assert "같은 크기의 자리" not in html


def test_where_the_law_has_no_space_there_is_none(
    site: Open, town: Town, database_url: str, initiative_open: UUID
) -> None:
    """Today's law: no page says a word of it, and nothing can be handed in."""
    assert 'id="arguments"' not in site(database=database_url).get("/measures/1").text
    council = hire(town, "council", authority=Authority.COUNCIL_CHAIR, roles=(Role.CLERK,))
    clerk = sits(site(database=database_url), council)
    assert "양쪽의 글" not in clerk.get("/desk/measures/1").text
    for by, refusal in (
        (Authority.COUNCIL_CHAIR, ArgumentsClosed),
        (Authority.MAYOR, NotYourAct),
    ):
        with pytest.raises(refusal), town.begin() as uow:
            arguing.enter(
                uow,
                initiative_open,
                option="yes",
                said_by="모임",
                points=[Point("글")],
                document=PAPER,
                by=town.officer(by),
            )
    assert town.stage(initiative_open) is Stage.COLLECTING
