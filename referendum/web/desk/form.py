"""One page of the desk and its forms: shown, sent, and shown again beside what was refused.

A `Page` opens what it is about, once, and shows it. A `Form` is sent from a page: its fields are
read, it does its work in the page's own transaction, and goes on. Whatever is refused on the way
is undone, and the page is shown again with all that was typed and each fault at its field.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields, is_dataclass
from functools import partial
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar, get_type_hints
from uuid import UUID

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.bootstrap import Services
from referendum.doors.cookies import services_of
from referendum.doors.errors import InputNotUsable
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Fact, Refusal
from referendum.kernel.faults import FileRefused
from referendum.kernel.people import Officer, RoleMissing
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.errors import DayFar
from referendum.lifecycle.tables import Measure
from referendum.papers.errors import PaperFileForgotten
from referendum.roll import places
from referendum.roll.tables import District
from referendum.web.dated import WITHOUT, is_brought, sure
from referendum.web.desk import broken
from referendum.web.desk.wording import Again, Leading, Question
from referendum.web.fields import Fields, Given
from referendum.web.sent import ticked, typed

Thing = TypeVar("Thing")
Below = TypeVar("Below")
Context = Mapping[str, Any]
"""What a page is made from, by the names of its template."""
Facts = Mapping[str, Fact]
"""The facts of a refusal, by their names."""
Steps = tuple[tuple[str, str], ...]
"""The way to a page: the catalogue key and the address of each page above it."""
Errors = Mapping[str, str]
"""By the field that must be mended: what is wrong with it."""
Confirms = Callable[[Request, Caller, FormData], Officer]
"""Asks an officer to show again who they are; gives the officer who has done so."""

WHOLE: Final = "form"
"""The place of a refusal that is about no single field."""
CONFIRMED: Final = frozenset({"code", "password"})
"""What an officer shows again who they are with."""
ELSEWHERE: Final = frozenset({"not-your-act", "other-authority"})
"""Refusals that no entry in a form can mend, as a missing role: they get a page of their own."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a page is made with: one transaction, one officer, what was sent and refused."""

    request: Request
    uow: UnitOfWork
    officer: Officer
    at: Mapping[str, Any]
    """The parameters of the address, read."""
    sent: FormData | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was sent, by the places where the page shows it again."""
    refused: Sequence[DomainError] = ()

    @property
    def session(self) -> Session:
        return self.uow.session

    @property
    def place(self) -> UUID:
        """The jurisdiction whose desk it is."""
        return self.officer.jurisdiction

    @property
    def services(self) -> Services:
        return services_of(self.request)

    @property
    def vault(self) -> Vault:
        return self.services.vault

    @property
    def words(self) -> Words:
        return words_of(self.request)

    @property
    def has(self) -> dict[str, Any]:
        """What an act may ask for beside ids and fields, by the names of its parameters."""
        services = self.services
        tools = {"begin": services.begin, "vault": services.vault, "means": services.means}
        return {"uow": self.uow, "by": self.officer, **tools}

    def districts(self) -> list[District]:
        """The place's, as they are today."""
        return places.districts_on(self.session, self.place, places.today(self.uow, self.place))

    def choices(self, kinds: Iterable[str], *said: str) -> list[tuple[str, ...]]:
        """What is chosen from, each with its words: `said` is where they stand."""
        return [(str(one), *(self.words(f"{key}.{one}") for key in said)) for one in kinds]

    def ticked(self, name: str, usual: Sequence[str] = ()) -> set[str]:
        """The boxes of one name that were ticked, before anything was sent the usual ones."""
        return set(usual if self.sent is None else ticked(self.sent, name))


class Faulty(InputNotUsable):
    """Several fields are wrong at once, each in words of its own."""

    def __init__(self, errors: Errors) -> None:
        super().__init__()
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Went:
    """Where an officer goes on, and the sentence that is shown there."""

    to: Page[Any] | str
    flash: str | None = None
    part: str = ""
    """The part of the page to begin at."""

    def address(self, at: Mapping[str, Any]) -> str:
        path = self.to if isinstance(self.to, str) else self.to.path.format(**at)
        return f"{path}#{self.part}" if self.part else path


def first(found: Iterable[Thing], otherwise: DomainError) -> Thing:
    """What an address names, or the refusal of there being no such thing."""
    for one in found:
        return one
    raise otherwise


