"""The rules of other places: real results come out as they did, and their arithmetic is exact."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.thresholds.cases_at_hand import HERE
from thresholds import library
from thresholds.cases import differences, judge_case, read_case
from thresholds.errors import CaseUnreadable, NotOfThisLaw, NumberMissing
from thresholds.requirement import Area, RequirementName
from thresholds.rulebook import Rulebook
from thresholds.verdict import (
    PetitionNumbers,
    PollNumbers,
    PollVerdict,
    judge_petition,
    judge_poll,
)
from thresholds.vocabulary import Event, PetitionOutcome, PollOutcome
from thresholds.windows import deadlines

CASES = sorted((HERE / "foreign").glob("*.toml"))
FOREIGN = [book for book in library.all_rulebooks() if book.country != "kr"]

SWISS = library.by_id("ch-initiative-2000-01-01")
OPTIONAL = library.by_id("ch-referendum-optional-2000-01-01")
RECALL = library.by_id("us-ca-recall-1976-06-08")
ITALY = library.by_id("it-referendum-abrogative-1970-06-16")
UNION = library.by_id("eu-initiative-2020-02-01")
TAIWAN = library.by_id("tw-referendum-2018-01-05")
BAVARIA = library.by_id("de-by-referendum-1999-04-01")

HALVES = {"OW", "NW", "BS", "BL", "AR", "AI"}
CANTONS = (
    *("ZH", "BE", "LU", "UR", "SZ", "OW", "NW", "GL", "ZG", "FR", "SO", "BS", "BL"),
    *("SH", "AR", "AI", "SG", "GR", "AG", "TG", "TI", "VD", "VS", "NE", "GE", "JU"),
)

ARTICLES = {
    "ch": re.compile(r"(BV|BPR|VwVG) Art\. \d+[a-z]?( Abs\. \d(–\d)?)?"),
    "us-ca": re.compile(r"Cal\. (Const\. art\. II,|Elec\. Code|Gov\. Code) § \d+(\([a-z]\))?$"),
    "it": re.compile(r"(Cost\.|L\. 352/1970|Cod\. civ\.) art\. \d+( c\. \d)?"),
    "eu": re.compile(r"Regulation \((EU|EEC, Euratom)\) \d+/\d+ art\. \d+(\(\d\))?"),
    "tw": re.compile(r"公民投票法 §\d+"),
    "de-by": re.compile(r"(GO|BayVwVfG) Art\. \d+a?( Abs\. \d+)?"),
}

ADOPTED, REJECTED, NEITHER = PollOutcome.ADOPTED, PollOutcome.REJECTED, PollOutcome.NEITHER
ENOUGH, TOO_FEW = PetitionOutcome.SUFFICIENT, PetitionOutcome.INSUFFICIENT


def family(rulebook: str) -> str:
    """The id without its date: all versions of one rule."""
    return rulebook[: -len("-2000-01-01")]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_real_result_is_decided_as_it_was(path: Path) -> None:
    case = read_case(path.read_text("utf-8"))
    assert case.case.id == path.stem
    assert case.expected.model_dump(exclude_none=True)
    assert differences(judge_case(case), case.expected) == ()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_real_result_names_what_was_read_and_what_is_assumed(path: Path) -> None:
    case = read_case(path.read_text("utf-8"))
    assert case.case.sources
    assert all(source.url and source.read for source in case.case.sources)
    document = tomllib.loads(path.read_text("utf-8"))
    for key in case.case.assumed:
        node: Any = document
        for part in key.split("."):
            node = node[part]


def test_every_rule_of_another_place_has_two_real_results() -> None:
    judged = (judge_case(read_case(path.read_text("utf-8"))).rulebook.id for path in CASES)
    counted = Counter(family(rulebook) for rulebook in judged)
    assert set(counted) == {family(book.id) for book in FOREIGN}
    assert min(counted.values()) >= 2


@pytest.mark.parametrize("book", FOREIGN, ids=lambda book: book.id)
def test_articles_are_written_as_that_country_writes_them(book: Rulebook) -> None:
    assert book.id.startswith(f"{book.country}-")
    text = json.dumps(book.model_dump(mode="json"), ensure_ascii=False)
    cited = re.findall(r'"(?:[a-z_]+_)?(?:citation|article)": "([^"]+)"', text)
    assert len(cited) > 5
    assert [article for article in cited if not ARTICLES[book.country].match(article)] == []


# Switzerland


def swiss(
    carried: Mapping[str, bool | None], *, yes: int = 60, no: int = 40, book: Rulebook = SWISS
) -> PollVerdict:
    areas = tuple(
        Area(name=name, whole=None, majority_stated=said) for name, said in carried.items()
    )
    numbers = PollNumbers(electors=None, voted=None, options={"yes": yes, "no": no}, areas=areas)
    return judge_poll(book, numbers)


@given(
    st.lists(st.booleans(), min_size=len(CANTONS), max_size=len(CANTONS)),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_people_and_cantons_agree_with_an_oracle_in_half_votes(
    said: list[bool], yes: int, no: int
) -> None:
    """46 half votes: more than 23 of them, and more than half of the people's."""
    won = sum((1 if name in HALVES else 2) for name, one in zip(CANTONS, said, strict=True) if one)
    verdict = swiss(dict(zip(CANTONS, said, strict=True)), yes=yes, no=no)
    assert verdict.outcome is (ADOPTED if won > 23 and yes > no else REJECTED)
    spread = next(f for f in verdict.findings if f.requirement is RequirementName.SPREAD)
    assert spread.counted is not None
    assert (2 * spread.counted, spread.whole, spread.needed) == (won, 23, 12)


