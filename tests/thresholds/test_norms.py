"""Statute over ordinance over delegation: nothing moves but what the higher norm leaves open."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thresholds import library, sets
from thresholds.errors import RulebookUnreadable, UnknownRulebook
from thresholds.norms import Norm
from thresholds.rulebook import Rulebook
from thresholds.share import Share
from thresholds.verdict import PetitionNumbers, judge_petition
from thresholds.vocabulary import DeadlineName

SHIPPED = {
    name: text
    for name, text in library.texts().items()
    if name.startswith(("kr-initiative-20", "kr-referendum-20", "kr-recall-mayor"))
}
HEAD = """
id = "kr-test"
title = { ko = "시험", en = "Test" }
norm = "ordinance"
valid_from = 2026-01-01
laws = [{ name = "시험 조례", date = 2026-01-01 }]
place = { code = "test", population = 1_060_081 }
"""


def made(above: str, rest: str, head: str = HEAD) -> Rulebook:
    books = library.load({**SHIPPED, "test.toml": f'under = "{above}"\n{head}\n{rest}'})
    return next(book for book in books if book.id == "kr-test")


def faults(above: str, rest: str, head: str = HEAD) -> dict[str, tuple[str, str | None]]:
    with pytest.raises(RulebookUnreadable) as caught:
        made(above, rest, head)
    return {one.key: (one.reason, one.facts.get("article")) for one in caught.value.problems}


INITIATIVE, REFERENDUM, RECALL = (
    "kr-initiative-2024-02-17",
    "kr-referendum-2023-04-27",
    "kr-recall-mayor-2007-05-25",
)


@pytest.mark.parametrize(
    ("above", "rest", "key", "reason", "article"),
    [
        # A number outside the bounds, each way.
        (
            INITIATIVE,
            '[choices]\nshare = "1/149"',
            "share",
            "outside-envelope",
            "주민조례발안법 §5①",
        ),
        (REFERENDUM, '[choices]\nshare = "1/21"', "share", "outside-envelope", "주민투표법 §9②"),
        (REFERENDUM, '[choices]\nshare = "1/4"', "share", "outside-envelope", "주민투표법 §9②"),
        (
            INITIATIVE,
            "[choices]\ncure_days = 9",
            "cure_days",
            "outside-envelope",
            "주민조례발안법 §11④",
        ),
        # A choice that the statute does not leave, and a key that is the statute's own.
        (RECALL, '[choices]\nshare = "1/20"', "share", "closed-by-higher-norm", None),
        (RECALL, "[choices]\nminimum_age = 16", "minimum_age", "closed-by-higher-norm", None),
        (REFERENDUM, '[choices]\nturnout = "1/5"', "turnout", "closed-by-higher-norm", None),
        (INITIATIVE, '[choices]\nshare = "one"', "share", "not-a-share", None),
        (INITIATIVE, "[choices]\nmood = 1", "mood", "unknown-key", None),
    ],
)
def test_a_choice_outside_the_envelope_does_not_load(
    above: str, rest: str, key: str, reason: str, article: str | None
) -> None:
    found = faults(above, rest)
    assert found[f"test.toml: choices.{key}"][0] == reason
    if article is not None:
        assert found[f"test.toml: choices.{key}"][1] == article
    if reason == "closed-by-higher-norm":
        assert found[f"test.toml: choices.{key}"][1] == "지방자치법 §28①"


def test_a_lower_norm_may_not_say_what_is_the_statutes_to_say() -> None:
    found = faults(REFERENDUM, '[poll]\ncount_gate = "turnout"\n[choices]\nshare = "1/3"')
    assert found == {
        "test.toml: poll": ("closed-by-higher-norm", "지방자치법 §28①"),
        "test.toml: choices.share": ("outside-envelope", "주민투표법 §9②"),
    }


def test_a_tier_needs_the_places_population() -> None:
    head = HEAD.replace(", population = 1_060_081", "")
    assert faults(INITIATIVE, '[choices]\nshare = "1/200"', head) == {
        "test.toml: choices.share": ("number-missing", None)
    }
    small = HEAD.replace("1_060_081", "40_000")
    assert made(INITIATIVE, '[choices]\nshare = "1/20"', small).choices.share is not None


def test_a_norm_under_nothing_or_under_itself_is_refused_by_name() -> None:
    assert faults("kr-nothing", "") == {"test.toml: under": ("unknown-rulebook", None)}
    assert faults("kr-test", "") == {"test.toml: under": ("unknown-rulebook", None)}


@settings(max_examples=40)
@given(bottom=st.integers(1, 30))
def test_every_share_of_the_acts_range_loads_and_no_other(bottom: int) -> None:
    """주민투표법 §9②: from a twentieth to a fifth."""
    text = f'[choices]\nshare = "1/{bottom}"'
    base = library.by_id(REFERENDUM)
    if 5 <= bottom <= 20:
        book = made(REFERENDUM, text)
        (found,) = judge_petition(book, PetitionNumbers(claimants=100_000)).findings
        assert found.needed == -(-100_000 // bottom)
        assert book.fingerprint != base.fingerprint
    else:
        assert "test.toml: choices.share" in faults(REFERENDUM, text)


def test_what_is_chosen_is_no_longer_assumed_and_the_rest_stays_as_it_was() -> None:
    above, book = (
        library.by_id(REFERENDUM),
        made(REFERENDUM, '[choices]\ncollection_days = 120\nforeign_statuses = ["F-5"]'),
    )
    period = book.calendar.periods
    assert period[DeadlineName.COLLECTION_ENDS].length.days == 120
    assert "calendar.periods.collection_ends.length" in above.assumed
    assert "calendar.periods.collection_ends.length" not in book.assumed
    for part in (book.signing, book.voting):
        assert part is not None
        assert part.electorate.foreigners is not None
        assert part.electorate.foreigners.statuses == ("F-5",)
    assert (book.poll, book.effects) == (above.poll, above.effects)
    assert (book.under, book.norm) == (REFERENDUM, Norm.ORDINANCE)


def test_what_is_proposed_or_made_for_one_place_decides_no_measure() -> None:
    aside = [book for book in library.all_rulebooks() if not book.stands_alone]
    assert {book.norm for book in aside} == {Norm.STATUTE, Norm.ORDINANCE}
    for book in aside:
        found = library.in_force(
            country=book.country,
            level=book.levels[0],
            instrument=book.instrument,
            on=book.valid_from,
            office=book.offices[0] if book.offices else None,
            route=book.routes[0] if book.routes else None,
        )
        assert found.stands_alone


def test_goyangs_three_sets() -> None:
    today, relaxed, reform = (
        {one.id: one for one in sets.all_sets()}[f"kr-goyang-{name}"]
        for name in ("today", "relaxed", "reform")
    )
    assert all("choices" in book.assumed for book in today.rulebooks if book.place)
    shares = [book.choices.share for book in relaxed.rulebooks if book.place]
    assert shares == [Share(Fraction(1, 300)), Share(Fraction(1, 20))]
    recalls = [book for book in reform.rulebooks if book.id.startswith("kr-reform")]
    assert len(recalls) == 3
    for book in recalls:
        assert book.proposed
        assert book.signing is not None
        assert book.signing.electorate.minimum_age == 18
        assert book.signing.channel("online") is not None
        assert book.poll is not None
        assert book.poll.count_gate == "never"


def test_a_set_with_a_rulebook_that_is_not_there_is_refused_with_its_place() -> None:
    text = """
[[sets]]
id = "one"
title = { ko = "하나", en = "One" }
note = { ko = "하나", en = "One" }
rulebooks = ["kr-nothing"]
"""
    with pytest.raises(RulebookUnreadable) as caught:
        sets.load(text, library.all_rulebooks())
    (problem,) = caught.value.problems
    assert (problem.key, problem.reason) == ("sets.0.rulebooks", "unknown-rulebook")
    with pytest.raises(RulebookUnreadable):
        sets.load("sets = 1", ())
    with pytest.raises(UnknownRulebook):
        sets.rules_called("kr-nothing")
