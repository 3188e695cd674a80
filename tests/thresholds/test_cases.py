"""Real cases come out as they did, and a case that cannot be judged says all that is wrong."""

import tomllib
from pathlib import Path

import pytest

from tests.thresholds.cases_at_hand import CASES, name
from thresholds.cases import differences, judge_case, read_case
from thresholds.errors import CaseUnreadable, NoRulebookInForce

RECALL = """
[case]
id = "x"
instrument = "recall"
country = "kr"
level = "city"
office = "mayor"
as_of = 2020-01-01
"""
REFERENDUM = """
[case]
id = "x"
instrument = "referendum"
country = "kr"
level = "city"
as_of = 2024-01-01
"""
INITIATIVE = REFERENDUM.replace("referendum", "initiative")


def problems(text: str) -> set[tuple[str, str]]:
    with pytest.raises(CaseUnreadable) as refused:
        read_case(text)
    return {(problem.key, problem.reason) for problem in refused.value.problems}


@pytest.mark.parametrize("path", CASES, ids=name)
def test_a_real_case_is_decided_as_it_was(path: Path) -> None:
    case = read_case(path.read_text("utf-8"))
    assert differences(judge_case(case), case.expected) == ()
    assert case.expected.model_dump(exclude_none=True), "a case that expects nothing shows nothing"


@pytest.mark.parametrize("path", CASES, ids=name)
def test_what_is_expected_never_decides(path: Path) -> None:
    text = path.read_text("utf-8")
    told = judge_case(read_case(text)).as_json()
    untold = judge_case(read_case(text.split("[expected]")[0])).as_json()
    assert told == untold


def test_a_wrong_expectation_is_told_apart() -> None:
    case = read_case(f"{RECALL}[poll]\nelectors=30\nvoted=9\n[expected]\nturnout_needed=11")
    (difference,) = differences(judge_case(case), case.expected)
    assert (difference.key, difference.expected, difference.found) == ("turnout_needed", 11, 10)