def test_a_tie_of_the_cantons_is_a_no() -> None:
    """Eleven whole votes and a half against as many."""
    whole = [name for name in CANTONS if name not in HALVES]
    for halves, outcome in ((1, REJECTED), (2, ADOPTED)):
        yes = {*whole[:11], *sorted(HALVES)[:halves]}
        assert swiss({name: name in yes for name in CANTONS}).outcome is outcome


def test_a_canton_that_says_nothing_matters_only_where_it_could_decide() -> None:
    whole = [name for name in CANTONS if name not in HALVES]
    sure: dict[str, bool | None] = {name: name in whole[:12] for name in CANTONS}
    assert swiss({**sure, "JU": None}).outcome is ADOPTED
    lost: dict[str, bool | None] = {name: name in whole[:10] for name in CANTONS}
    assert swiss({**lost, "JU": None}).outcome is REJECTED
    with pytest.raises(NumberMissing):
        swiss({**sure, whole[0]: None})


def test_the_cantons_are_a_closed_list() -> None:
    all_yes: dict[str, bool | None] = dict.fromkeys(CANTONS, True)
    with pytest.raises(NumberMissing) as missing:
        swiss({name: True for name in CANTONS if name != "GE"})
    assert missing.value.facts["key"] == "areas.GE"
    with pytest.raises(NotOfThisLaw):
        swiss({**all_yes, "LI": True})


def test_a_statute_needs_no_cantons() -> None:
    numbers = PollNumbers(electors=None, voted=None, options={"yes": 51, "no": 50})
    assert judge_poll(OPTIONAL, numbers).outcome is ADOPTED
    with pytest.raises(NumberMissing):
        judge_poll(SWISS, numbers)


@pytest.mark.parametrize(("book", "needed"), [(SWISS, 100_000), (OPTIONAL, 50_000)])
def test_swiss_signatures_are_a_fixed_number(book: Rulebook, needed: int) -> None:
    for valid, outcome in ((needed - 1, TOO_FEW), (needed, ENOUGH)):
        assert judge_petition(book, PetitionNumbers(valid=valid)).outcome is outcome


# California


