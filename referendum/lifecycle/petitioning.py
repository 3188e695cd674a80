"""The petition of a measure while it collects: its end, its handing in, its rules of signing."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from referendum.lifecycle import rules, stages
from referendum.lifecycle.errors import (
    RuleRefused,
)
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.lifecycle.taking import Allowed
from signatures import handing_in, petitions, tallying
from signatures.tables import Petition
from thresholds.rulebook import Channel, Rulebook, Signing, System
from thresholds.vocabulary import Instrument

COLLECTED: Final = "collected"
"""The fact of the step that ends collecting: how many had signed by then."""


def close_collection(allowed: Allowed) -> StepTaken:
    """Stop collecting at the deadline; what was signed later does not exist."""
    petition = petition_of(allowed.session, allowed.measure)
    # Whoever was signing is waited for, so that the number is of all who did.
    petitions.get_to_close(allowed.session, petition.id)
    collected = tallying.exact(allowed.session, petition.id).submitted
    return allowed.take(facts={COLLECTED: collected})


def file(allowed: Allowed) -> StepTaken:
    """Hand the lists in. From here on no line can be withdrawn, and no other sheet be keyed in."""
    petition = petition_of(allowed.session, allowed.measure)
    taken = allowed.take()
    handing_in.register(allowed.uow, petition, allowed.given.sheets, by=allowed.by, with_keyed=True)
    petitions.submit(allowed.uow, petition.id, at=taken.at)
    return taken


def petition_of(session: Session, measure: Measure) -> Petition:
    """The measure's petition; refused where its support was collected elsewhere."""
    petition = petitions.of_measure(session, measure.id)
    if petition is None:
        raise stages.ActNotAllowed(stage=measure.stage, act="petition", possible=[])
    return petition


def minimum_age(session: Session, petition: Petition) -> int:
    """From which age people may sign: by it a year of two digits is read, wherever one stands."""
    measure = session.get_one(Measure, petition.measure_id)
    return signing_of(rules.pinned(measure)).electorate.minimum_age


def signing_of(rulebook: Rulebook) -> Signing:
    """Who may sign and how; refused where the law knows no petition (a vote the state asks for)."""
    if rulebook.signing is None:
        raise RuleRefused(rule="no-petition", rulebook=rulebook.id)
    return rulebook.signing


def prints_sheets(measure: Measure) -> bool:
    """Whether people may sign on what one prints oneself: not where an office seals the sheets."""
    rule = signing_of(rules.pinned(measure)).channel(Channel.PAPER)
    return rule is not None and rule.system is System.PAPER


def may_be_spread(measure: Measure) -> bool:
    """Whether its representatives are given means to spread it: while signatures are collected.

    Not where an office seals every sheet: there is nothing that one could sign on by an address.
    Nor of a recall, whatever its rules say of sheets: nobody is to be asked by this service.
    """
    if stages.is_quiet(Instrument(measure.instrument), Stage(measure.stage)):
        return False
    return Stage(measure.stage) is Stage.COLLECTING and prints_sheets(measure)
