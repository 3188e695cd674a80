"""What a rulebook's keys and values are called, for people who compare two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from referendum.i18n.words import Words
from thresholds.kinds import AllOf
from thresholds.rulebook import Rulebook

ENUMS: Final = {
    "age_on": "rulebooks.age-on",
    "residence_base": "rulebooks.residence",
    "nationality": "comparing.country",
    "country": "comparing.country",
    "almanac": "comparing.country",
    "source": "comparing.source",
    "minimum_assurance": "comparing.assurance",
    "comparison": "comparing.comparison",
    "kind": "comparing.kind",
    "side": "comparing.side",
    "name": "rules.requirement",
    "of": "rulebooks.whole",
    "by": "rulebooks.whole",
    "total": "rulebooks.whole",
    "carried": "measure.outcome",
    "defeated": "measure.outcome",
    "tied": "measure.outcome",
    "short": "measure.outcome",
    "count_gate": "rulebooks.gate",
    "questions": "comparing.question",
    "instrument": "measure.instrument",
    "levels": "comparing.level",
    "offices": "measure.office",
    "routes": "measure.route",
    "matters": "comparing.matter",
    "weekday": "rulebooks.weekday",
    "weekend": "rulebooks.weekday",
    "after": "rulebooks.event",
    "tested_on": "rulebooks.event",
    "unless": "rulebooks.event",
}
"""By a key's last part: where the words of its values stand."""


def label(words: Words, key: str, *books: Rulebook) -> str:
    """A dotted key in words; the `books` tell what numbered entries in it are called.

    A key that this house does not know (a rulebook of one's own) keeps the name it has.
    """
    group, rest = _group(words, key.split("."), books)
    field = _field(words, [part for part in rest if part != "electorate" and not part.isdigit()])
    return f"{group}: {field}" if field else group


def told(  # noqa: PLR0911  # one line for each kind of value
    words: Words, key: str, value: Any, *books: Rulebook
) -> str:
    """A value under its key, in words."""
    last = key.rpartition(".")[2]
    match value:
        case None:
            return words("rules.compare.absent")
        case bool():
            return words("comparing.yes" if value else "comparing.no")
        case int():
            return words.number(value)
        case list():
            if last in ("tiers", "few"):
                return "; ".join(_entry(words, last, one) for one in value)
            if last == "during":
                return words(
                    "comparing.during", first=_event(words, value[0]), last=_event(words, value[1])
                )
            return ", ".join(told(words, key, one, *books) for one in value)
        case Mapping():
            return _whole(words, key, value, books)
        case _:
            return _word(words, last, str(value), books)


def _group(  # noqa: PLR0911  # one line for each part of a rulebook
    words: Words, path: Sequence[str], books: Sequence[Rulebook]
) -> tuple[str, Sequence[str]]:
    match path:
        case [("petition" | "poll") as part, "requirements", number, *rest]:
            return _requirement(words, part, int(number), books), rest
        case ["calendar", "periods", name, *rest]:
            return words(f"rules.deadline.{name}"), rest
        case ["calendar", "exclusions", name, *rest]:
            return _exclusion(words, name, books), rest
        case ["calendar", "prohibited", name, *rest]:
            return words("comparing.prohibited", event=_event(words, name)), rest
        case ["calendar", ("vote_day" | "time_bars") as name, *rest]:
            return words(f"comparing.part.{name}"), rest
        case ["effects", name, *rest]:
            called = f"rulebooks.effect.{_effect(name, books)}"
            return words(called if words.has(called) else "comparing.part.effects"), rest
        case ["excluded", *_]:
            return words("comparing.part.excluded"), ()
        case ["provisions", topic, *_]:
            return words(f"rulebooks.topic.{topic}"), ()
        case [part, *rest]:
            name = f"comparing.part.{part}"
            return (words(name) if words.has(name) else part), rest
    return "", ()


def _field(words: Words, rest: Sequence[str]) -> str:
    match rest:
        case []:
            return ""
        case ["channels", channel]:
            return words(f"rulebooks.channel.{channel}")
        case ["outcomes", when]:
            return words(f"rulebooks.when.{when}")
    name = f"comparing.field.{'-'.join(rest)}"
    return words(name) if words.has(name) else ".".join(rest)


