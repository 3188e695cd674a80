"""Each thing that is done with an account has its own form; who waits to certify is told so."""

from __future__ import annotations

import re

import pytest

from referendum.kernel.people import Role
from tests.doors.browser import Browser
from tests.identity.desk import PASSWORD
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import Page, csrf_of
from tests.web.staff import Colleague, account_of, hire

NEWCOMER = {"username": "choi", "display_name": "최담당", "office_title": "주무관"}
LINK = re.compile(r"/desk/set-up/([\w-]+)")


@pytest.fixture
def opens(site: Open, database_url: str) -> Open:
    return lambda **_: site(database=database_url)


@pytest.fixture
def kim(town: Town) -> Colleague:
    return hire(town, "kim", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def lee(town: Town) -> Colleague:
    return hire(town, "lee", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def first(kim: Colleague, opens: Open) -> Browser:
    return sits(opens(), kim)


@pytest.fixture
def second(lee: Colleague, opens: Open) -> Browser:
    return sits(opens(), lee)


def forms(html: str) -> dict[str, str]:
    """By what it does: each form of the page."""
    found = re.findall(r"<form.*?</form>", html, re.DOTALL)
    return {
        named.group(1): one
        for one in found
        if (named := re.search(r'name="what" value="(\w+)"', one))
    }


def test_each_thing_has_its_own_form_with_its_own_code(
    first: Browser, second: Browser, kim: Colleague, town: Town
) -> None:
    """Enter in the code field of one does not press the button of another."""
    assert sends(first, "/desk/staff", **NEWCOMER, roles="certifier", code=kim.code())
    page = f"/desk/staff/{account_of(town, 'choi').id}"
    html = second.get(page).text
    found = forms(html)
    assert {"consent", "refuse", "roles", "confirm", "link", "disable"} <= set(found)
    for what, form in found.items():
        assert form.count('name="code"') == 1, what
        assert form.count('type="submit"') == 1, what
    parsed = Page(html)
    assert parsed.faults == []
    assert len(parsed.ids) == len(set(parsed.ids))


def test_a_wrong_code_is_told_in_the_form_that_was_sent(
    first: Browser, second: Browser, kim: Colleague, town: Town
) -> None:
    sends(first, "/desk/staff", **NEWCOMER, roles="certifier", code=kim.code())
    page = f"/desk/staff/{account_of(town, 'choi').id}"
    refused = sends(second, page, what="refuse", code="000000")
    assert refused.status_code in {401, 403, 422}
    found = forms(refused.text)
    assert 'id="error-code"' in found["refuse"]
    assert 'id="error-code"' not in found["consent"]
    assert 'href="#field-code"' in refused.text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_certifier_and_the_list_say_from_when_they_may_certify(
    first: Browser, second: Browser, kim: Colleague, lee: Colleague, town: Town, opens: Open,
    language: str,
) -> None:  # fmt: skip
    made = sends(first, "/desk/staff", **NEWCOMER, roles=["clerk", "certifier"], code=kim.code())
    link = LINK.search(made.text)
    assert link
    visitor = opens()
    html = visitor.get(f"/desk/set-up/{link[1]}").text
    secret = re.findall(r'<code class="receipt-value">(\w+)</code>', html)[0]
    choi = Colleague(town, account_of(town, "choi").id, "choi", secret)
    given = {"csrf": csrf_of(html), "password": PASSWORD, "again": PASSWORD, "closed": "yes"}
    visitor.headers["accept-language"] = language
    short = visitor.post(
        f"/desk/set-up/{link[1]}",
        data=given | {"password": "짧음", "again": "짧음", "code": choi.code()},
    )
    assert {"ko": "12자 이상", "en": "at least 12 characters"}[language] in short.text
    done = visitor.post(f"/desk/set-up/{link[1]}", data=given | {"code": choi.code()})
    assert done.status_code == 200, done.text
    page = f"/desk/staff/{choi.id}"
    assert sends(second, page, what="consent", code=lee.code()).status_code == 303
    said = {"ko": "확인·공표", "en": "It may certify from"}[language]
    first.headers["accept-language"] = language
    listed = first.get("/desk/staff").text
    row = listed.partition(f'href="{page}"')[2].partition("</tr>")[0]
    assert said in row
    assert re.search(r"20\d\d", row.partition("<strong>")[2])
    own = sits(opens(), choi)
    own.headers["accept-language"] = language
    assert said in own.get("/desk").text
