"""Numbers and days that stand in an address: none that no column and no calendar holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

from annotated_types import Ge, Le
from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant

from referendum.api.app import routes as api_routes
from referendum.web.app import routes as web_routes

LARGEST = 2**63 - 1
"""Of any column's numbers."""


def addressed(needs: Dependant) -> Iterator[ModelField]:
    """Every parameter of an address, those of its doors too."""
    yield from (*needs.path_params, *needs.query_params)
    for inner in needs.dependencies:
        yield from addressed(inner)


def of_kind(kind: type) -> dict[tuple[str, str], ModelField]:
    """The parameters of that type, by their address and name."""
    return {
        (route.path, one.alias): one
        for route in (*api_routes(), *web_routes())
        for one in addressed(route.dependant)
        if kind in {one.field_info.annotation, *get_args(one.field_info.annotation)}
    }


def test_a_number_in_an_address_fits_its_column() -> None:
    found = of_kind(int)
    assert {("/record", "before"), ("/measures", "limit"), ("/measures/{number}", "number")} < {
        *found
    }
    for where, one in found.items():
        asked = one.field_info.metadata
        assert [each.ge for each in asked if isinstance(each, Ge)], where
        most: list[Any] = [each.le for each in asked if isinstance(each, Le)]
        assert most, where
        assert all(each <= LARGEST for each in most), where


def test_a_day_in_an_address_is_written_as_a_day() -> None:
    """Pydantic by itself reads `0` as the first of January 1970."""
    found = of_kind(date)
    assert ("/register/import", "as_of") in found
    for where, one in found.items():
        assert one.validate("2027-02-01") == (date(2027, 2, 1), []), where
        for other in ("0", "86400", "20270201", "2027-02-01T00:00:00"):
            assert one.validate(other)[1], (where, other)
