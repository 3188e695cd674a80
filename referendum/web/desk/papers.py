"""Papers at the desk: those on file, one with all that rests on it, its file, its public copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from starlette.responses import Response

from referendum.doors.scans import scan_answer
from referendum.identity.staff import names_of
from referendum.kernel.proposals import Proposal, standing
from referendum.lifecycle import confirming, serving
from referendum.lifecycle.serving import Service
from referendum.papers import filing, naming
from referendum.papers.naming import Issuer
from referendum.papers.tables import Paper, PaperFile
from referendum.web import dated
from referendum.web.dated import Scanned
from referendum.web.desk import moving, proposals
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Form, Page, Went
from referendum.web.fields import REASON, Choice, Given, Text

LISTED: Final = 100
"""Papers that one page lists; an older one is found by a part of its number."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """One paper with its files and all that rests on it."""

    paper: Paper
    own: PaperFile | None
    copy: PaperFile | None
    services: list[Service]
    readable: bool
    """Whether this officer may read its file, if it has one."""


def _opened(desk: Desk) -> None:
    serving.insist_on_role(desk.officer)


def _list(desk: Desk, _about: None) -> Context:
    like = (desk.request.query_params.get("q") or "").strip()[: naming.LONGEST]
    found = naming.latest(desk.session, desk.place, like=like, limit=LISTED)
    ids = [one.id for one in found]
    return {
        "papers": found,
        "owns": filing.owns_of(desk.session, ids),
        "copies": filing.copies_of(desk.session, ids),
        "q": like,
        "most": LISTED,
        "issuers": desk.choices(Issuer, "papers.issuer"),
        "values": {"issuer": desk.officer.authority.value},
    }


def _one(desk: Desk, paper_id: UUID) -> OnFile:
    _opened(desk)
    session, paper = desk.session, naming.get(desk.session, desk.place, paper_id)
    own = filing.own(session, paper.id)
    return OnFile(
        paper,
        own,
        filing.copy_of(session, paper.id),
        serving.serves(session, paper),
        readable=own is not None and serving.may_read(paper, own, desk.officer),
    )


def _shown(desk: Desk, about: OnFile) -> Context:
    files = [one for one in (about.own, about.copy) if one is not None]
    marks = [about.paper.entered_by, *(one.added_by for one in files)]
    return {
        "title": desk.words("papers.one", number=about.paper.number),
        "proposed": _proposed(desk, about),
        "people": names_of(desk.session, marks),
        **moving.unseen(desk),
    }


def _proposed(desk: Desk, about: OnFile) -> list[tuple[Proposal, str, str]]:
    """What the own office proposed on it and was not done: in words, and where it stands."""
    now = desk.uow.now()
    return [
        (row, proposals.named(desk, row), standing(row, now).value)
        for row in confirming.on_paper(desk.session, about.paper.id, desk.officer)
    ]


def _enter(desk: Desk, _about: None, given: Given) -> Went:
    paper = serving.enter(
        desk.uow, issuer=given["issuer"], document=given["document"], by=desk.officer
    )
    return Went(f"{PAPERS.path}/{paper.id}", "desk.flash.paper-entered")


def _file(desk: Desk, about: OnFile, given: Given) -> None:
    serving.add_file(desk.uow, about.paper.id, scan=given["document_file"], by=desk.officer)


def _publish(desk: Desk, about: OnFile, given: Given) -> None:
    serving.publish_copy(desk.uow, about.paper.id, scan=given["document_file"], by=desk.officer)


def _withdraw(desk: Desk, about: OnFile, given: Given) -> None:
    why = given["reason"]
    serving.withdraw_copy(desk.uow, desk.vault, about.paper.id, reason=why, by=desk.officer)


def _read(desk: Desk, about: OnFile, given: Given) -> Response:
    """The file to be saved: it is never shown within our pages."""
    begin, why = desk.services.begin, given["reason"]
    opened = serving.read(desk.uow, begin, desk.vault, about.paper.id, reason=why, by=desk.officer)
    return scan_answer(opened, name=f"paper-{about.paper.day:%Y%m%d}")


PAPERS: Final = Page("/desk/papers", "papers", "desk.nav.papers", _opened, _list)
ONE: Final = PAPERS.below("/{paper_id}", "one-paper", "papers.title", _one, _shown)
ENTERING: Final = Form(
    PAPERS,
    _enter,
    {"issuer": Choice(Issuer, label="papers.whose"), "document": dated.Paper()},
    usual="document_number",
)
FILING: Final = Form(
    ONE,
    _file,
    {"document_file": Scanned()},
    path="/file",
    usual="document_file",
    flash="desk.flash.paper-filed",
)
PUBLISHING: Final = Form(
    ONE,
    _publish,
    {
        "document_file": Scanned(label="papers.copy.file"),
        "checked": Text(needed=True, label="papers.copy.checked"),
    },
    path="/copy",
    confirm=by_code,
    usual="document_file",
    flash="desk.flash.copy-published",
)
WITHDRAWING: Final = Form(
    ONE,
    _withdraw,
    {"reason": REASON},
    path="/copy/removal",
    places={"reason": "reason-copy"},
    usual="reason-copy",
    flash="desk.flash.copy-withdrawn",
)
READING: Final = Form(
    ONE, _read, {"reason": Text(needed=True, label="papers.why")}, path="/reading", usual="reason"
)
