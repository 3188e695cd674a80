"""Who certifies: two officers, also after a cure, and from whose document."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from ballots.tables import CountReturn
from referendum.certificates.tables import Certificate
from referendum.kernel.people import FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.lifecycle import certifying, locating, surveying
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.errors import (
    AttestedBefore,
    CuredBefore,
    DocumentNeeded,
    NeedsCertifying,
    NotYourAct,
    OwnFigures,
)
from referendum.lifecycle.stages import Act, Stage
from referendum.papers.errors import PaperFileNeeded
from signatures.tables import LineDecision, PaperBatch
from tests.papers import PAPER
from tests.scenarios.deciding import CHAIR, COMMISSION, COURT, MAYOR
from tests.town import Town


def test_a_shortfall_is_cured_once_and_then_found_sufficient(
    town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    town.reviews(measure, town.some(3), bad=1)
    chair = town.officer(CHAIR)
    town.acts(measure, Act.ORDER_CURE, chair, COURT)
    town.brings(measure, town.some(8)[3:], signed="2027-02-03")
    town.waits_for("cure_ends", measure)
    assert town.stage(measure) is Stage.EXAMINING
    town.examines(measure)
    town.inspects(measure)
    with pytest.raises(CuredBefore):
        town.acts(measure, Act.ORDER_CURE, chair, COURT)
    town.certifies(measure, CHAIR)
    assert town.stage(measure) is Stage.SUFFICIENT


def test_after_a_cure_that_brought_nothing_two_officers_certify_anew(
    town: Town, initiative_open: UUID
) -> None:
    """CER-02: who certified before the cure has not said that it brought nothing."""
    measure, chair = initiative_open, town.officer(CHAIR)
    town.reviews(measure, town.some(3))
    assert town.certifies(measure, CHAIR, officers=1).attested == 1
    town.acts(measure, Act.ORDER_CURE, chair, COURT)
    town.waits_for("cure_ends", measure)
    town.inspects(measure)
    assert town.certifies(measure, CHAIR, officers=1).attested == 1
    assert town.certifies(measure, CHAIR, officers=1).attested == 2
    assert town.stage(measure) is Stage.INSUFFICIENT


def test_cer_02_two_different_officers_with_the_role_and_a_fresh_code(
    town: Town, initiative_open: UUID
) -> None:
    """CER-02: the same officer twice, a colleague without the role, without a code: refused."""
    measure = initiative_open
    town.reviews(measure, town.some(6))
    one = town.officer(CHAIR)

    def certify(officer: Officer) -> None:
        with town.begin() as uow:
            certifying.certify(
                uow,
                town.means,
                measure,
                by=Signatory(officer, "담당관", "과장"),
            )

    for refused, officer in (
        (RoleMissing, town.officer(CHAIR, Role.CLERK)),
        (FreshCodeNeeded, town.officer(CHAIR, fresh=False)),
        (NotYourAct, town.officer(COMMISSION)),
    ):
        with pytest.raises(refused):
            certify(officer)
    certify(one)
    with pytest.raises(AttestedBefore):
        certify(one)
    assert town.stage(measure) is Stage.REVIEWED
    with pytest.raises(NeedsCertifying):
        town.acts(measure, Act.FIND_SUFFICIENT, one)
    with town.begin() as uow:
        certifying.certify(
            uow, town.means, measure, by=Signatory(town.officer(CHAIR), "다른 담당관", "국장")
        )
    assert town.stage(measure) is Stage.SUFFICIENT


def test_where_the_operator_is_not_the_authority_the_document_is_a_transcript(
    town: Town, recall_open: UUID
) -> None:
    """Recorded from the commission's document itself, with its number."""
    measure = recall_open
    town.reviews(measure, town.some(5))
    clerk = town.officer(MAYOR)
    with pytest.raises(DocumentNeeded), town.begin() as uow:
        certifying.certify(uow, town.means, measure, by=Signatory(clerk, "가", "나"))
    with pytest.raises(PaperFileNeeded), town.begin() as uow:
        certifying.certify(
            uow, town.means, measure, by=Signatory(clerk, "가", "나"), document=PAPER
        )
    for officer, name in ((clerk, "첫째"), (town.officer(MAYOR), "둘째")):
        with town.begin() as uow:
            last = certifying.certify(
                uow,
                town.means,
                measure,
                by=Signatory(officer, name, "주무관"),
                document=town.brought(PAPER),
            )
    with town.begin() as uow:
        (certificate,) = surveying.overview(
            uow.session, locating.get(uow.session, measure)
        ).certificates
    assert certificate.id == last.certificate_id
    assert certificate.kind == "transcript"
    with town.begin() as uow:
        document = uow.session.get_one(Certificate, certificate.id).document
    assert PAPER.number.encode() in document


def test_cer_02_who_decided_lines_does_not_certify_them(town: Town, initiative_open: UUID) -> None:
    """CER-02: neither who brought sheets, nor who examined; in any role they have beside it."""
    measure = initiative_open
    town.reviews(measure, town.some(6), bad=1)
    with town.begin() as uow:
        found = locating.get(uow.session, measure)
        petition = town.petition(measure)
        brought = uow.session.scalars(
            select(PaperBatch.keyed_by).where(PaperBatch.petition_id == petition)
        )
        decided = uow.session.scalars(
            select(LineDecision.decided_by).where(LineDecision.petition_id == petition)
        )
        hands = {mark for mark in (*brought, *decided) if mark.startswith("officer:")}
    assert len(hands) == 2
    for hand in hands:
        keyer = Officer(
            UUID(hand.removeprefix("officer:")),
            found.jurisdiction_id,
            CHAIR,
            frozenset(Role),
            fresh=True,
        )
        with town.begin() as uow, pytest.raises(OwnFigures):
            certifying.certify(uow, town.means, measure, by=Signatory(keyer, "담당관", "과장"))
    town.certifies(measure, CHAIR)


def test_cer_02_who_keyed_a_return_does_not_certify_the_count(
    town: Town, referendum_called: UUID
) -> None:
    measure = referendum_called
    town.votes(measure, turnout=6, votes={"yes": 4, "no": 2})
    with town.begin() as uow:
        found = locating.get(uow.session, measure)
        keyer = uow.session.scalars(select(CountReturn.keyed_by).distinct()).one()
    by = Officer(keyer, found.jurisdiction_id, COMMISSION, frozenset(Role), fresh=True)
    with town.begin() as uow, pytest.raises(OwnFigures):
        certifying.certify(uow, town.means, measure, by=Signatory(by, "담당관", "과장"))
    assert town.certifies(measure, COMMISSION).certificate_id is not None
