"""Promises that every route keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from referendum.api.app import create_api, routes
from referendum.api.refusing import every_refusal
from referendum.api.shapes import Asked, Told
from referendum.doors.languages import words
from referendum.doors.sessions import DOORS
from referendum.i18n.words import Language
from referendum.kernel.keys import Keyring
from tests.api.callers import Switchboard, code_of
from tests.doors.browser import Browser
from tests.doors.gate import services

JUNK = ("0", "x", "%00", "..%2f..", "9" * 40, "' or 1=1 --", "가나다")


def calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from calls(inner)


@pytest.fixture(scope="module")
def document(keyring: Keyring) -> dict[str, Any]:
    return create_api(services(keyring)).openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_every_route_says_who_may_call_it(document: dict[str, Any]) -> None:
    unguarded = [route.path for route in routes() if not DOORS & set(calls(route.dependant))]
    assert unguarded == []
    assert len(routes()) == len(list(operations(document))), "a route escaped this test"


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_every_operation_says_what_it_is_for(document: dict[str, Any]) -> None:
    assert [path for _, path, told in operations(document) if not told.get("description")] == []


def test_every_answer_with_a_body_has_a_shape(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        success = next(told for status, told in operation["responses"].items() if status < "300")
        shapes = [part.get("schema") for part in success.get("content", {}).values()]
        assert all(shapes), (method, path)


def test_every_problem_in_the_document_has_its_schema(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, told in operation["responses"].items():
            if status >= "400":
                content = told["content"]["application/problem+json"]
                assert content["schema"]["$ref"].endswith("/Problem"), (method, path, status)
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_post_that_keeps_something_takes_an_idempotency_key(
    document: dict[str, Any],
) -> None:
    without = {
        path
        for method, path, operation in operations(document)
        if method == "POST"
        and "Idempotency-Key" not in {one["name"] for one in operation.get("parameters", [])}
    }
    assert without == {
        "/rules/judgements",
        "/record/receipts",
        "/papers/{paper_id}/reading",
        "/petitions/{petition_id}/candidates",
        "/register/preview/import",
        "/sessions",
        "/staff/sessions",
    }


def test_every_list_goes_on_by_cursor(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        shape = str(operation["responses"].get("200", {}).get("content", ""))
        if "schemas/Page_" in shape:
            asked = {one["name"] for one in operation["parameters"]}
            assert {"limit", "after"} <= asked, (method, path)


@pytest.mark.parametrize("language", list(Language))
def test_every_refusal_has_a_code_of_its_own_and_a_title(language: Language) -> None:
    named = [one for one in every_refusal() if _is_ours(one) and "code" in vars(one)]
    codes = [refusal.code for refusal in named]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not words(language).has(f"problem.{code}")] == []


def _is_ours(refusal: type) -> bool:
    """Tests invent refusals too; the promise is the service's."""
    return not refusal.__module__.startswith("tests.")


def test_requests_are_strict_and_take_no_field_too_many() -> None:
    def families(parent: type[BaseModel]) -> Iterator[type[BaseModel]]:
        for child in parent.__subclasses__():
            yield child
            yield from families(child)

    asked = list(families(Asked))
    assert len(asked) > 15
    assert [one for one in asked if not one.model_config.get("strict")] == []
    for one in [*asked, *families(Told)]:
        assert one.model_config.get("extra") == "forbid", one


def test_junk_for_ids_is_answered_as_documented(
    line: Switchboard, document: dict[str, Any]
) -> None:
    callers = [line.visitor(), line.resident(3)]
    for method, path, operation in operations(document):
        if method != "GET" or "{" not in path:
            continue
        for caller, junk in product(callers, JUNK):
            answer = caller.get(re.sub(r"\{\w+\}", junk, path))
            # A slash that is let through makes it the address of something else, or of nothing.
            known = {*operation["responses"], "404"}
            assert str(answer.status_code) in known, (path, answer.status_code)
            assert answer.status_code != 500
            if answer.status_code >= 400:
                code_of(answer)


def test_unknown_ids_are_answered_as_documented(
    line: Switchboard, document: dict[str, Any]
) -> None:
    """And every documented GET without ids answers, with nothing asked for in particular."""
    callers = [line.visitor(), line.resident(3)]
    for method, path, operation in operations(document):
        if method == "GET":
            for caller in callers:
                address = re.sub(r"\{\w+\}", "6f1c9a4e-0000-4000-8000-000000000000", path)
                answer = caller.get(address)
                assert str(answer.status_code) in operation["responses"], (path, answer.text)
                assert answer.status_code < 500


def test_what_is_not_there_is_a_problem_too(line: Switchboard) -> None:
    caller = line.visitor()
    assert code_of(caller.get("/nothing/here")) == "page-not-found"
    assert code_of(caller.get("")) == "page-not-found"
    refused = caller.sends("PUT", "/places")
    assert (refused.status_code, code_of(refused)) == (405, "method-not-offered")
    assert refused.headers["allow"] == "GET"


def test_problems_speak_the_language_that_is_asked_for(line: Switchboard) -> None:
    for language, title in (
        ("ko", "그런 규칙집이 없습니다."),
        ("en", "There is no such rulebook."),
    ):
        answer = line.visitor().get("/rules/unknown", headers={"Accept-Language": language})
        assert answer.json()["title"] == title
        assert answer.headers["content-language"] == language


def test_without_a_database_nothing_is_accepted(keyring: Keyring) -> None:
    app = create_api(services(keyring, requests_per_minute=6))
    client = Browser(app, base_url="http://testserver")
    body = {"name": "가", "birth_date": "1980-01-01", "phone": "010-2345-6789"}
    for answer in (
        client.get("/places"),
        client.post("/challenges", json=body),
        client.post("/challenges", json=body, headers={"Idempotency-Key": "x"}),
    ):
        assert (answer.status_code, code_of(answer)) == (503, "service-unavailable")
        assert answer.headers["retry-after"]
    assert client.get("/rules").status_code == 200
    answers = [client.get("/rules") for _ in range(6)]
    assert code_of(answers[-1]) == "too-many-requests"
