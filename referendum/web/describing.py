"""The parts of a draft's form that may be left out: easy-read versions, the cost, the place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from referendum.i18n.words import Language, Words
from referendum.kernel import won
from referendum.lifecycle import describing
from referendum.lifecycle.described import EASY
from referendum.lifecycle.describing import Cost, CostKind, Place, Said
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.roll.tables import District
from referendum.web.sent import ticked, whole

EASY_FIELDS: Final = tuple(f"easy_{name}" for name in EASY)
COST_FIELDS: Final = ("cost", "cost_amount", "cost_years", "cost_said")
PLACE_FIELDS: Final = ("place_ko", "place_en", "place_districts")
TYPED: Final = (*EASY_FIELDS, *COST_FIELDS, "place_ko", "place_en")
"""What is typed or chosen once; districts are ticked."""
NONE: Final = "none"
"""The choice that nothing is said of the cost."""
FORM_LIMITS: Final = {
    **{f"easy_{name}": most for name, most in describing.LIMITS.items()},
    "cost_said": describing.SAID_LIMIT,
    "place": describing.PLACE_LIMIT,
}
EASILY: Final = "1"
"""`?easy=1`: the address says how one reads, and nothing else remembers it."""
Tiles = Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Added:
    """What was added, as far as it can be read, and what is wrong by field."""

    easy: dict[str, str]
    cost: Cost | None = None
    place: Place | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read(form: FormData, typed: dict[str, str], area: Sequence[District], words: Words) -> Added:
    """What was added. `typed`: the fields as they came; what was ticked is put there, too."""
    chosen = set(ticked(form, "place_districts"))
    here = [one for one in area if str(one.id) in chosen]
    typed["place_districts"] = " ".join(str(one.id) for one in here)
    added = Added({name: typed[f"easy_{name}"] for name in EASY})
    added.cost = _cost(typed, words, added.errors)
    added.place = Place(
        districts=tuple(one.id for one in here), ko=typed["place_ko"], en=typed["place_en"]
    )
    known = [one.id for one in area]
    for fault in describing.faults(added.easy, added.cost, added.place, known):
        name, facts = str(fault.facts["field"]), dict(fault.facts)
        most = facts.get("most")
        if name == "cost_amount" and isinstance(most, int):
            facts["most"] = words.won_short(most)
        said = words(f"describing.amiss.{facts['why']}", **facts | {"field": label(name, words)})
        added.errors.setdefault(name, said)
    return added


def values_of(measure: Measure) -> dict[str, str]:
    """What was added as the fields of the form."""
    cost, place = describing.cost_of(measure), describing.place_of(measure) or Place()
    told = {f"easy_{name}": measure.easy.get(name, "") for name in EASY}
    told |= {"cost": cost.kind.value if cost else NONE, "cost_said": cost.said if cost else ""}
    for name in ("amount", "years"):
        amount = getattr(cost, name) if cost else None
        told[f"cost_{name}"] = "" if amount is None else f"{amount:,}"
    told |= {"place_ko": place.ko, "place_en": place.en}
    return told | {"place_districts": " ".join(map(str, place.districts))}


def told(session: Session, measure: Measure, words: Words, *, easy: str = "") -> dict[str, Any]:
    """For a page: the words as they are read, whether there are others, and what was added."""
    return {
        "reading": text_of(measure, easy),
        "has_easy": describing.has_easy(measure),
        "cost": describing.cost_of(measure),
        "site": site(session, measure, words),
    }


def text_of(measure: Measure, easy: str) -> Said:
    """The words that somebody reads who asked for them like this."""
    return describing.said(measure, easily=easy == EASILY)


def site(session: Session, measure: Measure, words: Words) -> dict[str, Any] | None:
    """The place as a page shows it: in words, its districts by name, and where they lie."""
    place = describing.place_of(measure)
    if place is None:
        return None
    districts = describing.districts_of(session, measure)
    return {
        "place": asdict(place),
        "names": [_name(one, words) for one in districts],
        "tiles": tiles(_around(session, districts), {one.id for one in districts}, words),
    }


def tiles(area: Sequence[District], chosen: Collection[Any], words: Words) -> Tiles:
    """Districts where they lie; none where one of them has no place on the map."""
    spots = [(one, one.tile_x, one.tile_y) for one in area]
    placed = [(one, x, y) for one, x, y in spots if x is not None and y is not None]
    if len(placed) < len(spots) or len(spots) < 2:  # noqa: PLR2004  # a map of one shows nothing
        return []
    left, top = min(x for _, x, _ in placed), min(y for _, _, y in placed)
    return [
        {
            "x": x - left,
            "y": y - top,
            "id": one.id,
            "name": _name(one, words),
            "chosen": one.id in chosen,
        }
        for one, x, y in sorted(placed, key=lambda spot: (spot[2], spot[1]))
    ]


def form_tiles(area: Sequence[District], ticked: str, words: Words) -> Tiles:
    """The same beside the form's boxes, with those that are ticked as the form says it."""
    chosen = set(ticked.split())
    return tiles(area, [one.id for one in area if str(one.id) in chosen], words)


def label(name: str, words: Words) -> str:
    """What the form calls a field."""
    if name.startswith("easy_"):
        original = words(f"workspace.field.{name.removeprefix('easy_')}")
        return words("easy.of", field=original)
    group, _, rest = name.partition("_")
    return words(f"{group}.{rest or 'title'}")


def _cost(typed: Mapping[str, str], words: Words, errors: dict[str, str]) -> Cost | None:
    """What can be read of it; what cannot is said at its field."""
    kind = typed["cost"] or NONE
    if kind == NONE:
        if any(typed[name] for name in COST_FIELDS[1:]):
            errors["cost"] = words("describing.amiss.unchosen")
        return None
    if kind not in set(CostKind):
        errors["cost"] = words("workspace.error.choice", field=words("cost.title"))
        return None
    amount, years = won.read(typed["cost_amount"]), whole(typed["cost_years"])
    if typed["cost_amount"] and amount is None:
        said = words("describing.amiss.unread", field=label("cost_amount", words))
        errors["cost_amount"] = said
    if typed["cost_years"] and not 1 <= (years or 0) <= describing.MOST_YEARS:
        said = words("describing.amiss.no-number", field=label("cost_years", words))
        errors["cost_years"] = said
    return Cost(kind=CostKind(kind), amount=amount, years=years, said=typed["cost_said"])


def _around(session: Session, districts: Sequence[District]) -> Sequence[District]:
    """The whole city as it was divided when these were districts of it."""
    if not districts:
        return []
    first = max(one.valid_from for one in districts)
    return places.districts_on(session, districts[0].jurisdiction_id, first)


def _name(one: District, words: Words) -> str:
    return one.name_ko if words.language is Language.KO else one.name_en
