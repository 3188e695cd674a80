"""The first page by what needs somebody now, and the district that a browser remembers."""

from __future__ import annotations

import re
from uuid import UUID

from referendum.kernel.people import Authority
from referendum.lifecycle import locating
from tests.town import Town
from tests.web.conftest import Open
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument

SHELF = re.compile(r'<h2 id="shelf-(\w+)"')
BAR = re.compile(r'<progress max="(\d+)" value="(\d+)"')


def shelves(html: str) -> dict[str, list[int]]:
    """The numbers of the measures on each shelf, in the page's order."""
    parts = SHELF.split(html.partition('id="results"')[0])[1:]
    return {
        name: [int(number) for number in re.findall(r'href="/measures/(\d+)"', part)]
        for name, part in zip(parts[::2], parts[1::2], strict=True)
    }


def number_of(town: Town, measure: UUID) -> int:
    return town.measure(measure).number


def test_a_vote_stands_above_what_can_be_signed_and_that_above_what_waits(
    visitor: Visitor,
) -> None:
    town = visitor.town
    examined = town.opens(Instrument.INITIATIVE)
    town.collects(examined, town.some(3))
    signed = town.opens(Instrument.INITIATIVE)
    voted = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(voted, Authority.MAYOR)
    found = shelves(visitor.opens("/"))
    assert list(found.items()) == [
        ("called", [number_of(town, voted)]),
        ("signing", [number_of(town, signed)]),
        ("waiting", [number_of(town, examined)]),
    ]
    town.waits_for("polls_open", voted)
    html = visitor.opens("/")
    assert "voting" not in shelves(html), "what is voted on today is told once, above all shelves"
    link = f'href="/measures/{number_of(town, voted)}/vote"'
    assert 0 < html.index(link) < html.index('id="shelf-signing"')


def test_signing_ends_soon_two_weeks_before_and_never_for_a_recall(visitor: Visitor) -> None:
    town = visitor.town
    initiative = town.opens(Instrument.INITIATIVE)
    recall = town.opens(Instrument.RECALL)
    number, other = number_of(town, initiative), number_of(town, recall)
    assert shelves(visitor.opens("/")) == {"signing": [other, number]}
    with town.begin() as uow:
        measures = [locating.get(uow.session, one) for one in (initiative, recall)]
        kept = locating.deadlines_of_all(uow.session, measures)
        ends = {
            measure: next(one.at for one in kept[measure] if one.name == "collection_ends")
            for measure in (initiative, recall)
        }
        now = uow.now()
    town.waits(days=(ends[recall] - now).days - 5)
    assert "soon" not in shelves(visitor.opens("/")), "five days before the recall's end"
    assert other in shelves(visitor.opens("/"))["signing"]
    town.waits(days=(ends[initiative] - ends[recall]).days)
    assert shelves(visitor.opens("/"))["soon"] == [number]


def test_how_far_a_recall_is_stands_on_no_card_until_it_is_found_sufficient(
    visitor: Visitor, recall_open: UUID
) -> None:
    town = visitor.town
    town.brings(recall_open, town.spread(140))
    folds(town, recall_open)
    for path in ("/", "/measures"):
        assert "<progress" not in visitor.opens(path), path
        assert ">140<" not in visitor.opens(path), path
    with town.begin() as uow:
        assert locating.get(uow.session, recall_open).stage == "collecting"


def test_a_bar_ends_at_five_quarters_of_the_need_and_says_when_there_is_more(
    visitor: Visitor, initiative_open: UUID
) -> None:
    town = visitor.town
    town.brings(initiative_open, town.some(3))
    folds(town, initiative_open)
    html = visitor.opens("/")
    assert BAR.findall(html) == [("20", "12")], "3 of 4, the bar being 5 long"
    assert "1.25배까지만" not in html
    town.brings(initiative_open, town.some(12)[3:])
    folds(town, initiative_open)
    html = visitor.opens("/")
    assert BAR.findall(html) == [("20", "20")]
    assert "1.25배까지만" in html


def test_a_district_is_remembered_by_its_code_alone(visitor: Visitor) -> None:
    town, client = visitor.town, visitor.client
    here, there = town.districts[:2]
    whole = number_of(town, town.opens(Instrument.INITIATIVE))
    part = number_of(town, town.opens(Instrument.REFERENDUM, districts=(here.id,)))
    both = {"signing": [part, whole]}
    assert shelves(visitor.opens("/")) == both
    chosen = client.get(f"/?district={there.code}")
    assert chosen.headers["set-cookie"].startswith(f"district={there.code};")
    assert shelves(chosen.text) == {"signing": [whole]}
    for path in ("/", "/measures"):
        assert f'href="/measures/{part}"' not in visitor.opens(path), path
    client.get(f"/?district={here.code}")
    assert shelves(visitor.opens("/")) == both
    assert "set-cookie" not in client.get("/?district=nowhere").headers
    client.get("/?district=all")
    assert "district" not in client.cookies


def test_neighbours_share_a_page_and_strangers_another(
    site: Open, town: Town, database_url: str
) -> None:
    client = site(database=database_url, page_seconds=60)
    here, there = town.districts[:2]
    number = number_of(town, town.opens(Instrument.REFERENDUM, districts=(here.id,)))
    link = f'href="/measures/{number}"'
    for code, seen in ((here.code, True), (there.code, False), ("", True), ("nowhere", True)):
        for _ in range(2):
            response = client.get("/", headers={"cookie": f"district={code}"} if code else {})
            assert response.headers["cache-control"].startswith("public, max-age=60"), code
            assert "Cookie" in response.headers["vary"]
            assert (link in response.text) is seen, code
    response = client.get("/", headers={"cookie": f"district={there.code}; language=en"})
    assert '<html lang="en">' in response.text
    assert link not in response.text


def test_results_are_what_ended_and_nothing_that_is_under_way(
    visitor: Visitor, referendum_sufficient: UUID
) -> None:
    town = visitor.town
    going = number_of(town, town.opens(Instrument.INITIATIVE))
    assert "아직 결과가 나온 안건이 없습니다." in visitor.opens("/results")
    town.calls(referendum_sufficient, town.examiner_of(referendum_sufficient).authority)
    town.votes(referendum_sufficient, turnout=6, votes={"yes": 4, "no": 2})
    town.waits(days=400)
    town.calendar_catches_up()
    html = visitor.opens("/results")
    assert f'href="/measures/{going}"' in html, "it ended for want of signatures"