def _requirement(words: Words, part: str, number: int, books: Sequence[Rulebook]) -> str:
    for book in books:
        rules = book.petition if part == "petition" else book.poll
        if rules is not None and number < len(rules.requirements):
            rule = rules.requirements[number]
            first = rule.parts[0] if isinstance(rule, AllOf) else rule
            if not isinstance(first, AllOf):
                return words(f"comparing.requirement.{first.name.value}")
    return words(f"comparing.part.{part}")


def _exclusion(words: Words, name: str, books: Sequence[Rulebook]) -> str:
    found = next((book for book in books if name in book.calendar.exclusions), None)
    if found is None:
        return name
    return str(getattr(found.calendar.exclusions[name].title, words.language.value))


def _effect(name: str, books: Sequence[Rulebook]) -> str:
    """The name of an effect that is called by its place in the list, where a book has it."""
    if not name.isdigit():
        return name
    held = (book.effects[int(name)] for book in books if int(name) < len(book.effects))
    return next((effect.name.value for effect in held), name)


def _word(words: Words, last: str, value: str, books: Sequence[Rulebook]) -> str:
    if last == "excluding":
        return _exclusion(words, value, books)
    if last in ("after", "tested_on"):
        return _event(words, value)
    name = f"{ENUMS.get(last)}.{value.lower()}"
    return words(name) if last in ENUMS and words.has(name) else value


def _event(words: Words, name: str) -> str:
    known = f"rulebooks.event.{name}"
    return words(known if words.has(known) else f"rules.deadline.{name}")


def _entry(words: Words, last: str, entry: Mapping[str, Any]) -> str:
    """One tier, or the rule where there are only so many areas."""
    if last == "tiers":
        return words("comparing.tier", people=entry.get("at_least", 0), share=entry["share"])
    if "share_of_total" not in entry:
        return words("comparing.few-none", areas=entry["areas"])
    return words("comparing.few", areas=entry["areas"], share=entry["share_of_total"])


def _whole(  # noqa: C901, PLR0911  # one line for each kind of table
    words: Words, key: str, value: Mapping[str, Any], books: Sequence[Rulebook]
) -> str:
    """Values that are shown in one piece: by the last name of their key, or by the list's."""
    *_, above, last = ("", *key.split("."))
    match (above, last):
        case (_, "length"):
            return _length(words, value)
        case (_, "by_level"):
            lengths = ((level, _length(words, one)) for level, one in value.items())
            return "; ".join(f"{words(f'comparing.level.{level}')} {one}" for level, one in lengths)
        case (_, "clamp"):
            return words("comparing.clamp", low=value["low"], high=value["high"])
        case (_, "envelope"):
            high = value.get("high") or words("rulebooks.need.statute")
            return words("rulebooks.need.envelope", low=value.get("low", "0"), high=high)
        case (_, "ordinance"):
            return words(f"comparing.bound.{value.get('bound', 'free')}")
        case (_, "days_before_by_kind"):
            kinds = ((words(f"comparing.election.{kind}"), days) for kind, days in value.items())
            return "; ".join(f"{kind} {words.number(days)}" for kind, days in kinds)
        case (_, "counts" | "weights"):
            return "; ".join(f"{area} {told(words, '', one)}" for area, one in value.items())
        case ("channels", _):
            system = words(f"rulebooks.system.{value['system']}")
            closed = words("rulebooks.designation") if value.get("needs_designation") else ""
            return f"{system} ({closed})" if closed else system
        case ("effects", _):
            return _effect_told(words, value)
        case ("prohibited", _):
            during = _exclusion(words, value["during"], books)
            if "unless" not in value:
                return during
            return words("comparing.unless", during=during, event=_event(words, value["unless"]))
    said = value.get("title") or value.get("text") or value
    mark = f" {words('rules.assumed')}" if value.get("assumed") else ""
    return f"{said[words.language.value]}{mark}"


def _length(words: Words, value: Mapping[str, Any]) -> str:
    ((unit, number),) = value.items()
    if number == 0:
        return words("rulebooks.length.same")
    if number > 0:
        return words(f"rulebooks.length.{unit}", number=number)
    return words("rulebooks.length.before", number=-number)


def _effect_told(words: Words, value: Mapping[str, Any]) -> str:
    if "during" in value:
        return told(words, "during", value["during"])
    after = ", ".join(words(f"measure.outcome.{one}") for one in value.get("after", ()))
    said = words("comparing.after", outcomes=after)
    if "years" not in value:
        return said
    return f"{words('rulebooks.length.years', number=value['years'])} ({said})"
