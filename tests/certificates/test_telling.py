"""What page and PDF say of a document alike: who led, what is assumed, for whom one signs."""

from typing import Any

import pytest

from referendum.certificates import telling
from referendum.certificates.documents import Document
from referendum.i18n.words import Words
from tests.certificates import samples

KO, EN = Words.load("ko"), Words.load("en")


def made(sample: dict[str, Any]) -> Document:
    return Document.model_validate(sample)


def tied() -> dict[str, Any]:
    document = samples.advisory()
    document["poll"] |= {
        "winner": None,
        "options": [{"key": "park", "count": 7}, {"key": "hall", "count": 7}],
        "invalid": 0,
        "papers": 14,
        "cast": 14,
        "districts": [],
    }
    return document


def test_the_side_with_more_votes_is_named_with_its_share_of_the_valid_ones() -> None:
    document = made(samples.certificate())
    assert telling.leader(document, KO) == (
        "표를 더 많이 얻은 쪽: 찬성 (유효표 20,283표 가운데 17,400표)"
    )
    assert telling.leader(document, EN) == "More votes went to: Yes (valid votes: 17,400 of 20,283)"


def test_nobody_leads_where_the_box_stayed_shut_or_no_vote_was_held() -> None:
    assert telling.leader(made(samples.not_counted()), KO) is None
    assert telling.leader(made(samples.insufficient()), KO) is None


def test_a_tie_of_an_advisory_vote_is_said() -> None:
    assert telling.leader(made(tied()), KO) == "표가 같습니다."
    assert telling.leader(made(tied()), EN) == "The votes are equal."


@pytest.mark.parametrize(
    ("outcome", "told"), [("advisory", ["mayor_answers_until"]), ("not_counted", None)]
)
def test_that_it_binds_nobody_is_said_once_among_outcome_and_effects(
    outcome: str, told: list[str] | None
) -> None:
    document = samples.advisory()
    document["outcome"] = outcome
    document["effects"].insert(0, {"key": "no_legal_effect"})
    keys = [effect.key for effect in telling.effects(made(document))]
    assert keys == (told or ["no_legal_effect", "mayor_answers_until"])


def test_assumed_values_have_names() -> None:
    document = samples.certificate(assumed=["ordinance.share"])
    document["rulebook"]["assumed"] = ["signing.minimum_assurance", "effects.0.citation"]
    assert telling.assumed(made(document), KO) == [
        "서명: 본인 확인의 최소 수준",
        "효력: 조문",
        "조례: 비율",
    ]


def test_an_officers_authority_is_said_in_words_and_a_name_stays_a_name() -> None:
    document = samples.certificate()
    document["officers"][0]["authority"] = "mayor"
    coded, named = made(document).officers
    assert telling.office(coded, KO) == "시장 소속 · 확인"
    assert telling.office(coded, EN) == "For: Mayor · 확인"
    assert telling.office(named, KO) == "하남시선거관리위원회 · 증명"


def test_an_advisory_certificate_is_called_what_it_is() -> None:
    document = made(samples.advisory())
    assert telling.title(document, KO) == "자문투표 결과서"
    assert telling.title(document, EN) == "Advisory certificate: result of an advisory vote"
