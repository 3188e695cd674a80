"""Bodies that cannot be used: each refused with its place, and nothing half-done stays."""

from __future__ import annotations

from typing import Any

import pytest

from referendum.kernel.people import Authority, Role
from tests.api.callers import Switchboard, code_of

DRAFT: dict[str, Any] = {"instrument": "initiative", "text": {"title_ko": "야간 도서관"}}


def changed(**fields: Any) -> dict[str, Any]:
    return {"instrument": "initiative", "text": fields}


FAULTY: list[tuple[Any, str]] = [
    ({}, "#/instrument"),
    ({**DRAFT, "instrument": 1}, "#/instrument"),
    ({**DRAFT, "instrument": "war"}, "#/instrument"),
    ({**DRAFT, "surprise": 1}, "#/surprise"),
    (changed(title_ko=5), "#/text/title_ko"),
    (changed(title_ko=None), "#/text/title_ko"),
    (changed(term_started=20270101), "#/text/term_started"),
    (changed(term_started="1.1.2027"), "#/text/term_started"),
    (changed(term_started="2027-02-30"), "#/text/term_started"),
    (changed(districts="all"), "#/text/districts"),
    (changed(districts=["x"]), "#/text/districts/0"),
    (changed(options=[{"key": "a", "ko": "가"}]), "#/text/options/0/en"),
    ([], "#/"),
]


def test_a_field_that_is_wrong_is_named_and_nothing_is_kept(line: Switchboard) -> None:
    caller = line.resident(1)
    for body, pointer in FAULTY:
        refused = caller.post("/measures", body)
        assert (refused.status_code, code_of(refused)) == (422, "input-not-usable"), body
        assert pointer in {one["pointer"] for one in refused.json()["errors"]}
    assert caller.get("/measures/mine").json()["items"] == []


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_text_that_nobody_types_is_refused_at_its_field(line: Switchboard, text: str) -> None:
    refused = line.resident(1).post("/measures", changed(title_ko=text))
    assert (refused.status_code, code_of(refused)) == (422, "text-not-usable")
    assert refused.json()["facts"] == {"field": "title_ko"}


def test_what_is_no_json_is_refused(line: Switchboard) -> None:
    caller, headers = line.resident(1), {"Content-Type": "application/json"}
    for text in (b"", b"{", b"nothing", b"\xff\xfe", b"[" * 5_000, b'{"a":1e999}', b"NaN"):
        refused = caller.post("/measures", text, headers=headers)
        assert refused.status_code in (400, 422), text
        code_of(refused)


def test_another_media_type_is_refused(line: Switchboard) -> None:
    refused = line.resident(1).post("/measures", b"{}", headers={"Content-Type": "text/plain"})
    assert (refused.status_code, code_of(refused)) == (415, "media-type-not-offered")
    assert refused.json()["facts"] == {"expected": "application/json"}


def test_a_body_beyond_the_limit_is_refused_and_an_import_has_a_limit_of_its_own(
    line: Switchboard,
) -> None:
    big = {"instrument": "initiative", "text": {"body": "가" * 40_000}}
    refused = line.resident(1).post("/measures", big)
    assert (refused.status_code, code_of(refused)) == (413, "body-too-large")
    registrar = line.officer(Authority.MAYOR, Role.REGISTRAR)
    answer = registrar.post("/register/preview/import?as_of=2027-01-25&mode=whole", b"x" * 100_000)
    assert code_of(answer) != "body-too-large"


def test_a_request_of_another_site_is_refused(line: Switchboard) -> None:
    caller = line.resident(1)
    caller.csrf = None
    refused = caller.post("/measures", DRAFT)
    assert (refused.status_code, code_of(refused)) == (403, "foreign-form")
    caller.csrf = "0" * 64
    assert code_of(caller.post("/measures", DRAFT)) == "foreign-form"


def test_a_forged_session_is_nobodys(line: Switchboard) -> None:
    caller = line.visitor()
    caller.client.cookies.set("__Host-session", "A" * 43, domain="testserver.local")
    assert code_of(caller.get("/measures/mine")) == "not-signed-in"
