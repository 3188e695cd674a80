"""The register at the desk: a file is read and reported on before anything changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from referendum.doors.naming import said_of_effects
from referendum.identity import phones, unlocking
from referendum.identity.staff import names_of
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Role
from referendum.kernel.receiving import PIECE
from referendum.roll import importing, intakes, totals, versions
from referendum.roll.effects import Beyond, Moved, alone_lately, beyond
from referendum.roll.errors import MeaningUnknown, ModeNotGiven
from referendum.roll.intakes import ImportReport, Mode, Progress, Stage
from referendum.roll.lines import Reason
from referendum.roll.meanings import NOTHING, Column, Meanings, Word
from referendum.roll.places import districts_ever
from referendum.roll.tables import PublishedTotal
from referendum.roll.totals import TotalKind
from referendum.roll.weighing import Kind
from referendum.web.dated import Day
from referendum.web.desk import columns
from referendum.web.desk.broken import of_file, of_register
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Does, Errors, Form, Page, Went
from referendum.web.fields import Choice, Fields, File, Given, Text
from thresholds.vocabulary import Instrument

NO_RIGHT: Final = "-"
"""What is written of a word that gives nobody a right."""
SMALL: Final = 1 << 20
"""Bytes: some thousand people, who are compared before a page would be waited for."""


@dataclass(frozen=True, slots=True)
class Register:
    """The people of a place as a registrar sees them: how many there are now."""

    people_now: int
    begun: bool
    """Whether there is a register already, so that a file has to say what it is."""


def _opened(desk: Desk) -> Register:
    desk.officer.insist(Role.REGISTRAR)
    begun = versions.latest_version(desk.session, desk.place) is not None
    return Register(versions.people_now(desk.session, desk.place), begun)


def _show(desk: Desk, _about: Register) -> Context:
    """The versions so far, and the door for a new file."""
    place = desk.place
    history = versions.history(desk.session, place)
    return {
        "columns": columns.explained(desk),
        "modes": desk.choices(Mode, "desk.register", "desk.register.hint"),
        "intakes": intakes.open_ones(desk.session, place),
        "history": history,
        "people": names_of(
            desk.session,
            [by for one in history for by in (one.imported_by, one.seconded_by) if by],
        ),
    }


@dataclass(frozen=True, slots=True)
class Following:
    """A file on its way: how far it is, and its report once it is read."""

    intake: UUID
    far: Progress
    report: ImportReport
    words: Sequence[Word]
    """Those of the file that nobody knows."""
    beyond: Sequence[Beyond]
    """Why one registrar is not enough."""
    confirmed_by: str | None
    moving: bool
    done: bool
    outdated: bool
    """Whether another file went in since it was read: it has to be sent again."""


def _followed(desk: Desk, intake: UUID) -> Following:
    desk.officer.insist(Role.REGISTRAR)
    row = intakes.of_place(desk.session, desk.place, intake)
    far, report = intakes.progress(row), intakes.quoted_report(desk.session, desk.vault, row)
    lately = {} if far.ended else alone_lately(desk.session, desk.place)
    return Following(
        intake,
        far,
        report,
        intakes.words(desk.session, desk.vault, row),
        beyond(report.effects, desk.services.register_limits, lately),
        row.confirmed_by,
        moving=not far.ended and far.stage not in (Stage.WAITING, Stage.SECONDING),
        done=far.stage is Stage.DONE,
        outdated=far.stage is Stage.WAITING and report.version <= _latest(desk),
    )


def _latest(desk: Desk) -> int:
    latest = versions.latest_version(desk.session, desk.place)
    return 0 if latest is None else latest.number


@dataclass(frozen=True, slots=True)
class Counted:
    """Numbers of one kind before and after, the widest of which a drawing has to hold."""

    kind: Kind
    rows: Sequence[tuple[str, Moved, int | None]]
    """What is counted, how many, and what was published of it."""

    @property
    def most(self) -> int:
        return max((max(one.before, one.after) for _, one, _ in self.rows), default=0) or 1


def _show_report(desk: Desk, about: Following) -> Context:
    """Every number that changes, and beside those who may sign what was last published of them."""
    session, korean = desk.session, desk.words.language == "ko"
    named = {
        one.code: one.name_ko if korean else one.name_en
        for one in districts_ever(session, desk.place)
    }
    last = totals.latest(
        session,
        jurisdiction_id=desk.place,
        instrument=Instrument.INITIATIVE,
        kind=TotalKind.CLAIMANTS,
    )
    told = _published(desk, last) if last else {}
    effects = about.report.effects
    kinds = [
        Counted(
            kind,
            [
                (said_of_effects(desk.words, kind, what, named), moved, published)
                for what, moved in _in_order(rows, [*named])
                if (published := told.get(what) if kind is Kind.ENTITLED else None) is not None
                or moved.more
            ],
        )
        for kind, rows in (effects.by.items() if effects else ())
    ]
    by = about.confirmed_by
    return {
        "dropped": sum(one.reason == Reason.PHONE_UNUSABLE for one in about.report.noted),
        "broken": of_file(about.far.refusal, about.far.facts, desk.words),
        **_left_out(desk, about.report),
        "kinds": [one for one in kinds if one.rows],
        "published_year": last.base_year if last and told else None,
        "first": names_of(session, [by]).get(by, "") if by else "",
        "mine": by == desk.officer.mark,
        "values": {
            f"word_{at}": meant or NO_RIGHT
            for at, one in enumerate(about.words)
            if (meant := _meant(about, one)) is not None
        },
    }


def _left_out(desk: Desk, report: ImportReport) -> Context:
    """The lines that are refused or noted, by kind."""
    refused, refused_file = of_register(report.refused, desk.words)
    noted, noted_file = of_register(report.noted, desk.words)
    return {
        "refused_groups": refused,
        "refused_file": refused_file,
        "noted_groups": noted,
        "noted_file": noted_file,
    }


def _in_order(rows: Mapping[str, Moved], districts: Sequence[str]) -> list[tuple[str, Moved]]:
    """Districts as they are listed everywhere, ages as they rise, and else the most first."""

    def place(one: tuple[str, Moved]) -> tuple[int, int]:
        what, moved = one
        if what.isdigit():
            return 0, int(what)
        return (1, districts.index(what)) if what in districts else (2, -moved.before)

    return sorted(rows.items(), key=place)


def _published(desk: Desk, last: PublishedTotal) -> dict[str, int]:
    """By the codes of districts."""
    rows = totals.district_totals(
        desk.session,
        jurisdiction_id=desk.place,
        instrument=Instrument.INITIATIVE,
        kind=TotalKind.CLAIMANTS,
        base_year=last.base_year,
    )
    codes = {one.id: one.code for one in districts_ever(desk.session, desk.place)}
    return {codes[district]: number for district, number in rows.items()}


def _meant(about: Following, word: Word) -> str | None:
    return about.report.meanings.of(word.column).get(word.word)


def _words(_desk: Desk, about: Following) -> Fields:
    return {f"word_{at}": Text(label="roll.words.meaning-of") for at in range(len(about.words))}


def _explain(desk: Desk, about: Following, given: Given) -> None:
    """What each word means; the file is read again."""
    told: dict[Column, dict[str, str]] = {column: {} for column in Column}
    for at, one in enumerate(about.words):
        if meant := given[f"word_{at}"]:
            told[one.column][one.word] = NOTHING if meant == NO_RIGHT else meant
    meanings = Meanings(told[Column.NATIONALITY], told[Column.STATUS])
    begin, vault = desk.services.begin, desk.vault
    importing.explain(begin, about.intake, by=desk.officer, meanings=meanings)
    if _is_small(desk, about.intake):
        importing.compare(begin, vault, about.intake)
    else:
        importing.carry_on_later(desk.uow, about.intake)


def _at_word(desk: Desk, error: DomainError) -> Errors | None:
    """A meaning that is none is told at its word."""
    if not isinstance(error, MeaningUnknown):
        return None
    words = _followed(desk, desk.at["intake"]).words
    meant = (error.facts["column"], error.facts["word"])
    said = desk.words(f"problem.{error.code}", word=str(error.facts["word"]))
    return {
        f"word_{at}": said for at, one in enumerate(words) if (one.column.value, one.word) == meant
    }


def _preview(desk: Desk, _about: Register, given: Given) -> Went:
    """Take in a file, sealed, and report what it would change; a large one in the background."""
    begin, vault = desk.services.begin, desk.vault
    intake = importing.receive(
        begin,
        vault,
        iter(partial(given["file"].read, PIECE), b""),
        jurisdiction_id=desk.place,
        as_of=given["as_of"],
        mode=given["mode"],
        by=desk.officer.mark,
        invented=desk.services.invents_people,
    )
    if _is_small(desk, intake):
        importing.compare(begin, vault, intake)
    else:
        importing.carry_on_later(desk.uow, intake)
    return Went(f"{REGISTER.path}/intakes/{intake}")


def _take_in(desk: Desk, about: Following, given: Given) -> None:
    """A file that was reported on, with a fresh code: it becomes the next version."""
    if _is_small(desk, about.intake):
        importing.import_register(
            desk.uow,
            desk.services.begin,
            desk.vault,
            about.intake,
            by=desk.officer,
            preview=given["preview"],
            limits=desk.services.register_limits,
        )
    else:
        importing.confirm(
            desk.uow,
            about.intake,
            by=desk.officer,
            preview=given["preview"],
            limits=desk.services.register_limits,
        )


def _unlock(desk: Desk, _about: Register, given: Given) -> Went:
    """Its holder came to the desk, and was seen to be the holder."""
    number = phones.mobile(given["phone"], invented=desk.services.invents_people)
    unlocked = unlocking.unlock_phone(
        desk.uow, desk.vault, number, by=desk.officer, limits=desk.services.limits
    )
    return Went(REGISTER, f"desk.flash.phone-{'unlocked' if unlocked else 'free'}")


def _is_small(desk: Desk, intake: UUID) -> bool:
    """Whether a file is done with while its sender waits."""
    return intakes.get(desk.session, intake).file_size <= SMALL


REGISTER: Final = Page("/desk/register", "register", "desk.nav.register", _opened, _show)
SAMPLE: Final = REGISTER.below(
    "/sample.csv", "", "desk.register.sample", _opened, lambda desk, _about: columns.sample(desk)
)
FOLLOWED: Final = REGISTER.below(
    "/intakes/{intake}", "register-report", "roll.report.title", _followed, _show_report
)
PREVIEW: Final = Form(
    REGISTER,
    _preview,
    {
        "file": File(whole=False, label="desk.register.file"),
        "as_of": Day(label="desk.register.as-of"),
        "mode": Choice(Mode, needed=False, wrong=ModeNotGiven, label="desk.register.mode"),
    },
    path="/preview/import",
    usual="file",
)
IMPORTING: Final = Form(
    FOLLOWED,
    _take_in,
    {"preview": Text(label="roll.effects.preview")},
    path="/import",
    confirm=by_code,
)
EXPLAINING: Final = Form(FOLLOWED, _explain, _words, path="/meanings", tells=_at_word)
UNLOCKING: Final = Form(
    REGISTER,
    _unlock,
    {"phone": Text(needed=True)},
    path="/phones/unlocking",
    confirm=by_code,
    usual="phone",
)
REMOVAL: Final = Form(FOLLOWED, Does(importing.decline, ("intake",)), path="/removal", to=REGISTER)
