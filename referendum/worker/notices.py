"""Notices: who is told of a measure's step, and the handing over to a carrier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import select

from referendum.bootstrap import Services
from referendum.i18n.words import Language, Words
from referendum.kernel import errands
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import agreed, attributing, inviting, rules
from referendum.lifecycle.dates import moves
from referendum.lifecycle.dates.moves import Told
from referendum.lifecycle.joint_tables import Invitation, JointAct
from referendum.lifecycle.news import spreading
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Hold, Measure, Representative, StepTaken
from referendum.notices import sending
from referendum.papers.tables import Paper
from referendum.roll.finding import person_details
from referendum.worker.carriers import carriers_of
from referendum.worker.carrying import once

LANGUAGE: Final = Language.KO
"""The register says nothing of the languages that people read: a notice says it in each of them."""


def tell_step(services: Services, *, message_id: str, measure_id: str, sequence: str) -> None:
    """Write a notice to each representative whose number the register holds."""
    once(
        services.begin,
        message_id,
        lambda uow: _tell(services, uow, UUID(measure_id), int(sequence)),
    )


def tell_moved(services: Services, *, message_id: str, shift_id: str) -> None:
    """Write a notice to each representative of a measure whose deadlines moved."""
    once(services.begin, message_id, lambda uow: _tell_moves(services, uow, UUID(shift_id)))


def deliver(services: Services, *, message_id: str, notice_id: str) -> None:
    """Hand one notice to a carrier. The message itself says which notice it is of."""
    del notice_id
    errand = sending.Delivering(services.vault, carriers_of(services))
    errands.run(services.begin, errand, [UUID(message_id)])


def tell_hold(services: Services, *, message_id: str, hold_id: str, lifted: str) -> None:
    """Write a notice to each representative of a measure that was halted, or is no longer."""
    once(
        services.begin,
        message_id,
        lambda uow: _tell_hold(services, uow, UUID(hold_id), lifted=lifted == "yes"),
    )


def tell_agreement(services: Services, *, message_id: str, joint_act_id: str, what: str) -> None:
    """Say to each representative what was put to them, agreed or taken back: which act, by name."""
    once(
        services.begin,
        message_id,
        lambda uow: _tell_agreement(services, uow, UUID(joint_act_id), what),
    )


def tell_people(services: Services, *, message_id: str, measure_id: str, what: str) -> None:
    """Say to each representative that somebody joined them, or left."""
    once(
        services.begin,
        message_id,
        lambda uow: _tell_people(services, uow, UUID(measure_id), what),
    )


def tell_invitation(services: Services, *, message_id: str, invitation_id: str) -> None:
    """Ask the holder of the invited number; of the measure it says nothing to a wrong number."""
    once(
        services.begin, message_id, lambda uow: _tell_invitation(services, uow, UUID(invitation_id))
    )


def _tell(services: Services, uow: UnitOfWork, measure_id: UUID, sequence: int) -> None:
    spreading.note_step(uow, measure_id, sequence)
    measure = uow.session.get_one(Measure, measure_id)
    step = uow.session.get_one(StepTaken, (measure_id, sequence))
    paper = _paper(uow, step.paper_id)

    def said(words: Words) -> str:
        facts = _about(services, measure, words)
        who = step.authority or step.by
        key = f"measure.authority.{who}"
        return words(
            "notices.act-said",
            act=words(f"measure.act.{step.act}"),
            when=words.end(step.at),
            who=words(key) if words.has(key) else words("measure.authority.initiator"),
            paper=_named(paper, words),
            **facts,
        )

    _tell_representatives(services, uow, measure, kind="act", said=said)


def _tell_moves(services: Services, uow: UnitOfWork, shift_id: UUID) -> None:
    """One notice a measure, with all of its deadlines that moved; a draft's is told nobody."""
    spreading.note_moves(uow, shift_id)
    found = moves.of_shift(uow.session, shift_id)
    for _, group in groupby(found, key=lambda one: one.measure.number):
        told = list(group)
        measure = told[0].measure
        movers = uow.session.execute(attributing.movers(measure.id))
        office = {row.id: row.authority for row in movers}.get(shift_id)

        def said(
            words: Words,
            told: Sequence[Told] = told,
            office: str | None = office,
        ) -> str:
            shift, measure = told[0].shift, told[0].measure
            days = [
                words(
                    "notices.moved-day",
                    what=words(f"measure.deadline.{one.moved.name}"),
                    old=words.date(one.moved.latest_before),
                    new=words.date(one.moved.latest_after),
                )
                for one in told
            ]
            paper = ""
            if shift.document_number and shift.document_date:
                paper = words(
                    "notices.paper-only", number=shift.document_number, day=shift.document_date
                )
            return words(
                "notices.moved-said",
                why=words(f"dates.cause.{shift.cause}"),
                who=words("notices.who", who=words(f"measure.authority.{office}"))
                if office
                else "",
                paper=paper,
                days=", ".join(days),
                **_about(services, measure, words),
            )

        _tell_representatives(services, uow, measure, kind="moved", said=said)


