"""The technical log refuses to hold anything personal."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from referendum.doors import journal
from referendum.doors.journal import WITHHELD, PersonalInJournal, RefusePersonal
from tests.doors.conftest import Door

PERSONAL: list[dict[str, Any]] = [
    {"name": "x"},
    {"former_name": "x"},
    {"phone": "x"},
    {"birth_date": "x"},
    {"home_address": "x"},
    {"one_time_code": 1},
    {"session_token": "x"},
    {"detail": "+82 10-1234-5678"},
    {"detail": "+821012345678"},
    {"detail": "call 010-1234-5678 now"},
    {"detail": "01012345678"},
    {"detail": "123456"},
    {"detail": "the answer 123456."},
    {"detail": "850307-1234567"},
    {"facts": {"phone": "x"}},
    {"facts": [{"deep": ["010 1234 5678"]}]},
]
HARMLESS: list[dict[str, Any]] = [
    {"route": "/measures/{measure}"},
    {"measure": "0b1269c4-6bf0-44f6-8996-123456789012"},
    {"counted": 123456},
    {"ms": 12.5},
    {"task": "notices.send"},
    {"problem": "already-signed"},
    {"at": ["/srv/referendum/doors/csrf.py:123456 in checked"]},
]


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, given = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.configure(**given)


@pytest.mark.parametrize("fields", PERSONAL, ids=str)
def test_a_personal_field_is_an_error_where_we_develop(fields: dict[str, Any]) -> None:
    with pytest.raises(PersonalInJournal):
        RefusePersonal(strict=True)(None, "info", {"event": "noted", **fields})


@pytest.mark.parametrize("fields", PERSONAL, ids=str)
def test_a_personal_field_is_withheld_and_counted_in_a_city(fields: dict[str, Any]) -> None:
    before = journal.REFUSED_FIELDS._value.get()
    line = RefusePersonal(strict=False)(None, "info", {"event": "noted", **fields})
    assert line["event"] == "noted"
    assert line["withheld"] == 1
    assert all(line[key] == WITHHELD for key in fields)
    assert journal.REFUSED_FIELDS._value.get() == before + 1


@pytest.mark.parametrize("fields", HARMLESS, ids=str)
def test_ids_and_numbers_pass(fields: dict[str, Any]) -> None:
    event = {"event": "noted", **fields}
    assert RefusePersonal(strict=True)(None, "info", dict(event)) == event


def lines_of(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_leaves_one_line_without_path_query_or_visitor(door: Door) -> None:
    stream = io.StringIO()
    journal.configure(strict=True, stream=stream)

    response = door().get("/who/1012345678?phone=01012345678")

    access = [line for line in lines_of(stream) if line["event"] == "request"]
    assert len(access) == 1
    assert access[0]["route"] == "/who/{number}"
    assert access[0]["status"] == 200
    assert access[0]["request_id"] == response.headers["x-request-id"]
    assert "1012345678" not in stream.getvalue()
    assert "203.0.113.9" not in stream.getvalue()


def test_a_request_for_the_head_alone_is_noted_as_one(door: Door) -> None:
    stream = io.StringIO()
    journal.configure(strict=True, stream=stream)

    door().head("/who/1")

    (access,) = [line for line in lines_of(stream) if line["event"] == "request"]
    assert (access["method"], access["route"]) == ("HEAD", "/who/{number}")


def test_a_defect_is_logged_by_place_and_kind_and_not_by_its_words(door: Door) -> None:
    stream = io.StringIO()
    journal.configure(strict=True, stream=stream)

    response = door().get("/defect")

    (defect,) = [line for line in lines_of(stream) if line["event"] == "defect"]
    assert defect["error"] == "RuntimeError"
    assert any("break_down" in frame for frame in defect["at"])
    assert defect["request_id"] == response.headers["x-request-id"]
    assert "홍길동" not in stream.getvalue()


def test_the_lines_of_libraries_pass_through_the_same_chain() -> None:
    stream = io.StringIO()
    journal.configure(strict=False, stream=stream)
    logging.getLogger("somebody.else").warning("sent to +821012345678")
    (line,) = lines_of(stream)
    assert line["event"] == WITHHELD
    assert line["level"] == "warning"


def test_who_configures_lines_anew_has_those_of_an_application_that_ran_before(
    door: Door,
) -> None:
    client, streams = door(), [io.StringIO(), io.StringIO()]
    for stream in streams:
        journal.configure(strict=True, stream=stream)
        for _ in range(2):
            client.get("/who/1")
    lines = [
        [line for line in lines_of(stream) if line["event"] == "request"] for stream in streams
    ]
    assert [len(told) for told in lines] == [2, 2]
    assert len({line["request_id"] for told in lines for line in told}) == 4
    assert "request_id" not in structlog.contextvars.get_contextvars()
