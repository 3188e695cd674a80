"""HEAD is GET without the body, for every address (RFC 9110 §9.3.2)."""

from __future__ import annotations

import pytest

from tests.doors.conftest import Door
from tests.doors.test_headers import EVERY_KIND


@pytest.mark.parametrize(("path", "status"), EVERY_KIND)
def test_head_answers_as_get_without_a_body(door: Door, path: str, status: int) -> None:
    asked, told = door().get(path), door().head(path)
    assert (told.status_code, told.content) == (status, b"")
    own = {"x-request-id"}
    assert {name: told.headers[name] for name in told.headers if name not in own} == {
        name: asked.headers[name] for name in asked.headers if name not in own
    }


def test_what_takes_only_forms_answers_neither(door: Door) -> None:
    assert door().head("/wishes").status_code == 405
    assert door().get("/wishes").status_code == 405
