"""What watches over the service: whether it lives, whether it is ready, and its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from starlette.testclient import TestClient

from referendum.asgi import compose
from referendum.bootstrap import Services, assemble
from referendum.kernel.people import Calendar
from referendum.settings import Settings


@pytest.fixture
def visitor(services: Services) -> Iterator[TestClient]:
    with TestClient(compose(services)) as client:
        yield client


def figures(visitor: TestClient) -> dict[str, float]:
    told = re.findall(r"^(referendum_\S+) (\S+)$", visitor.get("/metrics").text, re.MULTILINE)
    return {name: float(value) for name, value in told}


def test_ready_names_every_part_that_it_looked_at(visitor: TestClient) -> None:
    answer = visitor.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "checks": {"database": True, "migrations": True, "broker": True, "keys": True},
        "strange_keys": [],
    }


def test_an_older_schema_is_not_ready(visitor: TestClient, owner_url: str) -> None:
    with create_engine(owner_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("update alembic_version set version_num = 'older'"))
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] is False
    assert answer.json()["checks"]["database"] is True


def test_keys_that_went_missing_are_not_ready(visitor: TestClient, keys_folder: Path) -> None:
    (keys_folder / "log.key").unlink()
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["keys"]) == (503, False)


def test_without_its_database_it_lives_and_is_not_ready(keys_folder: Path) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    alone = assemble(Settings(mode="test", database_url=nowhere, keys_folder=keys_folder))
    with TestClient(compose(alone)) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        assert client.get("/metrics").status_code == 200


def test_another_broker_is_asked_itself(database_url: str, keys_folder: Path) -> None:
    deaf = assemble(
        Settings(
            mode="test",
            database_url=database_url,
            keys_folder=keys_folder,
            broker_url="redis://127.0.0.1:1/0",
        )
    )
    with TestClient(compose(deaf)) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["checks"]["broker"]) == (503, False)


def test_the_figures_follow_the_database(visitor: TestClient, services: Services) -> None:
    before = figures(visitor)
    for name in (
        "referendum_outbox_oldest_seconds",
        "referendum_record_oldest_unsealed_seconds",
        "referendum_deadlines_overdue",
        "referendum_codes_sent",
        "referendum_codes_completed",
        "referendum_codes_failed",
    ):
        assert before[name] == 0
    with services.begin() as uow:
        uow.record("test.done", by=Calendar())
        uow.later("notices.deliver", notice_id="n")
    after = figures(visitor)
    assert after["referendum_outbox_oldest_seconds"] > 0
    assert after["referendum_record_oldest_unsealed_seconds"] > 0


def test_requests_are_counted_by_door_and_class_of_status(visitor: TestClient) -> None:
    name = 'referendum_requests_total{door="web",status="4xx"}'
    before = figures(visitor).get(name, 0)
    visitor.get("/no-such-page")
    assert figures(visitor)[name] == before + 1


def test_figures_are_not_for_whoever_comes_through_a_proxy(visitor: TestClient) -> None:
    answer = visitor.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 404
    assert b"referendum" not in answer.content


def test_pages_and_api_answer_each_in_its_manner(visitor: TestClient) -> None:
    page = visitor.get("/no-such-page")
    assert page.headers["content-type"].startswith("text/html")
    problem = visitor.get("/api/v1/no-such-thing")
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["instance"] == "/api/v1/no-such-thing"
