"""May I?, in words: who can take part, what one person is told and why, and where it leads on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from referendum.i18n.words import Language, Words
from referendum.lifecycle.qualified import Answer, Verdict, Why
from referendum.lifecycle.qualifying import Asked, When
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.roll.freezing import Purpose
from referendum.roll.tables import District, Jurisdiction
from thresholds.electorate import Electorate, Ineligibility

NAMED: Final = 3
"""Districts of an area that a sentence names; of more it says how many there are."""
ON_PAPER: Final = frozenset({"paper-only", "not-designated"})
"""Obstacles that leave another way to sign."""
MENDABLE: Final = frozenset(set(Ineligibility) - {Ineligibility.UNDER_AGE} | set(Why))
"""Reasons that lie in what the register says of a person, who may know better."""


@dataclass(frozen=True, slots=True)
class General:
    """Who can take part in something, without anybody's identity."""

    who: str
    days: str
    foreigners: str
    citation: str


@dataclass(frozen=True, slots=True)
class Said:
    """One answer as a page shows it. `kind`: how it is marked; `way`: address and words."""

    kind: str
    head: str
    why: str | None = None
    way: tuple[str, str] | None = None
    mend: bool = False
    """Whether the register may be wrong about the person."""


def name_of(place: Jurisdiction | District, words: Words) -> str:
    return place.name_ko if words.language is Language.KO else place.name_en


def area(asked: Asked, place: Jurisdiction, words: Words) -> str:
    """Where one has to live, in a few words."""
    named = [name_of(one, words) for one in asked.area]
    if not named:
        return name_of(place, words)
    if len(named) <= NAMED:
        return ", ".join(named)
    return words("asking.area-more", named=", ".join(named[:NAMED]), more=len(named) - NAMED)


def general(asked: Asked, place: Jurisdiction, words: Words) -> General | None:
    """Who can take part; None where nobody can, or no rule says who."""
    electorate = asked.electorate
    if electorate is None or not asked.open:
        return None
    who = "asking.enrols" if asked.enrols else "asking.who"
    days = "asking.days" if asked.settled else "asking.days-unsettled"
    if asked.base == asked.age and asked.settled:
        days = "asking.one-day"
    return General(
        words(who, age=electorate.minimum_age, area=area(asked, place, words)),
        "" if asked.enrols else words(days, base=asked.base, age_day=asked.age),
        foreigners(electorate, words),
        electorate.citation,
    )


def foreigners(electorate: Electorate, words: Words) -> str:
    """Which residents of another nationality take part."""
    rule = electorate.foreigners
    if rule is None:
        return words("asking.citizens")
    statuses = ", ".join(rule.statuses)
    if rule.held_years == 0:
        return words("asking.foreigners", statuses=statuses)
    return words("asking.foreigners-held", statuses=statuses, years=rule.held_years)


def state(asked: Asked, words: Words) -> str:
    """How it stands for everyone: not begun, today, over."""
    key = f"asking.state.{asked.purpose.value}.{asked.when.value}"
    return words(key, **_moments(asked, words))


def ahead(asked: Asked | None) -> Asked | None:
    """A vote that has been called and is not over, for a measure's own page."""
    if asked is None or asked.begins is None or not asked.open:
        return None
    return asked if asked.purpose is Purpose.VOTING else None


def said(
    session: Session, measure: Measure, place: Jurisdiction, answer: Answer, words: Words
) -> Said:
    """What one person is told of a measure."""
    asked = answer.asked
    here = f"/measures/{measure.number}"
    match answer.verdict:
        case Verdict.SIGNED:
            assert answer.signature is not None
            way = (f"/my-signatures#measure-{measure.number}", words("signing.done.mine"))
            since = words("asking.signed-on", day=answer.signature.since)
            return Said("success", words("asking.signed"), since, way)
        case Verdict.GENERAL if not asked.open:
            return Said("info", state(asked, words))
        case Verdict.GENERAL:
            enrol = (f"{here}/enrol", words("asking.way.enrol")) if asked.enrolling else None
            key = "asking.general-enrols" if asked.enrols else "asking.general-only"
            return Said("info", words("asking.general"), words(key), enrol)
        case Verdict.NOT:
            head = words(f"asking.no.{asked.purpose.value}")
            why = why_not(session, place, answer, words)
            return Said("danger", head, why, mend=answer.why in MENDABLE)
        case Verdict.MAY:
            return _may(session, measure, answer, words)


def _may(session: Session, measure: Measure, answer: Answer, words: Words) -> Said:
    asked, here = answer.asked, f"/measures/{measure.number}"
    why = why_may(session, answer, words)
    obstacle = answer.obstacle
    if obstacle is not None:
        kind = "success" if obstacle.why in ON_PAPER else "info"
        head = words(f"asking.may.obstacle.{obstacle.why}", day=obstacle.opens)
        return Said(kind, head, why, (f"{here}/sign", words("asking.way.how")))
    key = f"asking.may.{asked.purpose.value}.{asked.when.value}"
    head = words(key, **_moments(asked, words))
    ways = {
        (Purpose.SIGNING, When.NOW): (f"{here}/sign", "asking.way.sign"),
        (Purpose.VOTING, When.NOW): (f"{here}/vote", "asking.way.vote"),
        (Purpose.VOTING, When.AHEAD): (f"{here}/vote", "asking.way.vote"),
    }
    path, told = ways.get((asked.purpose, asked.when), (f"{here}#times", "asking.way.when"))
    return Said("success", head, why, (path, words(told)))


def why_may(session: Session, answer: Answer, words: Words) -> str:
    """District, age and day in one sentence."""
    asked = answer.asked
    assert asked.electorate is not None
    facts = {"base": asked.base, "age": asked.electorate.minimum_age, "age_day": asked.age}
    district = _district(session, answer, words)
    return words("asking.why.may", district=district, **facts)


def why_not(session: Session, place: Jurisdiction, answer: Answer, words: Words) -> str:
    """The one reason, with what it hangs on."""
    asked, electorate = answer.asked, answer.asked.electorate
    assert electorate is not None
    facts: dict[str, Any] = {
        "base": asked.base,
        "age": electorate.minimum_age,
        "age_day": asked.age,
        "day": answer.from_day,
        "city": name_of(place, words),
        "area": area(asked, place, words),
        "district": _district(session, answer, words),
        "rule": foreigners(electorate, words),
    }
    return words(f"asking.why.{answer.why}", **facts)


def _district(session: Session, answer: Answer, words: Words) -> str:
    if answer.district is None:
        return ""
    return name_of(places.district(session, answer.district), words)


def _moments(asked: Asked, words: Words) -> dict[str, Any]:
    """When it begins and ends; of what is over in a day, the day and its hours."""
    begins, ends = asked.begins, asked.ends
    return {
        "begins": begins,
        "ends": None if ends is None else words.end(ends),
        "day": None if begins is None else words.date(begins),
        "opens": None if begins is None else words.clock(begins),
        "closes": None if ends is None else words.clock(ends),
    }