def _tell_hold(services: Services, uow: UnitOfWork, hold_id: UUID, *, lifted: bool) -> None:
    """That acts are refused now, or no longer: on which paper, and what becomes of the days."""
    hold = uow.session.get_one(Hold, hold_id)
    measure = uow.session.get_one(Measure, hold.measure_id)
    paper = _paper(uow, hold.paper_id)
    (halter,) = uow.session.execute(attributing.halters(measure.id).where(Hold.id == hold_id))
    office = halter.lifted if lifted else halter.placed

    def said(words: Words) -> str:
        clock = "clock-stops" if hold.stops_clock else "clock-runs"
        moment = hold.lifted_at if lifted else hold.from_at
        return words(
            "notices.hold-lifted" if lifted else "notices.hold-placed",
            hold=words(f"measure.hold.{hold.kind}"),
            when=words.moment(moment) if moment else "",
            who=words("notices.who", who=words(f"measure.authority.{office}")) if office else "",
            paper=_named(paper, words),
            clock=words(f"public.hold.{clock}"),
            **_about(services, measure, words),
        )

    _tell_representatives(services, uow, measure, kind="hold", said=said)


def _tell_agreement(services: Services, uow: UnitOfWork, joint_act_id: UUID, what: str) -> None:
    row = uow.session.get_one(JointAct, joint_act_id)
    measure = uow.session.get_one(Measure, row.measure_id)
    draft = row.stage == Stage.DRAFT and row.act == Act.WITHDRAW
    collected = agreed.gathered(uow.session, measure)

    def said(words: Words) -> str:
        key = "workspace.act.abandon" if draft else f"workspace.act.{row.act}"
        return words(
            f"notices.agreement-{what}",
            act=words(key),
            until=words.moment(row.takes_effect_at) if row.takes_effect_at else "",
            lost=words("notices.agreement-lost", count=collected) if collected else "",
            **_of_workspace(services, measure, words),
        )

    _tell_representatives(services, uow, measure, kind="act", said=said)


def _tell_people(services: Services, uow: UnitOfWork, measure_id: UUID, what: str) -> None:
    measure = uow.session.get_one(Measure, measure_id)
    count = len(agreed.present(uow.session, measure.id))

    def said(words: Words) -> str:
        facts = _of_workspace(services, measure, words)
        return words(f"notices.people-{what}", count=count, **facts)

    _tell_representatives(services, uow, measure, kind="act", said=said)


def _tell_invitation(services: Services, uow: UnitOfWork, invitation_id: UUID) -> None:
    row = uow.session.get_one(Invitation, invitation_id)
    measure = uow.session.get_one(Measure, row.measure_id)
    number = inviting.number_of(uow.session, services.vault, row)
    if number is None:
        return
    link = services.addresses.invitation(measure.number, row.id)
    zone = rules.zone_of(uow.session, measure)
    facts = {}
    for one in Language:
        words = Words.load(one, zone=zone)
        facts[one.value] = words("notices.invited", link=link, until=words.end(row.ends_at))
    key = services.vault.new_key(uow.session, purpose="notice")
    sending.queue(uow, kind="act-both", to=number, key=key, language=LANGUAGE, facts=facts)


def _of_workspace(services: Services, measure: Measure, words: Words) -> dict[str, str]:
    """As of a measure that may be a draft without a title: by its number then."""
    told = _about(services, measure, words)
    link = services.addresses.workspace(measure.number)
    unnamed = words("workspace.untitled", number=measure.number)
    return {"measure": told["measure"] or unnamed, "link": link}


def _about(services: Services, measure: Measure, words: Words) -> dict[str, str]:
    korean = words.language is Language.KO
    return {
        "measure": measure.title_ko if korean else measure.title_en or measure.title_ko,
        "link": services.addresses.measure(measure.number),
    }


def _paper(uow: UnitOfWork, paper_id: UUID | None) -> Paper | None:
    return uow.session.get_one(Paper, paper_id) if paper_id else None


def _named(paper: Paper | None, words: Words) -> str:
    """The paper that it rests on, with whose it is; nothing where it rests on none."""
    if paper is None:
        return ""
    issuer = words(f"papers.issuer.{paper.issuer}")
    return words("notices.paper", number=paper.number, day=paper.day, issuer=issuer)


def _tell_representatives(
    services: Services,
    uow: UnitOfWork,
    measure: Measure,
    *,
    kind: str,
    said: Callable[[Words], str],
) -> None:
    """The same notice to each whose number the register holds, said once in every language."""
    numbers = _numbers(services, uow, measure.id)
    if not numbers:
        return
    zone = rules.zone_of(uow.session, measure)
    facts = {one.value: said(Words.load(one, zone=zone)) for one in Language}
    key = services.vault.new_key(uow.session, purpose="notice")
    for number in numbers:
        sending.queue(
            uow,
            kind=f"{kind}-both",
            to=number,
            key=key,
            language=LANGUAGE,
            facts=facts,
        )


def _numbers(services: Services, uow: UnitOfWork, measure_id: UUID) -> list[str]:
    people = uow.session.scalars(
        select(Representative.person_id)
        .where(Representative.measure_id == measure_id, Representative.left_at.is_(None))
        .order_by(Representative.joined_at, Representative.id)
    )
    told = [person_details(uow.session, services.vault, person) for person in people.all()]
    return [details.phone for details in told if details is not None and details.phone]
