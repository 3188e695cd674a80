"""Certifying a verdict: what it says, who has certified, and the officer's own certification."""

from __future__ import annotations

from typing import Any, Final

from referendum.identity.tables import Staff as Account
from referendum.kernel import log
from referendum.kernel.errors import DomainError
from referendum.kernel.people import RoleMissing
from referendum.lifecycle import certifying
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.stages import Act
from referendum.lifecycle.statements import Statement
from referendum.lifecycle.tables import Measure
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.confirming import by_code
from referendum.web.desk.fields import Given, Paper
from referendum.web.desk.form import Context, Desk, Form, Went
from referendum.web.desk.measure import on_measure


def _certify(desk: Desk, measure: Measure, given: Given) -> Went | str:
    """The first officer's certification waits for a second one; that brings the certificate."""
    account = desk.session.get_one(Account, desk.officer.id)
    by = Signatory(desk.officer, account.display_name, account.office_title)
    # What waits is sealed beforehand: a certificate seals only what has come since.
    log.catch_up(desk.services.begin, desk.services.log_key)
    certified = certifying.certify(
        desk.uow, desk.services.means, measure.id, by=by, document=given["document"]
    )
    if certified.certificate_id is not None:
        return Went(f"/certificates/{certified.certificate_id}")
    return "desk.flash.attested"


def _verdict(desk: Desk, measure: Measure) -> Context:
    """The pending verdict, or in words why there is none yet."""
    try:
        right = certifying.insist_on_reader(desk.session, measure, desk.officer)
        act, statement = certifying.pending(desk.session, measure)
    except (NotYourAct, RoleMissing):
        raise
    except DomainError as refused:
        return {"statement": None, "waiting": refused}
    attested = certifying.attestations(desk.session, measure.id, statement)
    return {
        "statement": statement,
        "waiting": None,
        "act": act.value,
        "meaning": act is Act.DECLARE,
        "findings": _findings(statement),
        "labels": {one["key"]: one for one in measure.options},
        "numbers": statement.numbers,
        "attested": attested,
        "mine": desk.officer.id in {one.officer_id for one in attested},
        "authority": certifying.certified_step(measure).by.value,
        "transcript": right.recorded_from,
    }


def _findings(statement: Statement) -> list[dict[str, Any]]:
    part = statement.poll or statement.petition
    return [finding.model_dump(mode="json") for finding in part.findings] if part else []


CERTIFYING: Final = Form(
    MEASURE.below("/certify", "certify", "desk.certify.title", on_measure(), _verdict),
    _certify,
    {"document": Paper(needed=False)},
    confirm=by_code,
)
