"""Texts for and against: the same space for every side, nothing public before its time."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import locating
from referendum.lifecycle.advisory import arguing
from referendum.lifecycle.advisory.arguing import ArgumentsClosed, ArgumentTooLong, OptionUnknown
from referendum.lifecycle.errors import NotYourAct, ParticularMissing
from referendum.lifecycle.stages import ActNotAllowed
from tests.lifecycle.advisory.mayors_office import published, says
from tests.town import Town


def test_nothing_is_public_before_the_deadline_and_nothing_changes_after_it(
    town: Town, called: UUID, mayor: Officer
) -> None:
    says(town, called, mayor, "yes", "글")
    assert published(town, called).spaces == ()
    town.waits_for("arguments_end", called, seconds=-60)
    says(town, called, mayor, "no", "마지막 순간의 글")
    assert published(town, called).spaces == ()
    town.waits(seconds=60)
    with pytest.raises(ArgumentsClosed):
        says(town, called, mayor, "no", "늦은 글")
    assert [bool(space.argument) for space in published(town, called).spaces] == [True, True]


def test_the_record_holds_a_commitment_that_tells_nothing_and_proves_the_text(
    town: Town, called: UUID, mayor: Officer
) -> None:
    says(town, called, mayor, "yes", "찬성하는 까닭", who="어느 모임")
    with town.begin() as uow:
        (space, _) = sorted(
            arguing.spaces(uow.session, locating.get(uow.session, called)),
            key=lambda one: one.argument is None,
        )
        assert space.argument is not None
        leaf = uow.session.get_one(RecordEntry, space.argument.entry_id).leaf
        again = arguing.commitment(space.argument)
    facts = json.loads(leaf)["facts"]
    assert facts == {"option": "yes", "version": 1, "commitment": again}
    assert "모임" not in leaf.decode()


def test_every_side_has_the_same_space_and_no_more(
    town: Town, called: UUID, mayor: Officer
) -> None:
    full = ["가" * arguing.CHARACTERS] * arguing.POINTS
    says(town, called, mayor, "yes", *full)
    says(town, called, mayor, "no", *full)
    for points, who in (
        ([*full, "하나 더"], "모임"),
        (["가" * (arguing.CHARACTERS + 1)], "모임"),
        (["가"], "모" * (arguing.NAME + 1)),
    ):
        with pytest.raises(ArgumentTooLong):
            says(town, called, mayor, "yes", *points, who=who)
    with pytest.raises(ParticularMissing):
        says(town, called, mayor, "yes", "글", who=" ")
    with pytest.raises(OptionUnknown):
        says(town, called, mayor, "maybe", "글")


def test_a_text_that_is_taken_back_leaves_an_empty_space_and_its_versions(
    town: Town, called: UUID, mayor: Officer
) -> None:
    says(town, called, mayor, "yes", "글")
    says(town, called, mayor, "yes")
    with town.begin() as uow:
        found = arguing.spaces(uow.session, locating.get(uow.session, called))
    assert {space.option["key"]: (space.argument, space.versions) for space in found} == {
        "yes": (None, 2),
        "no": (None, 0),
    }


def test_only_clerks_of_the_mayors_office_enter_texts(town: Town, called: UUID) -> None:
    with pytest.raises(NotYourAct):
        says(town, called, town.officer(Authority.ELECTION_COMMISSION), "yes", "글")
    with pytest.raises(RoleMissing):
        says(town, called, town.officer(Authority.MAYOR, Role.CANVASSER), "yes", "글")


def test_other_instruments_have_no_such_texts(
    town: Town, mayor: Officer, referendum_open: UUID
) -> None:
    measure = referendum_open
    with pytest.raises(ActNotAllowed):
        says(town, measure, mayor, "yes", "글")