def test_the_document_has_the_published_form_and_nothing_else() -> None:
    text = f"""{RECALL}
    [petition]
    claimants = 300
    valid = 45
    districts = [
      {{ name = "가", claimants = 100, valid = 20 }},
      {{ name = "나", claimants = 100, valid = 25 }},
      {{ name = "다", claimants = 100 }},
    ]
    [poll]
    electors = 300
    voted = 150
    options = {{ yes = 70, no = 70 }}
    """
    document = judge_case(read_case(text)).as_json()
    assert list(document) == ["case", "rulebook", "petition", "poll"]
    signatures, spread = document["petition"]["findings"]
    assert list(signatures) == ["requirement", "citation", "whole", "counted", "needed", "met"]
    assert list(spread) == [*signatures, "districts"]
    assert (spread["whole"], spread["counted"], spread["needed"], spread["met"]) == (
        3,
        None,
        1,
        True,
    )
    assert spread["districts"][0] == {
        "name": "가",
        "whole": 100,
        "counted": 20,
        "needed": 3,
        "met": True,
    }
    assert document["poll"]["outcome"] == "rejected"
    assert document["poll"]["winner"] is None


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[case", "toml", "not-toml"),
        ("x = " + "[" * 3000, "toml", "not-toml"),
        ("x = " + "9" * 5000, "toml", "not-toml"),
        ("", "case", "missing"),
        (RECALL, "case", "nothing-to-judge"),
        (RECALL + "colour = 1", "case.colour", "unknown-key"),
        (RECALL + "[petition]", "petition.claimants", "number-missing"),
        (RECALL + "[petition]\nclaimants = 1.0", "petition.claimants", "not-a-whole-number"),
        (RECALL + '[petition]\nclaimants = "1"', "petition.claimants", "not-a-whole-number"),
        (RECALL + "[petition]\nclaimants = true", "petition.claimants", "not-a-whole-number"),
        (RECALL + "[petition]\nclaimants = -5", "petition.claimants", "too-small"),
        (RECALL + "[petition]\nclaimants = 0", "petition.claimants", "too-small"),
        (RECALL + f"[petition]\nclaimants = {10**30}", "petition.claimants", "too-large"),
        (RECALL + "[petition]\nclaimants = 5\nvalid = 6", "petition.valid", "more-than"),
        (
            RECALL + "[petition]\nclaimants = 9\nsubmitted = 5\nvalid = 6",
            "petition.valid",
            "more-than",
        ),
        (
            RECALL + "[petition]\nclaimants = 9\nsubmitted = 5\nfirst_valid = 6",
            "petition.first_valid",
            "more-than",
        ),
        (
            RECALL + '[petition]\nclaimants = 9\nvalid = 6\nstatus = "not_filed"',
            "petition.valid",
            "not-filed-yet-counted",
        ),
        (RECALL + '[petition]\nclaimants = 9\nstatus = "lost"', "petition.status", "not-one-of"),
        (
            RECALL + '[petition]\nclaimants = 9\ndistricts = [{ name = "가", claimants = 8 }]',
            "petition.districts",
            "do-not-add-up",
        ),
        (
            RECALL + "[petition]\nclaimants = 9\ndistricts = []",
            "petition.districts",
            "do-not-add-up",
        ),
        (RECALL + "[poll]\nelectors = 9", "poll.voted", "number-missing"),
        (RECALL + "[poll]\nvoted = 9", "poll.electors", "number-missing"),
        (RECALL + "[poll]\nelectors = 9\nvoted = 10", "poll.voted", "more-than"),
        (RECALL + "[poll]\nelectors = 9\nvoted = 8", "poll.options", "number-missing"),
        (RECALL + "[poll]\nelectors = 9\nvoted = 8\noptions = {}", "poll.options", "wrong-form"),
        (
            RECALL + "[poll]\nelectors = 9\nvoted = 8\noptions = { yes = 9, no = 1 }",
            "poll.options",
            "more-than",
        ),
        (
            RECALL + "[poll]\nelectors = 9\nvoted = 1\noptions = { a = 1, b = 0 }",
            "poll.options",
            "not-its-question",
        ),
        (
            RECALL.replace('office = "mayor"\n', "") + "[poll]\nelectors = 9\nvoted = 1",
            "case.office",
            "missing",
        ),
        (
            REFERENDUM + 'office = "mayor"\n[poll]\nelectors = 9\nvoted = 1',
            "case.office",
            "recall-only",
        ),
        (
            RECALL + 'route = "state"\n[poll]\nelectors = 9\nvoted = 1',
            "case.route",
            "referendum-only",
        ),
        (REFERENDUM + "[ordinance]\nshare = 0.05\n", "ordinance.share", "not-a-share"),
        (REFERENDUM + '[ordinance]\nshare = "2/1"\n', "ordinance.share", "not-a-share"),
        (
            REFERENDUM + '[ordinance]\nshare = "1/3"\n[petition]\nclaimants = 9',
            "ordinance.share",
            "outside-envelope",
        ),
        (
            REFERENDUM + '[ordinance]\nshare = "1/3"\n[poll]\nelectors = 9\nvoted = 1',
            "ordinance.share",
            "outside-envelope",
        ),
        (INITIATIVE + "[petition]\nclaimants = 9", "case.population", "number-missing"),
        (INITIATIVE + "[poll]\nelectors = 9\nvoted = 1", "poll", "not-of-this-law"),
        (REFERENDUM + "[expected]\nmood = 1", "expected.mood", "unknown-key"),
        (REFERENDUM + '[expected]\npoll = "won"', "expected.poll", "not-one-of"),
        (RECALL.replace("2020-01-01", '"2020-01-01"'), "case.as_of", "not-a-date"),
        (RECALL.replace("2020-01-01", "2020-01-01T00:00:00"), "case.as_of", "not-a-date"),
        (RECALL.replace("2020-01-01", "2020-02-30"), "toml", "not-toml"),
    ],
)
def test_a_case_that_cannot_be_judged_names_the_key_and_the_reason(
    text: str, key: str, reason: str
) -> None:
    assert (key, reason) in problems(text)


def test_all_problems_are_named_at_once() -> None:
    found = problems(RECALL + "[petition]\nclaimants = -1\nvalid = 1.5\nsubmited = 3\n[poll]\nx=1")
    assert {key for key, _ in found} == {
        "petition.claimants",
        "petition.valid",
        "petition.submited",
        "poll.x",
    }


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (REFERENDUM, "2003-12-31"),
        (REFERENDUM, "2004-07-29"),
        (RECALL, "2007-05-24"),
        (INITIATIVE, "2022-01-12"),
    ],
)
def test_a_date_before_the_first_version_is_never_judged_by_a_later_law(
    text: str, before: str
) -> None:
    body = "[petition]\nclaimants = 9"
    with pytest.raises(NoRulebookInForce) as refused:
        read_case(text.replace("2024-01-01", before).replace("2020-01-01", before) + body)
    assert [one.key for one in refused.value.problems] == ["case.as_of"]


def test_the_repositorys_copies_of_the_cases_are_toml() -> None:
    assert len(CASES) >= 9
    for path in CASES:
        assert tomllib.loads(path.read_text("utf-8"))["case"]["id"] == path.stem
