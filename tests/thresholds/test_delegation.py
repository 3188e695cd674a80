"""A promise is a rulebook of the lowest level: inside its envelope it loads, else it says why."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.papers import PROMISED
from thresholds import library
from thresholds.delegation import ProjectKind, Terms, read_terms, rulebook
from thresholds.envelope import EXCLUDED, NATURE, PRIZES, PROMISES, REGISTER, refusals
from thresholds.errors import RulebookUnreadable
from thresholds.norms import Norm
from thresholds.quorum import CountGate
from thresholds.requirement import ShareRequirement
from thresholds.rulebook import Rulebook
from thresholds.share import Share
from thresholds.verdict import PollNumbers, judge_poll
from thresholds.vocabulary import DeadlineName, PollOutcome

FRAME = library.by_id("kr-advisory")


def table(**changed: Any) -> dict[str, Any]:
    return copy.deepcopy(PROMISED) | {"valid_from": "2027-02-01"} | changed


def terms(**changed: Any) -> Terms:
    return read_terms(table(**changed))


def said(**changed: Any) -> dict[str, tuple[str, str | None]]:
    """What is refused: key to reason and article."""
    return {one.key: (one.reason, one.facts.get("article")) for one in refusals(terms(**changed))}


def promise(turnout: str = "1/4", majority: str = "1/2", **words: str) -> dict[str, Any]:
    said = {"ko": "예산안에 반영해 제출합니다.", "en": "I will put it into the draft."}
    return {"turnout": turnout, "majority": majority, "undertaking": said | words}


def made(**changed: Any) -> Rulebook:
    return rulebook(terms(**changed), number=3, place="kr-goyang")


def test_a_promise_is_a_rulebook_of_the_delegation_level_and_binds_nobody() -> None:
    book = made()
    assert (book.norm, book.under, book.id) == (
        Norm.DELEGATION,
        "kr-advisory",
        "kr-goyang-advisory-3",
    )
    assert not book.binding
    assert not book.stands_alone
    assert not book.frame
    assert book.voting is not None
    assert book.voting.electorate.minimum_age == 18
    assert book.calendar.periods[DeadlineName.ANSWER_DUE].length.days == 60
    assert book.calendar.periods[DeadlineName.ARGUMENTS_END].length.days == 14
    assert "valid_from" not in book.assumed


def test_its_document_reads_back_as_the_very_same_rulebook() -> None:
    book = made()
    again = Rulebook.model_validate_json(json.dumps(json.loads(book.model_dump_json())))
    assert again == book
    assert again.fingerprint == book.fingerprint


def test_the_terms_have_one_canonical_text() -> None:
    one = terms()
    assert read_terms(json.loads(one.canonical())).sha256 == one.sha256
    assert terms(answer_days=61).sha256 != one.sha256


def test_a_promise_never_closes_the_box_and_the_lowest_one_is_the_rulebooks() -> None:
    """CER-08: quorum and majority are what an undertaking depends on, never a gate."""
    book = made(promises=[promise("1/3", "60%"), promise("20%", "1/2")])
    assert book.poll is not None
    assert book.poll.count_gate is CountGate.NEVER
    (turnout, _) = book.poll.requirements
    assert isinstance(turnout, ShareRequirement)
    assert turnout.share == Share.parse("1/5")
    low = judge_poll(book, PollNumbers(electors=1_000, voted=3, options={"yes": 2, "no": 1}))
    assert (low.outcome, low.winner) == (PollOutcome.ADVISORY, "yes")


def test_only_the_chosen_channels_stay() -> None:
    book = made(channels=["paper"])
    assert book.signing is not None
    assert book.voting is not None
    assert [one.channel for one in book.signing.channels] == ["paper"]
    assert [one.channel for one in book.voting.channels] == ["paper"]


@pytest.mark.parametrize(
    ("kind", "total", "covered"),
    [
        (ProjectKind.BUILDING, 10_000_000_000, True),
        (ProjectKind.BUILDING, 9_999_999_999, False),
        (ProjectKind.DIGITAL, 1_000_000_000, True),
        (ProjectKind.DIGITAL, 999_999_999, False),
        (ProjectKind.OTHER, None, True),
    ],
)
def test_a_project_falls_under_it_by_its_kind_and_total(
    kind: ProjectKind, total: int | None, *, covered: bool
) -> None:
    assert terms().falls_under(kind=kind, total=total) is covered
    if total is None:
        assert not terms(matters=False).falls_under(kind=kind, total=None)


def test_without_an_amount_for_all_only_the_named_kinds_are_covered() -> None:
    one = read_terms({key: value for key, value in table().items() if key != "least_budget"})
    assert one.least_for(ProjectKind.BUILDING) is None
    assert not one.falls_under(kind=ProjectKind.BUILDING, total=10**13)
    assert one.falls_under(kind=ProjectKind.DIGITAL, total=10**9)


@pytest.mark.parametrize(
    ("words", "reason", "article"),
    [
        ({"ko": "주민투표로 정합니다."}, "statutory-word", NATURE),
        ({"ko": "주민 투표 확정"}, "statutory-word", NATURE),
        ({"ko": "주민\u200b투표"}, "statutory-word", NATURE),
        ({"en": "A legally binding vote"}, "statutory-word", NATURE),
        ({"en": "A REFERENDUM"}, "statutory-word", NATURE),
        ({"ko": "예산을 확정합니다."}, "statutory-word", NATURE),
        ({"ko": "예산을 확보합니다."}, "beyond-the-office", PROMISES),
        ({"ko": "시의회가 의결합니다."}, "beyond-the-office", PROMISES),
        ({"en": "I guarantee the funds."}, "beyond-the-office", PROMISES),
        ({"ko": "참여하면 상품권을 드립니다."}, "prize", PRIZES),
    ],
)
def test_an_undertaking_says_only_what_the_mayor_alone_may_do(
    words: dict[str, str], reason: str, article: str
) -> None:
    (language,) = words
    key = f"promises.0.undertaking.{language}"
    assert said(promises=[promise(**words)]) == {key: (reason, article)}


@pytest.mark.parametrize(
    "subject", ["재산세 세금 감면", "국장 임명", "재판 중인 도로", "개별 허가", "체결된 계약"]
)
def test_a_subject_names_no_excluded_matter(subject: str) -> None:
    found = said(subjects=[{"ko": subject, "en": "Something"}])
    assert found == {"subjects.0.ko": ("excluded-matter", EXCLUDED)}


def test_statutory_words_are_refused_in_titles_and_subjects_too() -> None:
    found = said(
        title={"ko": "주민투표 약속", "en": "Promise"},
        subjects=[{"ko": "공원", "en": "A referendum on parks"}],
    )
    assert set(found) == {"title.ko", "subjects.0.en"}


def test_the_register_is_used_only_with_both_documents() -> None:
    without = {key: value for key, value in table().items() if key != "impact_assessment"}
    (problem,) = refusals(read_terms(without))
    assert (problem.key, problem.reason) == ("impact_assessment", "register-without-basis")
    assert problem.facts["article"] == REGISTER
    assert refusals(read_terms(without | {"identification": "self_registration"})) == []


@pytest.mark.parametrize(
    ("changed", "key", "reason"),
    [
        ({"asked_by": {}}, "asked_by", "asked-by-nobody"),
        ({"subjects": []}, "subjects", "matters-need-subjects"),
        ({"valid_to": "2027-01-31"}, "valid_to", "ends-before-it-begins"),
        ({"foreign_statuses": ["F-9"]}, "foreign_statuses", "outside-envelope"),
        ({"revocation_notice_days": 91}, "revocation_notice_days", "outside-envelope"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_key(
    changed: dict[str, Any], key: str, reason: str
) -> None:
    assert said(**changed)[key][0] == reason


def test_one_that_covers_nothing_is_refused() -> None:
    nothing = {key: value for key, value in table().items() if not key.startswith("least_")}
    (problem,) = refusals(read_terms(nothing | {"matters": False}))
    assert problem.reason == "covers-nothing"


def test_every_fault_of_form_is_told_at_once() -> None:
    with pytest.raises(RulebookUnreadable) as caught:
        read_terms({**table(), "minimum_age": "18", "answer_days": None, "mood": 1})
    keys = {(one.key, one.reason) for one in caught.value.problems}
    assert keys == {
        ("minimum_age", "not-a-whole-number"),
        ("answer_days", "not-a-whole-number"),
        ("mood", "unknown-key"),
    }


def within(name: str, value: object) -> bool:
    return FRAME.openings[name].admits(value)


@settings(max_examples=60)
@given(
    age=st.integers(14, 21),
    argument=st.integers(1, 40),
    answer=st.integers(1, 120),
    turnout=st.fractions(0, 1, max_denominator=40),
    majority=st.fractions(0, 1, max_denominator=40),
)
def test_inside_the_envelope_it_loads_and_outside_it_names_the_article(
    age: int, argument: int, answer: int, turnout: Fraction, majority: Fraction
) -> None:
    """Ages, days and shares: exactly what the frame's openings admit, and nothing else."""
    values = {
        "minimum_age": age,
        "argument_days": argument,
        "answer_days": answer,
    }
    shares = {"turnout": Share(turnout), "majority": Share(majority)}
    one = terms(promises=[promise(str(shares["turnout"]), str(shares["majority"]))], **values)
    bad = {key for key, value in values.items() if not within(key, value)}
    bad |= {f"promises.0.{key}" for key, value in shares.items() if not within(key, value)}
    problems = refusals(one)
    assert {problem.key for problem in problems} == bad
    assert all("시장의 사전 약속의 틀" in problem.facts["article"] for problem in problems)
    if bad:
        with pytest.raises(RulebookUnreadable):
            rulebook(one, number=1, place="kr-goyang")
        return
    book = rulebook(one, number=1, place="kr-goyang")
    assert book.choices.turnout == shares["turnout"]
    assert book.choices.minimum_age == age


