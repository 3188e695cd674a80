"""A paper as a proposal quotes it, in JSON's own types: both officers stand on the same one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import papering
from referendum.lifecycle.acting import Document
from referendum.lifecycle.tables import Measure
from referendum.papers.naming import Issuer


def written(
    uow: UnitOfWork, measure: Measure, issuer: Issuer, document: Document | None, by: Officer
) -> dict[str, str] | None:
    """The paper that is meant, entered with its file when it is proposed: both officers see it."""
    if document is None:
        return None
    paper = papering.name(uow, measure.jurisdiction_id, issuer, document, by=by).paper
    return {"number": paper.number, "day": paper.day.isoformat(), "paper": str(paper.id)}


def read(paper: Mapping[str, str] | None) -> Document | None:
    """The same paper, as an act names it."""
    if paper is None:
        return None
    return Document(paper["number"], date.fromisoformat(paper["day"]), UUID(paper["paper"]))