@dataclass(frozen=True, slots=True)
class Does:
    """Sends a form to the one act that it is for, whose arguments are the form's fields."""

    act: Callable[..., object]
    of: tuple[str, ...]
    """Where the ids that the act begins with are in what the page is about."""

    def __call__(self, desk: Desk, thing: Any, given: Given) -> None:
        self.act(**self.told(desk.has, [attrgetter(way)(thing) for way in self.of], given))

    def told(self, has: Mapping[str, Any], ids: Iterable[Any], given: Given) -> dict[str, Any]:
        """Its arguments by their names: the ids stand first of what it is not told otherwise."""
        asked = inspect.signature(self.act).parameters
        others = (name for name in asked if name not in has and name not in given)
        tools = {name: has[name] for name in asked if name in has}
        return {**tools, **dict(zip(others, ids, strict=False)), **given}


def every_officer(_desk: Desk) -> None:
    """Opens nothing: what the page is about is there for every officer."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Thing]):
    """One page. Its template gets the parts of what it is about, and what `show` adds.

    `show` may give `values`, which stand in the fields until something was typed, and a `title`
    in words in place of the catalogue's.
    """

    path: str
    """Its whole address; a page below another adds to it."""
    template: str
    """Its name among the desk's."""
    title: str
    opens: Callable[..., Thing]
    """What the page is about, from the address's parameters, or the refusal to open it."""
    show: Callable[[Desk, Thing], Context | Went | Response] = lambda _desk, _thing: {}
    _: KW_ONLY
    under: Page[Any] | None = None
    named: Callable[[Desk, Thing, Facts], Facts] = lambda _desk, _thing, _facts: {}
    """Facts of a refusal by the names that people know, in place of codes."""

    def below(
        self,
        path: str,
        template: str,
        title: str,
        opens: Callable[..., Below],
        show: Callable[[Desk, Below], Context | Went | Response] = lambda _desk, _thing: {},
        *,
        named: Callable[[Desk, Below, Facts], Facts] = lambda _desk, _thing, _facts: {},
    ) -> Page[Below]:
        """A page that is reached from this one, and leads back to it."""
        return Page(self.path + path, template, title, opens, show, under=self, named=named)

    @property
    def addressed(self) -> bool:
        """Whether one can ask for it: without an address of its own it is only an answer."""
        return self.under is None or self.path != self.under.path

    @property
    def above(self) -> Steps:
        """The way to it."""
        page = self.under
        return () if page is None else (*page.above, (page.title, page.path))

    @property
    def asks(self) -> Mapping[str, inspect.Parameter]:
        """The parameters of its address, with their types."""
        return _parameters(self.opens)

    def open(self, desk: Desk) -> Thing:
        return self.opens(desk, **{name: desk.at[name] for name in self.asks if name in desk.at})

    def shown(self, desk: Desk, thing: Thing) -> dict[str, Any] | Went | Response:
        """All that its template needs, or what is answered without it."""
        said = self.show(desk, thing)
        if isinstance(said, (Went, Response)):
            return said
        context = {**_parts(thing), **said}
        title = context.setdefault("title", desk.words(self.title, **desk.at))
        above = [(desk.words(key, **desk.at), path.format(**desk.at)) for key, path in self.above]
        context.setdefault("trail", [*above, (title, "")])
        named = partial(self.named, desk, thing)
        context.setdefault("broken", broken.of_refused(desk.refused, desk.words, named))
        context["facts"] = desk.refused[0].facts if desk.refused else {}
        values = context.get("values", {})
        if desk.sent is not None:
            values = {**dict.fromkeys(values, ""), **desk.typed}
        return {**context, "values": values}


@dataclass(frozen=True, slots=True)
class Shown:
    """Another page as the answer to a form, with what only this answer can tell."""

    page: Page[Any]
    context: Mapping[str, Any]
    again: bool = False
    """Whether it is the form's own page, with all that was typed."""


Answered = Went | Shown | Response | str | None
"""What a form that was sent is answered with; a `Response` is a file to be taken away."""