@pytest.mark.parametrize(("counties", "outcome"), [(4, TOO_FEW), (5, ENOUGH), (6, ENOUGH)])
def test_a_recall_needs_one_percent_in_each_of_five_counties(
    counties: int, outcome: PetitionOutcome
) -> None:
    """Thirteen percent in all; a county of 9,950 votes needs 100 and not 99."""
    areas = tuple(
        Area(name=f"county {number}", whole=9_950, counted=100 if number < counties else 99)
        for number in range(10)
    )
    verdict = judge_petition(
        RECALL, PetitionNumbers(last_vote=99_500, valid=12_935, districts=areas)
    )
    spread = verdict.findings[1]
    assert (verdict.outcome, spread.counted, spread.needed) == (outcome, counties, 5)


def test_five_counties_do_not_make_up_for_the_states_twelve_percent() -> None:
    areas = tuple(Area(name=f"{n}", whole=10_000, counted=900) for n in range(10))
    for valid, outcome in ((11_999, TOO_FEW), (12_000, ENOUGH)):
        numbers = PetitionNumbers(last_vote=100_000, valid=valid, districts=areas)
        assert judge_petition(RECALL, numbers).outcome is outcome


def test_an_amendment_needs_more_than_a_statute() -> None:
    where = {"country": "us-ca", "level": "state", "instrument": "initiative"}
    for matter, needed in (("statute", 50), ("amendment", 80)):
        book = library.in_force(**where, matter=matter, on=date(2026, 1, 1))
        (finding,) = judge_petition(book, PetitionNumbers(last_vote=1_000)).findings
        assert finding.needed == needed


# European Union


@pytest.mark.parametrize(("states", "outcome"), [(6, TOO_FEW), (7, ENOUGH)])
def test_a_million_needs_seven_member_states(states: int, outcome: PetitionOutcome) -> None:
    floors = {"DE": 67_680, "FR": 55_695, "IT": 53_580, "ES": 41_595}
    floors |= {"PL": 36_660, "RO": 23_265, "MT": 4_230, "CY": 4_230}
    areas = tuple(
        Area(name=name, whole=None, counted=floor if number < states else floor - 1)
        for number, (name, floor) in enumerate(floors.items())
    )
    numbers = PetitionNumbers(valid=1_000_000, districts=areas)
    verdict = judge_petition(UNION, numbers)
    assert (verdict.outcome, verdict.findings[1].counted) == (outcome, states)
    short = judge_petition(UNION, PetitionNumbers(valid=999_999, districts=areas))
    assert short.outcome is TOO_FEW


@pytest.mark.parametrize(
    ("on", "members", "states"),
    [
        ("2020-01-31", 751, 28),
        ("2020-02-01", 705, 27),
        ("2024-07-15", 705, 27),
        ("2024-07-16", 720, 27),
    ],
)
def test_the_annex_counts_the_members_of_parliament(on: str, members: int, states: int) -> None:
    book = library.in_force(
        country="eu", level="union", instrument="initiative", on=date.fromisoformat(on)
    )
    assert book.petition is not None
    counts = book.petition.requirements[1].model_dump()["counts"]
    assert len(counts) == states
    assert all(count % members == 0 for count in counts.values())
    assert sum(counts.values()) == members * members


def test_nobody_votes_on_a_european_initiative() -> None:
    with pytest.raises(NotOfThisLaw):
        judge_poll(UNION, PollNumbers(electors=1, voted=1, options={"yes": 1, "no": 0}))


# Italy and Taiwan


def test_half_of_those_entitled_are_not_more_than_half() -> None:
    for voted, outcome in ((50, NEITHER), (51, ADOPTED)):
        numbers = PollNumbers(electors=100, voted=voted, options={"yes": 40, "no": 5})
        assert judge_poll(ITALY, numbers).outcome is outcome


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_taiwan_agrees_with_an_oracle_in_whole_numbers(electors: int, yes: int, no: int) -> None:
    numbers = PollNumbers(electors=electors, voted=None, options={"yes": yes, "no": no})
    passed = yes > no and 4 * yes >= electors
    assert judge_poll(TAIWAN, numbers).outcome is (ADOPTED if passed else REJECTED)


# Bavaria


