"""Enrolments over the interface: counts by district, the label, and never a name."""

from __future__ import annotations

from uuid import UUID

from tests.api.callers import Switchboard, code_of
from tests.lifecycle.enrolment.enrolling import all_enrol, enrols
from tests.town import Town


def test_sig_08_counts_are_public_but_small_ones(
    line: Switchboard, town: Town, enrolment_called: UUID
) -> None:
    """SIG-08 and CER-08: no small cell; the object says that the vote binds nobody."""
    measure = enrolment_called
    all_enrol(town, measure, range(1, 9))
    enrols(town, measure, 20, district=town.districts[1].id)
    answer = line.visitor().get(f"/measures/{measure}/enrolment")
    told = answer.json()
    assert (told["enrolled"], told["why_closed"], told["binding"]) == (9, None, False)
    assert told["label"]["ko"] == "자문투표 · 법적 구속력 없음"
    shown = {one["district"]: one["enrolled"] for one in told["districts"]}
    assert shown[str(town.districts[1].id)] is None
    assert "낯선이" not in answer.text
    town.waits_for("roll_base", measure)
    assert line.visitor().get(f"/measures/{measure}/enrolment").json()["why_closed"] == "over"


def test_a_vote_by_the_register_has_none(line: Switchboard, advisory_called: UUID) -> None:
    answer = line.visitor().get(f"/measures/{advisory_called}/enrolment")
    assert answer.status_code == 404
    assert code_of(answer) == "not-by-enrolment"


def test_the_register_does_not_say_who_may_vote_there(
    line: Switchboard, enrolment_called: UUID
) -> None:
    answer = line.resident(1).get(f"/eligibility/{enrolment_called}?purpose=voting")
    assert answer.status_code == 409
    assert code_of(answer) == "voters-enrol"
