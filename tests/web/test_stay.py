"""While a court's stay lies over a measure, no page has a button or a link that says: sign."""

from __future__ import annotations

import pytest

from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page
from tests.web.visitors import Visitor
from thresholds.vocabulary import Instrument

PATHS = (
    "/", "/measures", "/measures/1", "/measures/1/sign", "/measures/1/sign/consent", "/may-i",
    "/my-signatures",
)  # fmt: skip


@pytest.mark.parametrize("signed_in", [False, True])
def test_during_a_stay_no_button_says_sign(
    site: Open, town: Town, database_url: str, *, signed_in: bool
) -> None:
    measure = town.opens(Instrument.INITIATIVE)
    visitor = Visitor(site(database=database_url), town)
    if signed_in:
        visitor.is_signed_in(5)
    assert "/sign" in visitor.opens("/measures/1"), "before it there is one"
    town.halts(measure)
    for path in PATHS:
        answer = visitor.client.get(path)
        if answer.status_code != 200:
            continue
        page = Page(answer.text)
        links = [
            a["href"]
            for a in page.all("a")
            if "/measures/1/sign" in str(a.get("href"))
            and not a.get("hreflang")
            and "?text=" not in str(a.get("href"))
        ]
        sends = [
            form["action"]
            for form in page.all("form")
            if "/measures/1/sign" in str(form.get("action"))
        ]
        assert (links, sends) == ([], []), path
