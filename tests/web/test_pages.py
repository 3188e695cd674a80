"""The skeleton: languages, errors, sessions, static files, and sound HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from jinja2 import FileSystemLoader
from sqlalchemy import update

from referendum.identity.tables import SessionRow
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Assurance, Resident
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.web.app import create_web
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.entering import comes_in
from tests.identity.neighbourhood import Neighbourhood
from tests.web.conftest import ALMOST_NOTHING, HERE, WITH_GALLERY, Open
from tests.web.reading import Page, csrf_of


def test_switching_the_language_keeps_the_page_and_its_query(site: Open) -> None:
    client = site()
    korean = client.get("/gallery?wrong=1&page=a%26b")
    assert 'lang="ko"' in korean.text

    (link,) = [each for each in Page(korean.text).all("a") if each.get("hreflang") == "en"]
    assert link["href"] == "/gallery?wrong=1&page=a%26b&lang=en"
    english = client.get(str(link["href"]))

    assert '<html lang="en">' in english.text
    assert english.headers["content-language"] == "en"
    assert '<html lang="en">' in client.get("/gallery").text, "the choice is remembered"


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", ["/gallery", "/gallery?wrong=1", "/nowhere", "/outage"])
def test_pages_are_sound_html(site: Open, path: str, language: str) -> None:
    html = site(mode="demo").get(path, headers={"accept-language": language}).text
    page = Page(html)
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    named = {label["for"] for label in page.all("label")}
    fields = [
        field
        for tag in ("input", "select", "textarea")
        for field in page.all(tag)
        if field.get("type") != "hidden"
    ]
    assert {field["id"] for field in fields} == named
    described = [
        reference
        for _, attributes in page.elements
        for name in ("aria-describedby", "aria-labelledby")
        for reference in str(attributes.get(name) or "").split()
    ]
    assert set(described) <= set(page.ids)


def test_what_people_write_is_never_markup(site: Open) -> None:
    html = site().get("/gallery").text
    assert "시청사 &lt;이전&gt; &amp; 주민투표" in html
    assert "<이전>" not in html


def test_the_first_error_has_the_focus_and_leads_to_its_field(site: Open) -> None:
    page = Page(site().get("/gallery?wrong=1").text)
    (summary,) = [each for _, each in page.elements if each.get("class") == "error-summary"]
    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"
    leads = [str(a["href"]) for a in page.all("a") if str(a.get("href")).startswith("#field-")]
    assert leads == ["#field-phone", "#field-side"]
    assert {lead[1:] for lead in leads} <= set(page.ids)


@pytest.mark.parametrize(
    ("path", "status", "korean", "english"),
    [
        ("/nowhere", 404, "찾으시는 화면이 없습니다.", "There is no such page."),
        ("/conflict", 409, "그 사이에 상황이 바뀌었습니다", "Something has changed"),
        ("/count/many", 422, "입력한 내용을 다시 확인해 주세요.", "Please check what you entered."),
        ("/outage", 503, "아무것도 접수되지 않았습니다", "nothing was accepted"),
        ("/defect", 500, "서비스에 오류가 생겼습니다.", "Something went wrong"),
    ],
)
def test_errors_are_pages_in_both_languages(
    site: Open, path: str, status: int, korean: str, english: str
) -> None:
    client = site()
    for language, words in (("ko", korean), ("en", english)):
        response = client.get(path, headers={"accept-language": language})
        assert response.status_code == status
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert words in response.text
        assert response.headers["x-request-id"] in response.text
        assert "010-1234-5678" not in response.text


def test_htmx_gets_an_error_as_a_part_of_a_page(site: Open) -> None:
    part = site().get("/nowhere", headers={"HX-Request": "true"})
    assert part.status_code == 404
    assert "<html" not in part.text
    assert "찾으시는 화면이 없습니다." in part.text


def test_a_problem_has_a_page_that_explains_it(site: Open) -> None:
    client = site()
    explained = client.get("/problems/too-many-requests")
    assert explained.status_code == 200
    assert "요청이 너무 많습니다. … 뒤에" in explained.text
    assert client.get("/problems/no-such-problem").status_code == 404


def test_only_a_demo_says_that_it_is_one(site: Open) -> None:
    assert "demo-banner" in site(mode="demo").get("/gallery").text
    assert "demo-banner" not in site(mode="city").get("/gallery").text


def test_the_menu_names_only_pages_that_exist(site: Open) -> None:
    client = site(table=ALMOST_NOTHING)
    page = Page(client.get("/gallery").text)
    inner = {str(a["href"]) for a in page.all("a") if str(a.get("href")).startswith("/my")}
    assert inner == {"/my-signatures"}
    assert not any(a.get("href") == "/record" for a in page.all("a"))


def test_a_resident_is_led_to_sign_in_and_back(site: Open) -> None:
    response = site().get("/my-signatures?page=2")
    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?next=/my-signatures%3Fpage%3D2"


def test_htmx_is_not_led_away_but_offered_the_way(site: Open) -> None:
    part = site().get("/my-signatures", headers={"HX-Request": "true"})
    assert part.status_code == 401
    assert 'href="/sign-in?next=/my-signatures"' in part.text


def test_a_phrase_in_another_language_says_so(site: Open) -> None:
    html = site().get("/gallery").text
    assert '<span lang="en">referendum</span>' in html
    assert '<span lang="ko">' not in html.partition("<main")[2]
    assert "1,200,000원" in html


def test_without_a_sign_in_page_the_refusal_is_a_page(site: Open) -> None:
    assert site(table=ALMOST_NOTHING).get("/desk/lists").status_code == 401


def test_static_files_are_kept_for_ever_under_their_contents_address(site: Open) -> None:
    client = site()
    html = client.get("/gallery").text
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    assert any(address.endswith("/app.css") for address in found)
    for address in found:
        asset = client.get(address)
        assert asset.status_code == 200
        assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert asset.headers["x-content-type-options"] == "nosniff"


def test_an_older_pages_stylesheet_is_served_but_not_kept(site: Open) -> None:
    asset = site().get("/static/0000000000000000/app.css")
    assert asset.status_code == 200
    assert asset.headers["cache-control"] == "no-cache"
    assert asset.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path", ["/static/x/../pages.py", "/static/x/%2e%2e/pages.py", "/static/", "/static/x/none.js"]
)
def test_nothing_beside_the_static_files_is_served(site: Open, path: str) -> None:
    assert site().get(path).status_code == 404


@pytest.fixture
def signed_in(begin: Begin, vault: Vault, keyring: Keyring, database_url: str) -> Iterator[Browser]:
    """A resident at the site, with a real session."""
    place = Neighbourhood.build(begin, vault)
    who = Resident(place.lives("홍길동"), place.jurisdiction_id, Assurance.PHONE_ON_FILE)
    with begin() as uow:
        token = comes_in(uow, place.vault, who).token
    service = services(keyring, database_url)
    app = create_web(service, table=WITH_GALLERY, templates=FileSystemLoader(HERE))
    client = Browser(app, follow_redirects=False)
    client.headers["accept-language"] = "ko"
    client.cookies.set("session", token, domain="testserver.local")
    yield client
    service.engine.dispose()


def test_a_resident_sees_the_time_left_and_can_have_more(signed_in: Browser) -> None:
    html = signed_in.get("/my-signatures?page=2").text
    assert "남은 시간 약 15분" in html

    token = csrf_of(html)
    data = {"csrf": token, "back": "/my-signatures?page=2"}
    response = signed_in.post("/session/extension", data=data)

    assert (response.status_code, response.headers["location"]) == (303, data["back"])
    assert "이용 시간을 연장했습니다." in signed_in.get("/my-signatures").text


def test_signing_out_ends_the_session_itself(signed_in: Browser) -> None:
    token = csrf_of(signed_in.get("/my-signatures").text)
    stolen = signed_in.cookies["session"]

    signed_in.post("/session/end", data={"csrf": token})
    assert "session" not in signed_in.cookies

    signed_in.cookies.set("session", stolen, domain="testserver.local")
    assert signed_in.get("/my-signatures").status_code == 303


def test_a_session_that_is_over_says_so_and_its_cookie_goes(
    signed_in: Browser, begin: Begin
) -> None:
    with begin() as uow:
        uow.session.execute(
            update(SessionRow).values(idle_until=SessionRow.created_at - timedelta(seconds=1))
        )
    page = signed_in.get("/gallery")
    assert page.status_code == 200
    assert "이용 시간이 끝나 로그인이 해제되었습니다." in page.text
    assert "session" not in signed_in.cookies


def test_a_forged_session_is_a_visitor(signed_in: Browser) -> None:
    signed_in.cookies.clear()
    signed_in.cookies.set("session", "forged", domain="testserver.local")
    response = signed_in.get("/my-signatures")
    assert response.headers["location"].startswith("/sign-in?next=")
    assert "session" not in signed_in.cookies
