"""What the Korean laws say beside their numbers, as far as it was read (korean-law A, B, C)."""

from __future__ import annotations

from datetime import date

import pytest

from thresholds import library
from thresholds.provisions import Topic
from thresholds.requirement import ShareRequirement
from thresholds.rulebook import EffectName, Rulebook
from thresholds.vocabulary import DeadlineName, Instrument, PollOutcome

KOREAN = [book for book in library.all_rulebooks() if book.country == "kr"]
INITIATIVE = [book for book in KOREAN if book.instrument is Instrument.INITIATIVE]
REFERENDUM = [
    book
    for book in KOREAN
    if book.instrument is Instrument.REFERENDUM and tuple(book.routes) != ("state",)
]
STATE = [book for book in KOREAN if tuple(book.routes) == ("state",)]
RECALL = [book for book in KOREAN if book.instrument is Instrument.RECALL]
SINCE_OCTOBER = date(2022, 10, 27)


def name(book: Rulebook) -> str:
    return book.id


@pytest.mark.parametrize("book", INITIATIVE, ids=name)
def test_four_subjects_are_kept_out_of_an_initiative(book: Rulebook) -> None:
    """ORD §4."""
    assert list(book.excluded) == ["against-law", "taxes", "organs", "facility"]
    assert {one.citation for one in book.excluded.values()} == {"주민조례발안법 §4"}
    assert not any(one.assumed for one in book.excluded.values())


@pytest.mark.parametrize("book", REFERENDUM, ids=name)
def test_a_referendums_list_follows_its_version(book: Rulebook) -> None:
    """REF §7②: the sub-items of no. 3 are to be confirmed; before, budget and contracts in one."""
    if book.valid_from < SINCE_OCTOBER:
        assert "contracts" not in book.excluded
        assert book.excluded["budget"].title.ko == "예산·회계·계약 및 재산관리에 관한 사항"
        assert not book.excluded["budget"].assumed
        assert all(one.assumed for key, one in book.excluded.items() if key != "budget")
        return
    assumed = {key for key, one in book.excluded.items() if one.assumed}
    assert assumed == {"budget", "contracts"}
    assert [one.citation for one in book.excluded.values()] == [
        "주민투표법 §7②1",
        "주민투표법 §7②2",
        "주민투표법 §7②3 가목",
        "주민투표법 §7②3 나목",
        "주민투표법 §7②3의2",
        "주민투표법 §7②4",
        "주민투표법 §7②5",
        "주민투표법 §7②6",
    ]


@pytest.mark.parametrize("book", REFERENDUM, ids=name)
def test_courts_have_read_what_a_budget_matter_is(book: Rulebook) -> None:
    law = {one.number: one.date for one in book.excluded["budget"].case_law}
    assert law == {"2011아2179": date(2011, 8, 16), "2015구합262": date(2015, 8, 11)}
    assert book.excluded["others-affairs"].case_law[0].number == "2016누23066"


@pytest.mark.parametrize("book", RECALL, ids=name)
def test_a_recall_keeps_nothing_out_and_says_so(book: Rulebook) -> None:
    """REC §7①; 헌재 2008헌마355."""
    assert book.excluded == {}
    grounds = book.provisions[Topic.GROUNDS]
    assert "제한하지 않" in grounds.text.ko
    assert grounds.case_law[0].number == "2008헌마355"


@pytest.mark.parametrize("book", STATE, ids=name)
def test_a_vote_for_the_state_has_none_of_this(book: Rulebook) -> None:
    """REF §8: §§7, 16, 24①⑤⑥, 25 and 26 do not apply."""
    assert (book.excluded, book.dispute, book.effects, book.publication) == ({}, None, (), None)
    assert list(book.provisions) == [Topic.STATE]
    assert not book.binding


