"""Officers come in with password and code, and nobody learns what was wrong (OPS-01)."""

from __future__ import annotations

import re
import time
from typing import Any

import pyotp
import pytest

from referendum.identity import demonstrating
from referendum.identity.accounts import Wanted
from referendum.kernel.people import Authority, Role
from tests.doors.browser import Browser
from tests.entering import comes_in
from tests.identity.desk import PASSWORD
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import enters, sends, sits
from tests.web.staff import STEP, hire


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    del town
    return site(database=database_url)


def test_the_desk_leads_to_the_sign_in_and_back(client: Browser, town: Town) -> None:
    response = client.get("/desk/alarms")
    assert response.headers["location"] == "/desk/sign-in?next=/desk/alarms"
    colleague = hire(town, "kim")
    html = client.get(response.headers["location"]).text
    came = sends(
        client,
        "/desk/sign-in",
        html=html,
        username="kim",
        password=PASSWORD,
        code=colleague.code(),
        back="/desk/alarms",
    )
    assert (came.status_code, came.headers["location"]) == (303, "/desk/alarms")
    assert client.get("/desk/alarms").status_code == 200


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [("kim", "wrong", None), ("nobody", PASSWORD, None), ("kim", PASSWORD, "000000")],
    ids=["password", "username", "code"],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_whatever_is_wrong_the_answer_is_the_same(
    client: Browser, town: Town, language: str, username: str, password: str, code: str | None
) -> None:
    colleague = hire(town, "kim")
    client.headers["accept-language"] = language
    html = client.get("/desk/sign-in").text
    response = sends(
        client,
        "/desk/sign-in",
        html=html,
        username=username,
        password=password,
        code=code or colleague.code(),
    )
    assert response.status_code == 401
    said = {
        "ko": "사용자 이름",
        "en": "The username, the password or the code is not right.",
    }[language]
    summary = response.text[response.text.index('class="error-summary"') :]
    assert said in summary
    assert "session" not in client.cookies


def test_after_five_failures_signing_in_pauses_and_says_how_long(
    client: Browser, town: Town
) -> None:
    hire(town, "kim")
    html = client.get("/desk/sign-in").text
    for _ in range(5):
        last = sends(
            client, "/desk/sign-in", html=html, username="kim", password="no", code="000000"
        )
    last = sends(client, "/desk/sign-in", html=html, username="kim", password="no", code="000000")
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0


def guesses(client: Browser, username: str) -> Any:
    """Five wrong passwords for a name, from this browser's address."""
    client.cookies.clear()
    html = client.get("/desk/sign-in").text
    for _ in range(6):
        last = sends(
            client, "/desk/sign-in", html=html, username=username, password="no", code="000000"
        )
    return last


def test_a_browser_in_which_one_signed_in_is_not_kept_out_by_who_guesses_beside_it(
    client: Browser, town: Town
) -> None:
    """The cookie stays behind when the session ends, and lets nobody in by itself."""
    kim = hire(town, "kim")
    enters(client, kim)
    device = client.cookies["device"]
    assert guesses(client, "kim").status_code == 429
    client.cookies.clear()
    assert enters(client, kim).status_code == 429
    client.cookies.set("device", device)
    assert client.get("/desk").status_code == 303, "the cookie alone is nobody's session"
    assert enters(client, kim).status_code == 303


@pytest.mark.parametrize(
    ("language", "said", "opened"),
    [
        ("ko", "로그인이 막힌 곳이 있습니다", "막힌 로그인을 풀었습니다"),
        ("en", "from some places it is paused", "The paused sign-in is open again"),
    ],
)
def test_a_second_administrator_opens_a_paused_account_at_the_desk(
    client: Browser, town: Town, language: str, said: str, opened: str
) -> None:
    client.headers["accept-language"] = language
    kim, lee = (hire(town, name, roles=(Role.ADMINISTRATOR,)) for name in ("kim", "lee"))
    paused = guesses(client, "kim")
    assert paused.status_code == 429
    assert {"ko": "다른 계정 관리자", "en": "Another administrator"}[language] in paused.text
    path = f"/desk/staff/{kim.id}"
    own = sits(client, kim).get(path).text
    assert said in own
    assert 'value="unlock"' not in own
    assert sends(client, path, what="unlock", code=kim.code()).status_code == 403
    sits(client, lee)
    assert said in client.get(path).text
    assert sends(client, path, what="unlock").status_code == 403, "no fresh code"
    assert sends(client, path, what="unlock", code=lee.code()).status_code == 303
    assert opened in client.get("/desk/staff").text
    assert said not in client.get(path).text
    client.cookies.clear()
    assert enters(client, kim).status_code == 303


def test_an_account_is_set_up_by_its_link_once(client: Browser, town: Town) -> None:
    with town.begin() as uow:
        made = demonstrating.account(
            uow,
            town.vault,
            Wanted(username="lee", display_name="이담당", office_title="과장", roles=[Role.CLERK]),
            of=town.place,
            authority=Authority.MAYOR,
            invented=True,
        )
    path = f"/desk/set-up/{made.token}"
    html = client.get(path).text
    secret = re.findall(r'<code class="receipt-value">([A-Z2-7]+)</code>', html)[0]
    assert "data:image/svg+xml" in html
    given = {"password": PASSWORD, "again": PASSWORD}
    differing = sends(client, path, html=html, **(given | {"again": "x"}), code="000000")
    assert differing.status_code == 422
    assert secret in differing.text
    other = given | {"again": "x", "secret": "\N{SNOWMAN}" * 5_000, "username": "root"}
    repeated = sends(client, path, html=html, **other, code="1")
    assert secret in repeated.text, "what is shown again is ours, whatever was sent"
    weak = sends(client, path, html=html, **(given | {"password": "a", "again": "a"}), code="1")
    assert ("비밀번호가 너무 짧" in weak.text, weak.status_code) == (True, 422)
    code = pyotp.HOTP(secret).at(int(time.time()) // STEP)
    done = sends(client, path, html=html, **given, code=code)
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>[a-z0-9]{5}-[a-z0-9]{5}</code></li>", done.text)) == 10
    assert client.get(path).status_code == 410


def test_nobody_sets_up_an_account_without_a_link(client: Browser) -> None:
    html = client.get("/desk/sign-in").text
    for again in (PASSWORD, "x"):
        given = {"password": PASSWORD, "again": again, "secret": "no secret", "code": "1"}
        refused = sends(client, f"/desk/set-up/{'x' * 43}", html=html, **given)
        assert refused.status_code in (404, 410), refused.text


def test_a_fresh_code_is_asked_for_and_good_for_what_follows(client: Browser, town: Town) -> None:
    colleague = hire(town, "kim")
    sits(client, colleague)
    wrong = sends(client, "/desk/confirm", code="000000", back="/desk")
    assert wrong.status_code == 403
    assert 'id="error-code"' in wrong.text
    right = sends(client, "/desk/confirm", code=colleague.code(), back="/desk/register")
    assert right.headers["location"] == "/desk/register"
    assert 'name="code"' not in client.get("/desk/staff").text


def test_signing_in_through_the_page_opens_the_queue(client: Browser, town: Town) -> None:
    assert enters(client, hire(town, "kim")).headers["location"] == "/desk"
    assert "할 일" in client.get("/desk").text


def test_a_residents_session_is_no_officers(client: Browser, town: Town) -> None:
    with town.begin() as uow:
        opened = comes_in(uow, town.vault, town.resident(1))
    client.cookies.set("session", opened.token)
    assert client.get("/desk").status_code == 303
