"""A recall that is walked through every stage at which nobody is to be told how far it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import select

from referendum.lifecycle import stages
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure
from signatures import tallying
from tests.papers import PAPER
from tests.town import Town
from tests.web.visitors import folds
from thresholds.vocabulary import Instrument

QUIET: Final = [stage for stage in Stage if stages.is_quiet(Instrument.RECALL, stage)]
GOOD, BAD = 143, 170
"""Lines, so many that their numbers stand on no page by chance. The good ones are of twelve
districts: more than are needed in all, and too few districts, so that a cure can be ordered."""
LEAST: Final = 100
"""What is smaller stands on pages as a day, a share or a district's number as well."""
ORDERED: Final = Particulars(document=PAPER, reason="서명 수 부족")


def recall_among(town: Town) -> UUID:
    """The only recall of a town."""
    with town.begin() as uow:
        recalls = select(Measure.id).where(Measure.instrument == Instrument.RECALL)
        return uow.session.scalars(recalls).one()


def walked(town: Town, recall: UUID) -> Iterator[Stage]:
    """From stage to stage, with the figures counted at each."""
    town.brings(recall, town.some(GOOD), bad=BAD)
    yield _counted(town, recall)
    town.waits_for("collection_ends", recall)
    yield _counted(town, recall)
    town.acts(recall, Act.FILE, town.resident(town.some(1)[0]))
    town.examines(recall)
    yield _counted(town, recall)
    town.acts(recall, Act.OPEN_INSPECTION, town.examiner_of(recall))
    yield _counted(town, recall)
    town.waits_for("inspection_ends", recall)
    yield _counted(town, recall)
    town.acts(
        recall,
        Act.SETTLE_OBJECTIONS,
        town.examiner_of(recall),
        Particulars(document=PAPER, reason="이의 없음"),
    )
    yield _counted(town, recall)
    town.acts(recall, Act.ORDER_CURE, town.examiner_of(recall), ORDERED)
    yield _counted(town, recall)


def figures(town: Town, recall: UUID) -> set[int]:
    """How far it is, as far as a number tells that and nothing else."""
    petition = town.petition(recall)
    with town.begin() as uow:
        tally = tallying.tally(uow.session, petition)
    found = {tally.submitted, tally.possible, tally.standing, tally.open, tally.withdrawn}
    found |= {*tally.found_void.values(), sum(tally.found_void.values())}
    told = {one for one in found if one >= LEAST}
    assert told, "there is something to be told"
    return told


def said(text: str, numbers: set[int]) -> set[int]:
    """Those of the numbers that stand in a text by themselves."""
    return numbers & {int(one) for one in re.findall(r"(?<![\w.,-])\d{3}(?![\w.-]|,\d)", text)}


def _counted(town: Town, recall: UUID) -> Stage:
    folds(town, recall)
    return town.stage(recall)