@dataclass(frozen=True, slots=True)
class Form(Generic[Thing]):
    """A form of a page. `send` does what it is for; its refusals find their own fields."""

    page: Page[Thing]
    send: Callable[[Desk, Thing, Given], Answered]
    """Gives where to go on, or nothing: then it is `to`. A word is the sentence shown there."""
    fields: Fields | Callable[[Desk, Thing], Fields] = field(default_factory=dict)
    _: KW_ONLY
    path: str = ""
    """What is added to its page's address."""
    more: Mapping[str, type] = field(default_factory=dict)
    """The parameters of that address which the page's has not."""
    to: Page[Any] | None = None
    """Where it leads; without it to its own page again."""
    flash: str | None = None
    asks_only: bool = False
    """It changes nothing: its fields travel in the address."""
    confirm: Confirms | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    """Where faults of a field are shown that this form calls otherwise. `{row}`: the row's id."""
    usual: str = WHOLE
    """Where a refusal is shown that names no field."""
    elsewhere: tuple[type[DomainError], ...] = ()
    """Refusals that get a page of their own, as nothing in this form can mend them."""
    tells: Callable[[Desk, DomainError], Errors | None] = lambda _desk, _error: None
    """What a refusal says of several fields, or of none where the page itself tells of it."""

    @property
    def address(self) -> str:
        return self.page.path + self.path

    def asked(self, desk: Desk, thing: Thing) -> Fields:
        """Its fields, where they depend on what it is about."""
        return self.fields(desk, thing) if callable(self.fields) else self.fields

    def place(self, desk: Desk, thing: Thing, error: DomainError) -> str:
        """The input where a refusal is shown: one that the page has, or the form as a whole."""
        named = error.field or self.usual
        named = self.places.get(named, named).format(**desk.at)
        asked = self.asked(desk, thing)
        if named in asked:
            return asked[named].inputs(named)[0]
        inputs = {one for name, field in asked.items() for one in field.inputs(name)}
        parts = {f"{name}-{named}" for name in asked} & inputs
        if named not in inputs and parts:
            return parts.pop()
        confirmed = CONFIRMED if self.confirm else frozenset()
        elsewhere = {one.format(**desk.at) for one in (*self.places.values(), self.usual)}
        return named if named in inputs | confirmed | elsewhere else WHOLE

    def typed(self, sent: FormData, at: Mapping[str, Any]) -> dict[str, str]:
        """What was typed, each where the page shows it again."""
        shown = {name: place.format(**at) for name, place in self.places.items()}
        return {shown.get(name, name): given for name, given in typed(sent).items()}

    def told(self, desk: Desk, thing: Thing) -> Errors:
        """Every refusal in words at its place; raised anew where no entry can mend it."""
        errors: dict[str, str] = {}
        for error in desk.refused:
            if isinstance(error, self.elsewhere) or not _mendable(error):
                raise error
            told = error.errors if isinstance(error, Faulty) else self.tells(desk, error)
            if told is not None:
                errors |= told
            elif not isinstance(error, FileRefused):
                errors.setdefault(self.place(desk, thing, error), self._said(desk, thing, error))
        return {**errors, **self._lost(desk, thing, errors)}

    def _lost(self, desk: Desk, thing: Thing, errors: Errors) -> Errors:
        """The files that came with the form: the page comes back without them, and says so."""
        if desk.sent is None:
            return {}
        return {
            place: Again(desk.words("papers.choose-again"), sure(place, WITHOUT))
            for name, asked in self.asked(desk, thing).items()
            for place in asked.files(name)
            if place not in errors and is_brought(desk.sent, place)
        }

    def _said(self, desk: Desk, thing: Thing, error: DomainError) -> str:
        named = self.page.named(desk, thing, error.facts)
        asked = self.asked(desk, thing).get(error.field or "")
        if asked and asked.label:
            named = {**named, "field": desk.words(asked.label)}
        said = problem_of(error).title(desk.words, named)
        if isinstance(error, PaperFileForgotten):
            return Again(said, sure(str(error.field), WITHOUT))
        if isinstance(paper := error.facts.get("paper"), str):
            return Leading(said, f"/desk/papers/{paper}")
        if not isinstance(error, DayFar):
            return said
        return Question(said, sure(str(error.field), str(error.facts["day"])))


def _mendable(error: DomainError) -> bool:
    elsewhere = error.refusal in (Refusal.NOT_FOUND, Refusal.NOT_KNOWN)
    alien = error.code in ELSEWHERE or isinstance(error, RoleMissing)
    return not elsewhere and not alien


def _parameters(opens: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """What a function asks for after the desk itself."""
    hints = get_type_hints(opens, include_extras=True)
    named = list(inspect.signature(opens).parameters.values())[1:]
    return {
        one.name: one.replace(kind=one.KEYWORD_ONLY, annotation=hints[one.name]) for one in named
    }


def _parts(thing: Any) -> Context:
    """What a page is about, by the names that its template has for the parts."""
    if isinstance(thing, Measure):
        return {"measure": thing}
    if is_dataclass(thing):
        return {one.name: getattr(thing, one.name) for one in fields(thing)}
    return {}
