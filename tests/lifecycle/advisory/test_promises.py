"""A mayor's promise from draft to revocation, and the advisory votes that follow it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import OwnProposal, ProposedAlready, SecondOfficerNeeded
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import confirming, drafting, enveloping, promising, rules, seconding
from referendum.lifecycle.acting import Deputy
from referendum.lifecycle.errors import DocumentNeeded, NotYourAct, ParticularMissing, RuleRefused
from referendum.lifecycle.office import approving
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.errors import (
    AskerNotPromised,
    BeyondEnvelope,
    ExcludedNotConfirmed,
    NoPromiseInForce,
    OutsidePromise,
    PromiseFrozen,
    PromiseNotFound,
    PromiseNotReady,
    ScopeNotStated,
)
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.promising import Hand
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from tests.lifecycle.advisory.mayors_office import office_draft, today
from tests.papers import PAPER, PROMISED, WORDS
from tests.town import Town, seconded
from thresholds.delegation import Asker, ExcludedMatter, ProjectKind
from thresholds.vocabulary import Instrument

ALL = frozenset(ExcludedMatter)


def hand(officer: Officer, **changed: Any) -> Hand:
    given = {"officer_name": "담당", "officer_office": "과장"}
    return Hand(officer=officer, **(given | changed))


def signs(
    town: Town, promise: UUID, officer: Officer, *, approval: Approval | None = None
) -> Delegation:
    with town.begin() as uow:
        return promising.sign(
            uow,
            promise,
            hand=hand(officer),
            approval=approval or Approval(town.letter(f"약속-{promise}")),
        )


def terms(town: Town, **changed: Any) -> Any:
    with town.begin() as uow:
        first = delegating.today(uow, town.place).isoformat()
    return delegating.read(PROMISED | {"valid_from": first} | changed)


def drafts(town: Town, officer: Officer, **changed: Any) -> UUID:
    with town.begin() as uow:
        return delegating.draft(uow, terms=terms(town, **changed), by=officer).id


def kept(town: Town, promise: UUID) -> Delegation:
    with town.begin() as uow:
        return delegating.get(uow.session, town.place, promise)


def in_force(town: Town, day: date) -> int | None:
    with town.begin() as uow:
        found = delegating.in_force(uow.session, town.place, day)
        return None if found is None else found.number


def publishes(town: Town, promise: UUID, officer: Officer) -> None:
    """As an officer for whom a second one has confirmed it."""
    with town.begin() as uow:
        promising.publish(
            uow, promise, approval=Approval(town.letter("공고-1")), by=seconded(officer)
        )


def revokes(town: Town, promise: UUID, officer: Officer, *, reason: str = "사정 변경") -> None:
    with town.begin() as uow:
        promising.revoke(
            uow,
            promise,
            approval=Approval(town.letter(f"철회-{promise}")),
            reason=reason,
            by=seconded(officer),
        )


# Draft, sign, publish, revoke


def test_from_the_draft_to_the_revocation_every_act_is_recorded(town: Town, mayor: Officer) -> None:
    promise = drafts(town, mayor)
    with town.begin() as uow:
        delegating.edit(uow, promise, terms=terms(town, answer_days=45), by=mayor)
    signed = signs(town, promise, mayor)
    publishes(town, promise, town.officer(Authority.MAYOR))
    revokes(town, promise, mayor)
    assert signed.number == 1
    assert signed.sha256 == delegating.terms_of(signed).sha256
    assert (signed.signer_name, signed.officer_name) == ("가상시장", "담당")
    with town.begin() as uow:
        acts = select(RecordEntry).where(RecordEntry.act.like("delegation.%"))
        entries = uow.session.scalars(acts.order_by(RecordEntry.number)).all()
    assert [one.act.removeprefix("delegation.") for one in entries] == [
        "drafted", "edited", "signed", "published", "revoked",
    ]  # fmt: skip
    assert not [one for one in entries if "가상시장".encode() in one.leaf]


def test_whoever_signed_neither_publishes_nor_seconds_it(town: Town, mayor: Officer) -> None:
    """Another one looks before anybody reads it, and so does a second one."""
    promise = drafts(town, mayor)
    signs(town, promise, mayor)
    approval = Approval(town.letter("공고-2"))
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        seconding.propose_publishing(uow, promise, approval=approval, by=mayor)
    other = town.officer(Authority.MAYOR)
    with town.begin() as uow:
        put = seconding.propose_publishing(uow, promise, approval=approval, by=other)
    for by, refused in ((mayor, SecondOfficerNeeded), (other, OwnProposal)):
        with pytest.raises(refused), town.begin() as uow:
            confirming.confirm(uow, town.means, put.id, version=put.version, by=by)
    assert kept(town, promise).published_at is None
    town.seconds(put, other)
    assert kept(town, promise).published_at is not None


def test_one_officer_neither_publishes_nor_revokes(town: Town, mayor: Officer) -> None:
    promise = drafts(town, mayor)
    signs(town, promise, mayor)
    one = town.officer(Authority.MAYOR)
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        promising.publish(uow, promise, approval=Approval(town.letter()), by=one)
    town.publishes(promise)
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        promising.revoke(uow, promise, approval=Approval(town.letter()), reason="사정 변경", by=one)
    assert kept(town, promise).revoked_at is None


def test_a_proposal_to_publish_shows_what_becomes_public(town: Town, mayor: Officer) -> None:
    town.delegates()
    promise = drafts(town, mayor)
    signed = signs(town, promise, mayor)
    with town.begin() as uow:
        put = seconding.propose_publishing(
            uow,
            promise,
            approval=Approval(town.letter("공고-3"), Deputy(name="나국장", office="기획조정실장")),
            by=town.officer(Authority.MAYOR),
        )
    assert (put.kind, put.subject_id) == ("promise.publish", promise)
    assert put.what["holder"] == {"name": "가상시장", "title": "시험시장"}
    assert put.what["deputy"] == {"name": "나국장", "office": "기획조정실장"}
    changed = {one["what"]: (one["before"], one["after"]) for one in put.changes}
    assert changed["promise.number"] == ("1", "2")
    assert changed["promise.text"] == (None, signed.sha256)
    with pytest.raises(ProposedAlready), town.begin() as uow:
        seconding.propose_publishing(
            uow, promise, approval=Approval(town.letter("공고-3")), by=town.officer(Authority.MAYOR)
        )


def test_each_act_says_who_held_the_office_who_deputised_and_on_which_paper(
    town: Town, mayor: Officer
) -> None:
    promise = drafts(town, mayor)
    deputy = Deputy(name="나국장", office="기획조정실장")
    signs(town, promise, mayor, approval=Approval(town.letter("제2027-3호"), deputy))
    town.publishes(promise)
    town.revokes(promise)
    with town.begin() as uow:
        acts = {one.what: one for one in approving.of(uow.session, promise)}
    assert set(acts) == {"promise.sign", "promise.publish", "promise.revoke"}
    signed = acts["promise.sign"]
    assert (signed.holder_title, signed.holder_name) == ("시험시장", "가상시장")
    assert (signed.deputy_office, signed.deputy_name) == ("기획조정실장", "나국장")
    assert signed.document_number == "제2027-3호"
    assert acts["promise.publish"].deputy_name is None


@pytest.mark.parametrize(
    ("approval", "refused"),
    [
        (lambda _town: Approval(None), DocumentNeeded),
        (lambda _town: Approval(PAPER), ParticularMissing),
        (
            lambda town: Approval(town.letter(), Deputy(name="나국장", office=" ")),
            ParticularMissing,
        ),
    ],
    ids=["no document", "no file", "half a deputy"],
)
def test_a_promise_has_its_own_paper_with_its_file(
    town: Town, mayor: Officer, approval: Any, refused: type[Exception]
) -> None:
    promise = drafts(town, mayor)
    with pytest.raises(refused):
        signs(town, promise, mayor, approval=approval(town))


def test_a_signed_text_is_frozen(town: Town, mayor: Officer) -> None:
    promise = town.delegates(published=True)
    with pytest.raises(PromiseFrozen), town.begin() as uow:
        delegating.edit(uow, promise, terms=terms(town, answer_days=10), by=mayor)
    with pytest.raises(PromiseFrozen):
        signs(town, promise, mayor)


def test_a_rulebook_that_was_edited_afterwards_is_refused(town: Town) -> None:
    promise = town.delegates()
    with town.begin() as uow:
        found = delegating.get(uow.session, town.place, promise)
        assert found.rulebook is not None
        found.rulebook = {**found.rulebook, "poll": {**found.rulebook["poll"], "binding": True}}
    with pytest.raises(RuleRefused):
        delegating.rulebook_of(kept(town, promise))


def test_only_the_mayors_office_signs_and_only_with_a_fresh_code(town: Town) -> None:
    promise = drafts(town, town.officer(Authority.MAYOR))
    others: list[tuple[Officer, type[Exception]]] = [
        (town.officer(Authority.COUNCIL_CHAIR), NotYourAct),
        (town.officer(Authority.MAYOR, Role.CLERK), RoleMissing),
        (town.officer(Authority.MAYOR, fresh=False), FreshCodeNeeded),
        (Officer(uuid4(), uuid4(), Authority.MAYOR, frozenset(Role), fresh=True), PromiseNotFound),
    ]
    for officer, refusal in others:
        with pytest.raises(refusal):
            signs(town, promise, officer)


def test_nothing_is_published_unsigned_nor_revoked_unpublished(town: Town, mayor: Officer) -> None:
    promise = drafts(town, mayor)
    with pytest.raises(PromiseNotReady):
        publishes(town, promise, mayor)
    with pytest.raises(PromiseNotReady):
        revokes(town, promise, mayor)
    published = town.delegates()
    with pytest.raises(PromiseNotReady):
        publishes(town, published, mayor)
    with pytest.raises(ParticularMissing):
        revokes(town, published, mayor, reason=" ")
    revokes(town, published, mayor)
    with pytest.raises(PromiseNotReady):
        revokes(town, published, mayor)


def test_a_draft_beyond_the_envelope_is_refused_with_key_and_reason(town: Town) -> None:
    with pytest.raises(BeyondEnvelope) as caught:
        terms(town, minimum_age=15, title={"ko": "주민투표", "en": "Vote"})
    assert {one.key: one.reason for one in caught.value.problems} == {
        "title.ko": "statutory-word",
        "minimum_age": "outside-envelope",
    }


# Which one runs


def test_a_newer_one_replaces_the_older_from_its_first_day_for_good(town: Town) -> None:
    now = today(town)
    town.delegates()
    first = now + timedelta(days=10)
    last = now + timedelta(days=20)
    second = town.delegates(valid_from=first.isoformat(), valid_to=last.isoformat())
    assert in_force(town, now) == 1
    assert in_force(town, first - timedelta(days=1)) == 1
    assert in_force(town, first) == 2
    assert in_force(town, last) == 2
    assert in_force(town, last + timedelta(days=1)) is None, "what was replaced stays so"
    assert kept(town, second).number == 2


def test_it_runs_from_its_publication_at_the_earliest(town: Town) -> None:
    promise = town.delegates(valid_from="2020-01-01")
    assert kept(town, promise).valid_from == today(town)
    assert in_force(town, today(town) - timedelta(days=1)) is None


def test_a_revoked_one_runs_until_its_notice_is_over(town: Town, mayor: Officer) -> None:
    promise = town.delegates(revocation_notice_days=30)
    revokes(town, promise, mayor)
    assert in_force(town, today(town) + timedelta(days=29)) == 1
    assert in_force(town, today(town) + timedelta(days=30)) is None


# Advisory votes under it


def test_without_a_promise_no_advisory_vote_begins(town: Town, mayor: Officer) -> None:
    promise = town.delegates(revocation_notice_days=0)
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    revokes(town, promise, mayor)
    with pytest.raises(NoPromiseInForce):
        town.calls(measure, Authority.MAYOR)
    assert town.stage(measure) is Stage.DRAFT


def test_an_expired_one_cannot_be_used_to_call(town: Town, mayor: Officer) -> None:
    last = today(town) + timedelta(days=5)
    town.delegates(valid_to=last.isoformat())
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    town.waits(days=6)
    with pytest.raises(NoPromiseInForce):
        town.calls(measure, Authority.MAYOR)


def test_a_running_petition_finishes_under_the_promise_that_it_pinned(
    town: Town, mayor: Officer
) -> None:
    """Revocation and expiry are for the future only: voters, quorum and answer stay as promised."""
    promise = town.delegates(revocation_notice_days=0)
    measure = town.opens(Instrument.ADVISORY)
    pinned = town.measure(measure)
    assert pinned.delegation_id == promise
    assert pinned.rulebook == "kr-goyang-advisory-1"
    revokes(town, promise, mayor)
    town.delegates(answer_days=7, minimum_age=16)
    town.reviews(measure, town.spread(60))
    town.certifies(measure, Authority.MAYOR)
    town.calls(measure, Authority.MAYOR)
    found = town.measure(measure)
    assert found.delegation_id == promise
    assert found.rulebook_fingerprint == pinned.rulebook_fingerprint
    book = rules.for_poll(found, {})
    assert book.voting is not None
    assert book.voting.electorate.minimum_age == 18


def test_a_pinned_document_that_was_edited_is_refused(town: Town, advisory_open: UUID) -> None:
    measure = advisory_open
    with town.begin() as uow:
        found = uow.session.merge(town.measure(measure))
        assert found.rulebook_document is not None
        found.rulebook_document = {**found.rulebook_document, "title": {"ko": "가", "en": "b"}}
    with pytest.raises(RuleRefused):
        rules.pinned(town.measure(measure))


def test_nothing_is_called_before_its_scope_is_stated(town: Town, mayor: Officer) -> None:
    town.has_a_promise()
    with town.begin() as uow:
        measure = drafting.draft(uow, instrument=Instrument.ADVISORY, words=WORDS, by=mayor).id
    with pytest.raises(ScopeNotStated):
        town.calls(measure, Authority.MAYOR)
    town.states(measure, Asker.MAYOR)
    town.calls(measure, Authority.MAYOR)
    assert town.stage(measure) is Stage.CALLED
    assert town.measure(measure).asked_by == "mayor"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"confirmed": ALL - {ExcludedMatter.LITIGATION}}, ExcludedNotConfirmed),
        ({"confirmed": frozenset()}, ExcludedNotConfirmed),
        ({"subject": 2}, OutsidePromise),
        ({"subject": None}, OutsidePromise),
        ({"project": enveloping.Project(kind=ProjectKind.CULTURE, total=1)}, OutsidePromise),
        ({"asked_by": Asker.RESIDENTS}, AskerNotPromised),
        ({"asked_by": Asker.COUNCIL}, DocumentNeeded),
        ({"asked_by": Asker.DISTRICTS}, DocumentNeeded),
    ],
)
def test_a_scope_that_the_promise_does_not_cover_is_refused(
    town: Town, mayor: Officer, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    measure = office_draft(town, mayor)
    with pytest.raises(refusal):
        town.states(measure, changed.get("asked_by", Asker.MAYOR), **changed)


@pytest.mark.parametrize("asker", [Asker.COUNCIL, Asker.DISTRICTS])
def test_the_council_and_districts_ask_by_a_document(
    town: Town, mayor: Officer, asker: Asker
) -> None:
    measure = office_draft(town, mayor)
    town.states(measure, asker, asked=PAPER)
    town.calls(measure, Authority.MAYOR)
    assert town.measure(measure).asked_by == asker.value


def test_a_project_of_the_promised_size_may_be_put(town: Town, mayor: Officer) -> None:
    measure = office_draft(town, mayor)
    project = enveloping.Project(kind=ProjectKind.DIGITAL, total=1_000_000_000)
    town.states(measure, Asker.MAYOR, project=project, subject=None)
    town.calls(measure, Authority.MAYOR)


def test_an_asker_whom_the_promise_does_not_name_is_refused(town: Town, mayor: Officer) -> None:
    town.delegates(asked_by={"council": True, "residents": "1/150"})
    with pytest.raises(AskerNotPromised):
        town.drafts(Instrument.ADVISORY, by=mayor)


def test_residents_petition_only_where_they_were_promised_to(town: Town) -> None:
    town.delegates(asked_by={"mayor": True, "residents": "1/150"})
    measure = town.drafts(Instrument.ADVISORY)
    town.delegates(asked_by={"mayor": True})
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    with pytest.raises(AskerNotPromised):
        town.acts(measure, Act.ADMIT, town.officer(Authority.MAYOR))


def test_without_the_registers_documents_a_vote_is_called_on_self_registration(
    town: Town, mayor: Officer
) -> None:
    """How it goes on: `tests/lifecycle/enrolment`. By the register it would be no promise."""
    without: dict[str, Any] = {"register_basis": None, "impact_assessment": None}
    with pytest.raises(BeyondEnvelope):
        terms(town, **without)
    town.delegates(identification="self_registration", **without)
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    town.calls(measure, Authority.MAYOR)
    assert town.stage(measure) is Stage.CALLED


def test_a_scope_is_for_advisory_votes_before_their_call(town: Town, mayor: Officer) -> None:
    initiative = town.drafts(Instrument.INITIATIVE)
    with pytest.raises(ActNotAllowed):
        town.states(initiative, Asker.RESIDENTS)
    called = office_draft(town, mayor)
    town.calls(called, Authority.MAYOR)
    with pytest.raises(ActNotAllowed):
        town.states(called, Asker.MAYOR)
