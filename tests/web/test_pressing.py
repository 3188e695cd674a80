"""A page from a plate is the page as it is drawn, to the last sign, whoever asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote

import httpx2
import pytest

from referendum.bootstrap import Services
from referendum.doors.sessions import Caller
from referendum.i18n.words import Language
from referendum.identity.sessions import csrf_of, new_token
from referendum.kernel.keys import Keyring
from referendum.web.app import create_web
from referendum.web.pages import Pages
from referendum.web.pressing import MARKS, MOST, Facing, Plate, Press, mark
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.town import Town
from tests.web.visitors import Visitor, identity_of, phone_of, registers_phone
from thresholds.vocabulary import Instrument

WAY: Final = "/measures/1/sign/consent"
AGREED: Final = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
SECONDS: Final = re.compile(r'data-countdown="[0-9]+"')
"""What is left of a session, or of a code: of two requests one comes later."""
STEPS: Final = 5
"""Pages of a flow that come from plates."""


@pytest.fixture
def service(keyring: Keyring, database_url: str) -> Iterator[Services]:
    made = services(keyring, database_url, requests_per_minute=1_000_000)
    yield made
    made.crowd.close()
    made.engine.dispose()


def browser(service: Services, *, presses: bool) -> Browser:
    app = create_web(service)
    if not presses:
        app.state.pages = replace(app.state.pages, press=None)
    return Browser(app, follow_redirects=False)


def plates(client: Browser) -> Press:
    app: object = client.app
    pages: Pages = app.state.pages  # type: ignore[attr-defined]
    assert pages.press is not None
    return pages.press


def flow(client: Browser, town: Town, number: int, language: str) -> Iterator[httpx2.Response]:
    """The pages that somebody sees on the way, each but the redirects between."""
    client.cookies.clear()
    visitor = Visitor(client, town)
    client.headers["Accept-Language"] = language
    yield (seen := client.get(f"/sign-in?next={WAY}"))
    name, born = identity_of(number)
    who = {"name": name, "birth_date": born.isoformat(), "phone": phone_of(number)}
    page = visitor.sends("/sign-in", seen=seen.text, next=WAY, **who).headers["location"]
    yield (seen := client.get(page))
    code: Callable[[str], str] = visitor.code_for
    bare = page.partition("?")[0]
    visitor.sends(bare, seen=seen.text, code=code(page), next=WAY)
    yield (seen := client.get(WAY))
    yield (seen := visitor.sends(WAY, seen=seen.text, **AGREED))
    yield visitor.sends("/measures/1/sign", seen=seen.text, **AGREED)


@pytest.mark.parametrize("language", [one.value for one in Language])
@pytest.mark.parametrize("instrument", [Instrument.INITIATIVE, Instrument.ADVISORY])
def test_every_page_of_a_flow_is_as_it_is_drawn_for_itself(
    service: Services, town: Town, language: str, instrument: Instrument
) -> None:
    """Each page is asked for by two people, so that the second has it from the plate."""
    town.opens(instrument)
    pressed, drawn = (browser(service, presses=presses) for presses in (True, False))
    own: list[list[tuple[str, list[str]]]] = []
    as_drawn: list[list[tuple[str, list[str]]]] = []
    for number, client, told in (
        (30, pressed, own),
        (31, pressed, own),
        (32, drawn, as_drawn),
        (33, drawn, as_drawn),
    ):
        registers_phone(town, number)
        pages = list(flow(client, town, number, language))
        assert [page.status_code for page in pages] == [200] * STEPS
        told.append([bare(page) for page in pages])
    assert own[1] == own[0] == as_drawn[0] == as_drawn[1]
    assert len(plates(pressed).plates) == STEPS


def bare(page: httpx2.Response) -> tuple[str, list[str]]:
    """A page without what is its visitor's own, and the names of its headers."""
    own = re.compile(
        r"[0-9a-f]{64}"  # a form's token, and a text's hash
        r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a challenge
        r"|(?<=[>\"])[0-9A-Z]{4}(?:-[0-9A-Z]{4})+"  # a receipt
        r"|(?<=fill=\"#000\" d=\")[^\"]+"  # its code for a camera
        r"|(?<=>)약 [0-9]분|about [0-9] more"  # for how long
    )
    assert MARKS.search(page.text) is None
    text = SECONDS.sub("", page.text)
    assert own.search(text)
    return own.sub("*", text), sorted(page.headers)


@pytest.mark.parametrize(
    "way",
    [
        "/",
        "/measures/1/sign",
        "/may-i?a=1&b=<b>&c=%22",
        "/measures/1/sign/consent?x='\"><script>",
    ],
)
def test_the_address_and_the_way_are_as_they_were_asked(
    service: Services, town: Town, way: str
) -> None:
    assert town
    pressed, drawn = (browser(service, presses=presses) for presses in (True, False))
    token = new_token()
    for more in ("", "&lang=en", "&lang=en&lang=ko", "&next=/record"):
        path = f"/sign-in?next={quote(way)}{more}"
        found = []
        for client in (pressed, pressed, drawn):
            client.cookies.clear()
            found.append(client.get(path, headers={"Cookie": f"browser={token}"}))
        assert found[0].text == found[1].text
        assert found[1].text == found[2].text
        assert csrf_of(token) in found[1].text


def test_a_sentence_that_waits_is_shown_once_and_is_on_no_plate(
    service: Services, town: Town
) -> None:
    assert town
    client = browser(service, presses=True)
    waiting = {"Cookie": "flash=recognising.flash.longer"}
    told = client.get("/sign-in", headers=waiting).text
    client.cookies.clear()
    assert told != client.get("/sign-in").text
    assert 'role="status"' in told
    assert len(plates(client).plates) == 1


def test_no_more_plates_are_kept_than_so_many(service: Services, town: Town) -> None:
    assert town
    client = browser(service, presses=True)
    assert client.get(f"/sign-in?next={WAY}").status_code == 200
    (asked_by_all,) = plates(client).plates
    for at in range(MOST + 3):
        assert client.get(f"/sign-in?next=/measures/{at}").status_code == 200
        if at % 50 == 0:
            client.get(f"/sign-in?next={WAY}")
    assert len(plates(client).plates) == MOST
    assert asked_by_all in plates(client).plates


def test_whom_a_page_faces_is_a_session_s_kind_and_its_minutes() -> None:
    nobody = Caller(address="x", browser=None, session=None, ended=False)
    assert Facing.of(None) is None
    assert Facing.of(nobody) == Facing(
        session=False, is_resident=False, ended=False, minutes_left=0
    )
    assert Facing.of(replace(nobody, ended=True)) != Facing.of(nobody)


def test_a_plate_is_filled_wherever_its_marks_stand() -> None:
    plate = Plate.of(f"a{mark('x')}b{mark('y')}{mark('x')}")
    assert plate.filled({"x": b"1", "y": b"2"}) == b"a1b21"
    with pytest.raises(KeyError):
        plate.filled({"x": b"1"})
