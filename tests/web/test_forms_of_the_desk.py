"""Every form of the desk keeps the same promises: words, papers, places of faults, what was typed.

The walk sends every form that a page of the desk has, empty and filled with nonsense, as officers
who may do everything, on measures at three points of their lives.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from importlib.resources import files
from itertools import product
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from referendum.doors.naming import field_name
from referendum.i18n.words import Language, Words
from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.enrolment.enrolling import Statement
from referendum.lifecycle.errors import DayUnreadable, ParticularMissing
from referendum.web.dated import Day, Paper
from referendum.web.desk.form import Does, Form
from referendum.web.desk.routes import DESK
from referendum.web.desk.routing import Sends, Shows
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page
from tests.web.staff import WORKING, hire
from thresholds.vocabulary import Instrument

TYPED = "씀"
ROUTES = [route for router in DESK for route in router.routes if isinstance(route, APIRoute)]
FORMS: list[tuple[str, Form[Any]]] = [
    (route.path, route.endpoint.form) for route in ROUTES if isinstance(route.endpoint, Sends)
]
PAGES = [route.endpoint.page for route in ROUTES if isinstance(route.endpoint, Shows)]
LANGUAGES = [Words.load(language) for language in Language]


def fields_of(form: Form[Any]) -> dict[str, Any]:
    """Those that do not depend on what a page is about."""
    return {} if callable(form.fields) else dict(form.fields)


def inputs_of(form: Form[Any]) -> list[str]:
    asked = fields_of(form).items()
    return [one for name, field in asked if name != "terms" for one in field.inputs(name)]


def test_every_page_and_every_form_has_its_words_in_both_languages() -> None:
    assert len(FORMS) > 40, "the walk finds nothing any more"
    keys = {page.title for page in PAGES} | {form.page.title for _, form in FORMS}
    keys |= {key for page in PAGES for key, _ in page.above}
    keys |= {field.label for _, form in FORMS for field in fields_of(form).values() if field.label}
    keys |= {form.flash for _, form in FORMS if form.flash}
    assert [key for key in sorted(keys) for words in LANGUAGES if not words.has(key)] == []


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_every_field_that_a_message_can_name_has_words(words: Words) -> None:
    """Never a raw key such as `said_by`: of every form whose fields are known beforehand."""
    names = {one for _, form in FORMS for one in (*fields_of(form), *inputs_of(form))}
    unnamed = {name for name in names - UNSEEN if field_name(words, name) == name}
    assert names
    assert unnamed == set()


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.language)
def test_what_refuses_to_be_empty_is_called_as_its_label_calls_it(words: Words) -> None:
    """As the template writes the label: also of the forms that the walk below does not reach."""
    read, otherwise = 0, []
    for _, form in FORMS:
        source = TEMPLATES.joinpath(f"{form.page.template}.html").read_text("utf-8")
        if "desk.document(" in source:
            source = TEMPLATES.joinpath("pieces.html").read_text("utf-8") + source
        labels, asked = dict(LABELLED.findall(source)), fields_of(form)
        needed = [
            one
            for name, field in asked.items()
            if getattr(field, "needed", False) and not getattr(field, "usual", None)
            for one in field.inputs(name)
        ]
        for name in needed:
            key = labels.get(form.places.get(name, name))
            label = asked[name].label if name in asked else ""
            told = words(label) if label else field_name(words, name)
            read += key is not None
            if key is not None and words(key) != told:
                otherwise.append((form.address, name, words(key), told))
    assert read > 40, "the walk finds nothing any more"
    assert otherwise == []


TEMPLATES = files("referendum.web") / "templates" / "desk"
LABELLED = re.compile(r'(?:text_field|text_area|file_field)\("(\w+)", t\("([^"]+)"\)')


UNSEEN = {
    "what", "sha256", "basis", "version", "roles", "lines", "nationality", "status",
    "status_since", "terms", "seen", *(one.value for one in Statement),
}  # fmt: skip
"""Buttons and hidden fields, and what has sentences of its own: no message names them."""


def test_a_paper_is_asked_for_by_number_and_day() -> None:
    papers = [
        (form, name, paper)
        for _, form in FORMS
        for name, paper in fields_of(form).items()
        if isinstance(paper, Paper)
    ]
    assert len(papers) > 5
    for form, name, paper in papers:
        number, day, *more = paper.inputs(name)
        assert (number, day) == (f"{name}_number", f"{name}_day"), form.page.template
        assert more == ([] if paper.plain else [f"{name}_paper", f"{name}_file"])


def test_a_paper_whose_file_is_asked_for_is_refused_without_it() -> None:
    typed = {"document_number": "1호", "document_day": "2026-02-27"}
    with pytest.raises(ParticularMissing) as refused:
        Paper(filed=True).parse(FormData(typed), "document")
    assert refused.value.field == "document_file"


def test_a_day_that_is_none_is_refused_and_never_taken_for_nothing() -> None:
    """What was written is never dropped in silence."""
    day, paper = Day(needed=False), Paper(needed=False)
    assert day.parse(FormData(), "planned") is None
    assert paper.parse(FormData([("document_day", "")]), "document") is None
    with pytest.raises(DayUnreadable):
        day.parse(FormData([("planned", "2026-02-30")]), "planned")
    with pytest.raises(DayUnreadable) as refused:
        paper.parse(
            FormData([("document_number", "1호"), ("document_day", "2026-02-30")]), "document"
        )
    assert refused.value.field == "document_day"


def test_a_form_that_does_one_act_asks_for_all_that_the_act_needs() -> None:
    """Seen when the form is written, not when the first officer sends it."""
    plain = [(form, form.send) for _, form in FORMS if isinstance(form.send, Does)]
    assert len(plain) > 5
    for form, send in plain:
        told = send.told(TOOLS, send.of, fields_of(form))
        inspect.signature(send.act).bind(**told)
        assert set(send.of) <= {one for one in told.values() if isinstance(one, str)}
        about = get_type_hints(form.page.opens)["return"]
        assert [way for way in send.of if not reaches(about, way)] == [], form.page.title


TOOLS = dict.fromkeys(("uow", "by", "begin", "vault", "means"))
"""What the desk has for every act (`Desk.has`)."""


def reaches(kind: Any, way: str) -> bool:
    """Whether what a page is about has such a part."""
    first, _, rest = way.partition(".")
    kind = next((one for one in get_args(kind) if one is not NoneType), kind)
    return hasattr(kind, first) and (not rest or reaches(get_type_hints(kind)[first], rest))


@dataclass
class Walk:
    """Sends forms as officers, and looks at every page that comes back."""

    town: Town
    clients: list[tuple[Browser, str]]
    """Of each authority one who works, and one who manages the accounts."""
    known: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """The forms that were shown again with their faults."""
    faults: list[str] = field(default_factory=list)

    def goes(self, numbers: range) -> None:
        """Every form once for each measure, or once at all; the second measure's in English.

        By each officer until one is shown it again: the next would be shown the same.
        """
        for number, (path, form) in product(numbers, FORMS):
            if number > 1 and "{number}" not in path:
                continue
            for client, csrf in self.clients:
                client.headers["accept-language"] = "ko" if number == 1 else "en"
                shown = [
                    self.sends(client, path, number, {"csrf": csrf, **given})
                    for given in self.sendings(form)
                ]
                if all(shown):
                    break

    def sendings(self, form: Form[Any]) -> Iterator[dict[str, str]]:
        """Nothing at all, and in every field something that is no day, no number and no choice."""
        yield {}
        yield dict.fromkeys(inputs_of(form), TYPED)

    def fills(self, path: str, number: int) -> str | None:
        given = {"number": str(number), **self.known}
        names = re.findall(r"{(\w+)}", path)
        return None if set(names) - given.keys() else path.format(**given)

    def sends(self, client: Browser, path: str, number: int, data: dict[str, str]) -> bool:
        """Whether it is shown again, with what is wrong with it."""
        address = self.fills(path, number)
        if address is None or "staff" in path:
            return False
        answer = client.post(address, data=data)
        assert answer.status_code != 500, address
        shown = "error-summary" in answer.text and "desk" in answer.text
        if shown:
            self.refused.add(path)
            self.faults += [
                f"{address}: {fault}" for fault in faults_on(answer.text, data, address)
            ]
        return shown


def faults_on(html: str, data: dict[str, str], address: str) -> Iterator[str]:
    """What is wrong with a form that is shown again."""
    page = Page(html)
    ids, summary = set(page.ids), html.partition("error-summary")[2].partition("</ul>")[0]
    places = re.findall(r'href="#([^"]+)"', summary)
    if not places:
        yield "the summary leads nowhere"
    yield from (f"{place} is on no page" for place in places if place not in ids)
    if not re.search(r'class="error-summary" role="alert" tabindex="-1" autofocus', html):
        yield "the summary is not read out and focused"
    said = re.sub(r"<[^>]+>", "", summary)
    yield from (f"{key} is said as a raw key" for key in re.findall(r"[a-z]+_[a-z_]+", said))
    for wrong in re.findall(r'aria-describedby="([^"]+)"', html):
        yield from (f"{one} describes nothing" for one in wrong.split() if one not in ids)
    if TYPED not in data.values():
        yield from left_unmarked(html, address)
    yield from named_otherwise(html, summary)
    boxes = {one.get("name"): one for one in page.all("input") if one.get("type") == "text"}
    for name, typed in data.items():
        kept = boxes.get(name, {}).get("value")
        if typed == TYPED and name in boxes and name != "code" and kept != TYPED:
            yield f"{name} is no longer what was typed"


def left_unmarked(html: str, address: str) -> Iterator[str]:
    """Fields of the refused form that have to be filled, are empty, and are not marked.

    Whoever mends what is marked must not be told of the next empty field then.
    """
    for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL):
        asked = Page(form)
        if asked.all("form")[0].get("action") != address or "aria-invalid" not in form:
            continue
        boxes = [one for one in asked.all("input") if one.get("type") not in UNTYPED]
        areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*\brequired[^>]*></textarea>', form)
        wrong = {one.get("name") for tag, one in asked.elements if "aria-invalid" in one}
        empty = {one.get("name") for one in boxes if "required" in one and not one.get("value")}
        for name in sorted(str(one) for one in (empty | {*areas}) - wrong - {"code", "password"}):
            yield f"{name} is empty and not marked"


UNTYPED = {"hidden", "radio", "checkbox"}


def named_otherwise(html: str, summary: str) -> Iterator[str]:
    """Fields that a sentence calls otherwise than their label does."""
    labels = dict(re.findall(r'<label for="([^"]+)">\s*([^<]+?)\s*<', html))
    for place, said in re.findall(r'href="#([^"]+)">([^<]+)<', summary):
        label = labels.get(place)
        for before, _, after in NAMING:
            sentence, called = unescape(said), unescape(label or "")
            if not label or not sentence.startswith(before) or not sentence.endswith(after):
                continue
            if sentence != f"{before}{called}{after}":
                yield f"{place} is labelled {label!r} and told as {said!r}"


NAMING = [
    words.sentences[f"problem.{code}"].partition("{field}")
    for words in LANGUAGES
    for code in ("particular-missing", "day-unreadable", "number-unreadable")
]


@pytest.fixture
def walk(site: Open, town: Town, database_url: str) -> Walk:
    clients = []
    for authority, roles in product(Authority, (WORKING, (Role.ADMINISTRATOR,))):
        name = f"{len(roles)}.{authority.value}".replace("_", "")
        colleague = hire(town, name, authority=authority, roles=roles)
        with town.begin() as uow:
            token = sessions.open_staff(uow, held(uow.session, colleague.id)).token
        client = site(database=database_url)
        client.cookies.set("session", token)
        clients.append((client, sessions.csrf_of(token)))
    return Walk(town, clients)


def test_every_refusal_lands_on_a_field_of_its_page_and_keeps_what_was_typed(
    walk: Walk, town: Town
) -> None:
    """A fault leads to its field; the summary is focused and read out."""
    promise = town.delegates(published=False)
    town.calls(town.qualifies(Instrument.REFERENDUM, 40), Authority.MAYOR)
    collecting = town.opens(Instrument.REFERENDUM)
    hold = town.halts(collecting)
    walk.known = {
        "name": "collection_ends",
        "hold_id": str(hold),
        "promise_id": str(promise),
        "start": "advisory",
        "act": "refuse",
    }
    walk.goes(range(1, 3))
    assert "\n".join(sorted(set(walk.faults))) == ""
    expected = {
        "/desk/register/elections", "/desk/register/days-off", "/desk/register/outages",
        "/desk/register/totals", "/desk/register/preview/import", "/desk/projects/new",
        "/desk/projects/preview/import", "/desk/promises/new",
        "/desk/promises/{promise_id}/edit", "/desk/promises/{promise_id}/signature",
        "/desk/measures/{number}/deadlines/{name}", "/desk/measures/{number}/holds",
        "/desk/measures/{number}/holds/{hold_id}/lift",
    }  # fmt: skip
    assert expected <= walk.refused
