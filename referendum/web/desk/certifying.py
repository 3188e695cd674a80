"""Certifying a verdict: what it says, who has certified, and the officer's own certification."""

from __future__ import annotations

from typing import Final

from ballots import canvassing, noticing, stations, versions
from referendum.kernel import log
from referendum.kernel.errors import DomainError
from referendum.kernel.people import RoleMissing
from referendum.lifecycle import certifying, concluding, papering, polling
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Measure
from referendum.web.dated import Paper
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Form, Went
from referendum.web.desk.measure import on_desk
from referendum.web.fields import Given
from thresholds.majority import leader


def _certify(desk: Desk, measure: Measure, given: Given) -> Went | str:
    """The first officer's certification waits for a second one; that brings the certificate."""
    # What waits is sealed beforehand: a certificate seals only what has come since.
    log.catch_up(desk.services.begin, desk.services.log_key)
    certified = certifying.certify(
        desk.uow,
        desk.services.means,
        measure.id,
        by=Signatory.of(desk.session, desk.officer),
        document=given["document"],
    )
    if certified.certificate_id is not None:
        return Went(f"/certificates/{certified.certificate_id}")
    return "desk.flash.attested"


def _verdict(desk: Desk, measure: Measure) -> Context:
    """The pending verdict, or in words why there is none yet."""
    try:
        right = concluding.insist_on_reader(desk.session, measure, desk.officer)
        verdict = concluding.verdict(desk.session, measure)
    except (NotYourAct, RoleMissing):
        raise
    except DomainError as refused:
        return {"statement": None, "waiting": refused}
    statement = verdict.statement
    numbers = statement.numbers
    asked = certifying.asked(desk.uow, measure, verdict)
    attested = certifying.attestations(desk.session, asked)
    return {
        "statement": statement,
        "waiting": None,
        "act": verdict.act.value,
        "meaning": verdict.act is Act.DECLARE,
        "findings": (numbers["poll"] or numbers["petition"])["findings"],
        "labels": {one["key"]: one for one in measure.options},
        "numbers": numbers,
        "attested": attested,
        "asked": asked,
        "paper": papering.read(asked.what["document"]) if asked else None,
        "keyed": concluding.keyed_it(desk.session, measure, desk.officer),
        "mine": desk.officer.id in {one.officer_id for one in attested},
        "authority": concluding.certified_step(measure).by.value,
        "transcript": right.recorded_from,
        **_looked(desk, measure, verdict.act),
    }


def _looked(desk: Desk, measure: Measure, act: Act) -> Context:
    """The figures behind it by district and box, those that stand apart named; of a vote alone."""
    poll = polling.current_poll(desk.session, measure)
    if act is not Act.DECLARE or poll is None or poll.closed_at is None:
        return {"looked": [], "canvass": None}
    canvass = canvassing.canvass(desk.session, poll.id)
    shown = {} if canvass.votes is None else versions.latest_counts(desk.session, poll.id)
    return {
        "canvass": canvass,
        "looked": noticing.looked(
            stations.boxes_of(desk.session, poll.id),
            versions.latest_turnouts(desk.session, poll.id),
            shown,
            leading=leader(canvass.votes) if canvass.votes else None,
        ),
    }


CERTIFYING: Final = Form(
    MEASURE.below("/certify", "certify", "desk.certify.title", on_desk, _verdict),
    _certify,
    {"document": Paper(needed=False)},
    confirm=by_code,
)