@settings(max_examples=40)
@given(share=st.fractions(0, 1, max_denominator=2000))
def test_residents_may_ask_at_a_share_between_the_frames_bounds(share: Fraction) -> None:
    asked = {"mayor": True, "residents": str(Share(share))}
    found = said(asked_by=asked)
    inside = Fraction(1, 1000) <= share <= Fraction(1, 5)
    assert found == (
        {} if inside else {"asked_by.residents": ("outside-envelope", "시장의 사전 약속의 틀 §5")}
    )


def test_the_frame_itself_decides_no_measure() -> None:
    assert FRAME.frame
    assert not FRAME.stands_alone
    assert library.by_id("kr-goyang-advisory").under == "kr-advisory"


def test_a_choice_that_the_frame_keeps_is_refused_with_its_article() -> None:
    """The count gate and the outcomes are closed to every promise."""
    text = library.texts()
    text["own.toml"] = text["kr-goyang-advisory.toml"].replace(
        'id = "kr-goyang-advisory"', 'id = "kr-own"'
    )
    assert any(one.id == "kr-own" for one in library.load(text))
    text["own.toml"] += '\n[poll]\ncount_gate = "turnout"\n'
    with pytest.raises(RulebookUnreadable) as caught:
        library.load(text)
    (problem,) = caught.value.problems
    assert (problem.key, problem.reason) == ("own.toml: poll", "closed-by-higher-norm")
    assert "지방자치법 §17①" in problem.facts["article"]
