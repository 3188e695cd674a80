"""The same real cases under other rules, and what two rulebooks do not say alike."""

import json
import tomllib

import pytest

from tests.thresholds.cases_at_hand import HERE
from thresholds import cases, comparing, library, schema, sets
from thresholds.simulating import Simulated, simulate, simulated
from thresholds.vocabulary import PetitionOutcome, PollOutcome


def under(case: str, rules: str) -> Simulated:
    found = cases.read_case((HERE / f"{case}.toml").read_text("utf-8"))
    return simulated(found, sets.rules_called(rules))


def test_seoul_2011_under_todays_law_would_have_been_counted() -> None:
    """25.7 % voted: less than a third, more than a quarter. How, nobody will ever know."""
    then = under("seoul-2011-free-meals", "kr-referendum-2009-02-12")
    assert then.poll is not None
    assert then.poll.outcome is PollOutcome.NOT_COUNTED
    (missed,) = then.short
    assert (missed.needed, missed.shortfall) == (2_795_760, 638_016)

    today = under("seoul-2011-free-meals", "kr-today")
    assert (today.rulebook, today.poll) == ("kr-referendum-2023-04-27", None)
    (turnout,) = today.quorum
    assert (turnout.needed, turnout.met) == (2_096_820, True)
    assert [one.key for one in today.wanting] == ["options"]
    assert today.as_json()["poll"]["outcome"] is None


def test_goyang_2019_under_the_reform_would_have_qualified() -> None:
    today = under("goyang-2019-councillor", "kr-goyang-today")
    assert today.petition is not None
    assert today.petition.outcome is PetitionOutcome.INSUFFICIENT
    assert [(one.requirement, one.shortfall) for one in today.short] == [("signatures", 969)]
    reform = under("goyang-2019-councillor", "kr-goyang-reform")
    assert reform.petition is not None
    assert reform.petition.outcome is PetitionOutcome.SUFFICIENT


def test_rules_for_another_instrument_say_nothing() -> None:
    one = under("goyang-2019-councillor", "kr-initiative-2024-02-17")
    assert (one.rulebook, one.petition, one.poll, one.wanting) == (None, None, None, ())


def test_a_case_under_its_own_law_comes_out_as_it_was() -> None:
    files = sorted(HERE.glob("*.toml"))
    for case in (cases.read_case(file.read_text("utf-8")) for file in files):
        own = cases.judge_case(case)
        again = simulated(case, own.rulebook)
        assert (again.petition, again.poll) == (own.petition, own.poll)


def test_every_case_meets_every_rule_once_and_in_order() -> None:
    found = [cases.read_case(file.read_text("utf-8")) for file in sorted(HERE.glob("*.toml"))]
    rules = [sets.rules_called(name) for name in ("kr-today", "kr-goyang-reform")]
    pairs = [(one.case, one.rules) for one in simulate(found, rules)]
    assert pairs == [(case.case.id, one.id) for case in found for one in rules]


def test_a_comparison_names_both_values_and_their_articles() -> None:
    today, relaxed = (
        library.by_id(f"kr-goyang-initiative-{name}") for name in ("today", "relaxed")
    )
    assert comparing.compare(today, today) == ()
    found = {one.key: one for one in comparing.compare(today, relaxed)}
    assert set(found) == {
        "petition.requirements.0.chosen",
        "calendar.periods.cure_ends.length",
    }
    share = found["petition.requirements.0.chosen"]
    assert (share.left, share.right, share.citation_left) == (
        "1/150",
        "1/300",
        "주민조례발안법 §5①",
    )


def test_what_only_one_of_two_rulebooks_says_is_shown_as_absent() -> None:
    then, now = (library.by_id(f"kr-referendum-{day}") for day in ("2016-05-29", "2022-04-26"))
    found = {one.key: (one.left, one.right) for one in comparing.compare(then, now)}
    assert found["calendar.vote_day.weekday"] == (None, "wednesday")
    assert found["poll.count_gate"] == ("turnout", "never")
    assert not any(key.endswith(("citation", "article")) for key in found)


@pytest.mark.parametrize("form", list(schema.Form))
def test_the_schema_knows_the_keys_of_the_form_and_no_others(form: schema.Form) -> None:
    document = schema.schema(form)
    assert json.loads(json.dumps(document)) == document
    shapes = document.get("anyOf", [document])
    assert all(shape["additionalProperties"] is False for shape in shapes)


def test_every_shipped_file_has_only_keys_of_the_schema() -> None:
    shapes = schema.schema(schema.Form.RULEBOOK)["anyOf"]
    for name, text in library.texts().items():
        keys = set(tomllib.loads(text))
        assert any(
            set(shape["required"]) <= keys <= set(shape["properties"]) for shape in shapes
        ), name
