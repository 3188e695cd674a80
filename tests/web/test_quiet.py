"""A recall is quiet: from certificate to acceptance no public page says how far it is."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from referendum.i18n.words import Language, Words
from referendum.lifecycle.stages import Stage
from tests import quiet
from tests.town import Town
from tests.web.conftest import Open
from tests.web.public_addresses import Streets
from tests.web.reading import text_of
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument

NO_STATE = ("/rules", "/record", "/help", "/problems", "/offline", "/service-worker.js")
"""Pages that no measure is on; and the record, whose entries whoever likes may count."""
FIGURED = ("<progress", "tile-map", "district-table", "level-submitted", "level-checked")
"""The marks of whatever draws figures of a petition."""
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])


def told_of(path: str) -> bool:
    return not path.startswith(NO_STATE)


def test_no_public_page_says_how_far_a_recall_is_at_any_quiet_stage(
    streets: Streets, site: Open, database_url: str
) -> None:
    """Whatever public page there is, at every stage, by the numbers that it would have to say."""
    client, town = site(database=database_url), streets.town
    recall = quiet.recall_among(town)
    of_recall = replace(streets, petition=recall)
    seen: list[Stage] = []
    for stage in quiet.walked(town, recall):
        figures = quiet.figures(town, recall)
        paths = [*of_recall.pages().values(), "/measures?instrument=recall", "/results"]
        for path in filter(told_of, paths):
            answer = client.get(path)
            assert answer.status_code in {200, 404}, path
            text = text_of(answer.text) if "html" in answer.headers["content-type"] else answer.text
            assert not quiet.said(text, figures), (stage, path)
        own = client.get(of_recall.pages()["/measures/{number}"]).text
        what_if = client.get(of_recall.pages()["/measures/{number}/what-if"]).text
        assert [mark for mark in FIGURED if mark in own + what_if] == [], stage
        undated = "다음 날짜는 아직 정해지지 않았습니다" in own
        assert undated == (stage is Stage.EXAMINING), "that nothing is dated is said, too"
        seen.append(stage)
    assert seen == quiet.QUIET


@LANGUAGES
def test_the_same_is_read_however_many_have_signed(
    visitor: Visitor, recall_open: UUID, language: str
) -> None:
    visitor.client.headers["accept-language"] = language
    paths = ("/", "/measures", "/measures/1", "/measures/1/what-if", "/measures/1/sign")
    before = [text_of(visitor.opens(path)) for path in paths]
    signs(visitor.town, recall_open)
    assert [text_of(visitor.opens(path)) for path in paths] == before


@LANGUAGES
def test_what_is_needed_and_until_when_is_said_and_why_no_more(
    visitor: Visitor, recall_open: UUID, language: str
) -> None:
    signs(visitor.town, recall_open)
    words = Words.load(Language(language))
    visitor.client.headers["accept-language"] = language
    html = visitor.opens("/measures/1")
    said = text_of(html)
    assert words("public.quiet.why") in said
    assert f"{words('public.quiet.needed')} 80" in said
    assert words("public.districts.minimum", needed=15, count=44) in said
    assert "44 × 1/3 = 15" in said, "with its sum"
    assert said.count(words("public.finding.quiet")) == 2, "of both requirements"
    assert words.end(visitor.town.deadline(recall_open, "collection_ends")) in said
    assert "calendar.ics" not in html, "there is nothing to subscribe to"
    assert words("public.quiet.why") in text_of(visitor.opens("/measures/1/what-if"))


def test_a_district_asked_for_says_nothing(visitor: Visitor, recall_open: UUID) -> None:
    town = visitor.town
    signs(town, recall_open)
    plain = text_of(visitor.opens("/measures/1"))
    code = town.districts[0].code
    assert text_of(visitor.opens(f"/measures/1?district={code}")) == plain
    visitor.is_signed_in(town.people[town.districts[0].id][0])
    assert "내 읍·면·동" not in visitor.opens("/measures/1")


def test_whoever_represents_it_works_with_the_figures(visitor: Visitor, recall_open: UUID) -> None:
    signs(visitor.town, recall_open)
    visitor.is_signed_in(visitor.town.some(1)[0])
    html = visitor.opens("/workspace/1")
    assert quiet.said(text_of(html), {143, 313}) == {313}
    assert "district-table" in html
    assert "<progress" in visitor.opens("/workspace")
    assert "<progress" not in visitor.opens("/measures/1"), "the public page is everybody's"


def test_after_its_acceptance_everything_is_told(visitor: Visitor, recall_sufficient: UUID) -> None:
    folds(visitor.town, recall_sufficient)
    assert visitor.town.stage(recall_sufficient) is Stage.SUFFICIENT
    html = visitor.opens("/measures/1")
    words = Words.load(Language.KO)
    assert quiet.said(text_of(html), {140}) == {140}
    assert words("public.quiet.why") not in text_of(html)
    assert "district-table" in html
    assert quiet.said(text_of(visitor.opens("/measures")), {140}) == {140}
    assert "level-valid" in visitor.opens("/measures/1/what-if")


@pytest.mark.parametrize("instrument", sorted(set(Instrument) - {Instrument.RECALL}))
def test_others_are_told_while_they_collect(visitor: Visitor, instrument: Instrument) -> None:
    town = visitor.town
    measure = town.opens(instrument)
    signs(town, measure)
    html = visitor.opens("/measures/1")
    assert quiet.said(text_of(html), {313}) == {313}
    assert Words.load(Language.KO)("public.quiet.why") not in text_of(html)


def signs(town: Town, measure: UUID) -> None:
    town.brings(measure, town.some(quiet.GOOD), bad=quiet.BAD)
    folds(town, measure)