@pytest.mark.parametrize("book", [*REFERENDUM, *RECALL], ids=name)
def test_who_may_contest_a_result_and_where(book: Rulebook) -> None:
    """REF §25, REC §24: a hundredth of the voters, fourteen days, then ten."""
    assert book.dispute is not None
    assert str(book.dispute.voters) == "1/100"
    assert book.dispute.court_days == 10
    assert book.dispute.official is (book.instrument is Instrument.RECALL)
    assert book.calendar.periods[DeadlineName.DISPUTE_DUE].length.days == 14
    governor = "governor" in book.offices and not book.proposed
    assert ("dispute" in book.assumed) is governor


@pytest.mark.parametrize("book", REFERENDUM, ids=name)
def test_two_rules_of_two_years_are_two_rules(book: Rulebook) -> None:
    """REF §24⑥ spares a vote that adopted neither; §7②6 bars a new vote after any."""
    after = {effect.name: set(effect.after) for effect in book.effects}
    assert after[EffectName.NO_CHANGE] == {PollOutcome.ADOPTED, PollOutcome.REJECTED}
    always = {PollOutcome.ADOPTED, PollOutcome.REJECTED, PollOutcome.NEITHER}
    if book.valid_from < date(2022, 4, 26):
        always |= {PollOutcome.NOT_COUNTED}
    assert after[EffectName.NO_NEW_VOTE] == always
    assert {effect.years for effect in book.effects if effect.years} == {2}


@pytest.mark.parametrize("book", RECALL, ids=name)
def test_who_loses_an_office_may_not_stand_for_it_again_at_once(book: Rulebook) -> None:
    """REC §23, §21."""
    names = {effect.name for effect in book.effects}
    assert names == {
        EffectName.POWERS_SUSPENDED,
        EffectName.OFFICE_LOST,
        EffectName.MAY_NOT_STAND,
    }


def test_each_law_has_its_total_published_by_the_tenth_of_january() -> None:
    """ORD §5③, REF §9④, REC §7⑤: three totals, each by its own article."""
    found = {}
    for id_ in ("kr-initiative-2024-02-17", "kr-referendum-2023-04-27"):
        found[id_] = library.by_id(id_).publication
    found["recall"] = library.by_id("kr-recall-mayor-2007-05-25").publication
    assert [one.citation for one in found.values() if one] == [
        "주민조례발안법 §5③",
        "주민투표법 §9④",
        "주민소환법 §7⑤",
    ]
    assert {one.due(2025) for one in found.values() if one} == {date(2026, 1, 10)}
    assert found["recall"] is not None
    assert found["recall"].districts == "주민소환법 시행령 §2③"


def test_what_was_only_remembered_is_marked() -> None:
    """The dates of 2004 and 2007, ages before 2022, and all that ordinances set."""
    assumed = {book.id: set(book.assumed) for book in KOREAN}
    assert "valid_from" in assumed["kr-referendum-2004-07-30"]
    assert "valid_from" in assumed["kr-recall-mayor-2007-05-25"]
    assert "valid_from" not in assumed["kr-referendum-2022-04-26"]
    for day in ("2004-07-30", "2009-02-12", "2016-05-29"):
        assert "signing.electorate.minimum_age" in assumed[f"kr-referendum-{day}"]
    for book in REFERENDUM:
        if book.place is None:
            assert "voting.electorate.foreigners.statuses" in assumed[book.id]
            assert "signing.electorate.foreigners.statuses" in assumed[book.id]


