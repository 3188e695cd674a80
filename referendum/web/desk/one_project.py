"""One project at the desk: added or changed by hand, a vote on it drafted, or one not called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from referendum.kernel import proposals
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import seconding
from referendum.lifecycle.advisory import declining
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.projects import exporting, keeping
from referendum.projects.keeping import insist_on_office
from referendum.projects.lines import COLUMNS, LONGEST
from referendum.projects.tables import Project
from referendum.web.desk.approving import SIGNED, approval_of, seated
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Faulty, Form, Went
from referendum.web.desk.projects import PROJECTS
from referendum.web.fields import Fields, Given, Text, Ticks
from referendum.web.measures import Number
from referendum.web.projects import KINDS, STAGES, shown

DISTRICTS: Final = "districts"
CELLS: Final[Fields] = {
    **{name: Ticks() if name == DISTRICTS else Text() for name in COLUMNS},
    "reason": Text(),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A project of the list; none while it is being written."""

    project: Project | None = None


def _unwritten(desk: Desk) -> Listed:
    insist_on_office(desk.officer)
    return Listed()


def _listed(desk: Desk, number: Number) -> Listed:
    insist_on_office(desk.officer)
    return Listed(keeping.numbered(desk.session, desk.place, number))


def _form(desk: Desk, about: Listed) -> Context:
    """The form as the list has it."""
    project = about.project
    cells = exporting.cells_of(project, {}) if project else [""] * len(COLUMNS)
    within = map(str, (project.districts if project else None) or ())
    return {
        "values": dict(zip(COLUMNS, cells, strict=True)),
        "ticked": desk.ticked(DISTRICTS, list(within)),
        "districts": desk.districts(),
        "kinds": desk.choices(KINDS, "projects.kind"),
        "stages": desk.choices(STAGES, "projects.stage"),
        "limits": LONGEST,
    }


def _shown(desk: Desk, about: Listed) -> Context:
    """One project with what the office may do about it."""
    project = about.project
    assert project is not None
    drafts = select(Measure).where(
        Measure.project_id == project.id, Measure.stage == Stage.DRAFT.value
    )
    return {
        "title": desk.words("projects.one", number=project.number),
        "drafts": desk.session.scalars(drafts.order_by(Measure.number)).all(),
        **shown(desk.session, project, desk.words),
        "waiting": _waiting(desk, project),
        **seated(desk),
    }


def _add(desk: Desk, _about: Listed, given: Given) -> Went:
    made = keeping.add(desk.uow, cells=_cells(desk, given), reason=given["reason"], by=desk.officer)
    return Went(f"{PROJECTS.path}/{made.number}", "desk.flash.project-kept")


def _save(desk: Desk, about: Listed, given: Given) -> None:
    """Rewrite it, with the reason."""
    assert about.project is not None
    cells, reason = _cells(desk, given), given["reason"]
    keeping.change(desk.uow, about.project.id, cells=cells, reason=reason, by=desk.officer)


def _draft(desk: Desk, about: Listed, _given: Given) -> Went:
    """Begin the draft of an advisory vote, which the office then writes out."""
    assert about.project is not None
    demo = desk.services.is_demo
    measure = declining.draft_vote(desk.uow, about.project.id, by=desk.officer, demo=demo)
    return Went(f"/desk/measures/{measure.number}/draft", "workspace.flash.saved")


def _decline(desk: Desk, about: Listed, given: Given) -> Went:
    """Propose not to call it: another officer of the office looks at the paper first."""
    assert about.project is not None
    put = seconding.propose_not_calling(
        desk.uow,
        about.project.id,
        approval=approval_of(given),
        reason=given["reason"],
        by=desk.officer,
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _waiting(desk: Desk, project: Project) -> Proposal | None:
    """What waits for a second officer about this project."""
    waiting = proposals.waiting(desk.session, desk.place, desk.uow.now())
    return next((one for one in waiting if one.subject_id == project.id), None)


def _cells(desk: Desk, given: Given) -> dict[str, str]:
    """The form as the cells of a line, ticked districts by their names; every fault at once."""
    named = "|".join(one.name_ko for one in desk.districts() if str(one.id) in given[DISTRICTS])
    plain = {name: given[name].replace("\r\n", "\n") for name in COLUMNS if name != DISTRICTS}
    cells = {name: (plain | {DISTRICTS: named})[name] for name in COLUMNS}
    found, words = dict(keeping.read(desk.session, desk.place, cells)[1]), desk.words
    errors = {
        column: words(
            "desk.projects.fault",
            field=words(f"projects.column.{column}"),
            fault=words(f"projects.fault.{found[column].value}"),
        )
        for column in COLUMNS
        if column in found
    }
    if not given["reason"]:
        errors["reason"] = words("desk.projects.no-reason")
    if errors:
        raise Faulty(errors)
    return cells


PROJECT: Final = PROJECTS.below("/{number}", "project", "projects.one", _listed, _shown)
ADDING: Final = Form(
    PROJECTS.below("/new", "project-form", "desk.projects.add", _unwritten, _form),
    _add,
    CELLS,
    usual="code",
)
EDITING: Final = Form(
    PROJECT.below("/edit", "project-form", "desk.projects.edit", _listed, _form),
    _save,
    CELLS,
    usual="code",
    to=PROJECT,
    flash="desk.flash.project-kept",
)
DRAFTING: Final = Form(PROJECT, _draft, path="/vote")
DECLINING: Final = Form(
    PROJECT,
    _decline,
    {**SIGNED, "reason": Text(needed=True)},
    path="/not-calling",
    confirm=by_code,
    usual="reason",
)