@pytest.mark.parametrize(
    ("population", "percent"),
    [
        (10_000, 10),
        (10_001, 9),
        (20_000, 9),
        (20_001, 8),
        (30_000, 8),
        (30_001, 7),
        (50_000, 7),
        (50_001, 6),
        (100_000, 6),
        (100_001, 5),
        (500_000, 5),
        (500_001, 3),
    ],
)
def test_signatures_in_bavaria_up_to_so_many_inhabitants(population: int, percent: int) -> None:
    numbers = PetitionNumbers(claimants=10_000)
    (finding,) = judge_petition(BAVARIA, numbers, population=population).findings
    assert finding.needed == 100 * percent


@given(
    st.sampled_from([(1, 20), (50_000, 20), (50_001, 15), (100_000, 15), (100_001, 10)]),
    st.integers(1, 200),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_the_majority_of_either_side_needs_its_quorum(
    tier: tuple[int, int], electors: int, yes: int, no: int
) -> None:
    population, percent = tier
    numbers = PollNumbers(
        electors=electors, voted=None, options={"yes": yes, "no": no}, population=population
    )
    verdict = judge_poll(BAVARIA, numbers)
    if yes == no:
        expected = REJECTED
    elif 100 * max(yes, no) < percent * electors:
        expected = NEITHER
    else:
        expected = ADOPTED if yes > no else REJECTED
    assert verdict.outcome is expected
    approval = next(f for f in verdict.findings if f.requirement is RequirementName.APPROVAL)
    assert approval.counted == max(yes, no)


def test_a_quorum_by_population_needs_the_population() -> None:
    text = (HERE / "foreign" / "de-by-2019-gerolzhofen.toml").read_text("utf-8")
    text = text.replace("population = 6_900\n", "").replace('assumed = ["case.population"]\n', "")
    with pytest.raises(CaseUnreadable) as refused:
        read_case(text)
    assert [problem.key for problem in refused.value.problems] == ["case.population"]


# Periods that really ran


def ends(book: Rulebook, name: str, *off: date, **events: date) -> date:
    found = deadlines(
        book, {Event(event): day for event, day in events.items()}, holidays=frozenset(off)
    )
    return next(one.date for one in found if one.name == name)


@pytest.mark.parametrize(
    ("book", "began", "ended"),
    [
        (SWISS, date(2015, 4, 21), date(2016, 10, 21)),
        (SWISS, date(2016, 3, 15), date(2017, 9, 15)),
        (OPTIONAL, date(2008, 6, 24), date(2008, 10, 2)),
        (OPTIONAL, date(2019, 10, 8), date(2020, 1, 16)),
        (UNION, date(2021, 8, 31), date(2022, 8, 31)),
    ],
)
def test_a_collection_ended_when_it_did(book: Rulebook, began: date, ended: date) -> None:
    assert ends(book, "collection_ends", certificate_published=began) == ended


def test_the_davis_petition_would_have_ended_on_labor_day() -> None:
    """160 days from 25 March 2003 end on 1 September, a holiday: 2 September was announced."""
    labor_day = date(2003, 9, 1)
    began = date(2003, 3, 25)
    assert ends(RECALL, "collection_ends", labor_day, certificate_published=began) == date(
        2003, 9, 2
    )
    window = [
        ends(RECALL, name, accepted=date(2003, 7, 23))
        for name in ("vote_window_opens", "vote_window_closes")
    ]
    assert window == [date(2003, 9, 21), date(2003, 10, 11)]


@pytest.mark.parametrize(
    ("submitted", "due"),
    [(date(2023, 1, 25), date(2023, 7, 25)), (date(2026, 1, 26), date(2026, 7, 27))],
)
def test_the_commission_answers_in_six_months(submitted: date, due: date) -> None:
    """26 July 2026 is a Sunday: the Commission itself named the 27th."""
    assert ends(UNION, "answer_due", submitted=submitted) == due


def test_a_case_without_a_canton_is_refused_at_the_place_in_its_file() -> None:
    text = (HERE / "foreign" / "ch-2020-responsible-business.toml").read_text("utf-8")
    with pytest.raises(CaseUnreadable) as refused:
        read_case(re.sub(r'.*name = "GE".*\n', "", text))
    assert [one.key for one in refused.value.problems] == ["poll.areas.GE"]
