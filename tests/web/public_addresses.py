"""An address for every public page and read of the interface, and the town behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ballots.tables import Poll
from referendum.certificates.tables import Certificate
from referendum.kernel.people import Authority
from referendum.kernel.record import RecordCheckpoint, RecordEntry
from referendum.lifecycle.advisory.answering import Decision
from referendum.lifecycle.dates import elections
from referendum.lifecycle.office.city_pages import Leaf
from referendum.lifecycle.promise.tables import Delegation
from referendum.projects.tables import Project
from referendum.roll import entering_totals
from referendum.roll.totals import TotalKind
from tests.attached import hangs
from tests.lifecycle.advisory.test_considering import LARGE, declines
from tests.lifecycle.dates.test_districts import BY_ELECTION, holds
from tests.papers import PAPER
from tests.projects.listing import line, takes
from tests.town import Town, seconded
from tests.web.city import says
from tests.web.visitors import folds
from thresholds.vocabulary import ElectionKind, Instrument

SIMULATED = "left=kr-goyang-initiative-today&right=kr-goyang-initiative-relaxed"
CODE = "kr-goyang"
FIGURES = "population=1060000&claimants=900000"


@dataclass
class Streets:
    """The town, and where to find everything in it that anyone may read."""

    town: Town
    petition: UUID
    voted: UUID

    @classmethod
    def laid(cls, town: Town) -> Streets:
        """One of everything: petitions, a vote that was answered, projects, an election."""
        holds(town, BY_ELECTION, [town.districts[0].id, town.districts[1].id])
        voted = _votes(town)
        petition = _collects(town, 3)
        town.opens(Instrument.RECALL)
        takes(town, line(1, **LARGE), line(2, **LARGE))
        declines(town)
        says(town, Leaf.PRIVACY)
        hangs(town, petition)
        town.seals()
        return cls(town, petition, voted)

    def grows(self) -> None:
        """More of what a busy city has: measures, signatures, votes, projects, numbers, days."""
        town = self.town
        for leaf in (*Leaf, Leaf.PRIVACY):
            says(town, leaf, "더 쓴 글")
        for number in town.some(12, district=3):
            town.signs(self.petition, number)
        folds(town, self.petition)
        for signatures in (0, 2, 5):
            _collects(town, signatures)
        town.opens(Instrument.RECALL)
        _votes(town)
        later = [
            line(number, **LARGE, decision_date=f"20{27 + number}-09-01") for number in range(1, 7)
        ]
        takes(town, *later)
        declines(town, "GY-2027-002")
        with town.begin() as uow:
            for year in (2023, 2024, 2025):
                entering_totals.publish_total(
                    uow,
                    jurisdiction_id=town.place,
                    instrument=Instrument.RECALL,
                    kind=TotalKind.CLAIMANTS,
                    base_year=year,
                    number=500,
                    source="공고",
                    published_on=BY_ELECTION,
                    by=seconded(town.officer(Authority.MAYOR)),
                )
        with town.begin() as uow:
            later_on = BY_ELECTION.replace(year=2028, day=12)
            elections.add(
                uow,
                day=later_on,
                kind=ElectionKind("by_election"),
                title_ko="보궐선거",
                title_en="By-election",
                districts=[one.id for one in town.districts[5:9]],
                document=PAPER,
                reason="선거일 공고",
                by=seconded(town.officer(Authority.MAYOR)),
            )
        town.seals()

    def pages(self) -> dict[str, str]:
        """By the route's pattern; those that show nothing of the city's state are among them."""
        numbers = {"number": self._number(self.petition), "voted": self._number(self.voted)}
        number, voted = numbers["number"], numbers["voted"]
        certificate, attached = self._one(Certificate.id), f"/measures/{number}/attachments"
        return {
            "/": "/",
            "/certificates/{certificate_id}": f"/certificates/{certificate}",
            "/certificates/{certificate_id}.json": f"/certificates/{certificate}.json",
            "/follow": f"/follow?measure={number}",
            "/follow/sent": "/follow/sent",
            "/former-number": "/former-number",
            "/may-i": "/may-i",
            "/measures": "/measures",
            "/measures/calendar.ics": "/measures/calendar.ics",
            "/measures/news.atom": "/measures/news.atom",
            "/measures/{number}/news.atom": f"/measures/{number}/news.atom",
            "/measures/{number}": f"/measures/{number}",
            "/measures/{number}/attachments/{at}": f"{attached}/2",
            "/measures/{number}/attachments/{at}/preview": f"{attached}/1/preview",
            "/measures/{number}/picture.png": f"/measures/{number}/picture.png",
            "/search": "/search?q=%EC%A1%B0%EB%A1%80",
            "/offline": "/offline",
            "/service-worker.js": "/service-worker.js",
            "/manifest.webmanifest": "/manifest.webmanifest",
            "/robots.txt": "/robots.txt",
            "/sitemap.xml": "/sitemap.xml",
            "/favicon.ico": "/favicon.ico",
            "/measures/{number}/ballot": f"/measures/{voted}/ballot",
            "/measures/{number}/result.csv": f"/measures/{voted}/result.csv",
            "/measures/{number}/calendar.ics": f"/measures/{number}/calendar.ics",
            "/measures/{number}/may-i": f"/measures/{number}/may-i",
            "/measures/{number}/sign": f"/measures/{number}/sign",
            "/measures/{number}/vote": f"/measures/{voted}/vote",
            "/measures/{number}/what-if": f"/measures/{number}/what-if",
            "/problems/{problem}": "/problems/page-not-found",
            "/projects": "/projects",
            "/projects/register.csv": "/projects/register.csv",
            "/projects/{number}": "/projects/1",
            "/promises": "/promises",
            "/designations": "/designations",
            "/promises/{number}": "/promises/1",
            "/help": "/help",
            "/help/{leaf}": "/help/privacy",
            "/help/{leaf}/versions/{version}": "/help/privacy/versions/1",
            "/help/guides/{instrument}": "/help/guides/recall",
            "/record": "/record",
            "/results": "/results",
            "/record/entries/{index}": "/record/entries/3",
            "/record/entries/{index}/receipt.json": "/record/entries/3/receipt.json",
            "/rules": "/rules",
            "/rules/compare": f"/rules/compare?{SIMULATED}",
            "/rules/compare/ordinance": f"/rules/compare/ordinance?{SIMULATED}",
            "/rules/compare/ordinance.txt": f"/rules/compare/ordinance.txt?{SIMULATED}",
            "/rules/simulator": "/rules/simulator",
            "/rules/simulator.csv": "/rules/simulator.csv",
            "/rules/simulator.json": "/rules/simulator.json",
            "/rules/simulator/{case}": "/rules/simulator/goyang-2023-mayor",
            "/rules/totals": "/rules/totals",
            "/rules/totals.csv": "/rules/totals.csv",
            "/rules/{rulebook_id}": "/rules/kr-goyang-initiative-today",
            "/sign-in": "/sign-in",
        }

    def further(self) -> list[str]:
        """Pages of other stages, at the same routes."""
        return [f"/measures/{self._number(self.voted)}", "/measures?state=ended", "/projects/2"]

    def reads(self) -> dict[str, str]:
        """The same of the interface."""
        measure, voted = self.petition, self.voted
        petition, poll = self.town.petition(measure), self._one(Poll.id)
        entry = self._one(RecordEntry.id)
        certificate = self._one(Certificate.id)
        return {
            "/certificates/{certificate_id}": f"/certificates/{certificate}",
            "/delegations": "/delegations",
            "/offices": "/offices",
            "/designations": "/designations",
            "/delegations/{number}": f"/delegations/{self._one(Delegation.number)}",
            "/measures": "/measures",
            "/measures/{measure_id}": f"/measures/{measure}",
            "/measures/{measure_id}/acts": f"/measures/{measure}/acts",
            "/measures/{measure_id}/answer": f"/measures/{voted}/answer",
            "/measures/{measure_id}/arguments": f"/measures/{voted}/arguments",
            "/measures/{measure_id}/certificates": f"/measures/{voted}/certificates",
            "/measures/{measure_id}/draw": f"/measures/{voted}/draw",
            "/measures/{measure_id}/follow-up": f"/measures/{voted}/follow-up",
            "/measures/{measure_id}/papers": f"/measures/{voted}/papers",
            "/measures/{measure_id}/rolls": f"/measures/{measure}/rolls",
            "/measures/{measure_id}/timeline": f"/measures/{measure}/timeline",
            "/petitions/{petition_id}": f"/petitions/{petition}",
            "/petitions/{petition_id}/districts": f"/petitions/{petition}/districts",
            "/places": "/places",
            "/places/{code}": f"/places/{CODE}",
            "/places/{code}/calendar": f"/places/{CODE}/calendar",
            "/places/{code}/districts": f"/places/{CODE}/districts",
            "/places/{code}/totals": f"/places/{CODE}/totals",
            "/polls/{poll_id}": f"/polls/{poll}",
            "/polls/{poll_id}/canvass": f"/polls/{poll}/canvass",
            "/polls/{poll_id}/stations": f"/polls/{poll}/stations",
            "/problems": "/problems",
            "/problems/{code}": "/problems/page-not-found",
            "/projects": "/projects",
            "/projects/{project_id}": f"/projects/{self._one(Project.id)}",
            "/record/checkpoint": "/record/checkpoint",
            "/record/consistency": f"/record/consistency?old={self._one(RecordCheckpoint.size)}",
            "/record/entries": "/record/entries",
            "/record/entries/{entry_id}/receipt": f"/record/entries/{entry}/receipt",
            "/rules": "/rules",
            "/rules/sets": "/rules/sets",
            "/rules/simulate": "/rules/simulate?rules=kr-today",
            "/rules/{rulebook_id}": "/rules/kr-goyang-initiative-today",
            "/rules/{rulebook_id}/needed": f"/rules/kr-goyang-initiative-today/needed?{FIGURES}",
        }

    def _number(self, measure: UUID) -> int:
        return self.town.measure(measure).number

    def _one(self, column: Any) -> Any:
        with self.town.begin() as uow:
            return uow.session.scalars(select(column).order_by(column).limit(1)).one()


def _collects(town: Town, signatures: int) -> UUID:
    opened = town.opens(Instrument.INITIATIVE)
    for number in town.some(signatures, district=2):
        town.signs(opened, number)
    folds(town, opened)
    return opened


def _votes(town: Town) -> UUID:
    drafted = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(drafted, Authority.MAYOR)
    town.votes(drafted, turnout=6, votes={"yes": 2, "no": 4})
    town.certifies(drafted, Authority.MAYOR)
    town.answers(drafted, Decision.FOLLOWED)
    return drafted