@pytest.mark.parametrize(
    ("id_", "name_", "length", "article"),
    [
        ("kr-initiative-2024-02-17", "collection_ends", ("months", 3), "주민조례발안법 §8①"),
        ("kr-initiative-2024-02-17", "submission_due", ("days", 5), "주민조례발안법 §10①"),
        ("kr-initiative-2024-02-17", "list_publication_due", ("days", 5), "주민조례발안법 §10"),
        ("kr-initiative-2024-02-17", "inspection_ends", ("days", 10), "주민조례발안법 §10"),
        ("kr-initiative-2024-02-17", "objections_decided_by", ("days", 14), "주민조례발안법 §11③"),
        ("kr-initiative-2024-02-17", "cure_ends", ("days", 10), "주민조례발안법 §11④"),
        ("kr-initiative-2024-02-17", "decision_due", ("months", 3), "주민조례발안법 §12②"),
        ("kr-initiative-2024-02-17", "tabling_due", ("days", 30), "주민조례발안법 §12"),
        ("kr-initiative-2024-02-17", "council_vote_due", ("years", 1), "주민조례발안법 §13"),
        ("kr-referendum-2023-04-27", "submission_due", ("days", 5), "주민투표법 §12①"),
        ("kr-referendum-2023-04-27", "inspection_ends", ("days", 7), "주민투표법 §12③"),
        ("kr-referendum-2023-04-27", "objections_decided_by", ("days", 14), "주민투표법 §12"),
        ("kr-referendum-2023-04-27", "call_due", ("days", 7), "주민투표법 §13"),
        ("kr-referendum-2023-04-27", "roll_base", ("days", -22), "주민투표법 §6①"),
        ("kr-referendum-2016-05-29", "vote_window_opens", ("days", 23), "구 주민투표법 §14"),
        ("kr-referendum-2016-05-29", "vote_window_closes", ("days", 30), "구 주민투표법 §14"),
        ("kr-recall-mayor-2007-05-25", "collection_ends", ("days", 60), "주민소환법 시행령 §3"),
        ("kr-recall-governor-2007-05-25", "collection_ends", ("days", 120), "주민소환법 시행령 §3"),
        ("kr-recall-mayor-2007-05-25", "cure_ends", ("days", 10), "주민소환법 시행령 §10"),
        ("kr-recall-governor-2007-05-25", "cure_ends", ("days", 15), "주민소환법 시행령 §10"),
        ("kr-recall-mayor-2007-05-25", "explanation_due", ("days", 20), "주민소환법 §14"),
        ("kr-recall-mayor-2007-05-25", "call_due", ("days", 7), "주민소환법 §12②"),
        ("kr-recall-mayor-2007-05-25", "vote_window_opens", ("days", 20), "주민소환법 §13"),
        ("kr-recall-mayor-2007-05-25", "vote_window_closes", ("days", 30), "주민소환법 §13"),
        ("kr-recall-mayor-2007-05-25", "roll_base", ("days", 0), "주민소환법 §4①"),
    ],
)
def test_periods_as_the_statutes_have_them(
    id_: str, name_: str, length: tuple[str, int], article: str
) -> None:
    period = library.by_id(id_).calendar.periods[DeadlineName(name_)]
    assert (period.length.unit.value, period.length.number) == length
    assert period.article == article


@pytest.mark.parametrize(
    ("id_", "signers", "voters", "foreign_years", "share", "quorum"),
    [
        ("kr-initiative-2024-02-17", 18, None, 3, None, None),
        ("kr-referendum-2016-05-29", 19, 19, 0, None, "1/3"),
        ("kr-referendum-2023-04-27", 18, 18, 0, None, "1/4"),
        ("kr-recall-governor-2007-05-25", 19, 19, 3, "10%", "1/3"),
        ("kr-recall-mayor-2007-05-25", 19, 19, 3, "15%", "1/3"),
        ("kr-recall-councillor-2007-05-25", 19, 19, 3, "20%", "1/3"),
    ],
)
def test_the_three_electorates_and_their_shares(
    id_: str,
    signers: int,
    voters: int | None,
    foreign_years: int,
    share: str | None,
    quorum: str | None,
) -> None:
    """korean-law 0.2: age, foreigners, shares and quorums differ from law to law."""
    book = library.by_id(id_)
    assert book.signing is not None
    assert book.petition is not None
    electorate = book.signing.electorate
    assert electorate.minimum_age == signers
    assert electorate.foreigners is not None
    assert electorate.foreigners.held_years == foreign_years
    assert (book.voting.electorate.minimum_age if book.voting else None) == voters
    first = book.petition.requirements[0]
    stated = first.share if isinstance(first, ShareRequirement) else None
    assert (str(stated) if stated else None) == share
    turnout = book.poll.requirements[0] if book.poll else None
    said = turnout.share if isinstance(turnout, ShareRequirement) else None
    assert (str(said) if said else None) == quorum
