"""CER-08 and the life of an advisory vote from its call on, through the interface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle import locating, polling
from referendum.lifecycle.stages import Stage
from tests.api.callers import EVERY_ROLE, Caller, Switchboard, code_of
from tests.papers import PAPER
from tests.town import Town
from thresholds.vocabulary import Instrument

LABEL = {"ko": "자문투표 · 법적 구속력 없음", "en": "Advisory vote · not legally binding"}
DOCUMENT = {"number": PAPER.number, "day": "2027-02-01"}
VALUE = "0c" * 32
ANSWER = {
    "decision": "partly",
    "reasons_ko": "노선은 바꾸고 증차는 미룹니다.",
    "deputy": {"name": "나국장", "office": "기획조정실장"},
    "document": DOCUMENT,
}


@pytest.fixture
def measure(advisory_called: UUID) -> UUID:
    """An advisory vote that has just been called."""
    return advisory_called


@pytest.fixture
def declared(advisory_declared: UUID) -> UUID:
    """One that was counted and certified."""
    return advisory_declared


@pytest.fixture
def clerk(line: Switchboard) -> Caller:
    return line.officer(Authority.MAYOR, *EVERY_ROLE)


def told(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    document: dict[str, Any] = answer.json()
    return document


def gives(town: Town, clerk: Caller, path: str) -> dict[str, Any]:
    """The answer as it stands once one officer proposed it and another confirmed."""
    assert told(clerk.post(f"{path}/answer", ANSWER), 201)["state"] == "waiting"
    assert town.seconds_all() == 1
    return told(clerk.get(f"{path}/answer"))


def counted(town: Town, measure: UUID) -> None:
    town.votes(measure, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(measure, Authority.MAYOR)


def test_arguments_are_entered_apart_and_published_together(
    line: Switchboard, town: Town, measure: UUID, clerk: Caller
) -> None:
    path, visitor = f"/measures/{measure}/arguments", line.visitor()
    text = {"option": "yes", "said_by": "이름난 모임", "points": [{"ko": "까닭"}]}
    kept = told(clerk.post(path, {**text, "document": DOCUMENT}), 201)
    assert kept["version"] == 1
    assert "까닭" not in str(kept)
    before = told(visitor.get(path))
    assert (before["published"], before["spaces"]) == (False, [])
    assert before["due"] is not None
    town.waits_for("arguments_end", measure)
    after = told(visitor.get(path))
    spaces = {one["option"]: one for one in after["spaces"]}
    assert spaces["yes"]["points"] == [{"ko": "까닭", "en": None}]
    assert spaces["yes"]["commitment"] == kept["commitment"]
    assert (spaces["no"]["said_by"], spaces["no"]["points"]) == (None, [])
    late = clerk.post(path, {**text, "document": DOCUMENT})
    assert code_of(late) == "arguments-closed"


def test_the_lot_is_named_then_entered_by_two(
    line: Switchboard, town: Town, measure: UUID, clerk: Caller
) -> None:
    path = f"/measures/{measure}/draw"
    day = (town.now() + timedelta(days=2)).date().isoformat()
    draw = {"kind": "drand", "name": "default", "number": "5123456", "day": day}
    assert code_of(clerk.post(path, {**draw, "day": "2027-02-01"})) == "draw-day-not-allowed"
    named = told(clerk.post(path, draw), 201)
    assert (named["state"], named["source"]) == ("committed", "drand default 5123456")
    assert code_of(clerk.post(path, draw)) == "draw-committed-before"
    value = {"value": VALUE, "published_in": "api.drand.sh"}
    assert code_of(clerk.post(f"{path}/values", value)) == "draw-not-held"
    town.waits(days=2)
    wrong = {**value, "value": "0c"}
    assert code_of(clerk.post(f"{path}/values", wrong)) == "draw-value-unlike-source"
    assert told(clerk.post(f"{path}/values", value), 201)["state"] == "committed"
    second = line.officer(Authority.MAYOR, *EVERY_ROLE)
    drawn = told(second.post(f"{path}/values", value), 201)
    assert drawn["state"] == "drawn"
    hashes = [one["sha256"] for one in drawn["drawn"]]
    assert hashes == sorted(hashes)
    shown = told(line.visitor().get(f"/measures/{measure}"))
    assert [one["key"] for one in shown["options"]] == [one["option"] for one in drawn["drawn"]]


def test_a_missing_answer_is_missing_in_every_object(
    line: Switchboard, town: Town, measure: UUID, clerk: Caller
) -> None:
    visitor = line.visitor()
    assert told(visitor.get(f"/measures/{measure}"))["answer"] is None
    counted(town, measure)
    assert told(visitor.get(f"/measures/{measure}"))["answer"]["state"] == "due"
    town.waits_for("answer_due", measure)
    town.waits(days=2)
    for answer in (
        told(visitor.get(f"/measures/{measure}"))["answer"],
        told(visitor.get("/measures"))["items"][0]["answer"],
        told(visitor.get(f"/measures/{measure}/answer"))["answer"],
    ):
        assert (answer["state"], answer["days_late"], answer["decision"]) == ("missing", 3, None)
    plain = {"act": "answer", "document": DOCUMENT, "reason": "답변"}
    assert code_of(clerk.post(f"/measures/{measure}/proposals", plain)) == "needs-answer"
    given = gives(town, clerk, f"/measures/{measure}")
    assert (given["answer"]["state"], given["answer"]["days_late"]) == ("given_late", 3)
    assert town.stage(measure) is Stage.ANSWERED


def test_an_answer_is_added_to_and_followed_up(
    line: Switchboard, town: Town, declared: UUID, clerk: Caller
) -> None:
    path = f"/measures/{declared}"
    assert code_of(clerk.post(f"{path}/follow-up", _item())) == "act-not-allowed"
    first = gives(town, clerk, path)
    assert (first["answer"]["state"], first["answer"]["decision"]) == ("given", "partly")
    (undertaking,) = first["undertakings"]
    assert undertaking["met"] is True
    assert undertaking["turnout"]["needed"] == 132
    call, answer = (one for one in first["signed"])
    assert (call["what"], call["holder"], call["deputy"]) == ("call", "가상시장", None)
    assert (answer["what"], answer["title"], answer["deputy"]) == ("answer", "시험시장", "나국장")
    assert answer["entry"] == first["answers"][0]["entry"]
    assert first["former"] == []
    added = {name: ANSWER[name] for name in ("document",)}
    put = told(clerk.post(f"{path}/answer/supplements", {**added, "reasons_ko": "더"}), 201)
    assert put["state"] == "waiting"
    assert len(told(clerk.get(f"{path}/answer"))["answers"]) == 1
    assert town.seconds_all() == 1
    both = told(clerk.get(f"{path}/answer"))
    assert [(one["sequence"], one["decision"]) for one in both["answers"]] == [
        (1, "partly"),
        (2, None),
    ]
    told(clerk.post(f"{path}/follow-up", _item()), 201)
    assert code_of(clerk.post(f"{path}/follow-up/1/versions", _item())) == "follow-up-unchanged"
    under_way = _item(state="under_way", amount=2_000)
    told(clerk.post(f"{path}/follow-up/1/versions", under_way), 201)
    assert code_of(clerk.post(f"{path}/follow-up/9/versions", _item())) == "follow-up-unknown"
    town.waits(days=200)
    (item,) = told(line.visitor().get(f"{path}/follow-up"))["items"]
    assert item["state"] == "late"
    assert [one["state"] for one in item["versions"]] == ["planned", "under_way"]
    dropped = _item(state="dropped", note="예산 없음")
    alone = clerk.post(f"{path}/follow-up/1/versions", dropped)
    assert code_of(alone) == "second-officer-needed"
    put = told(clerk.post(f"{path}/follow-up/proposals", dropped | {"item": 1}), 201)
    assert (put["kind"], put["state"]) == ("follow.1", "waiting")
    assert town.seconds_all() == 1
    (item,) = told(line.visitor().get(f"{path}/follow-up"))["items"]
    assert item["state"] == "dropped"


def _item(**changed: object) -> dict[str, object]:
    return {
        "kind": "budget_line",
        "title_ko": "설계비",
        "amount": 1_000,
        "planned": "2027-06-01",
        **changed,
    }


def test_cer_08_every_object_of_an_advisory_vote_says_that_it_does_not_bind(
    line: Switchboard, town: Town, declared: UUID, clerk: Caller
) -> None:
    gives(town, clerk, f"/measures/{declared}")
    petition = town.petition(town.opens(Instrument.ADVISORY))
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, declared)).id
    visitor = line.visitor()
    paths = [
        *(f"/measures/{declared}{part}" for part in
          ("", "/acts", "/arguments", "/draw", "/answer", "/follow-up")),
        f"/polls/{poll}",
        f"/polls/{poll}/canvass",
        f"/petitions/{petition}",
    ]  # fmt: skip
    objects = [(path, told(visitor.get(path))) for path in paths]
    for path in (
        "/measures",
        f"/measures/{declared}/timeline",
        f"/measures/{declared}/certificates",
    ):
        items = told(visitor.get(path))["items"]
        assert items, path
        objects += [(path, item) for item in items]
    assert [path for path, one in objects if (one["binding"], one["label"]) != (False, LABEL)] == []
    certificate = objects[-1][1]["id"]
    assert told(visitor.get(f"/certificates/{certificate}"))["label"] == LABEL
    for path, one in objects:
        assert "주민투표" not in str(one), path


def test_a_binding_vote_says_that_too_and_where_nobody_votes_nothing_does(
    line: Switchboard, town: Town
) -> None:
    visitor = line.visitor()
    for instrument, binding in ((Instrument.REFERENDUM, True), (Instrument.INITIATIVE, None)):
        shown = told(visitor.get(f"/measures/{town.opens(instrument)}"))
        assert (shown["binding"], shown["label"]) == (binding, None)
