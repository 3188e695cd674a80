"""One field to find everything public by: what was typed, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import Pattern
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from markupsafe import Markup, escape
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.i18n.words import Language
from referendum.lifecycle import searching
from referendum.lifecycle.searching import LONGEST, Asked, Found, Kind
from referendum.roll import places
from referendum.web.describing import EASILY
from referendum.web.pages import page
from referendum.web.rulebooks import COUNTRY
from thresholds import library

router = APIRouter()

MOST: Final = 20
"""Of each kind on the page: whoever finds more adds a word."""
AROUND: Final = 50
"""Letters of a text that are shown on either side of what was found in it."""
PATHS: Final = {Kind.MEASURE: "/measures", Kind.ANSWER: "/measures", Kind.PROJECT: "/projects"}
Typed = Annotated[str, Query(max_length=LONGEST)]


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found, as it is shown."""

    kind: Kind
    path: str
    title: Markup
    lang: str
    passage: Markup | None = None
    number: int | None = None
    instrument: str | None = None
    stage: str | None = None


@router.get("/search")
def search(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    q: Typed = "",
    kind: str = "",
    easy: str = "",
) -> Response:
    """Nothing is kept of what people look for, neither here nor in a shared answer.

    `easy`: measures are called by their easy-read titles, and those texts are shown first.
    """
    services, language = services_of(request), words_of(request).language
    asked = Asked.read(q)
    chosen = frozenset({Kind(kind)}) if kind in set(Kind) else frozenset(Kind)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        found = searching.find(uow.session, place.id, asked, kinds=chosen, most=MOST + 1)
        hits = [*_shown(found, asked, language, easily=easy == EASILY)]
        if Kind.RULE in chosen:
            hits += _rules(asked, place.level, language)
    groups = [(one, [hit for hit in hits if hit.kind is one]) for one in Kind]
    return page(
        request,
        "search.html",
        q=q,
        path=f"/search?{urlencode({'q': q, 'kind': kind})}",
        has_easy=any(one.easy for one in found),
        reading={"is_easy": easy == EASILY},
        kind=kind if kind in set(Kind) else "",
        asked=bool(asked.stems),
        groups=[(one, of[:MOST], len(of) > MOST) for one, of in groups if of],
    )


def _shown(
    found: Sequence[Found], asked: Asked, language: Language, *, easily: bool
) -> Iterator[Hit]:
    pattern = asked.pattern() if asked.stems else None
    for one in found:
        english = language is Language.EN and one.title_en
        easy = one.easy if easily else {}
        title = one.title_en if english else one.title_ko
        title = easy.get("title_en" if english else "title_ko") or title
        assert pattern is not None
        yield Hit(
            one.kind,
            _path(one, easily=bool(easy)),
            marked(title or "", pattern),
            "en" if english else "ko",
            passage([*easy.values(), *one.texts], pattern),
            one.number,
            one.instrument,
            one.stage,
        )


def _path(one: Found, *, easily: bool) -> str:
    path = f"{PATHS[one.kind]}/{one.number}{f'?easy={EASILY}' if easily else ''}"
    return f"{path}#answer" if one.kind is Kind.ANSWER else path


def _rules(asked: Asked, level: str, language: Language) -> Iterator[Hit]:
    """The rules that `/rules` shows, by their titles and the laws that they rest on."""
    for book in library.all_rulebooks():
        if book.country != COUNTRY or level not in book.levels or not book.stands_alone:
            continue
        title = book.title.ko if language is Language.KO else book.title.en
        texts = [law.name for law in book.laws]
        if asked.is_in(" ".join([book.title.ko, book.title.en, *texts])):
            pattern = asked.pattern()
            yield Hit(
                Kind.RULE,
                f"/rules/{book.id}",
                marked(title, pattern),
                language.value,
                passage(texts, pattern),
            )


def marked(text: str, pattern: Pattern[str]) -> Markup:
    """The text with what was found in it marked."""
    parts: list[Markup] = []
    at = 0
    for found in pattern.finditer(text):
        parts += [escape(text[at : found.start()]), Markup("<mark>{}</mark>").format(found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def passage(texts: Sequence[str], pattern: Pattern[str]) -> Markup | None:
    """What stands around the first place; none where only the title says it."""
    for text in texts:
        said = " ".join(text.split())
        found = pattern.search(said)
        if found is not None:
            first, last = max(0, found.start() - AROUND), found.end() + AROUND
            before, after = "… " if first else "", " …" if last < len(said) else ""
            return marked(f"{before}{said[first:last]}{after}", pattern)
    return None
